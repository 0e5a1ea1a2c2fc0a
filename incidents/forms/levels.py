"""The forms about how bad an incident is, and about its duplicates."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from incidents.queries import incidents as queries
from incidents.statuses import AlertLevel
from ots_portal.people.models import User
from ots_portal.texts.fields import validate_plain_text
from ots_portal.ui.forms import LongText


class LevelForm(forms.Form):
    """Raise or lower the alert level; ``seen`` is the level that stood on the page."""

    alert_level = forms.ChoiceField(
        label=_("Alert level"), choices=AlertLevel.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        required=False,
        help_text=_("Needed when the level is lowered."),
        widget=LongText(rows=3),
        validators=[validate_plain_text],
    )
    seen = forms.ChoiceField(choices=AlertLevel.choices, widget=forms.HiddenInput)


def level_form(incident: Incident, *, data: Any = None) -> LevelForm:
    level = incident.alert_level
    return LevelForm(data, initial={"alert_level": level, "seen": level})


class MergeForm(forms.Form):
    """Name the incident that this one is, by its number."""

    into = forms.CharField(
        label=_("Number of the incident that stays"),
        max_length=20,
        help_text=_("As in OTS-2026-0007."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=LongText(rows=3),
        validators=[validate_plain_text],
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader

    def clean_into(self) -> Incident:
        found = queries.by_number(self.reader, self.cleaned_data["into"])
        if found is None:
            raise ValidationError(
                _("There is no incident of this number, or it is not open to you.")
            )
        return found
