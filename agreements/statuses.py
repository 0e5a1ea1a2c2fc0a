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
        "begin_legal_review",
        (S.AD_REFERENDUM,),
        S.LEGAL_REVIEW,
        records="agreements.instrument.legal_review_begun",
    ),
    # A lawyer's change that touches the substance is for the capitals to confirm.
    Step(
        "find_substance",
        (S.LEGAL_REVIEW,),
        S.AD_REFERENDUM,
        records="agreements.instrument.substance_found",
    ),
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
    DELETED = "deleted", pgettext_lazy("provision", "Deleted")


AGREED_STATUSES = (ProvisionStatus.AGREED_AD_REF, ProvisionStatus.AGREED)

# They are read, and agreed, as a part of what holds them: an article with its paragraphs.
INNER_KINDS = (ProvisionKind.PARAGRAPH, ProvisionKind.POINT, ProvisionKind.SUBPOINT)
HEADING_KINDS = (ProvisionKind.PART, ProvisionKind.CHAPTER, ProvisionKind.SECTION)


class Stance(models.TextChoices):
    """What a State says of the words of a provision."""

    NONE = "none", pgettext_lazy("stance", "No position")
    ACCEPT = "accept", pgettext_lazy("stance", "Accepts")
    ACCEPT_AD_REF = "accept_ad_ref", pgettext_lazy("stance", "Accepts ad referendum")
    SCRUTINY_RESERVE = "scrutiny_reserve", pgettext_lazy("stance", "Scrutiny reserve")
    PARLIAMENTARY_RESERVE = (
        "parliamentary_reserve",
        pgettext_lazy("stance", "Parliamentary reserve"),
    )
    GENERAL_RESERVE = "general_reserve", pgettext_lazy("stance", "General reserve")
    OPPOSE = "oppose", pgettext_lazy("stance", "Opposes")


ACCEPTING = (Stance.ACCEPT, Stance.ACCEPT_AD_REF)
RESERVES = (Stance.SCRUTINY_RESERVE, Stance.PARLIAMENTARY_RESERVE, Stance.GENERAL_RESERVE)
# From the best to the worst: of an article the worst is shown that a State says of any part of it.
BY_GRAVITY = (*ACCEPTING, Stance.NONE, *RESERVES, Stance.OPPOSE)


class Problem(models.TextChoices):
    """What keeps an article from being agreed."""

    BRACKET = "bracket", pgettext_lazy("matrix", "A bracket is open")
    RESERVE = "reserve", pgettext_lazy("matrix", "A State has a reserve")
    OPPOSITION = "opposition", pgettext_lazy("matrix", "A State opposes it")
    STALE = "stale", pgettext_lazy("matrix", "A position is to be reconfirmed")
    MISSING = "missing", pgettext_lazy("matrix", "A State has no position")


class Audience(models.TextChoices):
    """Who reads a position or a comment beside the State whose it is."""

    OWN = "own", pgettext_lazy("audience", "Own delegation alone")
    CHAIR = "chair", pgettext_lazy("audience", "The chair")
    ALL = "all", pgettext_lazy("audience", "All member States")


# From the narrowest: what was told to many is not taken back from them.
AUDIENCES = (Audience.OWN, Audience.CHAIR, Audience.ALL)

# While an instrument stands here, States take positions: reserves are lifted after the closure, too.
POSITION_STATUSES = (S.NEGOTIATION, S.AD_REFERENDUM, S.LEGAL_REVIEW)
# While it stands here, its text is spoken about.
TABLE_STATUSES = (S.MANDATED, S.NEGOTIATION, S.SUSPENDED, S.AD_REFERENDUM, S.LEGAL_REVIEW)


class CommentKind(models.TextChoices):
    COMMENT = "comment", pgettext_lazy("delegation room", "Comment")
    INSTRUCTION = "instruction", pgettext_lazy("delegation room", "Instruction")


class CommentStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("comment", "Draft")
    SENT = "sent", pgettext_lazy("comment", "Sent")
    RESOLVED = "resolved", pgettext_lazy("comment", "Resolved")


COMMENTS = Lifecycle(
    Step("send", (CommentStatus.DRAFT,), CommentStatus.SENT, records="agreements.comment.sent"),
    Step(
        "resolve",
        (CommentStatus.SENT,),
        CommentStatus.RESOLVED,
        records="agreements.comment.resolved",
    ),
)


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


