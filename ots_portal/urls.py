"""The map of the portal; apps are named as strings, so nothing is imported from them."""

from django.urls import include, path

urlpatterns = [
    path("", include("ots_portal.home.urls")),
    path("", include("ots_portal.monitoring.urls")),
    path("", include("ots_portal.access.urls")),
    path("participants/", include("ots_portal.directory.urls")),
    path("people/", include("ots_portal.access.people_urls")),
    path("people/duty/", include("ots_portal.duty.urls")),
    path("people/systems/", include("ots_portal.systems.urls")),
    path("people/", include("ots_portal.staff.urls")),
    path("", include("ots_portal.personal_feeds.urls")),
    path("documents/", include("ots_portal.documents.urls")),
    path("search/", include("ots_portal.search.urls")),
    path("jobs/", include("ots_portal.jobs.urls")),
    path("audit/", include("ots_portal.oversight.urls")),
    path("privacy/", include("ots_portal.privacy.urls")),
    path("ui/", include("ots_portal.gallery.urls")),
    path("inbox/", include("ots_portal.notifications.urls")),
    path("circulars/", include("ots_portal.circulars.urls")),
    path("silence/", include("ots_portal.silence.urls")),
    path("crossrefs/", include("ots_portal.crossrefs.urls")),
    path("operation/deliveries/", include("ots_portal.dispatch.urls")),
    path("incidents/acknowledgements/", include("ots_portal.escalations.urls")),
    path("incidents/", include("incidents.urls")),
    path("meetings/", include("meetings.urls")),
    path("agreements/", include("agreements.urls")),
    path("api/v1/", include("ots_portal.api.urls")),
    path("oauth/", include("ots_portal.api.oauth_urls")),
]

handler400 = "ots_portal.home.views.bad_request"
handler403 = "ots_portal.home.views.refused"
handler404 = "ots_portal.home.views.not_found"
handler500 = "ots_portal.home.views.server_error"
