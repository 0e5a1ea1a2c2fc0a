from dataclasses import replace

import pytest

from ots_portal import plugs
from ots_portal.jobs import running
from ots_portal.plugs import JobKind
from tests.ots_portal.jobs.kinds.works import KINDS


@pytest.fixture(autouse=True)
def _kinds(monkeypatch):
    monkeypatch.setattr(plugs, "jobs", {kind.kind: kind for kind in KINDS})


@pytest.fixture
def plug(monkeypatch):
    """Call it with the function that does the work; it answers the kind's name."""

    def plugged(run, **more) -> str:
        kind = replace(JobKind("tests.special", "Special", run), **more)
        monkeypatch.setitem(plugs.jobs, kind.kind, kind)
        return kind.kind

    return plugged


@pytest.fixture
def work(now):
    """Be the worker, at the story's instant or another one."""

    def at(moment=now) -> int:
        return running.work_through(clock=lambda: moment)

    return at
