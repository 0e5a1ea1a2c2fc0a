"""Everything that changes a request for assistance, but its amendments."""

import uuid
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max

from incidents.models import AssistanceRequest, Incident, RequestItem, RequestVersion
from incidents.rules import requests as rules
from incidents.services.asked import (
    CONTACT,
    FACTS,
    Asked,
    Line,
    content_of,
    unit_of,
    validate,
    with_text,
)
from incidents.services.frozen import digest_of
from incidents.services.reasons import needed_reason
from incidents.services.steps import hold_open
from incidents.statuses import REQUESTS, RequestStatus
from ots_portal import lifecycle
from ots_portal.audit.services import changes_between, hashed, record
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.numbering.services import next_number
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import require

_FAR = 1_000_000  # beyond every line in use, so that renumbering never meets a taken one


@transaction.atomic
def create(  # noqa: PLR0913 -- keywords only, each named where it is called
    incident: Incident,
    asked: Asked,
    *,
    by: User,
    at: datetime,
    participant: Participant | None = None,
    submission_key: uuid.UUID | None = None,
) -> AssistanceRequest:
    """
    Keep a draft; a form that was submitted twice makes one request, the second call returns it.

    ``participant`` is the third State for which the secretariat enters it, else the writer's own.

    :raises Refused: unless ``rules.may_create``
    :raises ValidationError: when a value is impossible
    """
    requester = participant or by.participant
    require(rules.may_create(by, incident))
    require(rules.may_create_for(by, requester))
    # Two submissions of one form wait for each other here (on SQLite by its IMMEDIATE transactions).
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    sent = AssistanceRequest.objects.filter(prepared_by=by, submission_key=submission_key)
    if submission_key and (earlier := sent.first()):
        return earlier
    validate(asked)
    request = AssistanceRequest(
        incident=incident,
        participant=requester,
        prepared_by=by,
        created_at=at,
        updated_at=at,
        submission_key=submission_key,
    )
    _write(request, asked)
    request.save(force_insert=True)
    _write_lines(request, asked)
    record("incidents.request.drafted", subject=request, by=by, at=at, participant=requester.pk)
    return request


@transaction.atomic
def update(
    request: AssistanceRequest, asked: Asked, *, by: User, at: datetime, version: int
) -> AssistanceRequest:
    """
    Save what was changed in a draft; texts in other languages stay, lines that are not named go.

    ``version`` is the one the person saw. Whoever writes last is the one who must not sign.

    :raises Refused: unless ``rules.may_update``
    :raises StaleVersion: when somebody else has saved since
    :raises ValidationError: when a value is impossible
    """
    require(rules.may_update(by, request))
    validate(asked)
    _claim_version(request, version=version, at=at)
    before = _tellable(request)
    _write(request, asked)
    request.prepared_by = by
    request.save()
    _write_lines(request, asked)
    # Drafts are the requester's own: the audit, which others read, keeps no word of them.
    changes = hashed(changes_between(before, _tellable(request)))
    _record("incidents.request.updated", request, by=by, at=at, changes=changes)
    return request


def _claim_version(request: AssistanceRequest, *, version: int, at: datetime) -> None:
    drafts = AssistanceRequest.objects.filter(pk=request.pk, status=RequestStatus.DRAFT)
    claimed = drafts.filter(version=version).update(version=F("version") + 1, updated_at=at)
    request.refresh_from_db()
    if claimed:
        return
    if not request.is_draft:
        raise WrongStatus(lifecycle.wrong_status_sentence(request))
    raise StaleVersion(request)


def _write(request: AssistanceRequest, asked: Asked) -> None:
    """:raises ValidationError: when the columns themselves refuse a value"""
    for name in (*FACTS, *CONTACT):
        if name in asked.facts:
            setattr(request, name, asked.facts[name])
    request.situations = with_text(request.situations, asked.language, asked.situation)
    request.full_clean(
        exclude=["incident", "participant", "prepared_by", "signed_by"],
        validate_unique=False,
        validate_constraints=False,
    )


