"""Minutes, comparisons of them and corrigenda as PDF."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from meetings.models import Corrigendum, Delegation, Meeting, Minutes
from meetings.queries.minutes_texts import (
    Paragraph,
    corrected,
    digest_of,
    language_name,
)
from meetings.statuses import PLACELESS, Classification
from meetings.statuses.delegations import DelegationStatus
from ots_portal.paper import pdf
from ots_portal.paper.comparisons import on_paper
from ots_portal.texts import in_language, say
from ots_portal.texts.comparison import ParagraphChange
from ots_portal.ui.moments import day_text, zoned_text


def to_pdf(  # noqa: PLR0913 -- keywords only
    minutes: Minutes,
    paragraphs: Sequence[Paragraph],
    *,
    corrigenda: Sequence[Corrigendum],
    language: str,
    at: datetime,
    adopting_meeting: Meeting | None = None,
) -> bytes:
    """
    Return the minutes in one language, a foreign paragraph named as such; a draft says on each page that it is one.

    ``adopting_meeting`` is the later meeting that adopted them, where the reader may know of it.
    The digest in the foot is that of the text in all its languages, which its revision has.

    :raises NotPrintable: with a sentence for the reader
    """
    with override(language):
        return pdf.render(
            "meetings/minutes.typ",
            {
                "facts": _facts(minutes, adopting_meeting),
                "delegations": _delegations(minutes.meeting),
                "sections": _sections(paragraphs, corrigenda, language),
                "corrigenda": [_corrigendum_line(one, minutes.meeting) for one in corrigenda],
                "draft": "" if _is_final(minutes) else _("Draft: this text is not adopted."),
            },
            title=_("Minutes: %(meeting)s") % {"meeting": in_language(minutes.meeting.titles)},
            language=language,
            classification=readers_of(minutes),
            watermark="" if _is_final(minutes) else _("Draft"),
            words=_words(),
            at=at,
            zone=minutes.meeting.time_zone,
            digest=digest_of(paragraphs),
        )


def _is_final(minutes: Minutes) -> bool:
    return minutes.adopted_at is not None


def readers_of(minutes: Minutes) -> str:
    """Return who may read it, as it stands on every page."""
    if minutes.is_published:
        return str(Classification(minutes.classification).label)
    return _("Secretariat") if minutes.is_draft else _("Members")


def _words() -> dict[str, str]:
    return {
        "delegations": _("Delegations"),
        "text": _("Text of the minutes"),
        "corrigenda": _("Corrigenda"),
        "changes": _("Corrections"),
        "comparison": _("Changes"),
        "instead_of": _("Instead of"),
        "read": _("read"),
    }


def _facts(minutes: Minutes, adopting_meeting: Meeting | None) -> list[list[str]]:
    meeting = minutes.meeting
    found = [
        (_("Meeting"), in_language(meeting.titles)),
        (_("Date"), _when(meeting)),
        (_("Place"), _where(meeting)),
        (_("Time zone of the place"), meeting.time_zone),
        (_("Status"), str(minutes.get_status_display())),
    ]
    if minutes.adopted_at:
        adopted = zoned_text(minutes.adopted_at, meeting.time_zone)
        way = str(minutes.get_adopted_by_display())
        if adopting_meeting:
            way = f"{way}: {in_language(adopting_meeting.titles)}"
        found.append((_("Adopted"), f"{adopted}. {way}." if way else adopted))
    if minutes.published_at:
        found.append((_("Published"), zoned_text(minutes.published_at, meeting.time_zone)))
    if meeting.is_training:
        found.insert(0, (_("Training"), _("This is practice.")))
    return [[term, value] for term, value in found]


def _when(meeting: Meeting) -> str:
    if meeting.has_hours:
        start = zoned_text(meeting.starts_at, meeting.time_zone)
        return f"{start} – {zoned_text(meeting.ends_at, meeting.time_zone)}"
    first = day_text(meeting.first_day)
    return first if meeting.is_one_day else f"{first} – {day_text(meeting.last_day)}"


def _where(meeting: Meeting) -> str:
    if meeting.mode in PLACELESS:
        return str(meeting.get_mode_display())
    return ", ".join(filter(None, (meeting.venue, meeting.city)))


def _delegations(meeting: Meeting) -> list[str]:
    """Return participants and capacities; names of people stand only where the text itself has them."""
    came: Iterable[Delegation] = (
        meeting.delegations.exclude(status=DelegationStatus.WITHDRAWN)
        .select_related("participant")
        .order_by("participant_id")
    )
    return [f"{one.participant.name} ({one.get_capacity_display()})" for one in came]


def _sections(
    paragraphs: Sequence[Paragraph], corrigenda: Sequence[Corrigendum], language: str
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for paragraph in paragraphs:
        heading = _heading(paragraph, language)
        if not found or found[-1]["heading"] != heading:
            found.append({"heading": heading, "paragraphs": []})
        found[-1]["paragraphs"].append(_paragraph(paragraph, corrigenda, language))
    return found


def _heading(paragraph: Paragraph, language: str) -> str:
    if not paragraph["item"]:
        return _("General")
    title = say(paragraph["item_titles"], language).text
    return f"{paragraph['item_number']}. {title}" if paragraph["item_number"] else title


def _paragraph(
    paragraph: Paragraph, corrigenda: Sequence[Corrigendum], language: str
) -> dict[str, Any]:
    said = say(paragraph["texts"], language)
    note = language_name(said.language) if said.language not in ("", language) else ""
    pieces = [
        {
            "kind": piece.kind,
            "text": piece.text,
            "label": piece.corrigendum.label if piece.corrigendum else "",
        }
        for piece in corrected(paragraph, said.language, corrigenda)
    ]
    return {"number": paragraph["number"], "note": note, "pieces": pieces}


def _corrigendum_line(corrigendum: Corrigendum, meeting: Meeting) -> list[str]:
    assert corrigendum.issued_at
    return [corrigendum.label, zoned_text(corrigendum.issued_at, meeting.time_zone)]


def comparison_to_pdf(
    minutes: Minutes,
    changes: Sequence[ParagraphChange],
    *,
    named: tuple[str, str],
    language: str,
    at: datetime,
) -> bytes:
    """
    Return two texts of the minutes in one, by words; ``named`` is what the earlier and the later are called.

    :raises NotPrintable: with a sentence for the reader
    """
    with override(language):
        facts = [
            [_("Meeting"), in_language(minutes.meeting.titles)],
            [_("Earlier text"), named[0]],
            [_("Later text"), named[1]],
            [_("Language"), language_name(language)],
        ]
        return pdf.render(
            "meetings/minutes_comparison.typ",
            {"facts": facts, "changes": on_paper(changes)},
            title=_("Changes in the minutes"),
            language=language,
            classification=_("Members") if not minutes.is_draft else _("Secretariat"),
            watermark="" if _is_final(minutes) else _("Draft"),
            words=_words(),
            at=at,
        )


def corrigendum_to_pdf(corrigendum: Corrigendum, *, language: str, at: datetime) -> bytes:
    """
    Return a corrigendum: which words of which paragraphs take the place of which others.

    :raises NotPrintable: with a sentence for the reader
    """
    minutes = corrigendum.minutes
    with override(language):
        return pdf.render(
            "meetings/corrigendum.typ",
            {
                "facts": _corrigendum_facts(corrigendum),
                "reason": corrigendum.reason,
                "changes": [_change(one) for one in corrigendum.changes],
            },
            title=f"{corrigendum.label}: {in_language(minutes.meeting.titles)}",
            language=language,
            classification=readers_of(minutes) if corrigendum.number else _("Members"),
            watermark="" if corrigendum.number else _("Draft"),
            document_number=corrigendum.label if corrigendum.number else "",
            words={**_words(), "reason": _("Reason")},
            at=at,
            zone=minutes.meeting.time_zone,
            digest=corrigendum.sha256,
        )


def _corrigendum_facts(corrigendum: Corrigendum) -> list[list[str]]:
    meeting = corrigendum.minutes.meeting
    found = [
        [_("Minutes"), in_language(meeting.titles)],
        [_("Date"), _when(meeting)],
        [_("Place"), _where(meeting)],
        [_("Status"), str(corrigendum.get_status_display())],
    ]
    if corrigendum.issued_at:
        found.append([_("Issued"), zoned_text(corrigendum.issued_at, meeting.time_zone)])
    return found


def _change(change: dict[str, Any]) -> dict[str, str]:
    place = _("Paragraph %(number)s (%(language)s)") % {
        "number": change["number"],
        "language": language_name(change["language"]),
    }
    return {"place": place, "old": change["old"], "new": change["new"]}
