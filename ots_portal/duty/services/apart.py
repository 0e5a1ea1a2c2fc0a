"""Doing one thing after the other so that one that fails keeps no other waiting."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

logger = logging.getLogger(__name__)
Key = TypeVar("Key")


def one_by_one(keys: Iterable[Key], deed: Callable[[Key], int]) -> int:
    """Do it for each, and return the sum of the answers; the job comes again soon for what failed."""
    total = 0
    for key in keys:
        try:
            total += deed(key)
        except Exception:
            logger.exception("The duty roster could not be looked after: %s.", key)
    return total
