import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models.agenda import AgendaItem
from meetings.models.meeting import Meeting
from meetings.statuses.documents import (
    Access,
    PaperKind,
    PaperRelation,
    PaperStatus,
    TranslationState,
)
from ots_portal.audit.append_only import append_only
from ots_portal.documents.models import Document
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.texts import in_language
from ots_portal.texts.fields import LanguageTexts, validate_plain_text

EXPECTED_ALREADY = _("This document is expected already.")
PLACED = (PaperStatus.ISSUED, PaperStatus.SUPERSEDED)


class Paper(models.Model):
    """
    A document of a meeting, in one or more languages; it gets its symbol when it is issued.

    Before that it is its submitter's and the secretariat's. Then ``access`` says who reads it, not before
    ``embargo_until``; from ``derestrict_at`` on, ``derestrict_to`` says it. Both instants are compared by
    the database's clock, wherever the document is read.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="papers")
    item = models.ForeignKey(
        AgendaItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="papers",
        verbose_name=_("agenda item"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=PaperKind, default=PaperKind.NOTE)
    titles = LanguageTexts()
    # Gap-free within series and year, "EG/2026/4"; of what belongs to another one "EG/2026/4/Rev.1".
    symbol = models.CharField(_("symbol"), max_length=60, null=True, unique=True, editable=False)  # noqa: DJ001 -- no symbol is not ""
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="related",
        verbose_name=_("belongs to"),
    )
    relation = models.CharField(_("as its"), max_length=6, choices=PaperRelation, blank=True)
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="+", verbose_name=_("submitted by")
    )
    access = models.CharField(
        _("who may read it"), max_length=12, choices=Access, default=Access.MEMBERS
    )
    embargo_until = models.DateTimeField(_("embargo until"), null=True, blank=True)
    derestrict_at = models.DateTimeField(null=True, editable=False)
    derestrict_to = models.CharField(max_length=12, choices=Access, blank=True, editable=False)
    status = models.CharField(
        max_length=12, choices=PaperStatus, default=PaperStatus.DRAFT, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    reason = models.CharField(
        max_length=300, blank=True, validators=[validate_plain_text], editable=False
    )  # why it was sent back or withdrawn
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    issued_at = models.DateTimeField(null=True, editable=False)
    # When its readers were told: at once, or when the embargo ended.
    released_at = models.DateTimeField(null=True, editable=False)
    derestricted_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=PaperStatus.values), name="paper_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PaperKind.values), name="paper_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(access__in=Access.values), name="paper_access_is_known"
            ),
            models.CheckConstraint(
                condition=Q(parent=None, relation="")
                | (Q(parent__isnull=False) & Q(relation__in=PaperRelation.values)),
                name="paper_that_belongs_to_another_says_how",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=PLACED) | Q(symbol__isnull=False, issued_at__isnull=False),
                name="issued_papers_have_a_symbol",
            ),
            models.CheckConstraint(
                condition=Q(derestrict_at=None, derestrict_to="")
                | (Q(derestrict_at__isnull=False) & Q(derestrict_to__in=Access.values)),
                name="derestriction_says_to_whom",
            ),
        ]
        indexes = [
            models.Index(fields=["meeting", "kind", "created_at"], name="papers_of_a_meeting"),
            models.Index(fields=["status", "-issued_at", "-id"], name="papers_newest_first"),
            models.Index(fields=["updated_at", "id"], name="papers_changed_since"),
            models.Index(
                fields=["embargo_until"],
                name="papers_to_release",
                condition=Q(status="issued", released_at=None),
            ),
            models.Index(
                fields=["derestrict_at"],
                name="papers_to_derestrict",
                condition=Q(derestricted_at=None, derestrict_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.symbol or self.title

    def get_absolute_url(self) -> str:
        return reverse("meetings:paper_detail", args=[self.pk])

    @property
    def title(self) -> str:
        return in_language(self.titles)

    @property
    def is_issued(self) -> bool:
        return self.status in PLACED

    @property
    def is_fixed(self) -> bool:
        """Whether its files stand for good."""
        return self.status not in (PaperStatus.DRAFT, PaperStatus.SUBMITTED)


class PaperVersion(models.Model):
    """
    A document in one language; ``revision`` counts what a language has had, and the highest holds.

    The original is given once; a translation may be followed by a better one, never replaced.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="versions")
    language = models.CharField(_("language"), max_length=10)
    revision = models.PositiveSmallIntegerField(default=1, editable=False)
    translation = models.CharField(
        _("translation"), max_length=10, choices=TranslationState, default=TranslationState.NONE
    )
    file = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["language", "-revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "language", "revision"], name="language_versions_are_numbered"
            ),
            models.UniqueConstraint(
                fields=["paper"],
                condition=Q(translation="none"),
                name="a_paper_has_one_original",
            ),
            models.CheckConstraint(
                condition=Q(translation__in=TranslationState.values),
                name="translation_state_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.language} {self.revision}"

    @property
    def is_original(self) -> bool:
        return self.translation == TranslationState.NONE


@append_only
class Derestriction(models.Model):
    """
    That a document is opened to more readers: asked for by its originator's head, agreed by a second person.

    ``answers`` None: the question; else the question that this row agrees to or declines.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="derestrictions")
    answers = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="answer"
    )
    is_agreed = models.BooleanField(default=False)
    access = models.CharField(max_length=12, choices=Access)
    takes_effect_at = models.DateTimeField()
    reason = models.CharField(max_length=300, validators=[validate_plain_text])
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answers=None) | ~Q(answers=F("id")), name="no_answer_to_itself"
            )
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.access}"


class ExpectedPaper(models.Model):
    """
    A document that a meeting needs; the readiness board looks for it.

    ``languages`` []: in the working languages of the meeting, whatever they are then.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="expected_papers")
    item = models.ForeignKey(
        AgendaItem,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agenda item"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=PaperKind)
    languages = models.JSONField(default=list)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "kind", "item"],
                name="expected_once_on_an_item",
                violation_error_message=EXPECTED_ALREADY,
            ),
            models.UniqueConstraint(
                fields=["meeting", "kind"],
                condition=Q(item=None),
                name="expected_once_on_no_item",
                violation_error_message=EXPECTED_ALREADY,
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PaperKind.values), name="expected_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.kind
