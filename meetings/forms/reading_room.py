"""What narrows the reading room."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.forms import FIRST_YEAR, LAST_YEAR
from meetings.models import Series


class RoomFilter(forms.Form):
    """It lives in the address, so that a view of the list can be sent on."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[
            ("", _("Everything")),
            ("minutes", _("Minutes")),
            ("decision", _("Decisions")),
            ("document", _("Documents")),
        ],
    )
    series = forms.ModelChoiceField(
        label=_("Series"),
        queryset=Series.objects.order_by("code"),
        required=False,
        empty_label=_("All series"),
    )
    year = forms.IntegerField(
        label=_("Year"), required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR
    )

    def wishes(self) -> dict[str, Any]:
        """Return the cleaned filters; an impossible one narrows nothing and is shown as an error."""
        self.full_clean()
        return dict(getattr(self, "cleaned_data", {}))
