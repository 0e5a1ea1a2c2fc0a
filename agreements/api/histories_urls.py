"""Mounted by ots_portal/api/urls.py; the names get its namespace."""

from django.urls import path

from agreements.api.histories import NegotiatingHistory

urlpatterns = [path("", NegotiatingHistory.as_view(), name="negotiating_history")]
