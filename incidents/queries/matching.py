"""
Which capacities answer a line of a request, and why each does or does not.

``assess`` asks no database: it judges one capacity by criteria, each with a sentence. The speeds are the
portal's own assumptions (docs/capacities.md); every sentence that rests on one says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.models import Capacity, RequestItem
from incidents.queries import bookings
from incidents.queries import capacities as capacity_queries
from incidents.queries import requests as request_queries
from incidents.queries.bookings import END, Booking, Span, most_at_once
from incidents.statuses import ItemKind, Readiness
from incidents.vocabularies.capacity_types import CAPACITY_TYPES, title_of
from ots_portal.geo.distances import distance_km
from ots_portal.people.models import User
from ots_portal.ui.moments import day_text, in_zone, moment_text, offset_label

# Assumptions of the portal, for a first estimate only: docs/capacities.md says what they leave out.
ROAD_KMH, ROAD_DETOUR = 50, 1.3  # a convoy; a road is so much longer than the straight line
AIR_KMH, AIR_HANDLING_HOURS = 600, 6  # cruising; loading, border and way from the airport
BY_AIR_ONLY_BEYOND_KM = 3000  # nobody drives a convoy further in time


class Fit(StrEnum):
    FITS = "fits"
    UNSURE = "unsure"
    MISFIT = "misfit"


_WORST_FIRST = (Fit.MISFIT, Fit.UNSURE, Fit.FITS)


@dataclass(frozen=True)
class Criterion:
    """One thing that was looked at: its code, what came out, and a sentence that says why."""

    code: str
    fit: Fit
    sentence: str


@dataclass(frozen=True)
class Journey:
    """An estimate of the way: ``hours`` of travel after the departure, by road or by air."""

    distance_km: float
    hours: float
    mode: str


@dataclass(frozen=True)
class Match:
    """A capacity with what was found of it; ``arrives_at`` None where it cannot be estimated."""

    capacity: Capacity
    criteria: Sequence[Criterion]
    journey: Journey | None
    arrives_at: datetime | None

    @property
    def fit(self) -> Fit:
        found = {criterion.fit for criterion in self.criteria}
        return next((fit for fit in _WORST_FIRST if fit in found), Fit.FITS)


def assess(
    capacity: Capacity, item: RequestItem, at: datetime, *, booked: Iterable[Booking] = ()
) -> list[Criterion]:
    """
    Judge the capacity for the line, as things stand ``at`` that moment.

    ``item.request`` and its incident say where to; ``booked`` is what holds the capacity already.
    """
    return list(match_of(capacity, item, at, booked=booked).criteria)


def match_of(
    capacity: Capacity, item: RequestItem, at: datetime, *, booked: Iterable[Booking] = ()
) -> Match:
    """Return the assessment with the estimates it rests on."""
    journey = journey_to(capacity, item)
    hours = departure_hours(capacity, item)
    arrives_at = (
        at + timedelta(hours=hours + journey.hours)
        if journey is not None and hours is not None
        else None
    )
    criteria = [
        _type(capacity, item),
        _readiness(capacity),
        _arrival(item, hours=hours, arrives_at=arrives_at),
        _distance(journey),
        _certificate(capacity, on=_begins(item, arrives_at or at)),
        _self_sufficiency(capacity, item),
        _bookings(capacity, item, booked, sets_out_at=_begins(item, at, journey)),
        _quantity(capacity, item),
    ]
    return Match(capacity, criteria, journey, arrives_at)


def _begins(item: RequestItem, earliest: datetime, journey: Journey | None = None) -> datetime:
    """Return when it must be there, or with a journey: set out; help that is needed later only, later."""
    needed_from = item.request.needed_from
    if needed_from is None:
        return earliest
    on_the_way = timedelta(hours=journey.hours) if journey else timedelta()
    return max(earliest, needed_from - on_the_way)


def in_order(matches: Iterable[Match]) -> list[Match]:
    """Sort by fit, then by arrival, those without an estimate last."""

    def rank(match: Match) -> tuple[Any, ...]:
        misfits = sum(criterion.fit == Fit.MISFIT for criterion in match.criteria)
        unsure = sum(criterion.fit == Fit.UNSURE for criterion in match.criteria)
        arrival = match.arrives_at.timestamp() if match.arrives_at else float("inf")
        return (-_WORST_FIRST.index(match.fit), misfits, unsure, arrival, match.capacity.name)

    return sorted(matches, key=rank)


# ── estimates ───────────────────────────────────────────────────────────────────────────────────
def journey_to(capacity: Capacity, item: RequestItem) -> Journey | None:
    """Return the faster way from the capacity's home to the place of delivery; None where a place is missing."""
    place = _place_of(item)
    if place is None or capacity.latitude is None or capacity.longitude is None:
        return None
    straight = distance_km(capacity.latitude, capacity.longitude, *place)
    by_road = straight * ROAD_DETOUR / ROAD_KMH
    by_air = straight / AIR_KMH + AIR_HANDLING_HOURS
    is_by_road = by_road <= by_air and straight <= BY_AIR_ONLY_BEYOND_KM
    return Journey(straight, by_road if is_by_road else by_air, "road" if is_by_road else "air")


