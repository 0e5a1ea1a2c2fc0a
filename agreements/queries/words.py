"""The words of provisions as States agree to them: with what stands under them, and with their brackets."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from agreements.models import Alternative, Bracket, Instrument, Provision, TextRevision
from agreements.statuses import INNER_KINDS
from ots_portal.texts.comparison import Keyed

Part = dict[str, Any]


@dataclass(frozen=True)
class Words:
    """
    A provision with its paragraphs, in one language: what a position is bound to.

    ``parts`` is [{"key", "number", "heading", "text", "brackets": [{"quote", "alternatives": [{"label", "text",
    "is_deletion"}]}]}], the provision itself first. Numbers are shown and not hashed: who is renumbered says the same.
    """

    language: str
    parts: tuple[Part, ...]

    @property
    def sha256(self) -> str:
        told = [{name: part[name] for name in part if name != "number"} for part in self.parts]
        text = json.dumps(
            [self.language, told], ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def paragraphs(self) -> list[Keyed]:
        """Return the parts as they are compared and shown: brackets written out as negotiators read them."""
        return [Keyed(part["key"], part["number"], written_out(part)) for part in self.parts]


def written_out(part: Part) -> str:
    """Return heading and text of a part, with each bracket as [A: … / B: …] in the place of its words."""
    text = part["text"]
    # From behind: a wording written out before may say what another bracket is about.
    places = [(text.find(one["quote"]), one) for one in part["brackets"]]
    for start, bracket in sorted(places, key=lambda place: place[0], reverse=True):
        if start >= 0:
            behind = text[start + len(bracket["quote"]) :]
            text = f"{text[:start]}[{_alternatives(bracket)}]{behind}"
    return "\n".join(line for line in (part["heading"], text) if line)


def _alternatives(bracket: dict[str, Any]) -> str:
    told = bracket["alternatives"]
    if not told:
        return str(bracket["quote"])
    without = _("without these words")
    return " / ".join(f"{one['label']}: {one['text'] or without}" for one in told)


@dataclass
class TextNow:
    """The present text of an instrument as a tree, in the language it is negotiated in."""

    instrument: Instrument
    language: str
    provisions: list[Provision]  # in the order of reading
    by_pk: dict[UUID, Provision] = field(init=False)
    _below: dict[UUID, list[Provision]] = field(init=False)
    _digests: dict[UUID, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.by_pk = {one.pk: one for one in self.provisions}
        self._below = {}
        for one in self.provisions:
            if not self.is_unit(one) and one.parent_id is not None:
                self._below.setdefault(one.parent_id, []).append(one)

    def is_unit(self, provision: Provision) -> bool:
        """Return whether it stands by itself: an article, a recital, an annex; not a paragraph of one."""
        return provision.kind not in INNER_KINDS or provision.parent_id not in self.by_pk

    @property
    def units(self) -> list[Provision]:
        return [one for one in self.provisions if self.is_unit(one)]

    def children_of(self, provision: Provision) -> list[Provision]:
        return self._below.get(provision.pk, [])

    def with_below(self, provision: Provision) -> list[Provision]:
        """Return the provision and all that stands under it, in the order of reading."""
        found = [provision]
        for child in self.children_of(provision):
            found += self.with_below(child)
        return found

    def holders_of(self, provision: Provision) -> list[Provision]:
        """Return what holds a paragraph, the nearest first, up to its article."""
        found: list[Provision] = []
        while not self.is_unit(provision) and provision.parent_id is not None:
            provision = self.by_pk[provision.parent_id]
            found.append(provision)
        return found

    def unit_of(self, provision: Provision) -> Provision:
        return (self.holders_of(provision) or [provision])[-1]

    def words_of(self, provision: Provision) -> Words:
        parts = tuple(self._part(one) for one in self.with_below(provision))
        return Words(self.language, parts)

    def digest_of(self, provision: Provision) -> str:
        if provision.pk not in self._digests:
            self._digests[provision.pk] = self.words_of(provision).sha256
        return self._digests[provision.pk]

    def _part(self, provision: Provision) -> Part:
        words = next((t for t in provision.texts.all() if t.language == self.language), None)
        own = [one for one in provision.brackets.all() if one.language == self.language]
        return {
            "key": provision.key,
            "number": provision.number,
            "heading": words.heading if words else "",
            "text": words.text if words else "",
            "brackets": [_bracket(one) for one in own],
        }

    def name_of(self, provision: Provision) -> str:
        """Return "Article 5 (1)(a)", as a sentence names it."""
        inner = [one.number for one in (provision, *self.holders_of(provision))[:-1] if one.number]
        numbers = "".join(f"({number})" for number in reversed(inner))
        return f"{self.unit_of(provision)} {numbers}".strip()


def _bracket(bracket: Bracket) -> dict[str, Any]:
    return {
        "quote": bracket.quote,
        "alternatives": [
            {"label": one.label, "text": one.text, "is_deletion": one.is_deletion}
            for one in bracket.alternatives.all()
        ],
    }


def text_now(instrument: Instrument) -> TextNow:
    """Return the present text with words, brackets and alternatives: five queries, however long it is."""
    alternatives = Prefetch("brackets__alternatives", Alternative.objects.order_by("label"))
    rows = Provision.objects.filter(instrument=instrument, is_live=True)
    provisions = list(rows.order_by("position").prefetch_related("texts", "brackets", alternatives))
    for one in provisions:
        one.instrument = instrument
    return TextNow(instrument, negotiating_language(instrument, provisions), provisions)


def negotiating_language(instrument: Instrument, provisions: Iterable[Provision] = ()) -> str:
    """Return the language of the revision that is worked on or was frozen last; else that of the most words."""
    newest = TextRevision.objects.filter(instrument=instrument).order_by("-number").first()
    if newest:
        return newest.language
    spoken = [text.language for one in provisions for text in one.texts.all()]
    return max(sorted(set(spoken)), key=spoken.count, default="en")
