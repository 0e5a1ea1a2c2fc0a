"""Whether a round has anything to do: asked by beat, so that no worker is called in vain."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import DateTimeField, Expression, QuerySet

Question = Callable[[datetime], bool]
Deed = TypeVar("Deed", bound=Callable[..., object])

# By the task's name. A scheduled task that is not here is called whenever its period is over.
questions: dict[str, Question] = {}


def asked_first(question: Question) -> Callable[[Deed], Deed]:
    """
    Have beat ask ``question`` before it calls the task: the decorator below ``@shared_task``.

    The question reads, quickly, and is true whenever the task would do something: from the same querysets.
    """

    def noted(deed: Deed) -> Deed:
        questions[f"{deed.__module__}.{deed.__name__}"] = question
        return deed

    return noted


class Instant(Expression):
    """The moment of the question, in a queryset that is worded before it is known; ``at - timedelta`` is one, too."""

    output_field = DateTimeField()

    def __init__(self, shift: timedelta = timedelta()) -> None:
        super().__init__()
        self.shift = shift

    def __sub__(self, other: Any) -> Any:
        return Instant(self.shift - other)

    def __add__(self, other: Any) -> Any:
        return Instant(self.shift + other)

    def as_sql(self, *_args: Any, **_more: Any) -> Any:
        return "%s", [self]


class AnyFound:
    """
    Whether any of the querysets finds a row: one statement, worded once.

    To word a query takes Django ten times as long as SQLite or PostgreSQL to answer it in vain.
    ``querysets`` is called once, with an ``Instant`` for the moment: nothing else in them may change.
    """

    def __init__(self, querysets: Callable[[Any], Iterable[QuerySet[Any]]]) -> None:
        self._querysets = querysets
        self._worded: tuple[str, list[Any]] | None = None

    def __call__(self, at: datetime) -> bool:
        sql, values = self._worded = self._worded or self._wording()
        with connection.cursor() as cursor:
            cursor.execute(sql, [_known(value, at) for value in values])
            return bool(cursor.fetchone()[0])

    def _wording(self) -> tuple[str, list[Any]]:
        parts: list[str] = []
        values: list[Any] = []
        for queryset in self._querysets(Instant()):
            try:
                sql, some = queryset.query.exists().get_compiler(connection=connection).as_sql()
            except EmptyResultSet:
                continue
            parts.append(f"EXISTS({sql})")
            values += some
        return f"SELECT {' OR '.join(parts)}", values


def _known(value: Any, at: datetime) -> Any:
    if isinstance(value, Instant):
        return connection.ops.adapt_datetimefield_value(at + value.shift)
    return value
