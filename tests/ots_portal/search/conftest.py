import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _nobody_has_searched_yet():
    """Searches of visitors are counted by their address, which all tests share."""
    cache.clear()
    yield
    cache.clear()
