"""Reservations: entered with the act that they are made with, circulated, accepted, withdrawn."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.models import FinalClauses, Instrument, Reservation, ReservationAcceptance
from agreements.queries.places import places_of, unknown_sentence
from agreements.queries.reservations import (
    adopted_decision,
    awaiting_tacit_acceptance,
    contracting_states,
    entitled_states,
    objection_of,
    signature_of,
)
from agreements.queries.treaty import final_clauses_of
from agreements.rules import reservations as rules
from agreements.rules.reservation_effects import outcome_of
from agreements.services import chain
from agreements.services.entering import (
    checked_reason,
    checked_texts,
    enter,
    hold,
    refuse_days_to_come,
)
from agreements.services.reservation_relations import relations_of, standing_of
from agreements.statuses import (
    DEPOSITING_STATUSES,
    RESERVATIONS,
    STANDING_RESERVATIONS,
    ReservationStatus,
)
from agreements.vocabularies.acts import LedgerKind, SignatureKind
from agreements.vocabularies.reservations import (
    CONSENTS_WITH_RESERVATIONS,
    AcceptanceTerms,
    MadeWith,
    RelationKind,
    ReservationTerms,
)
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.crossrefs import services as crossrefs
from ots_portal.crossrefs.models import Relation
from ots_portal.lifecycle import WrongStatus
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import require

_take_step = partial(lifecycle.take_step, lifecycle=RESERVATIONS)
# After which a reservation is settled anew: one that stands already may still be accepted by more States.
_SETTLED_ANEW = (ReservationStatus.CIRCULATED, ReservationStatus.OBJECTED)


@transaction.atomic
def formulate(  # noqa: PLR0913 -- keywords only, each named where it is called
    instrument: Instrument,
    *,
    participant: Participant,
    made_with: str,
    received_on_date: date,
    provisions: Sequence[str],
    texts: dict[str, str],
    note: str = "",
    by: User,
    at: datetime,
) -> Reservation:
    """
    Enter a reservation into the ledger; the other States are asked once they are notified of it.

    ``made_with`` is the act (MadeWith): its day is that of the reservation, which the depositary received by
    then. ``provisions`` are keys or names of the text's provisions; names where the portal does not hold it.

    :raises Refused: unless ``rules.may_formulate``
    :raises WrongStatus: unless the treaty is open for signature, signed or in force
    :raises ValidationError: where the treaty does not permit it, without the act, or after it
    """
    require(rules.may_formulate(by, instrument))
    hold(instrument, DEPOSITING_STATUSES, at=at)
    refuse_days_to_come(at, received_on_date=received_on_date)
    clauses = final_clauses_of(instrument) or FinalClauses()
    places = _checked_places(instrument, clauses, provisions)
    made_on, needs_confirmation = _act(instrument, participant, made_with)
    if received_on_date > made_on:
        raise ValidationError({"received_on_date": _too_late(participant, made_with, made_on)})
    reservation = Reservation(
        instrument=instrument,
        participant=participant,
        made_with=made_with,
        received_on_date=received_on_date,
        made_on_date=made_on,
        provisions=places,
        texts=checked_texts(texts),
        needs_confirmation=needs_confirmation,
        note=note,
    )
    enter(reservation, by=by, at=at)
    _record("agreements.reservation.formulated", reservation, by=by, at=at)
    _append(reservation, LedgerKind.RESERVATION, on=made_on, by=by, at=at, **_words(reservation))
    return reservation


def _words(reservation: Reservation) -> dict[str, Any]:
    """Return what the ledger keeps of it: the words themselves, so that a copy of it is enough."""
    return {
        "made_with": reservation.made_with,
        "provisions": reservation.provisions,
        "texts": reservation.texts,
    }


def _checked_places(
    instrument: Instrument, clauses: FinalClauses, written: Sequence[str]
) -> list[str]:
    if clauses.reservation_terms == ReservationTerms.PROHIBITED:
        sentence = _(
            "The final clauses entered for this treaty prohibit reservations (Vienna Convention, article 19 a)."
        )
        raise ValidationError({"provisions": sentence})
    places = places_of(instrument)
    found, unknown = places.resolved(written)
    if unknown:
        raise ValidationError({"provisions": unknown_sentence(unknown)})
    if not found:
        raise ValidationError({"provisions": _("Name the provisions that it is made to.")})
    # Entered before the text was held the clause has names, which are keys now.
    named, elsewhere = places.resolved(clauses.reservation_provisions)
    clause = [*named, *elsewhere]
    if clauses.reservation_terms == ReservationTerms.ONLY:
        outside = [place for place in found if not places.is_within(place, clause)]
        sentence = _(
            "The final clauses entered for this treaty permit reservations only to %(permitted)s, and not to "
            "%(places)s (Vienna Convention, article 19 b)."
        )
        _refuse_places(sentence, outside, places.names(outside), places.names(clause))
    if clauses.reservation_terms == ReservationTerms.EXCEPT:
        # A whole article has the paragraph in it that the clause names.
        inside = [place for place in found if places.is_within(place, clause)]
        inside += [
            place for place in clause if place not in inside and places.is_within(place, found)
        ]
        sentence = _(
            "The final clauses entered for this treaty prohibit reservations to %(places)s (Vienna Convention, "
            "article 19 a)."
        )
        _refuse_places(sentence, inside, places.names(inside), places.names(clause))
    return found


def _refuse_places(
    sentence: str, wrong: list[str], names: Sequence[str], clause: Sequence[str]
) -> None:
    if wrong:
        told = {"places": ", ".join(names), "permitted": ", ".join(clause)}
        raise ValidationError({"provisions": sentence % told})


def _act(instrument: Instrument, participant: Participant, made_with: str) -> tuple[date, bool]:
    """Return the day of the act that the reservation is made with, and whether it is to be confirmed later."""
    told = {"state": participant.name}
    if made_with == MadeWith.SIGNATURE:
        signature = signature_of(instrument, participant)
        if signature is None:
            sentence = _("%(state)s has not signed: enter its signature first.")
            raise ValidationError({"made_with": sentence % told})
        # A definitive signature is the consent itself (article 12): there is nothing to confirm it with.
        is_definitive = getattr(signature, "kind", "") == SignatureKind.DEFINITIVE
        return signature.signed_on_date, not is_definitive
    consents = instrument.ledger.filter(
        participant=participant, kind__in=CONSENTS_WITH_RESERVATIONS, annulled_by=None
    )
    consent = consents.order_by("-number").first()
    if consent is None:
        sentence = _(
            "%(state)s has deposited no instrument of ratification, acceptance, approval or accession: a reservation is "
            "made when signing or with such an instrument (Vienna Convention, article 19)."
        )
        raise ValidationError({"made_with": sentence % told})
    return consent.acted_on_date, False


def _too_late(participant: Participant, made_with: str, day: date) -> str:
    told = {"state": participant.name, "day": day.isoformat()}
    if made_with == MadeWith.SIGNATURE:
        return (
            _(
                "%(state)s signed on %(day)s: a reservation received later was not made when signing (Vienna "
                "Convention, article 19)."
            )
            % told
        )
    return (
        _(
            "%(state)s consented to be bound on %(day)s: a reservation received later is too late (Vienna "
            "Convention, article 19)."
        )
        % told
    )


@transaction.atomic
def circulate(reservation: Reservation, *, at: datetime) -> Reservation:
    """
    Begin the other States' time: the depositary has notified them. Called with the notification, by the portal.

    :raises WrongStatus: unless it is only formulated
    """
    whose = reservation.participant_id
    changes = {"circulated_at": at}
    _take_step(reservation, "circulate", by=None, at=at, participant=whose, changes=changes)
    return settle(reservation, at=at)


@transaction.atomic
def confirm(reservation: Reservation, *, by: User, at: datetime) -> Reservation:
    """
    Enter that the State confirmed, with its consent, what it reserved when signing (article 23, 2).

    It counts from the consent; what others said before needs no confirmation (article 23, 3).

    :raises Refused: unless ``rules.may_confirm``
    :raises WrongStatus: where it needs none, is confirmed, or stands no more; or while the State has not consented
    """
    require(rules.may_confirm(by, reservation))
    instrument = reservation.instrument
    hold(instrument, DEPOSITING_STATUSES, at=at)
    consented_on = contracting_states(instrument, timezone.localdate(at)).get(
        reservation.participant_id
    )
    if consented_on is None:
        sentence = _(
            "%(state)s has not expressed its consent to be bound: a reservation made when signing is confirmed then."
        )
        raise WrongStatus(sentence % {"state": reservation.participant.name})
    confirmable = Q(needs_confirmation=True, confirmed_on_date=None) & Q(
        status__in=STANDING_RESERVATIONS
    )
    rows = Reservation.objects.filter(confirmable, pk=reservation.pk)
    changed = rows.update(confirmed_on_date=consented_on, version=F("version") + 1, updated_at=at)
    if changed != 1:
        raise WrongStatus(
            _("This reservation needs no confirmation, is confirmed, or stands no more.")
        )
    reservation.refresh_from_db()
    _record("agreements.reservation.confirmed", reservation, by=by, at=at)
    kind = LedgerKind.RESERVATION_CONFIRMED
    _append(reservation, kind, on=consented_on, by=by, at=at, made_on=reservation.made_on_date)
    return settle(reservation, at=at)


@transaction.atomic
def accept(
    reservation: Reservation, *, participant: Participant, on: date, by: User, at: datetime
) -> Reservation:
    """
    Enter that another State accepted it expressly, in writing (articles 20 and 23, 1); that is final.

    :raises Refused: unless ``rules.may_accept``
    :raises WrongStatus: once it is withdrawn or not permitted, or while it is not notified
    :raises ValidationError: of its own State, of one that cannot become a party, after an objection that stands,
        a second time, or where no State's acceptance counts
    """
    require(rules.may_accept(by, reservation))
    hold(reservation.instrument, DEPOSITING_STATUSES, at=at)
    refuse_days_to_come(at, on=on)
    refuse_days_before(reservation, on=on)
    refuse_unless_circulated(reservation)
    refuse_reaction_of(reservation, participant, at=at)
    _refuse_acceptance(reservation, participant)
    acceptance = _accepted(reservation, participant, on=on, is_tacit=False, by=by, at=at)
    if acceptance is None:
        sentence = _("%(state)s has accepted it already.")
        raise ValidationError({"participant": sentence % {"state": participant.name}})
    kind = LedgerKind.RESERVATION_ACCEPTED
    _append(reservation, kind, on=on, by=by, at=at, whose=participant)
    return settle(reservation, at=at)


def _refuse_acceptance(reservation: Reservation, participant: Participant) -> None:
    told = {"state": participant.name}
    if standing_of(reservation).acceptance == AcceptanceTerms.ORGAN:
        sentence = _(
            "The treaty establishes an organization: its competent organ accepts, by decision (Vienna Convention, "
            "article 20, 3)."
        )
        raise ValidationError({"participant": sentence})
    if objection_of(reservation, participant):
        sentence = _("%(state)s has objected to it: enter the withdrawal of its objection first.")
        raise ValidationError({"participant": sentence % told})


def refuse_days_before(reservation: Reservation, **days: date) -> None:
    """:raises ValidationError: naming each day on which there was no reservation yet"""
    wrong = [name for name, day in days.items() if day < reservation.made_on_date]
    if wrong:
        sentence = _("That is before the step that was taken last: “%(status)s”.")
        sentence %= {"status": ReservationStatus.FORMULATED.label}
        raise ValidationError(dict.fromkeys(wrong, sentence))


def refuse_unless_circulated(reservation: Reservation) -> None:
    """:raises WrongStatus: before its notification, and once it stands no more"""
    current = Reservation.objects.values_list("status", flat=True).get(pk=reservation.pk)
    if current == ReservationStatus.FORMULATED:
        raise WrongStatus(_("The States have not been notified of this reservation yet."))
    if current not in STANDING_RESERVATIONS:
        raise WrongStatus(lifecycle.wrong_status_sentence(reservation))


def refuse_reaction_of(reservation: Reservation, participant: Participant, *, at: datetime) -> None:
    """:raises ValidationError: of its own State, or of one that is neither bound nor entitled to become a party"""
    if participant.pk == reservation.participant_id:
        sentence = _("%(state)s made this reservation itself.")
        raise ValidationError({"participant": sentence % {"state": participant.name}})
    if participant.pk not in entitled_states(reservation.instrument, timezone.localdate(at)):
        sentence = _(
            "%(state)s is no contracting State, and the treaty is not open to it: only contracting States, and those "
            "entitled to become parties, accept or object (Vienna Convention, articles 20, 4 and 23, 1)."
        )
        raise ValidationError({"participant": sentence % {"state": participant.name}})


def _accepted(  # noqa: PLR0913 -- one row, with all that it is made of
    reservation: Reservation,
    participant: Participant,
    *,
    on: date,
    is_tacit: bool,
    by: User | None,
    at: datetime,
) -> ReservationAcceptance | None:
    """Write an acceptance, once: None where it is written already, also by somebody at the same moment."""
    acceptance = ReservationAcceptance(
        reservation=reservation,
        participant=participant,
        is_tacit=is_tacit,
        accepted_on_date=on,
        created_at=at,
        created_by=by,
    )
    try:
        with transaction.atomic():
            acceptance.save(force_insert=True)
    except IntegrityError:
        return None
    kind = (
        "agreements.reservation.accepted_tacitly" if is_tacit else "agreements.reservation.accepted"
    )
    record(
        kind,
        subject=reservation,
        by=by,
        at=at,
        participant=participant.pk,
        instrument=str(reservation.instrument_id),
        on_date=on,
    )
    return acceptance


@transaction.atomic
def accept_by_decision(
    reservation: Reservation, *, decision: UUID, on: date, by: User, at: datetime
) -> Reservation:
    """
    Enter that the competent organ accepted it (article 20, 3): the reservation is established.

    ``decision`` is the key of an adopted decision that the person may read; the two are tied, so that each
    leads to the other.

    :raises Refused: unless ``rules.may_accept_by_decision``
    :raises WrongStatus: unless it is circulated, and confirmed where it needs that
    :raises ValidationError: where the treaty establishes no organization, or there is no such decision
    """
    require(rules.may_accept_by_decision(by, reservation))
    hold(reservation.instrument, DEPOSITING_STATUSES, at=at)
    refuse_days_to_come(at, on=on)
    if standing_of(reservation).acceptance != AcceptanceTerms.ORGAN:
        sentence = _(
            "By the final clauses entered for this treaty States accept, and no organ: it establishes no organization."
        )
        raise ValidationError({"decision": sentence})
    refuse_days_before(reservation, on=on)
    if reservation.awaits_confirmation:
        raise WrongStatus(_("It was made when signing and is not confirmed with the consent yet."))
    found = adopted_decision(by, decision)
    if found is None:
        raise ValidationError({"decision": _("There is no such adopted decision.")})
    record_of_decision, label = found
    changes = {"decision_id": decision, "decision_label": label[:300], "decided_on_date": on}
    _take_step(
        reservation,
        "accept_by_decision",
        by=by,
        at=at,
        participant=reservation.participant_id,
        changes=changes,
        decision=str(decision),
    )
    kind = LedgerKind.RESERVATION_ESTABLISHED
    _append(reservation, kind, on=on, by=by, at=at, decision=str(decision), decided_as=label[:300])
    with suppress(WrongStatus):  # somebody has tied the two before
        crossrefs.tie(
            reservation, to=record_of_decision, relation=Relation.FOLLOWS_FROM, by=by, at=at
        )
    return reservation


@transaction.atomic
def find_not_permitted(
    reservation: Reservation, *, reason: str, by: User, at: datetime
) -> Reservation:
    """
    Enter that the treaty does not permit it, or that it is incompatible with object and purpose (article 19).

    :raises Refused: unless ``rules.may_find_not_permitted``
    :raises WrongStatus: once it is established, objected or withdrawn
    :raises ValidationError: without a reason
    """
    require(rules.may_find_not_permitted(by, reservation))
    reason = checked_reason(reason)
    hold(reservation.instrument, DEPOSITING_STATUSES, at=at)
    whose, changes = reservation.participant_id, {"reason": reason}
    _take_step(reservation, "find_not_permitted", by=by, at=at, participant=whose, changes=changes)
    kind = LedgerKind.RESERVATION_NOT_PERMITTED
    _append(reservation, kind, on=timezone.localdate(at), by=by, at=at, reason=reason)
    return reservation


@transaction.atomic
def withdraw(reservation: Reservation, *, on: date, by: User, at: datetime) -> Reservation:
    """
    Enter that the State withdrew it, in writing, at any time (articles 22, 1 and 23, 4).

    It takes effect for each other State once that State has the depositary's notice of it (article 22, 3 a).

    :raises Refused: unless ``rules.may_withdraw``
    :raises WrongStatus: once it is withdrawn or not permitted
    :raises ValidationError: on a day to come, or before it was made
    """
    require(rules.may_withdraw(by, reservation))
    hold(reservation.instrument, DEPOSITING_STATUSES, at=at)
    refuse_days_to_come(at, on=on)
    if on < reservation.made_on_date:
        raise ValidationError({"on": _("The withdrawal lies before the reservation.")})
    whose, changes = reservation.participant_id, {"withdrawn_on_date": on}
    _take_step(reservation, "withdraw", by=by, at=at, participant=whose, changes=changes)
    _append(reservation, LedgerKind.RESERVATION_WITHDRAWN, on=on, by=by, at=at)
    return reservation


@transaction.atomic
def annul(reservation: Reservation, *, by: User, at: datetime) -> Reservation:
    """Take its effect from a reservation whose entry was annulled; not for views: the annulment calls it."""
    return _take_step(reservation, "annul", by=by, at=at, participant=reservation.participant_id)


# ── what follows ────────────────────────────────────────────────────────────────────────────────
def settle(reservation: Reservation, *, at: datetime) -> Reservation:
    """
    Write what has become of the reservation by now, where that is news: established, or objected.

    The caller holds the treaty's row, and asks no rule: this follows from what States did.
    """
    if reservation.status not in _SETTLED_ANEW:
        return reservation
    today = timezone.localdate(at)
    contracting = contracting_states(reservation.instrument, today)
    contracting.pop(reservation.participant_id, None)
    # What a State said before it was bound counts from its consent on.
    relations = [
        replace(one, on=max(one.on, contracting[one.key]))
        if one.on and one.key in contracting
        else one
        for one in relations_of(reservation, today=today)
    ]
    outcome = outcome_of(standing_of(reservation), relations, contracting)
    if outcome.is_established and outcome.on:
        return establish(reservation, on=outcome.on, at=at)
    if outcome.is_established is False and reservation.status == ReservationStatus.CIRCULATED:
        return take_as_objected(reservation, at=at)
    return reservation


def establish(reservation: Reservation, *, on: date, at: datetime) -> Reservation:
    """
    Write that it is established, and enter that for the States to be notified of.

    :raises WrongStatus: unless it is circulated or objected
    """
    whose = reservation.participant_id
    _take_step(reservation, "establish", by=None, at=at, participant=whose, on_date=on)
    _append(reservation, LedgerKind.RESERVATION_ESTABLISHED, on=on, by=None, at=at)
    return reservation


def take_as_objected(reservation: Reservation, *, at: datetime) -> Reservation:
    """
    Write that those whose acceptance it needs have objected.

    :raises WrongStatus: unless it is circulated
    """
    whose = reservation.participant_id
    return _take_step(reservation, "take_as_objected", by=None, at=at, participant=whose)


def accept_tacitly_what_is_due(*, at: datetime) -> int:
    """
    Write the acceptances by silence whose period is over (article 20, 5), each once; answers how many.

    Safe to run twice or late: the day of an acceptance is that on which the period ended.
    """
    written = 0
    for reservation in awaiting_tacit_acceptance(at).select_related("instrument", "participant"):
        written += _accept_tacitly(reservation, at=at)
    return written


@transaction.atomic
def _accept_tacitly(reservation: Reservation, *, at: datetime) -> int:
    # Held, so that no objection is entered while silence is counted.
    Instrument.objects.filter(pk=reservation.instrument_id).update(updated_at=at)
    reservation.refresh_from_db()
    silent = {
        relation.key: relation.on
        for relation in relations_of(reservation, today=timezone.localdate(at))
        if relation.kind == RelationKind.ACCEPTED_TACITLY
    }
    written = {*reservation.acceptances.values_list("participant_id", flat=True)}
    found = Participant.objects.filter(pk__in=silent.keys() - written)
    news = [
        _accepted(reservation, state, on=day, is_tacit=True, by=None, at=at)
        for state in found
        if (day := silent[state.pk])
    ]
    settle(reservation, at=at)
    return sum(one is not None for one in news)


def _record(kind: str, reservation: Reservation, *, by: User, at: datetime) -> None:
    record(
        kind,
        subject=reservation,
        by=by,
        at=at,
        participant=reservation.participant_id,
        instrument=str(reservation.instrument_id),
        on_date=reservation.made_on_date,
    )


def _append(  # noqa: PLR0913 -- keywords only, each named where it is called
    reservation: Reservation,
    kind: str,
    *,
    on: date,
    by: User | None,
    at: datetime,
    whose: Participant | None = None,
    **details: Any,
) -> None:
    """Write it into the ledger; nothing is calculated anew, for no reservation moves the entry into force."""
    chain.write(
        reservation.instrument,
        kind,
        participant=whose or reservation.participant,
        on=on,
        by=by,
        at=at,
        reservation=str(reservation.pk),
        **details,
    )
