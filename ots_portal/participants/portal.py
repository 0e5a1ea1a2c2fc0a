"""What participants plug into the portal: a word of the menu, and for visitors a card."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from ots_portal import plugs
from ots_portal.participants import presentation, queries


def _for_visitors(user: Any) -> bool:
    return not user.is_authenticated


def _members(_user: Any) -> Sequence[plugs.CardLine]:
    """Return the member States, each with the authority that acts in its name."""
    rows = [row for group in presentation.groups(queries.members()) for row in group.rows]
    return [
        plugs.CardLine(
            title=row.participant.name,
            url=row.participant.get_absolute_url(),
            note=row.competent.name if row.competent else "",
        )
        for row in rows
    ]


plugs.menu.append(plugs.MenuEntry(_("Participants"), "participants:list", 40))
plugs.cards.append(
    plugs.Card(
        _("Who takes part"),
        position=90,
        lines=_members,
        more_url_name="participants:list",
        visible=_for_visitors,
    )
)
