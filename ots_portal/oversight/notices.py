"""Who hears when the chain is broken, and when many entries are taken out."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ots_portal.oversight import rules
from ots_portal.oversight.models import Check, Export
from ots_portal.people.models import HEAD_ROLES, Role, User, UserKind
from ots_portal.plugs import Notice, plug_labels, plug_notice

SILENT = ("oversight.check.requested", "oversight.export.taken")

plug_labels(
    {
        "oversight.check.requested": _("A check of the audit is asked for"),
        "oversight.export.taken": _("Entries of the audit are taken out"),
    }
)


def auditors_and_administrators(_entry: Any) -> QuerySet[User]:
    return User.objects.filter(
        kind=UserKind.PERSON, is_active=True, role__in=(Role.AUDITOR, Role.SYSTEM_ADMINISTRATOR)
    )


def heads_of_whose_entries_they_are(entry: Any) -> QuerySet[User]:
    """Return the participant's heads, except whoever took them out."""
    heads = User.objects.filter(
        kind=UserKind.PERSON, is_active=True, role__in=HEAD_ROLES, participant=entry.participant
    )
    return heads.exclude(pk=entry.actor_id)


def check_for(user: User, subject_id: str) -> Check | None:
    return Check.objects.filter(pk=subject_id).first() if rules.may_read_state(user) else None


def export_for(user: User, subject_id: str) -> Export | None:
    return Export.objects.filter(pk=subject_id).first() if rules.may_read(user) else None


plug_notice(
    Notice(
        kind="oversight.check.failed",
        title=_("The audit was changed outside of the portal"),
        recipients=auditors_and_administrators,
        record_for=check_for,
        template="oversight/notices/check_failed",
        is_alert=True,
    )
)
plug_notice(
    Notice(
        kind="oversight.export.taken_in_mass",
        title=_("Many entries of the audit are taken out"),
        recipients=heads_of_whose_entries_they_are,
        record_for=export_for,
        template="oversight/notices/export_taken_in_mass",
    )
)
