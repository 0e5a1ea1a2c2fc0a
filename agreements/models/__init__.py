"""Instruments, what public sources say of them, and the texts under negotiation."""

from agreements.models.facts import DomesticStep, Finding, Milestone, Signatory
from agreements.models.final_clauses import FinalClauses
from agreements.models.instruments import Instrument
from agreements.models.ledger import (
    DepositaryNotification,
    EntryCalculation,
    LedgerEntry,
    NotificationReceipt,
)
from agreements.models.proposals import Proposal, ProposalImport
from agreements.models.provisions import Alternative, Bracket, Provision, ProvisionText
from agreements.models.revisions import FrozenProvision, TextComparison, TextImport, TextRevision
from agreements.models.treaty_acts import FullPowers, Signature, StateInstrument

__all__ = [
    "Alternative",
    "Bracket",
    "DepositaryNotification",
    "DomesticStep",
    "EntryCalculation",
    "FinalClauses",
    "Finding",
    "FrozenProvision",
    "FullPowers",
    "Instrument",
    "LedgerEntry",
    "Milestone",
    "NotificationReceipt",
    "Proposal",
    "ProposalImport",
    "Provision",
    "ProvisionText",
    "Signatory",
    "Signature",
    "StateInstrument",
    "TextComparison",
    "TextImport",
    "TextRevision",
]