def _write_lines(request: AssistanceRequest, asked: Asked) -> None:
    """Make the lines read as given, numbered in this order."""
    kept = [line.line for line in asked.lines if line.line]
    request.items.exclude(line__in=kept).delete()
    request.items.update(line=F("line") + _FAR)
    standing = {item.line - _FAR: item for item in request.items.all()}
    for number, line in enumerate(asked.lines, start=1):
        item = standing.pop(line.line or 0, None) or RequestItem(request=request)
        write_line(item, line, language=asked.language)
        item.line = number
        item.save()


def write_line(item: RequestItem, line: Line, *, language: str) -> None:
    """
    Put what was filled in into the item; the caller saves it.

    :raises ValidationError: when the columns themselves refuse a value
    """
    item.kind, item.capacity_type, item.unit = line.kind, line.capacity_type, unit_of(line)
    item.needed, item.priority, item.needed_by = line.needed, line.priority, line.needed_by
    item.descriptions = with_text(item.descriptions, language, line.description)
    item.allows_over_acceptance = item.request.allows_over_acceptance
    try:
        item.clean_fields(
            exclude=["request", "line", "descriptions"]
            if not item.descriptions
            else ["request", "line"]
        )
    except ValidationError as error:
        raise ValidationError({"lines": error.messages}) from error


def _tellable(request: AssistanceRequest) -> dict[str, Any]:
    lines = list(request.items.order_by("line").values("line", "kind", "unit", "needed"))
    names = ("situations", *FACTS, *CONTACT)
    return {**{name: getattr(request, name) for name in names}, "lines": lines}


def _record(kind: str, request: AssistanceRequest, **more: Any) -> None:
    record(kind, subject=request, participant=request.participant_id, **more)


def _take_step(
    request: AssistanceRequest, verb: str, *, by: User | None, at: datetime, **more: Any
) -> AssistanceRequest:
    step = partial(lifecycle.take_step, lifecycle=REQUESTS, participant=request.participant_id)
    return step(request, verb, by=by, at=at, **more)


@transaction.atomic
def sign(request: AssistanceRequest, *, by: User, at: datetime, version: int) -> AssistanceRequest:
    """
    Bind the State to the request: its text is frozen with a hash and gets its number.

    ``version`` is the one the person read: other words are not signed.

    :raises Refused: unless ``rules.may_sign``; with the code ``same_person`` to its writer
    :raises WrongStatus: unless it is a draft
    :raises StaleVersion: when somebody else has saved since
    """
    # The row first: nobody rewrites what is being signed, and the writer is the one who stands there.
    held = AssistanceRequest.objects.filter(
        pk=request.pk, status=RequestStatus.DRAFT, version=version
    )
    if not held.update(updated_at=at):
        require(rules.may_sign(by, request))
        request.refresh_from_db()
        if request.is_draft:
            raise StaleVersion(request)
        raise WrongStatus(lifecycle.wrong_status_sentence(request))
    request.refresh_from_db()
    require(rules.may_sign(by, request))
    require(rules.ready_to_sign(request))
    hold_open(request.incident_id)
    request.number = next_number(request.series, year=at.year)
    version = _freeze(request, number=1, by=by, at=at)
    changes = {
        "number": request.number, "signed_at": at, "signed_by": by, "text_version": 1, "digest": version.digest,
    }  # fmt: skip
    return _take_step(request, "sign", by=by, at=at, changes=changes, sha256=version.digest)


def _freeze(request: AssistanceRequest, *, number: int, by: User, at: datetime) -> RequestVersion:
    content = content_of(request, list(request.items.order_by("line")))
    return RequestVersion.objects.create(
        request=request,
        number=number,
        content=content,
        digest=digest_of(content),
        prepared_by_id=request.prepared_by_id,
        signed_by=by,
        signed_at=at,
    )


def discard(request: AssistanceRequest, *, by: User, at: datetime) -> AssistanceRequest:
    """
    Put the draft away.

    :raises Refused: unless ``rules.may_discard``
    :raises WrongStatus: unless it is a draft
    """
    require(rules.may_discard(by, request))
    return _take_step(request, "discard", by=by, at=at)


