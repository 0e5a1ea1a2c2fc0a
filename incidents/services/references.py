"""
What other systems call an incident, and what they said of it at which moment.

The same version twice changes nothing, and an older one never replaces a newer one.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from incidents.formats import glide
from incidents.formats.fields import FormatError
from incidents.models import ExternalReference, Incident, ReferenceVersion
from incidents.rules import incidents as rules
from incidents.statuses import Scheme
from incidents.stored import touch
from ots_portal.audit.services import record
from ots_portal.people.models import User
from ots_portal.texts.fields import validate_plain_text
from ots_portal.verdicts import require

LONGEST_VALUE = 250
MOST_REFERENCES = 50
_is_safe_address = URLValidator(schemes=["https"])


class Taken(StrEnum):
    """What became of a version that came in."""

    NEW = "new"
    OLDER = "older"  # kept beside the newer one, which stands
    KNOWN = "known"


@dataclass(frozen=True)
class Name:
    """What another system calls the incident; ``digest`` is the SHA-256 of the file it came from."""

    scheme: str
    value: str
    version_at: datetime | None = None
    address: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Version:
    """
    What another system says at ``version_at``; ``facts`` has keys of services.incidents.FACTS.

    ``is_withdrawn``: it takes back what it said before.
    """

    version_at: datetime
    digest: str
    alert_level: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    is_withdrawn: bool = False


def give_name(incident: Incident, name: Name, *, at: datetime) -> ExternalReference:
    """Note the name with which an incident came in; the caller stores the incident."""
    reference = ExternalReference.objects.create(
        incident=incident,
        participant_id=incident.participant_id,
        scheme=name.scheme,
        value=name.value,
        version_at=name.version_at,
        address=name.address,
        digest=name.digest,
    )
    if name.version_at:
        _keep(reference, Version(name.version_at, name.digest), at=at)
    return reference


@transaction.atomic
def add_reference(incident: Incident, name: Name, *, by: User, at: datetime) -> ExternalReference:
    """
    Say what another system calls the incident; a name that it has already stays as it is.

    :raises Refused: unless ``rules.may_reference``
    :raises ValidationError: for a name that cannot be one, or that another incident of the
        participant has
    """
    require(rules.may_reference(by, incident))
    Incident.objects.select_for_update(of=("self",), no_key=True).get(pk=incident.pk)
    reference = sound_reference(incident, name)
    if standing := _standing(reference):
        return standing
    reference.save(force_insert=True)
    if name.version_at:
        _keep(reference, Version(name.version_at, name.digest), at=at)
    _tell(incident, "incidents.incident.reference_added", reference, by=by, at=at)
    return reference


def _standing(reference: ExternalReference) -> ExternalReference | None:
    """:raises ValidationError: when another incident has the name, or another number the country"""
    same = ExternalReference.objects.filter(
        participant=reference.participant_id, scheme=reference.scheme, value=reference.value
    )
    if found := same.select_related("incident").first():
        if found.incident_id != reference.incident_id:
            sentence = _("“%(incident)s” of your participant has this name already.")
            raise ValidationError({"value": sentence % {"incident": found.incident}})
        return found
    mine = ExternalReference.objects.filter(incident=reference.incident_id)
    if reference.country and mine.filter(scheme=Scheme.GLIDE, country=reference.country).exists():
        sentence = _("There is a GLIDE number for %(country)s already: take that one out first.")
        raise ValidationError({"value": sentence % {"country": reference.country}})
    if mine.count() >= MOST_REFERENCES:
        raise ValidationError({"value": _("An incident has at most 50 names elsewhere.")})
    return None


def sound_reference(incident: Incident, name: Name) -> ExternalReference:
    """
    Return the reference as it is kept, not saved yet.

    :raises ValidationError: for a name that cannot be one
    """
    value = name.value.strip()
    if name.scheme not in Scheme.values:
        raise ValidationError({"scheme": _("Choose one of the systems.")})
    if not value or len(value) > LONGEST_VALUE:
        raise ValidationError({"value": _("Give the name as the other system writes it.")})
    _validate_field("value", validate_plain_text, value)
    country = ""
    if name.scheme == Scheme.GLIDE:
        number = _glide_number(incident, value)
        value, country = str(number), number.iso3
    address = name.address.strip()
    if name.scheme == Scheme.URL:
        _validate_field("value", _is_safe_address, value)
        address = value
    if address:
        _validate_field("address", _is_safe_address, address)
    return ExternalReference(
        incident=incident,
        participant_id=incident.participant_id,
        scheme=name.scheme,
        value=value,
        country=country,
        version_at=name.version_at,
        address=address,
        digest=name.digest,
    )


def _validate_field(name: str, validate: Any, value: str) -> None:
    try:
        validate(value)
    except ValidationError as error:
        sentence = error.messages
        if validate is _is_safe_address:
            sentence = [_("A web address that begins with https:// is expected.")]
        raise ValidationError({name: sentence}) from error


def _glide_number(incident: Incident, value: str) -> glide.Glide:
    """Invariant 8 of the design: its country is one of the incident's."""
    try:
        number = glide.parse(value)
    except FormatError as error:
        raise ValidationError({"value": str(error)}) from error
    if number.country not in incident.countries:
        sentence = _("%(number)s is for a country that is not among those affected: add it first.")
        raise ValidationError({"value": sentence % {"number": number}})
    return number


