from django.urls import path

from incidents.views import clocks, exports, involvements, levels
from incidents.views import incidents as views

app_name = "incidents"

urlpatterns = [
    path("", views.incident_list, name="list"),
    path("export/<slug:name>/", exports.list_export, name="list_export"),
    path("export/<slug:name>/begin/", exports.list_export_begin, name="list_export_begin"),
    path("clocks/", clocks.clock_list, name="clock_list"),
    path("new/", views.incident_new, name="new"),
    path("new/usgs/", views.incident_new_from_usgs, name="new_from_usgs"),
    path("by-number/<str:number>/", views.incident_by_number, name="by_number"),
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
    path("<uuid:pk>/archive/", views.incident_archive, name="archive"),
    path("<uuid:pk>/merge/", levels.incident_merge, name="merge"),
    path("<uuid:pk>/unmerge/", levels.incident_unmerge, name="unmerge"),
    path("<uuid:pk>/tell-apart/", levels.incident_tell_apart, name="tell_apart"),
    path("<uuid:pk>/level/", levels.incident_level, name="level"),
    path("<uuid:pk>/restrict/", levels.incident_restrict, name="restrict"),
    path("<uuid:pk>/propose-opening/", levels.incident_propose_opening, name="propose_opening"),
    path("<uuid:pk>/open-to-members/", levels.incident_open_to_members, name="open_to_members"),
    path("<uuid:pk>/keep-restricted/", levels.incident_keep_restricted, name="keep_restricted"),
    path("<uuid:pk>/participants/new/", involvements.involvement_new, name="involvement_new"),
    path("involvements/<uuid:pk>/edit/", involvements.involvement_edit, name="involvement_edit"),
    path("involvements/<uuid:pk>/role/", involvements.involvement_role, name="involvement_role"),
    path(
        "involvements/<uuid:pk>/remove/", involvements.involvement_remove, name="involvement_remove"
    ),
    path("<uuid:pk>/references/new/", involvements.reference_new, name="reference_new"),
    path("references/<uuid:pk>/remove/", involvements.reference_remove, name="reference_remove"),
]
