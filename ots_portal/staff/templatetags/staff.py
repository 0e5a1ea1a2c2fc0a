"""What the messages about people say: one sentence a kind, for subject, mail and inbox alike."""

from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import User
from ots_portal.staff.presentation import role_word

register = template.Library()

# kind: the subject, and what the message says
SENTENCES: dict[str, tuple[str | Promise, str | Promise]] = {
    "people.user.joined": (
        _("%(name)s has accepted the invitation"),
        _(
            "%(name)s has accepted the invitation and works for %(participant)s from now on. Role: %(role)s."
        ),
    ),
    "people.user.role_changed": (
        _("Your role is now: %(role)s"),
        _(
            "%(actor)s has changed your role. It is now: %(role)s. It counts from your next page on."
        ),
    ),
    "people.user.marked_on_duty": (
        _("You are on duty"),
        _(
            "%(actor)s has marked you on duty for %(participant)s: you hear of verified incidents at once."
        ),
    ),
    "people.user.taken_off_duty": (
        _("You are off duty"),
        _("%(actor)s has taken you off duty for %(participant)s."),
    ),
    "people.user.suspended": (
        _("The account of %(name)s is suspended"),
        _("%(actor)s has suspended the account of %(name)s. What they did keeps their name."),
    ),
    "people.user.reactivated": (
        _("Your account is active again"),
        _("%(actor)s has reactivated your account. Sign in as before. Role: %(role)s."),
    ),
    "people.user.second_factor_reset": (
        _("Your second factor was reset"),
        _(
            "%(actor)s has reset your second factor and signed you out everywhere. Set up a new one when you "
            "sign in next. If you did not ask for it, tell the head of your authority at once."
        ),
    ),
    "people.user.proposed": (
        _("A new head of %(participant)s waits for your confirmation"),
        _(
            "%(actor)s proposes %(name)s as a head of %(participant)s, which has one already. "
            "The invitation is sent once you confirm it."
        ),
    ),
}


@register.simple_tag
def headline(entry: AuditEntry, record: Any) -> str:
    """Say in a line what happened to ``record.person``."""
    return str(SENTENCES[entry.kind][0]) % _words(entry, record.person)


@register.simple_tag
def sentence(entry: AuditEntry, record: Any) -> str:
    """Say what happened to ``record.person``, who did it, and what follows."""
    return str(SENTENCES[entry.kind][1]) % _words(entry, record.person)


def _words(entry: AuditEntry, person: User) -> dict[str, str]:
    actor = User.objects.filter(pk=entry.actor_id).first() if entry.actor_id else None
    # As it was then: an old message in the inbox does not tell of a newer role.
    changed = entry.data.get("changes", {}).get("role", {}).get("after")
    return {
        "name": str(person),
        "participant": person.participant.name,
        "role": role_word(changed or entry.data.get("role") or person.role),
        "actor": str(actor or _("The portal")),
    }
