from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet

from agreements.models import TextImport, TextRevision
from agreements.queries import visible_to as instruments_visible_to
from ots_portal.people.models import User


def visible_to(user: User | AnonymousUser) -> QuerySet[TextRevision]:
    """
    Return the revisions that the reader may see: those of instruments they read, to who negotiates.

    What was on the table stays among the member States when the treaty is public.
    """
    if not isinstance(user, User) or not (user.is_secretariat or user.is_member_staff):
        return TextRevision.objects.none()
    readable = Exists(instruments_visible_to(user).order_by().filter(pk=OuterRef("instrument")))
    return TextRevision.objects.filter(readable).select_related("instrument", "base")


def imports_visible_to(user: User | AnonymousUser) -> QuerySet[TextImport]:
    """A file that waits is seen by the secretariat alone."""
    if not isinstance(user, User) or not user.is_secretariat:
        return TextImport.objects.none()
    return TextImport.objects.select_related("instrument", "revision", "created_by")
