from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from agreements.models import Instrument
from agreements.queries import gate
from agreements.queries.confirmations import own_confirmation
from agreements.rules.language_texts import authenticable
from agreements.statuses import ConfirmationStatus
from ots_portal.people.models import Role, User
from ots_portal.verdicts import ALLOWED, Verdict

_NOT_THE_HEAD = Verdict(
    _("Only the head of the secretariat moves an instrument from one phase to the next.")
)


def may_open_negotiation(user: User, instrument: Instrument) -> Verdict:
    return ALLOWED if user.role == Role.SECRETARIAT_HEAD else _NOT_THE_HEAD


may_suspend = may_open_negotiation
may_resume = may_open_negotiation
may_abandon = may_open_negotiation
may_begin_legal_review = may_open_negotiation
may_find_substance = may_open_negotiation
_CONFIRMED = Verdict(
    _("Your State has confirmed the text: it does not take it back to the table any more.")
)


def may_reopen(user: User, instrument: Instrument) -> Verdict:
    """The head of any State that negotiates does so before its confirmation, or the secretariat's for the chair."""
    if user.role != Role.HEAD or user.is_machine:
        return may_open_negotiation(user, instrument)
    own = own_confirmation(user, instrument)
    if own is None:
        return _NOT_THE_HEAD
    return _CONFIRMED if own.status == ConfirmationStatus.CONFIRMED else ALLOWED


def may_name_chair(user: User, instrument: Instrument) -> Verdict:
    return may_open_negotiation(user, instrument)


def may_close_ad_referendum(user: User, instrument: Instrument) -> Verdict:
    """
    A text goes to the capitals clean: with no bracket, no opposition and no position on earlier words.

    Reserves go with it: they are lifted before it is adopted.
    """
    if not (verdict := may_open_negotiation(user, instrument)):
        return verdict
    found = [one for one in gate.obstacles(instrument, user) if one.kind in gate.TO_CLOSE]
    brackets = sum(one.count for one in found if one.kind == gate.ObstacleKind.BRACKET)
    if brackets:
        sentence = ngettext(
            "%(count)s bracket is still open: a text is closed when none is left.",
            "%(count)s brackets are still open: a text is closed when none is left.",
            brackets,
        ) % {"count": brackets}
        return Verdict(f"{sentence} {gate.sentence_of_all(found)}")
    if found:
        return Verdict(
            f"{_('The text is not clean: each State first stands on the present words.')} "
            f"{gate.sentence_of_all(found)}"
        )
    return ALLOWED


def may_adopt(user: User, instrument: Instrument) -> Verdict:
    """What is adopted is clean: nothing in it is in brackets, reserved, or was agreed in other words."""
    if not (verdict := may_open_negotiation(user, instrument)):
        return verdict
    found = [one for one in gate.obstacles(instrument, user) if one.kind in gate.TO_ADOPT]
    if found:
        return Verdict(
            f"{_('The text is not clean: it is adopted without bracket and reserve.')} "
            f"{gate.sentence_of_all(found)}"
        )
    return ALLOWED


def may_authenticate(user: User, instrument: Instrument) -> Verdict:
    """A text is authenticated in all its authentic languages at once (Vienna Convention, article 10)."""
    if not (verdict := may_open_negotiation(user, instrument)):
        return verdict
    return authenticable(instrument)


may_open_for_signature = may_open_negotiation
may_conclude_signature = may_open_negotiation
