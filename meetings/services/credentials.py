"""Credentials: submitted by the State, examined by the secretariat, found in order by its head."""

from datetime import datetime
from functools import partial
from typing import Any

from meetings.models import Delegation
from meetings.rules import credentials as rules
from meetings.rules import delegations as delegation_rules
from meetings.services.refusals import require_now
from meetings.statuses import CREDENTIALS
from ots_portal import lifecycle
from ots_portal.people.models import User
from ots_portal.verdicts import require

NOTE_LENGTH = 300
_take_step = partial(lifecycle.take_step, lifecycle=CREDENTIALS)


def submit(delegation: Delegation, *, by: User, at: datetime) -> Delegation:
    """
    Say that the credentials are there: as files of the delegation, or handed over on paper.

    :raises Refused: unless ``rules.may_submit``
    :raises WrongStatus: while they are examined or in order, and once the meeting is adjourned
    """
    require(rules.may_submit(by, delegation))
    return _moved(delegation, "submit", by=by, at=at)


def approve(delegation: Delegation, *, by: User, at: datetime) -> Delegation:
    """
    Find them in order.

    :raises Refused: unless ``rules.may_approve``
    :raises WrongStatus: before they are submitted, and once the meeting is adjourned
    """
    require(rules.may_approve(by, delegation))
    return _moved(delegation, "approve", by=by, at=at, changes={"credentials_note": ""})


def query(delegation: Delegation, *, by: User, at: datetime, note: str = "") -> Delegation:
    """
    Ask the State about them; ``note`` says what.

    :raises Refused: unless ``rules.may_query``
    :raises WrongStatus: before they are submitted, and once the meeting is adjourned
    """
    require(rules.may_query(by, delegation))
    changes = {"credentials_note": note.strip()[:NOTE_LENGTH]}
    return _moved(delegation, "query", by=by, at=at, changes=changes)


def _moved(
    delegation: Delegation,
    verb: str,
    *,
    by: User,
    at: datetime,
    changes: dict[str, Any] | None = None,
) -> Delegation:
    require_now(delegation_rules.ready(delegation))
    return _take_step(
        delegation, verb, by=by, at=at, participant=delegation.participant_id, changes=changes
    )
