"""The present text of an instrument as a tree, and as rows in the order of reading."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from agreements.models import FrozenProvision, Instrument, Provision, TextRevision
from ots_portal.texts.comparison import Keyed


@dataclass(frozen=True)
class Row:
    """A provision as it stands in one text and language; ``depth`` is how many others hold it."""

    key: str
    kind: str
    number: str
    heading: str
    text: str
    depth: int

    @property
    def words(self) -> str:
        return "\n".join(part for part in (self.heading, self.text) if part)

    @property
    def keyed(self) -> Keyed:
        return Keyed(self.key, self.number, self.words)


def live_provisions(instrument: Instrument) -> list[Provision]:
    """Return the provisions of the present text in their order, with their words."""
    rows = Provision.objects.filter(instrument=instrument, is_live=True)
    return list(rows.prefetch_related("texts").order_by("position"))


def depths_of(provisions: Iterable[Provision]) -> dict[Any, int]:
    """Return how deep each provision stands; a holder comes before what it holds."""
    depths: dict[Any, int] = {}
    for provision in provisions:
        depths[provision.pk] = depths.get(provision.parent_id, -1) + 1
    return depths


def rows_of(revision: TextRevision, language: str = "") -> list[Row]:
    """Return the rows of a revision: of the one worked on those of the present text."""
    language = language or revision.language
    if revision.is_working:
        return live_rows(revision.instrument, language)
    frozen = FrozenProvision.objects.filter(revision=revision, language=language)
    return [
        Row(one.provision.key, one.kind, one.number, one.heading, one.text, one.depth)
        for one in frozen.select_related("provision").order_by("position")
    ]


def live_rows(instrument: Instrument, language: str) -> list[Row]:
    provisions = live_provisions(instrument)
    depths = depths_of(provisions)
    return [
        Row(
            provision.key, provision.kind, provision.number, *_words(provision, language), depths[provision.pk]
        )
        for provision in provisions
    ]  # fmt: skip


def _words(provision: Provision, language: str) -> tuple[str, str]:
    words = next((text for text in provision.texts.all() if text.language == language), None)
    return (words.heading, words.text) if words else ("", "")
