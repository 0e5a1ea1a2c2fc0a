"""How things stand with each State on a day: for the map of the status page, and for its table."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from agreements.queries.treaty import TreatyRow
from ots_portal.geo.states import Mark, StateMark
from ots_portal.participants.models import Participant


class Standing(TextChoices):
    """The furthest that a State is known to have come."""

    NOTHING = "nothing", pgettext_lazy("standing", "Nothing known")
    SIGNED = "signed", pgettext_lazy("standing", "Signatory")
    CONSENTED = "consented", pgettext_lazy("standing", "Consented to be bound")
    IN_FORCE = "in_force", pgettext_lazy("standing", "Party: in force for it")


_PATTERNS = {
    Standing.NOTHING: "none",
    Standing.SIGNED: "lines",
    Standing.CONSENTED: "dots",
    Standing.IN_FORCE: "full",
}
MARKS = {one: Mark(_PATTERNS[one], one.label) for one in Standing}
LEGEND = [*reversed(MARKS.values())]


def standing_of(row: TreatyRow | None, day: date) -> Standing:
    """Return how far a State has come by a day; whoever withdrew is a signatory again, or nothing is known."""
    if row is None:
        return Standing.NOTHING
    ended = row.ended_on_date
    has_left = ended is not None and ended <= day
    if row.deposit and not has_left:
        begins = row.in_force_date
        return Standing.IN_FORCE if begins and begins <= day else Standing.CONSENTED
    return Standing.SIGNED if row.signed_on_date else Standing.NOTHING


def marks_of(
    states: Iterable[Participant], rows: Iterable[TreatyRow], day: date
) -> Sequence[StateMark]:
    """Return each State with its mark, whether or not it did anything about the treaty."""
    by_state = {row.participant.pk: row for row in rows}
    return [
        StateMark(
            name=state.name,
            mark=MARKS[standing_of(by_state.get(state.pk), day)],
            iso2=state.iso2,
            lat=state.latitude,
            lon=state.longitude,
        )
        for state in sorted(states, key=lambda one: one.name)
    ]


def label_of(title: str, day: str) -> str:
    """Return what a screen reader hears of the map before its States."""
    return _("How things stand with each State on %(day)s: %(title)s") % {
        "day": day,
        "title": title,
    }
