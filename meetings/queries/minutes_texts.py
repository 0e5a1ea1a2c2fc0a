"""The text of minutes: as it is being written, as it was frozen, and with its corrigenda laid over it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID  # noqa: TC003 -- as everywhere

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import get_language_info

from meetings.models import Corrigendum, Minutes, MinutesParagraph, MinutesRevision
from meetings.queries.agenda import Numbered, agenda_for, agenda_of
from meetings.statuses import CorrigendumStatus
from ots_portal.paper.digests import content_digest
from ots_portal.people.models import User

Paragraph = dict[str, Any]  # as models.MinutesRevision keeps it


def working_text(minutes: Minutes) -> list[Paragraph]:
    """Return the paragraphs as they are being written, in the form in which a revision keeps them."""
    entries: dict[UUID | None, Numbered] = {
        entry.item.pk: entry for entry in agenda_of(minutes.meeting)
    }
    return [
        _kept(paragraph, entries.get(paragraph.item_id))
        for paragraph in minutes.paragraphs.order_by("position")
    ]


def _kept(paragraph: MinutesParagraph, entry: Numbered | None) -> Paragraph:
    return {
        "key": paragraph.pk.hex,
        "number": paragraph.position,
        "texts": paragraph.texts,
        "item": str(paragraph.item_id) if paragraph.item_id else None,
        "item_number": entry.number if entry else "",
        "item_titles": entry.item.titles if entry else {},
        "decision": str(paragraph.decision_id) if paragraph.decision_id else None,
        "action": str(paragraph.action_id) if paragraph.action_id else None,
    }


def digest_of(paragraphs: Sequence[Paragraph]) -> str:
    """Return the SHA-256 that names this wording, in all its languages."""
    return content_digest({"paragraphs": paragraphs})


def last_revision(minutes: Minutes) -> MinutesRevision | None:
    """Return the text that was frozen last; None for a draft that was never circulated."""
    return minutes.revisions.order_by("number").last()


def text_for(user: User | AnonymousUser, minutes: Minutes) -> list[Paragraph]:
    """
    Return the paragraphs that the user reads.

    Of minutes that are being written only the secretariat reads the present words; all others read what was
    circulated or adopted last, which nobody can change.
    """
    is_secretariat = isinstance(user, User) and user.is_secretariat
    text = (
        working_text(minutes) if minutes.is_writable and is_secretariat else settled_text(minutes)
    )
    return as_read_by(user, minutes, text)


def as_read_by(
    user: User | AnonymousUser, minutes: Minutes, paragraphs: list[Paragraph]
) -> list[Paragraph]:
    """Return the paragraphs as the user reads them: without the headings of items that are closed to them."""
    if isinstance(user, User) and user.is_secretariat:
        return paragraphs
    readable = {str(entry.item.pk) for entry in agenda_for(minutes.meeting, user)}
    return [_as_read(paragraph, readable) for paragraph in paragraphs]


def _as_read(paragraph: Paragraph, readable: set[str]) -> Paragraph:
    """Whoever may not read an agenda item reads the paragraph on it without its heading."""
    if not paragraph["item"] or str(paragraph["item"]) in readable:
        return paragraph
    return {**paragraph, "item": None, "item_number": "", "item_titles": {}}


def settled_text(minutes: Minutes) -> list[Paragraph]:
    """Return what was frozen last; without a revision it was circulated before there were any."""
    revision = last_revision(minutes)
    return list(revision.paragraphs) if revision else working_text(minutes)


# ── languages ───────────────────────────────────────────────────────────────────────────────────
def languages_of(paragraphs: Iterable[Paragraph]) -> list[str]:
    """Return the codes of the languages that the minutes carry, in the portal's order, others after them."""
    carried = {code for paragraph in paragraphs for code in paragraph["texts"]}
    known = [code for code, _name in settings.LANGUAGES if code in carried]
    return [*known, *sorted(carried.difference(known))]


def writable_languages(minutes: Minutes) -> list[str]:
    """
    Return the codes in which the minutes can be written.

    The meeting's working languages, then the portal's, then those in which something is written already.
    """
    of_portal = [code for code, _name in settings.LANGUAGES]
    carried = languages_of(working_text(minutes))
    return list(dict.fromkeys([*minutes.meeting.working_languages, *of_portal, *carried]))


def language_name(code: str) -> str:
    """Return the language's name in itself."""
    return str(get_language_info(code)["name_local"])


