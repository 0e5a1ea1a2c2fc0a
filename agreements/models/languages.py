"""The languages in which a treaty is made, and what the checks found between them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from agreements.models.instruments import Instrument
from agreements.models.provisions import Provision
from agreements.statuses import CheckKind, ConcordanceStatus, LanguageStatus
from agreements.vocabularies.languages import Script, TreatyLanguage, language_name, tag_of
from ots_portal.texts.fields import validate_plain_text


class LanguageText(models.Model):
    """
    A treaty in one of its languages.

    Its words are those of the provisions in that language. All authentic texts are equal unless one of them is
    to prevail (Vienna Convention, article 33).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="language_texts", editable=False
    )
    language = models.CharField(max_length=2, choices=TreatyLanguage, editable=False)
    script = models.CharField(max_length=4, choices=Script, editable=False)
    is_authentic = models.BooleanField(default=True)
    is_prevailing = models.BooleanField(default=False)
    status = models.CharField(
        max_length=20, choices=LanguageStatus, default=LanguageStatus.DRAFTING, editable=False
    )
    # Why it was sent back.
    reason = models.CharField(
        max_length=500, blank=True, editable=False, validators=[validate_plain_text]
    )
    # The machine checks: when they were run last, and the hash of the words of both languages then.
    checked_at = models.DateTimeField(null=True, editable=False)
    checked_digest = models.CharField(max_length=64, blank=True, editable=False)
    # Findings beyond what is kept of one language.
    left_out_count = models.PositiveIntegerField(default=0, editable=False)
    certified_at = models.DateTimeField(null=True, editable=False)
    # Of the words of both languages that were certified; "" before.
    certified_digest = models.CharField(max_length=64, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=LanguageStatus.values), name="language_text_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(script__in=Script.values), name="language_text_script_is_known"
            ),
            models.UniqueConstraint(
                fields=["instrument", "language", "script"], name="each_language_stands_once"
            ),
            models.UniqueConstraint(
                fields=["instrument"], condition=Q(is_prevailing=True), name="one_text_prevails"
            ),
            models.CheckConstraint(
                condition=Q(is_prevailing=False) | Q(is_authentic=True),
                name="what_prevails_is_authentic",
            ),
        ]

    def __str__(self) -> str:
        return language_name(self.tag)

    def get_absolute_url(self) -> str:
        return reverse("agreements:language_text_detail", args=[self.pk])

    @property
    def tag(self) -> str:
        """The name of the language version in the texts of provisions: "uz", "uz-Cyrl"."""
        return tag_of(self.language, self.script)


class ConcordanceFinding(models.Model):
    """
    Something in which a language version differs from the text it was made of, as the checks found it.

    The same difference in the same place is the same finding: what was decided about it stays.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    language_text = models.ForeignKey(
        LanguageText, on_delete=models.CASCADE, related_name="findings"
    )
    # None: said of the whole text.
    provision = models.ForeignKey(
        Provision, on_delete=models.CASCADE, null=True, related_name="concordance_findings"
    )
    kind = models.CharField(max_length=20, choices=CheckKind)
    details = models.JSONField()  # {"original": [...], "translation": [...]}, what each side has
    fingerprint = models.CharField(max_length=64)
    position = models.PositiveIntegerField(default=0)  # in the order of the text
    status = models.CharField(
        max_length=20, choices=ConcordanceStatus, default=ConcordanceStatus.OPEN, editable=False
    )
    # Why it is accepted as it stands.
    reason = models.CharField(
        max_length=500, blank=True, editable=False, validators=[validate_plain_text]
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["position", "kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["language_text", "fingerprint"], name="each_finding_is_kept_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=ConcordanceStatus.values),
                name="concordance_status_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(status="accepted") | ~Q(reason=""),
                name="what_is_accepted_has_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["language_text", "status"], name="findings_by_language"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def get_absolute_url(self) -> str:
        return f"{self.language_text.get_absolute_url()}#finding-{self.pk}"
