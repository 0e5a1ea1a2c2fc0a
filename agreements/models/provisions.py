"""The text of an instrument by provision, with its brackets as data and not as characters."""

import hashlib
import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agreements.models.instruments import Instrument
from agreements.statuses import AGREED_STATUSES, ProvisionKind, ProvisionStatus
from ots_portal.participants.models import Participant
from ots_portal.texts.fields import MAX_LENGTH, validate_plain_text


class Provision(models.Model):
    """An article, paragraph or recital; its key stays when it is renumbered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="provisions")
    key = models.SlugField(max_length=100)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    kind = models.CharField(max_length=20, choices=ProvisionKind)
    number = models.CharField(max_length=20, blank=True)
    position = models.PositiveSmallIntegerField()
    status = models.CharField(
        max_length=20, choices=ProvisionStatus, default=ProvisionStatus.OPEN, editable=False
    )
    # False: it stood in an earlier text, and is no part of the present one.
    is_live = models.BooleanField(default=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            # A key is given once, also to what is gone.
            models.UniqueConstraint(fields=["instrument", "key"], name="provision_keys_are_stable"),
            models.UniqueConstraint(
                fields=["instrument", "position"],
                condition=models.Q(is_live=True),
                name="one_provision_per_position",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=ProvisionStatus.values),
                name="provision_status_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=ProvisionKind.values), name="provision_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}".strip()

    def get_absolute_url(self) -> str:
        return f"{self.instrument.get_text_url()}#{self.key}"

    @property
    def bracket_count(self) -> int:
        return len(self.brackets.all())

    @property
    def is_agreed(self) -> bool:
        return self.status in AGREED_STATUSES

    @property
    def shown_text(self) -> "ProvisionText | None":
        """The text in the reader's language, else the first there is."""
        texts = list(self.texts.all())
        asked = (get_language() or "en").split("-")[0]
        return next((text for text in texts if text.language == asked), texts[0] if texts else None)


def digest_of_words(heading: str, text: str) -> str:
    """Return the digest by which the words of a provision in one language are told from others."""
    return hashlib.sha256(f"{heading}\n{text}".encode()).hexdigest()


class ProvisionText(models.Model):
    """The words of a provision in one language."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    provision = models.ForeignKey(Provision, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=10)
    heading = models.CharField(max_length=300, blank=True, validators=[validate_plain_text])
    text = models.TextField(max_length=MAX_LENGTH, blank=True, validators=[validate_plain_text])
    # Of a translation: the hash of the words it was made of. Another one now: it is behind.
    made_from = models.CharField(max_length=64, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(
                fields=["provision", "language"], name="one_text_per_provision_and_language"
            )
        ]

    def __str__(self) -> str:
        return self.heading or f"{self.provision_id} ({self.language})"

    @property
    def sha256(self) -> str:
        """The hash of these words alone; what a position is bound to holds the brackets, too (queries.words)."""
        return digest_of_words(self.heading, self.text)


class Bracket(models.Model):
    """Words of a text on which States do not agree yet; ``quote`` stands in the text once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    provision = models.ForeignKey(Provision, on_delete=models.CASCADE, related_name="brackets")
    language = models.CharField(max_length=10)
    position = models.PositiveSmallIntegerField()
    quote = models.TextField(max_length=MAX_LENGTH, validators=[validate_plain_text])
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # None: it came with the text.
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["provision", "position"], name="one_bracket_per_position"
            ),
            models.CheckConstraint(condition=~models.Q(quote=""), name="a_bracket_holds_words"),
        ]

    def __str__(self) -> str:
        return f"[{self.quote}]"

    def get_absolute_url(self) -> str:
        return self.provision.get_absolute_url()


class Alternative(models.Model):
    """One of the wordings inside a bracket, and who stands behind it: States, or the chair."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bracket = models.ForeignKey(Bracket, on_delete=models.CASCADE, related_name="alternatives")
    label = models.CharField(max_length=5)
    text = models.TextField(max_length=MAX_LENGTH, blank=True, validators=[validate_plain_text])
    is_deletion = models.BooleanField(default=False)
    is_by_chair = models.BooleanField(default=False)
    sponsors = models.ManyToManyField(
        Participant, related_name="sponsored_alternatives", blank=True
    )

    class Meta:
        ordering = ["label"]
        constraints = [
            models.UniqueConstraint(fields=["bracket", "label"], name="one_alternative_per_label"),
            models.CheckConstraint(
                condition=models.Q(is_deletion=True, text="")
                | models.Q(is_deletion=False) & ~models.Q(text=""),
                name="an_alternative_has_words_or_deletes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.text or '—'}"

    @property
    def sponsor_names(self) -> list[str]:
        """Who stands behind it, by name; "Chair" first."""
        states = sorted(participant.name for participant in self.sponsors.all())
        return [_("Chair"), *states] if self.is_by_chair else states
