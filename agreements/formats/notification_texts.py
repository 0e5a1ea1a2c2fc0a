"""What a depositary's notification of an entry usually says, in each language of the portal."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from agreements.formats import correction_texts, reservation_texts
from agreements.models import LedgerEntry
from agreements.vocabularies.acts import NOT_NOTIFIED, LedgerKind
from ots_portal.texts.languages import inside_a_sentence

LONGEST_TEXT = 4_000


def proposed_texts(entry: LedgerEntry) -> dict[str, str]:
    """Return the usual text by language; each can be changed before it is issued."""
    texts = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            texts[code] = proposed_text(entry)
    return texts


def proposed_text(entry: LedgerEntry) -> str:
    """
    Return what the depositary's notification of this entry usually says; it can be changed.

    Where the words of a State would make it too long, it says where they stand.
    """
    text = _proposed(entry)
    if len(text) <= LONGEST_TEXT:
        return text
    sentence, _gap, _words = text.partition("\n\n")
    where = _("The words stand in entry %(number)s of the ledger.") % {"number": entry.number}
    return f"{sentence}\n\n{where}"


def _proposed(entry: LedgerEntry) -> str:
    if entry.kind in reservation_texts.OF_RESERVATIONS:
        return reservation_texts.proposed_text(entry)
    if entry.kind in correction_texts.OF_TEXT_AND_REGISTRATION:
        return correction_texts.proposed_text(entry)
    return _of_a_treaty_act(entry)


def _of_a_treaty_act(entry: LedgerEntry) -> str:
    said = {
        "state": entry.participant.name if entry.participant else "",
        "act": inside_a_sentence(entry.get_kind_display()),
        "treaty": entry.instrument.title,
        "day": entry.acted_on_date.isoformat(),
        "effect": entry.effective_date.isoformat() if entry.effective_date else "",
    }
    if entry.kind == LedgerKind.ANNULMENT:
        return _annulment(entry, said)
    if entry.kind in NOT_NOTIFIED:
        return _("The text of “%(treaty)s” was, on %(day)s: %(act)s.") % said
    if entry.kind == LedgerKind.ENTRY_INTO_FORCE:
        return _("The conditions of “%(treaty)s” are met: it enters into force on %(day)s.") % said
    if entry.kind == LedgerKind.WITHDRAWAL:
        return (
            _(
                "The depositary received on %(day)s the notice of withdrawal of %(state)s from “%(treaty)s”. It "
                "counts from that day and takes effect on %(effect)s."
            )
            % said
        )
    if entry.kind == LedgerKind.NOTIFICATION:
        return (
            _(
                "The depositary received on %(day)s the notification of %(state)s concerning “%(treaty)s”. It "
                "counts from that day."
            )
            % said
        )
    return (
        _("On %(day)s, the following act concerning “%(treaty)s” was effected: %(state)s, %(act)s.")
        % said
    )


def _annulment(entry: LedgerEntry, said: dict[str, str]) -> str:
    """Say which entry has no effect any more and why; and where it brought the treaty into force, that as well."""
    told = entry.details
    annulled = LedgerKind(told["annulled_kind"]).label
    said = {
        **said,
        "number": str(entry.annuls.number if entry.annuls else ""),
        "act": inside_a_sentence(str(annulled)),
        "of": told["annulled_day"],
        "reason": told["reason"],
    }
    text = (
        _(
            "Entry %(number)s of the ledger of “%(treaty)s” (%(state)s, %(act)s, %(of)s) was made in error and is "
            "annulled on %(day)s: it has no effect. Reason: %(reason)s"
        )
        % said
    )
    if not told["brought_into_force"]:
        return text
    more = _(
        "This act was counted when the treaty entered into force. The treaty stays in force; the depositary draws "
        "the attention of the States to it."
    )
    return f"{text} {more}"
