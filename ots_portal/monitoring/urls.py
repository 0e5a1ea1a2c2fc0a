from django.urls import path

from ots_portal.monitoring import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("readyz/deliveries", views.readyz_deliveries, name="readyz_deliveries"),
    path("metrics", views.metrics, name="metrics"),
]
