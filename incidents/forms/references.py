"""The form that says what another system calls an incident."""

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.services.references import LONGEST_VALUE, Name
from incidents.statuses import Scheme
from ots_portal.texts.fields import validate_plain_text


class ReferenceForm(forms.Form):
    scheme = forms.ChoiceField(label=_("System"), choices=Scheme.choices, initial=Scheme.GLIDE)
    value = forms.CharField(
        label=_("Name there"),
        max_length=LONGEST_VALUE,
        help_text=_("As in EQ-2023-000015-TUR; of a web page, its address."),
        validators=[validate_plain_text],
    )
    address = forms.URLField(
        label=_("Web address"), required=False, max_length=200, assume_scheme="https"
    )

    def name(self) -> Name:
        """Return what was filled in, as the service takes it; only after ``is_valid()``."""
        data = self.cleaned_data
        return Name(scheme=data["scheme"], value=data["value"], address=data["address"])
