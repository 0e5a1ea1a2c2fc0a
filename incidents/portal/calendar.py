"""What of incidents stands in a person's calendar: what is needed, due, and until when an offer holds."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from incidents.models import RequestItem
from incidents.queries import offers, requests, reviews
from incidents.statuses import (
    DECIDABLE,
    WAITING_OFFERS,
    RecommendationStatus,
    ReviewStatus,
)
from ots_portal import plugs
from ots_portal.plugs import CalendarEntry
from ots_portal.texts.choice import in_language

MOST = 200  # of a kind: nobody reads more in a calendar
DAY_ENDS = time(23, 59)


def deadlines_of(person: Any, after: datetime, before: datetime) -> Sequence[CalendarEntry]:
    """Return the deadlines of the person's participant between the two moments, within the person's rights."""
    if not (person.is_national or person.is_secretariat):
        return []
    kinds = (_needed_items, _waiting_offers, _open_reviews, _open_recommendations)
    return list(chain.from_iterable(kind(person, after, before) for kind in kinds))


def _needed_items(person: Any, after: datetime, before: datetime) -> Iterator[CalendarEntry]:
    """By when what was asked for is needed: of requests that still take decisions."""
    visible = requests.visible_to(person).filter(status__in=DECIDABLE).order_by()
    items = RequestItem.objects.filter(
        request__in=visible.values("pk"), cancelled_at=None, needed_by__range=(after, before)
    ).select_related("request__incident", "request__participant")
    for item in items.order_by("needed_by", "id")[:MOST]:
        request = item.request
        yield _entry(
            f"needed-{item.pk}",
            _("Needed by now: line %(line)d of %(number)s, %(participant)s")
            % {
                "line": item.line,
                "number": request.number,
                "participant": request.participant.name,
            },
            request,
            at=item.needed_by,
        )


def _waiting_offers(person: Any, after: datetime, before: datetime) -> Iterator[CalendarEntry]:
    """Until when offers can be accepted: for the two parties and the secretariat."""
    waiting = offers.with_parts(offers.of_parties(person)).filter(
        status__in=WAITING_OFFERS, valid_until__range=(after, before)
    )
    for offer in waiting.order_by("valid_until", "id")[:MOST]:
        title = _("Offer %(number)s of %(participant)s ends") % {
            "number": offer.number,
            "participant": offer.participant.name,
        }
        yield _entry(f"offer-{offer.pk}", title, offer, at=offer.valid_until)


def _open_reviews(person: Any, after: datetime, before: datetime) -> Iterator[CalendarEntry]:
    due = reviews.visible_to(person).filter(
        status=ReviewStatus.OPEN, due_date__range=(after.date(), before.date())
    )
    mine = Q() if person.is_secretariat else Q(incident__participant=person.participant_id)
    for review in due.filter(mine).select_related("incident").order_by("due_date", "id")[:MOST]:
        title = _("After-action review of %(number)s is due") % {"number": review.incident.number}
        yield _entry(f"review-{review.pk}", title, review, at=_end_of(review.due_date, person))


def _open_recommendations(
    person: Any, after: datetime, before: datetime
) -> Iterator[CalendarEntry]:
    due = reviews.with_names(reviews.recommendations_visible_to(person)).filter(
        status=RecommendationStatus.OPEN,
        participant=person.participant_id,
        due_date__range=(after.date(), before.date()),
    )
    for each in due.order_by("due_date", "id")[:MOST]:
        title = _("Recommendation is due: %(text)s") % {"text": in_language(each.texts)[:100]}
        yield _entry(f"recommendation-{each.pk}", title, each, at=_end_of(each.due_date, person))


def _entry(uid: str, title: str, record: Any, *, at: Any) -> CalendarEntry:
    """Make an entry; of an exercise, its title says so first."""
    if record.incident.is_exercise:
        title = _("EXERCISE: %(subject)s") % {"subject": title}
    return CalendarEntry(
        uid=uid,
        title=title,
        url=settings.PORTAL_ADDRESS + record.get_absolute_url(),
        starts_at=at,
        text=in_language(record.incident.titles),
        changed_at=getattr(record, "updated_at", None),
    )


def _end_of(day: Any, person: Any) -> datetime:
    """A date without an hour ends with the day where the person is."""
    return datetime.combine(day, DAY_ENDS, tzinfo=ZoneInfo(person.time_zone))


plugs.calendars.append(deadlines_of)
