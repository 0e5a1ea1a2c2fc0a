"""Who may do what with minutes: an officer prepares, the head publishes what others wrote."""

from django.utils.translation import gettext_lazy as _

from meetings.models import Meeting, Minutes
from meetings.queries.minutes import is_author
from meetings.rules.meetings import NOT_READY, head_of_the_secretariat, of_the_secretariat
from meetings.rules.recall import may_recall  # noqa: F401 -- a step of theirs, found here
from meetings.statuses import HELD
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

SAME_PERSON = Verdict(
    _("You prepared these minutes or wrote a part of them: a second person publishes them."),
    code="same_person",
)


def may_prepare(user: User, meeting: Meeting) -> Verdict:
    return of_the_secretariat(user)


def may_update(user: User, minutes: Minutes) -> Verdict:
    verdict = of_the_secretariat(user)
    if verdict and not minutes.is_draft:
        return Verdict(
            _("Circulated minutes are not rewritten: withdraw them first."), code="wrong_status"
        )
    return verdict


def may_circulate(user: User, minutes: Minutes) -> Verdict:
    return of_the_secretariat(user)


def may_withdraw(user: User, minutes: Minutes) -> Verdict:
    return head_of_the_secretariat(user)


may_adopt = may_withdraw


def may_publish(user: User, minutes: Minutes) -> Verdict:
    verdict = head_of_the_secretariat(user)
    return SAME_PERSON if verdict and is_author(user, minutes) else verdict


def ready_to_prepare(meeting: Meeting) -> Verdict:
    if meeting.is_from_public_sources:
        return Verdict(
            _("This meeting was entered from public sources: its minutes are not kept here."),
            code=NOT_READY,
        )
    if meeting.status not in HELD:
        return Verdict(_("Minutes are prepared once the meeting is adjourned."), code=NOT_READY)
    return ALLOWED


def ready_to_circulate(minutes: Minutes) -> Verdict:
    if minutes.paragraphs.exists():
        return ALLOWED
    return Verdict(_("There is no paragraph to circulate yet."), code=NOT_READY)
