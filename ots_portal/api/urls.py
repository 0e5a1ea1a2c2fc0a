"""/api/v1/: apps are named as strings, so nothing is imported from them."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from ots_portal.api import pages

app_name = "api"
urlpatterns = [
    path("", pages.Root.as_view(), name="root"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", pages.Docs.as_view(url_name="api:schema"), name="docs"),
    path("docs/problems/", pages.problems, name="problems"),
    path("incidents/", include("incidents.api.urls")),
    path("involvements/", include("incidents.api.involvements_urls")),
    path("references/", include("incidents.api.references_urls")),
    path("requests/", include("incidents.api.requests_urls")),
    path("offers/", include("incidents.api.offers_urls")),
    path("capacities/", include("incidents.api.capacities_urls")),
    path("deployments/", include("incidents.api.deployments_urls")),
    path("host-nation/", include("incidents.api.host_nation_urls")),
    path("requests/", include("incidents.api.matching_urls")),
    path("reports/", include("incidents.api.reports_urls")),
    path("reviews/", include("incidents.api.reviews_urls")),
    path("recommendations/", include("incidents.api.recommendations_urls")),
    path("alerts/", include("incidents.api.alert_urls")),
    path("received-alerts/", include("incidents.api.received_alert_urls")),
    path("cap/", include("incidents.api.cap_urls")),
    path("feed-items/", include("incidents.api.feed_item_urls")),
    path("acknowledgements/", include("ots_portal.escalations.api_urls")),
    path("meetings/", include("meetings.api.urls")),
    path("agenda-items/", include("meetings.api.agenda_item_urls")),
    path("minutes/", include("meetings.api.minutes_urls")),
    path("meeting-documents/", include("meetings.api.papers_urls")),
    path("sittings/", include("meetings.api.sitting_urls")),
    path("interventions/", include("meetings.api.intervention_urls")),
    path("decisions/", include("meetings.api.decision_urls")),
    path("actions/", include("meetings.api.action_urls")),
    path("minutes-comments/", include("meetings.api.minutes_comments_urls")),
    path("corrigenda/", include("meetings.api.corrigenda_urls")),
    path("series/", include("meetings.api.series_urls")),
    path("meeting-invitations/", include("meetings.api.invitations_urls")),
    path("delegations/", include("meetings.api.delegations_urls")),
    path("delegates/", include("meetings.api.delegates_urls")),
    path("agreements/", include("agreements.api.urls")),
    path("participants/", include("ots_portal.directory.api.urls")),
    path("circulars/", include("ots_portal.circulars.api.urls")),
    path("silence/", include("ots_portal.silence.api_urls")),
    path("crossrefs/", include("ots_portal.crossrefs.api_urls")),
    path("documents/", include("ots_portal.documents.api_urls")),
    path("search/", include("ots_portal.search.api_urls")),
    path("jobs/", include("ots_portal.jobs.api_urls")),
    path("duty/", include("ots_portal.duty.api_urls")),
]