def circulate(request: AssistanceRequest, *, by: User, at: datetime) -> AssistanceRequest:
    """
    Send the signed request to everybody who may offer; their officers on duty are alerted.

    :raises Refused: unless ``rules.may_circulate``
    :raises WrongStatus: unless it is signed
    """
    require(rules.may_circulate(by, request))
    return _take_step(request, "circulate", by=by, at=at, changes={"circulated_at": at})


def suspend(
    request: AssistanceRequest, *, by: User, at: datetime, reason: str
) -> AssistanceRequest:
    """
    Take no more offers for the time being, and say why.

    :raises Refused: unless ``rules.may_suspend``
    :raises WrongStatus: unless it is circulated or partially covered
    :raises ValidationError: without a reason
    """
    require(rules.may_suspend(by, request))
    return _take_step(request, "suspend", by=by, at=at, reason=needed_reason(reason))


@transaction.atomic
def resume(request: AssistanceRequest, *, by: User, at: datetime) -> AssistanceRequest:
    """
    Take offers again; how far it is covered already shows at once.

    :raises Refused: unless ``rules.may_resume``
    :raises WrongStatus: unless it is suspended
    """
    require(rules.may_resume(by, request))
    return settle(_take_step(request, "resume", by=by, at=at), at=at)


def fulfil(request: AssistanceRequest, *, by: User, at: datetime) -> AssistanceRequest:
    """
    Say that what was accepted is enough: no more offers are wanted.

    :raises Refused: unless ``rules.may_fulfil``
    :raises WrongStatus: unless something was accepted
    """
    require(rules.may_fulfil(by, request))
    return _take_step(request, "fulfil", by=by, at=at, changes={"fulfilled_at": at})


def close(request: AssistanceRequest, *, by: User, at: datetime) -> AssistanceRequest:
    """
    File the fulfilled request.

    :raises Refused: unless ``rules.may_close``
    :raises WrongStatus: unless it is fulfilled
    """
    require(rules.may_close(by, request))
    return _take_step(request, "close", by=by, at=at, changes={"closed_at": at})


def withdraw(
    request: AssistanceRequest, *, by: User, at: datetime, reason: str
) -> AssistanceRequest:
    """
    Take the request back, and say why; what was accepted stays in the record.

    :raises Refused: unless ``rules.may_withdraw``
    :raises WrongStatus: before it is signed, and once it is fulfilled
    :raises ValidationError: without a reason
    """
    require(rules.may_withdraw(by, request))
    return _take_step(request, "withdraw", by=by, at=at, reason=needed_reason(reason))


# ── what the decisions bring about ──────────────────────────────────────────────────────────────
def uncover(request: AssistanceRequest, *, at: datetime) -> AssistanceRequest:
    """:raises WrongStatus: unless it is covered, wholly or in part"""
    return _take_step(request, "uncover", by=None, at=at)


def cover_partly(request: AssistanceRequest, *, at: datetime) -> AssistanceRequest:
    """:raises WrongStatus: unless it is circulated or covered"""
    return _take_step(request, "cover_partly", by=None, at=at)


def cover(request: AssistanceRequest, *, at: datetime) -> AssistanceRequest:
    """:raises WrongStatus: unless it is circulated or partially covered"""
    return _take_step(request, "cover", by=None, at=at)


_BY_TARGET = {
    RequestStatus.CIRCULATED: uncover,
    RequestStatus.PARTIALLY_COVERED: cover_partly,
    RequestStatus.COVERED: cover,
}


def settle(request: AssistanceRequest, *, at: datetime) -> AssistanceRequest:
    """
    Bring the status to what has been accepted; a suspended or fulfilled request stays what it is.

    The caller holds the transaction and has updated the request's row in it: nobody else decides now.
    """
    request.refresh_from_db()
    target = _status_of_lines(request)
    if request.status not in _BY_TARGET or request.status == target:
        return request
    return _BY_TARGET[target](request, at=at)


def _status_of_lines(request: AssistanceRequest) -> RequestStatus:
    lines = request.items.filter(cancelled_at=None)
    if not lines.filter(accepted__lt=F("needed")).exists() and lines.exists():
        return RequestStatus.COVERED
    highest = lines.aggregate(highest=Max("accepted"))["highest"] or 0
    return RequestStatus.PARTIALLY_COVERED if highest else RequestStatus.CIRCULATED
