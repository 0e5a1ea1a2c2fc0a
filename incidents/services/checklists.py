"""
What has to be settled before a team sets out: copied from the host's cards when a deployment is planned.

Where the host says nothing on a topic, an item asks for it. Entry points, customs and visas block also then:
a team that has not settled them would stand at the border.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from incidents.models import ChecklistItem, Deployment
from incidents.queries import deployments as queries
from incidents.rules import deployments as rules
from incidents.services.reasons import told_reason
from incidents.statuses import LIVE_DEPLOYMENTS, CheckStatus, HostNationTopic
from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import User
from ots_portal.texts import in_language
from ots_portal.verdicts import require

# docs/deployments.md: what keeps a team at home unless the host's card says otherwise.
BLOCKING_BY_DEFAULT = (
    HostNationTopic.ENTRY_POINTS,
    HostNationTopic.CUSTOMS,
    HostNationTopic.VISAS,
)
LONGEST_TEXT = 300


class OpenItems(WrongStatus):
    """The team may not set out yet: blocking items of its checklist are open."""


def lay_out(deployment: Deployment, *, at: datetime) -> None:
    """Give a new deployment its checklist; the dogs' topic only where dogs come along."""
    _add(deployment, _topics_of(deployment), at=at)


def complete_for(deployment: Deployment, *, at: datetime) -> None:
    """Add what a changed team needs beyond its checklist: the topic of dogs, when the first one joins."""
    if deployment.status not in rules.STILL_PLANNED:
        return
    there = set(deployment.checklist.values_list("topic", flat=True))
    _add(deployment, [topic for topic in _topics_of(deployment) if topic not in there], at=at)


def _topics_of(deployment: Deployment) -> Sequence[HostNationTopic]:
    return [topic for topic in HostNationTopic if topic != HostNationTopic.DOGS or deployment.dogs]


def _add(deployment: Deployment, topics: Iterable[HostNationTopic], *, at: datetime) -> None:
    cards = queries.valid_cards(deployment.host_id, today=at.date())
    order = list(HostNationTopic)
    ChecklistItem.objects.bulk_create(
        ChecklistItem(
            deployment=deployment,
            topic=topic,
            text=_short(cards[topic].texts) if topic in cards else "",
            is_blocking=(
                cards[topic].is_blocking if topic in cards else topic in BLOCKING_BY_DEFAULT
            ),
            position=order.index(topic),
        )
        for topic in topics
    )


def _short(texts: dict[str, str]) -> str:
    """Return the beginning of what the host says, in English where it does; the card has all of it."""
    text = " ".join(in_language(texts, "en").split())
    if len(text) <= LONGEST_TEXT:
        return text
    return text[: LONGEST_TEXT - 1].rpartition(" ")[0] + "…"


def require_settled(deployment: Deployment) -> None:
    """:raises OpenItems: naming them, while blocking items are open"""
    if topics := [item.get_topic_display() for item in queries.blocking(deployment)]:
        sentence = _("The team cannot set out yet. Still open: %(topics)s.")
        raise OpenItems(sentence % {"topics": ", ".join(topics)})


@transaction.atomic
def complete(item: ChecklistItem, *, by: User, at: datetime) -> ChecklistItem:
    """
    Mark an item as done.

    :raises Refused: unless ``rules.may_settle``
    :raises WrongStatus: unless it is open
    """
    require(rules.may_settle(by, item.deployment))
    return _settle(item, CheckStatus.DONE, "incidents.deployment.check_done", by=by, at=at)


@transaction.atomic
def waive(item: ChecklistItem, *, by: User, at: datetime, reason: str) -> ChecklistItem:
    """
    Let the team go without it, and say why.

    :raises Refused: unless ``rules.may_waive``
    :raises WrongStatus: unless it is open
    :raises ValidationError: without a reason
    """
    require(rules.may_waive(by, item.deployment))
    why = reason.strip()[:1000]
    if not why:
        raise ValidationError({"reason": _("Say why the team may go without this.")})
    kind = "incidents.deployment.check_waived"
    return _settle(item, CheckStatus.WAIVED, kind, by=by, at=at, reason=why)


@transaction.atomic
def reopen(item: ChecklistItem, *, by: User, at: datetime) -> ChecklistItem:
    """
    Take it back: the item is open again.

    :raises Refused: unless ``rules.may_reopen_check``
    :raises WrongStatus: unless it is settled and the team still at home
    """
    require(rules.may_reopen_check(by, item.deployment))
    settled = ChecklistItem.objects.exclude(status=CheckStatus.OPEN)
    statuses = rules.STILL_PLANNED
    _move(item, settled, statuses, at=at, status=CheckStatus.OPEN, by=None, reason="")
    _record("incidents.deployment.check_reopened", item, by=by, at=at)
    return item


def _settle(  # noqa: PLR0913 -- keywords only, each named where it is called
    item: ChecklistItem, status: CheckStatus, kind: str, *, by: User, at: datetime, reason: str = ""
) -> ChecklistItem:
    still_open = ChecklistItem.objects.filter(status=CheckStatus.OPEN)
    _move(item, still_open, LIVE_DEPLOYMENTS, at=at, status=status, by=by, reason=reason)
    told = told_reason(item.deployment.incident, reason)
    _record(kind, item, by=by, at=at, **told)
    return item


def _move(
    item: ChecklistItem, standing: Any, statuses: Sequence[str], *, at: datetime, **values: Any
) -> None:
    # The deployment's row first, as its departure does: so neither passes the other unseen.
    parent = Deployment.objects.filter(pk=item.deployment_id, status__in=statuses)
    is_in_time = parent.update(version=F("version") + 1, updated_at=at)
    if not is_in_time or not standing.filter(pk=item.pk).update(at=at, **values):
        raise WrongStatus(_("Somebody else has changed this in the meantime."))
    item.refresh_from_db()


def _record(kind: str, item: ChecklistItem, *, by: User, at: datetime, **data: Any) -> None:
    slug = item.deployment.participant_id
    subject = item.deployment
    record(kind, subject=subject, by=by, at=at, participant=slug, topic=item.topic, **data)
