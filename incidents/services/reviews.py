"""After-action reviews: what was learnt from an incident."""

from datetime import datetime, timedelta

from incidents.models import AfterActionReview, Incident
from incidents.statuses import ReviewStatus

# Decided by the project: long enough to hear everybody who helped, short enough to remember.
REVIEW_IS_DUE_IN = timedelta(days=60)


def open_for(incident: Incident, at: datetime) -> AfterActionReview:
    """
    Open the review of an incident that closes now; the caller holds the transaction.

    One that is there already, because the incident was reopened, gets the new day unless it is published.
    The entry of the closing tells of it.
    """
    due_date = (at + REVIEW_IS_DUE_IN).date()
    review, is_new = AfterActionReview.objects.get_or_create(
        incident=incident, defaults={"due_date": due_date, "opened_at": at, "updated_at": at}
    )
    if not is_new and review.status == ReviewStatus.OPEN:
        AfterActionReview.objects.filter(pk=review.pk).update(due_date=due_date, updated_at=at)
        review.refresh_from_db()
    return review
