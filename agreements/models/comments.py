"""What delegations write about a provision: among themselves first, to others by an act of their head."""

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agreements.models.provisions import Provision
from agreements.statuses import Audience, CommentKind, CommentStatus
from ots_portal.participants.models import Participant
from ots_portal.texts.fields import validate_plain_text

LONGEST_COMMENT = 10_000


class Comment(models.Model):
    """
    A comment or an instruction of one delegation on a provision.

    It begins in the delegation's own room, which nobody else enters: not the secretariat, not who runs the portal. A
    draft never leaves it; what is sent does only when the head releases it. An instruction stays.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="comments")
    kind = models.CharField(
        _("kind"), max_length=20, choices=CommentKind, default=CommentKind.COMMENT
    )
    scope = models.CharField(
        _("read by"), max_length=10, choices=Audience, default=Audience.OWN, editable=False
    )
    status = models.CharField(
        max_length=20, choices=CommentStatus, default=CommentStatus.DRAFT, editable=False
    )
    text = models.TextField(_("text"), max_length=LONGEST_COMMENT, validators=[validate_plain_text])
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, editable=False, related_name="+"
    )
    released_at = models.DateTimeField(null=True, editable=False)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=CommentStatus.values), name="comment_status_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(scope__in=Audience.values), name="comment_scope_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(scope="own", released_at=None)
                | ~models.Q(scope="own")
                & ~models.Q(status="draft")
                & models.Q(kind="comment", released_at__isnull=False, released_by__isnull=False),
                name="a_comment_leaves_the_room_by_release",
            ),
        ]
        indexes = [models.Index(fields=["provision", "participant"], name="comments_by_provision")]

    def __str__(self) -> str:
        # The text is for its readers alone; whatever names the record says nothing of it.
        return str(self.get_kind_display())

    def get_absolute_url(self) -> str:
        room = reverse("agreements:room", args=[self.provision.instrument_id])
        return f"{room}#comment-{self.pk}"
