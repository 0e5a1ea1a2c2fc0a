"""Everything that changes a deployment: planning it, its steps, its log, a longer stay."""

import uuid
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.models import Deployment, DeploymentLogEntry, OfferItem
from incidents.queries import deployments as queries
from incidents.rules import deployments as rules
from incidents.services import capacities, checklists, deployment_log
from incidents.services.reasons import told_reason
from incidents.services.steps import hold_open
from incidents.statuses import ACCEPTED_OFFERS, DEPLOYMENTS, OPEN, Classification, DeploymentStatus
from ots_portal import lifecycle
from ots_portal.audit.services import CHANGED, changes_between, hashed, record
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.numbering.services import next_number
from ots_portal.people.models import User
from ots_portal.verdicts import require

# What a person fills in; quantity, parties and status never come with them.
FACTS = (
    "name", "people", "dogs", "vehicles", "weight_kg", "leader_name", "leader_phone", "entry_point", "worksite",
    "eta_at", "until_at",
)  # fmt: skip
# Who somebody is, the audit never keeps (decisions.md 11 of the design).
PERSONAL = ("leader_name", "leader_phone")
# What the border asks for: settled by the checklist before the team sets out, and as it was settled afterwards.
AS_IT_LEFT = ("people", "dogs", "vehicles", "weight_kg", "entry_point")


# ── planning ────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def plan(  # noqa: PLR0913 -- keywords only, each named where it is called
    offer_item: OfferItem,
    facts: dict[str, Any],
    *,
    quantity: int,
    by: User,
    at: datetime,
    submission_key: uuid.UUID | None = None,
) -> Deployment:
    """
    Plan to send some of an accepted line; its number and checklist come with it.

    All deployments of a line never send more than was accepted, also when two are planned at once. A form
    that was submitted twice makes one deployment, the second call returns it.

    :raises Refused: unless ``rules.may_plan``
    :raises WrongStatus: unless the line is accepted and its incident open
    :raises ValidationError: when a value is impossible, or so much is not left
    """
    require(rules.may_plan(by, offer_item))
    item = _locked(offer_item)
    if submission_key and (
        earlier := Deployment.objects.filter(created_by=by, submission_key=submission_key).first()
    ):
        return earlier
    _require_accepted(item)
    hold_open(item.offer.incident_id)
    _require_left(item, quantity)
    return _keep(item, facts, quantity=quantity, by=by, at=at, submission_key=submission_key)


def _locked(offer_item: OfferItem) -> OfferItem:
    """Read the line anew while nobody else can plan from it or decide on it."""
    # The update comes first: it locks the row on both databases, so the sum below stands still.
    OfferItem.objects.filter(pk=offer_item.pk).update(accepted=F("accepted"))
    related = ("offer__incident", "offer__participant", "offer__recipient", "capacity")
    return OfferItem.objects.select_related(*related).get(pk=offer_item.pk)


def _require_accepted(item: OfferItem) -> None:
    if item.offer.status not in ACCEPTED_OFFERS or not item.accepted:
        raise WrongStatus(_("Only what was accepted is deployed; this line is not accepted."))
    if item.offer.incident.status not in OPEN:
        raise WrongStatus(_("The incident is not open any more: nothing is deployed to it."))


def _require_left(item: OfferItem, quantity: int) -> None:
    left = item.accepted - queries.sent_of(item)
    if quantity > left:
        sentence = ngettext(
            "Only %(left)s is left of the %(accepted)s that were accepted.",
            "Only %(left)s are left of the %(accepted)s that were accepted.",
            left,
        )
        raise ValidationError({"quantity": sentence % {"left": left, "accepted": item.accepted}})


def _keep(
    item: OfferItem, facts: dict[str, Any], *, by: User, at: datetime, **values: Any
) -> Deployment:
    incident = item.offer.incident
    deployment = Deployment(
        incident=incident,
        offer_item=item,
        participant=item.offer.participant,
        host=item.offer.recipient,
        created_by=by,
        created_at=at,
        updated_at=at,
        **values,
    )
    _apply(deployment, facts)
    validate(deployment)
    deployment.number = next_number("EX-DEP" if incident.is_exercise else "DEP", year=at.year)
    deployment.save(force_insert=True)
    checklists.lay_out(deployment, at=at)
    _record(
        "incidents.deployment.planned",
        deployment,
        by=by,
        at=at,
        quantity=deployment.quantity,
        host=deployment.host_id,
    )
    return deployment


def _apply(deployment: Deployment, facts: dict[str, Any]) -> None:
    for name in FACTS:
        if name in facts:
            setattr(deployment, name, facts[name])


