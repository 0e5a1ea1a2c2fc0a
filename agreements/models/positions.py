"""Where States stand on the words of a provision, and what became of brackets; written once, all of it."""

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.models.instruments import Instrument
from agreements.models.provisions import Provision
from agreements.statuses import Audience, Stance
from ots_portal.audit.append_only import append_only
from ots_portal.participants.models import Participant
from ots_portal.texts.fields import MAX_LENGTH, validate_plain_text

LONGEST_NOTE = 2000


@append_only
class SeenWording(models.Model):
    """
    The words of a provision, with its paragraphs and brackets, as somebody took a position on them.

    ``parts`` is what ``queries.words`` makes of them; the hash is over it, so that nobody is shown other words.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="wordings")
    sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=10)
    parts = models.JSONField()
    seen_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["seen_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["provision", "sha256"], name="each_wording_is_kept_once"
            )
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


@append_only
class Position(models.Model):
    """
    What a State said of a provision, on words that it saw; the last one is its present position.

    ``on_sha256`` is the hash of those words: once others stand there, the position is to be reconfirmed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(
        Participant,
        on_delete=models.PROTECT,
        related_name="positions",
        verbose_name=pgettext_lazy("participant", "State"),
    )
    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="positions")
    # Counted for each State and provision: two of one delegation cannot both have the last word.
    number = models.PositiveIntegerField()
    stance = models.CharField(_("position"), max_length=30, choices=Stance)
    on_sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=10)
    note = models.TextField(
        _("note"), max_length=LONGEST_NOTE, blank=True, validators=[validate_plain_text]
    )
    visibility = models.CharField(_("read by"), max_length=10, choices=Audience)
    taken_at = models.DateTimeField(editable=False)
    # None: entered by the portal itself, with the demonstration.
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        ordering = ["taken_at", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "provision", "number"], name="positions_are_numbered_once"
            ),
            models.CheckConstraint(
                condition=models.Q(stance__in=Stance.values), name="stance_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(visibility__in=Audience.values), name="visibility_is_known"
            ),
        ]
        indexes = [models.Index(fields=["provision", "participant"], name="positions_by_provision")]

    def __str__(self) -> str:
        return self.get_stance_display()

    def get_absolute_url(self) -> str:
        page = reverse("agreements:position_list", args=[self.provision_id])
        return f"{page}?state={self.participant_id}"


@append_only
class ReconfirmationRequest(models.Model):
    """That a delegation was asked, once, whether its position holds for the words that stand now."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    position = models.OneToOneField(
        Position, on_delete=models.PROTECT, related_name="reconfirmation"
    )
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="reconfirmations"
    )
    asked_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["asked_at", "id"]
        indexes = [models.Index(fields=["participant"], name="reconfirmations_by_state")]

    def __str__(self) -> str:
        return str(self.position)

    def get_absolute_url(self) -> str:
        page = reverse("agreements:matrix", args=[self.instrument_id])
        return f"{page}?state={self.participant_id}&problem=stale"


@append_only
class Reopening(models.Model):
    """That a State took agreed words back to the table, and why; nothing else does."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="reopenings")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(
        _("reason"), max_length=LONGEST_NOTE, validators=[validate_plain_text]
    )
    reopened_at = models.DateTimeField(editable=False)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["reopened_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="a_reopening_has_a_reason")
        ]

    def __str__(self) -> str:
        return self.reason

    def get_absolute_url(self) -> str:
        return reverse("agreements:position_list", args=[self.provision_id])


@append_only
class BracketResolution(models.Model):
    """
    What stood in a bracket, who stood behind each wording, and which of them became the words.

    ``alternatives`` is [{"label", "text", "is_deletion", "is_by_chair", "sponsors"}]; ``bracket`` the id it had.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bracket = models.UUIDField(unique=True)
    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="resolutions")
    language = models.CharField(max_length=10)
    quote = models.TextField(max_length=MAX_LENGTH)
    alternatives = models.JSONField()
    winner = models.CharField(max_length=5)
    resolved_at = models.DateTimeField(editable=False)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["resolved_at", "id"]

    def __str__(self) -> str:
        return f"[{self.quote}]"

    def get_absolute_url(self) -> str:
        return reverse("agreements:position_list", args=[self.provision_id])

    @property
    def version(self) -> int:
        """That of the provision whose words it made: programs go on from it."""
        return self.provision.version
