import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.models.agenda import AgendaItem
from meetings.models.decisions import ActionItem, Decision
from meetings.models.meeting import Meeting
from meetings.statuses import WRITABLE, AdoptedBy, Classification, MinutesStatus
from ots_portal.audit.append_only import append_only
from ots_portal.people.models import User
from ots_portal.texts.fields import LanguageTexts


class Minutes(models.Model):
    """
    The record of what a meeting discussed and decided, in numbered paragraphs.

    The secretariat's until they are circulated, the members' until they are published; who reads
    published minutes is chosen then, whoever may read the meeting itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="minutes")
    status = models.CharField(
        gettext_lazy("status"),
        max_length=20,
        choices=MinutesStatus,
        default=MinutesStatus.DRAFT,
        editable=False,
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    classification = models.CharField(
        gettext_lazy("who may read them"),
        max_length=20,
        choices=Classification,
        blank=True,
        editable=False,
    )
    prepared_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    circulated_at = models.DateTimeField(null=True, editable=False)
    # States comment before that instant; None: they were circulated without a deadline.
    comments_until = models.DateTimeField(null=True, editable=False)
    # How many comments were ever made: the row that each of them waits for (services.minutes_comments).
    comment_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    adopted_at = models.DateTimeField(null=True, editable=False)
    adopted_by = models.CharField(
        gettext_lazy("adopted"), max_length=15, choices=AdoptedBy, blank=True, editable=False,
        default="", db_default="",
    )  # fmt: skip
    # The later meeting that adopted them; None also for adoptions recorded before meetings were named.
    adopting_meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, null=True, related_name="adopted_minutes", editable=False
    )
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name_plural = "minutes"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=MinutesStatus.values), name="minutes_status_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status="published",
                    classification__in=Classification.values,
                    published_at__isnull=False,
                    published_by__isnull=False,
                )
                | (
                    ~models.Q(status="published")
                    & models.Q(classification="", published_at=None, published_by=None)
                ),
                name="minutes_published_say_by_whom_and_for_whom",
            ),
            models.CheckConstraint(
                condition=models.Q(published_by=None)
                | ~models.Q(published_by=models.F("prepared_by")),
                name="minutes_are_published_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=models.Q(adopted_by__in=["", *AdoptedBy.values]),
                name="adoption_of_minutes_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(adopting_meeting=None) | models.Q(adopted_by="next_meeting"),
                name="only_a_next_meeting_is_named",
            ),
        ]
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="minutes_newest_first"),
            models.Index(fields=["status", "classification"], name="minutes_by_status"),
            models.Index(fields=["updated_at", "id"], name="minutes_changed_since"),
            models.Index(fields=["status", "comments_until"], name="minutes_by_deadline"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("meetings:minutes_detail", args=[self.pk])

    @property
    def title(self) -> str:
        return _("Minutes: %(meeting)s") % {"meeting": self.meeting.title}

    @property
    def is_draft(self) -> bool:
        return self.status == MinutesStatus.DRAFT

    @property
    def is_writable(self) -> bool:
        return self.status in WRITABLE

    @property
    def is_published(self) -> bool:
        return self.status == MinutesStatus.PUBLISHED


class MinutesParagraph(models.Model):
    """
    A numbered paragraph of minutes, tied to the item, decision or action it reports on if there is one.

    ``source`` names what of the meeting's record it was written from ("decision:<id>"), "" where a person
    began it: what was taken over once is not taken over again. ``original`` is the language it was written
    in; ``translated_from`` keeps for each other language the digest of the original that it translates.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="paragraphs")
    position = models.PositiveIntegerField(editable=False)  # its number, from 1
    # Its number in the last revision; None: no revision has it, and only its writers know of it.
    frozen_number = models.PositiveIntegerField(null=True, editable=False)
    item = models.ForeignKey(
        AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="paragraphs"
    )
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, editable=False, related_name="paragraphs"
    )
    action = models.ForeignKey(
        ActionItem, on_delete=models.PROTECT, null=True, editable=False, related_name="paragraphs"
    )
    source = models.CharField(max_length=80, blank=True, default="", db_default="", editable=False)
    texts = LanguageTexts()
    original = models.CharField(
        max_length=10, blank=True, default="", db_default="", editable=False
    )
    translated_from = models.JSONField(default=dict, db_default={}, editable=False)
    # Whoever wrote a paragraph is an author, and no author publishes.
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["minutes", "position"], name="paragraphs_stand_in_order"
            ),
            models.UniqueConstraint(
                fields=["minutes", "source"],
                condition=~models.Q(source=""),
                name="one_paragraph_per_part_of_the_record",
            ),
        ]

    def __str__(self) -> str:
        return f"§ {self.position}"


@append_only
class MinutesRevision(models.Model):
    """
    The text of minutes as it stood when it was circulated or adopted, in all its languages; never changed.

    ``paragraphs`` are dictionaries in the order of the minutes: ``key`` (hexadecimal id of the paragraph, the
    same in every revision), ``number``, ``texts`` (language → text), ``item`` (id or None) with ``item_number``
    and ``item_titles`` as they were then, ``decision`` and ``action`` (ids or None). ``sha256`` is the digest of
    ``{"paragraphs": paragraphs}`` (paper.digests).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    paragraphs = models.JSONField()
    sha256 = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )  # None: by the end of a silence procedure

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["minutes", "number"], name="revisions_are_numbered")
        ]

    def __str__(self) -> str:
        return _("Revision %(number)s") % {"number": self.number}
