"""The forms of the step “Who must know”."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ots_portal.geo.rivers import River, rivers
from ots_portal.geo.territories import FARTHEST_KM
from ots_portal.texts import in_language


def river_choices() -> list[tuple[str, Any]]:
    """Return the shared rivers by their names in the reader's language."""
    named = [(river.slug, in_language(river.names)) for river in rivers().values()]
    return [("", _("No river")), *sorted(named, key=lambda pair: pair[1])]


class ReachForm(forms.Form):
    """How far to look: in kilometres, and down which river."""

    km = forms.FloatField(
        label=_("Within (km)"), required=False, min_value=0, max_value=FARTHEST_KM
    )
    river = forms.ChoiceField(
        label=_("Down the river"),
        required=False,
        choices=river_choices,
        help_text=_("What happens on a river reaches those below it."),
    )

    def reach(self) -> tuple[float, River | None]:
        """Return distance and river; what is missing or impossible is the usual distance, no river."""
        data = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        km = data.get("km")
        usual: float = settings.PORTAL_NEIGHBOUR_KM
        return (usual if km is None else km), rivers().get(data.get("river") or "")


class TellForm(forms.Form):
    """Which of the proposed participants are told; all of them unless a box is cleared."""

    participants = forms.MultipleChoiceField(
        label=_("These participants"), required=False, widget=forms.CheckboxSelectMultiple
    )
    participants.is_needed_with_others = True  # type: ignore[attr-defined] # at least one box

    def __init__(self, *args: Any, offered: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["participants"]
        field.choices = offered  # type: ignore[attr-defined]
        field.initial = [slug for slug, _words in offered]
