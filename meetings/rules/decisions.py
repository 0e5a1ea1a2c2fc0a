"""Who proposes, decides and follows up; ``ready_to_…`` is about the meeting and the decision."""

from django.utils.translation import gettext_lazy as _

from meetings.models import Decision, Meeting
from meetings.queries.decisions import last_check
from meetings.queries.sittings import members_of
from meetings.rules.meetings import NOT_READY, of_the_secretariat
from meetings.rules.sittings import NOBODY_SITS, NOT_IN_SESSION
from meetings.statuses import EDITABLE, MeetingStatus
from meetings.statuses.decisions import UNSETTLED, DecisionStatus
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

NO_QUORUM = "no_quorum"
FROZEN = Verdict(
    _("Only a proposed decision is reworded: this one was decided on."), "wrong_status"
)
NOT_CHECKED = Verdict(
    _(
        "The quorum of this sitting has not been checked: check it, or record the chair's ruling with its reason."
    ),
    code=NO_QUORUM,
)
NOT_QUORATE = Verdict(
    _(
        "The last check found no quorum: nothing is decided until there is one, or the chair rules otherwise. Record the ruling with its reason."
    ),
    code=NO_QUORUM,
)


def may_propose(user: User, meeting: Meeting) -> Verdict:
    return of_the_secretariat(user)


def _secretariat_may(user: User, decision: Decision) -> Verdict:
    return of_the_secretariat(user)


def may_update(user: User, decision: Decision) -> Verdict:
    verdict = of_the_secretariat(user)
    if verdict and decision.status != DecisionStatus.PROPOSED:
        return FROZEN
    return verdict


may_adopt = _secretariat_may
may_reject = _secretariat_may
may_defer = _secretariat_may
may_put_under_silence = _secretariat_may
may_implement = _secretariat_may
may_supersede = _secretariat_may
may_add_action = _secretariat_may


def ready_to_propose(meeting: Meeting) -> Verdict:
    if meeting.status in EDITABLE:
        return ALLOWED
    return Verdict(
        _("A closed or cancelled meeting takes no decisions any more."), code="wrong_status"
    )


def may_tie(user: User, decision: Decision) -> Verdict:
    """Say what a decision is about: nothing of its text changes by that."""
    return of_the_secretariat(user)


def ready_to_decide(meeting: Meeting) -> Verdict:
    """A meeting decides while it sits."""
    if meeting.status != MeetingStatus.IN_SESSION:
        return NOT_IN_SESSION
    return ALLOWED if meeting.sittings.filter(ended_at=None).exists() else NOBODY_SITS


def quorum_verdict(meeting: Meeting) -> Verdict:
    """Say whether the last check of the running sitting lets the meeting decide."""
    check = last_check(meeting)
    if check is None:
        return NOT_CHECKED
    return ALLOWED if check.is_quorate else NOT_QUORATE


def ready_to_put_under_silence(decision: Decision) -> Verdict:
    if decision.meeting.status in EDITABLE and decision.meeting.announced_at:
        return ALLOWED
    return Verdict(
        _("Silence is asked of those whom the meeting was announced to, until it is closed."),
        code="wrong_status",
    )


def ready_to_implement(decision: Decision) -> Verdict:
    if decision.actions.filter(status__in=UNSETTLED).exists():
        return Verdict(
            _("Actions of this decision are still open: close or cancel them first."),
            code=NOT_READY,
        )
    return ALLOWED


def ready_to_add_action(decision: Decision) -> Verdict:
    if decision.status == DecisionStatus.ADOPTED:
        return ALLOWED
    return Verdict(_("Actions follow from an adopted decision."), code="wrong_status")


def may_object(user: User, decision: Decision) -> Verdict:
    """Break the silence in the name of a member of the body: its head does."""
    if user.is_national and user.is_head and user.participant_id in members_of(decision.meeting):
        return ALLOWED
    return Verdict(_("The head of a member's authority objects in its name."))
