from contextlib import suppress
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.models import Instrument
from agreements.queries.treaty import due_to_enter_into_force
from agreements.rules import instruments as rules
from agreements.services import adoption
from agreements.services.entering import hold
from agreements.statuses import INSTRUMENTS
from ots_portal import lifecycle
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import User
from ots_portal.verdicts import require

_take_step = partial(lifecycle.take_step, lifecycle=INSTRUMENTS)


def open_negotiation(instrument: Instrument, *, by: User, at: datetime) -> Instrument:
    """
    Put the text on the table of the negotiating States.

    :raises Refused: unless ``rules.may_open_negotiation``
    :raises WrongStatus: unless it is mandated
    """
    require(rules.may_open_negotiation(by, instrument))
    return _take_step(instrument, "open_negotiation", by=by, at=at)


def suspend(instrument: Instrument, *, by: User, at: datetime) -> Instrument:
    """
    Let the negotiation rest.

    :raises Refused: unless ``rules.may_suspend``
    :raises WrongStatus: unless it is under negotiation
    """
    require(rules.may_suspend(by, instrument))
    return _take_step(instrument, "suspend", by=by, at=at)


def resume(instrument: Instrument, *, by: User, at: datetime) -> Instrument:
    """
    Go on negotiating.

    :raises Refused: unless ``rules.may_resume``
    :raises WrongStatus: unless it is suspended
    """
    require(rules.may_resume(by, instrument))
    return _take_step(instrument, "resume", by=by, at=at)


def abandon(instrument: Instrument, *, by: User, at: datetime) -> Instrument:
    """
    Give the negotiation up; the text stays readable.

    :raises Refused: unless ``rules.may_abandon``
    :raises WrongStatus: unless it is under negotiation or suspended
    """
    require(rules.may_abandon(by, instrument))
    return _take_step(instrument, "abandon", by=by, at=at)


@transaction.atomic
def close_ad_referendum(instrument: Instrument, *, by: User, at: datetime) -> Instrument:
    """
    Close the text, subject to confirmation by the capitals.

    :raises Refused: unless ``rules.may_close_ad_referendum``
    :raises WrongStatus: unless it is under negotiation
    """
    # The step comes first: it locks the instrument, and no text is written while we count brackets.
    _take_step(instrument, "close_ad_referendum", by=by, at=at)
    require(rules.may_close_ad_referendum(by, instrument))
    return instrument


def reopen(instrument: Instrument, *, by: User, at: datetime) -> Instrument:
    """
    Take a closed text back to the table.

    :raises Refused: unless ``rules.may_reopen``
    :raises WrongStatus: unless it is closed ad referendum
    """
    require(rules.may_reopen(by, instrument))
    return _take_step(instrument, "reopen", by=by, at=at)


@transaction.atomic
def adopt(instrument: Instrument, *, by: User, at: datetime) -> Instrument:
    """
    Enter that the text is adopted (Vienna Convention on the Law of Treaties, article 9), as it is on record.

    :raises Refused: unless ``rules.may_adopt``
    :raises WrongStatus: unless it is closed ad referendum, or in legal review; and where neither the consent of all
        negotiating States nor the vote of a conference is on record
    """
    require(rules.may_adopt(by, instrument))
    # Held, so that the record is not corrected while it is counted.
    hold(instrument, INSTRUMENTS.steps["adopt"].sources, at=at)
    adoption.enter_adoption(instrument, by=by, at=at)
    return _take_step(instrument, "adopt", by=by, at=at)


@transaction.atomic
def authenticate(instrument: Instrument, *, by: User, at: datetime) -> Instrument:
    """
    Enter that the text is authentic and definitive (article 10): it changes by correction only.

    :raises Refused: unless ``rules.may_authenticate``
    :raises WrongStatus: unless it is adopted, and where it is not on record how it was authenticated
    """
    require(rules.may_authenticate(by, instrument))
    hold(instrument, INSTRUMENTS.steps["authenticate"].sources, at=at)
    adoption.enter_authentication(instrument, by=by, at=at)
    return _take_step(instrument, "authenticate", by=by, at=at)


def open_for_signature(instrument: Instrument, *, by: User, at: datetime) -> Instrument:
    """
    Open it for signature.

    :raises Refused: unless ``rules.may_open_for_signature``
    :raises WrongStatus: unless it is authenticated
    """
    require(rules.may_open_for_signature(by, instrument))
    return _take_step(instrument, "open_for_signature", by=by, at=at)


@transaction.atomic
def conclude_signature(instrument: Instrument, *, by: User, at: datetime) -> Instrument:
    """
    End the signing: the treaty is signed, and everybody may read it.

    :raises Refused: unless ``rules.may_conclude_signature``
    :raises WrongStatus: unless it is open for signature, or when nobody has signed
    """
    require(rules.may_conclude_signature(by, instrument))
    if not instrument.treaty_signatures.exists():
        raise WrongStatus(_("No State has signed it yet."))
    return _take_step(instrument, "conclude_signature", by=by, at=at)


@transaction.atomic
def enter_into_force(instrument: Instrument, *, at: datetime, notification: str) -> Instrument:
    """
    Write that the calculated day has come, of which the depositary notified the States.

    :raises WrongStatus: unless it is open for signature or signed, or where that day does not result any more
    """
    hold(instrument, INSTRUMENTS.steps["enter_into_force"].sources, at=at)
    due = due_to_enter_into_force(timezone.localdate(at))
    if not due.filter(instrument=instrument, notification__number=notification).exists():
        raise WrongStatus(_("This day of entry into force does not result any more."))
    return _take_step(instrument, "enter_into_force", by=None, at=at, notification=notification)


def enter_into_force_what_is_due(*, at: datetime) -> int:
    """Let every treaty enter into force whose calculated and notified day has come; answers how many."""
    entered = 0
    for entry in due_to_enter_into_force(timezone.localdate(at)).select_related("notification"):
        with suppress(WrongStatus):
            enter_into_force(entry.instrument, at=at, notification=entry.notification.number)
            entered += 1
    return entered
