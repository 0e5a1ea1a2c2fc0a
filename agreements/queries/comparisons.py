"""What became of each provision between two revisions; kept, because frozen words never change."""

import hashlib
import json
from dataclasses import asdict, replace
from typing import Any

from django.core.cache import cache
from django.utils.translation import get_language

from agreements.models import Instrument, ProvisionText, TextRevision
from agreements.queries.text_rows import Row, rows_of
from agreements.statuses import ProvisionKind
from ots_portal.texts.comparison import Keyed, ParagraphChange, Piece, compare_paragraphs

KEPT_SECONDS = 24 * 3600
# Numbered through a whole text: of the others the article says more.
_BY_THEMSELVES = frozenset({ProvisionKind.ARTICLE, ProvisionKind.ANNEX, ProvisionKind.PART, ProvisionKind.CHAPTER, ProvisionKind.SECTION})  # fmt: skip


def changes_between(
    before: TextRevision, after: TextRevision, *, language: str
) -> list[ParagraphChange]:
    """
    Return what became of each provision, in the order of the later text.

    Renumbered is what has another number of its own: not each paragraph of an article that is.
    """
    old, new = rows_of(before, language), rows_of(after, language)
    key = _cache_key(old, new)
    if (kept := cache.get(key)) is not None:
        return [_change(told) for told in kept]
    changes = compare_paragraphs([row.keyed for row in old], [row.keyed for row in new])
    old_numbers, new_numbers = whole_numbers(old), whole_numbers(new)
    named = [_with_whole_numbers(one, old_numbers, new_numbers) for one in changes]
    cache.set(key, [asdict(change) for change in named], KEPT_SECONDS)
    return named


def _with_whole_numbers(
    change: ParagraphChange, old: dict[str, str], new: dict[str, str]
) -> ParagraphChange:
    before = change.before and replace(change.before, number=old[change.key])
    after = change.after and replace(change.after, number=new[change.key])
    return replace(change, before=before, after=after)


def _cache_key(old: list[Row], new: list[Row]) -> str:
    told = json.dumps(
        [get_language(), *[[list(vars(row).values()) for row in side] for side in (old, new)]]
    )
    return f"text_comparison:{hashlib.sha256(told.encode()).hexdigest()}"


def _change(told: dict[str, Any]) -> ParagraphChange:
    return ParagraphChange(
        **{
            **told,
            "before": Keyed(**told["before"]) if told["before"] else None,
            "after": Keyed(**told["after"]) if told["after"] else None,
            "pieces": tuple(Piece(**piece) for piece in told["pieces"]),
        }
    )


def whole_numbers(rows: list[Row]) -> dict[str, str]:
    """Return each provision's whole number, "Article 5 (1)(a)", by its key."""
    found: dict[str, str] = {}
    numbers: list[tuple[str, str]] = []  # kind and number of what holds the row, and of the row
    for row in rows:
        numbers = [*numbers[: row.depth], (row.kind, row.number)]
        places = [index for index, (kind, _number) in enumerate(numbers) if kind in _BY_THEMSELVES]
        begin = places[-1] if places else 0
        found[row.key] = " ".join(
            filter(
                None,
                (
                    _shown(numbers[begin]),
                    "".join(f"({number})" for _kind, number in numbers[begin + 1 :] if number),
                ),
            )
        )
    return found


def _shown(number: tuple[str, str]) -> str:
    kind, own = number
    if kind in _BY_THEMSELVES:
        return f"{ProvisionKind(kind).label} {own}".strip()
    return f"({own})" if own else ""


def languages_of(instrument: Instrument) -> list[str]:
    """Return the languages in which there are words of the instrument."""
    texts = ProvisionText.objects.filter(provision__instrument=instrument).order_by()
    return sorted(set(texts.values_list("language", flat=True))) or ["en"]
