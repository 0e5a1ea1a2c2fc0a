"""Inviting participants to a meeting, and what they answer."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from meetings.models import Invitation, Meeting
from meetings.queries import invitations as queries
from meetings.rules import invitations as rules
from meetings.services.refusals import require_now
from meetings.statuses import INVITATIONS
from meetings.statuses.delegations import InvitationCapacity, InvitationStatus
from ots_portal import lifecycle
from ots_portal.audit.services import changes_between, record
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import User
from ots_portal.verdicts import require

FACTS = ("capacity", "note_verbale")
ANSWER_LENGTH = 1000

_CAPACITIES = {
    ParticipantKind.MEMBER: InvitationCapacity.MEMBER,
    ParticipantKind.OBSERVER: InvitationCapacity.OBSERVER,
    ParticipantKind.ORGANISATION: InvitationCapacity.OBSERVER,
}
_take_step = partial(lifecycle.take_step, lifecycle=INVITATIONS)


def usual_capacity(participant: Participant) -> InvitationCapacity:
    """Return as what a participant is invited unless somebody says otherwise."""
    return _CAPACITIES.get(ParticipantKind(participant.kind), InvitationCapacity.GUEST)


@transaction.atomic
def invite(  # noqa: PLR0913 -- keywords only, each named where it is called
    meeting: Meeting,
    participant: Participant,
    *,
    by: User,
    at: datetime,
    capacity: str = "",
    note_verbale: str = "",
) -> Invitation:
    """
    Draft the invitation of one participant; nobody there hears of it until it is sent.

    :raises Refused: unless ``rules.may_invite``
    :raises WrongStatus: once the meeting is over or cancelled
    :raises ValidationError: where it is invited already, or takes part in no meeting
    """
    require_now(rules.may_invite(by, meeting))
    _hold(meeting)
    if not queries.not_invited_to(meeting).filter(pk=participant.pk).exists():
        raise ValidationError({"participant": _cannot_be_invited(meeting, participant)})
    return _draft(meeting, participant, by=by, at=at, capacity=capacity, note_verbale=note_verbale)


@transaction.atomic
def invite_all(
    meeting: Meeting, *, by: User, at: datetime, kinds: Iterable[str], note_verbale: str = ""
) -> list[Invitation]:
    """
    Draft the invitations of all participants of these kinds; those invited already stay as they are.

    :raises Refused: unless ``rules.may_invite``
    :raises WrongStatus: once the meeting is over or cancelled
    """
    require_now(rules.may_invite(by, meeting))
    _hold(meeting)
    missing = queries.not_invited_to(meeting).filter(kind__in=tuple(kinds)).order_by("slug")
    return [
        _draft(meeting, participant, by=by, at=at, note_verbale=note_verbale)
        for participant in missing
    ]


def _hold(meeting: Meeting) -> None:
    """Two people who invite at once do it one after the other."""
    Meeting.objects.filter(pk=meeting.pk).update(version=F("version"))


def _cannot_be_invited(meeting: Meeting, participant: Participant) -> str:
    if participant.kind not in queries.MAY_BE_INVITED:
        return _("The secretariat convenes the meeting: it needs no invitation.")
    return _("This participant is invited already.")


def _draft(  # noqa: PLR0913 -- keywords only, each named where it is called
    meeting: Meeting,
    participant: Participant,
    *,
    by: User,
    at: datetime,
    capacity: str = "",
    note_verbale: str = "",
) -> Invitation:
    invitation = Invitation(
        meeting=meeting,
        participant=participant,
        capacity=capacity or usual_capacity(participant),
        note_verbale=note_verbale.strip(),
        created_by=by,
        created_at=at,
        updated_at=at,
    )
    invitation.full_clean(exclude=["meeting", "participant", "created_by", "answered_by"])
    invitation.save(force_insert=True)
    record(
        "meetings.invitation.drafted",
        subject=invitation,
        by=by,
        at=at,
        participant=participant.pk,
        capacity=str(invitation.capacity),
    )
    return invitation


@transaction.atomic
def update(
    invitation: Invitation, facts: dict[str, Any], *, by: User, at: datetime, version: int
) -> Invitation:
    """
    Correct a draft; ``facts`` has some of FACTS, ``version`` is the one the person saw.

    :raises Refused: unless ``rules.may_update``
    :raises WrongStatus: once it is sent
    :raises StaleVersion: when somebody else has saved since
    """
    require_now(rules.may_update(by, invitation))
    before = {name: getattr(invitation, name) for name in FACTS}
    for name in set(FACTS) & set(facts):
        setattr(invitation, name, facts[name])
    invitation.full_clean(exclude=["meeting", "participant", "created_by", "answered_by"])
    after = {name: getattr(invitation, name) for name in FACTS}
    drafts = Invitation.objects.filter(pk=invitation.pk, status=InvitationStatus.DRAFT)
    if not drafts.filter(version=version).update(version=F("version") + 1, updated_at=at, **after):
        current = Invitation.objects.get(pk=invitation.pk)
        if current.status != InvitationStatus.DRAFT:
            raise WrongStatus(lifecycle.wrong_status_sentence(current))
        raise StaleVersion(current)
    invitation.refresh_from_db()
    record(
        "meetings.invitation.updated",
        subject=invitation,
        by=by,
        at=at,
        participant=invitation.participant_id,
        changes=changes_between(before, after),
    )
    return invitation


@transaction.atomic
def send(invitation: Invitation, *, by: User, at: datetime) -> Invitation:
    """
    Send it: from now on the participant reads the meeting and this invitation, and is told.

    :raises Refused: unless ``rules.may_send``
    :raises WrongStatus: unless it is a draft of a convened meeting
    """
    require(rules.may_send(by, invitation))
    require_now(rules.ready_to_send(invitation))
    changes = {"sent_at": at}
    return _moved(invitation, "send", by=by, at=at, changes=changes)


@transaction.atomic
def send_all(meeting: Meeting, *, by: User, at: datetime) -> list[Invitation]:
    """
    Send every draft of the meeting; sent ones stay as they are.

    :raises Refused: unless ``rules.may_invite``
    :raises WrongStatus: unless the meeting is convened
    """
    require_now(rules.may_invite(by, meeting))
    drafts = Invitation.objects.filter(meeting=meeting, status=InvitationStatus.DRAFT)
    return [send(draft, by=by, at=at) for draft in drafts.select_related("meeting")]


def acknowledge(invitation: Invitation, *, by: User, at: datetime) -> Invitation:
    """
    Say that it has arrived.

    :raises Refused: unless ``rules.may_acknowledge``
    :raises WrongStatus: unless it was sent and nobody has said so
    """
    require(rules.may_acknowledge(by, invitation))
    return _moved(invitation, "acknowledge", by=by, at=at)


def accept(
    invitation: Invitation, *, by: User, at: datetime, note: str = "", text: str = ""
) -> Invitation:
    """
    Accept; ``note`` is the reference of the own note verbale, ``text`` what is added in words.

    :raises Refused: unless ``rules.may_accept``
    :raises WrongStatus: once it is answered or withdrawn, or the meeting is over
    """
    require(rules.may_accept(by, invitation))
    return _answered(invitation, "accept", by=by, at=at, note=note, text=text)


def decline(
    invitation: Invitation, *, by: User, at: datetime, note: str = "", text: str = ""
) -> Invitation:
    """
    Decline; ``note`` is the reference of the own note verbale, ``text`` why.

    :raises Refused: unless ``rules.may_decline``
    :raises WrongStatus: once it is answered or withdrawn, or the meeting is over
    """
    require(rules.may_decline(by, invitation))
    return _answered(invitation, "decline", by=by, at=at, note=note, text=text)


def withdraw(invitation: Invitation, *, by: User, at: datetime) -> Invitation:
    """
    Take it back: the participant reads the meeting only if it may do so without an invitation.

    :raises Refused: unless ``rules.may_withdraw``
    :raises WrongStatus: when it is withdrawn already
    """
    require(rules.may_withdraw(by, invitation))
    return _moved(invitation, "withdraw", by=by, at=at)


def _answered(  # noqa: PLR0913 -- keywords only, each named where it is called
    invitation: Invitation, verb: str, *, by: User, at: datetime, note: str, text: str
) -> Invitation:
    if not invitation.is_answered:  # what is answered already, the step says
        require_now(rules.ready_to_answer(invitation))
    changes = {
        "answer_note": note.strip(),
        "answer": {by.language: text.strip()} if text.strip() else {},
        "answered_at": at,
        "answered_by": by,
    }
    return _moved(invitation, verb, by=by, at=at, changes=changes)


def _moved(
    invitation: Invitation,
    verb: str,
    *,
    by: User,
    at: datetime,
    changes: dict[str, Any] | None = None,
) -> Invitation:
    return _take_step(
        invitation, verb, by=by, at=at, participant=invitation.participant_id, changes=changes
    )