class ReservationStatus(models.TextChoices):
    FORMULATED = "formulated", pgettext_lazy("reservation", "Formulated")
    CIRCULATED = "circulated", pgettext_lazy("reservation", "Circulated")
    ESTABLISHED = "established", pgettext_lazy("reservation", "Established")
    OBJECTED = "objected", pgettext_lazy("reservation", "Objected")
    NOT_PERMITTED = "not_permitted", pgettext_lazy("reservation", "Not permitted")
    WITHDRAWN = "withdrawn", pgettext_lazy("reservation", "Withdrawn")
    ANNULLED = "annulled", pgettext_lazy("reservation", "Annulled")


_R = ReservationStatus

# What still stands: it may be withdrawn at any time (Vienna Convention, article 22, 1).
STANDING_RESERVATIONS = (_R.FORMULATED, _R.CIRCULATED, _R.ESTABLISHED, _R.OBJECTED)
RESERVATIONS = Lifecycle(
    # With the depositary's notification of it.
    Step(
        "circulate",
        (_R.FORMULATED,),
        _R.CIRCULATED,
        records="agreements.reservation.circulated",
        automatic=True,
    ),
    # Once those whose acceptance it needs have accepted, expressly or tacitly (article 20).
    Step(
        "establish",
        (_R.CIRCULATED, _R.OBJECTED),
        _R.ESTABLISHED,
        records="agreements.reservation.established",
        automatic=True,
    ),
    Step(
        "take_as_objected",
        (_R.CIRCULATED,),
        _R.OBJECTED,
        records="agreements.reservation.objected",
        automatic=True,
    ),
    Step(
        "accept_by_decision",
        (_R.CIRCULATED,),
        _R.ESTABLISHED,
        records="agreements.reservation.accepted_by_organ",
    ),
    Step(
        "find_not_permitted",
        (_R.FORMULATED, _R.CIRCULATED),
        _R.NOT_PERMITTED,
        records="agreements.reservation.found_not_permitted",
    ),
    Step(
        "withdraw",
        STANDING_RESERVATIONS,
        _R.WITHDRAWN,
        records="agreements.reservation.withdrawn",
    ),
    # Its entry in the ledger was annulled (ANNULMENTS), while no other act rests on it.
    Step(
        "annul",
        (_R.FORMULATED, _R.CIRCULATED, _R.OBJECTED),
        _R.ANNULLED,
        records="agreements.reservation.annulled",
        automatic=True,
    ),
)


class ObjectionStatus(models.TextChoices):
    MADE = "made", pgettext_lazy("objection", "Made")
    WITHDRAWN = "withdrawn", pgettext_lazy("objection", "Withdrawn")
    ANNULLED = "annulled", pgettext_lazy("objection", "Annulled")


OBJECTIONS = Lifecycle(
    Step(
        "withdraw",
        (ObjectionStatus.MADE,),
        ObjectionStatus.WITHDRAWN,
        records="agreements.objection.withdrawn",
    ),
    Step(
        "annul",
        (ObjectionStatus.MADE,),
        ObjectionStatus.ANNULLED,
        records="agreements.objection.annulled",
        automatic=True,
    ),
)


class DeclarationStatus(models.TextChoices):
    MADE = "made", pgettext_lazy("declaration", "Made")
    WITHDRAWN = "withdrawn", pgettext_lazy("declaration", "Withdrawn")
    ANNULLED = "annulled", pgettext_lazy("declaration", "Annulled")


DECLARATIONS = Lifecycle(
    Step(
        "withdraw",
        (DeclarationStatus.MADE,),
        DeclarationStatus.WITHDRAWN,
        records="agreements.declaration.withdrawn",
    ),
    Step(
        "annul",
        (DeclarationStatus.MADE,),
        DeclarationStatus.ANNULLED,
        records="agreements.declaration.annulled",
        automatic=True,
    ),
)


