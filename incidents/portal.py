"""What incidents plug into the portal: menu, front page, documents, demonstration data."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from incidents import demo
from incidents.models import Incident
from incidents.presentation.incidents import LEVEL_TONES, countries_text
from incidents.presentation.reports import REPORT_TONES
from incidents.presentation.reports import title_of as report_title
from incidents.queries import incidents as queries
from incidents.queries import reports, reviews
from incidents.rules import incidents as rules
from ots_portal import plugs
from ots_portal.people.models import User
from ots_portal.ui.moments import day_text

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


plugs.menu.append(plugs.MenuEntry(_("Incidents"), "incidents:list", 10, _for_those_who_see_some))
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
]
plugs.plug_documents(
    plugs.DocumentOwner(
        "incidents.incident", visible_to=queries.visible_to, may_attach=rules.may_attach
    )
)

plugs.plug_audited(
    plugs.AuditedRecord("incidents.incident", _("Incident"), visible_to=queries.visible_to)
)


def load_demo(at: datetime) -> None:
    """Load the demonstration's incidents once; what a person did to them since stays."""
    demo.load(at)


# ── situation reports ───────────────────────────────────────────────────────────────────────────
def _reports_to_publish(user: Any) -> Sequence[plugs.CardLine]:
    waiting = reports.waiting_for_publication_by(user, limit=SHOWN_ON_CARD)
    return [
        plugs.CardLine(
            title=report_title(report),
            url=report.get_absolute_url(),
            note=str(report.incident),
            badge=report.get_status_display(),
            tone=REPORT_TONES[report.status],
            at=report.as_of,
        )
        for report in waiting
    ]


def _heads(user: Any) -> bool:
    return isinstance(user, User) and user.is_head


plugs.cards.append(
    plugs.Card(
        _("Situation reports that wait for your publication"),
        position=1,
        lines=_reports_to_publish,
        needs_me=True,
        visible=_heads,
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "incidents.situationreport",
        _("Situation report"),
        visible_to=lambda user: reports.with_names(reports.visible_to(user)),
        fields={"figure_count": _("Figures"), "sha256": _("SHA-256 of the content")},
        kinds="incidents.report",
    )
)


# ── after-action reviews ────────────────────────────────────────────────────────────────────────
def _recommendations_to_do(user: Any) -> Sequence[plugs.CardLine]:
    own = reviews.recommendations_visible_to(user).filter(
        participant=user.participant_id,
        status="open",
        review__status="published",
        review__incident__is_exercise=False,
    )
    found = reviews.with_names(own).order_by("due_date", "id")[:SHOWN_ON_CARD]
    return [
        plugs.CardLine(
            title=str(one)[:120],
            url=one.get_absolute_url(),
            note=_("Until %(day)s") % {"day": day_text(one.due_date)},
            badge=one.get_status_display(),
            tone="warning",
        )
        for one in found
    ]


def _those_who_act(user: Any) -> bool:
    return isinstance(user, User) and (user.is_secretariat or (user.is_national and user.may_act))


plugs.cards.append(
    plugs.Card(
        _("Recommendations that are yours to carry out"),
        position=6,
        lines=_recommendations_to_do,
        more_url_name="incidents:recommendation_list",
        needs_me=True,
        visible=_those_who_act,
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "incidents.afteractionreview",
        _("After-action review"),
        visible_to=lambda user: reviews.visible_to(user).select_related("incident"),
        fields={"is_strength": _("To be kept"), "days": _("Days from the due day")},
        kinds="incidents.review",
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "incidents.recommendation",
        _("Recommendation"),
        visible_to=lambda user: reviews.with_names(reviews.recommendations_visible_to(user)),
        fields={"days": _("Days from the due day"), "due_date": _("Until")},
    )
)
