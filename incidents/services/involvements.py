"""
The parts that participants have in an incident.

Who takes part is the reporting participant's to say; how a part goes, the participant's own.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from incidents.models import Incident, Involvement
from incidents.queries import involvements as queries
from incidents.rules import involvements as rules
from incidents.statuses import SHARED, InvolvementStatus, ParticipantRole
from incidents.stored import touch
from ots_portal.audit.services import changes_between, hashed, record
from ots_portal.lifecycle import StaleVersion
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import require

# What the owner of an incident gives; affected is who lives in the countries affected.
GIVEN_ROLES = (ParticipantRole.AT_RISK, ParticipantRole.NEIGHBOUR, ParticipantRole.ASSISTING)
# What a participant says of its own part; the public text comes per language.
FACTS = ("status", "national_class", "subdivisions")
MOST_SUBDIVISIONS = 100
# ISO 3166-2: the country's alpha-2 code, a hyphen, one to three letters or digits.
SUBDIVISION = re.compile(r"([A-Z]{2})-[A-Z0-9]{1,3}")


@transaction.atomic
def add(  # noqa: PLR0913 -- what the owner says, each named where it is called
    incident: Incident,
    *,
    participant: Participant,
    role: str,
    by: User,
    at: datetime,
    reason: str = "",
) -> Involvement:
    """
    Give a participant a part: it reads the incident from now on, and is told of it.

    ``reason`` says why it was proposed (a border near, a shared river).

    :raises Refused: unless ``rules.may_add``
    :raises ValidationError: when it has a part already, or for a role that is not given
    """
    require(rules.may_add(by, incident))
    _require_given(role)
    # Whoever tells the neighbours at this moment waits here, or is waited for.
    Incident.objects.select_for_update(of=("self",), no_key=True).get(pk=incident.pk)
    part, is_new = Involvement.objects.get_or_create(
        incident=incident,
        participant=participant,
        defaults={"role": role, "reason": reason[:200], "updated_at": at},
    )
    if not is_new:
        raise ValidationError({"participant": _("This participant has a part already.")})
    _tell(incident, "incidents.incident.participant_added", part, by=by, at=at)
    return part


def _require_given(role: str) -> None:
    if role not in GIVEN_ROLES:
        raise ValidationError(
            {"role": _("Choose at risk, neighbour or assisting: others follow from the countries.")}
        )


def _tell(
    incident: Incident, kind: str, part: Involvement, *, by: User, at: datetime, **data: Any
) -> None:
    """Let the incident's list form and its history follow."""
    touch(incident, at=at)
    _record(kind, incident, part, by=by, at=at, **data)


def _record(
    kind: str, incident: Incident, part: Involvement, *, by: User | None, at: datetime, **data: Any
) -> None:
    told = {
        "participant": incident.participant_id,
        "taking_part": part.participant_id,
        "role": str(part.role),
    }
    record(kind, subject=incident, by=by, at=at, **told, **data)


@transaction.atomic
def add_assisting(
    incident: Incident, participant: Participant, by: User, at: datetime
) -> Involvement:
    """
    Let a participant whose offer is accepted take part as assisting; the caller has checked the decision.

    Who is affected or at risk stays so, whoever it helps besides.
    """
    part, is_new = Involvement.objects.get_or_create(
        incident=incident,
        participant=participant,
        defaults={"role": ParticipantRole.ASSISTING, "updated_at": at},
    )
    if not is_new:
        if part.role != ParticipantRole.NEIGHBOUR:
            return part
        _set_role(part, ParticipantRole.ASSISTING, at=at)
    _tell(incident, "incidents.incident.participant_assists", part, by=by, at=at)
    return part


def _set_role(part: Involvement, role: str, *, at: datetime) -> None:
    Involvement.objects.filter(pk=part.pk).update(
        role=role, version=F("version") + 1, updated_at=at
    )
    part.refresh_from_db()


@transaction.atomic
def change_role(part: Involvement, *, role: str, by: User, at: datetime) -> Involvement:
    """
    Give a participant another part than it had; what it said of its own stays.

    :raises Refused: unless ``rules.may_change_role``
    :raises ValidationError: for a role that is not given
    """
    require(rules.may_change_role(by, part))
    _require_given(role)
    before = part.role
    if role == before:
        return part
    _set_role(part, role, at=at)
    _tell(
        part.incident,
        "incidents.incident.participant_role_changed",
        part,
        by=by,
        at=at,
        before=before,
    )
    return part


@transaction.atomic
def remove(part: Involvement, *, by: User, at: datetime) -> Incident:
    """
    Take a participant's part away; unless the incident is open to members it reads it no more.

    :raises Refused: unless ``rules.may_remove``
    :raises ValidationError: while it has a live offer or a team in the incident
    """
    require(rules.may_remove(by, part))
    if queries.is_helping(part):
        raise ValidationError(
            _("%(participant)s has a live offer or a team in this incident: it keeps its part.")
            % {"participant": part.participant.name}
        )
    incident = part.incident
    Involvement.objects.filter(pk=part.pk).delete()
    _tell(incident, "incidents.incident.participant_removed", part, by=by, at=at)
    return incident


def require_may_name(incident: Incident, *, by: User) -> None:
    """
    Ask whether the person may let those read a restricted incident whom its countries bring into it.

    :raises Refused: unless ``rules.may_name``
    """
    if queries.newly_named(incident, incident.countries):
        require(rules.may_name(by, incident))


