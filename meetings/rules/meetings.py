"""
Who may do what with a meeting.

``may_…`` is about the person; ``ready_to_…`` about the meeting: what it still lacks for a step.
"""

from django.utils.translation import gettext_lazy as _

from meetings.models import Meeting
from meetings.queries.agenda import agenda_of
from meetings.statuses import EDITABLE, SETTLED, ItemKind, MeetingStatus, Visibility
from meetings.statuses.decisions import DecisionStatus
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

NOT_THE_SECRETARIAT = Verdict(_("Only the secretariat does this."))
NOT_THE_HEAD = Verdict(_("Only the head of the secretariat does this."))
NOT_READY = "not_ready"


def of_the_secretariat(user: User) -> Verdict:
    return ALLOWED if user.is_secretariat else NOT_THE_SECRETARIAT


def head_of_the_secretariat(user: User) -> Verdict:
    return ALLOWED if user.is_secretariat and user.is_head else NOT_THE_HEAD


def may_create(user: User) -> Verdict:
    return of_the_secretariat(user)


def may_update(user: User, meeting: Meeting) -> Verdict:
    verdict = of_the_secretariat(user)
    if verdict and meeting.status not in EDITABLE:
        return Verdict(
            _("A closed or cancelled meeting is not changed any more."), code="wrong_status"
        )
    return verdict


def _secretariat_may(user: User, meeting: Meeting) -> Verdict:
    return of_the_secretariat(user)


def _head_may(user: User, meeting: Meeting) -> Verdict:
    return head_of_the_secretariat(user)


def may_follow(user: User, meeting: Meeting) -> Verdict:
    """Plan the next meeting from this one, which was called together at least."""
    verdict = of_the_secretariat(user)
    if verdict and meeting.status in {MeetingStatus.PLANNED, MeetingStatus.CANCELLED}:
        return Verdict(
            _("This meeting was not called together: plan the next one by itself."),
            code="wrong_status",
        )
    return verdict


may_convene = _secretariat_may
may_open = _secretariat_may
may_suspend = _secretariat_may
may_resume = _secretariat_may
may_adjourn = _secretariat_may
may_close = _secretariat_may
may_postpone = _head_may
may_cancel = _head_may


def may_attach(user: User, meeting: Meeting) -> Verdict:
    """Whoever adds a file shows it to all the meeting's readers: beyond members, that is publishing."""
    if meeting.status == MeetingStatus.CANCELLED:
        return Verdict(_("This meeting was cancelled."), code="wrong_status")
    if meeting.visibility != Visibility.MEMBERS:
        return head_of_the_secretariat(user)
    if user.is_member_staff and user.may_act and not user.is_machine:
        return ALLOWED
    return of_the_secretariat(user)


def ready_to_open(meeting: Meeting) -> Verdict:
    """A meeting begins by adopting its agenda."""
    first = next(iter(agenda_of(meeting)), None)
    if first and first.item.kind == ItemKind.PROCEDURAL:
        return ALLOWED
    return Verdict(
        _("The agenda must begin with a procedural item: the adoption of the agenda."),
        code=NOT_READY,
    )


def ready_to_close(meeting: Meeting) -> Verdict:
    if meeting.decisions.filter(status=DecisionStatus.UNDER_SILENCE).exists():
        return Verdict(
            _("A decision of this meeting is under silence: wait for the result."), code=NOT_READY
        )
    minutes = getattr(meeting, "minutes", None)
    if minutes and minutes.status in SETTLED:
        return ALLOWED
    return Verdict(_("The minutes must be adopted before the meeting is closed."), code=NOT_READY)
