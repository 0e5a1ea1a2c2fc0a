"""
Lines of the log: one JSON object each in production, readable text elsewhere.

Two nets keep secrets and texts out. Only fields of a short list are written at all. And what other
packages say is written without the values they put into it (an address, an input, a mail's recipient),
what we say ourselves without anything that looks like an address or a token.
"""

import logging
import re
import sys
import traceback
from collections.abc import Mapping
from typing import Any, cast

import orjson
import structlog
from structlog.typing import EventDict, WrappedLogger

FIELDS = frozenset(
    {
        "event", "level", "logger", "time", "exception",
        "request_id", "person", "route", "method", "status", "duration_ms",
        "kind", "subject", "entry",
        "task", "task_id", "child_task_id", "child_task_name", "signame", "signum", "terminated", "expired",
    }
)  # fmt: skip
OWN = frozenset({"ots_portal", "meetings", "agreements", "incidents"})
LONGEST_TEXT = 500


def json_lines() -> logging.Formatter:
    """Return the formatter of production."""
    return _formatter(_say_without_values, _tell_exception, _keep_known_fields, _as_json)


def plain_lines() -> logging.Formatter:
    """Return the formatter of the demonstration and of commands: the same fields, with tracebacks."""
    console = structlog.dev.ConsoleRenderer(
        colors=False,
        timestamp_key="time",
        exception_formatter=structlog.dev.plain_traceback,
        pad_event_to=0,
    )
    return _formatter(_say, _keep_known_fields, _escape_controls, console)


def _formatter(*last: Any) -> logging.Formatter:
    before: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    ]
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return structlog.stdlib.ProcessorFormatter(
        processors=list(last),
        foreign_pre_chain=before,
        use_get_message=False,
        pass_foreign_args=True,
    )


# ── what is said ────────────────────────────────────────────────────────────────────────────────


def _say(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    event["event"] = _filled_in(event["event"], event.get("positional_args"))
    return event


def _say_without_values(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Fill in numbers only: what else a package puts into its sentences may be somebody's input."""
    values = event.get("positional_args")
    is_ours = event["_record"].name.partition(".")[0] in OWN
    said = _filled_in(event["event"], values if is_ours else _numbers_only(values))
    event["event"] = without_secrets(said)
    return event


def _filled_in(text: object, values: Any) -> str:
    try:
        return str(text) % values if values else str(text)
    except (TypeError, ValueError, KeyError):
        return str(text)


def _numbers_only(values: Any) -> Any:
    if isinstance(values, Mapping):
        return {name: _number_or_dots(value) for name, value in values.items()}
    return tuple(map(_number_or_dots, values or ()))


def _number_or_dots(value: Any) -> Any:
    return value if isinstance(value, int | float) else "…"


_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]*@")  # user and password in an address
_EMAIL = re.compile(r"[^\s@<>\"'(]+@[^\s@<>\"')]+")
_AUTHORIZATION = re.compile(r"\b(?:bearer|basic)\s+\S+", re.IGNORECASE)
_LONG = re.compile(r"[\w+=~-]{24,}")  # tokens, keys, signed values
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def without_secrets(text: str) -> str:
    """Return the sentence, shortened, without what looks like an address, a password or a token."""
    text = _AUTHORIZATION.sub("…", _EMAIL.sub("…", _CREDENTIALS.sub("", text)))
    return _LONG.sub(lambda found: _uuid_or_dots(found[0]), text)[:LONGEST_TEXT]


def _uuid_or_dots(word: str) -> str:
    return word if _UUID.fullmatch(word) else "…"


# ── exceptions ──────────────────────────────────────────────────────────────────────────────────


def _tell_exception(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """
    Say what kind of exception it was and where in the code.

    Its text is left out: the database quotes whole rows in it, a parser what somebody sent.
    """
    error = _error_of(event.pop("exc_info", None))
    if error is not None:
        event["exception"] = [_told(each) for each in _with_causes(error)]
    return event


def _error_of(info: Any) -> BaseException | None:
    """Read what `exc_info` may be: an exception, a triple, or True for the one being handled."""
    if isinstance(info, tuple):
        return cast("BaseException | None", info[1])
    if isinstance(info, BaseException):
        return info
    return sys.exc_info()[1] if info else None


def _with_causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in found:
        found.append(cause)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return found


def _told(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


# ── fields ──────────────────────────────────────────────────────────────────────────────────────


def _keep_known_fields(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    kept = FIELDS | {"exc_info"}
    return {field: value for field, value in event.items() if field in kept}


def _escape_controls(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Let nobody's line break or colour code make a second line of the log."""
    event["event"] = "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(event["event"]))
    return event


def _as_json(logger: WrappedLogger, name: str, event: EventDict) -> str:
    return orjson.dumps(event, default=str).decode()
