"""Who hears of the duty roster: whose shift it is, who is asked for a swap, and heads of a gap."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ots_portal.audit.models import AuditEntry
from ots_portal.duty import queries
from ots_portal.duty.models import Pattern, Shift, Swap
from ots_portal.people.models import User
from ots_portal.people.queries import active_people, heads_of, may_be_on_duty
from ots_portal.plugs import Notice, plug_labels, plug_notice

# The page of the roster shows these; a person hears of the own shifts when they are planned.
SILENT = (
    "duty.pattern.continued",
    "duty.roster.begun",
    "duty.roster.handed_over",
    "duty.shift.broken_off",
    "duty.shift.handed_on",  # both sides of a swap are told of the swap
)
plug_labels(
    {
        "duty.pattern.continued": _("Shifts are planned by a weekly pattern"),
        "duty.roster.begun": _("The duty roster says from now on who is on duty"),
        "duty.shift.broken_off": _("A shift ends early"),
        "duty.shift.handed_on": _("A shift is handed on"),
        "duty.roster.handed_over": _("The duty roster marks other people on duty"),
    }
)


def _except_actor(people: QuerySet[User], entry: AuditEntry) -> QuerySet[User]:
    return people.exclude(pk=entry.actor_id) if entry.actor_id else people


def whose_shift_it_is(entry: AuditEntry) -> QuerySet[User]:
    """Return the person of the shift, and the one who had it before; not who did it."""
    named = [entry.data.get("was_of"), entry.data.get("person")]
    owner = Shift.objects.filter(pk=entry.subject_id).values("person")
    people = active_people()
    found = people.filter(pk__in=owner) | people.filter(pk__in=list(filter(None, named)))
    return _except_actor(found, entry)


def whose_pattern_it_is(entry: AuditEntry) -> QuerySet[User]:
    owner = Pattern.objects.filter(pk=entry.subject_id).values("person")
    return _except_actor(active_people().filter(pk__in=owner), entry)


def who_is_asked(entry: AuditEntry) -> QuerySet[User]:
    """Return the colleague who was asked; where anybody was, all who can have the shift."""
    swap = Swap.objects.get(pk=entry.subject_id)
    if swap.asked_of_id:
        return active_people().filter(pk=swap.asked_of_id)
    return may_be_on_duty(entry.participant).exclude(pk=swap.asked_by_id)


def who_asked(entry: AuditEntry) -> QuerySet[User]:
    asker = Swap.objects.filter(pk=entry.subject_id).values("asked_by")
    return _except_actor(active_people().filter(pk__in=asker), entry)


def who_asked_and_the_heads(entry: AuditEntry) -> QuerySet[User]:
    heads = heads_of(entry.participant)
    asker = Swap.objects.filter(pk=entry.subject_id).values("asked_by")
    return _except_actor(active_people().filter(pk__in=asker) | heads, entry)


def who_was_asked_or_asked(entry: AuditEntry) -> QuerySet[User]:
    """Return both sides of a swap that is not asked for any more; not who withdrew it."""
    swap = Swap.objects.get(pk=entry.subject_id)
    return _except_actor(active_people().filter(pk__in=[swap.asked_by_id, swap.asked_of_id]), entry)


def the_heads(entry: AuditEntry) -> QuerySet[User]:
    return heads_of(entry.participant)


def shift_for(user: User, subject_id: str) -> Any:
    return queries.shifts_visible_to(user).filter(pk=subject_id).first()


def pattern_for(user: User, subject_id: str) -> Any:
    return queries.patterns_visible_to(user).filter(pk=subject_id).first()


def swap_for(user: User, subject_id: str) -> Any:
    return queries.swaps_visible_to(user).filter(pk=subject_id).first()


def roster_for(user: User, subject_id: str) -> Any:
    return queries.rosters_visible_to(user).filter(pk=subject_id).first()


Recipients = Callable[[AuditEntry], QuerySet[User]]
RecordFor = Callable[[Any, str], Any]
TOLD: dict[str, tuple[str | Promise, Recipients, RecordFor]] = {
    "duty.shift.planned": (_("A shift of yours is planned"), whose_shift_it_is, shift_for),
    "duty.shift.changed": (_("A shift of yours is changed"), whose_shift_it_is, shift_for),
    "duty.shift.cancelled": (_("A shift of yours is cancelled"), whose_shift_it_is, shift_for),
    "duty.shift.taken_over": (_("A shift is taken over"), whose_shift_it_is, shift_for),
    "duty.pattern.begun": (_("Your weekly shifts are planned"), whose_pattern_it_is, pattern_for),
    "duty.pattern.ended": (_("Your weekly shifts end"), whose_pattern_it_is, pattern_for),
    "duty.swap.asked": (_("A colleague asks for a swap"), who_is_asked, swap_for),
    "duty.swap.accepted": (_("A swap is accepted"), who_asked_and_the_heads, swap_for),
    "duty.swap.declined": (_("A swap is declined"), who_asked, swap_for),
    "duty.swap.withdrawn": (_("A swap is withdrawn"), who_was_asked_or_asked, swap_for),
    "duty.swap.lapsed": (_("A swap has lapsed"), who_asked, swap_for),
    "duty.roster.gap_ahead": (_("Nobody is on duty soon"), the_heads, roster_for),
    "duty.roster.ran_out": (_("The duty roster has run out"), the_heads, roster_for),
}
# A head cannot do without these: whoever is not planned is not alerted.
MANDATORY = ("duty.roster.gap_ahead", "duty.roster.ran_out")
for kind, (title, recipients, record_for) in TOLD.items():
    plug_notice(
        Notice(
            kind=kind,
            title=title,
            recipients=recipients,
            record_for=record_for,
            template="duty/notices/told",
            is_optional=kind not in MANDATORY,
        )
    )
