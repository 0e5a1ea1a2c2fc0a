"""The forms of after-action reviews and recommendations."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from incidents.models import AfterActionReview, Finding
from incidents.queries import reviews as queries
from incidents.services.reviews import LONGEST_TEXT, Advice
from incidents.statuses import RecommendationStatus
from ots_portal.participants.models import Participant
from ots_portal.texts.fields import MAX_LENGTH, validate_plain_text
from ots_portal.ui.forms import DayInput, LongText


def _language() -> str:
    code = (get_language() or "en").partition("-")[0]
    return code if code in dict(settings.LANGUAGES) else "en"


class SummaryForm(forms.Form):
    """The summary of a review in one language."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    summary = forms.CharField(
        label=_("Summary"),
        required=False,
        max_length=MAX_LENGTH,
        widget=LongText(rows=10),
        validators=[validate_plain_text],
        help_text=_("What happened, what was done together, what is to be learnt."),
    )

    def __init__(self, review: AfterActionReview, data: Any = None, *, language: str) -> None:
        text = review.summaries.get(language, "")
        super().__init__(data, initial={"version": review.version, "summary": text})
        self.language = language
        self.fields["summary"].widget.attrs["lang"] = language


class FindingForm(forms.Form):
    """What a participant says was learnt."""

    is_strength = forms.TypedChoiceField(
        label=_("What kind of finding it is"),
        choices=[("no", _("To change: it did not go well")), ("yes", _("To keep: it went well"))],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Finding"),
        max_length=LONGEST_TEXT,
        widget=LongText(rows=5),
        validators=[validate_plain_text],
    )
    language = forms.ChoiceField(
        label=_("Language of the text"), choices=settings.LANGUAGES, initial=_language
    )


class RecommendationForm(forms.Form):
    """What shall be done, by whom, until when."""

    text = forms.CharField(
        label=_("Recommendation"),
        max_length=LONGEST_TEXT,
        widget=LongText(rows=5),
        validators=[validate_plain_text],
    )
    language = forms.ChoiceField(
        label=_("Language of the text"), choices=settings.LANGUAGES, initial=_language
    )
    participant = forms.ModelChoiceField(
        label=_("Who does it"), queryset=Participant.objects.none()
    )
    due_date = forms.DateField(label=_("Until"), widget=DayInput)
    finding = forms.ModelChoiceField(
        label=_("Drawn from the finding"),
        queryset=Finding.objects.none(),
        required=False,
        empty_label=_("None in particular"),
    )

    def __init__(self, review: AfterActionReview, data: Any = None) -> None:
        super().__init__(data)
        owners, findings = self.fields["participant"], self.fields["finding"]
        assert isinstance(owners, forms.ModelChoiceField)
        assert isinstance(findings, forms.ModelChoiceField)
        owners.queryset = queries.owners_for(review.incident)
        findings.queryset = review.findings.all()

    def advice(self) -> Advice:
        """Return what is recommended; only after ``is_valid()``."""
        return Advice(**self.cleaned_data)


class DoneForm(forms.Form):
    """What the owner says was done."""

    report = forms.CharField(
        label=_("What was done"),
        max_length=1000,
        widget=LongText(rows=4),
        validators=[validate_plain_text],
    )


class RecommendationFilter(forms.Form):
    """What narrows the list; it lives in the address."""

    participant = forms.ChoiceField(label=_("Owner"), required=False)
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("All statuses")), *RecommendationStatus.choices],
    )
    overdue = forms.BooleanField(label=_("Only what is overdue"), required=False)
    exercise = forms.BooleanField(label=_("Show exercises too"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(item.slug, item.name) for item in Participant.objects.order_by("slug")]
        field = self.fields["participant"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All participants")), *people]

    def wishes(self) -> dict[str, Any]:
        """Return the cleaned filters; an impossible one narrows nothing and is shown as an error."""
        self.full_clean()
        return dict(getattr(self, "cleaned_data", {}))


class ReviewFileFilter(forms.Form):
    """What narrows the file of the reviews."""

    exercise = forms.BooleanField(label=_("Show exercises too"), required=False)
