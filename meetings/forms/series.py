"""The forms of series: what one is called, and its rules of procedure."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.forms import TitledForm, language_choices
from meetings.models import Series
from meetings.services.series import RULES
from meetings.statuses import MeetingKind
from meetings.statuses.series import DecisionRule, QuorumRule
from ots_portal.texts.fields import validate_plain_text

MOST_DAYS = 365


class SeriesForm(TitledForm):
    """A series and its name in each language of the portal; one of them is enough."""

    code = forms.SlugField(
        label=_("Code"),
        max_length=12,
        help_text=_("It stands in symbols and numbers, such as MM in MM/2026/4."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=MeetingKind.choices)
    working_languages = forms.MultipleChoiceField(
        label=_("Working languages"),
        choices=language_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A meeting of the series is planned with these, unless it names its own."),
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    COMPARED = (*TitledForm.TITLES, "code", "kind", "working_languages")

    def facts(self) -> dict[str, Any]:
        """Return what was filled in, as the service takes it; only after ``is_valid()``."""
        data = self.cleaned_data
        same = ("code", "kind", "working_languages")
        return {**{name: data[name] for name in same}, "names": self.titles()}


def new_series_form(data: Any = None) -> SeriesForm:
    return SeriesForm(data, titles={}, initial={"submission_key": uuid.uuid4()})


def edit_series_form(series: Series, data: Any = None) -> SeriesForm:
    initial = {
        name: getattr(series, name) for name in ("code", "kind", "working_languages", "version")
    }
    return SeriesForm(data, titles=series.names, initial=initial)


def _days(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=MOST_DAYS, required=False)


class RulesForm(forms.Form):
    """The rules of procedure; what they do not say stays empty."""

    rules_source = forms.CharField(
        label=_("Where the rules of procedure stand"),
        max_length=300,
        validators=[validate_plain_text],
        help_text=_("The document, its number and date."),
    )
    quorum_rule = forms.ChoiceField(label=_("Quorum"), choices=QuorumRule.choices)
    quorum_number = forms.IntegerField(
        label=_("Members present"),
        min_value=1,
        max_value=100,
        required=False,
        help_text=_("For a fixed number of members."),
    )
    decision_rule = forms.ChoiceField(label=_("Decides by"), choices=DecisionRule.choices)
    invite_days = _days(_("Invitations, days before the opening"))
    document_days = _days(_("Documents, days before the opening"))
    minutes_days = _days(_("Minutes, days after the adjournment"))
    comment_days = _days(_("Comments, days after the minutes are circulated"))
    silence_hours = forms.IntegerField(
        label=_("Silence procedure, hours at least"), min_value=1, max_value=2400, required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    COMPARED = RULES

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("quorum_rule") == QuorumRule.NUMBER and not data.get("quorum_number"):
            self.add_error("quorum_number", _("Say how many members must be present."))
        return data

    def facts(self) -> dict[str, Any]:
        """Return what was filled in, as the service takes it; only after ``is_valid()``."""
        return {name: self.cleaned_data[name] for name in RULES}


def rules_form(series: Series, data: Any = None) -> RulesForm:
    initial = {name: getattr(series, name) for name in (*RULES, "version")}
    return RulesForm(data, initial=initial)
