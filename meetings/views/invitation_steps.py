"""The buttons of an invitation: what the secretariat does, and what the invited participant answers."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models import Invitation
from meetings.rules import invitations as rules
from meetings.statuses import INVITATIONS
from meetings.views.steps import Button, Words
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict

WORDS = {
    "send": Words(_("Send"), _("The invitation is sent. The participant is being told.")),
    "acknowledge": Words(_("Acknowledge receipt"), _("You acknowledged the invitation.")),
    "accept": Words(_("Accept"), _("The invitation is accepted.")),
    "decline": Words(_("Decline"), _("The invitation is declined."), "secondary"),
    "withdraw": Words(
        _("Withdraw"),
        _("The invitation is withdrawn."),
        "secondary",
        _("The participant no longer takes part on this invitation."),
    ),
}
# These two say something with it: they stand at the end of the answer's form.
ANSWERS = ("accept", "decline")
OF_THE_INVITED = ("acknowledge", *ANSWERS)


def buttons(invitation: Invitation, *, user: User) -> list[Button]:
    """Return the steps that lead on and are this person's side's, each with its verdict."""
    return [
        Button(
            step.verb,
            reverse(f"meetings:invitation_{step.verb}", args=[invitation.pk]),
            WORDS[step.verb],
            _verdict(step.verb, invitation, user),
        )
        for step in INVITATIONS.steps_from(invitation.status)
        if _is_theirs(step.verb, invitation, user)
    ]


def _is_theirs(verb: str, invitation: Invitation, user: User) -> bool:
    if verb in OF_THE_INVITED:
        return user.serves(invitation.participant_id) and user.may_act
    return user.is_secretariat


def _verdict(verb: str, invitation: Invitation, user: User) -> Verdict:
    verdict: Verdict = getattr(rules, f"may_{verb}")(user, invitation)
    if verdict and verb == "send":
        return rules.ready_to_send(invitation)
    if verdict and verb in ANSWERS:
        return rules.ready_to_answer(invitation)
    return verdict
