from django.urls import path

from ots_portal.personal_feeds import views

app_name = "personal_feeds"

urlpatterns = [
    path("people/settings/feeds/", views.address_list, name="list"),
    path("people/settings/feeds/make/", views.make, name="make"),
    path("people/settings/feeds/<uuid:pk>/revoke/", views.revoke, name="revoke"),
    path("people/feeds/<uuid:pk>/revoke/", views.revoke_of_person, name="revoke_of_person"),
    path("feeds/<str:secret>/calendar.ics", views.calendar_feed, name="calendar"),
    path("feeds/<str:secret>/messages.atom", views.messages_feed, name="messages"),
    path("feeds/<str:secret>/published.atom", views.published_feed, name="published"),
]