class CorrectionStatus(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("correction", "Proposed")
    EFFECTED = "effected", pgettext_lazy("correction", "Effected")
    OBJECTED = "objected", pgettext_lazy("correction", "Objected")


_K = CorrectionStatus

# Vienna Convention, article 79, paragraph 2. Several States may object, each once.
CORRECTIONS = Lifecycle(
    Step(
        "object_to",
        (_K.PROPOSED, _K.OBJECTED),
        _K.OBJECTED,
        records="agreements.correction.objected",
    ),
    Step(
        "effect",
        (_K.PROPOSED,),
        _K.EFFECTED,
        records="agreements.correction.effected",
        automatic=True,
    ),
)


class RegistrationStatus(models.TextChoices):
    SUBMITTED = "submitted", pgettext_lazy("registration", "Transmitted")
    REGISTERED = "registered", pgettext_lazy("registration", "Registered")
    PUBLISHED = "published", pgettext_lazy("registration", "Published")


# Charter of the United Nations, article 102; Vienna Convention, article 80.
REGISTRATIONS = Lifecycle(
    Step(
        "register",
        (RegistrationStatus.SUBMITTED,),
        RegistrationStatus.REGISTERED,
        records="agreements.registration.registered",
    ),
    Step(
        "publish",
        (RegistrationStatus.REGISTERED,),
        RegistrationStatus.PUBLISHED,
        records="agreements.registration.published",
    ),
)

# From its authentication on a text is corrected, and not amended (Vienna Convention, article 79, 1).
CORRECTABLE_STATUSES = (S.AUTHENTICATED, S.OPEN_FOR_SIGNATURE, S.SIGNED, S.IN_FORCE)
# While it stands here, its text is authentic, and shown with the corrections over it.
AUTHENTIC_STATUSES = (*CORRECTABLE_STATUSES, S.TERMINATED)
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


# In these no bracket is left.
CLEAN_KINDS = (RevisionKind.CLEAN_AD_REF, RevisionKind.SCRUBBED, RevisionKind.FINAL)

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


class RoundStatus(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("round", "Planned")
    OPEN = "open", pgettext_lazy("round", "Open")
    CLOSED = "closed", pgettext_lazy("round", "Closed")


# A round begins with a frozen text and freezes what came of it; one of an instrument is open at a time.
ROUNDS = Lifecycle(
    Step("begin", (RoundStatus.PLANNED,), RoundStatus.OPEN, records="agreements.round.begun"),
    Step("close", (RoundStatus.OPEN,), RoundStatus.CLOSED, records="agreements.round.closed"),
)


class ConfirmationStatus(models.TextChoices):
    PENDING = "pending", pgettext_lazy("confirmation", "Not confirmed yet")
    CONFIRMED = "confirmed", pgettext_lazy("confirmation", "Confirmed")
    REFUSED = "refused", pgettext_lazy("confirmation", "Refused")


_C = ConfirmationStatus

# A refusal may be lifted; a confirmation is not taken back. Silence confirms only where States agreed to that.
CONFIRMATIONS = Lifecycle(
    Step(
        "confirm",
        (_C.PENDING, _C.REFUSED),
        _C.CONFIRMED,
        records="agreements.confirmation.confirmed",
    ),
    Step("refuse", (_C.PENDING,), _C.REFUSED, records="agreements.confirmation.refused"),
    Step(
        "confirm_by_silence",
        (_C.PENDING,),
        _C.CONFIRMED,
        records="agreements.confirmation.confirmed_by_silence",
        automatic=True,
    ),
)
# While an instrument stands here, its States confirm the text that was closed ad referendum.
CONFIRMING_STATUSES = (S.AD_REFERENDUM, S.LEGAL_REVIEW)


class SilencePurpose(models.TextChoices):
    """What the silence of all says about a frozen text."""

    ADOPTION = "adoption", pgettext_lazy("silence about a text", "Consent to the adoption")
    CONFIRMATION = (
        "confirmation",
        pgettext_lazy("silence about a text", "Confirmation of the text closed ad referendum"),
    )


class TextSilenceStatus(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("silence about a text", "Proposed")
    UNDER_SILENCE = "under_silence", pgettext_lazy("silence about a text", "Under silence")
    PASSED = "passed", pgettext_lazy("silence about a text", "Nobody objected")
    BROKEN = "broken", pgettext_lazy("silence about a text", "Broken")
    WITHDRAWN = "withdrawn", pgettext_lazy("silence about a text", "Withdrawn")


_T = TextSilenceStatus

# What ends it is written with the result of the silence procedure, never by hand.
TEXT_SILENCES = Lifecycle(
    Step(
        "put_under_silence",
        (_T.PROPOSED,),
        _T.UNDER_SILENCE,
        records="agreements.text_silence.put_under_silence",
    ),
    Step("drop", (_T.PROPOSED,), _T.WITHDRAWN, records="agreements.text_silence.dropped"),
    Step(
        "let_pass",
        (_T.UNDER_SILENCE,),
        _T.PASSED,
        records="agreements.text_silence.passed",
        automatic=True,
    ),
    Step(
        "end_broken",
        (_T.UNDER_SILENCE,),
        _T.BROKEN,
        records="agreements.text_silence.broken",
        automatic=True,
    ),
    Step(
        "take_back",
        (_T.UNDER_SILENCE,),
        _T.WITHDRAWN,
        records="agreements.text_silence.taken_back",
        automatic=True,
    ),
)
# While an instrument stands here, a frozen text of it can be put under silence.
SILENCE_STATUSES = {
    SilencePurpose.ADOPTION: (S.NEGOTIATION, S.AD_REFERENDUM, S.LEGAL_REVIEW),
    SilencePurpose.CONFIRMATION: CONFIRMING_STATUSES,
}


class LanguageStatus(models.TextChoices):
    DRAFTING = "drafting", pgettext_lazy("language version", "Being written")
    TRANSLATED = "translated", pgettext_lazy("language version", "Translated")
    CONCORDANCE = "concordance", pgettext_lazy("language version", "In concordance")
    CERTIFIED = "certified", pgettext_lazy("language version", "Certified")
    AUTHENTICATED = "authenticated", pgettext_lazy("language version", "Authenticated")


_V = LanguageStatus
# While a language version stands here, its words may be written.
WRITTEN_LANGUAGE_STATUSES = (_V.DRAFTING, _V.TRANSLATED, _V.CONCORDANCE)
# While an instrument stands here, its language versions are made: those of a treaty that is authenticated
# are changed by correction only (Vienna Convention, article 79).
TRANSLATING_STATUSES = (
    S.MANDATED,
    S.NEGOTIATION,
    S.SUSPENDED,
    S.AD_REFERENDUM,
    S.LEGAL_REVIEW,
    S.ADOPTED,
)

LANGUAGE_TEXTS = Lifecycle(
    Step(
        "complete",
        (_V.DRAFTING,),
        _V.TRANSLATED,
        records="agreements.language_text.completed",
    ),
    Step(
        "begin_concordance",
        (_V.TRANSLATED,),
        _V.CONCORDANCE,
        records="agreements.language_text.concordance_begun",
    ),
    Step(
        "certify",
        (_V.CONCORDANCE,),
        _V.CERTIFIED,
        records="agreements.language_text.certified",
    ),
    Step(
        "send_back",
        (_V.TRANSLATED, _V.CONCORDANCE, _V.CERTIFIED),
        _V.DRAFTING,
        records="agreements.language_text.sent_back",
    ),
    # With the instrument (Vienna Convention, article 10); the text that was negotiated is held against no other,
    # so it is authenticated as it stands.
    Step(
        "authenticate",
        (_V.CERTIFIED, _V.DRAFTING),
        _V.AUTHENTICATED,
        records="agreements.language_text.authenticated",
        automatic=True,
    ),
)


class CheckKind(models.TextChoices):
    """What a machine finds between two languages of a text."""

    MISSING = "missing", pgettext_lazy("concordance", "Not translated")
    EXTRA = "extra", pgettext_lazy("concordance", "Not in the original")
    BEHIND = "behind", pgettext_lazy("concordance", "Behind the original")
    HEADING = "heading", pgettext_lazy("concordance", "Heading")
    STRUCTURE = "structure", pgettext_lazy("concordance", "Paragraphs and points")
    NUMERAL = "numeral", pgettext_lazy("concordance", "Numbers")
    DATE = "date", pgettext_lazy("concordance", "Days")
    REFERENCE = "reference", pgettext_lazy("concordance", "References")
    TERM = "term", pgettext_lazy("concordance", "Defined terms")
    PARTY = "party", pgettext_lazy("concordance", "Names of the parties")
    LANGUAGES = "languages", pgettext_lazy("concordance", "Languages of the text")


class ConcordanceStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("finding of concordance", "Open")
    FIXED = "fixed", pgettext_lazy("finding of concordance", "Fixed")
    ACCEPTED = "accepted", pgettext_lazy("finding of concordance", "Accepted")


_F = ConcordanceStatus

CONCORDANCE_FINDINGS = Lifecycle(
    Step("accept", (_F.OPEN,), _F.ACCEPTED, records="agreements.concordance_finding.accepted"),
    Step("reopen", (_F.ACCEPTED,), _F.OPEN, records="agreements.concordance_finding.reopened"),
    # Nobody says that something is fixed: the next round of checks does not find it any more.
    Step(
        "fix",
        (_F.OPEN, _F.ACCEPTED),
        _F.FIXED,
        records="agreements.concordance_finding.fixed",
        automatic=True,
    ),
    Step(
        "recur",
        (_F.FIXED,),
        _F.OPEN,
        records="agreements.concordance_finding.recurred",
        automatic=True,
    ),
)


class ProposalOp(models.TextChoices):
    INSERT = "insert", pgettext_lazy("proposal", "New provision")
    REPLACE = "replace", pgettext_lazy("proposal", "Other words")
    DELETE = "delete", pgettext_lazy("proposal", "Deletion")
    MOVE = "move", pgettext_lazy("proposal", "Move")
    SPLIT = "split", pgettext_lazy("proposal", "Split in two")
    MERGE = "merge", pgettext_lazy("proposal", "Join with another")


class Placement(models.TextChoices):
    AFTER = "after", pgettext_lazy("placement", "Behind it")
    BEFORE = "before", pgettext_lazy("placement", "Before it")
    INSIDE = "inside", pgettext_lazy("placement", "Inside it, at its end")


class ProposalStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("proposal", "Draft")
    DISCARDED = "discarded", pgettext_lazy("proposal", "Discarded")
    TABLED = "tabled", pgettext_lazy("proposal", "Tabled")
    UNDER_DISCUSSION = "under_discussion", pgettext_lazy("proposal", "Under discussion")
    BRACKETED = "bracketed", pgettext_lazy("proposal", "In brackets")
    MERGED = "merged", pgettext_lazy("proposal", "Merged into the text")
    WITHDRAWN = "withdrawn", pgettext_lazy("proposal", "Withdrawn")
    LAPSED = "lapsed", pgettext_lazy("proposal", "Lapsed")
    SUPERSEDED = "superseded", pgettext_lazy("proposal", "Superseded")


_Q = ProposalStatus

# Read by the delegation alone: what was never tabled.
PRIVATE_PROPOSALS = (_Q.DRAFT, _Q.DISCARDED)
# On the table, until something becomes of it.
OPEN_PROPOSALS = (_Q.TABLED, _Q.UNDER_DISCUSSION, _Q.BRACKETED)

# There is no "rejected": under consensus a proposal lapses when the round is closed.
PROPOSALS = Lifecycle(
    Step("table", (_Q.DRAFT,), _Q.TABLED, records="agreements.proposal.tabled"),
    Step("discard", (_Q.DRAFT,), _Q.DISCARDED, records="agreements.proposal.discarded"),
    Step("take_up", (_Q.TABLED,), _Q.UNDER_DISCUSSION, records="agreements.proposal.taken_up"),
    Step("bracket", (_Q.UNDER_DISCUSSION,), _Q.BRACKETED, records="agreements.proposal.bracketed"),
    Step(
        "merge",
        (_Q.UNDER_DISCUSSION, _Q.BRACKETED),
        _Q.MERGED,
        records="agreements.proposal.merged",
    ),
    Step("withdraw", OPEN_PROPOSALS, _Q.WITHDRAWN, records="agreements.proposal.withdrawn"),
    Step(
        "supersede",
        (_Q.TABLED, _Q.UNDER_DISCUSSION),
        _Q.SUPERSEDED,
        records="agreements.proposal.superseded",
    ),
    Step(
        "lapse",
        OPEN_PROPOSALS,
        _Q.LAPSED,
        records="agreements.proposal.lapsed",
        automatic=True,
    ),
)


class ProposalImportStatus(models.TextChoices):
    READ = "read", pgettext_lazy("import", "Read")
    DRAFTED = "drafted", pgettext_lazy("import", "Made into drafts")


PROPOSAL_IMPORTS = Lifecycle(
    Step(
        "make_drafts",
        (ProposalImportStatus.READ,),
        ProposalImportStatus.DRAFTED,
        records="agreements.proposal_import.drafted",
    ),
)
