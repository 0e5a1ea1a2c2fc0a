from datetime import UTC, date, datetime, time

import factory

from ots_portal.participants.models import (
    Authority,
    AuthorityKind,
    Confidence,
    ContactPoint,
    ContactPointKind,
    EmergencyNumber,
    EmergencyPurpose,
)
from tests.factories.people import ParticipantFactory

ENTERED_AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


class EntryFactory(factory.django.DjangoModelFactory):
    class Meta:
        abstract = True

    participant = factory.SubFactory(ParticipantFactory)
    source_text = "Note verbale 17"
    confidence = Confidence.SINGLE
    checked_on_date = date(2026, 11, 1)
    entered_at = ENTERED_AT


class AuthorityFactory(EntryFactory):
    class Meta:
        model = Authority

    kind = AuthorityKind.COMPETENT
    names = {"en": "Ministry of Emergencies", "tr": "Acil Durumlar Bakanlığı"}
    acronym = "MES"


class EmergencyNumberFactory(EntryFactory):
    class Meta:
        model = EmergencyNumber

    purpose = EmergencyPurpose.ALL
    number = "112"


class ContactPointFactory(EntryFactory):
    """A duty room in Ankara, open day and night."""

    class Meta:
        model = ContactPoint

    kind = ContactPointKind.OPERATIONS_ROOM
    authority_kind = AuthorityKind.OPERATIONAL
    names = {"en": "Duty room", "tr": "Nöbet odası"}
    phones = [{"number": "+903125550101", "extension": "12"}]
    email = "duty@authority.example"
    languages = ["tr", "en"]
    is_always_open = True
    time_zone = "Europe/Istanbul"

    class Params:
        office = factory.Trait(
            kind=ContactPointKind.FOCAL_POINT,
            is_always_open=False,
            opens_at=time(9),
            closes_at=time(18),
            weekdays=[1, 2, 3, 4, 5],
        )
