from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from agreements.models import Bracket, Instrument
from agreements.rules.language_texts import authenticable
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
may_reopen = may_open_negotiation


def may_close_ad_referendum(user: User, instrument: Instrument) -> Verdict:
    """A text goes to the capitals clean: with no bracket left in it."""
    if not (verdict := may_open_negotiation(user, instrument)):
        return verdict
    count = Bracket.objects.filter(
        provision__instrument=instrument, provision__is_live=True
    ).count()
    if count:
        sentence = ngettext(
            "%(count)s bracket is still open: a text is closed when none is left.",
            "%(count)s brackets are still open: a text is closed when none is left.",
            count,
        )
        return Verdict(sentence % {"count": count})
    return ALLOWED


may_adopt = may_open_negotiation


def may_authenticate(user: User, instrument: Instrument) -> Verdict:
    """A text is authenticated in all its authentic languages at once (Vienna Convention, article 10)."""
    if not (verdict := may_open_negotiation(user, instrument)):
        return verdict
    return authenticable(instrument)


may_open_for_signature = may_open_negotiation
may_conclude_signature = may_open_negotiation