@transaction.atomic
def remove_reference(reference: ExternalReference, *, by: User, at: datetime) -> Incident:
    """
    Take a name out that proved wrong, with what was kept of it.

    :raises Refused: unless ``rules.may_reference``
    """
    incident = reference.incident
    require(rules.may_reference(by, incident))
    removed, _rows = ExternalReference.objects.filter(pk=reference.pk).delete()
    if removed:
        _tell(incident, "incidents.incident.reference_removed", reference, by=by, at=at)
    return incident


@transaction.atomic
def add_version(
    reference: ExternalReference, version: Version, *, at: datetime, by: User | None = None
) -> Taken:
    """
    Keep what another system says now; ``by`` None: a feed brought it.

    The reference shows the newest one; the alert level and the facts of the incident are for a person
    to change.
    """
    ExternalReference.objects.select_for_update(of=("self",), no_key=True).get(pk=reference.pk)
    reference.refresh_from_db()
    if not _keep(reference, version, at=at):
        return Taken.KNOWN
    if not _is_newer(version, reference):
        return Taken.OLDER
    reference.version_at, reference.digest = version.version_at, version.digest
    reference.is_withdrawn = version.is_withdrawn
    reference.save(update_fields=["version_at", "digest", "is_withdrawn"])
    kind = (
        "incidents.incident.reference_withdrawn"
        if version.is_withdrawn
        else "incidents.incident.reference_updated"
    )
    _tell(reference.incident, kind, reference, by=by, at=at)
    return Taken.NEW


def _is_newer(version: Version, reference: ExternalReference) -> bool:
    """What takes back something said in the very same moment is the newer of the two."""
    if reference.version_at is None:
        return True
    standing = (reference.version_at, reference.is_withdrawn)
    return (version.version_at, version.is_withdrawn) > standing


def _keep(reference: ExternalReference, version: Version, *, at: datetime) -> bool:
    """Keep the version; False where it is there."""
    _version, is_new = ReferenceVersion.objects.get_or_create(
        reference=reference,
        version_at=version.version_at,
        is_withdrawn=version.is_withdrawn,
        defaults={
            "digest": version.digest,
            "alert_level": version.alert_level,
            "facts": version.facts,
            "received_at": at,
        },
    )
    return is_new


def _tell(
    incident: Incident, kind: str, reference: ExternalReference, *, by: User | None, at: datetime
) -> None:
    touch(incident, at=at)
    told = {"scheme": str(reference.scheme), "value": reference.value}
    record(kind, subject=incident, by=by, at=at, participant=incident.participant_id, **told)
