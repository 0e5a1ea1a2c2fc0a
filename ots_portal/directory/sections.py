"""The three kinds of entry: where their pages lie, and what these are called."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ots_portal.participants.models import Authority, ContactPoint, Dated, EmergencyNumber

Text = str | Promise


@dataclass(frozen=True)
class Section:
    """``path`` stands in addresses, ``related_name`` leads from a participant to its entries."""

    name: str
    path: str
    related_name: str
    model: type[Dated]
    title: Text
    enter: Text
    correct: Text
    confirm: Text
    withdraw: Text


SECTIONS = {
    section.name: section
    for section in (
        Section(
            "authority",
            "authorities",
            "authorities",
            Authority,
            title=_("Authority"),
            enter=_("Enter an authority"),
            correct=_("Correct an authority"),
            confirm=_("Check an authority again"),
            withdraw=_("Withdraw an authority"),
        ),
        Section(
            "number",
            "numbers",
            "emergency_numbers",
            EmergencyNumber,
            title=_("Emergency number"),
            enter=_("Enter an emergency number"),
            correct=_("Correct an emergency number"),
            confirm=_("Check an emergency number again"),
            withdraw=_("Withdraw an emergency number"),
        ),
        Section(
            "contact_point",
            "contact-points",
            "contact_points",
            ContactPoint,
            title=_("Contact point"),
            enter=_("Enter a contact point"),
            correct=_("Correct a contact point"),
            confirm=_("Check a contact point again"),
            withdraw=_("Withdraw a contact point"),
        ),
    )
}
