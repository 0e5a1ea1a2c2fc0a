"""
What happens at the door is for the auditor; what changes how a person comes in, the person is told.

These messages go to the stored address, also where the person does not want mails: they are how a theft is
noticed.
"""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ots_portal.access import passwords, sessions
from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import User, UserKind
from ots_portal.plugs import Notice, plug_labels, plug_notice

SILENT = (
    "people.user.signed_in",
    "people.user.signed_out",
    "people.user.sign_in_failed",
    "people.user.second_factor_failed",
    "people.user.settings_changed",
    "people.user.identity_bound",
    "people.user.mails_chosen",
    "people.user.provider_sign_in_failed",
    "people.user.session_ended",
    "people.user.sessions_ended",
)
plug_labels(
    {
        "people.user.identity_bound": _("An identity provider's account is bound"),
        "people.user.mails_chosen": _("Which messages are mailed, and when, is chosen"),
        "people.user.provider_sign_in_failed": _("Sign-in by an identity provider has failed"),
        "people.user.session_ended": _("A session is ended"),
        "people.user.sessions_ended": _("Sessions are ended"),
    }
)


def the_person(entry: AuditEntry) -> QuerySet[User]:
    """Return whose account it is; nobody for an address that is none, a closed account, a system."""
    people = User.objects.filter(is_active=True, kind=UserKind.PERSON)
    return people.filter(pk=entry.subject_id)


def who_has_the_factor(entry: AuditEntry) -> QuerySet[User]:
    """Return the person; nobody for recovery codes, which come and go with the factor they belong to."""
    people = the_person(entry)
    return people.none() if entry.data["factor"] == "recovery_codes" else people


def own_account(user: User, subject_id: str) -> User | None:
    return user if str(user.pk) == subject_id else None


def reset_link(entry: AuditEntry, recipient: User) -> dict[str, Any]:
    return {"address": passwords.reset_link(recipient)}


def where_from(entry: AuditEntry, recipient: User) -> dict[str, Any]:
    """Return the session in which the person signed in; None where it has ended already."""
    named = entry.data["session"]
    found = sessions.sessions_of(recipient, at=entry.recorded_at)
    return {"session": next((each for each in found if each.key == named), None)}


plug_notice(
    Notice(
        kind="people.user.password_reset_requested",
        title=_("A new password was asked for"),
        recipients=the_person,
        record_for=own_account,
        template="access/notices/password_reset_requested",
        channels=("mail",),
        details=reset_link,
        is_optional=False,
    )
)
plug_notice(
    Notice(
        kind="people.user.password_changed",
        title=_("Your password was changed"),
        recipients=the_person,
        record_for=own_account,
        template="access/notices/password_changed",
        is_optional=False,
    )
)
plug_notice(
    Notice(
        kind="people.user.second_factor_added",
        title=_("A second factor was added"),
        recipients=who_has_the_factor,
        record_for=own_account,
        template="access/notices/second_factor_added",
        is_optional=False,
    )
)
plug_notice(
    Notice(
        kind="people.user.second_factor_removed",
        title=_("A second factor was removed"),
        recipients=who_has_the_factor,
        record_for=own_account,
        template="access/notices/second_factor_removed",
        is_optional=False,
    )
)
plug_notice(
    Notice(
        kind="people.user.recovery_codes_replaced",
        title=_("Your recovery codes were replaced"),
        recipients=the_person,
        record_for=own_account,
        template="access/notices/recovery_codes_replaced",
        is_optional=False,
    )
)
plug_notice(
    Notice(
        kind="people.user.new_device",
        title=_("You signed in on a new device"),
        recipients=the_person,
        record_for=own_account,
        template="access/notices/new_device",
        channels=("mail",),
        details=where_from,
        is_optional=False,
    )
)

plug_labels(
    {
        "people.user.signed_in": _("A person signs in"),
        "people.user.signed_out": _("A person signs out"),
        "people.user.sign_in_failed": _("A sign-in fails"),
        "people.user.second_factor_added": _("A second factor is set up"),
        "people.user.second_factor_removed": _("A second factor is removed"),
        "people.user.second_factor_failed": _("A second factor fails"),
        "people.user.settings_changed": _("A person changes own settings"),
    }
)
