"""What the silence procedure plugs into the portal: a room, a card, the own calendar, audit, own copies."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ots_portal import plugs
from ots_portal.clock import database_now
from ots_portal.people.models import User
from ots_portal.silence import queries, rules
from ots_portal.silence.models import Objection, SilenceProcedure
from ots_portal.silence.presentation import left_text
from ots_portal.silence.statuses import ProcedureStatus

SHOWN_ON_CARD = 5


def _reads_silences(user: Any) -> bool:
    return (
        isinstance(user, User) and not user.is_machine and (user.is_national or user.is_secretariat)
    )


# ── the front page ──────────────────────────────────────────────────────────────────────────────
def _readable_and_asked(user: User) -> QuerySet[SilenceProcedure]:
    """Return what the person's own State may object to, of that which the person may read."""
    readable = queries.visible_to(user).order_by().values("pk")
    return queries.waiting_for(user.participant).filter(pk__in=readable)


def _running(user: Any) -> Sequence[plugs.CardLine]:
    at = database_now()
    ahead = _readable_and_asked(user).filter(expires_at__gt=at)
    return [_line(procedure, user, at=at) for procedure in ahead[:SHOWN_ON_CARD]]


def _line(procedure: SilenceProcedure, user: User, *, at: datetime) -> plugs.CardLine:
    may_object = rules.may_object_to(user, procedure)
    return plugs.CardLine(
        title=procedure.title,
        url=procedure.get_absolute_url(),
        note=_("Time left: %(left)s.") % {"left": left_text(procedure.expires_at, at=at)},
        badge=_("You may object") if may_object else _("Your head may object"),
        tone="warning",
        at=procedure.expires_at,
    )


# Both main parts put texts under silence; the room is one.
plugs.rooms.append(
    plugs.Room(gettext_lazy("Under silence"), "silence:list", "meetings:list", 40, _reads_silences)
)
plugs.cards.append(
    plugs.Card(
        gettext_lazy("Silence running: your State may object"),
        position=4,
        lines=_running,
        more_url_name="silence:list",
        needs_me=True,
        visible=_reads_silences,
    )
)


# ── the own calendar ────────────────────────────────────────────────────────────────────────────
def own_ends(person: User, since: datetime, until: datetime) -> Sequence[plugs.CalendarEntry]:
    """Return the ends of silences that the person's State may break; what has ended otherwise is cancelled."""
    readable = queries.visible_to(person).filter(participants=person.participant_id)
    inside = readable.filter(expires_at__gte=since, expires_at__lt=until)
    return [
        plugs.CalendarEntry(
            uid=f"silence-{procedure.pk}",
            title=_("Silence ends: %(title)s") % {"title": procedure.title},
            url=settings.PORTAL_ADDRESS + procedure.get_absolute_url(),
            starts_at=procedure.expires_at,
            changed_at=procedure.updated_at,
            is_cancelled=procedure.status in (ProcedureStatus.BROKEN, ProcedureStatus.WITHDRAWN),
        )
        for procedure in inside.order_by("expires_at", "id")
    ]


plugs.calendars.append(own_ends)


# ── audit, own copies ───────────────────────────────────────────────────────────────────────────
plugs.plug_audited(
    plugs.AuditedRecord(
        "silence.silenceprocedure",
        gettext_lazy("Silence procedure"),
        visible_to=queries.visible_to,
        fields={
            "about": gettext_lazy("What is under silence"),
            "expires_at": gettext_lazy("Ends"),
            "time_zone": gettext_lazy("Time zone"),
            "text_sha256": gettext_lazy("SHA-256 of the text"),
            "asked": gettext_lazy("Who may object"),
            "objection": gettext_lazy("How it was broken"),
            "reason_sha256": gettext_lazy("SHA-256 of the reason"),
            "hours": gettext_lazy("Hours before the end"),
        },
        kinds="silence.procedure",
    )
)


def _told(person: User) -> Sequence[dict[str, Any]]:
    columns = ("procedure", "participant", "at", "kind", "reason", "proposed_text")
    return list(Objection.objects.filter(person=person).order_by("at", "id").values(*columns))


plugs.plug_personal_data(plugs.PersonalData("objections", told=_told))
