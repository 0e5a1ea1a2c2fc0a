"""Assistance on the incident's page: the coverage of all requests, and what was offered."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from incidents.models import AssistanceRequest, Incident
from incidents.presentation import coverage
from incidents.presentation.requests import offer_lines
from incidents.presentation.sections import Section
from incidents.queries import offers as offer_queries
from incidents.queries import requests as queries
from incidents.rules import offers as offer_rules
from incidents.rules import requests as rules
from ots_portal.people.models import User


def coverage_values(incident: Incident, requests: QuerySet[AssistanceRequest]) -> dict[str, Any]:
    """Return what the table of all the incident's requests shows, and where it is asked for again."""
    return {
        "groups": coverage.groups_of(requests),
        "legend": coverage.legend(),
        "address": reverse("incidents:coverage", args=[incident.pk]),
        "is_single": False,
    }


def _coverage(incident: Incident, reader: User) -> dict[str, Any] | None:
    """The coverage of all requests the reader sees: one query, one more for who may ask."""
    values = coverage_values(incident, queries.of_incident(incident, reader))
    may_create = rules.may_create(reader, incident)
    if not values["groups"] and not may_create:
        return None
    new_url = reverse("incidents:request_new", args=[incident.pk]) if may_create else ""
    return {**values, "new_url": new_url}


def _offers(incident: Incident, reader: User) -> dict[str, Any] | None:
    """The offers the reader sees, whatever they answer: two queries."""
    offers = offer_lines(offer_queries.visible_to(reader).filter(incident=incident), reader=reader)
    may_create = offer_rules.may_create_unsolicited(reader, incident)
    if not offers and not may_create:
        return None
    new_url = reverse("incidents:offer_new_unsolicited", args=[incident.pk]) if may_create else ""
    return {"offers": offers, "new_url": new_url}


COVERAGE = Section("coverage", "incidents/sections/coverage.html", _coverage)
OFFERS = Section("offers", "incidents/sections/offers.html", _offers)
