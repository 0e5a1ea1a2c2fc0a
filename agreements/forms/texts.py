"""The forms of a text: a file that comes in, and two revisions beside each other."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.formats.reading import ACCEPTED_ENDINGS
from agreements.statuses import RevisionKind
from agreements.vocabularies.languages import CHOICES


class TextFileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,  # the service says what is wrong with it
        widget=forms.FileInput(attrs={"accept": ACCEPTED_ENDINGS}),
        help_text=_(
            "Plain text, Markdown, DOCX or Akoma Ntoso; a text below 2 MB, a Word document up to 10 MB."
        ),
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=CHOICES)


class RevisionForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=RevisionKind.choices)


class ComparisonForm(forms.Form):
    """Which two revisions are compared, in which language, and how they are shown."""

    before = forms.ChoiceField(label=_("Earlier text"))
    after = forms.ChoiceField(label=_("Later text"))
    language = forms.ChoiceField(label=_("Language"))
    view = forms.ChoiceField(
        label=_("Shown"),
        required=False,
        choices=[("inline", _("In one text")), ("sides", _("Side by side"))],
    )

    def __init__(
        self, texts: Mapping[str, str], data: Any = None, *, languages: Sequence[tuple[str, str]]
    ) -> None:
        super().__init__(data)
        for name in ("before", "after"):
            self.fields[name].choices = list(texts.items())  # type: ignore[attr-defined]
        self.fields["language"].choices = list(languages)  # type: ignore[attr-defined]
