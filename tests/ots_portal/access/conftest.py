import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _forget_attempts():
    """Attempts are counted in the cache; each test begins with none."""
    cache.clear()
