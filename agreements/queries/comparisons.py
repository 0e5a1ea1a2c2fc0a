"""What became of each provision between two revisions; kept, because frozen words never change."""

from dataclasses import replace
from typing import Any

from django.db.models import Sum
from django.db.models.functions import Length

from agreements.models import (
    FrozenProvision,
    Instrument,
    Provision,
    ProvisionText,
    TextComparison,
    TextRevision,
)
from agreements.queries.text_rows import Row, rows_of
from agreements.statuses import ProvisionKind
from ots_portal.texts.comparison import Keyed, ParagraphChange, Piece, compare_paragraphs

# Of both texts together; more is the worker's.
MOST_LETTERS_AT_ONCE = 400_000
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
    changes = _kept(before, after, language)
    if changes is None:
        changes = compare_paragraphs([row.keyed for row in old], [row.keyed for row in new])
    old_numbers, new_numbers = whole_numbers(old), whole_numbers(new)
    return [_with_whole_numbers(one, old_numbers, new_numbers) for one in changes]


def compared(before: TextRevision, after: TextRevision, *, language: str) -> list[ParagraphChange]:
    """Compare anew, with the numbers that the provisions have by themselves: what is kept."""
    old, new = rows_of(before, language), rows_of(after, language)
    return compare_paragraphs([row.keyed for row in old], [row.keyed for row in new])


def is_long_work(before: TextRevision, after: TextRevision, *, language: str) -> bool:
    """Return whether a worker should compare: two long texts that nobody has compared yet."""
    if before.is_working or after.is_working:
        return False
    frozen = FrozenProvision.objects.filter(revision__in=(before, after), language=language)
    letters = frozen.aggregate(letters=Sum(Length("text")))["letters"] or 0
    return letters > MOST_LETTERS_AT_ONCE and _kept(before, after, language) is None


def _kept(before: TextRevision, after: TextRevision, language: str) -> list[ParagraphChange] | None:
    kept = TextComparison.objects.filter(before=before, after=after, language=language).first()
    return [_change(told) for told in kept.changes] if kept else None


def _with_whole_numbers(
    change: ParagraphChange, old: dict[str, str], new: dict[str, str]
) -> ParagraphChange:
    before = change.before and replace(change.before, number=old[change.key])
    after = change.after and replace(change.after, number=new[change.key])
    return replace(change, before=before, after=after)


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


def names_of_provisions(instrument: Instrument) -> dict[Any, str]:
    """Return each provision of the present text by its whole number, "Article 5 (1)(a)"; in one query."""
    live = Provision.objects.filter(instrument=instrument, is_live=True).order_by("position")
    depths: dict[Any, int] = {}
    rows, keys = [], {}
    for pk, parent, key, kind, number in live.values_list("pk", "parent", "key", "kind", "number"):
        depths[pk] = depths.get(parent, -1) + 1
        rows.append(Row(key, kind, number, "", "", depths[pk]))
        keys[key] = pk, kind
    return {
        keys[key][0]: name or str(ProvisionKind(keys[key][1]).label)
        for key, name in whole_numbers(rows).items()
    }


def _shown(number: tuple[str, str]) -> str:
    kind, own = number
    if kind in _BY_THEMSELVES:
        return f"{ProvisionKind(kind).label} {own}".strip()
    return f"({own})" if own else ""


def languages_of(instrument: Instrument) -> list[str]:
    """Return the languages in which there are words of the instrument."""
    texts = ProvisionText.objects.filter(provision__instrument=instrument).order_by()
    return sorted(set(texts.values_list("language", flat=True))) or ["en"]
