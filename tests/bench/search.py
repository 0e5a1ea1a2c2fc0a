"""How long a search takes beside a bare query of the index, which asks nobody's rights."""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median

from django.contrib.auth.models import AnonymousUser
from django.db import connection

from ots_portal import plugs
from ots_portal.people.models import Role, User
from ots_portal.search import queries, services
from ots_portal.search.boundary import Reader
from ots_portal.search.index import HasWords
from ots_portal.search.models import IndexedRecord
from tests.factories.people import UserFactory

GOAL_MILLISECONDS = 50
# A word of one record in a thousand, of one in five, of all of them; and one of none.
RARE, COMMON, EVERYWHERE, NOWHERE = "nadirsoz", "taskin", "herkes", "yoxdurbu"


def fill() -> int:
    """Index the incidents of the data set, each with some 60 words more; return how many."""
    chance = random.Random(6)  # noqa: S311 -- the same text in each run
    kind = plugs.searchables["incidents.incident"]
    told = replace(
        kind,
        texts_of=lambda incident: {
            **kind.texts_of(incident),
            "en": plugs.SearchText("", _text(chance)),
        },
    )
    started = time.perf_counter()
    count = services.reindex(told)
    print(f"\nIndexing: {count / (time.perf_counter() - started):.0f} records a second.")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return count


def _text(chance: random.Random) -> str:
    words = [f"kelime{chance.randrange(20_000)}" for _ in range(60)] + [EVERYWHERE]
    words += [COMMON] * (chance.random() < 0.2) + [RARE] * (chance.random() < 0.001)
    return " ".join(words)


def tell(*, rounds: int) -> None:
    """Print a table; ``fill`` has been called."""
    count = IndexedRecord.objects.count()
    # One who sees them all, one who sees none of them although all are hits, and a visitor.
    readers = {"member": _member(), "observer": _observer(), "visitor": AnonymousUser()}
    print(
        f"\n| search in {count} records ({connection.vendor}) | of a bare query | here | goal |\n|---|---|---|---|"
    )
    for name, reader in readers.items():
        for word in (RARE, COMMON, EVERYWHERE, NOWHERE):
            searched, bare = _compared(reader, word, rounds=rounds)
            print(
                f"| {name}, “{word}” | {searched / bare:.1f} × | {searched:.1f} ms | ≤ {GOAL_MILLISECONDS} ms |"
            )


def _compared(reader: Reader, word: str, *, rounds: int) -> tuple[float, float]:
    pairs = [
        (_timed(lambda: queries.hits(reader, queries.Asked((word,)))), _timed(lambda: _bare(word)))
        for _round in range(rounds + 1)
    ][1:]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


def _bare(word: str) -> None:
    rows = IndexedRecord.objects.filter(HasWords(word)).order_by("-id").defer("words")
    list(rows[:21])


def _timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1_000


def _member() -> User:
    return User.objects.filter(participant__kind="member", role=Role.READER).first() or UserFactory(
        participant_id="turkiye", role=Role.READER
    )


def _observer() -> User:
    return UserFactory(participant_id="hungary", role=Role.READER)
