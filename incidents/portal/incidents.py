"""What incidents plug into the portal: menu, front page, documents, lists."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from incidents.exports.incidents import INCIDENTS
from incidents.exports.jobs import LIST_JOB
from incidents.exports.lists import plug_list
from incidents.models import (
    Incident,
    Involvement,
)
from incidents.portal.audience import SHOWN_ON_CARD, for_those_who_see_some
from incidents.presentation.incidents import countries_text
from incidents.presentation.levels import LEVEL_TONES
from incidents.queries import incidents as queries
from incidents.queries import involvements
from incidents.rules import incidents as rules
from ots_portal import plugs
from ots_portal.escalations.rules import may_read_board
from ots_portal.people.models import User


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
        .filter(status="draft", created_by=user, is_exercise=False)
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
        is_exercise=incident.is_exercise,
    )


plugs.menu.append(plugs.MenuEntry(_("Incidents"), "incidents:list", 10, for_those_who_see_some))
plugs.rooms += [
    plugs.Room(_("Incidents"), "incidents:list", "incidents:list", 10, for_those_who_see_some),
    plugs.Room(_("Acknowledgements"), "escalations:list", "incidents:list", 78, may_read_board),
    plugs.Room(
        _("How long help takes"),
        "incidents:clock_list",
        "incidents:list",
        80,
        for_those_who_see_some,
    ),
]
plug_list(INCIDENTS)
plugs.plug_job(LIST_JOB)
plugs.actions.append(plugs.Action(_("Report an incident"), "incidents:new", 10, _may_report))
plugs.cards += [
    plugs.Card(
        _("Reports that wait for your verification"),
        position=1,
        lines=_waiting,
        needs_me=True,
        visible=for_those_who_see_some,
    ),
    plugs.Card(
        _("Your drafts"), position=2, lines=_drafts, needs_me=True, visible=for_those_who_see_some
    ),
    plugs.Card(
        _("Open incidents"),
        position=10,
        lines=_open,
        more_url_name="incidents:list",
        empty=_("No incident is open."),
        visible=for_those_who_see_some,
    ),
]
plugs.plug_documents(
    plugs.DocumentOwner(
        "incidents.incident", visible_to=queries.visible_to, may_attach=rules.may_attach
    )
)

plugs.plug_audited(
    plugs.AuditedRecord(
        "incidents.incident",
        _("Incident"),
        visible_to=queries.visible_to,
        fields={"reason_sha256": _("SHA-256 of the reason")},
    )
)


# ── participants' parts ─────────────────────────────────────────────────────────────────────────
def _page_of_part(part: Involvement) -> str:
    return part.incident.get_absolute_url()


plugs.plug_audited(
    plugs.AuditedRecord(
        "incidents.involvement",
        _("Part in an incident"),
        visible_to=involvements.visible_to,
        address_of=_page_of_part,
    )
)


# ── what can be tied to an incident ─────────────────────────────────────────────────────────────
MOST_FOUND = 10


def _found(user: Any, text: str) -> Sequence[Incident]:
    """Return the newest whose number or words fit; an exercise is found by its own number alone."""
    visible = queries.visible_to(user)
    numbered = visible.filter(number=text.strip().upper())
    by_words = queries.filtered(visible, {"q": text}).exclude(pk__in=numbered.values("pk"))
    return [*numbered, *by_words.order_by("-onset_at", "-id")[:MOST_FOUND]]


plugs.plug_linkable(
    plugs.Linkable(
        "incidents.incident", _("Incident"), visible_to=queries.visible_to, search=_found
    )
)
