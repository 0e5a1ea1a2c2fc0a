import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.models.agenda import AgendaItem
from meetings.models.meeting import Meeting
from meetings.statuses import Classification, MinutesStatus
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
    adopted_at = models.DateTimeField(null=True, editable=False)
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
        ]
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="minutes_newest_first"),
            models.Index(fields=["status", "classification"], name="minutes_by_status"),
            models.Index(fields=["updated_at", "id"], name="minutes_changed_since"),
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
    def is_published(self) -> bool:
        return self.status == MinutesStatus.PUBLISHED


class MinutesParagraph(models.Model):
    """A numbered paragraph of minutes, tied to the agenda item it reports on if there is one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="paragraphs")
    position = models.PositiveIntegerField(editable=False)  # its number, from 1
    item = models.ForeignKey(
        AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="paragraphs"
    )
    texts = LanguageTexts()
    # Whoever wrote a paragraph is an author, and no author publishes.
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["minutes", "position"], name="paragraphs_stand_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"§ {self.position}"
