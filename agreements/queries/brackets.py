from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, OuterRef, QuerySet

from agreements.models import Alternative, Bracket
from agreements.queries import visible_to as instruments_visible_to
from ots_portal.people.models import User


def visible_to(user: User | AnonymousUser) -> QuerySet[Bracket]:
    """
    Return the open brackets of the texts that the reader may see.

    ``version`` is that of the provision: whatever is done to a bracket is done to its words.
    """
    readable = instruments_visible_to(user).order_by()
    found = Bracket.objects.filter(
        Exists(readable.filter(pk=OuterRef("provision__instrument"))), provision__is_live=True
    )
    return (
        found.annotate(version=F("provision__version"))
        .select_related("provision__instrument")
        .prefetch_related("alternatives__sponsors")
    )


def alternatives_visible_to(user: User | AnonymousUser) -> QuerySet[Alternative]:
    found = Alternative.objects.filter(bracket__in=visible_to(user).values("pk"))
    return found.select_related("bracket__provision__instrument")
