"""One clock after the other, each by itself: one that fails must not hold up the others."""

import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from ots_portal.lifecycle import WrongStatus

logger = logging.getLogger(__name__)


def apart(deed: Callable[[UUID, datetime], bool], pk: UUID, at: datetime) -> bool:
    """Do it, a transaction of its own; False where it was not done, for whatever reason."""
    try:
        return deed(pk, at)
    except WrongStatus:  # another worker, or an acknowledgement, was faster
        return False
    except Exception:
        logger.exception("The clock %s could not go on.", pk)
        return False
