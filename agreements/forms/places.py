"""The field for provisions that a clause or a State names."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.models.final_clauses import LONGEST_PLACE, MOST_PLACES
from ots_portal.texts.fields import validate_plain_text
from ots_portal.ui.forms import LongText


class PlacesField(forms.CharField):
    """Provisions, one in each line; what the text calls them, or their keys."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", LongText(rows=3))
        kwargs.setdefault("max_length", MOST_PLACES * LONGEST_PLACE)
        super().__init__(validators=[validate_plain_text], **kwargs)

    def clean(self, value: Any) -> Any:
        written = super().clean(value)
        places = [line.strip() for line in written.splitlines() if line.strip()]
        if len(places) > MOST_PLACES or any(len(place) > LONGEST_PLACE for place in places):
            raise forms.ValidationError(
                _("At most 100 provisions, one in each line, each named by at most 200 letters.")
            )
        return places

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value
