from django.db import transaction
from django.db.models import F

from ots_portal.numbering.models import Counter


@transaction.atomic
def next_number(series: str, *, year: int) -> str:
    """
    Return the next number of a series: ``next_number("OTS", year=2026)`` → "OTS-2026-0007".

    Must run in the transaction that stores the number: when that one is rolled back, so is the
    counter, and no gap is left.
    """
    Counter.objects.get_or_create(series=series, year=year)
    # The update comes first: it locks the row, so two transactions cannot read the same value.
    Counter.objects.filter(series=series, year=year).update(last=F("last") + 1)
    last = Counter.objects.values_list("last", flat=True).get(series=series, year=year)
    return f"{series}-{year}-{last:04d}"
