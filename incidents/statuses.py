"""The statuses of an incident and of what hangs on it, and the steps between them."""

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
    ARCHIVED = "archived", pgettext_lazy("incident", "Archived")
    MERGED = "merged", pgettext_lazy("incident", "Merged into another")
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
    Step("archive", (S.CLOSED,), S.ARCHIVED, records="incidents.incident.archived"),
    Step(
        "merge",
        (S.VERIFIED, S.ACTIVE, S.STABILISING),
        S.MERGED,
        records="incidents.incident.merged",
    ),
    # Back to the status it had when it was merged; drawn as the most frequent of them.
    Step("unmerge", (S.MERGED,), S.ACTIVE, records="incidents.incident.unmerged"),
)

OPEN = (S.REPORTED, S.VERIFIED, S.ACTIVE, S.STABILISING)
# What others than the owner may see: everything once it was reported, also when it proved wrong.
SHARED = (*OPEN, S.CLOSED, S.ARCHIVED, S.MERGED, S.REJECTED)
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
    CAP = "cap", "CAP"
    RELIEFWEB = "reliefweb", "ReliefWeb"
    GO = "go", "IFRC GO"
    URL = "url", pgettext_lazy("external reference", "Web page")


class InvolvementStatus(models.TextChoices):
    """How far a participant's own part in the incident is; the participant says so itself."""

    MONITORING = "monitoring", pgettext_lazy("part in an incident", "Monitoring")
    RESPONDING = "responding", pgettext_lazy("part in an incident", "Responding")
    RECOVERY = "recovery", pgettext_lazy("part in an incident", "Recovery")
    ENDED = "ended", pgettext_lazy("part in an incident", "Ended")


