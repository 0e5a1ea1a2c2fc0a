"""
The doorbell: tells a worker at once that something waits, and loses nothing when it is not heard.

A request never speaks to the broker (a broker that accepts and hangs would hang the request): it drops
a mark into a bounded queue that one thread reads. The sweep every second is the truth.
"""

import contextvars
import logging
import queue
import threading

logger = logging.getLogger(__name__)

# A mark is the ringer's context: what a worker writes then names the request that woke it.
_marks: queue.Queue[contextvars.Context] = queue.Queue(maxsize=1)
_started = threading.Lock()
_thread: threading.Thread | None = None


def ring() -> None:
    """Leave a mark; when one is waiting already, that one will do."""
    try:
        _marks.put_nowait(contextvars.copy_context())
    except queue.Full:
        return
    _start_listening()


def _start_listening() -> None:
    global _thread  # noqa: PLW0603 -- one listener per process, started after the server has forked
    with _started:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_listen, name="doorbell", daemon=True)
            _thread.start()


def _listen() -> None:
    from ots_portal.notifications.tasks import sweep  # noqa: PLC0415 -- circular import

    while True:
        ringer = _marks.get()
        try:
            ringer.run(sweep.apply_async, retry=False, expires=5)
        except Exception as error:  # noqa: BLE001 -- whatever ails the broker, the sweep makes it good
            logger.warning("The doorbell did not reach the broker (%s).", type(error).__name__)
