"""Between whom a reservation stands, and how: a pure function of what States did and of the day (articles 20 to 23)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from agreements.rules.entry_into_force import Delay
from agreements.vocabularies.reservations import (
    ACCEPTING,
    MONTHS_TO_OBJECT,
    OBJECTING,
    AcceptanceTerms,
    RelationKind,
    ReservationTerms,
)

R = RelationKind


@dataclass(frozen=True)
class Standing:
    """
    How a reservation stands by itself.

    ``circulated_on`` is the day of the depositary's notification, None before it; ``awaits_confirmation``: made
    when signing, and not confirmed with the consent (article 23, 2); ``decided_on``: accepted by the organ.
    """

    acceptance: str = AcceptanceTerms.EACH
    terms: str = ReservationTerms.SILENT
    circulated_on: date | None = None
    awaits_confirmation: bool = False
    confirmed_on: date | None = None
    decided_on: date | None = None
    withdrawn_on: date | None = None
    is_not_permitted: bool = False

    @property
    def needs_no_acceptance(self) -> bool:
        """Whether the treaty authorizes it expressly (article 20, 1)."""
        return self.terms == ReservationTerms.AUTHORIZED


@dataclass(frozen=True)
class Other:
    """
    Another State: since when it is bound to consent, and what it said.

    ``consented_on`` is None for one that is only entitled to become a party.
    """

    key: str
    consented_on: date | None = None
    accepted_on: date | None = None
    objected_on: date | None = None
    precludes: bool = False
    objection_withdrawn_on: date | None = None


@dataclass(frozen=True)
class Relation:
    """How the reservation stands towards another State: since ``on``, or open until ``until``."""

    key: str
    kind: RelationKind
    on: date | None = None
    until: date | None = None

    @property
    def is_in_force_between(self) -> bool | None:
        """Whether the treaty is in force between the two as far as this goes; None while that is open."""
        if self.kind == R.PRECLUDED:
            return False
        return True if self.kind in ACCEPTING | {R.OBJECTED, R.WITHDRAWN} else None


def last_day_to_object(standing: Standing, consented_on: date | None) -> date | None:
    """
    Return the last day on which a State may object: twelve months after it was notified, or the day of its
    consent where that is later (article 20, 5).

    A confirmation keeps the first notification's day: what was said before needs no confirmation (article 23, 3);
    but nothing is accepted by silence before it. None before the notification.
    """
    if standing.circulated_on is None:
        return None
    ends = Delay(months=MONTHS_TO_OBJECT).after(standing.circulated_on)
    days = [day for day in (ends, consented_on, standing.confirmed_on) if day]
    return max(days, default=None)


def may_still_object(standing: Standing, consented_on: date | None, on: date) -> bool:
    """Tell whether an objection received on a day is in time; before the notification, and before the consent, it is."""
    last = last_day_to_object(standing, consented_on)
    return consented_on is None or last is None or on <= last


def relation_of(standing: Standing, other: Other, today: date) -> Relation:
    """Return how a reservation stands between its State and another one on a day."""
    kind, on, until = _relation(standing, other, today)
    return Relation(other.key, kind, on, until)


Found = tuple[RelationKind, date | None, date | None]


def _relation(standing: Standing, other: Other, today: date) -> Found:
    return (
        _whoever_it_is(standing)
        or _what_it_said(other)
        or _unless_it_speaks(standing)
        or _by_silence(standing, other, today)
    )


def _whoever_it_is(standing: Standing) -> Found | None:
    """Return how it stands towards every State alike."""
    if standing.is_not_permitted:
        return R.NOT_PERMITTED, None, None
    if standing.withdrawn_on:
        return R.WITHDRAWN, standing.withdrawn_on, None
    if standing.circulated_on is None:
        return R.NOT_NOTIFIED, None, None
    if standing.acceptance == AcceptanceTerms.ORGAN and not standing.needs_no_acceptance:
        decided = standing.decided_on
        return (R.BY_THE_ORGAN, decided, None) if decided else (R.AWAITS_THE_ORGAN, None, None)
    return None


def _unless_it_speaks(standing: Standing) -> Found | None:
    if standing.awaits_confirmation:
        return R.UNCONFIRMED, None, None
    if standing.needs_no_acceptance:
        return R.AUTHORIZED, standing.confirmed_on or standing.circulated_on, None
    return None


def _by_silence(standing: Standing, other: Other, today: date) -> Found:
    last = last_day_to_object(standing, other.consented_on)
    if last and other.consented_on and today > last:
        return R.ACCEPTED_TACITLY, last, None
    return R.OPEN, None, last


def _what_it_said(other: Other) -> Found | None:
    if other.objected_on and not other.objection_withdrawn_on:
        return (R.PRECLUDED if other.precludes else R.OBJECTED), other.objected_on, None
    if other.accepted_on:
        return R.ACCEPTED, other.accepted_on, None
    if other.objection_withdrawn_on:
        # Who withdraws an objection is presumed to accept: ILC, Guide to Practice on Reservations (2011), 2.7.3.
        return R.OBJECTION_WITHDRAWN, other.objection_withdrawn_on, None
    return None


@dataclass(frozen=True)
class Outcome:
    """What has become of the reservation as a whole, since a day: established, objected, or None while it is open."""

    is_established: bool | None
    on: date | None = None


def outcome_of(
    standing: Standing, relations: Iterable[Relation], contracting: Iterable[str]
) -> Outcome:
    """
    Return whether the reservation is established: who makes it is a contracting State once one has accepted it
    (article 20, 4 c), or once all have, where the treaty is to be applied in its entirety (article 20, 2).

    ``contracting`` are the keys of the other contracting States: only their word counts.
    """
    if standing.awaits_confirmation or standing.circulated_on is None:
        return Outcome(None)
    if standing.needs_no_acceptance:
        return Outcome(is_established=True, on=standing.confirmed_on or standing.circulated_on)
    if standing.acceptance == AcceptanceTerms.ORGAN:
        return Outcome(True if standing.decided_on else None, standing.decided_on)
    needs_all = standing.acceptance == AcceptanceTerms.ALL
    return _by_the_states(relations, set(contracting), needs_all=needs_all)


def _by_the_states(relations: Iterable[Relation], keys: set[str], *, needs_all: bool) -> Outcome:
    counting = [one for one in relations if one.key in keys]
    accepted = sorted(one.on for one in counting if one.kind in ACCEPTING and one.on)
    objected = sorted(one.on for one in counting if one.kind in OBJECTING and one.on)
    if needs_all and objected:
        return Outcome(is_established=False, on=objected[0])
    if accepted and (not needs_all or len(accepted) == len(counting)):
        return Outcome(is_established=True, on=accepted[-1] if needs_all else accepted[0])
    if counting and len(objected) == len(counting):
        return Outcome(is_established=False, on=objected[-1])
    return Outcome(None)
