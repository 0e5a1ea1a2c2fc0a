"""Mounted by ots_portal/api/urls.py; the names get its namespace."""

from django.urls import path

from ots_portal.search.api import Search

urlpatterns = [path("", Search.as_view(), name="search")]
