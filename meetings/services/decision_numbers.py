"""The numbers of decisions: "D/MM-3/1", without a gap in each meeting."""

from django.db import IntegrityError, transaction
from django.db.models import F

from meetings.models import DecisionCounter, Meeting


@transaction.atomic
def next_number(meeting: Meeting) -> str:
    """
    Return the next number of a meeting's decisions.

    Must run in the transaction that stores the number: when that one is rolled back, so is the counter.
    """
    if not DecisionCounter.objects.filter(meeting=meeting).exists():
        _begin(meeting)
    # The update comes first: it locks the row, so two transactions cannot read the same value.
    DecisionCounter.objects.filter(meeting=meeting).update(last=F("last") + 1)
    counter = DecisionCounter.objects.get(meeting=meeting)
    return f"{counter.prefix}/{counter.last}"


def _begin(meeting: Meeting) -> None:
    """Fix what stands before the meeting's numbers; a second meeting that would have the same gets a suffix."""
    wanted = prefix_of(meeting)
    taken = set(
        DecisionCounter.objects.filter(prefix__startswith=wanted).values_list("prefix", flat=True)
    )
    suffixes = ("", *(f"-{n}" for n in range(2, len(taken) + 3)))
    prefix = next(f"{wanted}{suffix}" for suffix in suffixes if f"{wanted}{suffix}" not in taken)
    try:
        with transaction.atomic():
            DecisionCounter.objects.create(meeting=meeting, prefix=prefix)
    except IntegrityError:
        # Somebody else began it in the meantime, or another meeting took the prefix.
        if not DecisionCounter.objects.filter(meeting=meeting).exists():
            _begin(meeting)


def prefix_of(meeting: Meeting) -> str:
    """
    Return "D/<series or kind>-<ordinal>"; a meeting without a number is named by its first day.

    Numbers of training meetings say so, and are in nobody's way.
    """
    of_series = meeting.series.code if meeting.series else meeting.kind
    which = meeting.ordinal or f"{meeting.first_day:%Y%m%d}"
    mark = "TRAINING-" if meeting.is_training else ""
    return f"D/{mark}{of_series}-{which}"
