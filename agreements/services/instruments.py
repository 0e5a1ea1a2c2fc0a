from datetime import datetime
from functools import partial

from django.db import transaction

from agreements.models import Instrument
from agreements.rules import instruments as rules
from agreements.statuses import INSTRUMENTS
from ots_portal import lifecycle
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
