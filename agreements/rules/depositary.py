"""Who keeps the ledger of a treaty: the secretariat, or the State that is its depositary."""

from django.utils.translation import gettext_lazy as _

from agreements.models import Instrument, LedgerEntry
from ots_portal.people.models import Role, User
from ots_portal.verdicts import ALLOWED, Verdict

_NOT_THE_DEPOSITARY = Verdict(
    _("Only the depositary and the secretariat keep the treaty's ledger.")
)
_NOT_THE_HEAD = Verdict(_("Only the head of the secretariat, or of the depositary, decides this."))


def keeps_the_ledger(user: User, instrument: Instrument) -> Verdict:
    is_depositary = (
        instrument.depositary_id is not None
        and user.participant_id == instrument.depositary_id
        and user.role in (Role.EDITOR, Role.HEAD)
    )
    return ALLOWED if user.is_secretariat or is_depositary else _NOT_THE_DEPOSITARY


def decides_for_the_depositary(user: User, instrument: Instrument) -> Verdict:
    """Whether what the depositary does binds: only the heads of either."""
    if not (verdict := keeps_the_ledger(user, instrument)):
        return verdict
    is_head = user.role in (Role.SECRETARIAT_HEAD, Role.HEAD)
    return ALLOWED if is_head else _NOT_THE_HEAD


def may_set_final_clauses(user: User, instrument: Instrument) -> Verdict:
    """The rule decides when a treaty binds: a head enters it."""
    return decides_for_the_depositary(user, instrument)


def may_issue_notification(user: User, entry: LedgerEntry) -> Verdict:
    return decides_for_the_depositary(user, entry.instrument)
