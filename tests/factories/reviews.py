"""After-action reviews and recommendations at any status."""

from datetime import UTC, date, datetime
from typing import Any

from incidents.models import AfterActionReview, Finding, Incident, Recommendation
from ots_portal.people.models import User

OPENED = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DUE = date(2027, 1, 19)


def a_review(
    incident: Incident, status: str = "open", *, by: User | None = None, **changes: Any
) -> AfterActionReview:
    """A review with a summary; with ``by`` also a finding of that person's participant."""
    review = AfterActionReview.objects.create(
        incident=incident,
        status=status,
        due_date=DUE,
        summaries={"en": "The teams met late."},
        opened_at=OPENED,
        updated_at=OPENED,
        published_at=OPENED if status == "published" else None,
        **changes,
    )
    if by:
        Finding.objects.create(
            review=review, participant=by.participant, texts={"en": "Radios did not fit."}, by=by, at=OPENED
        )  # fmt: skip
    return review


def a_recommendation(
    review: AfterActionReview, status: str = "open", *, by: User, **changes: Any
) -> Recommendation:
    """A recommendation that the person's participant owns."""
    values = {
        "participant": by.participant,
        "texts": {"en": "Agree on one radio frequency."},
        "due_date": DUE,
        "created_at": OPENED,
        "updated_at": OPENED,
        **changes,
    }
    return Recommendation.objects.create(review=review, status=status, created_by=by, **values)
