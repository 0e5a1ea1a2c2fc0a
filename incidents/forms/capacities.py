"""The forms of the capacity register."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from incidents.models import Capacity
from incidents.services.capacities import FACTS
from incidents.statuses import Readiness
from incidents.vocabularies import capacity_types
from ots_portal.documents.content import safe_name
from ots_portal.participants.models import Participant
from ots_portal.texts.fields import validate_plain_text
from ots_portal.ui.forms import DayInput, LongText

LARGEST = 2_000_000_000
MAX_FILE_BYTES = 1_000_000


def _count(label: Any, *, most: int = LARGEST, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=most, required=False, **more)


def _text(label: Any, length: int, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=length, required=False, validators=[validate_plain_text], **more
    )


class CapacityForm(forms.Form):
    """Enter or change a capacity; four fields are needed, matching asks for more of them."""

    capacity_type = forms.ChoiceField(label=_("Type"), choices=[("", "—"), *capacity_types.CHOICES])
    name = forms.CharField(label=_("Name"), max_length=150, validators=[validate_plain_text])
    units = forms.IntegerField(
        label=_("How many of them"), min_value=1, max_value=LARGEST, initial=1
    )
    readiness = forms.ChoiceField(
        label=_("Readiness"),
        choices=Readiness.choices,
        initial=Readiness.READY,
        widget=forms.RadioSelect,
    )
    people = _count(_("People"))
    dogs = _count(_("Search dogs"))
    vehicles = _count(_("Vehicles"))
    weight_kg = _count(_("Weight (kg)"))
    self_sufficient_days = _count(_("Needs no supplies for (days)"), most=365)
    departs_within_hours = _count(_("Departs within (hours)"), most=1000)
    home_place = _text(_("Home"), 150, help_text=_("Where it sets out from."))
    latitude = forms.FloatField(
        label=_("Latitude"),
        min_value=-90,
        max_value=90,
        required=False,
        help_text=_("Degrees, north is positive."),
    )
    longitude = forms.FloatField(
        label=_("Longitude"),
        min_value=-180,
        max_value=180,
        required=False,
        help_text=_("Degrees, east is positive."),
    )
    certified_by = _text(_("Certified by"), 100)
    certificate = _text(_("Certificate"), 100)
    certified_until = forms.DateField(
        label=_("Certificate valid until"), required=False, widget=DayInput
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages of the team"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[*settings.LANGUAGES, ("kk", "Қазақша"), ("ky", "Кыргызча"), ("uz", "Oʻzbekcha"), ("tk", "Türkmençe"), ("hu", "Magyar"), ("ru", "Русский")],
    )  # fmt: skip
    note = forms.CharField(
        label=_("Note"),
        max_length=1000,
        required=False,
        widget=LongText(rows=3),
        validators=[validate_plain_text],
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    #: What two versions of an entry are compared by.
    COMPARED = tuple(name for name in FACTS if name != "home_subdivision")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        counts = ("people", "dogs", "vehicles", "weight_kg", "self_sufficient_days")
        return {**data, **{name: data.get(name) or 0 for name in counts}}

    def facts(self) -> dict[str, Any]:
        """Return what was filled in, as the service takes it; only after ``is_valid()``."""
        return {name: self.cleaned_data[name] for name in self.COMPARED}


def edit_form(capacity: Capacity, *, data: Any = None) -> CapacityForm:
    """Return the form with what stands now; ``data`` is what was posted, None to show it."""
    initial = {name: getattr(capacity, name) for name in CapacityForm.COMPARED}
    return CapacityForm(data, initial={**initial, "version": capacity.version})


class ReadinessForm(forms.Form):
    readiness = forms.ChoiceField(choices=Readiness.choices)


class CapacityFilterForm(forms.Form):
    """What narrows the register; it lives in the address."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    type = forms.ChoiceField(
        label=_("Type"), required=False, choices=[("", _("All types")), *capacity_types.CHOICES]
    )
    participant = forms.ChoiceField(label=_("Participant"), required=False)
    readiness = forms.ChoiceField(
        label=_("Readiness"), required=False, choices=[("", _("Any")), *Readiness.choices]
    )
    certified = forms.BooleanField(label=_("With a valid certificate"), required=False)
    retired = forms.BooleanField(label=_("Show retired ones too"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(item.slug, item.name) for item in Participant.objects.order_by("slug")]
        self.fields["participant"].choices = [("", _("All participants")), *people]  # type: ignore[attr-defined]

    def wishes(self) -> dict[str, Any]:
        """Return the cleaned filters; an impossible one narrows nothing and is shown as an error."""
        return (
            dict(self.cleaned_data) if self.is_valid() else dict(getattr(self, "cleaned_data", {}))
        )


class CapacityFileForm(forms.Form):
    """A file of own capacities."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("The first line names the columns, as the export of this register does."),
        widget=forms.FileInput(attrs={"accept": ".csv"}),
    )

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE_BYTES:
            raise forms.ValidationError(_("The file is larger than 1 MB."))
        if not safe_name(file.name).lower().endswith(".csv"):
            raise forms.ValidationError(_("The file's name must end in .csv."))
        content: bytes = file.read()
        return content
