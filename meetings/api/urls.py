from django.urls import path

from meetings.api.agenda import AgendaViewSet
from meetings.api.expected_papers import ExpectedPapersViewSet
from meetings.api.views import MeetingViewSet
from ots_portal.api.routes import routes_of

urlpatterns = [
    *routes_of(MeetingViewSet, "meetings"),
    path("<uuid:pk>/follow/", MeetingViewSet.as_view({"post": "follow"}), name="meetings-follow"),
    path(
        "<uuid:pk>/invitations/invite-all/",
        MeetingViewSet.as_view({"post": "invite_all"}),
        name="meetings-invite-all",
    ),
    path(
        "<uuid:pk>/invitations/send-all/",
        MeetingViewSet.as_view({"post": "send_all"}),
        name="meetings-send-all",
    ),
    path(
        "<uuid:pk>/agenda/",
        AgendaViewSet.as_view({"get": "read", "post": "add"}),
        name="meetings-agenda",
    ),
    path(
        "<uuid:pk>/agenda/circulate/",
        AgendaViewSet.as_view({"post": "circulate"}),
        name="meetings-agenda-circulate",
    ),
    path(
        "<uuid:pk>/documents/expected/",
        ExpectedPapersViewSet.as_view({"get": "read", "post": "expect"}),
        name="meetings-expected",
    ),
    path(
        "<uuid:pk>/documents/package/",
        ExpectedPapersViewSet.as_view({"post": "pack"}),
        name="meetings-package",
    ),
]
