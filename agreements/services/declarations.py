from collections.abc import Sequence
from datetime import date, datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.models import Declaration, Instrument
from agreements.queries.places import places_of, unknown_sentence
from agreements.queries.reservations import signatory_or_contracting
from agreements.rules import declarations as rules
from agreements.services import chain
from agreements.services.entering import checked_texts, enter, hold, refuse_days_to_come
from agreements.statuses import DECLARATIONS, DEPOSITING_STATUSES
from agreements.vocabularies.acts import LedgerKind
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import require

_take_step = partial(lifecycle.take_step, lifecycle=DECLARATIONS)


@transaction.atomic
def record_declaration(  # noqa: PLR0913 -- keywords only, each named where it is called
    instrument: Instrument,
    *,
    participant: Participant,
    kind: str,
    received_on_date: date,
    provisions: Sequence[str],
    texts: dict[str, str],
    note: str = "",
    by: User,
    at: datetime,
) -> Declaration:
    """
    Enter what a State declares about the treaty, at any time; nobody accepts it.

    ``provisions`` may be empty: a declaration may be about the treaty as a whole.

    :raises Refused: unless ``rules.may_record_declaration``
    :raises WrongStatus: unless the treaty is open for signature, signed or in force
    :raises ValidationError: of a State that has neither signed nor consented, or on a day to come
    """
    require(rules.may_record_declaration(by, instrument))
    hold(instrument, DEPOSITING_STATUSES, at=at)
    refuse_days_to_come(at, received_on_date=received_on_date)
    if participant.pk not in signatory_or_contracting(instrument, timezone.localdate(at)):
        sentence = _(
            "%(state)s has neither signed nor consented to be bound: a declaration is made with one of these acts or "
            "after it."
        )
        raise ValidationError({"participant": sentence % {"state": participant.name}})
    found, unknown = places_of(instrument).resolved(provisions)
    if unknown:
        raise ValidationError({"provisions": unknown_sentence(unknown)})
    declaration = Declaration(
        instrument=instrument,
        participant=participant,
        kind=kind,
        received_on_date=received_on_date,
        provisions=found,
        texts=checked_texts(texts),
        note=note,
    )
    enter(declaration, by=by, at=at)
    record(
        "agreements.declaration.recorded",
        subject=declaration,
        by=by,
        at=at,
        participant=participant.pk,
        instrument=str(instrument.pk),
        act=kind,
        on_date=received_on_date,
    )
    chain.write(
        instrument,
        LedgerKind.DECLARATION,
        participant=participant,
        on=received_on_date,
        by=by,
        at=at,
        declaration=str(declaration.pk),
        declared=kind,
        provisions=found,
        texts=declaration.texts,
    )
    return declaration


@transaction.atomic
def annul(declaration: Declaration, *, by: User, at: datetime) -> Declaration:
    """Take its effect from one whose entry was annulled; not for views: the annulment calls it."""
    return _take_step(declaration, "annul", by=by, at=at, participant=declaration.participant_id)


@transaction.atomic
def withdraw(declaration: Declaration, *, on: date, by: User, at: datetime) -> Declaration:
    """
    Enter that the State withdrew its declaration.

    :raises Refused: unless ``rules.may_withdraw``
    :raises WrongStatus: once it is withdrawn
    :raises ValidationError: on a day to come, or before it was received
    """
    require(rules.may_withdraw(by, declaration))
    hold(declaration.instrument, DEPOSITING_STATUSES, at=at)
    refuse_days_to_come(at, on=on)
    if on < declaration.received_on_date:
        raise ValidationError({"on": _("The withdrawal lies before the declaration.")})
    whose, changes = declaration.participant_id, {"withdrawn_on_date": on}
    _take_step(declaration, "withdraw", by=by, at=at, participant=whose, changes=changes)
    chain.write(
        declaration.instrument,
        LedgerKind.DECLARATION_WITHDRAWN,
        participant=declaration.participant,
        on=on,
        by=by,
        at=at,
        declaration=str(declaration.pk),
    )
    return declaration
