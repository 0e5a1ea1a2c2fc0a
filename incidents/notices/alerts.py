"""Who hears of alerts, our own and received ones."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.models import (
    Alert,
    ReceivedAlert,
)
from incidents.notices import acknowledging
from incidents.notices.about import ALERTS, RECEIVED_ALERTS
from incidents.queries import alerts as alert_queries
from incidents.queries import received_alerts as received_queries
from ots_portal.audit.models import AuditEntry
from ots_portal.participants.models import ParticipantKind
from ots_portal.people.models import SECRETARIAT_ROLES, Role, User, UserKind
from ots_portal.plugs import Notice, plug_labels, plug_notice

SILENT = (
    "incidents.alert.drafted",
    "incidents.alert.updated",
    "incidents.alert.discarded",
    "incidents.alert.sent_back",
    "incidents.alert.approved",
    "incidents.alert.superseded",
    "incidents.alert.cancelled",
    "incidents.alert.expired",
    "incidents.received_alert.refused",
    "incidents.received_alert.ignored",
    "incidents.received_alert.linked",
    "incidents.received_alert.unlinked",
    "incidents.received_alert.superseded",
    "incidents.received_alert.expired",
    "incidents.received_alert.acknowledged",
    "incidents.received_alert.objected",
    "incidents.known_sender.added",
    "incidents.known_sender.removed",
)
plug_labels(
    {
        "incidents.alert.drafted": _("An alert is drafted"),
        "incidents.alert.updated": _("The draft of an alert is changed"),
        "incidents.alert.discarded": _("The draft of an alert is discarded"),
        "incidents.alert.sent_back": _("An approved alert is sent back"),
        "incidents.alert.approved": _("An alert is approved"),
        "incidents.alert.superseded": _("An alert is replaced by an update"),
        "incidents.alert.cancelled": _("An alert is cancelled"),
        "incidents.alert.expired": _("An alert has expired"),
        "incidents.received_alert.refused": _("A message was refused: it is no acceptable alert"),
        "incidents.received_alert.ignored": _("A received alert is ignored"),
        "incidents.received_alert.linked": _("A received alert is linked to an incident"),
        "incidents.received_alert.unlinked": _(
            "A received alert is linked to no incident any more"
        ),
        "incidents.received_alert.superseded": _("A received alert is replaced by an update"),
        "incidents.received_alert.expired": _("A received alert has expired"),
        "incidents.received_alert.acknowledged": _("A received alert is acknowledged"),
        "incidents.received_alert.objected": _("An error is reported to the sender of an alert"),
        "incidents.known_sender.added": _("A sender of alerts is put on the list"),
        "incidents.known_sender.removed": _("A sender of alerts is taken off the list"),
    }
)


def readers_on_duty_of_alert(entry: AuditEntry) -> QuerySet[User]:
    """Return the officers on duty of all other participants that may read the issued alert."""
    alert = Alert.objects.select_related("incident").get(pk=entry.subject_id)
    readers = alert_queries.readers_of(alert).filter(is_on_duty=True)
    return readers.exclude(participant=alert.participant_id)


def the_secretariat(entry: AuditEntry) -> QuerySet[User]:
    return User.objects.filter(role__in=SECRETARIAT_ROLES, is_active=True, kind=UserKind.PERSON)


MOST_HELD = 200


def is_first_of_its_hour(entry: AuditEntry) -> bool:
    """Return whether no other message of this sender was put into quarantine in the same hour of the clock."""
    alert = ReceivedAlert.objects.get(pk=entry.subject_id)
    hour = entry.recorded_at.replace(minute=0, second=0, microsecond=0)
    same = ReceivedAlert.objects.filter(
        sender=alert.sender, received_at__range=(hour, entry.recorded_at)
    )
    others = [str(pk) for pk in same.exclude(pk=alert.pk).values_list("pk", flat=True)[:MOST_HELD]]
    before = Q(recorded_at__lt=entry.recorded_at) | Q(
        recorded_at=entry.recorded_at, pk__lt=entry.pk
    )
    earlier = AuditEntry.objects.filter(
        before, kind=entry.kind, subject_id__in=others, recorded_at__gte=hour
    )
    return not earlier.exists()


# What is less grave is read on the list: nobody is woken by a small craft warning.
GRAVE = ("Extreme", "Severe")
NEWS_FOR = timedelta(hours=48)


def acting_people_there(entry: AuditEntry) -> QuerySet[User]:
    """Return who acts for the participants that may read it and on whose territory a grave, real alert lies."""
    alert = ReceivedAlert.objects.get(pk=entry.subject_id)
    # One that says no end is news for two days.
    is_over = (alert.expires_at or alert.sent_at + NEWS_FOR) <= entry.recorded_at
    tells = alert.cap_status == "Actual" and alert.severity in GRAVE and not is_over
    if not tells or alert.message_type not in ("Alert", "Update"):
        return User.objects.none()
    people = User.objects.filter(is_active=True, kind=UserKind.PERSON)
    if alert.scope != "Public":
        people = people.filter(participant__kind=ParticipantKind.MEMBER)
    return people.filter(participant__iso2__in=alert.countries, role__in=(Role.EDITOR, Role.HEAD))


def officers_on_duty_there(entry: AuditEntry) -> QuerySet[User]:
    return acting_people_there(entry).filter(is_on_duty=True)


plug_notice(
    Notice(
        kind="incidents.alert.issued",
        title=_("An alert is issued"),
        recipients=readers_on_duty_of_alert,
        record_for=alert_queries.record_for,
        template="incidents/notices/alert_issued",
        is_alert=True,
        **ALERTS.for_everybody,
    )
)
plug_notice(
    Notice(
        kind="incidents.received_alert.quarantined",
        title=_("A received alert is in quarantine"),
        recipients=the_secretariat,
        record_for=received_queries.record_for,
        template="incidents/notices/received_alert_quarantined",
        is_mailed=is_first_of_its_hour,
        **RECEIVED_ALERTS.for_those_concerned,
    )
)
plug_notice(
    Notice(
        kind="incidents.received_alert.accepted",
        title=_("A grave alert came in"),
        recipients=officers_on_duty_there,
        record_for=received_queries.record_for,
        template="incidents/notices/received_alert_accepted",
        is_alert=True,
        answerable=acting_people_there,
        **acknowledging.RECEIVED,
        **RECEIVED_ALERTS.for_everybody,
    )
)
plug_notice(
    Notice(
        kind="incidents.received_alert.released",
        title=_("A received alert is released from quarantine"),
        recipients=officers_on_duty_there,
        record_for=received_queries.record_for,
        template="incidents/notices/received_alert_accepted",
        is_alert=True,
        answerable=acting_people_there,
        **acknowledging.RECEIVED,
        **RECEIVED_ALERTS.for_everybody,
    )
)
plug_notice(
    Notice(
        kind="incidents.received_alert.cancelled",
        title=_("A received alert is cancelled by its sender"),
        recipients=officers_on_duty_there,
        record_for=received_queries.record_for,
        template="incidents/notices/received_alert_cancelled",
        is_alert=True,
        **RECEIVED_ALERTS.for_everybody,
    )
)
