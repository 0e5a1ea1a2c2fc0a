"""What the pages of the capacity register show: values made ready, so that templates neither query nor compute."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.models import Capacity, Deployment, Offer, RequestItem
from incidents.presentation.records import Figure, HistoryLine
from incidents.queries import deployments as deployment_queries
from incidents.queries import offers as offer_queries
from incidents.queries.bookings import Booking, bookings_of, shown_to
from incidents.queries.matching import Fit, Match
from incidents.rules import capacities as rules
from incidents.statuses import Readiness
from incidents.vocabularies.capacity_types import CAPACITY_TYPES, title_of
from incidents.vocabularies.units import counted
from ots_portal.audit.queries import history_of, names_of_actors
from ots_portal.people.models import User

READINESS_TONES = {
    "ready": "good", "partial": "warning", "unavailable": "neutral", "deployed": "info",
}  # fmt: skip
FIT_TONES = {Fit.FITS: "good", Fit.UNSURE: "warning", Fit.MISFIT: "severe"}
FIT_WORDS = {
    Fit.FITS: gettext_lazy("Fits"),
    Fit.UNSURE: gettext_lazy("Perhaps"),
    Fit.MISFIT: gettext_lazy("Does not fit"),
}
CRITERION_WORDS = {
    "type": gettext_lazy("Type"),
    "readiness": gettext_lazy("Readiness"),
    "arrival": gettext_lazy("Ready by"),
    "distance": gettext_lazy("Distance"),
    "certificate": gettext_lazy("Certificate"),
    "self_sufficiency": gettext_lazy("Supplies"),
    "booked": gettext_lazy("Held by others"),
    "quantity": gettext_lazy("Quantity"),
}
WORDS = {
    "incidents.capacity.registered": gettext_lazy("Registered"),
    "incidents.capacity.updated": gettext_lazy("Changed"),
    "incidents.capacity.confirmed": gettext_lazy("Checked: still true"),
    "incidents.capacity.readiness_changed": gettext_lazy("Readiness changed"),
    "incidents.capacity.retired": gettext_lazy("Taken out of the register"),
    "incidents.capacity.brought_back": gettext_lazy("Brought back"),
    "incidents.capacity.certificate_expiring": gettext_lazy("Told that the certificate ends"),
}


@dataclass(frozen=True)
class CapacityRow:
    """A line of the register; everything is text already."""

    pk: Any
    url: str
    name: str
    type: str
    participant: str
    units: str
    home: str
    people: int
    departs_within_hours: int | None
    readiness: str
    readiness_label: str | Promise
    readiness_tone: str
    certified_until: date | None
    certificate_tone: str
    checked_at: datetime | None
    is_retired: bool
    may_change: bool


def rows(capacities: Iterable[Capacity], *, reader: User, today: date) -> list[CapacityRow]:
    """Make the lines of the register; no query (``participant`` is selected with the rows)."""
    base, labels = reverse("incidents:capacities"), dict(Readiness.choices)
    return [
        CapacityRow(
            pk=capacity.pk,
            url=f"{base}{capacity.pk}/",
            name=capacity.name,
            type=title_of(capacity.capacity_type),
            participant=capacity.participant.name,
            units=counted(capacity.units, capacity.unit),
            home=capacity.home_place,
            people=capacity.people,
            departs_within_hours=capacity.departs_within_hours,
            readiness=capacity.readiness,
            readiness_label=labels[capacity.readiness],
            readiness_tone=READINESS_TONES[capacity.readiness],
            certified_until=capacity.certified_until,
            certificate_tone=certificate_tone(capacity, today=today),
            checked_at=capacity.checked_at,
            is_retired=capacity.retired_at is not None,
            may_change=bool(rules.may_set_readiness(reader, capacity)),
        )
        for capacity in capacities
    ]


def certificate_tone(capacity: Capacity, *, today: date) -> str:
    if capacity.certified_until is None:
        return ""
    days_left = (capacity.certified_until - today).days
    return "severe" if days_left < 0 else "warning" if days_left <= 60 else "good"  # noqa: PLR2004 -- the first reminder


@dataclass(frozen=True)
class BookingRow:
    """What holds a capacity; ``number`` and ``url`` are "" where the reader may not open it."""

    quantity: str
    begins_at: datetime | None
    ends_at: datetime | None
    number: str
    url: str
    status: str
    is_firm: bool
    is_exercise: bool


def whole(capacity: Capacity, *, reader: User, today: date) -> dict[str, Any]:
    """Return everything the page of one entry shows to this reader."""
    return {
        "capacity": capacity,
        "kind": CAPACITY_TYPES.get(capacity.capacity_type),
        "type_title": title_of(capacity.capacity_type),
        "readiness_tone": READINESS_TONES[capacity.readiness],
        "certificate_tone": certificate_tone(capacity, today=today),
        "certificate_word": _certificate_word(capacity, today=today),
        "figures": _figures(capacity),
        "bookings": booking_rows(
            shown_to(reader, bookings_of([capacity])), capacity, reader=reader
        ),
        "may_update": rules.may_update(reader, capacity),
        "may_bring_back": rules.may_bring_back(reader, capacity),
        "is_own": reader.serves(capacity.participant_id),
        "readinesses": Readiness.choices,
        "history": history(capacity),
    }


def _certificate_word(capacity: Capacity, *, today: date) -> str:
    words = {"severe": _("Expired"), "warning": _("Ends soon"), "good": _("Valid"), "": ""}
    return words[certificate_tone(capacity, today=today)]


def _figures(capacity: Capacity) -> list[Figure]:
    hours = capacity.departs_within_hours
    days = capacity.self_sufficient_days
    return [
        Figure(_("How many"), counted(capacity.units, capacity.unit)),
        Figure(_("People"), str(capacity.people), _dogs_and_vehicles(capacity)),
        Figure(
            _("Departs within"), _("%(hours)s h") % {"hours": hours} if hours is not None else "—"
        ),
        Figure(_("Without supplies"), _("%(days)s days") % {"days": days} if days else "—"),
    ]


def _dogs_and_vehicles(capacity: Capacity) -> str:
    words = {"dogs": capacity.dogs, "vehicles": capacity.vehicles, "kg": capacity.weight_kg}
    return _("dogs: %(dogs)s · vehicles: %(vehicles)s · %(kg)s kg") % words


def booking_rows(
    bookings: Iterable[Booking], capacity: Capacity, *, reader: User
) -> list[BookingRow]:
    """Make the lines of what holds a capacity, in two queries: which of it the reader may open."""
    bookings = list(bookings)
    open_to = {
        *_readable(deployment_queries.visible_to(reader), bookings, Deployment),
        *_readable(offer_queries.visible_to(reader), bookings, Offer),
    }
    return [_booking_row(one, capacity, is_open=one.holder.pk in open_to) for one in bookings]


def _readable(
    records: QuerySet[Any], bookings: Iterable[Booking], kind: type[Deployment | Offer]
) -> set[Any]:
    keys = [one.holder.pk for one in bookings if isinstance(one.holder, kind)]
    return set(records.filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()


def _booking_row(booking: Booking, capacity: Capacity, *, is_open: bool) -> BookingRow:
    return BookingRow(
        quantity=counted(booking.quantity, capacity.unit),
        begins_at=booking.begins_at,
        ends_at=booking.ends_at,
        number=booking.number if is_open else "",
        url=booking.holder.get_absolute_url() if is_open else "",
        status=str(booking.holder.get_status_display()) if is_open else "",
        is_firm=booking.is_firm,
        is_exercise=booking.is_exercise,
    )


def history(capacity: Capacity) -> list[HistoryLine]:
    """Return what happened to the entry, newest first, with the names of those who did it."""
    entries = list(history_of(capacity))
    names = names_of_actors(entries)
    return [
        HistoryLine(
            at=entry.recorded_at,
            title=WORDS.get(entry.kind, entry.kind),
            text=_told(entry.data),
            tone="info",
            actor=names.get(entry.actor_id, _("A former user"))
            if entry.actor_id
            else _("The portal"),
        )
        for entry in reversed(entries)
    ]


def _told(data: dict[str, Any]) -> str:
    """Say which fields changed; of the readiness, to what."""
    changes = data.get("changes", {})
    if set(changes) == {"readiness"}:
        label = dict(Readiness.choices).get(changes["readiness"].get("after"), "")
        return " · ".join(filter(None, (str(label), data.get("deployment", ""))))
    names = [str(Capacity._meta.get_field(name).verbose_name) for name in changes]  # type: ignore[union-attr]
    return ", ".join(names)


# ── matching ────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class CriterionView:
    code: str
    label: str | Promise
    fit: str | Promise
    tone: str
    sentence: str


@dataclass(frozen=True)
class MatchView:
    """A proposed capacity: how it fits, and why; ``offer_url`` where the reader may offer it."""

    capacity: Capacity
    url: str
    type: str
    fit: str | Promise
    tone: str
    arrives_at: datetime | None
    distance_km: int | None
    criteria: Sequence[CriterionView]
    offer_url: str

    @property
    def misfits(self) -> list[CriterionView]:
        """What speaks against it or is not known, the gravest first."""
        against = [one for one in self.criteria if one.tone != "good"]
        return sorted(against, key=lambda one: one.tone != "severe")


def match_views(
    matches: Iterable[Match], item: RequestItem, *, reader: User, offer_url: str
) -> list[MatchView]:
    """Make the proposals; ``offer_url`` is where an offer to the request begins, "" where none can."""
    return [_match_view(match, item, reader=reader, offer_url=offer_url) for match in matches]


def _match_view(match: Match, item: RequestItem, *, reader: User, offer_url: str) -> MatchView:
    capacity = match.capacity
    may_offer = offer_url and reader.may_act and reader.serves(capacity.participant_id)
    return MatchView(
        capacity=capacity,
        url=capacity.get_absolute_url(),
        type=title_of(capacity.capacity_type),
        fit=FIT_WORDS[match.fit],
        tone=FIT_TONES[match.fit],
        arrives_at=match.arrives_at,
        distance_km=round(match.journey.distance_km) if match.journey else None,
        criteria=[
            CriterionView(
                one.code,
                CRITERION_WORDS[one.code],
                FIT_WORDS[one.fit],
                FIT_TONES[one.fit],
                one.sentence,
            )
            for one in match.criteria
        ],
        offer_url=f"{offer_url}?item={item.pk}&capacity={capacity.pk}" if may_offer else "",
    )