def validate(deployment: Deployment) -> None:
    """:raises ValidationError: per field, with a sentence a person can act on"""
    problems: dict[str, Any] = {}
    if deployment.quantity < 1:
        problems["quantity"] = _("There must be one at least.")
    if deployment.eta_at and deployment.until_at and deployment.until_at <= deployment.eta_at:
        problems["until_at"] = _("The stay would end before the team arrives.")
    if problems:
        raise ValidationError(problems)
    deployment.full_clean(
        exclude=[
            "incident",
            "offer_item",
            "participant",
            "host",
            "created_by",
            "number",
            "proposed_by",
        ]
    )


def _record(kind: str, deployment: Deployment, *, by: User, at: datetime, **data: Any) -> None:
    slug = deployment.participant_id
    record(kind, subject=deployment, by=by, at=at, participant=slug, **data)


@transaction.atomic
def update(
    deployment: Deployment, facts: dict[str, Any], *, by: User, at: datetime, version: int
) -> Deployment:
    """
    Save what was changed; only the ``facts`` that are given.

    Until when it stays is the sender's alone only while it is planned: later both sides agree to that. Who
    and what comes, and over which border, stays as it was when the team set out.

    :raises Refused: unless ``rules.may_update``
    :raises StaleVersion: when somebody else has saved since ``version``
    :raises ValidationError: when a value is impossible
    """
    require(rules.may_update(by, deployment))
    claimed = Deployment.objects.filter(pk=deployment.pk, version=version).update(
        version=F("version") + 1
    )
    deployment.refresh_from_db()
    if not claimed:
        raise StaleVersion(deployment)
    _require_as_it_left(deployment, facts)
    if deployment.status != DeploymentStatus.PLANNED:
        facts = {name: value for name, value in facts.items() if name != "until_at"}
    before = _tellable(deployment)
    _apply(deployment, facts)
    validate(deployment)
    deployment.updated_at = at
    deployment.save()
    checklists.complete_for(deployment, at=at)
    changes = _told_changes(deployment, before)
    _record("incidents.deployment.updated", deployment, by=by, at=at, changes=changes)
    return deployment


def _require_as_it_left(deployment: Deployment, facts: dict[str, Any]) -> None:
    if deployment.status in rules.STILL_PLANNED:
        return
    changed = [n for n in AS_IT_LEFT if n in facts and facts[n] != getattr(deployment, n)]
    if changed:
        sentence = _("The team has set out: this stays as it left. Tell what changes in the log.")
        raise ValidationError(dict.fromkeys(changed, sentence))


