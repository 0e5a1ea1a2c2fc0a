"""What the messages about rounds and confirmations say, one sentence a kind."""

from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import AdReferendum, Confirmation, Round
from ots_portal.texts import in_language
from ots_portal.ui.moments import zoned_text

register = template.Library()

# kind: the subject, and what the message says
SENTENCES: dict[str, tuple[str | Promise, str | Promise]] = {
    "agreements.round.begun": (
        gettext_lazy("Round %(number)s begins: %(title)s"),
        gettext_lazy(
            "Round %(number)s of the negotiation about “%(title)s” has begun, %(chair)s in the chair."
        ),
    ),
    "agreements.round.closed": (
        gettext_lazy("Round %(number)s is closed: %(title)s"),
        gettext_lazy(
            "Round %(number)s of the negotiation about “%(title)s” is closed, and its text is frozen. How far the "
            "text has come is on its page."
        ),
    ),
    "agreements.ad_referendum.closed": (
        gettext_lazy("To be confirmed by %(confirm_by)s: %(title)s"),
        gettext_lazy(
            "The text of “%(title)s” is closed ad referendum. The head of your authority confirms it or refuses it by "
            "%(confirm_by)s. Silence confirms nothing."
        ),
    ),
    "agreements.ad_referendum.reminded": (
        gettext_lazy("Not confirmed yet, due %(confirm_by)s: %(title)s"),
        gettext_lazy(
            "Your State has not yet confirmed the text of “%(title)s”, which is due at %(confirm_by)s. Silence "
            "confirms nothing."
        ),
    ),
    "agreements.ad_referendum.reopened": (
        gettext_lazy("Back on the table: %(title)s"),
        gettext_lazy(
            "%(state)s has taken the text of “%(title)s” back to the table. All confirmations given so far lapse. "
            "Reason: %(reason)s"
        ),
    ),
    "agreements.confirmation.confirmed": (
        gettext_lazy("%(state)s has confirmed: %(title)s"),
        gettext_lazy("%(state)s has confirmed the text of “%(title)s”."),
    ),
    "agreements.confirmation.refused": (
        gettext_lazy("%(state)s refuses to confirm: %(title)s"),
        gettext_lazy(
            "%(state)s refuses to confirm the text of “%(title)s”. The negotiation is not reopened by that alone. "
            "Reason: %(reason)s"
        ),
    ),
}


@register.simple_tag
def headline(entry: Any, record: Any) -> str:
    """Say in a line what happened; of an exercise text that it is one."""
    told = str(SENTENCES[entry.kind][0]) % _words(record)
    return _("[Training] %(told)s") % {"told": told} if record.instrument.is_training else told


@register.simple_tag
def sentence(entry: Any, record: Any) -> str:
    """Say what happened, and what follows."""
    return str(SENTENCES[entry.kind][1]) % _words(record)


def _words(record: Round | AdReferendum | Confirmation) -> dict[str, Any]:
    instrument = record.instrument
    words: dict[str, Any] = {"title": in_language(instrument.titles) or instrument.code}
    if isinstance(record, Round):
        return {**words, "number": record.number, "chair": record.chair.name}
    if isinstance(record, Confirmation):
        return {**words, "state": record.participant.name, "reason": record.reason}
    return {
        **words,
        "confirm_by": zoned_text(record.confirm_by),
        "state": record.ended_by.name if record.ended_by else _("A State"),
        "reason": record.reason,
    }
