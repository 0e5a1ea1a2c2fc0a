"""
The comparison of two revisions of minutes with 400 paragraphs: one word in ten changed, and every word.

    .venv/bin/python -m tests.bench.comparison
"""

import random
import time
from statistics import median

from ots_portal.texts.comparison import Keyed, compare_paragraphs

PARAGRAPHS = 400
WORDS = 150  # some 1,000 letters, so that a revision has 400 kB
GOAL_SECONDS = 1.0
ROUNDS = 5


def main() -> None:
    before = _revision(seed=1)
    edited = [Keyed(one.key, one.number, _edited(one.text, seed=2)) for one in before]
    print("\n| 400 paragraphs of 150 words | median of 5 | goal |\n|---|---|---|")
    for title, after in (
        ("one word in ten changed", edited),
        ("every word changed", _revision(seed=3)),
    ):
        print(f"| {title} | {_seconds(before, after):.2f} s of a core | ≤ {GOAL_SECONDS:.0f} s |")


def _seconds(before: list[Keyed], after: list[Keyed]) -> float:
    taken = []
    for _round in range(ROUNDS):
        begun = time.process_time()
        compare_paragraphs(before, after)
        taken.append(time.process_time() - begun)
    return median(taken)


def _revision(*, seed: int) -> list[Keyed]:
    chance = random.Random(seed)  # noqa: S311 -- the same text in each run
    return [
        Keyed(str(number), str(number), " ".join(_word(chance) for _ in range(WORDS)))
        for number in range(PARAGRAPHS)
    ]


def _edited(text: str, *, seed: int) -> str:
    chance = random.Random(f"{seed} {text}")  # noqa: S311
    return " ".join(_word(chance) if chance.random() < 0.1 else word for word in text.split(" "))


def _word(chance: random.Random) -> str:
    """Return a word: every fourth is one of the few that stand in every sentence."""
    if chance.random() < 0.25:
        return chance.choice(("ve", "the", "of", "bir", "və"))
    return f"söz{chance.randrange(3_000)}"


if __name__ == "__main__":
    main()
