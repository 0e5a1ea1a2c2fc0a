"""Creating under a record: only through one that the caller may see."""

from typing import Any

from django.http import Http404
from rest_framework.request import Request

from incidents.models import AssistanceRequest, Incident
from incidents.queries import incidents as incident_queries
from incidents.queries import requests as request_queries
from ots_portal.verdicts import ALLOWED, Verdict


def incident_of(request: Request, pk: Any) -> Incident:
    """:raises Http404: where the caller does not see it, or there is none"""
    readable = incident_queries.visible_to(request.user).select_related("participant")
    incident = readable.filter(pk=pk).first()
    if incident is None:
        raise Http404
    return incident


def request_of(request: Request, pk: Any) -> AssistanceRequest:
    """:raises Http404: where the caller does not see it, or there is none"""
    readable = request_queries.with_parts(request_queries.visible_to(request.user))
    found = readable.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def unless_later(verdict: Verdict) -> Verdict:
    """Let through what is only not possible now: the service says so, after the body was read."""
    return ALLOWED if verdict.code == "wrong_status" else verdict
