"""The forms of a team manifest: two lists pasted from a spreadsheet, and one person at a time."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.formats import manifests as sheets
from incidents.formats.manifests import MOST_LETTERS, Sheet
from incidents.models import Deployment
from ots_portal.participants.countries import COUNTRY_CHOICES
from ots_portal.texts.fields import validate_plain_text
from ots_portal.ui.forms import DayInput, LongText


class ManifestForm(forms.Form):
    """Both lists as text, a line for each; what cannot be read is said line by line."""

    people = forms.CharField(
        label=_("People"), required=False, strip=False, max_length=MOST_LETTERS, widget=LongText({"wrap": "off", "class": "sheet"}, rows=14),
        help_text=_("One line each: name, function, nationality, passport number, day of birth. Copy the columns from a spreadsheet, or separate them by semicolons."),
    )  # fmt: skip
    items = forms.CharField(
        label=_("Dogs, vehicles, equipment, medicines, radios"), required=False, strip=False, max_length=MOST_LETTERS,
        widget=LongText({"wrap": "off", "class": "sheet"}, rows=10),
        help_text=_("One line each: kind, description, number (chip, plate, serial number, frequency), how many, weight in kg."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, today: date, **more: Any) -> None:
        super().__init__(data, **more)
        self.today = today
        self.people_sheet, self.items_sheet = Sheet(), Sheet()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.people_sheet = sheets.read_people(data.get("people", ""), today=self.today)
        self.items_sheet = sheets.read_items(data.get("items", ""))
        for name, sheet in (("people", self.people_sheet), ("items", self.items_sheet)):
            for problem in sheet.problems[:50]:
                sentence = _("Line %(line)s: %(sentence)s")
                words = {"line": problem.line, "sentence": problem.sentence}
                self.add_error(name, sentence % words)
        return data


def manifest_form(deployment: Deployment, *, today: date, data: Any = None) -> ManifestForm:
    """Return the form with the lists as they stand, tab-separated; ``data`` is what was posted."""
    initial = {
        "people": sheets.write(deployment.members.values_list(*sheets.PEOPLE)),
        "items": sheets.write(deployment.manifest.values_list(*sheets.ITEMS)),
        "version": deployment.version,
    }
    return ManifestForm(data, today=today, initial=initial)


class PersonForm(forms.Form):
    full_name = forms.CharField(label=_("Name"), max_length=150, validators=[validate_plain_text])
    function = forms.CharField(
        label=_("Function"), max_length=100, required=False, validators=[validate_plain_text]
    )
    nationality = forms.ChoiceField(label=_("Nationality"), choices=COUNTRY_CHOICES)
    document_number = forms.CharField(
        label=_("Passport number"), max_length=30, required=False, validators=[validate_plain_text]
    )
    birth_date = forms.DateField(label=_("Born on"), required=False, widget=DayInput)
