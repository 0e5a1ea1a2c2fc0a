"""
The doorbell: tells a worker at once that something waits, and loses nothing when it is not heard.

A request never speaks to the broker (a broker that accepts and hangs would hang the request): it drops
a mark into a bounded queue that one thread reads. A sweep every second or two is the truth.
"""

import contextvars
import logging
import queue
import threading
from collections.abc import Callable
from typing import Any

logger = logging.getLogger(__name__)


class Doorbell:
    """One bell, one task; ``task`` answers it when the first mark is read."""

    def __init__(self, name: str, task: Callable[[], Any]) -> None:
        self._name, self._task = name, task
        # A mark is the ringer's context: what a worker writes then names the request that woke it.
        self._marks: queue.Queue[contextvars.Context] = queue.Queue(maxsize=1)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def ring(self) -> None:
        """Leave a mark; when one is waiting already, that one will do."""
        try:
            self._marks.put_nowait(contextvars.copy_context())
        except queue.Full:
            return
        self._start_listening()

    def _start_listening(self) -> None:
        """Have one listener per process, started after the server has forked."""
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._listen, name=self._name, daemon=True)
                self._thread.start()

    def _listen(self) -> None:
        task = self._task()
        while True:
            ringer = self._marks.get()
            try:
                ringer.run(task.apply_async, retry=False, expires=5)
            except Exception as error:  # noqa: BLE001 -- whatever ails the broker, the sweep makes it good
                logger.warning("The doorbell did not reach the broker (%s).", type(error).__name__)
