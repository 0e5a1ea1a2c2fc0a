"""Instruments, what public sources say of them, and the texts under negotiation."""

from agreements.models.adoption import (
    Adoption,
    AdoptionAct,
    Authentication,
    AuthenticationAct,
)
from agreements.models.annulments import Annulment
from agreements.models.facts import DomesticStep, Finding, Milestone, Signatory
from agreements.models.final_clauses import FinalClauses
from agreements.models.instruments import Instrument
from agreements.models.ledger import (
    DepositaryNotification,
    EntryCalculation,
    LedgerEntry,
    NotificationReceipt,
)
from agreements.models.provisions import Alternative, Bracket, Provision, ProvisionText
from agreements.models.revisions import FrozenProvision, TextComparison, TextImport, TextRevision
from agreements.models.treaty_acts import FullPowers, Signature, StateInstrument
from agreements.models.waivers import FullPowersWaiver

__all__ = [
    "Adoption",
    "AdoptionAct",
    "Alternative",
    "Annulment",
    "Authentication",
    "AuthenticationAct",
    "Bracket",
    "DepositaryNotification",
    "DomesticStep",
    "EntryCalculation",
    "FinalClauses",
    "Finding",
    "FrozenProvision",
    "FullPowers",
    "FullPowersWaiver",
    "Instrument",
    "LedgerEntry",
    "Milestone",
    "NotificationReceipt",
    "Provision",
    "ProvisionText",
    "Signatory",
    "Signature",
    "StateInstrument",
    "TextComparison",
    "TextImport",
    "TextRevision",
]
