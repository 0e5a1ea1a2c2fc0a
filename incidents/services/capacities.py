"""Everything that changes the capacity register."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from incidents.models import Capacity
from incidents.rules import capacities as rules
from incidents.statuses import Readiness
from incidents.vocabularies.capacity_types import CAPACITY_TYPES
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.services import changes_between, record
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import require

# What a person fills in; whose it is and how it stands never come from a form.
FACTS = (
    "capacity_type", "name", "units", "home_place", "home_subdivision", "latitude", "longitude", "certified_by",
    "certificate", "certified_until", "people", "dogs", "vehicles", "weight_kg", "self_sufficient_days",
    "departs_within_hours", "readiness", "languages", "note",
)  # fmt: skip
# Days before the end of a certificate on which its participant is told, each once.
REMINDERS = (60, 14, 0)
EXPIRING = "incidents.capacity.certificate_expiring"


@transaction.atomic
def create(facts: dict[str, Any], *, by: User, at: datetime) -> Capacity:
    """
    Enter a capacity into the register of the person's own participant.

    :raises Refused: unless ``rules.may_create``
    :raises ValidationError: when a value is impossible, or the participant has one of this name
    """
    require(rules.may_create(by))
    # Two submissions of one form wait for each other here; the second one meets the first one's name.
    Participant.objects.select_for_update(no_key=True).get(pk=by.participant_id)
    return _keep(facts, by=by, at=at)


@transaction.atomic
def create_many(
    rows: Iterable[dict[str, Any]], *, by: User, at: datetime
) -> tuple[list[Capacity], list[tuple[int, str]]]:
    """
    Enter all rows of a file or none; return the capacities, or what is wrong as (row, sentence).

    :raises Refused: unless ``rules.may_create``
    """
    require(rules.may_create(by))
    Participant.objects.select_for_update(no_key=True).get(pk=by.participant_id)
    made: list[Capacity] = []
    problems: list[tuple[int, str]] = []
    for number, facts in enumerate(rows, start=1):
        try:
            made.append(_keep(facts, by=by, at=at))
        except ValidationError as error:
            problems += [(number, sentence) for sentence in _sentences(error)]
    if problems:
        transaction.set_rollback(True)
        return [], problems
    return made, []


def _sentences(error: ValidationError) -> list[str]:
    if not hasattr(error, "error_dict"):
        return list(error.messages)
    return [f"{name}: {text}" for name, texts in error.message_dict.items() for text in texts]


def _keep(facts: dict[str, Any], *, by: User, at: datetime) -> Capacity:
    capacity = Capacity(
        participant=by.participant, created_at=at, updated_at=at, checked_at=at, updated_by=by
    )
    _apply(capacity, facts)
    _validate(capacity)
    capacity.save(force_insert=True)
    slug = capacity.participant_id
    record("incidents.capacity.registered", subject=capacity, by=by, at=at, participant=slug)
    return capacity


def _apply(capacity: Capacity, facts: dict[str, Any]) -> None:
    for name in FACTS:
        if name in facts:
            setattr(capacity, name, facts[name])
    if kind := CAPACITY_TYPES.get(capacity.capacity_type):
        capacity.unit = kind.unit


def _validate(capacity: Capacity) -> None:
    """:raises ValidationError: per field, with a sentence a person can act on"""
    problems: dict[str, Any] = {}
    if capacity.capacity_type not in CAPACITY_TYPES:
        problems["capacity_type"] = _("Choose a type of the list.")
    if (capacity.latitude is None) != (capacity.longitude is None):
        problems["longitude" if capacity.longitude is None else "latitude"] = _(
            "Latitude and longitude belong together: give both or none."
        )
    if not capacity.units:
        problems["units"] = _("There must be one at least.")
    own = Capacity.objects.filter(participant=capacity.participant_id, retired_at=None)
    if own.filter(name__iexact=capacity.name.strip()).exclude(pk=capacity.pk).exists():
        problems["name"] = _("Your register has a capacity of this name already.")
    if problems:
        raise ValidationError(problems)
    capacity.full_clean(exclude=["participant", "updated_by"])


@transaction.atomic
def update(
    capacity: Capacity, facts: dict[str, Any], *, by: User, at: datetime, version: int
) -> Capacity:
    """
    Save what was changed; only the ``facts`` that are given. It counts as checked now.

    :raises Refused: unless ``rules.may_update``
    :raises StaleVersion: when somebody else has saved since ``version``
    :raises ValidationError: when a value is impossible
    """
    require(rules.may_update(by, capacity))
    claimed = Capacity.objects.filter(pk=capacity.pk, version=version).update(
        version=F("version") + 1
    )
    capacity.refresh_from_db()
    if not claimed:
        raise StaleVersion(capacity)
    before = _tellable(capacity)
    _apply(capacity, facts)
    _validate(capacity)
    capacity.updated_at = capacity.checked_at = at
    capacity.updated_by = by
    capacity.save()
    changes = changes_between(before, _tellable(capacity))
    _record("incidents.capacity.updated", capacity, by=by, at=at, changes=changes)
    return capacity


def _tellable(capacity: Capacity) -> dict[str, Any]:
    return {name: getattr(capacity, name) for name in FACTS}


def _record(kind: str, capacity: Capacity, *, by: User | None, at: datetime, **data: Any) -> None:
    slug = capacity.participant_id
    record(kind, subject=capacity, by=by, at=at, participant=slug, **data)


@transaction.atomic
def confirm(capacity: Capacity, *, by: User, at: datetime) -> Capacity:
    """
    Say that all of the entry is still true.

    :raises Refused: unless ``rules.may_confirm``
    """
    require(rules.may_confirm(by, capacity))
    _move(capacity, checked_at=at)
    _record("incidents.capacity.confirmed", capacity, by=by, at=at)
    return capacity


@transaction.atomic
def set_readiness(capacity: Capacity, *, by: User, at: datetime, readiness: str) -> Capacity:
    """
    Say how ready it is; saying the same again only counts as a check.

    :raises Refused: unless ``rules.may_set_readiness``
    :raises ValidationError: when there is no such readiness
    """
    require(rules.may_set_readiness(by, capacity))
    if readiness not in Readiness.values:
        raise ValidationError({"readiness": _("Choose a readiness of the list.")})
    before = capacity.readiness
    _move(capacity, checked_at=at, updated_at=at, updated_by=by, readiness=readiness)
    change = {"readiness": {"before": before, "after": readiness}}
    _record("incidents.capacity.readiness_changed", capacity, by=by, at=at, changes=change)
    return capacity


@transaction.atomic
def retire(capacity: Capacity, *, by: User, at: datetime) -> Capacity:
    """
    Take it out of the register; its history and what it was offered for stay.

    :raises Refused: unless ``rules.may_retire``
    :raises WrongStatus: when somebody else was faster
    """
    require(rules.may_retire(by, capacity))
    _move(capacity, Capacity.objects.filter(retired_at=None), retired_at=at, updated_at=at)
    _record("incidents.capacity.retired", capacity, by=by, at=at)
    return capacity


@transaction.atomic
def bring_back(capacity: Capacity, *, by: User, at: datetime) -> Capacity:
    """
    Put a retired one back into the register.

    :raises Refused: unless ``rules.may_bring_back``
    :raises WrongStatus: when somebody else was faster
    :raises ValidationError: when another one has its name by now
    """
    require(rules.may_bring_back(by, capacity))
    _move(
        capacity,
        Capacity.objects.filter(retired_at__isnull=False),
        retired_at=None,
        updated_at=at,
        checked_at=at,
    )
    _validate(capacity)
    _record("incidents.capacity.brought_back", capacity, by=by, at=at)
    return capacity


def _move(capacity: Capacity, standing: Any = None, **values: Any) -> None:
    """Set columns where the row still stands as ``standing`` asks, and read it again."""
    rows = Capacity.objects.all() if standing is None else standing
    if not rows.filter(pk=capacity.pk).update(version=F("version") + 1, **values):
        raise WrongStatus(_("Somebody else has changed this in the meantime."))
    capacity.refresh_from_db()


# ── what its deployments do to it ───────────────────────────────────────────────────────────────
def mark_out(capacity: Capacity, *, by: User, at: datetime, deployment: str) -> None:
    """Count it as deployed: nothing of it is left at home since ``deployment`` (a number) departed."""
    ready = Capacity.objects.filter(pk=capacity.pk).exclude(readiness=Readiness.DEPLOYED)
    _follow(capacity, ready, Readiness.DEPLOYED, by=by, at=at, deployment=deployment)


def mark_home(capacity: Capacity, *, by: User, at: datetime, deployment: str) -> None:
    """Count it as ready again; where somebody has set another readiness since, that one stays."""
    out = Capacity.objects.filter(pk=capacity.pk, readiness=Readiness.DEPLOYED)
    _follow(capacity, out, Readiness.READY, by=by, at=at, deployment=deployment)


def _follow(  # noqa: PLR0913 -- keywords only, each named where it is called
    capacity: Capacity, rows: Any, readiness: str, *, by: User, at: datetime, deployment: str
) -> None:
    if not rows.update(readiness=readiness, updated_at=at, version=F("version") + 1):
        return
    before = capacity.readiness
    capacity.refresh_from_db()
    change = {"readiness": {"before": before, "after": readiness}}
    _record(
        "incidents.capacity.readiness_changed",
        capacity,
        by=by,
        at=at,
        changes=change,
        deployment=deployment,
    )


# ── certificates that end ───────────────────────────────────────────────────────────────────────
def remind_of_certificates(*, at: datetime) -> int:
    """
    Tell participants of certificates that end within 60 days, within 14, today; return how many times.

    Each is told once per date of the certificate, however often this runs; what was missed while the
    portal stood still is told as the one that is due now.
    """
    today = at.date()
    ending = Capacity.objects.filter(retired_at=None, certified_until__isnull=False)
    return sum(
        _remind(capacity.pk, at=at)
        for capacity in ending.order_by("certified_until")
        if _due(capacity, today) is not None
    )


def _due(capacity: Capacity, today: date) -> int | None:
    """Return the reminder whose time has come, the last one of those that have; None before all."""
    assert capacity.certified_until
    days_left = (capacity.certified_until - today).days
    return min((days for days in REMINDERS if days_left <= days), default=None)


@transaction.atomic
def _remind(pk: Any, *, at: datetime) -> bool:
    # The row's lock: two workers that look at the same moment must not both find that nobody told.
    capacity = Capacity.objects.select_for_update(no_key=True).get(pk=pk)
    if capacity.certified_until is None or (days := _due(capacity, at.date())) is None:
        return False
    until = capacity.certified_until.isoformat()
    told = AuditEntry.objects.filter(
        kind=EXPIRING, subject_type="incidents.capacity", subject_id=str(pk)
    )
    if any(
        entry.data.get("certified_until") == until and entry.data.get("days", 0) <= days
        for entry in told
    ):
        return False
    _record(EXPIRING, capacity, by=None, at=at, days=days, certified_until=until)
    return True
