"""Mounted by ots_portal/api/urls.py; the names get its namespace."""

from django.urls import path

from ots_portal.documents.api import DocumentDetail, DocumentRemove

urlpatterns = [
    path("<uuid:pk>/", DocumentDetail.as_view(), name="documents-detail"),
    path("<uuid:pk>/remove/", DocumentRemove.as_view(), name="documents-remove"),
]
