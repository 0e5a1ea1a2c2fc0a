"""What incidents plug into the portal: menu, front page, documents, demonstration data."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents import demo
from incidents.models import Incident
from incidents.presentation.feeds import countries_text as feed_countries_text
from incidents.presentation.feeds import level_label
from incidents.presentation.incidents import LEVEL_TONES, countries_text
from incidents.queries import feed_items as feed_item_queries
from incidents.queries import feeds as feed_queries
from incidents.queries import incidents as queries
from incidents.rules import feeds as feed_rules
from incidents.rules import incidents as rules
from ots_portal import plugs
from ots_portal.people.models import User

SHOWN_ON_CARD = 6


def _for_those_who_see_some(user: Any) -> bool:
    return isinstance(user, User) and (user.is_national or user.is_secretariat)


def _may_report(user: Any) -> bool:
    return isinstance(user, User) and bool(rules.may_create(user))


def _waiting(user: Any) -> Sequence[plugs.CardLine]:
    waiting = queries.waiting_for_verification_by(user)[:SHOWN_ON_CARD]
    return [_line(incident, note=_("Verify or reject it")) for incident in waiting]


def _open(user: Any) -> Sequence[plugs.CardLine]:
    newest = queries.open_ones(queries.visible_to(user)).order_by("-onset_at", "-id")[
        :SHOWN_ON_CARD
    ]
    return [_line(incident, note=countries_text(incident)) for incident in newest]


def _drafts(user: Any) -> Sequence[plugs.CardLine]:
    own = (
        queries.visible_to(user)
        .filter(status="draft", created_by=user)
        .order_by("-updated_at", "-id")
    )
    return [_line(incident, note=_("Finish and report it")) for incident in own[:SHOWN_ON_CARD]]


def _line(incident: Incident, *, note: Any) -> plugs.CardLine:
    return plugs.CardLine(
        title=str(incident),
        url=incident.get_absolute_url(),
        note=note,
        badge=incident.get_alert_level_display(),
        tone=LEVEL_TONES[incident.alert_level],
        at=incident.onset_at,
    )


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


plugs.menu.append(plugs.MenuEntry(_("Incidents"), "incidents:list", 10, _for_those_who_see_some))
plugs.menu.append(
    plugs.MenuEntry(_("Hazard feeds"), "incidents:feed_list", 82, _for_those_who_look_after_feeds)
)
plugs.actions.append(plugs.Action(_("Report an incident"), "incidents:new", 10, _may_report))
plugs.cards += [
    plugs.Card(
        _("Reports that wait for your verification"),
        position=1,
        lines=_waiting,
        needs_me=True,
        visible=_for_those_who_see_some,
    ),
    plugs.Card(
        _("Your drafts"), position=2, lines=_drafts, needs_me=True, visible=_for_those_who_see_some
    ),
    plugs.Card(
        _("Open incidents"),
        position=10,
        lines=_open,
        more_url_name="incidents:list",
        empty=_("No incident is open."),
        visible=_for_those_who_see_some,
    ),
    plugs.Card(
        _("What the feeds say"),
        position=12,
        lines=_proposals,
        more_url_name="incidents:feed_item_list",
        visible=_for_those_who_see_some,
    ),
]
plugs.plug_documents(
    plugs.DocumentOwner(
        "incidents.incident", visible_to=queries.visible_to, may_attach=rules.may_attach
    )
)

plugs.plug_audited(
    plugs.AuditedRecord("incidents.incident", _("Incident"), visible_to=queries.visible_to)
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


def load_demo(at: datetime) -> None:
    """Load the demonstration's incidents once; what a person did to them since stays."""
    demo.load(at)
