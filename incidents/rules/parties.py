"""Who stands for a participant in requests and offers; the other rules are made of these."""

from django.utils.translation import gettext_lazy as _

from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import User
from ots_portal.verdicts import ALLOWED, Verdict

NOT_A_READER = Verdict(_("A reader looks on: an editor or the head of authority does this."))
NOT_A_MACHINE = Verdict(_("A person decides this: partner systems only draft and report."))
ONLY_THE_HEAD = Verdict(_("Only the head of authority does this in the State's name."))
ONLY_THE_SECRETARYS_HEAD = Verdict(
    _(
        "A third State's note is entered by the head of the secretariat, after an officer prepared it."
    )
)


def is_third(participant: Participant) -> bool:
    """A third State has nobody here: the secretariat enters what its signed note says."""
    return participant.kind == ParticipantKind.THIRD


def stands_for(user: User, participant: Participant) -> bool:
    return user.serves(participant.pk) or (user.is_secretariat and is_third(participant))


def may_act_for(user: User, participant: Participant, *, otherwise: Verdict) -> Verdict:
    """Allow the participant's editors, head and partner systems; ``otherwise`` is said to outsiders."""
    if not stands_for(user, participant):
        return otherwise
    return ALLOWED if user.may_act or user.is_secretariat else NOT_A_READER


def person_may_act_for(user: User, participant: Participant, *, otherwise: Verdict) -> Verdict:
    verdict = may_act_for(user, participant, otherwise=otherwise)
    return NOT_A_MACHINE if verdict and user.is_machine else verdict


def head_may_act_for(user: User, participant: Participant, *, otherwise: Verdict) -> Verdict:
    """Allow who binds the participant: its head, for a third State the head of the secretariat."""
    verdict = person_may_act_for(user, participant, otherwise=otherwise)
    if verdict and not user.is_head:
        return ONLY_THE_SECRETARYS_HEAD if user.is_secretariat else ONLY_THE_HEAD
    return verdict
