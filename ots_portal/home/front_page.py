"""What stands on the front page: the cards that the apps plugged in, as this visitor sees them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from ots_portal import plugs
from ots_portal.people.models import User

LINES_ON_CARD = 5


@dataclass(frozen=True)
class ShownCard:
    """A card with its lines; ``empty`` says what having none means."""

    title: plugs.Text
    lines: Sequence[plugs.CardLine]
    more_url: str
    empty: plugs.Text
    needs_me: bool


@dataclass(frozen=True)
class FrontPage:
    """What this very person may begin, what waits for them, and what else there is."""

    actions: list[plugs.Action]
    waiting: list[ShownCard]
    others: list[ShownCard]

    @property
    def columns(self) -> tuple[list[ShownCard], list[ShownCard]]:
        """The other cards in two columns of like height: each stands where less stands above it."""
        columns: tuple[list[ShownCard], list[ShownCard]] = ([], [])
        for card in self.others:
            min(columns, key=_height).append(card)
        return columns


def _height(column: list[ShownCard]) -> int:
    """Return roughly how high a column is: a line with its note counts twice as much as a title."""
    return sum(1 + max(2 * len(card.lines), 1) for card in column)


def front_page_of(user: User | AnonymousUser) -> FrontPage:
    ordered = sorted(plugs.cards, key=lambda card: card.position)
    shown = [_shown(card, user) for card in ordered if card.visible(user)]
    actions = sorted(plugs.actions, key=lambda action: action.position)
    return FrontPage(
        actions=[action for action in actions if action.visible(user)],
        waiting=[card for card in shown if card.needs_me and card.lines],
        others=[card for card in shown if not card.needs_me and (card.lines or card.empty)],
    )


def _shown(card: plugs.Card, user: User | AnonymousUser) -> ShownCard:
    return ShownCard(
        title=card.title,
        lines=list(card.lines(user))[:LINES_ON_CARD],
        more_url=reverse(card.more_url_name) if card.more_url_name else "",
        empty=card.empty,
        needs_me=card.needs_me,
    )
