from django.urls import path

from incidents.views import feeds, neighbours
from incidents.views import incidents as views

app_name = "incidents"

urlpatterns = [
    path("", views.incident_list, name="list"),
    path("new/", views.incident_new, name="new"),
    path("new/usgs/", views.incident_new_from_usgs, name="new_from_usgs"),
    path("<uuid:pk>/", views.incident_detail, name="detail"),
    path("<uuid:pk>/edit/", views.incident_edit, name="edit"),
    path("<uuid:pk>/report/", views.incident_report, name="report"),
    path("<uuid:pk>/discard/", views.incident_discard, name="discard"),
    path("<uuid:pk>/verify/", views.incident_verify, name="verify"),
    path("<uuid:pk>/reject/", views.incident_reject, name="reject"),
    path("<uuid:pk>/activate/", views.incident_activate, name="activate"),
    path("<uuid:pk>/stabilise/", views.incident_stabilise, name="stabilise"),
    path("<uuid:pk>/close/", views.incident_close, name="close"),
    path("<uuid:pk>/reopen/", views.incident_reopen, name="reopen"),
    path("<uuid:pk>/neighbours/", neighbours.incident_neighbours, name="neighbours"),
    path("feeds/", feeds.feed_list, name="feed_list"),
    path("feeds/new/", feeds.feed_new, name="feed_new"),
    path("feeds/<uuid:pk>/pause/", feeds.feed_pause, name="feed_pause"),
    path("feeds/<uuid:pk>/resume/", feeds.feed_resume, name="feed_resume"),
    path("feed-items/", feeds.feed_item_list, name="feed_item_list"),
    path("feed-items/<uuid:pk>/", feeds.feed_item_detail, name="feed_item_detail"),
    path("feed-items/<uuid:pk>/take_up/", feeds.feed_item_take_up, name="feed_item_take_up"),
    path("feed-items/<uuid:pk>/dismiss/", feeds.feed_item_dismiss, name="feed_item_dismiss"),
]
