"""Who hears that nobody has acknowledged yet: whom the clock's step, or the change of watch, names."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ots_portal.audit.models import AuditEntry
from ots_portal.escalations import queries
from ots_portal.escalations.links import link_of
from ots_portal.escalations.models import Clock
from ots_portal.escalations.presentation import ClockPage, page_of
from ots_portal.notifications.wording import plug_link
from ots_portal.people.models import User
from ots_portal.plugs import Notice, Thread, notices, plug_labels, plug_notice

SILENT = (
    "escalations.clock.acknowledged",  # its record's own entry says it, with the record's own notice
    "escalations.clock.ended",
)
plug_labels(
    {
        "escalations.clock.handed_over": _("The watch has changed: whoever is on duty now is told"),
        "escalations.clock.deputies_told": _("Nobody has acknowledged: the deputy is told"),
        "escalations.clock.heads_told": _("Nobody has acknowledged: the head is told"),
        "escalations.clock.secretariat_told": _("Nobody has acknowledged: the secretariat is told"),
        "escalations.clock.acknowledged": _("An acknowledgement clock stands: acknowledged"),
        "escalations.clock.ended": _("An acknowledgement clock ends: nothing waits any more"),
    }
)


def whom_the_step_tells(entry: AuditEntry) -> QuerySet[User]:
    return User.objects.filter(pk__in=entry.data.get("told", []), is_active=True)


def record_for(user: User, subject_id: str) -> ClockPage | None:
    """Return the clock if the user may see it, and what it is about."""
    clock = queries.with_parts(queries.visible_to(user)).filter(pk=subject_id).first()
    notice = notices.get(clock.entry.kind) if clock else None
    record = notice.record_for(user, clock.subject_id) if clock and notice else None
    return page_of(clock, record, user) if clock and record else None


def _of_what_was_told(entry: AuditEntry) -> tuple[Notice, AuditEntry] | None:
    """Return the notice and the entry that the clock was started for; None where this release knows neither."""
    clock = Clock.objects.select_related("entry").get(pk=entry.subject_id)
    notice = notices.get(clock.entry.kind)
    return (notice, clock.entry) if notice else None


def thread_of(entry: AuditEntry) -> Thread:
    """Stand where the message stands that nobody answered."""
    told = _of_what_was_told(entry)
    return told[0].thread_of(told[1]) if told else Thread(entry.subject_type, entry.subject_id)


def topics_of(entry: AuditEntry) -> Mapping[str, frozenset[str]]:
    told = _of_what_was_told(entry)
    return told[0].topics_of(told[1]) if told else {}


plug_link("acknowledge_link", link_of)
TITLES: dict[str, Any] = {
    "handed_over": _("Not acknowledged yet: you are on duty now"),
    "deputies_told": _("Nobody has acknowledged: you are the deputy"),
    "heads_told": _("Nobody has acknowledged: you are the head"),
    "secretariat_told": _("A participant has not acknowledged"),
}
for _deed, _title in TITLES.items():
    plug_notice(
        Notice(
            kind=f"escalations.clock.{_deed}",
            title=_title,
            recipients=whom_the_step_tells,
            record_for=record_for,
            template=f"escalations/notices/{_deed}",
            is_alert=True,
            is_optional=False,
            thread_of=thread_of,
            topics_of=topics_of,
        )
    )
