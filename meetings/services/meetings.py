import uuid
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from meetings.models import Meeting, Minutes, Series
from meetings.queries.series import next_ordinal
from meetings.rules import meetings as rules
from meetings.services import agenda_versions, delegates, moves, sittings
from meetings.services import series as series_services
from meetings.services.announcements import announce_results  # noqa: F401 -- an act of theirs
from meetings.services.refusals import require_now
from meetings.statuses import EDITABLE, MEETINGS, MinutesStatus, Visibility
from meetings.statuses.agenda import AgendaStage
from ots_portal import lifecycle
from ots_portal.audit.services import changes_between, record
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.people.models import User
from ots_portal.texts.languages import in_order
from ots_portal.verdicts import require

# What a person fills in; status, marks of the portal and what was sourced never come from a form.
FACTS = (
    "kind", "series_id", "ordinal", "titles", "host_id", "chair_id", "mode", "city", "venue",
    "starts_at", "ends_at", "time_zone", "date_precision", "visibility", "working_languages",
)  # fmt: skip

_WIDTH = {Visibility.MEMBERS: 0, Visibility.OBSERVERS: 1, Visibility.PUBLIC: 2}


class WiderVisibility(Exception):
    """A meeting that was announced to some is opened to more only by publishing."""


@transaction.atomic
def create(
    facts: dict[str, Any],
    *,
    by: User,
    at: datetime,
    is_training: bool = False,
    submission_key: uuid.UUID | None = None,
) -> Meeting:
    """
    Plan a meeting; a form that was submitted twice makes one, the second call returns it.

    ``facts`` has the keys of FACTS; a meeting whose working languages nobody says has those of its series.
    Whether it is a training meeting is said here and never changes.

    :raises Refused: unless ``rules.may_create``
    """
    require(rules.may_create(by))
    if submission_key and (earlier := submitted_before(by, submission_key)):
        return earlier
    meeting = Meeting(
        **{name: facts[name] for name in FACTS if name != "working_languages"},
        working_languages=_languages_of(facts),
        is_training=is_training,
        submission_key=submission_key,
        created_by=by,
        created_at=at,
        updated_at=at,
    )
    meeting.save(force_insert=True)
    record("meetings.meeting.planned", subject=meeting, by=by, at=at)
    return meeting


def _languages_of(facts: dict[str, Any]) -> list[str]:
    """Return the working languages that were named, else those of the series."""
    if named := facts.get("working_languages"):
        return in_order(named)
    series = Series.objects.filter(pk=facts["series_id"]).first() if facts["series_id"] else None
    return series.working_languages if series else []


def submitted_before(by: User, key: uuid.UUID) -> Meeting | None:
    # Two submissions of one form wait for each other here (on SQLite by its IMMEDIATE transactions).
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    return Meeting.objects.filter(created_by=by, submission_key=key).first()


@transaction.atomic
def update(
    meeting: Meeting, facts: dict[str, Any], *, by: User, at: datetime, version: int
) -> Meeting:
    """
    Save what was changed; ``facts`` has some of FACTS, ``version`` is the one the person saw.

    :raises Refused: unless ``rules.may_update``
    :raises WrongStatus: once it is closed or cancelled
    :raises StaleVersion: when somebody else has saved since
    :raises WiderVisibility: when it was announced to fewer readers
    :raises ValidationError: when an announced meeting would lose its series or number
    """
    require_now(rules.may_update(by, meeting))
    claim_version(meeting, version=version, at=at)
    _require_no_wider(meeting, facts.get("visibility", meeting.visibility))
    _require_its_number(meeting, facts)
    before = facts_of(meeting)
    for name in set(FACTS) & set(facts):
        setattr(meeting, name, facts[name])
    meeting.working_languages = in_order(meeting.working_languages)
    meeting.save()
    moves.note(meeting, before, at=at)
    _touch_shown_minutes(meeting, at=at)
    changes = changes_between(before, facts_of(meeting))
    record("meetings.meeting.updated", subject=meeting, by=by, at=at, changes=changes)
    return meeting


def _touch_shown_minutes(meeting: Meeting, *, at: datetime) -> None:
    """Minutes show the meeting's title, date and place, so what readers hold of them is out of date."""
    shown = Minutes.objects.filter(meeting=meeting).exclude(status=MinutesStatus.DRAFT)
    shown.update(version=F("version") + 1, updated_at=at)


def claim_version(meeting: Meeting, *, version: int, at: datetime) -> None:
    """Take the version the person saw, or find that it has moved; locks the row until the end."""
    standing = Meeting.objects.filter(pk=meeting.pk, status__in=EDITABLE)
    claimed = standing.filter(version=version).update(version=F("version") + 1, updated_at=at)
    meeting.refresh_from_db()
    if claimed:
        return
    if meeting.status not in EDITABLE:
        raise WrongStatus(lifecycle.wrong_status_sentence(meeting))
    raise StaleVersion(meeting)


def is_wider(meeting: Meeting, visibility: str) -> bool:
    """Whether an announced meeting would be opened to more readers than it has been."""
    if not meeting.announced_at:
        return False
    return _WIDTH[Visibility(visibility)] > _WIDTH[Visibility(meeting.visibility)]


def _require_no_wider(meeting: Meeting, visibility: str) -> None:
    if is_wider(meeting, visibility):
        raise WiderVisibility


