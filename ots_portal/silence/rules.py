"""Who may begin, break and withdraw a silence procedure: the subject's own rules, and what holds for all."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ots_portal import plugs
from ots_portal.people.models import User
from ots_portal.silence.models import SilenceProcedure
from ots_portal.silence.queries import plug_of, subject_of
from ots_portal.verdicts import ALLOWED, Verdict

NOT_A_MACHINE = Verdict(_("A person does this: partner systems only read silence procedures."))
NOT_ASKED = Verdict(
    _("Your State or organisation takes no part in this decision: it cannot break the silence.")
)
NOT_A_HEAD = Verdict(_("Only the head of an authority objects in the name of the State."))
NOT_THE_STARTER = Verdict(_("Only those who put it under silence withdraw it."))


def may_start(user: User, record: Any) -> Verdict:
    """Ask the rule of the record that is to be put under silence."""
    if user.is_machine:
        return NOT_A_MACHINE
    return plugs.silent_subjects[record._meta.label_lower].may_start(user, record)


def may_object_to(user: User, procedure: SilenceProcedure) -> Verdict:
    """A head does, of a State that was asked; then the subject's own rule is asked."""
    if user.is_machine:
        return NOT_A_MACHINE
    if not _is_asked(user, procedure):
        return NOT_ASKED
    if not user.is_head:
        return NOT_A_HEAD
    return plug_of(procedure).may_object(user, subject_of(procedure))


def _is_asked(user: User, procedure: SilenceProcedure) -> bool:
    # In Python, not in SQL: pages have fetched the participants already.
    asked = {participant.pk for participant in procedure.participants.all()}
    return user.is_national and user.participant_id in asked


def may_withdraw(user: User, procedure: SilenceProcedure) -> Verdict:
    """Whoever began it does, or else the officers of the secretariat or the head where that person serves."""
    if user.is_machine:
        return NOT_A_MACHINE
    if own_rule := plug_of(procedure).may_withdraw:
        return own_rule(user, subject_of(procedure))
    is_of_same_house = user.participant_id == procedure.started_by.participant_id
    answers_for_it = user.is_secretariat or user.is_head or user.pk == procedure.started_by_id
    return ALLOWED if is_of_same_house and answers_for_it else NOT_THE_STARTER
