"""Who proposes, who tables and withdraws, and who says what becomes of a proposal."""

from django.utils.translation import gettext_lazy as _

from agreements.models import Instrument, Proposal
from agreements.queries.proposals import proposing_states
from agreements.rules.brackets import keeps_text
from ots_portal.people.models import Role, User
from ots_portal.verdicts import ALLOWED, Verdict

_NOT_A_MEMBER = Verdict(_("Only editors and heads of member States propose changes to a text."))
_NOT_NEGOTIATING = Verdict(_("Your State does not negotiate this agreement."))
_NOT_YOURS = Verdict(_("Only the State whose proposal it is may do that."))
_NOT_THE_HEAD = Verdict(
    _("Only the head of the delegation whose proposal it is tables, changes or withdraws it.")
)
_NOT_A_HEAD = Verdict(
    _("Only the head of another negotiating State’s delegation joins a proposal.")
)
_OWN = Verdict(_("A State does not join its own proposal."))
_NOT_THE_CHAIR = Verdict(_("Only the secretariat and the chair enter what becomes of a proposal."))


def may_draft(user: User, instrument: Instrument) -> Verdict:
    """In the name of a negotiating State; a partner system of it may draft, too."""
    if not user.is_member_staff or not user.may_act:
        return _NOT_A_MEMBER
    return _of_a_negotiating_state(user, instrument)


def _of_a_negotiating_state(user: User, instrument: Instrument) -> Verdict:
    is_one = proposing_states(instrument).filter(pk=user.participant_id).exists()
    return ALLOWED if is_one else _NOT_NEGOTIATING


def may_update(user: User, proposal: Proposal) -> Verdict:
    if not user.serves(proposal.participant_id):
        return _NOT_YOURS
    return ALLOWED if user.may_act else _NOT_A_MEMBER


may_discard = may_update


def may_table(user: User, proposal: Proposal) -> Verdict:
    """An act of the State: its head does it, no partner system."""
    is_head = user.role == Role.HEAD and user.serves(proposal.participant_id)
    return ALLOWED if is_head and not user.is_machine else _NOT_THE_HEAD


may_withdraw = may_table


def may_rebase(user: User, proposal: Proposal) -> Verdict:
    """A draft is anyone's of the delegation who writes; what is tabled only its head changes."""
    return may_update(user, proposal) if proposal.is_draft else may_table(user, proposal)


def may_cosponsor(user: User, proposal: Proposal) -> Verdict:
    if user.role != Role.HEAD or not user.is_member_staff or user.is_machine:
        return _NOT_A_HEAD
    if user.serves(proposal.participant_id):
        return _OWN
    return _of_a_negotiating_state(user, proposal.instrument)


def may_leave(user: User, proposal: Proposal) -> Verdict:
    return may_cosponsor(user, proposal)


def may_take_up(user: User, proposal: Proposal) -> Verdict:
    """Whoever keeps the text and its brackets: the secretariat, and the delegation that presides."""
    return ALLOWED if keeps_text(user, proposal.instrument) else _NOT_THE_CHAIR


may_bracket = may_take_up
may_merge = may_take_up


def may_supersede(user: User, proposal: Proposal) -> Verdict:
    """Its State's head puts a later one in its place, or the secretariat or the chair enters that it did."""
    return ALLOWED if may_table(user, proposal) else may_take_up(user, proposal)
