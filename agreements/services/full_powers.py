from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from agreements.models import FullPowers, Instrument
from agreements.rules import full_powers as rules
from agreements.services.entering import checked_reason, enter, refuse_days_to_come
from agreements.statuses import FULL_POWERS
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.people.models import User
from ots_portal.verdicts import require

_take_step = partial(lifecycle.take_step, lifecycle=FULL_POWERS)


@transaction.atomic
def receive(instrument: Instrument, *, by: User, at: datetime, **fields: Any) -> FullPowers:
    """
    Enter full powers that a State has sent.

    ``fields``: participant, holder, office, issued_by, issued_on_date, received_on_date, note.

    :raises Refused: unless ``rules.may_receive_full_powers``
    :raises ValidationError: on a day to come, or when received before it was issued
    """
    require(rules.may_receive_full_powers(by, instrument))
    refuse_days_to_come(at, received_on_date=fields["received_on_date"])
    full_powers = enter(FullPowers(instrument=instrument, **fields), by=by, at=at)
    record(
        "agreements.full_powers.received",
        subject=full_powers,
        by=by,
        at=at,
        participant=full_powers.participant_id,
        instrument=str(instrument.pk),
    )
    return full_powers


def query(full_powers: FullPowers, *, reason: str, by: User, at: datetime) -> FullPowers:
    """
    Ask the State about something in its full powers.

    :raises Refused: unless ``rules.may_query``
    :raises WrongStatus: unless they are only received
    :raises ValidationError: without a reason
    """
    require(rules.may_query(by, full_powers))
    return _step(full_powers, "query", reason=checked_reason(reason), by=by, at=at)


def find_in_order(full_powers: FullPowers, *, by: User, at: datetime) -> FullPowers:
    """
    Find them in due form: the State may sign now.

    :raises Refused: unless ``rules.may_find_in_order``; with the code ``same_person`` to who entered them
    :raises WrongStatus: once it is decided
    """
    require(rules.may_find_in_order(by, full_powers))
    return _step(full_powers, "find_in_order", reason="", by=by, at=at)


def refuse(full_powers: FullPowers, *, reason: str, by: User, at: datetime) -> FullPowers:
    """
    Refuse them.

    :raises Refused: unless ``rules.may_refuse``
    :raises WrongStatus: once it is decided
    :raises ValidationError: without a reason
    """
    require(rules.may_refuse(by, full_powers))
    return _step(full_powers, "refuse", reason=checked_reason(reason), by=by, at=at)


def _step(full_powers: FullPowers, verb: str, *, reason: str, by: User, at: datetime) -> FullPowers:
    whose = full_powers.participant_id
    changes = {"reason": reason}
    return _take_step(full_powers, verb, by=by, at=at, participant=whose, changes=changes)
