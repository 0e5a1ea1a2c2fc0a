"""Which promises still stand: what an offer holds ends with what it answers."""

from django.db.models import Exists, OuterRef, Q

from incidents.models import Deployment
from incidents.statuses import LIVE_DEPLOYMENTS, OPEN, RequestStatus

_OVER = (RequestStatus.WITHDRAWN, RequestStatus.CLOSED)


def matter_stands(offer: str = "") -> Q:
    """
    Return the condition that what the offer answers is not over: its request, or the incident.

    ``offer`` is the way to the offer, "offer__" from its lines.
    """
    is_asked = Q(**{f"{offer}request__isnull": False})
    is_over = Q(**{f"{offer}request__status__in": _OVER})
    unasked = Q(**{f"{offer}request__isnull": True, f"{offer}incident__status__in": OPEN})
    return (is_asked & ~is_over) | unasked


def line_is_held() -> Q:
    """Return the condition that a line holds its capacity: its matter stands, or a team of it is out."""
    out = Deployment.objects.filter(offer_item=OuterRef("pk"), status__in=LIVE_DEPLOYMENTS)
    return matter_stands("offer__") | Q(Exists(out))
