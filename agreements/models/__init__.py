"""Instruments, what public sources say of them, and the texts under negotiation."""

from agreements.models.facts import DomesticStep, Finding, Milestone, Signatory
from agreements.models.instruments import Instrument
from agreements.models.provisions import Alternative, Bracket, Provision, ProvisionText
from agreements.models.revisions import FrozenProvision, TextComparison, TextImport, TextRevision

__all__ = [
    "Alternative",
    "Bracket",
    "DomesticStep",
    "Finding",
    "FrozenProvision",
    "Instrument",
    "Milestone",
    "Provision",
    "ProvisionText",
    "Signatory",
    "TextComparison",
    "TextImport",
    "TextRevision",
]
