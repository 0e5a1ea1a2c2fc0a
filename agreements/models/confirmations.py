"""A text closed ad referendum, the word of each capital, and silence about a frozen text."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models.instruments import Instrument
from agreements.models.revisions import TextRevision
from agreements.statuses import ConfirmationStatus, SilencePurpose, TextSilenceStatus
from ots_portal.participants.models import Participant
from ots_portal.texts.fields import validate_plain_text

REASON_LENGTH = 1_000


class AdReferendum(models.Model):
    """
    That the negotiators closed a text subject to confirmation by their capitals (Vienna Convention, article 10).

    ``revision`` None: the portal does not hold the text. ``ended_at`` is set when the text went back to the table,
    or to the capitals anew; the adoption leaves it standing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="referenda")
    revision = models.ForeignKey(
        TextRevision, on_delete=models.PROTECT, null=True, editable=False, related_name="referenda"
    )
    closed_at = models.DateTimeField(editable=False)
    confirm_by = models.DateTimeField()
    # How many days before the end the capitals were reminded last, 0 at its end; None: not yet.
    reminded_days = models.PositiveSmallIntegerField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    # Of a text that went back to the table: whose word it was, and why.
    ended_by = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    reason = models.TextField(
        max_length=REASON_LENGTH, blank=True, editable=False, validators=[validate_plain_text]
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["-closed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument"], condition=Q(ended_at=None), name="one_standing_referendum"
            ),
            models.CheckConstraint(
                condition=Q(confirm_by__gt=models.F("closed_at")),
                name="capitals_have_time_to_confirm",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, reason="")
                | Q(ended_at__isnull=False) & ~Q(reason=""),
                name="a_referendum_ends_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["confirm_by"], name="referenda_by_end", condition=Q(ended_at=None)
            ),
            models.Index(fields=["-created_at", "-id"], name="referenda_newest_first"),
        ]

    def __str__(self) -> str:
        return _("Ad referendum: %(title)s") % {"title": self.instrument.title}

    def get_absolute_url(self) -> str:
        return reverse("agreements:confirmations", args=[self.instrument_id])

    @property
    def is_standing(self) -> bool:
        return self.ended_at is None


class Confirmation(models.Model):
    """The word of one negotiating State on a text closed ad referendum; a refusal says why."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ad_referendum = models.ForeignKey(
        AdReferendum, on_delete=models.PROTECT, related_name="confirmations"
    )
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="confirmations"
    )
    status = models.CharField(
        max_length=10,
        choices=ConfirmationStatus,
        default=ConfirmationStatus.PENDING,
        editable=False,
    )
    answered_at = models.DateTimeField(null=True, editable=False)
    # None: not answered, or nobody objected in the silence procedure beside it.
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    reason = models.TextField(
        max_length=REASON_LENGTH, blank=True, editable=False, validators=[validate_plain_text]
    )
    by_silence = models.ForeignKey(
        "agreements.TextSilence",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="confirmations",
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["participant"]
        constraints = [
            models.UniqueConstraint(
                fields=["ad_referendum", "participant"], name="each_state_confirms_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=ConfirmationStatus.values),
                name="confirmation_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(status="pending", answered_at=None, by_silence=None, reason="")
                | Q(status="confirmed", answered_at__isnull=False, reason="")
                | Q(status="refused", answered_at__isnull=False, by_silence=None) & ~Q(reason=""),
                name="a_refusal_says_why",
            ),
        ]
        indexes = [models.Index(fields=["-created_at", "-id"], name="confirmations_newest_first")]

    def __str__(self) -> str:
        return f"{self.participant}: {self.get_status_display()}"

    def get_absolute_url(self) -> str:
        return self.ad_referendum.get_absolute_url()

    @property
    def instrument(self) -> Instrument:
        return self.ad_referendum.instrument


class TextSilence(models.Model):
    """
    That a frozen text is to be adopted, or confirmed, unless a State objects before an exact instant.

    The instant, the acts and the result are those of the silence procedure about it (``ots_portal.silence``).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    revision = models.ForeignKey(TextRevision, on_delete=models.PROTECT, related_name="silences")
    purpose = models.CharField(max_length=15, choices=SilencePurpose)
    status = models.CharField(
        max_length=15, choices=TextSilenceStatus, default=TextSilenceStatus.PROPOSED, editable=False
    )
    result_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision"],
                condition=Q(status__in=("proposed", "under_silence")),
                name="one_silence_about_a_text_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status__in=TextSilenceStatus.values),
                name="text_silence_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=SilencePurpose.values), name="silence_purpose_is_known"
            ),
        ]
        indexes = [models.Index(fields=["-created_at", "-id"], name="text_silences_newest_first")]

    def __str__(self) -> str:
        words = {"purpose": self.get_purpose_display(), "revision": self.revision}
        return _("%(purpose)s, %(revision)s") % words

    def get_absolute_url(self) -> str:
        return reverse("agreements:text_silence_detail", args=[self.pk])

    @property
    def instrument(self) -> Instrument:
        return self.revision.instrument

    @property
    def instrument_id(self) -> uuid.UUID:
        return self.revision.instrument_id

    @property
    def is_proposed(self) -> bool:
        return self.status == TextSilenceStatus.PROPOSED
