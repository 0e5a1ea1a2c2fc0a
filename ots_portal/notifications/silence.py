"""Writing records that nobody is told of: those of the demonstration."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_is_silent: ContextVar[bool] = ContextVar("is_silent", default=False)


@contextmanager
def telling_nobody() -> Iterator[None]:
    """
    Put nothing into the outbox of what is recorded here; the audit keeps it all the same.

    For records of the past and of the demonstration only (decisions.md 4): what happens now is told.
    """
    token = _is_silent.set(True)
    try:
        yield
    finally:
        _is_silent.reset(token)


def is_silent() -> bool:
    return _is_silent.get()
