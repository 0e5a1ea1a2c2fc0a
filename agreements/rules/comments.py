from django.utils.translation import gettext_lazy as _

from agreements.models import Comment, Instrument, Provision
from agreements.statuses import AUDIENCES, Audience, CommentKind, CommentStatus
from ots_portal.people.models import Role, User
from ots_portal.verdicts import ALLOWED, Verdict

_NO_DELEGATION = Verdict(_("Only the people of a delegation have a room of their own."))
_NOT_OWN = Verdict(_("Only the delegation that wrote it changes it."))


def may_enter_room(user: User, instrument: Instrument) -> Verdict:
    """The people of a State or of an observer; the secretariat has no key."""
    is_delegation = user.is_member_staff or user.is_observer_staff
    return ALLOWED if is_delegation else _NO_DELEGATION


def may_comment(user: User, provision: Provision) -> Verdict:
    """An editor or the head of a delegation, of an observer, too."""
    if not (verdict := may_enter_room(user, provision.instrument)):
        return verdict
    if user.is_machine or user.role not in (Role.EDITOR, Role.HEAD):
        return Verdict(_("An editor or the head of the delegation writes for it."))
    return ALLOWED


def may_change(user: User, comment: Comment) -> Verdict:
    if not (verdict := may_comment(user, comment.provision)):
        return verdict
    return ALLOWED if user.serves(comment.participant_id) else _NOT_OWN


may_send = may_change
may_resolve = may_change


def may_release(user: User, comment: Comment) -> Verdict:
    """What leaves the room leaves it by its head; an instruction never does."""
    if not (verdict := may_change(user, comment)):
        return verdict
    if user.role != Role.HEAD:
        return Verdict(_("Only the head of the delegation releases a comment to others."))
    if comment.kind == CommentKind.INSTRUCTION:
        return Verdict(_("An instruction stays in the delegation’s room."))
    return ALLOWED


def wider_audiences(comment: Comment) -> list[Audience]:
    """Return to whom it can still be released: what was told to many is not taken back from them."""
    if comment.status == CommentStatus.DRAFT or comment.kind == CommentKind.INSTRUCTION:
        return []
    return list(AUDIENCES[AUDIENCES.index(Audience(comment.scope)) + 1 :])
