"""The languages of a treaty: which there are, how far each has come, and their texts beside each other."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from agreements.models import (
    ConcordanceFinding,
    FrozenProvision,
    Instrument,
    LanguageText,
    Provision,
    ProvisionText,
    TextRevision,
)
from agreements.queries import visible_to as instruments_visible_to
from agreements.queries.comparisons import languages_of
from agreements.queries.text_rows import depths_of, live_provisions
from agreements.statuses import CheckKind, ConcordanceStatus, ProvisionKind
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import User


def visible_to(user: User | AnonymousUser) -> QuerySet[LanguageText]:
    """
    Return the language versions that the reader may see: those of instruments they read, to who negotiates.

    Which texts are authentic is read of a treaty that is public; how they are made stays among the members.
    """
    if not _negotiates(user):
        return LanguageText.objects.none()
    readable = Exists(instruments_visible_to(user).order_by().filter(pk=OuterRef("instrument")))
    return LanguageText.objects.filter(readable).select_related("instrument")


def findings_visible_to(user: User | AnonymousUser) -> QuerySet[ConcordanceFinding]:
    """Return the findings of the language versions that the reader may see."""
    of_version = Exists(visible_to(user).order_by().filter(pk=OuterRef("language_text")))
    found = ConcordanceFinding.objects.filter(of_version)
    return found.select_related("language_text__instrument", "provision", "decided_by")


def _negotiates(user: User | AnonymousUser) -> bool:
    return isinstance(user, User) and bool(user.is_secretariat or user.is_member_staff)


def original_tag(instrument: Instrument) -> str:
    """
    Return in which language the text is negotiated: that of the newest revision.

    Where it has no revision, that of most of its words; "en" where it has none.
    """
    revision = TextRevision.objects.filter(instrument=instrument).order_by("-number").first()
    if revision:
        return revision.language
    texts = ProvisionText.objects.filter(provision__instrument=instrument).order_by()
    counts = dict(texts.values_list("language").annotate(Count("pk")))
    return max(counts, key=lambda tag: counts[tag], default="en")


def versions_of(instrument: Instrument) -> list[LanguageText]:
    """Return its language versions, the original first where it is among them."""
    original = original_tag(instrument)
    found = list(LanguageText.objects.filter(instrument=instrument).order_by("created_at", "id"))
    for version in found:
        version.instrument = instrument
    return sorted(found, key=lambda version: version.tag != original)


def languages_written(instrument: Instrument, revision: TextRevision | None = None) -> list[str]:
    """Return the tags of the languages in which there are words to write, the original first."""
    original = original_tag(instrument)
    if revision is None or revision.is_working:
        found = languages_of(instrument)
    else:
        frozen = FrozenProvision.objects.filter(revision=revision).order_by()
        found = sorted(set(frozen.values_list("language", flat=True)))
    return sorted(found, key=lambda tag: tag != original)


# ── side by side ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Cell:
    """A provision in one language; ``version`` is 0 where it has no words yet."""

    tag: str
    heading: str
    text: str
    version: int
    sha256: str
    is_original: bool = False
    # The original has words and this language none.
    is_missing: bool = False
    # It was made of other words than those of the original now.
    is_behind: bool = False

    @property
    def has_words(self) -> bool:
        return bool(self.heading or self.text)


@dataclass(frozen=True)
class SideRow:
    """A provision in several languages, in the order that was asked for; ``original`` may be none of them."""

    provision: Provision
    depth: int
    original: Cell
    cells: tuple[Cell, ...]


def side_by_side(instrument: Instrument, tags: Sequence[str], *, original: str) -> list[SideRow]:
    """Return the present text by provision in these languages, in a fixed number of queries."""
    provisions = live_provisions(instrument)
    depths = depths_of(provisions)
    return [side_row(one, depths[one.pk], tags, original=original) for one in provisions]


def side_row(provision: Provision, depth: int, tags: Sequence[str], *, original: str) -> SideRow:
    texts = {text.language: text for text in provision.texts.all()}
    first = _cell(texts.get(original), original, None)
    others = {tag: _cell(texts.get(tag), tag, first) for tag in tags if tag != original}
    cells = tuple(others.get(tag, first) for tag in tags)
    return SideRow(provision, depth, first, cells)


def _cell(words: ProvisionText | None, tag: str, original: Cell | None) -> Cell:
    heading, text = (words.heading, words.text) if words else ("", "")
    has_words = bool(heading or text)
    wanted = original is not None and original.has_words
    return Cell(
        tag,
        heading,
        text,
        words.version if words else 0,
        words.sha256 if words else "",
        is_original=original is None,
        is_missing=wanted and not has_words,
        is_behind=wanted and has_words and bool(words and original and words.made_from != original.sha256),
    )  # fmt: skip


@dataclass(frozen=True)
class Progress:
    """How far a language version has come, in provisions that have words in the original."""

    total: int
    done: int
    behind: int
    open_findings: int = 0

    @property
    def missing(self) -> int:
        return self.total - self.done


def progress_of(rows: Iterable[SideRow], place: int) -> Progress:
    """Return how far the language at ``place`` of the rows has come."""
    cells = [(row.original, row.cells[place]) for row in rows if row.original.has_words]
    done = [cell for _original, cell in cells if cell.has_words]
    return Progress(len(cells), len(done), sum(cell.is_behind for cell in done))


def progress_of_each(versions: Sequence[LanguageText], *, original: str) -> list[Progress]:
    """Return how far each of an instrument's versions has come, in a fixed number of queries."""
    if not versions:
        return []
    rows = side_by_side(versions[0].instrument, [version.tag for version in versions], original=original)  # fmt: skip
    counts = open_counts(versions)
    return [
        Progress(found.total, found.done, found.behind, counts.get(version.pk, 0))
        for version, found in (
            (version, progress_of(rows, place)) for place, version in enumerate(versions)
        )
    ]


