"""What is read of corrections and of the registration, and which corrections' time is over."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from agreements.models import (
    Correction,
    CorrectionLine,
    Instrument,
    Registration,
)
from agreements.queries import Reader, visible_to
from agreements.statuses import CorrectionStatus


def corrections_visible_to(user: Reader) -> QuerySet[Correction]:
    readable = Exists(visible_to(user).order_by().filter(pk=OuterRef("instrument")))
    return Correction.objects.filter(readable).select_related("instrument")


def whole(corrections: QuerySet[Correction]) -> QuerySet[Correction]:
    """Add what a page or the API tells of each: lines, objections, procès-verbal."""
    return corrections.select_related("proces_verbal").prefetch_related(
        "lines", "objections__participant"
    )


def registrations_visible_to(user: Reader) -> QuerySet[Registration]:
    readable = Exists(visible_to(user).order_by().filter(pk=OuterRef("instrument")))
    return Registration.objects.filter(readable).select_related("instrument")


def due(at: Any) -> QuerySet[Correction]:
    """Return the corrections to which nobody objected in time, and whose effect is not written yet."""
    return Correction.objects.filter(
        status=CorrectionStatus.PROPOSED, objection_until__lte=at
    ).order_by("objection_until", "id")


def effected_lines(instrument: Instrument) -> dict[tuple[UUID, str], list[CorrectionLine]]:
    """Return what stands over the text: provision and language → lines, by the numbers of their corrections."""
    lines = CorrectionLine.objects.filter(
        correction__instrument=instrument,
        correction__status=CorrectionStatus.EFFECTED,
        provision__isnull=False,
    ).select_related("correction")
    found: dict[tuple[UUID, str], list[CorrectionLine]] = defaultdict(list)
    for line in lines.order_by("correction__number", "position"):
        if line.provision_id:
            found[line.provision_id, line.language].append(line)
    return found
