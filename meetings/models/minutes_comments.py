import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.models.minutes import Minutes, MinutesRevision
from meetings.statuses import MOST_CHARACTERS, Disposition
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.texts.fields import MAX_LENGTH, validate_plain_text


class MinutesComment(models.Model):
    """
    What a State would have changed in a paragraph of circulated minutes, and what became of it.

    ``paragraph`` is the key of the paragraph in the revision. A State has one comment on it that stands; it
    takes one back to make another. Members and the secretariat read comments, nobody else ever does.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="comments")
    revision = models.ForeignKey(MinutesRevision, on_delete=models.PROTECT, related_name="comments")
    paragraph = models.CharField(max_length=32)
    paragraph_number = models.PositiveIntegerField()
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="+", verbose_name=gettext_lazy("State")
    )
    language = models.CharField(gettext_lazy("language"), max_length=10)
    proposed_text = models.TextField(
        gettext_lazy("proposed text"), max_length=MOST_CHARACTERS, validators=[validate_plain_text]
    )
    reason = models.TextField(
        gettext_lazy("reason"), max_length=MAX_LENGTH, validators=[validate_plain_text]
    )
    status = models.CharField(
        gettext_lazy("disposition"),
        max_length=15,
        choices=Disposition,
        default=Disposition.PENDING,
        editable=False,
    )
    reply = models.TextField(
        gettext_lazy("reply"), max_length=MAX_LENGTH, blank=True, validators=[validate_plain_text]
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    updated_at = models.DateTimeField(editable=False)
    disposed_at = models.DateTimeField(null=True, editable=False)
    disposed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    # When the proposed text was taken into the minutes.
    taken_in_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["paragraph_number", "created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=Disposition.values), name="disposition_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["pending", "withdrawn"])
                | models.Q(disposed_at__isnull=False, disposed_by__isnull=False),
                name="disposition_says_by_whom_and_when",
            ),
            models.UniqueConstraint(
                fields=["revision", "paragraph", "participant"],
                condition=~models.Q(status="withdrawn"),
                name="one_comment_per_paragraph_and_state",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="comments_on_minutes_newest"),
            models.Index(fields=["minutes", "status"], name="comments_on_minutes_by_status"),
        ]

    def __str__(self) -> str:
        return _("Comment on paragraph %(number)s") % {"number": self.paragraph_number}

    def get_absolute_url(self) -> str:
        page = reverse("meetings:minutes_comments", args=[self.minutes_id])
        return f"{page}#c-{self.pk}"

    @property
    def is_pending(self) -> bool:
        return self.status == Disposition.PENDING
