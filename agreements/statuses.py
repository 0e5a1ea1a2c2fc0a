from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ots_portal.lifecycle import Lifecycle, Step


class InstrumentKind(models.TextChoices):
    AGREEMENT = "agreement", pgettext_lazy("instrument", "Agreement")
    PROTOCOL = "protocol", pgettext_lazy("instrument", "Protocol")
    AMENDMENT = "amendment", pgettext_lazy("instrument", "Amendment")
    ANNEX = "annex", pgettext_lazy("instrument", "Annex")
    RULES = "rules", pgettext_lazy("instrument", "Rules")


class InstrumentStatus(models.TextChoices):
    MANDATED = "mandated", pgettext_lazy("instrument", "Mandated")
    NEGOTIATION = "negotiation", pgettext_lazy("instrument", "Under negotiation")
    SUSPENDED = "suspended", pgettext_lazy("instrument", "Suspended")
    ABANDONED = "abandoned", pgettext_lazy("instrument", "Abandoned")
    AD_REFERENDUM = "ad_referendum", pgettext_lazy("instrument", "Closed ad referendum")
    LEGAL_REVIEW = "legal_review", pgettext_lazy("instrument", "In legal review")
    ADOPTED = "adopted", pgettext_lazy("instrument", "Adopted")
    AUTHENTICATED = "authenticated", pgettext_lazy("instrument", "Authenticated")
    OPEN_FOR_SIGNATURE = "open_for_signature", pgettext_lazy("instrument", "Open for signature")
    SIGNED = "signed", pgettext_lazy("instrument", "Signed")
    IN_FORCE = "in_force", pgettext_lazy("instrument", "In force")
    TERMINATED = "terminated", pgettext_lazy("instrument", "Terminated")


S = InstrumentStatus

# What everybody may read: a signed treaty is public, a text on the table is not.
PUBLIC_STATUSES = (S.SIGNED, S.IN_FORCE, S.TERMINATED)
# While an instrument stands here, its text may be edited.
DRAFTING_STATUSES = (S.MANDATED, S.NEGOTIATION)

# No step leads to "in force" by hand: only the calculator and the depositary's notification do.
INSTRUMENTS = Lifecycle(
    Step(
        "open_negotiation",
        (S.MANDATED,),
        S.NEGOTIATION,
        records="agreements.instrument.negotiation_opened",
    ),
    Step("suspend", (S.NEGOTIATION,), S.SUSPENDED, records="agreements.instrument.suspended"),
    Step("resume", (S.SUSPENDED,), S.NEGOTIATION, records="agreements.instrument.resumed"),
    Step(
        "abandon",
        (S.NEGOTIATION, S.SUSPENDED),
        S.ABANDONED,
        records="agreements.instrument.abandoned",
    ),
    Step(
        "close_ad_referendum",
        (S.NEGOTIATION,),
        S.AD_REFERENDUM,
        records="agreements.instrument.closed_ad_referendum",
    ),
    Step("reopen", (S.AD_REFERENDUM,), S.NEGOTIATION, records="agreements.instrument.reopened"),
    Step(
        "adopt",
        (S.AD_REFERENDUM, S.LEGAL_REVIEW),
        S.ADOPTED,
        records="agreements.instrument.adopted",
    ),
    Step(
        "authenticate",
        (S.ADOPTED,),
        S.AUTHENTICATED,
        records="agreements.instrument.authenticated",
    ),
    Step(
        "open_for_signature",
        (S.AUTHENTICATED,),
        S.OPEN_FOR_SIGNATURE,
        records="agreements.instrument.opened_for_signature",
    ),
    Step(
        "conclude_signature",
        (S.OPEN_FOR_SIGNATURE,),
        S.SIGNED,
        records="agreements.instrument.signed",
    ),
    Step(
        "enter_into_force",
        # Some treaties have the deposits they need while they are still open for signature.
        (S.OPEN_FOR_SIGNATURE, S.SIGNED),
        S.IN_FORCE,
        records="agreements.instrument.entered_into_force",
        automatic=True,
    ),
)


class MilestoneKind(models.TextChoices):
    PROPOSAL = "proposal", pgettext_lazy("milestone", "Proposal")
    MINISTERIAL = "ministerial", pgettext_lazy("milestone", "Ministerial meeting")
    DECISION = "decision", pgettext_lazy("milestone", "Decision")
    NEGOTIATION = "negotiation", pgettext_lazy("milestone", "Negotiation")
    DOMESTIC = "domestic", pgettext_lazy("milestone", "In one State")
    SIGNATURE = "signature", pgettext_lazy("milestone", "Signature")


