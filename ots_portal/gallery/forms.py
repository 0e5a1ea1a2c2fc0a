"""A form with one field of each sort, in the states a field can be in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ots_portal.ui.forms import DayInput, HourInput, LongText, MomentInput, SourcesField

COLOURS = [
    ("green", pgettext_lazy("alert level", "Green")),
    ("orange", pgettext_lazy("alert level", "Orange")),
    ("red", pgettext_lazy("alert level", "Red")),
]


class EveryFieldForm(forms.Form):
    title = forms.CharField(
        label=_("Title"), max_length=40, help_text=_("What it is called, in at most 40 characters.")
    )
    email = forms.EmailField(label=_("E-mail address"), required=False)
    description = forms.CharField(label=_("Description"), required=False, widget=LongText(rows=3))
    sources = SourcesField(
        label=_("Sources"),
        required=False,
        help_text=_("Web addresses that begin with https://, one in each line."),
    )
    level = forms.ChoiceField(label=_("Alert level"), choices=COLOURS)
    one_of = forms.ChoiceField(label=_("One of few"), choices=COLOURS, widget=forms.RadioSelect)
    several = forms.MultipleChoiceField(
        label=_("Several of few"),
        choices=COLOURS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_agreed = forms.BooleanField(
        label=_("I have read it"), help_text=_("A box by itself has its words behind it.")
    )
    day = forms.DateField(label=_("Day"), required=False, widget=DayInput)
    hour = forms.TimeField(label=_("Time"), required=False, widget=HourInput)
    moment = forms.DateTimeField(label=_("Moment"), required=False, widget=MomentInput)
    count = forms.IntegerField(label=_("Count"), required=False, min_value=0)
    file = forms.FileField(label=_("File"), required=False)


FILLED: dict[str, Any] = {
    "title": "Kura basin",
    "email": "duty@authority.example",
    "description": "The water is rising.",
    "sources": "https://authority.example/report",
    "level": "orange",
    "one_of": "red",
    "several": ["green", "red"],
    "is_agreed": True,
    "day": "2026-02-06",
    "hour": "04:17",
    "moment": "2026-02-06T04:17",
    "count": 3,
}
IMPOSSIBLE: dict[str, Any] = {
    "title": "",
    "email": "nobody",
    "sources": "ftp://authority.example",
    "level": "violet",
    "several": ["violet"],
    # A browser empties what is no day or time; these are refused for what they mean.
    "day": "2099-02-06",
    "hour": "04:17",
    "moment": "2099-02-06T04:17",
    "count": -1,
}


def empty() -> EveryFieldForm:
    return EveryFieldForm(prefix="empty")


def filled() -> EveryFieldForm:
    return EveryFieldForm(prefix="filled", initial=FILLED)


def refused() -> EveryFieldForm:
    """Return the form as it comes back with all its sentences."""
    sent = {f"refused-{name}": value for name, value in IMPOSSIBLE.items()}
    form = EveryFieldForm(sent, prefix="refused")
    form.add_error("day", _("The day lies in the future."))
    form.add_error("hour", _("The office is closed at that time."))
    form.add_error("moment", _("The moment lies in the future."))
    return form


def disabled() -> EveryFieldForm:
    form = EveryFieldForm(prefix="disabled", initial=FILLED)
    for field in form.fields.values():
        field.disabled = True
    return form


class SmallFilterForm(forms.Form):
    q = forms.CharField(
        label=_("Words"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    level = forms.ChoiceField(
        label=_("Alert level"), required=False, choices=[("", _("All")), *COLOURS]
    )
