from django.urls import path

from ots_portal.dispatch.webhooks import views

urlpatterns = [
    path("", views.webhook_list, name="webhook_list"),
    path("new/", views.webhook_create, name="webhook_create"),
    path("<uuid:pk>/", views.webhook_detail, name="webhook_detail"),
    path("<uuid:pk>/change/", views.webhook_change, name="webhook_change"),
    path("<uuid:pk>/rotate/", views.webhook_rotate, name="webhook_rotate"),
    path("<uuid:pk>/test/", views.webhook_test, name="webhook_test"),
    path("<uuid:pk>/disable/", views.webhook_disable, name="webhook_disable"),
    path("<uuid:pk>/enable/", views.webhook_enable, name="webhook_enable"),
    path(
        "<uuid:pk>/redeliver_failed/",
        views.webhook_redeliver_failed,
        name="webhook_redeliver_failed",
    ),
    path(
        "<uuid:pk>/messages/<uuid:delivery>/redeliver/",
        views.webhook_redeliver,
        name="webhook_redeliver",
    ),
]
