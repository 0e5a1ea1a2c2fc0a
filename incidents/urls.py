from django.urls import path

from incidents.views import alerts, received_alerts
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
    path("<uuid:pk>/alerts/new/", alerts.alert_new, name="alert_new"),
    path("alerts/", alerts.alert_list, name="alert_list"),
    path("alerts/upload/", received_alerts.alert_upload, name="alert_upload"),
    path("alerts/<uuid:pk>/", alerts.alert_detail, name="alert_detail"),
    path("alerts/<uuid:pk>/xml/", alerts.alert_xml, name="alert_xml"),
    path("alerts/<uuid:pk>/edit/", alerts.alert_edit, name="alert_edit"),
    path("alerts/<uuid:pk>/follow/", alerts.alert_follow, name="alert_follow"),
    path("alerts/<uuid:pk>/approve/", alerts.alert_approve, name="alert_approve"),
    path("alerts/<uuid:pk>/discard/", alerts.alert_discard, name="alert_discard"),
    path("alerts/<uuid:pk>/send_back/", alerts.alert_send_back, name="alert_send_back"),
    path("alerts/<uuid:pk>/issue/", alerts.alert_issue, name="alert_issue"),
    *[
        path(f"alerts/received/{address}", view, name=f"received_alert_{name}")
        for name, address, view in (
            ("list", "", received_alerts.received_alert_list),
            ("detail", "<uuid:pk>/", received_alerts.received_alert_detail),
            ("xml", "<uuid:pk>/xml/", received_alerts.received_alert_xml),
            ("release", "<uuid:pk>/release/", received_alerts.received_alert_release),
            ("ignore", "<uuid:pk>/ignore/", received_alerts.received_alert_ignore),
            ("link", "<uuid:pk>/link/", received_alerts.received_alert_link),
            ("unlink", "<uuid:pk>/unlink/", received_alerts.received_alert_unlink),
            ("propose", "<uuid:pk>/propose/", received_alerts.received_alert_propose),
            ("acknowledge", "<uuid:pk>/acknowledge/", received_alerts.received_alert_acknowledge),
            ("object", "<uuid:pk>/object/", received_alerts.received_alert_object),
        )
    ],
    path("alerts/receipts/<uuid:pk>/xml/", received_alerts.receipt_xml, name="receipt_xml"),
    path("alerts/senders/", received_alerts.known_sender_list, name="known_sender_list"),
    path(
        "alerts/senders/<uuid:pk>/remove/",
        received_alerts.known_sender_remove,
        name="known_sender_remove",
    ),
]
