from django.urls import path

from incidents.views import incidents as views
from incidents.views import reports, reviews

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

# ── situation reports ───────────────────────────────────────────────────────────────────────────
urlpatterns += [
    path("<uuid:pk>/reports/", reports.report_list, name="report_list"),
    path("<uuid:pk>/reports/new/", reports.report_new, name="report_new"),
    path("<uuid:pk>/reports/figures/", reports.report_figures, name="report_figures"),
    path("<uuid:pk>/reports/figures.csv", reports.report_figures_csv, name="report_figures_csv"),
    path("<uuid:pk>/reports/figures.xlsx", reports.report_figures_xlsx, name="report_figures_xlsx"),
    path("reports/<uuid:pk>/", reports.report_detail, name="report_detail"),
    path("reports/<uuid:pk>/edit/", reports.report_edit, name="report_edit"),
    path("reports/<uuid:pk>/pdf/", reports.report_pdf, name="report_pdf"),
    path("reports/<uuid:pk>/figures.csv", reports.report_csv, name="report_csv"),
    path("reports/<uuid:pk>/submit/", reports.report_submit, name="report_submit"),
    path("reports/<uuid:pk>/discard/", reports.report_discard, name="report_discard"),
    path("reports/<uuid:pk>/send_back/", reports.report_send_back, name="report_send_back"),
    path("reports/<uuid:pk>/publish/", reports.report_publish, name="report_publish"),
    path("reports/<uuid:pk>/withdraw/", reports.report_withdraw, name="report_withdraw"),
]

# ── after-action reviews ────────────────────────────────────────────────────────────────────────
urlpatterns += [
    path("reviews/<uuid:pk>/", reviews.review_detail, name="review_detail"),
    path("reviews/<uuid:pk>/edit/", reviews.review_edit, name="review_edit"),
    path("reviews/<uuid:pk>/publish/", reviews.review_publish, name="review_publish"),
    path("reviews/<uuid:pk>/reopen/", reviews.review_reopen, name="review_reopen"),
    path("reviews/<uuid:pk>/findings/new/", reviews.finding_new, name="finding_new"),
    path("findings/<uuid:pk>/remove/", reviews.finding_remove, name="finding_remove"),
    path(
        "reviews/<uuid:pk>/recommendations/new/",
        reviews.recommendation_new,
        name="recommendation_new",
    ),
    path("recommendations/", reviews.recommendation_list, name="recommendation_list"),
    path(
        "recommendations/list.<str:kind>",
        reviews.recommendation_export,
        name="recommendation_export",
    ),
    path("recommendations/<uuid:pk>/", reviews.recommendation_detail, name="recommendation_detail"),
    path(
        "recommendations/<uuid:pk>/report_done/",
        reviews.recommendation_report_done,
        name="recommendation_report_done",
    ),
    path(
        "recommendations/<uuid:pk>/send_back/",
        reviews.recommendation_send_back,
        name="recommendation_send_back",
    ),
    path(
        "recommendations/<uuid:pk>/close/",
        reviews.recommendation_close,
        name="recommendation_close",
    ),
]
