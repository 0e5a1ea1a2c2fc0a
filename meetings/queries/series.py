from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from meetings.models import Meeting, Series
from meetings.queries import meetings as meeting_queries
from ots_portal.people.models import User


def visible_to(user: User | AnonymousUser) -> QuerySet[Series]:
    """
    Return the series the user may see.

    The secretariat and staff of members all; everybody else, anonymous visitors included, those of
    which they may see a meeting.
    """
    if isinstance(user, User) and (user.is_secretariat or user.is_member_staff):
        return Series.objects.all()
    seen = meeting_queries.visible_to(user).filter(series=OuterRef("pk"))
    return Series.objects.filter(Exists(seen))


def with_counts(series: QuerySet[Series], user: User | AnonymousUser) -> QuerySet[Series]:
    """Take along ``meeting_count``: of how many of its meetings this user knows."""
    seen = meeting_queries.visible_to(user).values("pk")
    return series.annotate(meeting_count=Count("meetings", filter=Q(meetings__in=seen)))


def meetings_of(series: Series, user: User | AnonymousUser) -> QuerySet[Meeting]:
    """Return its meetings by ordinal, the latest first; those without one by their start before them."""
    found = meeting_queries.visible_to(user).filter(series=series).select_related("host", "series")
    return found.order_by(F("ordinal").desc(nulls_first=True), "-starts_at", "-id")


def next_ordinal(series_pk: UUID) -> int:
    """Return the number behind the highest announced one that nothing planned has taken."""
    rows = Meeting.objects.filter(series=series_pk).values_list("ordinal", "announced_at")
    taken = {ordinal: announced for ordinal, announced in rows if ordinal is not None}
    number = max((ordinal for ordinal, announced in taken.items() if announced), default=0) + 1
    while number in taken:
        number += 1
    return number
