"""Mounted by ots_portal/api/urls.py; the names get its namespace."""

from django.urls import path

from ots_portal.api.routes import routes_of
from ots_portal.jobs.api import JobResult, JobViewSet

urlpatterns = [
    *routes_of(JobViewSet, "jobs"),
    path("<uuid:pk>/result/", JobResult.as_view(), name="jobs-result"),
]
