"""What the depositary's notification of an entry usually says, whatever the entry is of."""

from agreements.models import LedgerEntry
from agreements.presentation import corrections, reservations, treaty


def proposed_text(entry: LedgerEntry) -> str:
    """Return the text that the form begins with; it can be changed."""
    if entry.kind in reservations.OF_RESERVATIONS:
        return reservations.proposed_text(entry)
    if entry.kind in corrections.OF_TEXT_AND_REGISTRATION:
        return corrections.proposed_text(entry)
    return treaty.proposed_text(entry)
