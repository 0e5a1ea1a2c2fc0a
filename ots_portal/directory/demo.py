"""
The contact points of the demonstration: invented, and unable to be dialled.

ITU-T E.164 gives no country a code that begins with 0, so +000… leads nowhere; addresses end in
.example (RFC 2606). The pages mark each as invented.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction

from ots_portal.directory import services
from ots_portal.participants.models import (
    AuthorityKind,
    Confidence,
    ContactPoint,
    ContactPointKind,
    Participant,
)

MEMBERS = ("azerbaijan", "kazakhstan", "kyrgyzstan", "turkiye", "uzbekistan")
INVENTED_SOURCE = "Invented for the demonstration"
ROOM_NAMES = {
    "en": "Duty operations room (example)",
    "tr": "Nöbetçi harekât merkezi (örnek)",
    "az": "Növbətçi əməliyyat mərkəzi (nümunə)",
}
FOCAL_POINT_NAMES = {
    "en": "Office for international cooperation (example)",
    "tr": "Uluslararası işbirliği birimi (örnek)",
    "az": "Beynəlxalq əməkdaşlıq şöbəsi (nümunə)",
}
ALMOST_A_YEAR, MORE_THAN_A_YEAR = timedelta(days=40), timedelta(days=400)


@transaction.atomic
def load(at: datetime) -> None:
    """Enter what is missing; one that people corrected or withdrew stays as they left it. Nobody is told."""
    keys = ContactPoint.objects.values_list("participant_id", "authority_kind", "kind")
    known = set(keys)
    for point in _points(at):
        if (point.participant_id, point.authority_kind, point.kind) not in known:
            services.load(point, at=at)


def _points(at: datetime) -> Iterator[ContactPoint]:
    members = Participant.objects.filter(pk__in=MEMBERS).order_by("slug")
    for number, member in enumerate(members, start=1):
        yield _room(member, number, at)
        yield _focal_point(member, number, at)


def _room(member: Participant, number: int, at: datetime) -> ContactPoint:
    return _point(
        member,
        at - ALMOST_A_YEAR,
        kind=ContactPointKind.OPERATIONS_ROOM,
        authority_kind=AuthorityKind.OPERATIONAL,
        names=ROOM_NAMES,
        phones=[
            {"number": f"+000000{number}0001", "extension": ""},
            {"number": f"+000000{number}0002", "extension": "12"},
        ],
        email=f"operations@{member.pk}.example",
        radio="HF 0.000 kHz, call sign EXAMPLE",
        is_always_open=True,
    )


def _focal_point(member: Participant, number: int, at: datetime) -> ContactPoint:
    # One that nobody looked at for long, so that the demonstration shows the warning.
    checked = at - (MORE_THAN_A_YEAR if number == 1 else ALMOST_A_YEAR)
    return _point(
        member,
        checked,
        kind=ContactPointKind.FOCAL_POINT,
        authority_kind=AuthorityKind.COMPETENT,
        names=FOCAL_POINT_NAMES,
        phones=[{"number": f"+000000{number}0003", "extension": ""}],
        email=f"focal-point@{member.pk}.example",
        opens_at=time(9),
        closes_at=time(18),
        weekdays=[1, 2, 3, 4, 5],
    )


def _point(member: Participant, checked: datetime, **fields: Any) -> ContactPoint:
    return ContactPoint(
        participant=member,
        languages=[*member.languages, "en"],
        time_zone=member.time_zone,
        source_text=INVENTED_SOURCE,
        checked_on_date=checked.date(),
        confidence=Confidence.NOT_CONFIRMED,
        is_demo=True,
        **fields,
    )
