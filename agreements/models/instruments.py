import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import formats
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.statuses import InstrumentKind, InstrumentStatus
from ots_portal.participants.models import Participant
from ots_portal.texts import fold, in_language
from ots_portal.texts.fields import LanguageTexts


class Instrument(models.Model):
    """
    A text by which States bind themselves, from the mandate to negotiate it to its end.

    It holds what is known of a treaty, not the treaty: titles differ by language and are never
    translated by us ("Civil Protection" is "Mülki Müdafiə" in Azerbaijani).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=20, choices=InstrumentKind)
    status = models.CharField(
        max_length=20, choices=InstrumentStatus, default=InstrumentStatus.MANDATED, editable=False
    )
    titles = LanguageTexts()
    wording_notes = models.JSONField(default=dict, blank=True)  # language → WordingNote
    title_sources = models.JSONField(default=list, blank=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="dependents"
    )
    # An exercise text in own words: marked on every page, and never public.
    is_training = models.BooleanField(default=False)
    depositary = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, blank=True, related_name="deposits_kept"
    )
    # The delegation that presides over the negotiation; None: the secretariat does.
    chair = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, blank=True, related_name="chaired"
    )
    negotiating_states = models.ManyToManyField(Participant, related_name="instruments", blank=True)
    # Where others publish the text: [{"url", "language", "dated"}]. The text itself is never copied.
    text_addresses = models.JSONField(default=list, blank=True)
    as_of_date = models.DateField()
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    # None: entered by the portal itself, from public sources.
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    search_text = models.TextField(editable=False, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=InstrumentStatus.values),
                name="instrument_status_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=InstrumentKind.values), name="instrument_kind_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="instruments_newest_first"),
            models.Index(fields=["status"], name="instruments_by_status"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: object, **kwargs: object) -> None:
        self.search_text = fold(" ".join([self.code, *self.titles.values()]))
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_absolute_url(self) -> str:
        return reverse("agreements:detail", args=[self.pk])

    def get_text_url(self) -> str:
        return reverse("agreements:text", args=[self.pk])

    @property
    def title(self) -> str:
        """The title in the active language, or in the first there is."""
        return in_language(self.titles) or self.code

    @cached_property
    def signature_dates(self) -> list[date]:
        """The days on which States signed, first and last at the ends; empty when none is known."""
        return sorted({signatory.signed_on_date for signatory in self.signatories.all()})

    @property
    def headline(self) -> str:
        """Say how things stand in one sentence, from the dated records and never from a typed note."""
        if self.status == InstrumentStatus.SIGNED:
            return _signed_sentence(self.signature_dates)
        return str(_sentences()[self.status])

    @property
    def bracket_count(self) -> int:
        return sum(provision.bracket_count for provision in self.provisions.all())

    @property
    def brackets_sentence(self) -> str:
        count = self.bracket_count
        if not count:
            return _("No bracket is open.")
        text = ngettext("%(count)s bracket is open.", "%(count)s brackets are open.", count)
        return text % {"count": count}


def _signed_sentence(days: list[date]) -> str:
    if not days:
        return _("Signed; not known to be in force.")
    if len(days) == 1:
        return _("Signed %(day)s; not known to be in force.") % {"day": _long_day(days[0])}
    return _("Signed between %(first)s and %(last)s; not known to be in force.") % {
        "first": _long_day(days[0]),
        "last": _long_day(days[-1]),
    }


def _long_day(day: date) -> str:
    """Return "6 November 2024" in the active language, as a headline has it."""
    return formats.date_format(day, "j E Y")


def _sentences() -> dict[str, str]:
    status = InstrumentStatus
    return {
        status.MANDATED: _("Negotiation has been mandated and has not begun."),
        status.NEGOTIATION: _("Under negotiation; nobody is bound by it."),
        status.SUSPENDED: _("The negotiation is suspended; nobody is bound by the text."),
        status.ABANDONED: _("The negotiation was abandoned."),
        status.AD_REFERENDUM: _(
            "The text is closed ad referendum; capitals have yet to confirm it."
        ),
        status.LEGAL_REVIEW: _("The text is in legal review; nobody is bound by it."),
        status.ADOPTED: _("The text is adopted; it has not been signed."),
        status.AUTHENTICATED: _("The text is authenticated; it has not been signed."),
        status.OPEN_FOR_SIGNATURE: _("Open for signature."),
        status.IN_FORCE: _("In force."),
        status.TERMINATED: _("No longer in force."),
    }
