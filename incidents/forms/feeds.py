"""The forms about what hazard feeds say, and which feeds are asked."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from incidents import hazards
from incidents.models import Incident
from incidents.queries.feed_items import WITHDRAWN
from incidents.services.feeds import FORMATS, LONGEST_MINUTES, SHORTEST_MINUTES
from incidents.statuses import AlertLevel, FeedItemStatus, Scheme
from ots_portal.participants.models import Participant
from ots_portal.texts.fields import validate_plain_text

_is_web_address = URLValidator(schemes=["https", "http"])


def _schemes() -> list[tuple[str, Any]]:
    return [(scheme, Scheme(scheme).label) for scheme in FORMATS]


def _countries() -> list[tuple[str, Any]]:
    own = Participant.objects.exclude(iso2=None).order_by("kind", "slug")
    named = [(participant.iso2 or "", participant.name) for participant in own]
    return [("", _("All countries")), *named]


class FeedItemFilterForm(forms.Form):
    """What narrows the list of proposals; it lives in the address."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[
            ("", _("All statuses")),
            *FeedItemStatus.choices,
            (WITHDRAWN, _("Withdrawn by its source")),
        ],
    )
    level = forms.ChoiceField(
        label=_("Alert level"), required=False, choices=[("", _("All levels")), *AlertLevel.choices]
    )
    hazard = forms.ChoiceField(
        label=_("Hazard"),
        required=False,
        choices=[("", _("All hazards")), *hazards.grouped_choices()],
    )
    country = forms.ChoiceField(label=_("Country"), required=False, choices=_countries)

    def wishes(self) -> dict[str, Any]:
        """Return the cleaned filters; an impossible one narrows nothing and is shown as an error."""
        return dict(self.cleaned_data) if self.is_valid() else dict(self.cleaned_data or {})


class TakeUpForm(forms.Form):
    """Make a draft of what a feed says, or say which incident it is."""

    incident = forms.ChoiceField(
        label=_("What shall it become?"), required=False, widget=forms.RadioSelect
    )
    incident.is_needed_with_others = True  # type: ignore[attr-defined] # one is chosen always

    def __init__(self, *args: Any, alike: Sequence[Incident], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [
            (
                str(incident.pk),
                _("It is the incident %(incident)s") % {"incident": incident},
            )
            for incident in alike
        ]
        field = self.fields["incident"]
        field.choices = [("", _("A new draft of ours")), *known]  # type: ignore[attr-defined]
        field.initial = ""


class FeedForm(forms.Form):
    """An address that the portal shall ask."""

    name = forms.CharField(label=_("Name"), max_length=150, validators=[validate_plain_text])
    scheme = forms.ChoiceField(label=_("Format"), choices=_schemes)
    address = forms.CharField(
        label=_("Address"),
        max_length=500,
        validators=[_is_web_address],
        help_text=_(
            "As the source publishes it; it must be reachable from the internet. Of deleted earthquakes the USGS "
            "tells only where the address asks its event service with includedeleted=true."
        ),
        widget=forms.URLInput,
    )
    every_minutes = forms.IntegerField(
        label=_("Every (minutes)"),
        min_value=SHORTEST_MINUTES,
        max_value=LONGEST_MINUTES,
        initial=5,
    )
