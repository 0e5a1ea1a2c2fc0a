from django.urls import path

from incidents.views import incidents as views
from incidents.views import offers, requests

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
    # ── requests for assistance ──
    path("requests/", requests.request_list, name="request_list"),
    path("<uuid:pk>/requests/new/", requests.request_new, name="request_new"),
    path("<uuid:pk>/coverage/", requests.incident_coverage, name="coverage"),
    path("requests/<uuid:pk>/", requests.request_detail, name="request_detail"),
    path("requests/<uuid:pk>/edit/", requests.request_edit, name="request_edit"),
    path("requests/<uuid:pk>/coverage/", requests.request_coverage, name="request_coverage"),
    path("requests/<uuid:pk>/versions/", requests.request_versions, name="request_versions"),
    path("requests/<uuid:pk>/pdf/", requests.request_pdf, name="request_pdf"),
    path("requests/<uuid:pk>/sign/", requests.request_sign, name="request_sign"),
    path("requests/<uuid:pk>/discard/", requests.request_discard, name="request_discard"),
    path("requests/<uuid:pk>/circulate/", requests.request_circulate, name="request_circulate"),
    path("requests/<uuid:pk>/suspend/", requests.request_suspend, name="request_suspend"),
    path("requests/<uuid:pk>/resume/", requests.request_resume, name="request_resume"),
    path("requests/<uuid:pk>/fulfil/", requests.request_fulfil, name="request_fulfil"),
    path("requests/<uuid:pk>/close/", requests.request_close, name="request_close"),
    path("requests/<uuid:pk>/withdraw/", requests.request_withdraw, name="request_withdraw"),
    path("requests/<uuid:pk>/acknowledge/", requests.request_acknowledge, name="request_acknowledge"),
    path("requests/<uuid:pk>/amend/", requests.request_amend, name="request_amend"),
    path("requests/<uuid:pk>/amend/sign/", requests.request_sign_amendment, name="request_sign_amendment"),
    path("requests/<uuid:pk>/amend/drop/", requests.request_drop_amendment, name="request_drop_amendment"),
    # ── offers ──
    path("offers/", offers.offer_list, name="offer_list"),
    path("requests/<uuid:pk>/offers/new/", offers.offer_new, name="offer_new"),
    path("<uuid:pk>/offers/new/", offers.offer_new_unsolicited, name="offer_new_unsolicited"),
    path("offers/<uuid:pk>/", offers.offer_detail, name="offer_detail"),
    path("offers/<uuid:pk>/edit/", offers.offer_edit, name="offer_edit"),
    path("offers/<uuid:pk>/pdf/", offers.offer_pdf, name="offer_pdf"),
    path("offers/<uuid:pk>/sign/", offers.offer_sign, name="offer_sign"),
    path("offers/<uuid:pk>/discard/", offers.offer_discard, name="offer_discard"),
    path("offers/<uuid:pk>/submit/", offers.offer_submit, name="offer_submit"),
    path("offers/<uuid:pk>/withdraw/", offers.offer_withdraw, name="offer_withdraw"),
    path("offers/<uuid:pk>/confirm/", offers.offer_confirm, name="offer_confirm"),
    path("offers/<uuid:pk>/review/", offers.offer_review, name="offer_review"),
    path("offers/<uuid:pk>/accept/", offers.offer_accept, name="offer_accept"),
    path("offers/<uuid:pk>/accept-in-part/", offers.offer_accept_in_part, name="offer_accept_in_part"),
    path(
        "offers/<uuid:pk>/accept-provisionally/", offers.offer_accept_provisionally,
        name="offer_accept_provisionally",
    ),
    path("offers/<uuid:pk>/decline/", offers.offer_decline, name="offer_decline"),
]  # fmt: skip
