from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from meetings.models import Corrigendum
from meetings.queries import minutes as minutes_queries
from meetings.statuses import CorrigendumStatus
from ots_portal.people.models import User
from ots_portal.silence.models import SilenceProcedure

# What members see of corrigenda that are not issued (yet).
OF_MEMBERS = (
    CorrigendumStatus.UNDER_SILENCE,
    CorrigendumStatus.OBJECTED,
    CorrigendumStatus.ISSUED,
)


def visible_to(user: User | AnonymousUser) -> QuerySet[Corrigendum]:
    """
    Return the corrigenda the user may see, of minutes that the user reads.

    The secretariat all; staff of members those that are or were under silence, objected to or issued; others
    issued ones.
    """
    readable = Corrigendum.objects.filter(minutes__in=minutes_queries.visible_to(user))
    if isinstance(user, User) and user.is_secretariat:
        return readable
    if isinstance(user, User) and user.is_member_staff:
        # Whoever was asked goes on reading what was taken back: that it was, is told to them.
        asked = SilenceProcedure.objects.filter(subject_type="meetings.corrigendum")
        return readable.filter(
            Q(status__in=OF_MEMBERS) | Q(pk__in=asked.order_by().values("subject_id"))
        )
    return readable.filter(status=CorrigendumStatus.ISSUED)


def with_minutes(corrigenda: QuerySet[Corrigendum]) -> QuerySet[Corrigendum]:
    return corrigenda.select_related("minutes__meeting")


def record_for(user: User, subject_id: str) -> Corrigendum | None:
    return with_minutes(visible_to(user)).filter(pk=subject_id).first()