def _told_changes(deployment: Deployment, before: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the changes as the audit may keep them: of a restricted incident field names and hashes."""
    changes = changes_between(before, _tellable(deployment))
    personal = {name: CHANGED for name in PERSONAL if name in changes}
    if deployment.incident.classification == Classification.NAMED:
        changes = hashed(changes)
    return changes | personal


def _tellable(deployment: Deployment) -> dict[str, Any]:
    return {name: getattr(deployment, name) for name in FACTS}


# ── the steps ───────────────────────────────────────────────────────────────────────────────────
def mobilise(deployment: Deployment, *, by: User, at: datetime, **told: Any) -> Deployment:
    """
    Say that the team gathers. ``told``: happened_at, latitude, longitude, note (``_take_step``).

    :raises Refused: unless ``rules.may_mobilise``
    :raises WrongStatus: unless it is planned
    """
    require(rules.may_mobilise(by, deployment))
    return _take_step(deployment, "mobilise", by=by, at=at, **told)


@transaction.atomic
def depart(deployment: Deployment, *, by: User, at: datetime, **told: Any) -> Deployment:
    """
    Say that the team has set out; its capacity counts as deployed from now on.

    :raises Refused: unless ``rules.may_depart``
    :raises checklists.OpenItems: while a blocking item of the checklist is open
    :raises WrongStatus: unless it is mobilising
    """
    require(rules.may_depart(by, deployment))
    # The step comes first: its row lock keeps a settled item from being reopened meanwhile.
    _take_step(deployment, "depart", "departed_at", by=by, at=at, **told)
    checklists.require_settled(deployment)
    if (capacity := _real_capacity_of(deployment)) and queries.still_out(
        capacity.pk
    ) >= capacity.units:
        capacities.mark_out(capacity, by=by, at=at, deployment=deployment.number)
    return deployment


def _real_capacity_of(deployment: Deployment) -> Any:
    """Return the capacity that is away with it; an exercise takes none out of the register."""
    return None if deployment.incident.is_exercise else deployment.offer_item.capacity


def arrive(deployment: Deployment, *, by: User, at: datetime, **told: Any) -> Deployment:
    """
    Say that the team is in the country of the host.

    :raises Refused: unless ``rules.may_arrive``
    :raises WrongStatus: unless it is on its way
    """
    require(rules.may_arrive(by, deployment))
    return _take_step(deployment, "arrive", "arrived_at", by=by, at=at, **told)


def begin_work(deployment: Deployment, *, by: User, at: datetime, **told: Any) -> Deployment:
    """
    Say that the team is at work.

    :raises Refused: unless ``rules.may_begin_work``
    :raises WrongStatus: unless it has arrived
    """
    require(rules.may_begin_work(by, deployment))
    return _take_step(deployment, "begin_work", by=by, at=at, **told)


def demobilise(deployment: Deployment, *, by: User, at: datetime, **told: Any) -> Deployment:
    """
    Say that the team is released and packs up.

    :raises Refused: unless ``rules.may_demobilise``
    :raises WrongStatus: unless it has arrived or is at work
    """
    require(rules.may_demobilise(by, deployment))
    changes = {"proposed_until_at": None, "proposed_by": None}
    return _take_step(deployment, "demobilise", by=by, at=at, changes=changes, **told)


def recall(
    deployment: Deployment, *, by: User, at: datetime, reason: str, **told: Any
) -> Deployment:
    """
    Turn the team round on its way, and say why.

    :raises Refused: unless ``rules.may_recall``
    :raises WrongStatus: unless it is on its way
    :raises ValidationError: without a reason
    """
    require(rules.may_recall(by, deployment))
    changes = {"proposed_until_at": None, "proposed_by": None}
    return _take_step(
        deployment, "recall", by=by, at=at, changes=changes, reason=_reason(reason), **told
    )


@transaction.atomic
def return_home(deployment: Deployment, *, by: User, at: datetime, **told: Any) -> Deployment:
    """
    Say that the last of the team is home; its capacity is ready again.

    :raises Refused: unless ``rules.may_return_home``
    :raises WrongStatus: unless it is demobilising or was recalled
    """
    require(rules.may_return_home(by, deployment))
    _take_step(deployment, "return_home", "returned_at", by=by, at=at, **told)
    if (capacity := _real_capacity_of(deployment)) and queries.still_out(
        capacity.pk
    ) < capacity.units:
        capacities.mark_home(capacity, by=by, at=at, deployment=deployment.number)
    return deployment


def cancel(
    deployment: Deployment, *, by: User, at: datetime, reason: str, **told: Any
) -> Deployment:
    """
    Call it off before the team sets out, and say why.

    :raises Refused: unless ``rules.may_cancel``
    :raises WrongStatus: once it has set out
    :raises ValidationError: without a reason
    """
    require(rules.may_cancel(by, deployment))
    return _take_step(deployment, "cancel", by=by, at=at, reason=_reason(reason), **told)


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason:
        raise ValidationError({"reason": _("Say why: the other side will ask.")})
    return reason[:1000]


@transaction.atomic
def _take_step(  # noqa: PLR0913 -- keywords only, each named where it is called
    deployment: Deployment,
    verb: str,
    moment: str = "",
    *,
    by: User,
    at: datetime,
    happened_at: datetime | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
    note: str = "",
    reason: str = "",
    changes: dict[str, Any] | None = None,
) -> Deployment:
    """
    Take the step and write it into the log.

    ``happened_at`` is when it happened, as told; None: now. ``moment`` is the column that keeps it.
    """
    happened_at = _in_order(deployment, happened_at or at, at=at)
    changes = {**(changes or {}), **({moment: happened_at} if moment else {})}
    data: dict[str, Any] = {"happened_at": happened_at, **told_reason(deployment.incident, reason)}
    lifecycle.take_step(
        deployment,
        verb,
        lifecycle=DEPLOYMENTS,
        by=by,
        at=at,
        participant=deployment.participant_id,
        changes=changes,
        **data,
    )
    entry = DeploymentLogEntry(
        status=deployment.status,
        happened_at=happened_at,
        latitude=latitude,
        longitude=longitude,
        note="\n".join(filter(None, (reason, note.strip()))),
    )
    deployment_log.write(entry, deployment, by=by, at=at)
    return deployment


def _in_order(deployment: Deployment, happened_at: datetime, *, at: datetime) -> datetime:
    """:raises ValidationError: where it lies in the future, or before the step that was taken last"""
    deployment_log.require_past(happened_at, at=at)
    last = deployment.log.exclude(status="").order_by("-happened_at").first()
    if last and happened_at < last.happened_at:
        sentence = _("That is before the step that was taken last: “%(status)s”.")
        words = {"status": last.get_status_display()}
        raise ValidationError({"happened_at": sentence % words})
    return happened_at