def open_counts(versions: Iterable[LanguageText]) -> dict[Any, int]:
    """Return how many findings of each version are open, by its key."""
    of_these = ConcordanceFinding.objects.filter(
        language_text__in=list(versions), status=ConcordanceStatus.OPEN
    )
    return dict(of_these.order_by().values_list("language_text").annotate(Count("pk")))


def digest_of(rows: Iterable[SideRow], place: int) -> str:
    """Return the hash of the words of the original and of the language at ``place``: what is certified."""
    told = [
        [row.provision.key, row.provision.number, row.original.heading, row.original.text, cell.heading, cell.text]
        for row in rows
        for cell in (row.cells[place],)
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def version_rows(version: LanguageText) -> list[SideRow]:
    """Return the present text in the original and in this language alone."""
    original = original_tag(version.instrument)
    return side_by_side(version.instrument, [version.tag], original=original)


# ── what the checks and the authentication ask ──────────────────────────────────────────────────


def final_words(rows: Iterable[SideRow]) -> str:
    """Return the words of the final clauses in the original: they say in which languages the text is made."""
    final = [row for row in rows if row.provision.kind == ProvisionKind.FINAL_CLAUSE]
    return "\n".join(f"{row.original.heading}\n{row.original.text}" for row in final)


def parties() -> list[Participant]:
    """Return the States whose names are looked for in the texts."""
    kinds = (ParticipantKind.MEMBER, ParticipantKind.OBSERVER)
    return list(Participant.objects.filter(kind__in=kinds).order_by("slug"))


def matching(
    findings: QuerySet[ConcordanceFinding], wishes: Mapping[str, str]
) -> QuerySet[ConcordanceFinding]:
    """Narrow findings by kind, status and provision; an empty value narrows nothing."""
    if kind := wishes.get("kind"):
        findings = findings.filter(kind=kind)
    if status := wishes.get("status"):
        findings = findings.filter(status=status)
    if key := wishes.get("provision"):
        findings = findings.filter(Q(provision__key=key) | Q(provision__parent__key=key))
    return findings


def counts_by_kind(version: LanguageText) -> list[tuple[str, dict[str, int]]]:
    """Return for each kind that was found how many are open, accepted and fixed, in the order of the kinds."""
    found = ConcordanceFinding.objects.filter(language_text=version).order_by()
    counts: dict[str, dict[str, int]] = {}
    for kind, status, count in found.values_list("kind", "status").annotate(Count("pk")):
        counts.setdefault(kind, {})[status] = count
    return [(kind, counts[kind]) for kind in CheckKind.values if kind in counts]