def _place_of(item: RequestItem) -> tuple[float, float] | None:
    """Return where to: the request's point, else the incident's."""
    for place in (item.request, item.request.incident):
        if place.latitude is not None and place.longitude is not None:
            return place.latitude, place.longitude
    return None


def departure_hours(capacity: Capacity, item: RequestItem) -> int | None:
    """Return after how many hours it departs: its own word, else what the standard asks of its type."""
    if capacity.departs_within_hours is not None:
        return capacity.departs_within_hours
    kind = CAPACITY_TYPES.get(capacity.capacity_type)
    return kind.departs_within_hours if kind else None


# ── the criteria ────────────────────────────────────────────────────────────────────────────────
def _type(capacity: Capacity, item: RequestItem) -> Criterion:
    has, wants = CAPACITY_TYPES.get(capacity.capacity_type), CAPACITY_TYPES.get(item.capacity_type)
    words = {"has": title_of(capacity.capacity_type), "wants": title_of(item.capacity_type)}
    if wants is None:
        is_alike = has is not None and has.kind == item.kind
        if is_alike:
            sentence = _("The line names no type; this is of the kind that is asked for: %(has)s.")
            return Criterion("type", Fit.UNSURE, sentence % words)
        words["kind"] = str(ItemKind(item.kind).label)
        sentence = _("The line asks for “%(kind)s”; this is %(has)s.")
        return Criterion("type", Fit.MISFIT, sentence % words)
    if capacity.capacity_type == item.capacity_type:
        return Criterion("type", Fit.FITS, _("It is what is asked for: %(has)s.") % words)
    if has is not None and wants.code in has.stands_in_for:
        return Criterion("type", Fit.FITS, _("%(has)s can stand in for %(wants)s.") % words)
    if has is not None and has.code in wants.stands_in_for:
        sentence = _("%(has)s is smaller than what is asked for: %(wants)s.")
        return Criterion("type", Fit.UNSURE, sentence % words)
    sentence = _("%(has)s is something else than %(wants)s.")
    return Criterion("type", Fit.MISFIT, sentence % words)


_READINESS = {
    Readiness.READY: Fit.FITS,
    Readiness.PARTIAL: Fit.UNSURE,
    Readiness.UNAVAILABLE: Fit.MISFIT,
    Readiness.DEPLOYED: Fit.MISFIT,
}


def _readiness(capacity: Capacity) -> Criterion:
    readiness = Readiness(capacity.readiness)
    sentences = {
        Readiness.READY: _("It is ready."),
        Readiness.PARTIAL: _("It is only partly ready."),
        Readiness.UNAVAILABLE: _("It is not available."),
        Readiness.DEPLOYED: _("It is deployed."),
    }
    return Criterion("readiness", _READINESS[readiness], sentences[readiness])


def _arrival(item: RequestItem, *, hours: int | None, arrives_at: datetime | None) -> Criterion:
    if arrives_at is None:
        missing = (
            _("It does not say within how many hours it departs.")
            if hours is None
            else _("A place is missing: the time of arrival cannot be estimated.")
        )
        return Criterion("arrival", Fit.UNSURE, missing)
    words = {"arrival": _moment(arrives_at)}
    if item.needed_by is None:
        sentence = _("It could be there on %(arrival)s (estimate); no time is asked for.")
        return Criterion("arrival", Fit.FITS, sentence % words)
    words["needed"] = _moment(item.needed_by)
    if arrives_at <= item.needed_by:
        sentence = _("It could be there on %(arrival)s (estimate), before %(needed)s.")
        return Criterion("arrival", Fit.FITS, sentence % words)
    sentence = _("It could be there on %(arrival)s (estimate): too late for %(needed)s.")
    return Criterion("arrival", Fit.MISFIT, sentence % words)


def _moment(moment: datetime) -> str:
    local = in_zone(moment)
    return f"{moment_text(local)} ({offset_label(local)})"


def _distance(journey: Journey | None) -> Criterion:
    """Tell the distance; far is no misfit by itself, only late is."""
    if journey is None:
        sentence = _("The distance is not known: a place is missing.")
        return Criterion("distance", Fit.UNSURE, sentence)
    words = {"km": round(journey.distance_km), "hours": round(journey.hours)}
    sentence = (
        _("%(km)s km in a straight line: about %(hours)s hours by road (assumed speed).")
        if journey.mode == "road"
        else _("%(km)s km in a straight line: about %(hours)s hours by air (assumed speed).")
    )
    return Criterion("distance", Fit.FITS, sentence % words)


