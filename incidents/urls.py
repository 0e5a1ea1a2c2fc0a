from django.urls import path

from incidents.statuses import DEPLOYMENTS
from incidents.views import capacities, checklists, deployments, host_nation, manifests, matching
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
]

# ── capacities, deployments, host nation support ──
urlpatterns += [
    path("capacities/", capacities.capacity_list, name="capacities"),
    path("capacities/new/", capacities.capacity_new, name="capacity_new"),
    path("capacities/import/", capacities.capacity_import, name="capacity_import"),
    path("capacities/export.<str:ending>", capacities.capacity_export, name="capacity_export"),
    path("capacities/<uuid:pk>/", capacities.capacity_detail, name="capacity_detail"),
    path("capacities/<uuid:pk>/edit/", capacities.capacity_edit, name="capacity_edit"),
    path(
        "capacities/<uuid:pk>/readiness/",
        capacities.capacity_set_readiness,
        name="capacity_set_readiness",
    ),
    path("capacities/<uuid:pk>/confirm/", capacities.capacity_confirm, name="capacity_confirm"),
    path("capacities/<uuid:pk>/retire/", capacities.capacity_retire, name="capacity_retire"),
    path(
        "capacities/<uuid:pk>/bring_back/",
        capacities.capacity_bring_back,
        name="capacity_bring_back",
    ),
    path("requests/<uuid:pk>/items/<uuid:item_pk>/capacities/", matching.matching, name="matching"),
    path("deployments/", deployments.deployment_list, name="deployments"),
    path(
        "offers/items/<uuid:pk>/deployments/new/",
        deployments.deployment_new,
        name="deployment_new",
    ),
    path("deployments/<uuid:pk>/", deployments.deployment_detail, name="deployment_detail"),
    path("deployments/<uuid:pk>/edit/", deployments.deployment_edit, name="deployment_edit"),
    *(
        path(
            f"deployments/<uuid:pk>/{verb}/",
            deployments.deployment_step,
            {"verb": verb},
            name=f"deployment_{verb}",
        )
        for verb in DEPLOYMENTS.steps
    ),
    path("deployments/<uuid:pk>/log/", deployments.deployment_log_page, name="deployment_log"),
    path(
        "deployments/<uuid:pk>/extension/",
        deployments.deployment_propose_extension,
        name="deployment_propose_extension",
    ),
    path(
        "deployments/<uuid:pk>/extension/agree/",
        deployments.deployment_agree_extension,
        name="deployment_agree_extension",
    ),
    path(
        "deployments/<uuid:pk>/extension/decline/",
        deployments.deployment_decline_extension,
        name="deployment_decline_extension",
    ),
    path(
        "deployments/<uuid:pk>/checklist/<uuid:item_pk>/complete/",
        checklists.check_complete,
        name="check_complete",
    ),
    path(
        "deployments/<uuid:pk>/checklist/<uuid:item_pk>/waive/",
        checklists.check_waive,
        name="check_waive",
    ),
    path(
        "deployments/<uuid:pk>/checklist/<uuid:item_pk>/reopen/",
        checklists.check_reopen,
        name="check_reopen",
    ),
    path("deployments/<uuid:pk>/manifest/", manifests.manifest_detail, name="manifest"),
    path("deployments/<uuid:pk>/manifest/edit/", manifests.manifest_edit, name="manifest_edit"),
    path("deployments/<uuid:pk>/manifest.pdf", manifests.manifest_pdf, name="manifest_pdf"),
    path("deployments/<uuid:pk>/manifest.csv", manifests.manifest_csv, name="manifest_csv"),
    path("host-nation/", host_nation.host_nation_list, name="host_nations"),
    path("host-nation/<slug:slug>/", host_nation.host_nation_detail, name="host_nation"),
    path("host-nation/<slug:slug>/cards.pdf", host_nation.host_nation_pdf, name="host_nation_pdf"),
    path(
        "host-nation/<slug:slug>/<str:topic>/",
        host_nation.host_nation_edit,
        name="host_nation_edit",
    ),
    path(
        "host-nation/<slug:slug>/<str:topic>/confirm/",
        host_nation.host_nation_confirm,
        name="host_nation_confirm",
    ),
]
