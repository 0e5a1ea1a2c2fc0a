import pytest

from agreements.models import Instrument, Provision
from tests.factories.positions import negotiated


@pytest.fixture
def protocol(turkiye, azerbaijan) -> Instrument:
    """A text that A and B negotiate, with one article."""
    return negotiated(turkiye, azerbaijan, code="protocol", titles={"en": "Protocol"})


@pytest.fixture
def article(protocol) -> Provision:
    return protocol.provisions.get()
