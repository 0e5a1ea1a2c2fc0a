"""The buttons of delegations, their credentials and their people."""

from types import ModuleType

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.rules import accreditations, credentials, delegations
from meetings.statuses import ACCREDITATIONS, CREDENTIALS, DELEGATIONS
from meetings.views.steps import Button, Words
from ots_portal.lifecycle import Lifecycle
from ots_portal.people.models import User

DELEGATION_WORDS = {
    "confirm": Words(_("Confirm the delegation"), _("The delegation is confirmed.")),
    "reopen": Words(_("Announce again"), _("The delegation is announced again."), "secondary"),
    "withdraw": Words(
        _("Withdraw the delegation"),
        _("The delegation is withdrawn."),
        "secondary",
        _("The list of participants goes on without this delegation."),
    ),
}
CREDENTIALS_WORDS = {
    "submit": Words(_("Credentials are submitted"), _("The credentials are submitted.")),
    "approve": Words(_("Find in order"), _("The credentials are in order.")),
    "query": Words(_("Query"), _("The State is asked about its credentials."), "secondary"),
}
ACCREDITATION_WORDS = {
    "accredit": Words(_("Accredit"), _("The person is accredited.")),
    "refuse": Words(_("Refuse"), _("The accreditation is refused."), "quiet"),
    "revoke": Words(_("Revoke"), _("The accreditation is revoked."), "quiet"),
}
Row = tuple[Lifecycle, ModuleType, dict[str, Words], str]
_DELEGATIONS: Row = (DELEGATIONS, delegations, DELEGATION_WORDS, "delegation")
_CREDENTIALS: Row = (CREDENTIALS, credentials, CREDENTIALS_WORDS, "credentials")
_ACCREDITATIONS: Row = (ACCREDITATIONS, accreditations, ACCREDITATION_WORDS, "accreditation")


def delegation_buttons(delegation: Model, *, user: User) -> list[Button]:
    return _allowed(delegation, user, _DELEGATIONS)


def credentials_buttons(delegation: Model, *, user: User) -> list[Button]:
    return _allowed(delegation, user, _CREDENTIALS)


def accreditation_buttons(delegate: Model, *, user: User) -> list[Button]:
    return _allowed(delegate, user, _ACCREDITATIONS)


def _allowed(subject: Model, user: User, row: Row) -> list[Button]:
    """Return the steps that lead on and that this person may take."""
    lifecycle, rules, words, prefix = row
    steps = lifecycle.steps_from(getattr(subject, lifecycle.field))
    verdicts = [(step.verb, getattr(rules, f"may_{step.verb}")(user, subject)) for step in steps]
    return [
        Button(verb, reverse(f"meetings:{prefix}_{verb}", args=[subject.pk]), words[verb], verdict)
        for verb, verdict in verdicts
        if verdict
    ]
