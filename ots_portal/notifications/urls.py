from django.urls import path

from ots_portal.notifications import choice_views, views

app_name = "notifications"

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("unread/", views.unread, name="unread"),
    path("read/", views.read_all, name="read_all"),
    path("<uuid:pk>/open/", views.open_item, name="open"),
    path("<uuid:pk>/mute/", views.mute_item, name="mute_item"),
    path("mute/", views.mute, name="mute"),
    path("muted/<uuid:pk>/undo/", views.unmute, name="unmute"),
    path("choices/", choice_views.preferences_page, name="preferences"),
    path("choices/reset/", choice_views.reset, name="reset"),
    path("choices/export/", choice_views.export, name="export"),
    path("choices/preview/", choice_views.preview, name="preview"),
    path("choices/subscriptions/new/", choice_views.subscribe, name="subscribe"),
    path("choices/subscriptions/usual/", choice_views.take_the_first, name="subscribe_usual"),
    path("choices/subscriptions/<uuid:pk>/", choice_views.change_subscription, name="subscription"),
    path("choices/subscriptions/<uuid:pk>/remove/", choice_views.unsubscribe, name="unsubscribe"),
    path("stop/<str:token>/", choice_views.stop, name="stop"),
]
