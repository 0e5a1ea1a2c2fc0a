"""Who hears of what the hazard feeds say, and which participants must know."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.hazards import EARTHQUAKE
from incidents.models import (
    FeedItem,
    Incident,
)
from incidents.notices import acknowledging
from incidents.notices.about import FEED_ITEMS, INCIDENTS
from incidents.presentation.neighbours import words_of
from incidents.queries import feed_items as feed_item_queries
from incidents.queries import incidents as queries
from incidents.statuses import AlertLevel
from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import Role, User, UserKind
from ots_portal.plugs import Notice, plug_labels, plug_notice

# ── what the feeds say ──────────────────────────────────────────────────────────────────────────

# A level that some participant's officer on duty looks at in the night.
WAKING = (AlertLevel.ORANGE, AlertLevel.RED)
NEWS_FOR = timedelta(hours=48)


def officers_on_duty_where_it_happens(entry: AuditEntry) -> QuerySet[User]:
    """Return the officers on duty of the countries that a fresh orange or red proposal names."""
    item = FeedItem.objects.get(pk=entry.subject_id)
    people = User.objects.filter(is_active=True, kind=UserKind.PERSON, is_on_duty=True)
    if item.alert_level not in WAKING or not _is_news(item, at=entry.recorded_at):
        return people.none()
    return people.filter(participant__iso2__in=item.countries)


def _is_news(item: FeedItem, *, at: datetime) -> bool:
    """
    Return whether it goes on: history that somebody imports, or an old feed that is added, wakes nobody.

    An earthquake is over at once, so its onset counts; what lasts is news as long as its source says so.
    """
    # That its source takes it back tells whom the last thing that it said had told.
    newest = feed_item_queries.observations_of(item).filter(is_withdrawn=False).last()
    if newest is not None and not newest.is_current:
        return False
    said_at = item.onset_at if item.hazard == EARTHQUAKE else item.version_at
    return at - said_at <= NEWS_FOR


def those_whom_a_newer_version_concerns(entry: AuditEntry) -> QuerySet[User]:
    """
    Return the editors and heads of the participants whose incidents the proposal became.

    If its level went up, or its source had withdrawn it, also the officers on duty in all countries it names:
    whoever took it up does not watch for the others.
    """
    level = entry.data.get("alert_level", {})
    has_risen = _rank(level.get("after", "")) > _rank(level.get("before", ""))
    told = _owners(entry)
    if has_risen or "is_withdrawn" in entry.data:
        told |= Q(pk__in=officers_on_duty_where_it_happens(entry).values("pk"))
    return _people(told)


def those_whom_a_withdrawal_concerns(entry: AuditEntry) -> QuerySet[User]:
    """
    Return the editors and heads of the participants whose incidents the proposal became.

    Of something grave and fresh also the officers on duty whom it had woken.
    """
    woken = officers_on_duty_where_it_happens(entry)
    return _people(_owners(entry) | Q(pk__in=woken.values("pk")))


def _owners(entry: AuditEntry) -> Q:
    item = FeedItem.objects.get(pk=entry.subject_id)
    if not item.incident_id:
        return Q(pk__in=[])
    owners = feed_item_queries.incidents_named(item).values("participant")
    return Q(participant__in=owners, role__in=(Role.EDITOR, Role.HEAD))


def _people(told: Q) -> QuerySet[User]:
    return User.objects.filter(told, is_active=True, kind=UserKind.PERSON)


def _rank(level: str) -> int:
    return ("", *AlertLevel.values).index(level)


def level_before(entry: AuditEntry, _recipient: User) -> dict[str, Any]:
    """
    Return the level that the version before had, in the recipient's language; "" where it stayed.

    ``stands_again``: its source had withdrawn it.
    """
    level = entry.data.get("alert_level", {})
    before, after = level.get("before", ""), level.get("after", "")
    label = dict(AlertLevel.choices).get(before, "")
    return {
        "level_before": str(label) if before != after else "",
        "stands_again": "is_withdrawn" in entry.data,
    }


plug_notice(
    Notice(
        kind="incidents.feed_item.received",
        title=_("A hazard feed reports something grave"),
        recipients=officers_on_duty_where_it_happens,
        record_for=feed_item_queries.record_for,
        template="incidents/notices/feed_item_received",
        is_alert=True,
        **FEED_ITEMS.for_everybody,
    )
)
plug_notice(
    Notice(
        kind="incidents.feed_item.updated",
        title=_("A hazard feed has a newer version"),
        recipients=those_whom_a_newer_version_concerns,
        record_for=feed_item_queries.record_for,
        template="incidents/notices/feed_item_updated",
        details=level_before,
        **FEED_ITEMS.for_everybody,
    )
)
plug_notice(
    Notice(
        kind="incidents.feed_item.withdrawn",
        title=_("A hazard feed has withdrawn something"),
        recipients=those_whom_a_withdrawal_concerns,
        record_for=feed_item_queries.record_for,
        template="incidents/notices/feed_item_withdrawn",
        **FEED_ITEMS.for_everybody,
    )
)


# ── who must know ───────────────────────────────────────────────────────────────────────────────


def officers_on_duty_of_those_told(entry: AuditEntry) -> QuerySet[User]:
    """Return the officers on duty of the participants that were just brought in."""
    incident = Incident.objects.get(pk=entry.subject_id)
    told = list(entry.data.get("told", {}))
    return queries.readers_of(incident).filter(is_on_duty=True, participant__in=told)


def why_they(entry: AuditEntry, recipient: User) -> dict[str, Any]:
    """Return in words why the recipient's participant was told."""
    return {"why": words_of(str(entry.data.get("told", {}).get(recipient.participant_id, "")))}


plug_notice(
    Notice(
        kind="incidents.incident.neighbours_told",
        title=_("A participant lets you know of an incident"),
        recipients=officers_on_duty_of_those_told,
        record_for=queries.record_for,
        template="incidents/notices/neighbours_told",
        is_alert=True,
        details=why_they,
        **acknowledging.NEIGHBOURS_TOLD,
        **INCIDENTS.for_those_concerned,
    )
)


SILENT = (
    "incidents.feed_item.taken_up",
    "incidents.feed_item.dismissed",
    "incidents.feed_item.given_back",
    "incidents.feed_item.joined",
    "incidents.feed.added",
    "incidents.feed.paused",
    "incidents.feed.resumed",
)
plug_labels(
    {
        "incidents.feed_item.taken_up": _("A proposal of a hazard feed is taken up"),
        "incidents.feed_item.dismissed": _("A proposal of a hazard feed is dismissed"),
        "incidents.feed_item.given_back": _(
            "A proposal of a hazard feed is given back: its draft was discarded"
        ),
        "incidents.feed_item.joined": _(
            "A further participant makes an incident of a proposal of a hazard feed"
        ),
        "incidents.feed.added": _("A hazard feed is asked from now on"),
        "incidents.feed.paused": _("A hazard feed is no longer asked"),
        "incidents.feed.resumed": _("A hazard feed is asked again"),
    }
)
