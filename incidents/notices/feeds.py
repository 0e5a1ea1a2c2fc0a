"""Who hears of what the hazard feeds say, and which participants must know."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.models import (
    FeedItem,
    Incident,
)
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


def officers_on_duty_where_it_happens(entry: AuditEntry) -> QuerySet[User]:
    """Return the officers on duty of the countries that an orange or red proposal names."""
    item = FeedItem.objects.get(pk=entry.subject_id)
    people = User.objects.filter(is_active=True, kind=UserKind.PERSON, is_on_duty=True)
    if item.alert_level not in WAKING:
        return people.none()
    return people.filter(participant__iso2__in=item.countries)


def those_whom_a_newer_version_concerns(entry: AuditEntry) -> QuerySet[User]:
    """
    Return the editors and heads of the participant whose incident the proposal became.

    Of one that nobody has taken up, the officers on duty where it happens, if its level went up.
    """
    item = FeedItem.objects.select_related("incident").get(pk=entry.subject_id)
    if item.incident is not None:
        people = User.objects.filter(is_active=True, kind=UserKind.PERSON)
        owners = people.filter(participant=item.incident.participant_id)
        return owners.filter(role__in=(Role.EDITOR, Role.HEAD))
    level = entry.data.get("alert_level", {})
    went_up = _rank(level.get("after", "")) > _rank(level.get("before", ""))
    found = officers_on_duty_where_it_happens(entry)
    return found if went_up else found.none()


def _rank(level: str) -> int:
    return ("", *AlertLevel.values).index(level)


def level_before(entry: AuditEntry, _recipient: User) -> dict[str, Any]:
    """Return the level that the version before had, in the recipient's language; "" where it stayed."""
    level = entry.data.get("alert_level", {})
    before, after = level.get("before", ""), level.get("after", "")
    label = dict(AlertLevel.choices).get(before, "")
    return {"level_before": str(label) if before != after else ""}


plug_notice(
    Notice(
        kind="incidents.feed_item.received",
        title=_("A hazard feed reports something grave"),
        recipients=officers_on_duty_where_it_happens,
        record_for=feed_item_queries.record_for,
        template="incidents/notices/feed_item_received",
        is_alert=True,
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
    )
)


SILENT = (
    "incidents.feed_item.taken_up",
    "incidents.feed_item.dismissed",
    "incidents.feed.added",
    "incidents.feed.paused",
    "incidents.feed.resumed",
)
plug_labels(
    {
        "incidents.feed_item.taken_up": _("A proposal of a hazard feed is taken up"),
        "incidents.feed_item.dismissed": _("A proposal of a hazard feed is dismissed"),
        "incidents.feed.added": _("A hazard feed is asked from now on"),
        "incidents.feed.paused": _("A hazard feed is no longer asked"),
        "incidents.feed.resumed": _("A hazard feed is asked again"),
    }
)
