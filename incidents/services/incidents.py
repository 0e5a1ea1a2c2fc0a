"""Everything that changes an incident."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Field
from django.utils.translation import gettext as _

from incidents.formats.areas import check_area
from incidents.formats.fields import FormatError
from incidents.hazards import HAZARDS
from incidents.models import ExternalReference, Incident
from incidents.queries import incidents as queries
from incidents.rules import incidents as rules
from incidents.services import levels, references
from incidents.services.acknowledgements import acknowledge_incident as acknowledge
from incidents.services.classification import (
    keep_restricted,
    open_to_members,
    propose_opening,
    restrict,
)
from incidents.services.duplicates import merge, tell_apart, unmerge
from incidents.services.given_back import give_back_all
from incidents.services.involvements import involve_affected, require_may_name
from incidents.services.levels import set_level
from incidents.services.reasons import needed_reason, told_reason
from incidents.services.references import Name
from incidents.services.reviews import open_for
from incidents.services.steps import take_step
from incidents.statuses import OPEN, Classification
from incidents.stored import store
from ots_portal import lifecycle
from ots_portal.audit.services import changes_between, hashed, record
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.numbering.services import next_number
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import require

# Everything that changes the incident itself is called here, wherever it is written.
__all__ = [
    "FACTS", "Draft", "KnownAlready", "Name", "acknowledge", "activate", "archive", "close", "create", "create_from_outside",
    "discard", "keep_restricted", "merge", "open_to_members", "propose_opening", "reject", "reopen", "report",
    "restrict", "set_level", "stabilise", "tell_apart", "unmerge", "update", "validate", "verify",
]  # fmt: skip

# The columns a person fills in; whose it is, its status and its number never come from a form.
FACTS = (
    "hazard", "secondary_hazards", "alert_level", "onset_at", "detected_at", "place", "latitude", "longitude",
    "area", "river", "countries", "magnitude", "magnitude_scale", "depth_km",
)  # fmt: skip
MOST_SECONDARY_HAZARDS = 10


class KnownAlready(Exception):
    """Another system's name for the incident is in the portal already; carries the incident."""

    def __init__(self, incident: Incident) -> None:
        super().__init__(
            _("This is in the portal already: “%(incident)s”.") % {"incident": incident}
        )
        self.incident = incident


@dataclass(frozen=True)
class Draft:
    """
    What a reporter fills in. ``facts`` has the keys of FACTS; texts are in one language.

    ``level_reason`` says why the alert level is another one than before.
    """

    language: str
    title: str
    description: str
    facts: dict[str, Any]
    is_exercise: bool = False
    classification: str = "members"
    level_reason: str = ""


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
        references.give_name(incident, name, at=at)
    involve_affected(incident, by=by, at=at)
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
    problems |= _problems_of_the_rest(incident, at=at)
    if problems:
        raise ValidationError(problems)
    incident.full_clean(
        exclude=["row_json", "searchable", "created_by", "reported_by", "participant"]
    )


def _problems_of_the_rest(incident: Incident, *, at: datetime) -> dict[str, Any]:
    """Look at what is not needed to report."""
    problems: dict[str, Any] = {}
    if incident.detected_at and incident.detected_at > at:
        problems["detected_at"] = _(
            "It cannot be detected in the future. Check the date and the time."
        )
    others = incident.secondary_hazards
    if not isinstance(others, list) or any(code not in HAZARDS for code in others):
        problems["secondary_hazards"] = _("Choose hazards of the list.")
    elif incident.hazard in others or len(set(others)) != len(others):
        problems["secondary_hazards"] = _(
            "Name each further hazard once, and not the first one again."
        )
    elif len(others) > MOST_SECONDARY_HAZARDS:
        problems["secondary_hazards"] = _("Name at most ten further hazards.")
    try:
        if incident.area is not None:
            check_area(incident.area)
    except FormatError as error:
        problems["area"] = str(error)
    return problems


