from django.urls import path

from incidents.views import clocks, exports
from incidents.views import incidents as views

app_name = "incidents"

urlpatterns = [
    path("", views.incident_list, name="list"),
    path("export/<slug:name>/", exports.list_export, name="list_export"),
    path("export/<slug:name>/begin/", exports.list_export_begin, name="list_export_begin"),
    path("clocks/", clocks.clock_list, name="clock_list"),
    path("new/", views.incident_new, name="new"),
    path("new/usgs/", views.incident_new_from_usgs, name="new_from_usgs"),
    path("<uuid:pk>/", views.incident_detail, name="detail"),
    path("<uuid:pk>/pdf/", exports.incident_pdf, name="pdf"),
    path("<uuid:pk>/timeline/", views.incident_timeline, name="timeline"),
    path("<uuid:pk>/edit/", views.incident_edit, name="edit"),
    path("<uuid:pk>/report/", views.incident_report, name="report"),
    path("<uuid:pk>/discard/", views.incident_discard, name="discard"),
    path("<uuid:pk>/verify/", views.incident_verify, name="verify"),
    path("<uuid:pk>/reject/", views.incident_reject, name="reject"),
    path("<uuid:pk>/activate/", views.incident_activate, name="activate"),
    path("<uuid:pk>/stabilise/", views.incident_stabilise, name="stabilise"),
    path("<uuid:pk>/close/", views.incident_close, name="close"),
    path("<uuid:pk>/reopen/", views.incident_reopen, name="reopen"),
]