def involve_affected(incident: Incident, *, by: User | None, at: datetime) -> None:
    """
    Give every participant among the affected countries its part; the caller stores the incident.

    Who is not affected any more loses the part, unless it helps: then it assists; or has said something
    of it: then it is at risk. Of a shared incident each change is written down, and who is new is told.
    """
    affected = {one.pk: one for one in Participant.objects.filter(iso2__in=incident.countries)}
    parts = {part.participant_id: part for part in incident.involvements.select_for_update()}
    for slug, part in parts.items():
        if slug in affected:
            _change_part(incident, part, ParticipantRole.AFFECTED, by=by, at=at)
        elif part.role == ParticipantRole.AFFECTED:
            _end_affected(incident, part, by=by, at=at)
    for slug, participant in affected.items():
        if slug not in parts:
            part = Involvement.objects.create(
                incident=incident,
                participant=participant,
                role=ParticipantRole.AFFECTED,
                updated_at=at,
            )
            _note(incident, "incidents.incident.participant_added", part, by=by, at=at)


def _end_affected(incident: Incident, part: Involvement, *, by: User | None, at: datetime) -> None:
    if queries.is_helping(part):
        _change_part(incident, part, ParticipantRole.ASSISTING, by=by, at=at)
    elif _has_spoken(part):
        _change_part(incident, part, ParticipantRole.AT_RISK, by=by, at=at)
    else:
        Involvement.objects.filter(pk=part.pk).delete()
        _note(incident, "incidents.incident.participant_removed", part, by=by, at=at)


def _has_spoken(part: Involvement) -> bool:
    is_watching = part.status == InvolvementStatus.MONITORING
    return not is_watching or bool(part.national_class or part.subdivisions or part.public_texts)


def _change_part(
    incident: Incident, part: Involvement, role: str, *, by: User | None, at: datetime
) -> None:
    before = part.role
    if before != role:
        _set_role(part, role, at=at)
        _note(
            incident,
            "incidents.incident.participant_role_changed",
            part,
            by=by,
            at=at,
            before=str(before),
        )


def _note(
    incident: Incident, kind: str, part: Involvement, *, by: User | None, at: datetime, **data: Any
) -> None:
    """Write down what became of a part; of a draft nobody else knows."""
    if incident.status in SHARED:
        _record(kind, incident, part, by=by, at=at, **data)


@dataclass(frozen=True)
class Statement:
    """
    What a participant says of its own part: ``facts`` has keys of FACTS, those given are set.

    ``public_text`` is in one ``language``; None leaves all languages as they are, "" takes this one out.
    """

    facts: dict[str, Any]
    language: str = "en"
    public_text: str | None = None


@transaction.atomic
def update(
    part: Involvement, statement: Statement, *, by: User, at: datetime, version: int
) -> Involvement:
    """
    Save what the participant says of its own part; texts in other languages stay as they are.

    :raises Refused: unless ``rules.may_update``: nobody speaks for another participant
    :raises StaleVersion: when somebody else has saved since ``version``
    :raises ValidationError: when a value is impossible
    """
    require(rules.may_update(by, part))
    claimed = Involvement.objects.filter(pk=part.pk, version=version).update(
        version=F("version") + 1, updated_at=at
    )
    part.refresh_from_db()
    if not claimed:
        raise StaleVersion(part)
    before = _tellable(part)
    _apply(part, statement)
    _validate(part)
    part.save()
    _record_update(part, before, by=by, at=at)
    return part


def _apply(part: Involvement, statement: Statement) -> None:
    for name in FACTS:
        if name in statement.facts:
            setattr(part, name, statement.facts[name])
    part.subdivisions = sorted({code.strip().upper() for code in part.subdivisions})
    if statement.public_text is None:
        return
    others = {code: text for code, text in part.public_texts.items() if code != statement.language}
    given = {statement.language: statement.public_text} if statement.public_text else {}
    part.public_texts = {**others, **given}


def _validate(part: Involvement) -> None:
    if part.status not in InvolvementStatus.values:
        raise ValidationError({"status": _("Choose one of the statuses.")})
    if len(part.subdivisions) > MOST_SUBDIVISIONS:
        raise ValidationError({"subdivisions": _("Name at most 100 regions.")})
    for code in part.subdivisions:
        _validate_subdivision(code, part.participant)
    part.full_clean(exclude=["incident", "participant"])


def _validate_subdivision(code: str, participant: Participant) -> None:
    match = SUBDIVISION.fullmatch(code)
    words = {"code": code[:20], "example": f"{participant.iso2 or 'TR'}-01"}
    if match is None:
        sentence = _("“%(code)s” is no ISO 3166-2 code of a region: they look like %(example)s.")
        raise ValidationError({"subdivisions": sentence % words})
    if participant.iso2 and match[1] != participant.iso2:
        sentence = _("“%(code)s” is a region of another country: yours begin like %(example)s.")
        raise ValidationError({"subdivisions": sentence % words})


def _tellable(part: Involvement) -> dict[str, Any]:
    return {name: getattr(part, name) for name in (*FACTS, "public_texts")}


def _record_update(part: Involvement, before: dict[str, Any], *, by: User, at: datetime) -> None:
    """The texts of a restricted incident are not kept in the audit: names and hashes are."""
    changes = changes_between(before, _tellable(part))
    if part.incident.classification == "named":
        changes = hashed(changes)
    record(
        "incidents.involvement.updated",
        subject=part,
        by=by,
        at=at,
        participant=part.participant_id,
        changes=changes,
    )
