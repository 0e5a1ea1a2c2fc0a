from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents import hazards
from ots_portal.clock import moment_of
from ots_portal.participants.models import Participant
from ots_portal.ui.forms import DayInput


class ClockFilters(forms.Form):
    """Which incidents are summed up: by when they began, whose they are and what they were."""

    since = forms.DateField(label=_("Began on or after"), required=False, widget=DayInput)
    until = forms.DateField(label=_("Began on or before"), required=False, widget=DayInput)
    participant = forms.ChoiceField(label=_("Participant"), required=False)
    hazard = forms.ChoiceField(
        label=_("Hazard"), required=False, choices=[("", _("All hazards")), *hazards.CHOICES]
    )
    exercise = forms.BooleanField(label=_("Exercises instead"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(item.slug, item.name) for item in Participant.objects.order_by("slug")]
        self.fields["participant"].choices = [("", _("All participants")), *people]  # type: ignore[attr-defined]

    def wishes(self) -> dict[str, Any]:
        """Return the cleaned filters; an impossible one narrows nothing and is shown as an error."""
        self.is_valid()
        wishes = dict(getattr(self, "cleaned_data", {}))
        for name, at in (("since", time.min), ("until", time.max)):
            if wishes.get(name):
                wishes[name] = moment_of(wishes[name], at)
        return wishes