@transaction.atomic
def update(incident: Incident, draft: Draft, *, by: User, at: datetime, version: int) -> Incident:
    """
    Save what was changed; texts in other languages than the draft's stay as they are.

    ``version`` is the one the person saw. Exercise mode never changes; the classification only while
    it is a draft. Another alert level than before goes into its history, and a lower one has a reason.

    :raises Refused: unless ``rules.may_update``; where other countries let another participant read an
        incident for named participants, unless ``rules.involvements.may_name``
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
    require_may_name(incident, by=by)
    incident.save()
    involve_affected(incident, by=by, at=at)
    store(incident)
    _note_level(incident, before["alert_level"], draft.level_reason, by=by, at=at)
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


def _note_level(incident: Incident, old: str, reason: str, *, by: User, at: datetime) -> None:
    """The level of a draft has no history: that begins with the report."""
    if incident.status in OPEN and incident.alert_level != old:
        said = levels.reason_for(incident.alert_level, old, reason)
        levels.note_change(incident, old=old, by=by, at=at, reason=said)


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
    levels.begin_history(take_step(incident, "report", by=by, at=at, changes=changes), by=by, at=at)
    return incident


@transaction.atomic
def discard(incident: Incident, *, by: User, at: datetime) -> Incident:
    """
    Put the draft away; what a feed said of it is a proposal again.

    :raises Refused: unless ``rules.may_discard``
    :raises WrongStatus: unless it is a draft
    """
    require(rules.may_discard(by, incident))
    discarded = take_step(incident, "discard", by=by, at=at)
    give_back_all(discarded, by=by, at=at)
    return discarded


def verify(incident: Incident, *, by: User, at: datetime) -> Incident:
    """
    Confirm the report as a second person; the duty officers of the others hear of it.

    :raises Refused: unless ``rules.may_verify``
    :raises WrongStatus: unless it is reported
    """
    require(rules.may_verify(by, incident))
    return take_step(incident, "verify", by=by, at=at, changes={"verified_at": at})


@transaction.atomic
def reject(incident: Incident, *, by: User, at: datetime, reason: str) -> Incident:
    """
    Say that the report was wrong, and why.

    :raises Refused: unless ``rules.may_reject``
    :raises WrongStatus: unless it is reported and nothing of it is open
    :raises ValidationError: without a reason
    """
    require(rules.may_reject(by, incident))
    why = needed_reason(reason)
    _hold(incident)
    if obstacles := queries.standing_in_the_way(incident):
        raise WrongStatus(queries.rejecting_must_wait(obstacles))
    return take_step(incident, "reject", by=by, at=at, **told_reason(incident, why))


def _hold(incident: Incident) -> None:
    """Whoever signs a request or issues an alert at this moment holds the row, or waits for it."""
    Incident.objects.select_for_update(of=("self",), no_key=True).get(pk=incident.pk)


def activate(incident: Incident, *, by: User, at: datetime) -> Incident:
    """
    Start the common work on a verified incident.

    :raises Refused: unless ``rules.may_activate``
    :raises WrongStatus: unless it is verified
    """
    require(rules.may_activate(by, incident))
    return take_step(incident, "activate", by=by, at=at)


def stabilise(incident: Incident, *, by: User, at: datetime) -> Incident:
    """
    Say that the worst is over.

    :raises Refused: unless ``rules.may_stabilise``
    :raises WrongStatus: unless it is active
    """
    require(rules.may_stabilise(by, incident))
    return take_step(incident, "stabilise", by=by, at=at)


@transaction.atomic
def close(incident: Incident, *, by: User, at: datetime) -> Incident:
    """
    End the common work; its review is opened with that.

    :raises Refused: unless ``rules.may_close``
    :raises WrongStatus: unless it is active or stabilising and nothing of it is open
    """
    require(rules.may_close(by, incident))
    _hold(incident)
    if obstacles := queries.standing_in_the_way(incident):
        raise WrongStatus(queries.closing_must_wait(obstacles))
    closed = take_step(incident, "close", by=by, at=at, changes={"closed_at": at})
    open_for(closed, at)
    return closed


@transaction.atomic
def reopen(incident: Incident, *, by: User, at: datetime, reason: str) -> Incident:
    """
    Take the common work up again, and say why.

    :raises Refused: unless ``rules.may_reopen``
    :raises WrongStatus: unless it is closed
    :raises ValidationError: without a reason
    """
    require(rules.may_reopen(by, incident))
    told = told_reason(incident, needed_reason(reason))
    return take_step(incident, "reopen", by=by, at=at, changes={"closed_at": None}, **told)


def archive(incident: Incident, *, by: User, at: datetime) -> Incident:
    """
    Put the finished record away: nothing of it changes any more.

    :raises Refused: unless ``rules.may_archive``
    :raises WrongStatus: unless it is closed
    """
    require(rules.may_archive(by, incident))
    return take_step(incident, "archive", by=by, at=at, changes={"archived_at": at})
