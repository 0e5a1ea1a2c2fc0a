"""What the tests of faults share: how much arrived, and what they wait for."""

import time
from collections import Counter
from collections.abc import Callable, Sequence

from django.db import connection

from ots_portal.notifications.models import Delivery
from ots_portal.operation.processes import Running
from tests.servers import SmtpSink, wait_until

RECIPIENT_COUNT = 10
KILL_COUNT = 10
RECOVERY_SECONDS = 30
# On a machine that does other things as well, programs take their time to start.
PATIENCE_SECONDS = 120


def sent_count() -> int:
    connection.close()  # what the worker commits is seen by a new transaction
    return Delivery.objects.filter(channel="mail", status="sent").count()


def ids_of(sink: SmtpSink) -> Counter[str]:
    return Counter(received.message["Message-ID"].strip() for received in sink.received)


def warm_up(
    programs: Sequence[Running],
    sink: SmtpSink,
    tell: Callable[[int], int],
    *,
    already: int = 0,
) -> int:
    """Prove that the worker consumes; return how many mails that took. ``already``: how many had come before."""
    count = tell(1)
    wait_until(
        lambda: len(sink.received) >= already + count, programs=programs, seconds=PATIENCE_SECONDS
    )
    return count


def inbox_count() -> int:
    """How many items people see: each once, for one person and entry there is one at most."""
    return Delivery.objects.filter(channel="inbox").count()


def has_recovered(happened: Callable[[], object], *, programs: Sequence[Running]) -> float:
    """Wait until it has happened; return how many seconds that took."""
    began = time.monotonic()
    wait_until(happened, programs=programs, seconds=PATIENCE_SECONDS)
    return time.monotonic() - began
