"""What the duty roster plugs into the portal: a room, cards, the own calendar, audit, keeping, own copies."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ots_portal import plugs
from ots_portal.clock import database_now
from ots_portal.duty import queries
from ots_portal.duty.models import Shift, Swap
from ots_portal.duty.presentation import span_text
from ots_portal.duty.queries.boards import Board, board_of
from ots_portal.duty.queries.on_duty import roster_of
from ots_portal.duty.queries.swaps import waiting_for
from ots_portal.people.models import Role, User


def _reads_rosters(user: Any) -> bool:
    if not isinstance(user, User) or user.is_machine:
        return False
    return user.is_national or user.is_secretariat or user.role == Role.SYSTEM_ADMINISTRATOR


# ── the front page ──────────────────────────────────────────────────────────────────────────────


def _on_duty(user: Any) -> Sequence[plugs.CardLine]:
    """Return who of the own house is on duty now and next, and when nobody is; nothing without a roster."""
    if not roster_of(user.participant):
        return []
    board = board_of(user.participant, at=database_now())
    lines = [_line(shift, badge=_("On duty"), tone="good") for shift in board.officers]
    if board.gap:
        lines.append(_gap_line(board))
    if board.next_officer:
        lines.append(_line(board.next_officer, badge=_("Next"), tone="neutral"))
    return lines


def _line(shift: Shift, *, badge: Any, tone: str) -> plugs.CardLine:
    return plugs.CardLine(
        title=shift.person.name,
        url=shift.get_absolute_url(),
        note=span_text(shift.starts_at, shift.ends_at),
        badge=badge,
        tone=tone,
    )


def _gap_line(board: Board) -> plugs.CardLine:
    assert board.gap
    return plugs.CardLine(
        title=_now("Nobody is on duty"),
        url=reverse("duty:roster", args=[board.participant.pk]),
        note=span_text(board.gap.starts_at, board.gap.ends_at),
        badge=_("Gap"),
        tone="severe",
    )


def _swaps_asked(user: Any) -> Sequence[plugs.CardLine]:
    if not roster_of(user.participant):
        return []
    return [
        plugs.CardLine(
            title=_now("%(person)s asks for a swap") % {"person": swap.asked_by.name},
            url=swap.get_absolute_url(),
            note=span_text(swap.shift.starts_at, swap.shift.ends_at),
            badge=swap.shift.get_rank_display(),
            at=swap.created_at,
        )
        for swap in waiting_for(user, at=database_now())
    ]


plugs.rooms.append(
    plugs.Room(_("Duty roster"), "duty:list", "staff:list", 20, _reads_rosters),
)
plugs.cards += [
    plugs.Card(
        _("Swaps that you are asked for"),
        position=7,
        lines=_swaps_asked,
        more_url_name="duty:list",
        needs_me=True,
        visible=_reads_rosters,
    ),
    plugs.Card(
        _("On duty"),
        position=35,
        lines=_on_duty,
        more_url_name="duty:list",
        visible=_reads_rosters,
    ),
]


# ── the own calendar ────────────────────────────────────────────────────────────────────────────


def own_shifts(person: User, since: datetime, until: datetime) -> Sequence[plugs.CalendarEntry]:
    """Return the person's shifts that touch the time; a cancelled one says so, so that it leaves calendars."""
    own = queries.shifts_visible_to(person).filter(person=person)
    inside = own.filter(ends_at__gt=since, starts_at__lt=until).order_by("starts_at", "id")
    return [
        plugs.CalendarEntry(
            uid=f"shift-{shift.pk}",
            title=f"{shift.get_rank_display()} · {shift.participant.name}",
            url=settings.PORTAL_ADDRESS + shift.get_absolute_url(),
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            text=shift.note,
            changed_at=shift.updated_at,
            is_cancelled=not shift.is_planned,
        )
        for shift in inside
    ]


plugs.calendars.append(own_shifts)


# ── audit, keeping, own copies ──────────────────────────────────────────────────────────────────

_FIELDS = {
    "rank": _("Rank"),
    "person": _("Person"),
    "starts_at": _("Begins"),
    "ends_at": _("Ends"),
    "was_of": _("Whose it was"),
    "shift": _("Shift"),
    "asked_of": _("Who is asked"),
    "in_return": _("In return"),
    "shift_count": _("Shifts"),
    "left_out_count": _("Days left out"),
    "until": _("Planned until"),
    "on_duty": _("On duty"),
    "off_duty": _("Off duty"),
    "gaps": _("Times without an officer"),
}
for _model, _title, _visible_to in (
    ("duty.roster", _("Duty roster"), queries.rosters_visible_to),
    ("duty.shift", _("Shift"), queries.shifts_visible_to),
    ("duty.pattern", _("Weekly pattern"), queries.patterns_visible_to),
    ("duty.swap", _("Swap of a shift"), queries.swaps_visible_to),
):
    plugs.plug_audited(plugs.AuditedRecord(_model, _title, visible_to=_visible_to, fields=_FIELDS))


def _shifts_over(before: datetime) -> QuerySet[Shift]:
    return Shift.objects.filter(ends_at__lt=before)


plugs.plug_retention(plugs.retention_of_rows("shifts", _shifts_over))


def _told(person: User) -> Sequence[dict[str, Any]]:
    columns = ("participant", "rank", "starts_at", "ends_at", "note", "status")
    return list(Shift.objects.filter(person=person).order_by("starts_at", "id").values(*columns))


def _erase(person: User, at: datetime) -> None:
    """Forget what was written beside the person's shifts and swaps; that somebody was on duty stays."""
    Shift.objects.filter(person=person).exclude(note="").update(note="")
    Swap.objects.filter(Q(asked_by=person) | Q(asked_of=person)).exclude(note="").update(note="")


plugs.plug_personal_data(plugs.PersonalData("shifts", told=_told, erase=_erase))
