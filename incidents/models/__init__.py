"""What an incident is made of, from the first report to the after-action review."""

from incidents.models.alerts import Alert, AlertReceipt, KnownSender, ReceivedAlert
from incidents.models.capacities import Capacity
from incidents.models.deployments import (
    ChecklistItem,
    Deployment,
    DeploymentLogEntry,
    HostNationCard,
    ManifestItem,
    TeamMember,
)
from incidents.models.feeds import Feed, FeedItem, Observation
from incidents.models.incidents import (
    Acknowledgement,
    DistinctPair,
    ExternalReference,
    Incident,
    Involvement,
    KeptReason,
    LevelChange,
    Merge,
    OpeningProposal,
    ReferenceVersion,
)
from incidents.models.offers import Decision, Offer, OfferItem
from incidents.models.reports import Figure, SituationReport
from incidents.models.requests import (
    Amendment,
    AssistanceRequest,
    RequestItem,
    RequestVersion,
)
from incidents.models.reviews import AfterActionReview, Finding, Recommendation

__all__ = [
    "Acknowledgement", "AfterActionReview", "Alert", "AlertReceipt", "Amendment", "AssistanceRequest",
    "Capacity", "ChecklistItem", "Decision", "Deployment", "DeploymentLogEntry", "DistinctPair",
    "ExternalReference", "Feed", "FeedItem", "Figure", "Finding", "HostNationCard", "Incident",
    "Involvement", "KeptReason", "KnownSender", "LevelChange", "ManifestItem", "Merge", "Observation", "Offer",
    "OfferItem", "OpeningProposal", "ReceivedAlert", "Recommendation", "ReferenceVersion", "RequestItem", "RequestVersion",
    "SituationReport", "TeamMember",
]  # fmt: skip
