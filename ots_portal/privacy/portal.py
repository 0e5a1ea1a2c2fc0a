"""What privacy plugs into the portal: a word of the menu, and what of the foundation is forgotten when."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from oauth2_provider.models import AccessToken

from ots_portal import plugs
from ots_portal.access import sessions
from ots_portal.api.models import IdempotentAnswer
from ots_portal.clock import database_now
from ots_portal.notifications.models import Attempt, Delivery, DeliveryStatus, Digest, OutboxRow
from ots_portal.people.models import Role, User
from ots_portal.privacy import mails, queries, rules, services
from ots_portal.privacy.models import RetentionRun


def _looks_after(user: Any) -> bool:
    return isinstance(user, User) and bool(rules.may_look_after(user))


def _people_for(user: User) -> Any:
    """Return whom the audit may name to this reader: everybody to the auditor, a head the own people."""
    if user.role in (Role.AUDITOR, Role.SYSTEM_ADMINISTRATOR):
        return User.objects.all()
    own = user.participant_id if user.is_head else None
    return User.objects.filter(participant=own)


plugs.menu.append(
    plugs.MenuEntry(pgettext_lazy("menu", "Forgetting"), "privacy:people", 85, _looks_after)
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "people.user", _("Person"), visible_to=_people_for, address_of=lambda _person: ""
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "privacy.retentionrun",
        _("Forgetting what is due"),
        visible_to=lambda _user: RetentionRun.objects.none(),
        kinds="privacy.retention_run",
    )
)


# ── what is forgotten when ──────────────────────────────────────────────────────────────────────


def _finished_deliveries(before: datetime) -> Any:
    return Delivery.objects.exclude(status=DeliveryStatus.WAITING).filter(finished_at__lt=before)


def _old_mails(before: datetime) -> list[Path]:
    return mails.older_than(Path(settings.PORTAL_MAIL_FOLDER), before)


for _retention in (
    plugs.retention_of_rows("deliveries", _finished_deliveries),
    plugs.retention_of_rows(
        "digests", lambda before: Digest.objects.filter(finished_at__lt=before)
    ),
    plugs.retention_of_rows(
        "attempts", lambda before: Attempt.objects.filter(finished_at__lt=before)
    ),
    plugs.retention_of_rows(
        "outbox_rows",
        lambda before: OutboxRow.objects.filter(
            Q(fanned_out_at__lt=before) | Q(recalled_at__lt=before)
        ),
    ),
    plugs.Retention(
        "unused_invitations",
        count=lambda before: queries.never_joined(before).count(),
        forget=lambda before, limit: services.forget_never_joined(before, limit, at=database_now()),
    ),
    plugs.Retention(
        "sessions",
        count=lambda before: sessions.ended(before).count(),
        forget=sessions.forget_ended,
    ),
    plugs.retention_of_rows(
        "access_tokens", lambda before: AccessToken.objects.filter(expires__lt=before)
    ),
    plugs.retention_of_rows(
        "idempotent_answers", lambda before: IdempotentAnswer.objects.filter(created_at__lt=before)
    ),
    plugs.retention_of_rows(
        "retention_runs", lambda before: RetentionRun.objects.filter(started_at__lt=before)
    ),
    plugs.Retention(
        "demo_mails",
        count=lambda before: len(_old_mails(before)),
        forget=lambda before, limit: mails.remove(_old_mails(before)[:limit]),
    ),
):
    plugs.plug_retention(_retention)