# ── situation reports ───────────────────────────────────────────────────────────────────────────
class ReportStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("situation report", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("situation report", "Submitted")
    PUBLISHED = "published", pgettext_lazy("situation report", "Published")
    SUPERSEDED = "superseded", pgettext_lazy("situation report", "Superseded")
    WITHDRAWN = "withdrawn", pgettext_lazy("situation report", "Withdrawn")
    DISCARDED = "discarded", pgettext_lazy("situation report", "Discarded")


class ReportKind(models.TextChoices):
    """The versions of EDXL-SitRep."""

    INITIAL = "initial", pgettext_lazy("situation report", "Initial")
    UPDATE = "update", pgettext_lazy("situation report", "Update")
    FINAL = "final", pgettext_lazy("situation report", "Final")


class Estimate(models.TextChoices):
    """How a figure came about: the estimate types of Montandon (Monty)."""

    PRIMARY = "primary", pgettext_lazy("estimate", "Counted")
    SECONDARY = "secondary", pgettext_lazy("estimate", "Derived from other figures")
    MODELLED = "modelled", pgettext_lazy("estimate", "Modelled")


class Confidence(models.TextChoices):
    """How sure the source is: the confidence values of EDXL-SitRep."""

    HIGH = "high", pgettext_lazy("confidence", "Highly confident")
    SOME = "some", pgettext_lazy("confidence", "Somewhat confident")
    UNSURE = "unsure", pgettext_lazy("confidence", "Unsure")
    NONE = "none", pgettext_lazy("confidence", "No confidence")


R = ReportStatus

REPORTS = Lifecycle(
    Step("submit", (R.DRAFT,), R.SUBMITTED, records="incidents.report.submitted"),
    Step("discard", (R.DRAFT,), R.DISCARDED, records="incidents.report.discarded"),
    Step("send_back", (R.SUBMITTED,), R.DRAFT, records="incidents.report.sent_back"),
    Step("publish", (R.SUBMITTED,), R.PUBLISHED, records="incidents.report.published"),
    Step("recall", (R.PUBLISHED,), R.WITHDRAWN, records="incidents.report.recalled"),
    Step("withdraw", (R.PUBLISHED,), R.WITHDRAWN, records="incidents.report.withdrawn"),
    Step("supersede", (R.PUBLISHED,), R.SUPERSEDED, records="incidents.report.superseded", automatic=True),
)  # fmt: skip


# ── requests for assistance ─────────────────────────────────────────────────────────────────────
class RequestStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("request for assistance", "Draft")
    SIGNED = "signed", pgettext_lazy("request for assistance", "Signed")
    CIRCULATED = "circulated", pgettext_lazy("request for assistance", "Circulated")
    PARTIALLY_COVERED = (
        "partially_covered",
        pgettext_lazy("request for assistance", "Partially covered"),
    )
    COVERED = "covered", pgettext_lazy("request for assistance", "Covered")
    SUSPENDED = "suspended", pgettext_lazy("request for assistance", "Suspended")
    FULFILLED = "fulfilled", pgettext_lazy("request for assistance", "Fulfilled")
    CLOSED = "closed", pgettext_lazy("request for assistance", "Closed")
    WITHDRAWN = "withdrawn", pgettext_lazy("request for assistance", "Withdrawn")
    DISCARDED = "discarded", pgettext_lazy("request for assistance", "Discarded")


Q = RequestStatus

REQUESTS = Lifecycle(
    Step("sign", (Q.DRAFT,), Q.SIGNED, records="incidents.request.signed"),
    Step("discard", (Q.DRAFT,), Q.DISCARDED, records="incidents.request.discarded"),
    Step("circulate", (Q.SIGNED,), Q.CIRCULATED, records="incidents.request.circulated"),
    Step("suspend", (Q.CIRCULATED, Q.PARTIALLY_COVERED), Q.SUSPENDED, records="incidents.request.suspended"),
    Step("resume", (Q.SUSPENDED,), Q.CIRCULATED, records="incidents.request.resumed"),
    Step("fulfil", (Q.PARTIALLY_COVERED, Q.COVERED), Q.FULFILLED, records="incidents.request.fulfilled"),
    Step("close", (Q.FULFILLED,), Q.CLOSED, records="incidents.request.closed"),
    Step(
        "withdraw", (Q.SIGNED, Q.CIRCULATED, Q.PARTIALLY_COVERED, Q.COVERED, Q.SUSPENDED), Q.WITHDRAWN,
        records="incidents.request.withdrawn",
    ),
    # What has been accepted decides these; nobody says so.
    Step("uncover", (Q.PARTIALLY_COVERED, Q.COVERED), Q.CIRCULATED, records="incidents.request.uncovered", automatic=True),
    Step("cover_partly", (Q.CIRCULATED, Q.COVERED), Q.PARTIALLY_COVERED, records="incidents.request.partly_covered", automatic=True),
    Step("cover", (Q.CIRCULATED, Q.PARTIALLY_COVERED), Q.COVERED, records="incidents.request.covered", automatic=True),
)  # fmt: skip

# Offers to a request come in while it is in one of these (invariant 4 of the design).
OPEN_TO_OFFERS = (Q.CIRCULATED, Q.PARTIALLY_COVERED)
# Here the requester may still decide on what was offered, and change its words by an amendment.
DECIDABLE = (Q.CIRCULATED, Q.PARTIALLY_COVERED, Q.COVERED, Q.SUSPENDED)
LIVE_REQUESTS = (Q.SIGNED, Q.CIRCULATED, Q.PARTIALLY_COVERED, Q.COVERED, Q.SUSPENDED, Q.FULFILLED)


class ItemKind(models.TextChoices):
    """What is asked for in one line of a request."""

    MODULE = "module", pgettext_lazy("line of a request", "Module")
    TEAM = "team", pgettext_lazy("line of a request", "Team")
    EXPERT = "expert", pgettext_lazy("line of a request", "Expert")
    IN_KIND = "in_kind", pgettext_lazy("line of a request", "In-kind assistance")
    TRANSPORT = "transport", pgettext_lazy("line of a request", "Transport")
    FUNDING = "funding", pgettext_lazy("line of a request", "Funding")


class Priority(models.IntegerChoices):
    HIGH = 1, pgettext_lazy("priority", "High")
    MEDIUM = 2, pgettext_lazy("priority", "Medium")
    LOW = 3, pgettext_lazy("priority", "Low")


class Terms(models.TextChoices):
    """Who bears the costs."""

    FREE = "free", pgettext_lazy("terms of assistance", "Free of charge")
    REIMBURSABLE = (
        "reimbursable",
        pgettext_lazy("terms of assistance", "Reimbursed by the requester"),
    )
    SHARED = "shared", pgettext_lazy("terms of assistance", "Costs are shared")


# ── offers ──────────────────────────────────────────────────────────────────────────────────────
class OfferStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("offer", "Draft")
    SIGNED = "signed", pgettext_lazy("offer", "Signed")
    SUBMITTED = "submitted", pgettext_lazy("offer", "Submitted")
    UNDER_REVIEW = "under_review", pgettext_lazy("offer", "Under review")
    PROVISIONAL = "provisional", pgettext_lazy("offer", "Provisionally accepted")
    ACCEPTED = "accepted", pgettext_lazy("offer", "Accepted")
    PARTIALLY_ACCEPTED = "partially_accepted", pgettext_lazy("offer", "Accepted in part")
    DECLINED = "declined", pgettext_lazy("offer", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("offer", "Withdrawn")
    EXPIRED = "expired", pgettext_lazy("offer", "Expired")
    DISCARDED = "discarded", pgettext_lazy("offer", "Discarded")


class Outcome(models.TextChoices):
    """What the requester decided on a line of an offer; accept, decline and provisional are EDXL-RM's."""

    ACCEPT = "accept", pgettext_lazy("decision on an offer", "Accepted")
    PARTIAL = "partial", pgettext_lazy("decision on an offer", "Accepted in part")
    PROVISIONAL = "provisional", pgettext_lazy("decision on an offer", "Provisionally accepted")
    DECLINE = "decline", pgettext_lazy("decision on an offer", "Declined")


O = OfferStatus  # noqa: E741 -- read with its member: O.DRAFT

WAITING_OFFERS = (O.SUBMITTED, O.UNDER_REVIEW, O.PROVISIONAL)
ACCEPTED_OFFERS = (O.ACCEPTED, O.PARTIALLY_ACCEPTED)

OFFERS = Lifecycle(
    Step("sign", (O.DRAFT,), O.SIGNED, records="incidents.offer.signed"),
    Step("discard", (O.DRAFT,), O.DISCARDED, records="incidents.offer.discarded"),
    Step("submit", (O.SIGNED,), O.SUBMITTED, records="incidents.offer.submitted"),
    Step("review", (O.SUBMITTED,), O.UNDER_REVIEW, records="incidents.offer.taken_under_review"),
    Step("accept", (*WAITING_OFFERS, O.PARTIALLY_ACCEPTED), O.ACCEPTED, records="incidents.offer.accepted"),
    Step(
        "accept_in_part", (*WAITING_OFFERS, *ACCEPTED_OFFERS), O.PARTIALLY_ACCEPTED,
        records="incidents.offer.accepted_in_part",
    ),
    Step(
        "accept_provisionally", (O.SUBMITTED, O.UNDER_REVIEW), O.PROVISIONAL,
        records="incidents.offer.accepted_provisionally",
    ),
    # Also what was accepted can be given back whole, as long as nothing of it is under way.
    Step("decline", (*WAITING_OFFERS, *ACCEPTED_OFFERS), O.DECLINED, records="incidents.offer.declined"),
    Step("withdraw", (O.SIGNED, *WAITING_OFFERS), O.WITHDRAWN, records="incidents.offer.withdrawn"),
    # What nobody has accepted yet of an offer that was accepted in part; what was accepted stays.
    Step("withdraw_rest", (O.PARTIALLY_ACCEPTED,), O.PARTIALLY_ACCEPTED, records="incidents.offer.rest_withdrawn"),
    Step("expire", (O.SIGNED, *WAITING_OFFERS), O.EXPIRED, records="incidents.offer.expired", automatic=True),
)  # fmt: skip


# ── deployments ─────────────────────────────────────────────────────────────────────────────────
class DeploymentStatus(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("deployment", "Planned")
    MOBILISING = "mobilising", pgettext_lazy("deployment", "Mobilising")
    EN_ROUTE = "en_route", pgettext_lazy("deployment", "En route")
    ARRIVED = "arrived", pgettext_lazy("deployment", "Arrived")
    OPERATIONAL = "operational", pgettext_lazy("deployment", "Operational")
    DEMOBILISING = "demobilising", pgettext_lazy("deployment", "Demobilising")
    RECALLED = "recalled", pgettext_lazy("deployment", "Recalled")
    RETURNED = "returned", pgettext_lazy("deployment", "Returned")
    CANCELLED = "cancelled", pgettext_lazy("deployment", "Cancelled")


D = DeploymentStatus

DEPLOYMENTS = Lifecycle(
    Step("mobilise", (D.PLANNED,), D.MOBILISING, records="incidents.deployment.mobilised"),
    Step("depart", (D.MOBILISING,), D.EN_ROUTE, records="incidents.deployment.departed"),
    Step("arrive", (D.EN_ROUTE,), D.ARRIVED, records="incidents.deployment.arrived"),
    Step("begin_work", (D.ARRIVED,), D.OPERATIONAL, records="incidents.deployment.operational"),
    Step("demobilise", (D.ARRIVED, D.OPERATIONAL), D.DEMOBILISING, records="incidents.deployment.demobilised"),
    Step("recall", (D.EN_ROUTE,), D.RECALLED, records="incidents.deployment.recalled"),
    Step("return_home", (D.DEMOBILISING, D.RECALLED), D.RETURNED, records="incidents.deployment.returned"),
    Step("cancel", (D.PLANNED, D.MOBILISING), D.CANCELLED, records="incidents.deployment.cancelled"),
)  # fmt: skip

LIVE_DEPLOYMENTS = (
    D.PLANNED,
    D.MOBILISING,
    D.EN_ROUTE,
    D.ARRIVED,
    D.OPERATIONAL,
    D.DEMOBILISING,
    D.RECALLED,
)
UNDER_WAY = (D.MOBILISING, D.EN_ROUTE)
AT_PLACE = (D.ARRIVED, D.OPERATIONAL, D.DEMOBILISING, D.RETURNED)


class HostNationTopic(models.TextChoices):
    """What an incoming team must know of the host: EU host nation support guidelines, SWD(2012) 169."""

    ENTRY_POINTS = "entry_points", pgettext_lazy("host nation support", "Entry points")
    CUSTOMS = "customs", pgettext_lazy("host nation support", "Customs")
    VISAS = "visas", pgettext_lazy("host nation support", "Visas and border")
    OVERFLIGHT = "overflight", pgettext_lazy("host nation support", "Overflight and landing")
    MEDICINES = "medicines", pgettext_lazy("host nation support", "Medicines and medical licences")
    DOGS = "dogs", pgettext_lazy("host nation support", "Search dogs")
    RADIO = "radio", pgettext_lazy("host nation support", "Radio frequencies")
    FUEL = "fuel", pgettext_lazy("host nation support", "Fuel")
    LIAISON = "liaison", pgettext_lazy("host nation support", "Liaison officer")


class CheckStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("checklist", "Open")
    DONE = "done", pgettext_lazy("checklist", "Done")
    WAIVED = "waived", pgettext_lazy("checklist", "Waived")


class ManifestKind(models.TextChoices):
    """What a team brings over the border beside its people."""

    DOG = "dog", pgettext_lazy("team manifest", "Dog")
    VEHICLE = "vehicle", pgettext_lazy("team manifest", "Vehicle")
    EQUIPMENT = "equipment", pgettext_lazy("team manifest", "Equipment")
    MEDICINE = "medicine", pgettext_lazy("team manifest", "Medicine")
    RADIO = "radio", pgettext_lazy("team manifest", "Radio")


class Readiness(models.TextChoices):
    READY = "ready", pgettext_lazy("capacity", "Ready")
    PARTIAL = "partial", pgettext_lazy("capacity", "Partly ready")
    UNAVAILABLE = "unavailable", pgettext_lazy("capacity", "Not available")
    DEPLOYED = "deployed", pgettext_lazy("capacity", "Deployed")


# ── alerts in the Common Alerting Protocol ──────────────────────────────────────────────────────
class AlertStatus(models.TextChoices):
    """Where an alert of our own stands; CAP's own field is cap_status."""

    DRAFT = "draft", pgettext_lazy("alert", "Draft")
    APPROVED = "approved", pgettext_lazy("alert", "Approved")
    ISSUED = "issued", pgettext_lazy("alert", "Issued")
    UPDATED = "updated", pgettext_lazy("alert", "Replaced by an update")
    CANCELLED = "cancelled", pgettext_lazy("alert", "Cancelled")
    EXPIRED = "expired", pgettext_lazy("alert", "Expired")
    DISCARDED = "discarded", pgettext_lazy("alert", "Discarded")


A = AlertStatus

ALERTS = Lifecycle(
    Step("approve", (A.DRAFT,), A.APPROVED, records="incidents.alert.approved"),
    Step("discard", (A.DRAFT,), A.DISCARDED, records="incidents.alert.discarded"),
    Step("send_back", (A.APPROVED,), A.DRAFT, records="incidents.alert.sent_back"),
    Step("issue", (A.APPROVED,), A.ISSUED, records="incidents.alert.issued"),
    # An Update or Cancel message of our own does these when it is issued.
    Step("supersede", (A.ISSUED,), A.UPDATED, records="incidents.alert.superseded", automatic=True),
    Step("cancel", (A.ISSUED,), A.CANCELLED, records="incidents.alert.cancelled", automatic=True),
    Step("expire", (A.ISSUED,), A.EXPIRED, records="incidents.alert.expired", automatic=True),
)  # fmt: skip


class ReceivedAlertStatus(models.TextChoices):
    QUARANTINED = "quarantined", pgettext_lazy("received alert", "In quarantine")
    ACCEPTED = "accepted", pgettext_lazy("received alert", "Accepted")
    LINKED = "linked", pgettext_lazy("received alert", "Linked to an incident")
    IGNORED = "ignored", pgettext_lazy("received alert", "Ignored")
    SUPERSEDED = "superseded", pgettext_lazy("received alert", "Replaced by an update")
    CANCELLED = "cancelled", pgettext_lazy("received alert", "Cancelled by its sender")
    EXPIRED = "expired", pgettext_lazy("received alert", "Expired")


V = ReceivedAlertStatus
# Nobody has vouched for these, or the secretariat has put them aside.
HELD = (V.QUARANTINED, V.IGNORED)

RECEIVED_ALERTS = Lifecycle(
    Step("release", (V.QUARANTINED,), V.ACCEPTED, records="incidents.received_alert.released"),
    Step("ignore", (V.QUARANTINED, V.ACCEPTED), V.IGNORED, records="incidents.received_alert.ignored"),
    Step("link", (V.ACCEPTED,), V.LINKED, records="incidents.received_alert.linked"),
    Step("unlink", (V.LINKED,), V.ACCEPTED, records="incidents.received_alert.unlinked"),
    Step("supersede", (V.ACCEPTED, V.LINKED), V.SUPERSEDED, records="incidents.received_alert.superseded", automatic=True),
    Step("cancel", (V.ACCEPTED, V.LINKED), V.CANCELLED, records="incidents.received_alert.cancelled", automatic=True),
    Step("expire", (V.ACCEPTED, V.LINKED), V.EXPIRED, records="incidents.received_alert.expired", automatic=True),
)  # fmt: skip


# ── what the hazard feeds propose ───────────────────────────────────────────────────────────────
class FeedItemStatus(models.TextChoices):
    NEW = "new", pgettext_lazy("item of a feed", "New")
    TAKEN_UP = "taken_up", pgettext_lazy("item of a feed", "Taken up")
    DISMISSED = "dismissed", pgettext_lazy("item of a feed", "Dismissed")


F = FeedItemStatus

FEED_ITEMS = Lifecycle(
    Step("take_up", (F.NEW, F.DISMISSED), F.TAKEN_UP, records="incidents.feed_item.taken_up"),
    Step("dismiss", (F.NEW,), F.DISMISSED, records="incidents.feed_item.dismissed"),
    # When the draft that was made of it is discarded.
    Step(
        "give_back", (F.TAKEN_UP,), F.NEW, records="incidents.feed_item.given_back", automatic=True
    ),
)


# ── after-action reviews ────────────────────────────────────────────────────────────────────────
class ReviewStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("after-action review", "Open")
    PUBLISHED = "published", pgettext_lazy("after-action review", "Published")


REVIEWS = Lifecycle(
    Step("publish", (ReviewStatus.OPEN,), ReviewStatus.PUBLISHED, records="incidents.review.published"),
    Step("recall", (ReviewStatus.PUBLISHED,), ReviewStatus.OPEN, records="incidents.review.recalled"),
    Step("reopen", (ReviewStatus.PUBLISHED,), ReviewStatus.OPEN, records="incidents.review.reopened"),
)  # fmt: skip


class RecommendationStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("recommendation", "Open")
    REPORTED_DONE = "reported_done", pgettext_lazy("recommendation", "Reported as done")
    CLOSED = "closed", pgettext_lazy("recommendation", "Closed")


RECOMMENDATIONS = Lifecycle(
    Step(
        "report_done", (RecommendationStatus.OPEN,), RecommendationStatus.REPORTED_DONE,
        records="incidents.recommendation.reported_done",
    ),
    Step(
        "send_back", (RecommendationStatus.REPORTED_DONE,), RecommendationStatus.OPEN,
        records="incidents.recommendation.sent_back",
    ),
    Step(
        "close", (RecommendationStatus.REPORTED_DONE,), RecommendationStatus.CLOSED,
        records="incidents.recommendation.closed",
    ),
)  # fmt: skip
