"""Two texts of minutes, compared by words."""

from collections.abc import Sequence

from meetings.models import Minutes, MinutesRevision
from meetings.queries.minutes_texts import Paragraph, working_text
from ots_portal.people.models import User
from ots_portal.texts.comparison import Keyed, ParagraphChange, compare_paragraphs

DRAFT = "draft"


def comparable_texts(
    minutes: Minutes, user: User
) -> dict[str, tuple[MinutesRevision | None, list[Paragraph]]]:
    """
    Return what can be compared, the earliest first: number of the revision → the revision and its text.

    The text being written is DRAFT, without a revision, and for the secretariat alone.
    """
    found: dict[str, tuple[MinutesRevision | None, list[Paragraph]]] = {
        str(one.number): (one, list(one.paragraphs)) for one in minutes.revisions.order_by("number")
    }
    if minutes.is_writable and user.is_secretariat:
        found[DRAFT] = (None, working_text(minutes))
    return found


def usual_pair(keys: Sequence[str]) -> tuple[str, str]:
    """Return the last two texts, where nobody says which; "" where there is none."""
    last = "".join(keys[-1:])
    return (keys[-2] if len(keys) > 1 else last, last)


def changes_between(
    before: Sequence[Paragraph], after: Sequence[Paragraph], *, language: str
) -> list[ParagraphChange]:
    """Return what became of each paragraph in one language, in the order of the later text."""
    return compare_paragraphs(_keyed(before, language), _keyed(after, language))


def _keyed(paragraphs: Sequence[Paragraph], language: str) -> list[Keyed]:
    return [
        Keyed(one["key"], str(one["number"]), one["texts"].get(language, "")) for one in paragraphs
    ]
