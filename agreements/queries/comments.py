from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from agreements.models import Comment
from agreements.queries import visible_to as instruments_visible_to
from agreements.queries.positions import told_to
from ots_portal.people.models import User


def visible_to(user: User | AnonymousUser) -> QuerySet[Comment]:
    """
    Return the comments that the reader is told of.

    Of the own delegation all, drafts too; of others what their heads released. Nobody else reads what stays in the
    room: the secretariat does not, nor who runs the portal, nor the auditor.
    """
    if not isinstance(user, User) or not (user.is_national or user.is_secretariat):
        return Comment.objects.none()
    readable = instruments_visible_to(user).order_by()
    found = Comment.objects.filter(Exists(readable.filter(pk=OuterRef("provision__instrument"))))
    return found.filter(_told_to(user)).select_related(
        "participant", "provision__instrument", "author"
    )


def _told_to(user: User) -> Q:
    """What is told to all is told to the member States; a draft is told to nobody (a constraint says so)."""
    if user.is_member_staff or user.is_secretariat:
        return told_to(user, audience="scope")
    return Q(participant=user.participant_id)


def of_room(user: User) -> QuerySet[Comment]:
    """Return what one's own delegation has written."""
    return visible_to(user).filter(participant=user.participant_id)
