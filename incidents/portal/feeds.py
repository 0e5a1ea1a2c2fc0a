"""What the hazard feeds plug into the portal."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.exports.feed_items import FEED_ITEMS
from incidents.exports.lists import plug_list
from incidents.portal.audience import SHOWN_ON_CARD, for_those_who_see_some
from incidents.presentation.feeds import countries_text as feed_countries_text
from incidents.presentation.feeds import level_label
from incidents.presentation.levels import LEVEL_TONES
from incidents.queries import feed_items as feed_item_queries
from incidents.queries import feeds as feed_queries
from incidents.rules import feeds as feed_rules
from ots_portal import plugs
from ots_portal.people.models import User


def _proposals(user: Any) -> Sequence[plugs.CardLine]:
    newest = feed_item_queries.new_ones(feed_item_queries.visible_to(user))
    return [
        plugs.CardLine(
            title=item.title,
            url=item.get_absolute_url(),
            note=feed_countries_text(item.countries),
            badge=level_label(item.alert_level),
            tone=LEVEL_TONES.get(item.alert_level, "neutral"),
            at=item.onset_at,
        )
        for item in newest.order_by("-onset_at", "-id")[:SHOWN_ON_CARD]
    ]


def _for_those_who_look_after_feeds(user: Any) -> bool:
    return isinstance(user, User) and bool(feed_rules.may_read_feeds(user))


plug_list(FEED_ITEMS)
plugs.rooms.append(
    plugs.Room(
        _("What the feeds say"),
        "incidents:feed_item_list",
        "incidents:list",
        70,
        for_those_who_see_some,
    )
)
plugs.menu.append(
    plugs.MenuEntry(_("Hazard feeds"), "incidents:feed_list", 82, _for_those_who_look_after_feeds)
)
plugs.cards.append(
    plugs.Card(
        _("What the feeds say"),
        position=12,
        lines=_proposals,
        more_url_name="incidents:feed_item_list",
        visible=for_those_who_see_some,
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "incidents.feeditem",
        _("Proposal of a hazard feed"),
        visible_to=feed_item_queries.visible_to,
        kinds="incidents.feed_item",
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "incidents.feed",
        _("Hazard feed"),
        visible_to=feed_queries.visible_to,
        address_of=lambda _feed: reverse("incidents:feed_list"),
    )
)
