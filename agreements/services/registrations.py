"""Registration with the Secretariat of the United Nations (Charter, article 102; Vienna Convention, article 80)."""

from datetime import date, datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agreements.models import Instrument, Registration
from agreements.queries.treaty import day_in_ledger
from agreements.rules import registrations as rules
from agreements.services import chain
from agreements.services.entering import enter, refuse_days_to_come
from agreements.statuses import REGISTRATIONS, InstrumentStatus
from agreements.vocabularies.acts import LedgerKind
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import User
from ots_portal.texts.fields import validate_plain_text
from ots_portal.verdicts import require

LONGEST_NUMBER = 20
_take_step = partial(lifecycle.take_step, lifecycle=REGISTRATIONS)


@transaction.atomic
def submit_registration(
    instrument: Instrument, *, submitted_on_date: date, by: User, at: datetime
) -> Registration:
    """
    Enter that the treaty was transmitted to the Secretariat of the United Nations for registration.

    :raises Refused: unless ``rules.may_submit_registration``
    :raises WrongStatus: before the entry into force, or a second time
    :raises ValidationError: on a day to come, or before the day of the entry into force
    """
    require(rules.may_submit_registration(by, instrument))
    _hold_in_force(instrument, at=at)
    refuse_days_to_come(at, submitted_on_date=submitted_on_date)
    since = day_in_ledger(instrument)
    if since and submitted_on_date < since:
        sentence = _("The treaty entered into force on %(day)s: it is transmitted after that.")
        raise ValidationError({"submitted_on_date": sentence % {"day": since.isoformat()}})
    if Registration.objects.filter(instrument=instrument).exists():
        raise WrongStatus(_("This treaty was transmitted for registration already."))
    registration = Registration(instrument=instrument, submitted_on_date=submitted_on_date)
    enter(registration, by=by, at=at)
    record(
        "agreements.registration.submitted",
        subject=registration,
        by=by,
        at=at,
        instrument=str(instrument.pk),
        on_date=submitted_on_date,
    )
    _append(registration, LedgerKind.REGISTRATION_SUBMITTED, on=submitted_on_date, by=by, at=at)
    return registration


def _hold_in_force(instrument: Instrument, *, at: datetime) -> None:
    rows = Instrument.objects.filter(pk=instrument.pk, status=InstrumentStatus.IN_FORCE)
    if rows.update(updated_at=at) != 1:
        sentence = _(
            "A treaty is registered after its entry into force (Vienna Convention, article 80, 1); its status is "
            "“%(status)s”."
        )
        instrument.refresh_from_db()
        raise WrongStatus(sentence % {"status": instrument.get_status_display()})


@transaction.atomic
def register(
    registration: Registration, *, number: str, on: date, by: User, at: datetime
) -> Registration:
    """
    Enter the number and the day under which the United Nations registered it.

    :raises Refused: unless ``rules.may_register``
    :raises WrongStatus: once it is registered
    :raises ValidationError: without a number, on a day to come, or before it was transmitted
    """
    require(rules.may_register(by, registration))
    refuse_days_to_come(at, on=on)
    if on < registration.submitted_on_date:
        raise ValidationError({"on": _("The registration lies before the transmission.")})
    changes = {"number": _checked(number, "number"), "registered_on_date": on}
    _take_step(registration, "register", by=by, at=at, changes=changes)
    _append(registration, LedgerKind.REGISTRATION, on=on, by=by, at=at, un_number=number.strip())
    return registration


@transaction.atomic
def publish(
    registration: Registration, *, volume: str, on: date, by: User, at: datetime
) -> Registration:
    """
    Enter the volume of the United Nations Treaty Series in which it is published.

    :raises Refused: unless ``rules.may_publish``
    :raises WrongStatus: unless it is registered
    :raises ValidationError: without a volume, on a day to come, or before the registration
    """
    require(rules.may_publish(by, registration))
    refuse_days_to_come(at, on=on)
    if registration.registered_on_date and on < registration.registered_on_date:
        raise ValidationError({"on": _("The publication lies before the registration.")})
    changes = {"volume": _checked(volume, "volume")}
    _take_step(registration, "publish", by=by, at=at, changes=changes)
    kind = LedgerKind.REGISTRATION_PUBLISHED
    _append(registration, kind, on=on, by=by, at=at, volume=volume.strip())
    return registration


def _checked(text: str, field: str) -> str:
    text = text.strip()
    try:
        validate_plain_text(text)
    except ValidationError as error:
        raise ValidationError({field: error.messages}) from error
    if len(text) > LONGEST_NUMBER:
        raise ValidationError({field: _("At most 20 letters.")})
    if not text:
        raise ValidationError({field: _("Write it as the United Nations have it.")})
    return text


def _append(
    registration: Registration, kind: str, *, on: date, by: User, at: datetime, **details: Any
) -> None:
    chain.write(
        registration.instrument,
        kind,
        participant=None,
        on=on,
        by=by,
        at=at,
        registration=str(registration.pk),
        **details,
    )
