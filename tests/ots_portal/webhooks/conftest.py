from ipaddress import ip_network

import pytest

from tests.ots_portal.webhooks.sink import sink as running_sink


@pytest.fixture
def _own_computer(settings):
    """Servers of this computer may be spoken to, on whichever port they are."""
    settings.PORTAL_EGRESS_ALLOWED_PRIVATE = [ip_network("127.0.0.0/8")]
    settings.PORTAL_EGRESS_PORTS = range(1, 65_536)


@pytest.fixture
def sink(_own_computer):
    with running_sink() as running:
        yield running
