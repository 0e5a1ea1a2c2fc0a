"""Doing things at the same moment: threads that start together, each with its own connection."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from tests.travelling import database_travels_along


def together(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Start all calls at once; return what each returned, or the exception that it raised."""
    barrier = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            with database_travels_along():
                results[place] = call()
        except Exception as error:  # noqa: BLE001 -- the test looks at what was raised
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results
