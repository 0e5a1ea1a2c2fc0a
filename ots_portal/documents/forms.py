from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ots_portal.documents.content import ACCEPTED_ENDINGS
from ots_portal.texts.fields import validate_plain_text


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,  # the service says what is wrong with it
        widget=forms.FileInput(attrs={"accept": ACCEPTED_ENDINGS}),
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("Without one the file's name is shown."),
        max_length=200,
        required=False,
        validators=[validate_plain_text],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _what_is_taken()


def _what_is_taken() -> str:
    sentence = _(
        "PDF, DOCX, XLSX, PNG, JPEG, GeoJSON, JSON, CSV or TXT, up to %(limit)s, without macros, scripts or "
        "a password. Photos are kept without the place and the camera they tell of."
    )
    return sentence % {"limit": filesizeformat(settings.PORTAL_UPLOAD_LIMIT_BYTES)}
