"""Looking for a record, and choosing it."""

from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from ots_portal.crossrefs import queries
from ots_portal.crossrefs.models import Relation
from ots_portal.people.models import User

WORDS_LENGTH = 100
NOT_THERE = _("There is no such record, or you may not read it. Look for it again.")


class SearchForm(forms.Form):
    q = forms.CharField(
        label=_("Words of its title, or its number"),
        max_length=WORDS_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class TieForm(forms.Form):
    """What the record is tied to, and how."""

    to = forms.CharField(
        max_length=140, error_messages={"required": _("Choose what it is tied to.")}
    )
    relation = forms.ChoiceField(
        label=_("How they belong together"), choices=Relation.choices, initial=Relation.CONCERNS
    )

    def __init__(self, *args: object, reader: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._reader = reader

    def clean_to(self) -> Model:
        """Return the record that "incidents.incident:6f1e…" names, where the person may read it."""
        model, _colon, key = str(self.cleaned_data["to"]).partition(":")
        try:
            pk = UUID(key)
        except ValueError:
            raise ValidationError(NOT_THERE) from None
        record = queries.record_of(model, pk, self._reader)
        if record is None:
            raise ValidationError(NOT_THERE)
        return record
