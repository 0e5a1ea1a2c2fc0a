"""Who comments on circulated minutes, and who says what becomes of a comment."""

from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings.models import Minutes, MinutesComment
from meetings.queries.minutes_comments import commenting_participants
from meetings.rules.meetings import NOT_READY, of_the_secretariat
from meetings.statuses import SETTLED, Disposition, MinutesStatus
from ots_portal.people.models import User
from ots_portal.ui.moments import zoned_text
from ots_portal.verdicts import ALLOWED, Verdict

NOT_A_STATE = Verdict(_("Only editors and heads of member States comment on minutes."))
NOT_INVITED = Verdict(_("Your State was not invited to this meeting as a member."))
NOT_YOURS = Verdict(_("Only the State that made the comment takes it back."))
ADOPTED = Verdict(
    _("The minutes are adopted: what became of a comment is not changed any more."),
    code="wrong_status",
)


NOT_A_READER = Verdict(_("Comments on minutes are for the members and the secretariat."))


def may_read(user: User, minutes: Minutes) -> Verdict:
    return ALLOWED if user.is_secretariat or user.is_member_staff else NOT_A_READER


def may_comment(user: User, minutes: Minutes) -> Verdict:
    """In the name of a member State that was invited; a person, no partner system."""
    if not user.is_member_staff or not user.may_act or user.is_machine:
        return NOT_A_STATE
    invited = commenting_participants(minutes.meeting)
    return ALLOWED if invited.filter(pk=user.participant_id).exists() else NOT_INVITED


def ready_for_comments(minutes: Minutes, *, at: datetime) -> Verdict:
    if minutes.status != MinutesStatus.CIRCULATED:
        return Verdict(
            _("Comments are taken while the minutes are circulated, and not now."),
            code="wrong_status",
        )
    if minutes.comments_until is None or at >= minutes.comments_until:
        return too_late(minutes)
    return ALLOWED


def too_late(minutes: Minutes) -> Verdict:
    if minutes.comments_until is None:
        return Verdict(_("These minutes were circulated without a time for comments."), NOT_READY)
    sentence = gettext("The time for comments ended at %(moment)s: this comment comes too late.")
    return Verdict(sentence % {"moment": zoned_text(minutes.comments_until)}, code="wrong_status")


def _may_dispose(user: User, comment: MinutesComment) -> Verdict:
    verdict = of_the_secretariat(user)
    return ADOPTED if verdict and comment.minutes.status in SETTLED else verdict


may_accept = _may_dispose
may_accept_partly = _may_dispose
may_decline = _may_dispose


def may_withdraw(user: User, comment: MinutesComment) -> Verdict:
    """Editors and heads of the State whose comment it is, whoever of them wrote it."""
    if not user.serves(comment.participant_id) or not user.may_act or user.is_machine:
        return NOT_YOURS
    return ADOPTED if comment.minutes.status in SETTLED else ALLOWED


def may_take_in(user: User, comment: MinutesComment) -> Verdict:
    return _may_dispose(user, comment)


def ready_to_take_in(comment: MinutesComment) -> Verdict:
    """The proposed words are taken over once, of a comment that is accepted."""
    if comment.status != Disposition.ACCEPTED:
        return Verdict(_("Only the words of an accepted comment are taken over."), code=NOT_READY)
    if comment.taken_in_at:
        return Verdict(_("The words of this comment were taken over already."), code="wrong_status")
    return ALLOWED
