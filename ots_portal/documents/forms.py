from django import forms
from django.utils.translation import gettext_lazy as _

from ots_portal.documents.content import ACCEPTED_ENDINGS
from ots_portal.texts.fields import validate_plain_text


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, DOCX, XLSX, PNG, JPEG, GeoJSON, JSON, CSV or TXT."),
        allow_empty_file=True,  # the service says what is wrong with it
        widget=forms.FileInput(attrs={"accept": ACCEPTED_ENDINGS}),
    )
    title = forms.CharField(
        label=_("Title"),
        help_text=_("Without one the file's name is shown."),
        max_length=200,
        required=False,
        validators=[validate_plain_text],
    )
