import pytest

from agreements import portal
from agreements.models import Instrument, Provision
from agreements.statuses import InstrumentStatus, ProvisionStatus
from ots_portal.participants.models import Participant
from tests.factories.agreements import BracketFactory, InstrumentFactory, ProvisionTextFactory
from tests.factories.people import ParticipantFactory

FIVE = ("azerbaijan", "kazakhstan", "kyrgyzstan", "turkiye", "uzbekistan")


@pytest.fixture
def five_members() -> list[Participant]:
    return [ParticipantFactory(slug=slug) for slug in FIVE]


@pytest.fixture
def loaded(five_members, now) -> None:
    """What a new portal starts with."""
    portal.load_demo(now)


@pytest.fixture
def cpm(loaded) -> Instrument:
    return Instrument.objects.get(code="cpm-agreement")


@pytest.fixture
def training(loaded) -> Instrument:
    return Instrument.objects.get(code="training-protocol")


@pytest.fixture
def on_the_table() -> Instrument:
    return InstrumentFactory(status=InstrumentStatus.NEGOTIATION)


@pytest.fixture
def signed() -> Instrument:
    return InstrumentFactory(status=InstrumentStatus.SIGNED)


@pytest.fixture
def article(on_the_table) -> Provision:
    """An article with one bracket in it."""
    words = ProvisionTextFactory(
        provision__instrument=on_the_table, provision__status=ProvisionStatus.BRACKETED
    )
    BracketFactory(provision=words.provision)
    return words.provision


@pytest.fixture
def told() -> dict[str, object]:
    """What somebody fills in to record a step."""
    return {
        "kind": "negotiation",
        "on_date": "2026-10-05",
        "date_note": "",
        "language": "en",
        "text": "Delegations met in Tashkent.",
        "sources": "https://one.example/a\nhttps://two.example/b",
        "confidence": "confirmed",
    }
