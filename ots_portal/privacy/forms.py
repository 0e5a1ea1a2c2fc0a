from django import forms
from django.utils.translation import gettext_lazy as _

from ots_portal.privacy.models import ForgetReason


class ForgetForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why"), choices=ForgetReason.choices, widget=forms.RadioSelect
    )
    confirmed = forms.BooleanField(
        label=_("I know that this cannot be undone."),
        error_messages={"required": _("Tick the box: there is no way back.")},
    )
