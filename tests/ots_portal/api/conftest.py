import pytest
from django.core.cache import cache

from tests.factories.api import bearer


@pytest.fixture(autouse=True)
def _no_calls_counted():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def reading(machine_b):
    """The header of a call by B's system that may read incidents."""
    return bearer(machine_b, "incidents:read")
