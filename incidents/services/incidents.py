"""Everything that changes an incident."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Field
from django.utils.translation import gettext as _

from incidents.models import ExternalReference, Incident, Involvement
from incidents.queries import incidents as queries
from incidents.rules import incidents as rules
from incidents.statuses import INCIDENTS, Classification, ParticipantRole
from incidents.stored import store
from ots_portal import lifecycle
from ots_portal.audit.services import changes_between, hashed, record
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.numbering.services import next_number
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import require

# The columns a person fills in; whose it is, its status and its number never come from a form.
FACTS = (
    "hazard", "alert_level", "onset_at", "place", "latitude", "longitude", "countries",
    "magnitude", "magnitude_scale", "depth_km",
)  # fmt: skip


class KnownAlready(Exception):
    """Another system's name for the incident is in the portal already; carries the incident."""

    def __init__(self, incident: Incident) -> None:
        super().__init__(
            _("This is in the portal already: “%(incident)s”.") % {"incident": incident}
        )
        self.incident = incident


@dataclass(frozen=True)
class Name:
    """What another system calls the incident; ``digest`` is the SHA-256 of the file it came from."""

    scheme: str
    value: str
    version_at: datetime | None = None
    address: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Draft:
    """What a reporter fills in. ``facts`` has the keys of FACTS; texts are in one language."""

    language: str
    title: str
    description: str
    facts: dict[str, Any]
    is_exercise: bool = False
    classification: str = "members"


@transaction.atomic
def create(
    draft: Draft,
    *,
    by: User,
    at: datetime,
    submission_key: uuid.UUID | None = None,
    name: Name | None = None,
) -> Incident:
    """
    Keep a draft; a form that was submitted twice makes one incident, the second call returns it.

    :raises Refused: unless ``rules.may_create``
    :raises KnownAlready: when ``name`` is in the portal already and the person may see it
    :raises ValidationError: when a value is impossible
    """
    require(rules.may_create(by))
    # Two submissions of one form wait for each other here (on SQLite by its IMMEDIATE transactions).
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    if submission_key and (
        earlier := Incident.objects.filter(created_by=by, submission_key=submission_key).first()
    ):
        return earlier
    if name and (known := queries.known_as(by, scheme=name.scheme, value=name.value)):
        raise KnownAlready(known)
    return _keep(
        draft, by=by, at=at, participant=by.participant, submission_key=submission_key, name=name
    )


@transaction.atomic
def create_from_outside(
    draft: Draft, *, participant: Participant, name: Name, at: datetime
) -> Incident:
    """
    Keep as the participant's draft what another system published; a person reports it.

    :raises KnownAlready: when the participant has it already
    :raises ValidationError: when a value is impossible
    """
    known = ExternalReference.objects.filter(
        participant=participant, scheme=name.scheme, value=name.value
    )
    if first := known.select_related("incident").first():
        raise KnownAlready(first.incident)
    return _keep(draft, by=None, at=at, participant=participant, submission_key=None, name=name)


def _keep(
    draft: Draft, *, by: User | None, at: datetime, name: Name | None, **values: Any
) -> Incident:
    incident = _new(draft, by=by, at=at, **values)
    if name:
        _give_name(incident, name)
    _involve_affected(incident)
    store(incident)
    slug = incident.participant_id
    record("incidents.incident.drafted", subject=incident, by=by, at=at, participant=slug)
    return incident


def _new(draft: Draft, *, by: User | None, at: datetime, **values: Any) -> Incident:
    incident = Incident(
        titles={draft.language: draft.title},
        descriptions={draft.language: draft.description} if draft.description else {},
        is_exercise=draft.is_exercise,
        classification=draft.classification,
        created_by=by,
        created_at=at,
        updated_at=at,
        **{name: draft.facts.get(name, _default_of(name)) for name in FACTS},
        **values,
    )
    validate(incident, at=at)
    incident.save(force_insert=True)
    return incident


def _default_of(name: str) -> Any:
    return cast("Field[Any, Any]", Incident._meta.get_field(name)).get_default()


def validate(incident: Incident, *, at: datetime) -> None:
    """:raises ValidationError: per field, with a sentence a person can act on"""
    problems: dict[str, Any] = {}
    if incident.onset_at and incident.onset_at > at:
        problems["onset_at"] = _(
            "The beginning lies in the future. Check the date, the time and the zone."
        )
    if not any(text.strip() for text in incident.titles.values()):
        problems["title"] = _("Give the incident a title.")
    if (incident.latitude is None) != (incident.longitude is None):
        problems["longitude" if incident.longitude is None else "latitude"] = _(
            "Latitude and longitude belong together: give both or none."
        )
    if problems:
        raise ValidationError(problems)
    incident.full_clean(
        exclude=["row_json", "searchable", "created_by", "reported_by", "participant"]
    )


def _give_name(incident: Incident, name: Name) -> None:
    ExternalReference.objects.create(
        incident=incident,
        participant_id=incident.participant_id,
        scheme=name.scheme,
        value=name.value,
        version_at=name.version_at,
        address=name.address,
        digest=name.digest,
    )


