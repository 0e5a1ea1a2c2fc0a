"""Who hears of what happens to people: the person, their heads, whoever has to confirm."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ots_portal.audit.models import AuditEntry
from ots_portal.clock import database_now
from ots_portal.people.models import Invitation, Role, User
from ots_portal.people.queries import heads_of
from ots_portal.plugs import Notice, plug_labels, plug_notice
from ots_portal.staff import queries
from ots_portal.staff.links import link_of
from ots_portal.staff.presentation import InvitationsPage, PersonPage

# Nobody is told of these: the person's history shows them.
SILENT = (
    "people.user.administrator_invited",  # a command prints the link
    "people.user.invitation_withdrawn",
    "people.user.invitation_refused",
    "people.user.list_exported",
)
plug_labels(
    {
        "people.user.administrator_invited": _("The first administrator is invited"),
        "people.user.invitation_withdrawn": _("An invitation is withdrawn"),
        "people.user.invitation_refused": _("An invitation is refused"),
        "people.user.list_exported": _("The list of people is exported"),
    }
)


def the_person(entry: AuditEntry) -> QuerySet[User]:
    return User.objects.filter(pk=entry.subject_id)


def the_person_unless_it_was_them(entry: AuditEntry) -> QuerySet[User]:
    return _except_actor(the_person(entry), entry)


def other_heads(entry: AuditEntry) -> QuerySet[User]:
    """Return the heads of the person's participant, except whoever did it and whom it happened to."""
    heads = heads_of(entry.participant)
    return _except_actor(heads.exclude(pk=entry.subject_id), entry)


def those_who_may_confirm(entry: AuditEntry) -> QuerySet[User]:
    for_authority = entry.data["role"] == Role.HEAD
    role = Role.SECRETARIAT_HEAD if for_authority else Role.SYSTEM_ADMINISTRATOR
    confirming = User.objects.filter(role=role, is_active=True, kind="person")
    return _except_actor(confirming, entry)


def _except_actor(people: QuerySet[User], entry: AuditEntry) -> QuerySet[User]:
    return people.exclude(pk=entry.actor_id) if entry.actor_id else people


def invitation_for(user: User, subject_id: str) -> Invitation | None:
    """Return the invitation the person can accept now, if they are the one it was made for."""
    acceptable = queries.acceptable(at=database_now())
    found = acceptable.filter(person=user, person__pk=subject_id)
    return found.select_related("person", "participant", "invited_by").first()


def link(entry: AuditEntry, recipient: User) -> dict[str, Any]:
    """Make the one-time link: at sending, so that it is stored nowhere."""
    invitation = invitation_for(recipient, entry.subject_id)
    return {"address": link_of(invitation)} if invitation else {}


def page_of(user: User, subject_id: str) -> PersonPage | None:
    person = queries.visible_to(user).filter(pk=subject_id).first()
    return PersonPage(person) if person else None


def proposal_of(user: User, subject_id: str) -> InvitationsPage | None:
    """Return who is proposed while somebody has to confirm it."""
    waiting = queries.invitations_visible_to(user).filter(
        Q(person__pk=subject_id), needs_confirmation=True, confirmed_at=None, withdrawn_at=None
    )
    invitation = waiting.first()
    return InvitationsPage(invitation.person) if invitation else None


Recipients = Callable[[AuditEntry], QuerySet[User]]
TOLD: dict[str, tuple[str | Promise, Recipients]] = {
    "people.user.joined": (_("Somebody accepted an invitation"), other_heads),
    "people.user.role_changed": (_("Your role was changed"), the_person),
    "people.user.marked_on_duty": (_("You are on duty"), the_person_unless_it_was_them),
    "people.user.taken_off_duty": (_("You are off duty"), the_person_unless_it_was_them),
    "people.user.suspended": (_("An account of your authority was suspended"), other_heads),
    "people.user.reactivated": (_("Your account is active again"), the_person),
    "people.user.second_factor_reset": (_("Your second factor was reset"), the_person),
}
# Nobody can choose not to be told of these by mail: they are how a theft is noticed.
OWN_ACCOUNT = (
    "people.user.role_changed",
    "people.user.reactivated",
    "people.user.second_factor_reset",
)
for kind, (title, recipients) in TOLD.items():
    plug_notice(
        Notice(
            kind=kind,
            title=title,
            recipients=recipients,
            record_for=page_of,
            template="staff/notices/told",
            is_optional=kind not in OWN_ACCOUNT,
        )
    )
plug_notice(
    Notice(
        kind="people.user.proposed",
        title=_("A new head waits for your confirmation"),
        recipients=those_who_may_confirm,
        record_for=proposal_of,
        template="staff/notices/told",
    )
)
INVITING = (
    "people.user.invited",
    "people.user.invited_again",
    "people.user.invitation_confirmed",
)
for kind in INVITING:
    plug_notice(
        Notice(
            kind=kind,
            title=_("An invitation"),
            recipients=the_person,
            record_for=invitation_for,
            template="staff/notices/invited",
            channels=("mail",),
            details=link,
            reaches_inactive=True,
            is_optional=False,
        )
    )
