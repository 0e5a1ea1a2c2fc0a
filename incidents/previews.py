"""What the page of notices shows of incidents: whom they reach in words, and what their records do not say."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.models import Incident
from incidents.notices import (
    alerts,
    assistance,
    deployments,
    exports,
    feeds,
    incidents,
    reports,
    reviews,
)
from ots_portal.plugs import Sample, plug_audiences, plug_sample

OTHERS_ON_DUTY = gettext_lazy("Officers on duty of all others who may read it")
ON_DUTY = gettext_lazy("Officers on duty of all who may read it")
ON_DUTY_THERE = gettext_lazy("Officers on duty of the countries that it concerns")
SECRETARIAT = gettext_lazy("The secretariat’s people")
OWN_EDITORS = gettext_lazy("Editors and heads of the authority whose record it is")

plug_audiences(
    {
        incidents.officers_on_duty_elsewhere: OTHERS_ON_DUTY,
        incidents.officers_on_duty: ON_DUTY,
        incidents.those_who_may_verify: OWN_EDITORS,
        incidents.those_who_may_open: OWN_EDITORS,
        incidents.owners_of_both: gettext_lazy("Heads and officers on duty of both participants"),
        incidents.people_of_the_added: gettext_lazy(
            "Heads and officers on duty of the participant that was added"
        ),
        alerts.readers_on_duty_of_alert: OTHERS_ON_DUTY,
        alerts.the_secretariat: SECRETARIAT,
        alerts.officers_on_duty_there: ON_DUTY_THERE,
        feeds.officers_on_duty_where_it_happens: ON_DUTY_THERE,
        feeds.those_whom_a_newer_version_concerns: ON_DUTY_THERE,
        feeds.officers_on_duty_of_those_told: gettext_lazy(
            "Officers on duty of the participants that the sender chose"
        ),
        assistance.officers_who_may_help: OTHERS_ON_DUTY,
        assistance.those_who_circulate: gettext_lazy(
            "Editors and heads of the requester, and the secretariat’s people"
        ),
        assistance.heads_of_the_requester: gettext_lazy("Heads of the requester"),
        assistance.those_who_offered: gettext_lazy(
            "Editors and heads of those who offered, and officers on duty of all who may help"
        ),
        assistance.those_who_decide: gettext_lazy("Those who decide on the offer"),
        assistance.the_offerers: gettext_lazy("Editors and heads of the participant that offered"),
        assistance.both_parties: gettext_lazy(
            "Editors and heads of the participant that offered, and those who decide"
        ),
        deployments.the_other_side: gettext_lazy(
            "Officers on duty of the other party, and the secretariat"
        ),
        deployments.those_who_look_after: OWN_EDITORS,
        exports.heads_of_whoever_took_it: gettext_lazy("Heads of the person’s authority"),
        reports.officers_on_duty_who_read: ON_DUTY,
        reports.heads_who_may_publish: gettext_lazy("Heads who may publish it"),
        reports.those_who_wrote: gettext_lazy("Those who wrote it"),
        reviews.heads_and_owners: gettext_lazy(
            "Heads of all who may read it, and whoever owns a recommendation"
        ),
        reviews.keepers_of_the_review: gettext_lazy(
            "Editors and heads of the reporting participant, and the secretariat’s people"
        ),
        reviews.owners_of_the_recommendation: gettext_lazy(
            "Editors and heads of the participant whose recommendation it is"
        ),
        reviews.staff_of_the_secretariat: SECRETARIAT,
    }
)


def _another() -> Incident:
    return Incident(number="XX-2026-0002")


def _alert_texts() -> dict[str, Any]:
    text = {"headline": _("Invented headline"), "description": _("An invented description.")}
    return {"texts": {"en": text}}


plug_sample("incidents.incident.merged", Sample(fields={"merged_into": _another}))
plug_sample(
    "incidents.incident.exported",
    Sample(
        model="people.user",
        data={"counts": 1200, "format": "XLSX"},
    ),
)
plug_sample(
    "incidents.incident.neighbours_told",
    Sample(details={"why": gettext_lazy("It lies downstream on a shared river.")}),
)
plug_sample("incidents.alert", Sample(fields={"content": _alert_texts, "identifier": "XX-2026-A1"}))
plug_sample("incidents.feed_item.updated", Sample(details={"level_before": gettext_lazy("Green")}))
plug_sample("incidents.review.reminded", Sample(details={"due": "2026-04-07", "is_past": False}))
plug_sample(
    "incidents.recommendation.reminded", Sample(details={"due": "2026-04-07", "is_past": False})
)
for _kind in (
    "incidents.report.sent_back",
    "incidents.report.withdrawn",
    "incidents.recommendation.sent_back",
):
    plug_sample(_kind, Sample(details={"reason": gettext_lazy("An invented reason.")}))