def _involve_affected(incident: Incident) -> None:
    """Give every participant among the affected countries its part; other parts stay as they are."""
    affected = Participant.objects.filter(iso2__in=incident.countries)
    incident.involvements.filter(role=ParticipantRole.AFFECTED).exclude(
        participant__in=affected
    ).delete()
    Involvement.objects.bulk_create(
        [
            Involvement(incident=incident, participant=participant, role=ParticipantRole.AFFECTED)
            for participant in affected
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def update(incident: Incident, draft: Draft, *, by: User, at: datetime, version: int) -> Incident:
    """
    Save what was changed; texts in other languages than the draft's stay as they are.

    ``version`` is the one the person saw. Exercise mode never changes; the classification only while
    it is a draft.

    :raises Refused: unless ``rules.may_update``
    :raises StaleVersion: when somebody else has saved since
    :raises ValidationError: when a value is impossible
    """
    require(rules.may_update(by, incident))
    # Claiming the version first locks the row: whoever comes second finds it moved.
    claimed = Incident.objects.filter(pk=incident.pk, version=version).update(
        version=F("version") + 1
    )
    incident.refresh_from_db()
    if not claimed:
        raise StaleVersion(incident)
    before = _tellable(incident)
    _apply(incident, draft)
    validate(incident, at=at)
    incident.updated_at = at
    incident.save()
    _involve_affected(incident)
    store(incident)
    changes = changes_between(before, _tellable(incident))
    if Classification.NAMED in (before["classification"], incident.classification):
        changes = hashed(changes)
    record(
        "incidents.incident.updated",
        subject=incident,
        by=by,
        at=at,
        participant=incident.participant_id,
        changes=changes,
    )
    return incident


def _apply(incident: Incident, draft: Draft) -> None:
    for name in FACTS:
        if name in draft.facts:
            setattr(incident, name, draft.facts[name])
    incident.titles = {**incident.titles, draft.language: draft.title}
    if draft.description or draft.language in incident.descriptions:
        incident.descriptions = {**incident.descriptions, draft.language: draft.description}
    if incident.is_draft:
        incident.classification = draft.classification


def _tellable(incident: Incident) -> dict[str, Any]:
    """Return the fields whose changes an audit entry tells with before and after."""
    names = (*FACTS, "titles", "descriptions", "classification")
    return {name: getattr(incident, name) for name in names}


def _take_step(incident: Incident, verb: str, *, by: User, at: datetime, **more: Any) -> Incident:
    with transaction.atomic():
        step = partial(
            lifecycle.take_step, lifecycle=INCIDENTS, participant=incident.participant_id
        )
        return store(step(incident, verb, by=by, at=at, **more))


@transaction.atomic
def report(incident: Incident, *, by: User, at: datetime) -> Incident:
    """
    Hand the draft to the authority for verification; it gets its number now.

    :raises Refused: unless ``rules.may_report``
    :raises WrongStatus: unless it is a draft
    """
    require(rules.may_report(by, incident))
    if not Incident.objects.filter(pk=incident.pk, status="draft").exists():
        raise WrongStatus(lifecycle.wrong_status_sentence(incident))  # before a number is used up
    number = next_number(incident.series, year=at.year)
    changes = {"number": number, "reported_at": at, "reported_by": by}
    return _take_step(incident, "report", by=by, at=at, changes=changes)


def discard(incident: Incident, *, by: User, at: datetime) -> Incident:
    """
    Put the draft away.

    :raises Refused: unless ``rules.may_discard``
    :raises WrongStatus: unless it is a draft
    """
    require(rules.may_discard(by, incident))
    return _take_step(incident, "discard", by=by, at=at)


def verify(incident: Incident, *, by: User, at: datetime) -> Incident:
    """
    Confirm the report as a second person; the duty officers of the others hear of it.

    :raises Refused: unless ``rules.may_verify``
    :raises WrongStatus: unless it is reported
    """
    require(rules.may_verify(by, incident))
    return _take_step(incident, "verify", by=by, at=at, changes={"verified_at": at})


def reject(incident: Incident, *, by: User, at: datetime, reason: str) -> Incident:
    """
    Say that the report was wrong, and why.

    :raises Refused: unless ``rules.may_reject``
    :raises WrongStatus: unless it is reported
    :raises ValidationError: without a reason
    """
    require(rules.may_reject(by, incident))
    return _take_step(incident, "reject", by=by, at=at, reason=_reason(reason))


def activate(incident: Incident, *, by: User, at: datetime) -> Incident:
    """
    Start the common work on a verified incident.

    :raises Refused: unless ``rules.may_activate``
    :raises WrongStatus: unless it is verified
    """
    require(rules.may_activate(by, incident))
    return _take_step(incident, "activate", by=by, at=at)


def stabilise(incident: Incident, *, by: User, at: datetime) -> Incident:
    """
    Say that the worst is over.

    :raises Refused: unless ``rules.may_stabilise``
    :raises WrongStatus: unless it is active
    """
    require(rules.may_stabilise(by, incident))
    return _take_step(incident, "stabilise", by=by, at=at)


def close(incident: Incident, *, by: User, at: datetime) -> Incident:
    """
    End the common work.

    :raises Refused: unless ``rules.may_close``
    :raises WrongStatus: unless it is active or stabilising
    """
    require(rules.may_close(by, incident))
    return _take_step(incident, "close", by=by, at=at, changes={"closed_at": at})


def reopen(incident: Incident, *, by: User, at: datetime, reason: str) -> Incident:
    """
    Take the common work up again, and say why.

    :raises Refused: unless ``rules.may_reopen``
    :raises WrongStatus: unless it is closed
    :raises ValidationError: without a reason
    """
    require(rules.may_reopen(by, incident))
    return _take_step(
        incident, "reopen", by=by, at=at, changes={"closed_at": None}, reason=_reason(reason)
    )


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason:
        raise ValidationError({"reason": _("Say why: others will ask.")})
    return reason[:1000]
