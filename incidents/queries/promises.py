"""Which promises still stand: what an offer holds ends with what it answers."""

from django.db.models import Q

from incidents.statuses import OPEN, RequestStatus

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
