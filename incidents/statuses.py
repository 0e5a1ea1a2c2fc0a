"""The statuses of an incident, and the steps between them."""

from django.db import models
from django.utils.translation import pgettext_lazy

from ots_portal.lifecycle import Lifecycle, Step


class IncidentStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("incident", "Draft")
    REPORTED = "reported", pgettext_lazy("incident", "Reported")
    VERIFIED = "verified", pgettext_lazy("incident", "Verified")
    ACTIVE = "active", pgettext_lazy("incident", "Active")
    STABILISING = "stabilising", pgettext_lazy("incident", "Stabilising")
    CLOSED = "closed", pgettext_lazy("incident", "Closed")
    REJECTED = "rejected", pgettext_lazy("incident", "Rejected")
    DISCARDED = "discarded", pgettext_lazy("incident", "Discarded")


S = IncidentStatus

INCIDENTS = Lifecycle(
    Step("report", (S.DRAFT,), S.REPORTED, records="incidents.incident.reported"),
    Step("discard", (S.DRAFT,), S.DISCARDED, records="incidents.incident.discarded"),
    Step("verify", (S.REPORTED,), S.VERIFIED, records="incidents.incident.verified"),
    Step("reject", (S.REPORTED,), S.REJECTED, records="incidents.incident.rejected"),
    Step("activate", (S.VERIFIED,), S.ACTIVE, records="incidents.incident.activated"),
    Step("stabilise", (S.ACTIVE,), S.STABILISING, records="incidents.incident.stabilised"),
    Step("close", (S.ACTIVE, S.STABILISING), S.CLOSED, records="incidents.incident.closed"),
    Step("reopen", (S.CLOSED,), S.ACTIVE, records="incidents.incident.reopened"),
)

OPEN = (S.REPORTED, S.VERIFIED, S.ACTIVE, S.STABILISING)
# What others than the owner may see: everything once it was reported, also when it proved wrong.
SHARED = (*OPEN, S.CLOSED, S.REJECTED)
EDITABLE = (S.DRAFT, *OPEN)


class AlertLevel(models.TextChoices):
    """How bad it is: the three levels of GDACS, which ministries read already."""

    GREEN = "green", pgettext_lazy("alert level", "Green")
    ORANGE = "orange", pgettext_lazy("alert level", "Orange")
    RED = "red", pgettext_lazy("alert level", "Red")


class Classification(models.TextChoices):
    """Who may read it."""

    MEMBERS = "members", pgettext_lazy("classification", "Members")
    NAMED = "named", pgettext_lazy("classification", "Named participants")


class ParticipantRole(models.TextChoices):
    AFFECTED = "affected", pgettext_lazy("role in an incident", "Affected")
    AT_RISK = "at_risk", pgettext_lazy("role in an incident", "At risk")
    NEIGHBOUR = "neighbour", pgettext_lazy("role in an incident", "Neighbour")
    ASSISTING = "assisting", pgettext_lazy("role in an incident", "Assisting")


class Scheme(models.TextChoices):
    """Whose name for the incident an external reference is."""

    USGS = "usgs", "USGS"
    GLIDE = "glide", "GLIDE"
    GDACS = "gdacs", "GDACS"
