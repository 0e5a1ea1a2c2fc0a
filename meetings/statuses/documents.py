"""The papers of a meeting: their kinds, their relations to each other and their statuses."""

from django.db import models
from django.utils.translation import pgettext_lazy


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
