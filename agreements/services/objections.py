from datetime import date, datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.models import Objection, Reservation, ReservationAcceptance
from agreements.queries.reservations import contracting_states, objection_of
from agreements.rules import objections as rules
from agreements.rules.reservation_effects import last_day_to_object, may_still_object
from agreements.services import chain
from agreements.services.entering import checked_texts, enter, hold, refuse_days_to_come
from agreements.services.reservation_relations import needs_an_organ, standing_of
from agreements.services.reservations import (
    refuse_days_before,
    refuse_reaction_of,
    refuse_unless_circulated,
    settle,
)
from agreements.statuses import DEPOSITING_STATUSES, OBJECTIONS
from agreements.vocabularies.acts import LedgerKind
from agreements.vocabularies.reservations import ReactionKind
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import require

_take_step = partial(lifecycle.take_step, lifecycle=OBJECTIONS)


@transaction.atomic
def record_objection(  # noqa: PLR0913 -- keywords only, each named where it is called
    reservation: Reservation,
    *,
    participant: Participant,
    received_on_date: date,
    texts: dict[str, str],
    precludes_entry_into_force: bool = False,
    note: str = "",
    by: User,
    at: datetime,
) -> Objection:
    """
    Enter what a State says against another one's reservation.

    It is an objection until twelve months after the notification, or until the State's consent where that is
    later (article 20, 5); afterwards, and where no State's word counts, it is kept as a communication: see
    ``why_a_communication``.

    :raises Refused: unless ``rules.may_record_objection``
    :raises WrongStatus: before the notification, and once the reservation stands no more
    :raises ValidationError: of a State that is not concerned, that accepted or objected already, or where a mere
        communication would keep the treaty from entering into force between the two
    """
    require(rules.may_record_objection(by, reservation))
    hold(reservation.instrument, DEPOSITING_STATUSES, at=at)
    refuse_days_to_come(at, received_on_date=received_on_date)
    refuse_days_before(reservation, received_on_date=received_on_date)
    refuse_unless_circulated(reservation)
    reservation.refresh_from_db()
    refuse_reaction_of(reservation, participant, at=at)
    why = why_a_communication(reservation, participant, received_on_date, at=at)
    if why and precludes_entry_into_force:
        raise ValidationError({"precludes_entry_into_force": why})
    if not why:
        _refuse_second(reservation, participant)
    objection = Objection(
        reservation=reservation,
        participant=participant,
        kind=ReactionKind.COMMUNICATION if why else ReactionKind.OBJECTION,
        received_on_date=received_on_date,
        texts=checked_texts(texts),
        precludes_entry_into_force=precludes_entry_into_force,
        note=note,
    )
    enter(objection, by=by, at=at)
    _enter(objection, by=by, at=at)
    settle(reservation, at=at)
    return objection


def _enter(objection: Objection, *, by: User, at: datetime) -> None:
    is_objection = objection.is_objection
    record(
        "agreements.objection.recorded",
        subject=objection,
        by=by,
        at=at,
        participant=objection.participant_id,
        instrument=str(objection.instrument.pk),
        act=objection.kind,
        on_date=objection.received_on_date,
    )
    chain.write(
        objection.instrument,
        LedgerKind.OBJECTION if is_objection else LedgerKind.COMMUNICATION,
        participant=objection.participant,
        on=objection.received_on_date,
        by=by,
        at=at,
        reservation=str(objection.reservation_id),
        objection=str(objection.pk),
        texts=objection.texts,
        precludes_entry_into_force=objection.precludes_entry_into_force,
    )


def why_a_communication(
    reservation: Reservation, participant: Participant, received_on: date, *, at: datetime
) -> str:
    """Say why what a State sends against a reservation is no objection any more; "" while it is one."""
    standing = standing_of(reservation)
    if needs_an_organ(standing):
        return _(
            "Of this treaty no State's objection counts: the competent organ decides on the reservation, or the treaty "
            "authorizes it (Vienna Convention, article 20, 1 and 3). It is kept as a communication."
        )
    consented_on = contracting_states(reservation.instrument, timezone.localdate(at)).get(
        participant.pk
    )
    if may_still_object(standing, consented_on, received_on):
        return ""
    last = last_day_to_object(standing, consented_on)
    sentence = _(
        "The time in which %(state)s could object ended on %(day)s (Vienna Convention, article 20, 5): what comes "
        "later is kept as a communication."
    )
    return sentence % {"state": participant.name, "day": last.isoformat() if last else ""}


def _refuse_second(reservation: Reservation, participant: Participant) -> None:
    told = {"state": participant.name}
    if objection_of(reservation, participant):
        raise ValidationError({"participant": _("%(state)s has objected already.") % told})
    accepted = ReservationAcceptance.objects.filter(
        reservation=reservation, participant=participant, is_tacit=False
    )
    if accepted.exists():
        sentence = _("%(state)s has accepted this reservation: an acceptance is final.")
        raise ValidationError({"participant": sentence % told})


@transaction.atomic
def annul(objection: Objection, *, by: User, at: datetime) -> Objection:
    """Take its effect from one whose entry was annulled; not for views: the annulment calls it."""
    _take_step(objection, "annul", by=by, at=at, participant=objection.participant_id)
    settle(Reservation.objects.get(pk=objection.reservation_id), at=at)
    return objection


@transaction.atomic
def withdraw(objection: Objection, *, on: date, by: User, at: datetime) -> Objection:
    """
    Enter that a State withdrew its objection, in writing, at any time (articles 22, 2 and 23, 4).

    It takes effect once the State that made the reservation has the notice of it (article 22, 3 b).

    :raises Refused: unless ``rules.may_withdraw``
    :raises WrongStatus: once it is withdrawn
    :raises ValidationError: on a day to come, or before it was received
    """
    require(rules.may_withdraw(by, objection))
    hold(objection.instrument, DEPOSITING_STATUSES, at=at)
    refuse_days_to_come(at, on=on)
    if on < objection.received_on_date:
        raise ValidationError({"on": _("The withdrawal lies before the objection.")})
    whose, changes = objection.participant_id, {"withdrawn_on_date": on}
    _take_step(objection, "withdraw", by=by, at=at, participant=whose, changes=changes)
    chain.write(
        objection.instrument,
        LedgerKind.OBJECTION_WITHDRAWN,
        participant=objection.participant,
        on=on,
        by=by,
        at=at,
        reservation=str(objection.reservation_id),
        objection=str(objection.pk),
    )
    settle(Reservation.objects.get(pk=objection.reservation_id), at=at)
    return objection
