"""The readiness board of a meeting: for its members and the secretariat."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from meetings.presentation.papers import names_of
from meetings.queries import meetings as meeting_queries
from meetings.queries import readiness as queries
from meetings.queries.readiness import Deadline, Readiness
from meetings.rules.readiness import may_read_board
from meetings.statuses import MINUTES_TONES, MinutesStatus
from meetings.statuses.delegations import (
    CREDENTIALS_TONES,
    DELEGATION_TONES,
    INVITATION_TONES,
    Credentials,
    DelegationStatus,
    InvitationStatus,
)
from ots_portal.clock import database_now
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

DEADLINES: dict[str, str | Promise] = {
    "invitations": gettext_lazy("Invitations are sent"),
    "documents": gettext_lazy("Agenda and documents are there"),
    "minutes": gettext_lazy("Minutes are circulated"),
    "comments": gettext_lazy("Comments on the minutes have come in"),
}


@require_safe
def readiness(request: PortalRequest, pk: UUID) -> HttpResponse:
    meetings = meeting_queries.visible_to(request.user).select_related("series", "host")
    meeting = get_object_or_404(meetings, pk=pk)
    require(may_read_board(request.user))
    board = queries.of_meeting(meeting)
    context = {
        "meeting": meeting,
        "board": board,
        "draft_count": board.draft_count if request.user.is_secretariat else 0,
        "invitations": [
            (one, INVITATION_TONES[InvitationStatus(one.status)]) for one in board.invitations
        ],
        "delegations": [_delegation(one) for one in board.delegations],
        "deadlines": [_deadline(one, at=database_now()) for one in board.deadlines],
        "minutes": _minutes(board, request),
        "documents": _documents(board),
        "minutes_lack": names_of(board.minutes_lack),
        "languages": names_of(meeting.working_languages),
        "knows_rules": bool(meeting.series and meeting.series.rules_source),
    }
    return render(request, "meetings/readiness.html", context)


def _delegation(delegation: Any) -> dict[str, Any]:
    return {
        "delegation": delegation,
        "tone": DELEGATION_TONES[DelegationStatus(delegation.status)],
        "credentials_tone": CREDENTIALS_TONES[Credentials(delegation.credentials)],
    }


def _documents(board: Readiness) -> list[tuple[str, str]]:
    """Return what is missing, a line for each document: its kind and the languages it lacks."""
    return [(one.title, names_of(one.languages)) for one in board.documents]


def _minutes(board: Readiness, request: PortalRequest) -> tuple[Any, str] | None:
    """Of minutes that are a draft only the secretariat knows."""
    minutes = board.minutes
    if minutes is None or (minutes.is_draft and not request.user.is_secretariat):
        return None
    return minutes.get_status_display(), MINUTES_TONES[MinutesStatus(minutes.status)]


def _deadline(deadline: Deadline, *, at: datetime) -> dict[str, Any]:
    is_overdue = deadline.is_overdue(at)
    tone = "good" if deadline.is_met else "severe" if is_overdue else "info"
    return {
        "title": DEADLINES[deadline.name],
        "due_at": deadline.due_at,
        "tone": tone,
        "words": _words(deadline, is_overdue=is_overdue, at=at),
    }


def _words(deadline: Deadline, *, is_overdue: bool, at: datetime) -> str:
    if deadline.is_met:
        return _("Done")
    days = deadline.days_left(at)
    if days is None:
        return _("Has not begun")
    if is_overdue:
        return _("Overdue")
    return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}
