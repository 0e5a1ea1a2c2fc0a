"""Kinds of work that tests have done, in this process or by a real worker."""

import os
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from ots_portal.jobs.failures import JobFailed
from ots_portal.plugs import JobContext, JobKind


def count(context: JobContext, parameters: dict[str, Any], *, owner: Any, at: datetime) -> None:
    """Write so many lines, as an export would."""
    with context.open_result("lines.csv", "text/csv") as file:
        for number in range(parameters["rows"]):
            file.write(b"%d\r\n" % number)
            context.progress(number + 1, parameters["rows"], stage="writing")


def dawdle(context: JobContext, parameters: dict[str, Any], *, owner: Any, at: datetime) -> None:
    """Take a tenth of a second with each step, and leave a line per step in the trace."""
    with context.open_result("trace.txt", "text/plain") as file:
        for number in range(parameters["steps"]):
            with Path(parameters["trace"]).open("a") as trace:
                trace.write(f"{os.getpid()} {number}\n")
            file.write(b"%d\n" % number)
            context.progress(number, parameters["steps"])
            time.sleep(0.1)


def refuse(context: JobContext, parameters: dict[str, Any], *, owner: Any, at: datetime) -> None:
    raise JobFailed("too_many_rows", rows=70_000)


COUNT = JobKind(
    "tests.count",
    "Counting",
    count,
    describe=lambda parameters: f"up to {parameters['rows']}",
    stages={"writing": "writing the file"},
)
DAWDLE = JobKind("tests.dawdle", "Dawdling", dawdle)
REFUSE = JobKind(
    "tests.refuse", "Refusing", refuse, failures={"too_many_rows": "%(rows)s rows are too many."}
)
KINDS = (COUNT, DAWDLE, REFUSE)
