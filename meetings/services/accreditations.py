"""Accreditation: the secretariat lets a delegate in, or not."""

from datetime import datetime
from functools import partial

from meetings.models import Delegate
from meetings.rules import accreditations as rules
from meetings.rules import delegations as delegation_rules
from meetings.services.refusals import require_now
from meetings.statuses import ACCREDITATIONS
from ots_portal import lifecycle
from ots_portal.people.models import User
from ots_portal.verdicts import require

_take_step = partial(lifecycle.take_step, lifecycle=ACCREDITATIONS)


def accredit(delegate: Delegate, *, by: User, at: datetime) -> Delegate:
    """
    Let the person in.

    :raises Refused: unless ``rules.may_accredit``
    :raises WrongStatus: unless it is requested
    """
    require(rules.may_accredit(by, delegate))
    return _moved(delegate, "accredit", by=by, at=at)


def refuse(delegate: Delegate, *, by: User, at: datetime) -> Delegate:
    """
    Not let the person in.

    :raises Refused: unless ``rules.may_refuse``
    :raises WrongStatus: unless it is requested
    """
    require(rules.may_refuse(by, delegate))
    return _moved(delegate, "refuse", by=by, at=at)


def revoke(delegate: Delegate, *, by: User, at: datetime) -> Delegate:
    """
    Take the accreditation back.

    :raises Refused: unless ``rules.may_revoke``
    :raises WrongStatus: unless the person is accredited
    """
    require(rules.may_revoke(by, delegate))
    return _moved(delegate, "revoke", by=by, at=at)


def _moved(delegate: Delegate, verb: str, *, by: User, at: datetime) -> Delegate:
    require_now(delegation_rules.ready(delegate.delegation))
    slug = delegate.delegation.participant_id
    return _take_step(delegate, verb, by=by, at=at, participant=slug)
