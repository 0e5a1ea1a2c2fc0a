"""The papers of a meeting: their kinds, their relations to each other and their statuses."""

from django.db import models
from django.utils.translation import pgettext_lazy

from ots_portal.lifecycle import Lifecycle, Step


class PaperKind(models.TextChoices):
    AGENDA = "agenda", pgettext_lazy("meeting document", "Agenda")
    NOTE = "note", pgettext_lazy("meeting document", "Note")
    PROPOSAL = "proposal", pgettext_lazy("meeting document", "Proposal")
    STATEMENT = "statement", pgettext_lazy("meeting document", "Statement")
    REPORT = "report", pgettext_lazy("meeting document", "Report")
    DECISION = "decision", pgettext_lazy("meeting document", "Decision")
    MINUTES = "minutes", pgettext_lazy("meeting document", "Minutes")
    LIST_OF_PARTICIPANTS = (
        "list_of_participants",
        pgettext_lazy("meeting document", "List of participants"),
    )


class PaperRelation(models.TextChoices):
    """What a document is to its parent; the abbreviation stands in its symbol."""

    REVISION = "rev", pgettext_lazy("meeting document", "Revision")
    ADDENDUM = "add", pgettext_lazy("meeting document", "Addendum")
    CORRIGENDUM = "corr", pgettext_lazy("meeting document", "Corrigendum")
    SUPPLEMENT = "suppl", pgettext_lazy("meeting document", "Supplement")


class PaperStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("meeting document", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("meeting document", "Submitted")
    ISSUED = "issued", pgettext_lazy("meeting document", "Issued")
    SUPERSEDED = "superseded", pgettext_lazy("meeting document", "Superseded")
    WITHDRAWN = "withdrawn", pgettext_lazy("meeting document", "Withdrawn")


P = PaperStatus

PAPERS = Lifecycle(
    Step("submit", (P.DRAFT,), P.SUBMITTED, records="meetings.paper.submitted"),
    Step("send_back", (P.SUBMITTED,), P.DRAFT, records="meetings.paper.sent_back"),
    Step("issue", (P.DRAFT, P.SUBMITTED), P.ISSUED, records="meetings.paper.issued"),
    Step(
        "supersede",
        (P.ISSUED,),
        P.SUPERSEDED,
        records="meetings.paper.superseded",
        automatic=True,  # its revision was issued
    ),
    Step(
        "withdraw",
        (P.DRAFT, P.SUBMITTED, P.ISSUED),
        P.WITHDRAWN,
        records="meetings.paper.withdrawn",
    ),
)
PAPER_TONES = {
    P.DRAFT: "draft",
    P.SUBMITTED: "info",
    P.ISSUED: "good",
    P.SUPERSEDED: "neutral",
    P.WITHDRAWN: "severe",
}


class Access(models.TextChoices):
    """Who may read a document or an agenda item; each level holds all readers of the later ones."""

    PUBLIC = "public", pgettext_lazy("access", "Everybody")
    OBSERVERS = "observers", pgettext_lazy("access", "Members and observers")
    MEMBERS = "members", pgettext_lazy("access", "Members")
    HEADS_ONLY = "heads_only", pgettext_lazy("access", "Heads of delegation only")


class TranslationState(models.TextChoices):
    """How a language version came to be; NONE: it is the original."""

    NONE = "none", pgettext_lazy("translation", "Original")
    MACHINE = "machine", pgettext_lazy("translation", "Machine translation")
    DRAFT = "draft", pgettext_lazy("translation", "Draft translation")
    REVISED = "revised", pgettext_lazy("translation", "Revised translation")