class DomesticStepKind(models.TextChoices):
    GOVERNMENT = "government", pgettext_lazy("domestic step", "Government")
    PARLIAMENT = "parliament", pgettext_lazy("domestic step", "Parliament")
    PARLIAMENT_LOWER = "parliament_lower", pgettext_lazy("domestic step", "Parliament, lower house")
    PARLIAMENT_UPPER = "parliament_upper", pgettext_lazy("domestic step", "Parliament, upper house")
    HEAD_OF_STATE = "head_of_state", pgettext_lazy("domestic step", "Head of State")
    GAZETTE = "gazette", pgettext_lazy("domestic step", "Official gazette")


# What approves a signed treaty at home; a government's decision to sign comes before the signature.
APPROVALS = frozenset(DomesticStepKind.values) - {DomesticStepKind.GOVERNMENT}


class FindingKind(models.TextChoices):
    CONTENT = "content", pgettext_lazy("finding", "Known of the content")
    NOT_FOUND = "not_found", pgettext_lazy("finding", "Looked for and not found")


class WordingNote(models.TextChoices):
    """What is to be said of a title in one language."""

    NOT_CONFIRMED = "not_confirmed", _("Wording not confirmed by a source")
    INCOMPLETE = "incomplete", _("Not the complete wording; not confirmed by a source")
    SOURCES_DIFFER = "sources_differ", _("Sources differ in the last words")


class ProvisionKind(models.TextChoices):
    PREAMBLE_RECITAL = "preamble_recital", pgettext_lazy("provision", "Recital of the preamble")
    PART = "part", pgettext_lazy("provision", "Part")
    CHAPTER = "chapter", pgettext_lazy("provision", "Chapter")
    SECTION = "section", pgettext_lazy("provision", "Section")
    ARTICLE = "article", pgettext_lazy("provision", "Article")
    PARAGRAPH = "paragraph", pgettext_lazy("provision", "Paragraph")
    POINT = "point", pgettext_lazy("provision", "Point")
    SUBPOINT = "subpoint", pgettext_lazy("provision", "Subpoint")
    ANNEX = "annex", pgettext_lazy("provision", "Annex")
    FINAL_CLAUSE = "final_clause", pgettext_lazy("provision", "Final clause")


class ProvisionStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("provision", "Open")
    BRACKETED = "bracketed", pgettext_lazy("provision", "Bracketed")
    RESERVED = "reserved", pgettext_lazy("provision", "Reserved")
    AGREED_AD_REF = "agreed_ad_ref", pgettext_lazy("provision", "Agreed ad referendum")
    AGREED = "agreed", pgettext_lazy("provision", "Agreed")


AGREED_STATUSES = (ProvisionStatus.AGREED_AD_REF, ProvisionStatus.AGREED)


class FullPowersStatus(models.TextChoices):
    RECEIVED = "received", pgettext_lazy("full powers", "Received")
    QUERIED = "queried", pgettext_lazy("full powers", "Queried")
    IN_ORDER = "in_order", pgettext_lazy("full powers", "In due form")
    REFUSED = "refused", pgettext_lazy("full powers", "Refused")


_P = FullPowersStatus

FULL_POWERS = Lifecycle(
    Step("query", (_P.RECEIVED,), _P.QUERIED, records="agreements.full_powers.queried"),
    Step(
        "find_in_order",
        (_P.RECEIVED, _P.QUERIED),
        _P.IN_ORDER,
        records="agreements.full_powers.found_in_order",
    ),
    Step(
        "refuse",
        (_P.RECEIVED, _P.QUERIED),
        _P.REFUSED,
        records="agreements.full_powers.refused",
    ),
)


class SignatureStatus(models.TextChoices):
    AD_REFERENDUM = "ad_referendum", pgettext_lazy("signature", "Ad referendum")
    FULL = "full", pgettext_lazy("signature", "Full")
    ANNULLED = "annulled", pgettext_lazy("signature", "Annulled")


_G = SignatureStatus

# Confirmed by its State, a signature ad referendum is a full one (Vienna Convention, article 12, 2 b).
SIGNATURES = Lifecycle(
    Step(
        "confirm",
        (_G.AD_REFERENDUM,),
        _G.FULL,
        records="agreements.signature.confirmed",
    ),
    # They follow from an annulled entry of the ledger (ANNULMENTS).
    Step(
        "annul",
        (_G.AD_REFERENDUM, _G.FULL),
        _G.ANNULLED,
        records="agreements.signature.annulled",
        automatic=True,
    ),
    Step(
        "annul_confirmation",
        (_G.FULL,),
        _G.AD_REFERENDUM,
        records="agreements.signature.confirmation_annulled",
        automatic=True,
    ),
)


class StateInstrumentStatus(models.TextChoices):
    RECEIVED = "received", pgettext_lazy("instrument of a State", "Received")
    QUERIED = "queried", pgettext_lazy("instrument of a State", "Queried")
    EXAMINED = "examined", pgettext_lazy("instrument of a State", "Examined")
    DEPOSITED = "deposited", pgettext_lazy("instrument of a State", "Deposited")
    RETURNED = "returned", pgettext_lazy("instrument of a State", "Returned")
    REVOKED = "revoked", pgettext_lazy("instrument of a State", "Revoked")
    ANNULLED = "annulled", pgettext_lazy("instrument of a State", "Annulled")


