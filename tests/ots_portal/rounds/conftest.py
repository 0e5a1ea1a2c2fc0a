"""A beat of which the tests are the clock and the workers."""

from types import SimpleNamespace

import pytest

from ots_portal.celery import app
from ots_portal.rounds import beat
from ots_portal.rounds.beat import AskingScheduler

app.loader.import_default_modules()
STARTED = 1_795_000_000.4  # seconds since 1970, between two whole ones


class Beat(AskingScheduler):
    """Calls nobody: it keeps the names of the entries it would send, and carries them out if it shall."""

    is_worked_for = False
    producer = None

    def setup_schedule(self):
        self.calls = []
        super().setup_schedule()

    def close(self):
        if self._store is not None:
            super().close()
            self._store = None

    def apply_entry(self, entry, producer=None):
        self.calls.append(entry.name)
        if self.is_worked_for:
            app.tasks[entry.task].apply()


@pytest.fixture
def hands(monkeypatch):
    """The hands of beat's clock, as the tests set them."""
    hands = SimpleNamespace(now=STARTED)
    clock = SimpleNamespace(time=lambda: hands.now, monotonic=lambda: hands.now)
    monkeypatch.setattr(beat, "time", clock)
    # The test's own connection is inside a transaction: to Django it is an old one.
    monkeypatch.setattr(beat, "close_old_connections", lambda: None)
    return hands


@pytest.fixture
def start(hands, tmp_path):
    """Call it for a beat that goes on from where the last one ended."""
    started = []

    def start() -> Beat:
        started.append(Beat(app=app, schedule_filename=str(tmp_path / "schedule")))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture
def let_pass(hands):
    """Let a beat work for so many seconds; answers the entries it called."""

    def let_pass(scheduler: Beat, seconds: float) -> list[str]:
        scheduler.calls.clear()
        ends_at = hands.now + seconds
        while hands.now < ends_at:
            hands.now += scheduler.tick() or 0.001
        return list(scheduler.calls)

    return let_pass