def _certificate(capacity: Capacity, *, on: datetime) -> Criterion:
    kind = CAPACITY_TYPES.get(capacity.capacity_type)
    until = capacity.certified_until
    if until is None:
        if kind is None or not kind.needs_certificate:
            return Criterion("certificate", Fit.FITS, _("This type needs no certificate."))
        return Criterion("certificate", Fit.UNSURE, _("No certificate is entered."))
    words = {"day": day_text(until)}
    if until >= on.date():
        sentence = _("The certificate is valid on arrival, until %(day)s.")
        return Criterion("certificate", Fit.FITS, sentence % words)
    fit = Fit.MISFIT if kind is not None and kind.needs_certificate else Fit.UNSURE
    return Criterion(
        "certificate",
        fit,
        _("The certificate is not valid on arrival: it ends on %(day)s.") % words,
    )


def _self_sufficiency(capacity: Capacity, item: RequestItem) -> Criterion:
    wanted = CAPACITY_TYPES.get(item.capacity_type)
    asked = wanted.self_sufficient_days if wanted else None
    days = capacity.self_sufficient_days
    if not days:
        sentence = _("It does not say for how many days it needs no supplies.")
        return Criterion("self_sufficiency", Fit.UNSURE, sentence)
    needs_nothing = ngettext(
        "It needs no supplies for %(days)s day.", "It needs no supplies for %(days)s days.", days
    ) % {"days": days}
    if asked and days < asked:
        sentence = _("%(needs_nothing)s The standard asks for %(asked)s.")
        words = {"needs_nothing": needs_nothing, "asked": asked}
        return Criterion("self_sufficiency", Fit.UNSURE, sentence % words)
    return Criterion("self_sufficiency", Fit.FITS, needs_nothing)


def _bookings(
    capacity: Capacity, item: RequestItem, booked: Iterable[Booking], *, sets_out_at: datetime
) -> Criterion:
    until, is_exercise = item.request.needed_until, item.request.incident.is_exercise
    spans = [
        booking.span
        for booking in booked
        if booking.capacity_id == capacity.pk and booking.is_exercise == is_exercise
    ]
    end = until if until and until > sets_out_at else END
    held = most_at_once(spans, within=Span(0, sets_out_at, end))
    words = {"held": held, "units": capacity.units}
    if not held:
        return Criterion("booked", Fit.FITS, _("Nothing else holds it."))
    if held < capacity.units:
        sentence = _("Other offers or deployments hold %(held)s of %(units)s.")
        return Criterion("booked", Fit.UNSURE, sentence % words)
    sentence = _("Another offer or deployment holds all of it.")
    return Criterion("booked", Fit.MISFIT, sentence)


def _quantity(capacity: Capacity, item: RequestItem) -> Criterion:
    still = max(item.needed - item.accepted, 0)
    words = {"units": capacity.units, "needed": still}
    if not still:
        sentence = _("Nothing of this line is wanting any more.")
        return Criterion("quantity", Fit.UNSURE, sentence)
    if capacity.unit != item.unit:
        sentence = _("It is counted in another unit than the line: compare by hand.")
        return Criterion("quantity", Fit.UNSURE, sentence)
    if capacity.units >= still:
        return Criterion("quantity", Fit.FITS, _("It covers all that is still wanting.") % words)
    sentence = _("It covers %(units)s of the %(needed)s that are still wanting.")
    return Criterion("quantity", Fit.FITS, sentence % words)


# ── what is proposed to whom ────────────────────────────────────────────────────────────────────
def line_for(user: User | AnonymousUser, request_pk: UUID, item_pk: UUID) -> RequestItem | None:
    """Return the line of a request the user may read; None where either is missing or not theirs to see."""
    lines = RequestItem.objects.filter(
        pk=item_pk,
        request=request_pk,
        request__in=request_queries.visible_to(user).order_by().values("pk"),
        cancelled_at=None,
    )
    return lines.select_related("request__incident", "request__participant").first()


def candidates_for(user: User, item: RequestItem) -> QuerySet[Capacity]:
    """
    Return what is compared with the line: all that the requester or the secretariat may read.

    Everybody else, who may offer, gets the own participant's proposed.
    """
    register = capacity_queries.visible_to(user).filter(retired_at=None)
    if not (user.is_secretariat or user.serves(item.request.participant_id)):
        register = register.filter(participant=user.participant_id)
    return register.exclude(participant=item.request.participant_id).select_related("participant")


def proposals(user: User, item: RequestItem, *, at: datetime) -> list[Match]:
    """Return the candidates judged by what the user may know of them, best first, in three queries."""
    candidates = list(candidates_for(user, item))
    booked = bookings.shown_to(user, bookings.bookings_of(candidates)) if candidates else []
    return in_order(match_of(capacity, item, at, booked=booked) for capacity in candidates)