def gaps_of(paragraphs: Sequence[Paragraph]) -> dict[str, list[int]]:
    """Return language → numbers of the paragraphs that are missing in it; only languages that miss some."""
    gaps = {
        code: [one["number"] for one in paragraphs if not one["texts"].get(code)]
        for code in languages_of(paragraphs)
    }
    return {code: numbers for code, numbers in gaps.items() if numbers}


def text_digest(text: str) -> str:
    """Return by what a translation names the original that it was made from."""
    return hashlib.sha256(text.encode()).hexdigest()


def original_language(paragraph: MinutesParagraph) -> str:
    """Return the language a paragraph was written in; of one that does not say, the first it has."""
    if paragraph.original in paragraph.texts:
        return paragraph.original
    known = [code for code, _name in settings.LANGUAGES if code in paragraph.texts]
    return next(iter([*known, *paragraph.texts]), "")


def is_stale(paragraph: MinutesParagraph, language: str) -> bool:
    """Whether the original was changed since this translation was made, or last found to be right."""
    made_from = paragraph.translated_from.get(language)
    if not made_from or not paragraph.texts.get(language):
        return False
    original = original_language(paragraph)
    return original != language and made_from != text_digest(paragraph.texts[original])


@dataclass(frozen=True)
class LanguageState:
    """How complete one language version is: numbers of the paragraphs missing, and of those out of date."""

    language: str
    missing: list[int]
    stale: list[int]

    @property
    def name(self) -> str:
        return language_name(self.language)


def states_of(minutes: Minutes) -> list[LanguageState]:
    """Return the state of every language that the text being written carries."""
    paragraphs = list(minutes.paragraphs.order_by("position"))
    carried = languages_of([{"texts": one.texts} for one in paragraphs])
    return [
        LanguageState(
            code,
            missing=[one.position for one in paragraphs if not one.texts.get(code)],
            stale=[one.position for one in paragraphs if is_stale(one, code)],
        )
        for code in carried
    ]


# ── corrigenda ──────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Piece:
    """A stretch of corrected text: ``kind`` same, removed or added, and the corrigendum that says so."""

    kind: str
    text: str
    corrigendum: Corrigendum | None = None


def issued_corrigenda(minutes: Minutes) -> list[Corrigendum]:
    return list(minutes.corrigenda.filter(status=CorrigendumStatus.ISSUED).order_by("number"))


def corrected(
    paragraph: Mapping[str, Any], language: str, corrigenda: Iterable[Corrigendum]
) -> list[Piece]:
    """Return a paragraph's text in one language with the corrigenda laid over it, in their order."""
    pieces = [Piece("same", paragraph["texts"].get(language, ""))]
    for corrigendum in corrigenda:
        for change in corrigendum.changes:
            if (change["paragraph"], change["language"]) == (paragraph["key"], language):
                pieces = _laid_over(pieces, change, corrigendum)
    return [piece for piece in pieces if piece.text]


def corrected_text(
    paragraph: Mapping[str, Any], language: str, corrigenda: Iterable[Corrigendum]
) -> str:
    pieces = corrected(paragraph, language, corrigenda)
    return "".join(piece.text for piece in pieces if piece.kind != "removed")


def _laid_over(
    pieces: list[Piece], change: Mapping[str, str], corrigendum: Corrigendum
) -> list[Piece]:
    """Mark the old words as removed, wherever earlier corrections put them, and add the new ones."""
    standing = "".join(piece.text for piece in pieces if piece.kind != "removed")
    start = standing.find(change["old"])
    if start < 0:  # proposing it made sure of that; the rest of the text is shown all the same
        return pieces
    end, at, laid = start + len(change["old"]), 0, []
    for piece in pieces:
        if piece.kind == "removed":
            laid.append(piece)
            continue
        laid += _split(piece, start - at, end - at, corrigendum)
        before, at = at, at + len(piece.text)
        if before < end <= at:
            rest = laid.pop() if at > end else None
            laid.append(Piece("added", change["new"], corrigendum))
            laid += [rest] if rest else []
    return laid


def _split(piece: Piece, start: int, end: int, corrigendum: Corrigendum) -> list[Piece]:
    """Return the piece with what lies between the two places in it marked as removed."""
    size = len(piece.text)
    start, end = min(max(start, 0), size), min(max(end, 0), size)
    parts = [
        Piece(piece.kind, piece.text[:start], piece.corrigendum),
        Piece("removed", piece.text[start:end], corrigendum),
        Piece(piece.kind, piece.text[end:], piece.corrigendum),
    ]
    return [part for part in parts if part.text]