_I = StateInstrumentStatus

STATE_INSTRUMENTS = Lifecycle(
    Step(
        "query",
        (_I.RECEIVED, _I.EXAMINED),
        _I.QUERIED,
        records="agreements.state_instrument.queried",
    ),
    Step(
        "examine",
        (_I.RECEIVED, _I.QUERIED),
        _I.EXAMINED,
        records="agreements.state_instrument.examined",
    ),
    Step(
        "send_back",
        (_I.RECEIVED, _I.QUERIED, _I.EXAMINED),
        _I.RETURNED,
        records="agreements.state_instrument.returned",
    ),
    Step(
        "deposit",
        (_I.EXAMINED,),
        _I.DEPOSITED,
        records="agreements.state_instrument.deposited",
    ),
    # A notice of withdrawal may be revoked until it takes effect (Vienna Convention, article 68).
    Step(
        "revoke",
        (_I.DEPOSITED,),
        _I.REVOKED,
        records="agreements.state_instrument.revoked",
    ),
    # They follow from an annulled entry of the ledger (ANNULMENTS).
    Step(
        "annul",
        (_I.DEPOSITED,),
        _I.ANNULLED,
        records="agreements.state_instrument.annulled",
        automatic=True,
    ),
    Step(
        "annul_revocation",
        (_I.REVOKED,),
        _I.DEPOSITED,
        records="agreements.state_instrument.revocation_annulled",
        automatic=True,
    ),
)


class AnnulmentStatus(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("annulment", "Proposed")
    CONFIRMED = "confirmed", pgettext_lazy("annulment", "Confirmed")
    REJECTED = "rejected", pgettext_lazy("annulment", "Rejected")


# A wrong entry of the ledger is never taken away: a later one annuls it, on the word of two heads.
ANNULMENTS = Lifecycle(
    Step(
        "confirm",
        (AnnulmentStatus.PROPOSED,),
        AnnulmentStatus.CONFIRMED,
        records="agreements.annulment.confirmed",
    ),
    Step(
        "reject",
        (AnnulmentStatus.PROPOSED,),
        AnnulmentStatus.REJECTED,
        records="agreements.annulment.rejected",
    ),
)


class ReceiptStatus(models.TextChoices):
    SENT = "sent", pgettext_lazy("receipt", "Sent")
    RECEIVED = "received", pgettext_lazy("receipt", "Received")


NOTIFICATION_RECEIPTS = Lifecycle(
    Step(
        "acknowledge",
        (ReceiptStatus.SENT,),
        ReceiptStatus.RECEIVED,
        records="agreements.receipt.acknowledged",
    )
)

# While an instrument stands here, States sign it; and they deposit.
SIGNING_STATUSES = (S.OPEN_FOR_SIGNATURE, S.SIGNED)
DEPOSITING_STATUSES = (S.OPEN_FOR_SIGNATURE, S.SIGNED, S.IN_FORCE)


class RevisionKind(models.TextChoices):
    ZERO_DRAFT = "zero_draft", pgettext_lazy("revision", "Zero draft")
    CHAIR_TEXT = "chair_text", pgettext_lazy("revision", "Chair's text")
    COMPILATION = "compilation", pgettext_lazy("revision", "Compilation")
    ROLLING = "rolling", pgettext_lazy("revision", "Rolling text")
    CLEAN_AD_REF = "clean_ad_ref", pgettext_lazy("revision", "Clean text ad referendum")
    SCRUBBED = "scrubbed", pgettext_lazy("revision", "Legally scrubbed text")
    FINAL = "final", pgettext_lazy("revision", "Final text")


class RevisionStatus(models.TextChoices):
    WORKING = "working", pgettext_lazy("revision", "Worked on")
    FROZEN = "frozen", pgettext_lazy("revision", "Frozen")
    SUPERSEDED = "superseded", pgettext_lazy("revision", "Superseded")


# One is worked on at a time; a frozen one is never changed, and gives way to the next that is frozen.
REVISIONS = Lifecycle(
    Step(
        "freeze",
        (RevisionStatus.WORKING,),
        RevisionStatus.FROZEN,
        records="agreements.revision.frozen",
    ),
    Step(
        "supersede",
        (RevisionStatus.FROZEN,),
        RevisionStatus.SUPERSEDED,
        records="agreements.revision.superseded",
        automatic=True,
    ),
)


class ImportStatus(models.TextChoices):
    READ = "read", pgettext_lazy("import", "Read")
    TAKEN_IN = "taken_in", pgettext_lazy("import", "Taken in")


TEXT_IMPORTS = Lifecycle(
    Step(
        "take_in",
        (ImportStatus.READ,),
        ImportStatus.TAKEN_IN,
        records="agreements.text_import.taken_in",
    ),
)
