"""What the depositary's notification of an entry usually says, whatever the entry is of."""

from django.utils.translation import gettext as _

from agreements.models import LedgerEntry
from agreements.presentation import corrections, reservations, treaty
from agreements.services.notifications import LONGEST_TEXT


def proposed_text(entry: LedgerEntry) -> str:
    """
    Return the text that the form begins with; it can be changed.

    Where the words of a State would make it too long, it says where they stand.
    """
    text = _proposed(entry)
    if len(text) <= LONGEST_TEXT:
        return text
    sentence, _gap, _words = text.partition("\n\n")
    where = _("The words stand in entry %(number)s of the ledger.") % {"number": entry.number}
    return f"{sentence}\n\n{where}"


def _proposed(entry: LedgerEntry) -> str:
    if entry.kind in reservations.OF_RESERVATIONS:
        return reservations.proposed_text(entry)
    if entry.kind in corrections.OF_TEXT_AND_REGISTRATION:
        return corrections.proposed_text(entry)
    return treaty.proposed_text(entry)
