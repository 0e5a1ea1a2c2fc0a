from django import forms
from django.utils.translation import gettext_lazy as _

from ots_portal.personal_feeds.models import FeedKind
from ots_portal.texts.fields import validate_plain_text


class AddressForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Feed"),
        choices=FeedKind.choices,
        widget=forms.RadioSelect,
        initial=FeedKind.CALENDAR,
    )
    name = forms.CharField(
        label=_("Device or program"),
        help_text=_("So that you know later which one to revoke, such as: my phone."),
        max_length=60,
        validators=[validate_plain_text],
    )
