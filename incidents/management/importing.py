"""What the import commands share: a file of many items, and what is said of it."""

from collections.abc import Callable
from pathlib import Path

from django.core.management.base import OutputWrapper
from django.utils.translation import gettext as _

from incidents.formats.fields import FormatError
from incidents.services.feed_items import Outcome, participants_countries
from incidents.services.feeds import Read, Tally, take_in_all
from ots_portal.clock import database_now


def take_in_file(
    path: Path,
    read: Callable[[bytes], Read],
    *,
    keep_all: bool,
    out: OutputWrapper,
    err: OutputWrapper,
) -> bool:
    """
    Take in what a file says as proposals; say what became of it, a sentence per problem.

    A file of one event is kept wherever that is: somebody has chosen it. Of many, those far from every
    participant are counted only, unless ``keep_all``.
    """
    try:
        said = read(path.read_bytes())
    except (OSError, FormatError) as error:
        err.write(f"{path}: {error}")
        return False
    is_one = len(said.sightings) + len(said.refused) + said.other_count == 1
    countries = None if keep_all or is_one else participants_countries()
    tally = take_in_all(said.sightings, at=database_now(), countries=countries)
    for sentence in (*said.refused, *tally.refused):
        err.write(f"{path}: {sentence}")
    out.write(f"{path}: {_sentence(tally, other_count=said.other_count)}")
    return not (said.refused or tally.refused)


def _sentence(tally: Tally, *, other_count: int) -> str:
    counts = {outcome.value: count for outcome, count in tally.counts.items()}
    return _(
        "taken in as proposals: %(new)s new, %(updated)s updated, %(withdrawn)s withdrawn by their source, "
        "%(older)s older kept as history, "
        "%(unchanged)s unchanged; %(passed_over)s concern no participant, %(other)s of another kind."
    ) % {**counts, "passed_over": counts[Outcome.PASSED_OVER.value], "other": other_count}