def _require_its_number(meeting: Meeting, facts: dict[str, Any]) -> None:
    """An announced number belongs to that meeting: no other one ever gets it."""
    if not (meeting.announced_at and meeting.series_id and meeting.ordinal):
        return
    named = [facts.get(name, getattr(meeting, name)) for name in ("series_id", "ordinal")]
    if named != [meeting.series_id, meeting.ordinal]:
        sentence = _("It was announced with this number: series and number stay as they are.")
        raise ValidationError({"ordinal": sentence})


def facts_of(meeting: Meeting) -> dict[str, Any]:
    return {name: getattr(meeting, name) for name in FACTS}


_take_step = partial(lifecycle.take_step, lifecycle=MEETINGS)


@transaction.atomic
def convene(meeting: Meeting, *, by: User, at: datetime) -> Meeting:
    """
    Call the participants together; from now on those it is open to can read it.

    In a series it gets the next free number now, unless it has one.

    :raises Refused: unless ``rules.may_convene``
    :raises WrongStatus: unless it is planned or postponed
    """
    require(rules.may_convene(by, meeting))
    _hold(meeting)
    changes: dict[str, Any] = _raised(meeting) if meeting.announced_at else {"announced_at": at}
    if meeting.series_id and not meeting.ordinal:
        series_services.hold(meeting.series_id)
        changes["ordinal"] = next_ordinal(meeting.series_id)
    return _take_step(meeting, "convene", by=by, at=at, changes=changes)


def _hold(meeting: Meeting) -> None:
    """Lock its row and see it as it stands: whether it was announced decides what follows."""
    Meeting.objects.select_for_update(of=("self",), no_key=True).get(pk=meeting.pk)
    meeting.refresh_from_db()


def _raised(meeting: Meeting) -> dict[str, Any]:
    """Let calendars that know the meeting follow (RFC 5545, SEQUENCE)."""
    return {"ics_sequence": F("ics_sequence") + 1} if meeting.announced_at else {}


@transaction.atomic
def open(  # noqa: A001 -- the field's verb
    meeting: Meeting, *, by: User, at: datetime, call_to_order: bool = False
) -> Meeting:
    """
    Begin the meeting; its agenda is adopted with that. ``call_to_order`` begins its first sitting, too.

    :raises Refused: unless ``rules.may_open``
    :raises WrongStatus: unless it is convened and its agenda begins with a procedural item
    """
    require(rules.may_open(by, meeting))
    require_now(rules.ready_to_open(meeting))
    with transaction.atomic():
        meeting = _take_step(meeting, "open", by=by, at=at)
        agenda_versions.freeze(meeting, AgendaStage.ADOPTED, by=by, at=at)
        if call_to_order:
            sittings.call_to_order(meeting, by=by, at=at)
    return meeting


def suspend(meeting: Meeting, *, by: User, at: datetime) -> Meeting:
    """
    Interrupt the meeting.

    :raises Refused: unless ``rules.may_suspend``
    :raises WrongStatus: unless it is in session
    """
    require(rules.may_suspend(by, meeting))
    return _take_step(meeting, "suspend", by=by, at=at)


def resume(meeting: Meeting, *, by: User, at: datetime) -> Meeting:
    """
    Go on after an interruption.

    :raises Refused: unless ``rules.may_resume``
    :raises WrongStatus: unless it is suspended
    """
    require(rules.may_resume(by, meeting))
    return _take_step(meeting, "resume", by=by, at=at)


@transaction.atomic
def adjourn(meeting: Meeting, *, by: User, at: datetime) -> Meeting:
    """
    End the meeting, and with it the sitting that is going on; its minutes can be prepared from now on.

    :raises Refused: unless ``rules.may_adjourn``
    :raises WrongStatus: unless it is in session or suspended
    """
    require(rules.may_adjourn(by, meeting))
    meeting = _take_step(meeting, "adjourn", by=by, at=at)
    sittings.rise_with_the_meeting(meeting, by=by, at=at)
    delegates.forget_those_of(meeting)
    return meeting


def close(meeting: Meeting, *, by: User, at: datetime) -> Meeting:
    """
    Put the finished record away: nothing of the meeting changes any more.

    :raises Refused: unless ``rules.may_close``
    :raises WrongStatus: unless it is adjourned and its minutes are adopted
    """
    require(rules.may_close(by, meeting))
    require_now(rules.ready_to_close(meeting))
    return _take_step(meeting, "close", by=by, at=at)


@transaction.atomic
def postpone(meeting: Meeting, *, by: User, at: datetime) -> Meeting:
    """
    Put it off; it is convened again when there is a new date.

    :raises Refused: unless ``rules.may_postpone``
    :raises WrongStatus: unless it is planned or convened
    """
    require(rules.may_postpone(by, meeting))
    _hold(meeting)
    moves.settle(meeting, at=at)
    return _take_step(meeting, "postpone", by=by, at=at, changes=_raised(meeting))


@transaction.atomic
def cancel(meeting: Meeting, *, by: User, at: datetime) -> Meeting:
    """
    Call it off for good; who knew of it goes on reading it.

    :raises Refused: unless ``rules.may_cancel``
    :raises WrongStatus: once it has begun
    """
    require(rules.may_cancel(by, meeting))
    _hold(meeting)
    moves.settle(meeting, at=at)
    # A number that nobody was told is free again.
    changes = _raised(meeting) if meeting.announced_at else {"ordinal": None}
    meeting = _take_step(meeting, "cancel", by=by, at=at, changes=changes)
    delegates.forget_those_of(meeting)
    return meeting
