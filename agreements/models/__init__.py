"""Instruments, what public sources say of them, and the texts under negotiation."""

from agreements.models.adoption import (
    Adoption,
    AdoptionAct,
    Authentication,
    AuthenticationAct,
)
from agreements.models.annulments import Annulment
from agreements.models.comments import Comment
from agreements.models.confirmations import AdReferendum, Confirmation, TextSilence
from agreements.models.corrections import (
    Correction,
    CorrectionLine,
    CorrectionObjection,
    ProcesVerbal,
    Registration,
)
from agreements.models.facts import DomesticStep, Finding, Milestone, Signatory
from agreements.models.final_clauses import FinalClauses
from agreements.models.instruments import Instrument
from agreements.models.languages import ConcordanceFinding, LanguageText
from agreements.models.ledger import (
    DepositaryNotification,
    EntryCalculation,
    LedgerEntry,
    NotificationReceipt,
)
from agreements.models.positions import (
    BracketResolution,
    Position,
    ReconfirmationRequest,
    Reopening,
    SeenWording,
)
from agreements.models.proposals import Proposal, ProposalImport
from agreements.models.provisions import Alternative, Bracket, Provision, ProvisionText
from agreements.models.reservations import (
    Declaration,
    Objection,
    Reservation,
    ReservationAcceptance,
)
from agreements.models.revisions import FrozenProvision, TextComparison, TextImport, TextRevision
from agreements.models.rounds import Round, RoundFigure
from agreements.models.treaty_acts import FullPowers, Signature, StateInstrument
from agreements.models.waivers import FullPowersWaiver

__all__ = [
    "AdReferendum",
    "Adoption",
    "AdoptionAct",
    "Alternative",
    "Annulment",
    "Authentication",
    "AuthenticationAct",
    "Bracket",
    "BracketResolution",
    "Comment",
    "ConcordanceFinding",
    "Confirmation",
    "Correction",
    "CorrectionLine",
    "CorrectionObjection",
    "Declaration",
    "DepositaryNotification",
    "DomesticStep",
    "EntryCalculation",
    "FinalClauses",
    "Finding",
    "FrozenProvision",
    "FullPowers",
    "FullPowersWaiver",
    "Instrument",
    "LanguageText",
    "LedgerEntry",
    "Milestone",
    "NotificationReceipt",
    "Objection",
    "Position",
    "ProcesVerbal",
    "Proposal",
    "ProposalImport",
    "Provision",
    "ProvisionText",
    "ReconfirmationRequest",
    "Registration",
    "Reopening",
    "Reservation",
    "ReservationAcceptance",
    "Round",
    "RoundFigure",
    "SeenWording",
    "Signatory",
    "Signature",
    "StateInstrument",
    "TextComparison",
    "TextImport",
    "TextRevision",
    "TextSilence",
]
