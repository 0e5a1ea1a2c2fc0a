"""The list of participants as PDF and as a table: by delegation in protocol order, the head first."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetings.models import Delegate, Meeting
from meetings.queries.delegations import Listed
from meetings.queries.minutes_texts import language_name
from meetings.rules.delegations import GOES_ON
from ots_portal.paper import pdf
from ots_portal.paper.tables import Column, Table
from ots_portal.texts import in_language
from ots_portal.ui.moments import day_text, zoned_text


def is_provisional(meeting: Meeting) -> bool:
    """Until the meeting is adjourned delegations still change."""
    return meeting.status in GOES_ON


def to_pdf(meeting: Meeting, entries: list[Listed], *, at: datetime) -> bytes:
    """
    Return the list as people sign it in: in the active language, hours at the place of the meeting.

    :raises NotPrintable: with a sentence for the reader
    """
    return pdf.render(
        "meetings/participants.typ",
        {"facts": _facts(meeting, entries), "columns": _columns(), "groups": _groups(entries)},
        title=_("List of participants"),
        language=get_language() or "en",
        classification=_readers(meeting),
        watermark=_("TRAINING") if meeting.is_training else "",
        words={
            "provisional": _("Provisional list of participants, until the meeting is adjourned")
            if is_provisional(meeting)
            else "",
            "nobody": _("No people are named yet."),
            "none": _("No delegation is announced yet."),
        },
        at=at,
        zone=meeting.time_zone,
    )


def _readers(meeting: Meeting) -> str:
    """Names of delegates are for members and those who are invited, however wide the meeting is open."""
    return _("Members and invited participants")


def _facts(meeting: Meeting, entries: list[Listed]) -> list[list[str]]:
    when = (
        zoned_text(meeting.starts_at, meeting.time_zone)
        if meeting.has_hours
        else day_text(meeting.first_day)
    )
    languages = ", ".join(language_name(code) for code in meeting.working_languages)
    return [
        [_("Meeting"), in_language(meeting.titles)],
        [_("Start"), when],
        [_("Place"), ", ".join(filter(None, (meeting.city, meeting.venue)))],
        [_("Host"), meeting.host.name],
        *([[_("Working languages"), languages]] if languages else []),
        [_("Delegations"), str(len(entries))],
        [_("People"), str(sum(len(entry.delegates) for entry in entries))],
    ]


def _columns() -> list[dict[str, Any]]:
    columns = ((_("Name"), 1.4), (_("Office"), 1.8), (_("Capacity"), 1))
    return [{"label": label, "width": width} for label, width in columns]


def _groups(entries: list[Listed]) -> list[dict[str, Any]]:
    return [
        {
            "heading": _heading(entry),
            "rows": [[one.name, one.title, _capacity(entry, one)] for one in entry.delegates],
        }
        for entry in entries
    ]


def _heading(entry: Listed) -> str:
    delegation = entry.delegation
    return f"{delegation.participant.name} ({delegation.get_capacity_display()})"


def _capacity(entry: Listed, delegate: Delegate) -> str:
    capacity = delegate.get_capacity_display()
    is_acting = entry.is_acting and entry.head is not None and delegate.pk == entry.head.pk
    return _("%(capacity)s, acting head") % {"capacity": capacity} if is_acting else capacity


def table(meeting: Meeting, entries: list[Listed]) -> Table:
    """Return one line per person; "status" says whether the list is provisional."""
    columns = (
        Column("participant", _("Participant"), width=1.2),
        Column("takes_part_as", _("Takes part as")),
        Column("full_name", _("Name"), width=1.5),
        Column("office", _("Office"), width=1.8),
        Column("capacity", _("Capacity")),
        Column("accreditation", _("Accreditation")),
    )
    status = _("Provisional") if is_provisional(meeting) else _("Final")
    filters = [(_("Meeting"), in_language(meeting.titles)), (_("Status"), status)]
    return Table(
        title=_("List of participants"),
        columns=columns,
        rows=_rows(entries),
        classification=_readers(meeting),
        filters=filters,
    )


def _rows(entries: list[Listed]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        for one in entry.delegates:
            yield {
                "participant": entry.delegation.participant.name,
                "takes_part_as": entry.delegation.get_capacity_display(),
                "full_name": one.name,
                "office": one.title,
                "capacity": _capacity(entry, one),
                "accreditation": one.get_accreditation_display(),
            }


def file_name(meeting: Meeting, ending: str) -> str:
    return f"{in_language(meeting.titles)} {_('List of participants')}.{ending}"
