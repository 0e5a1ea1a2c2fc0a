"""The forms of language versions: one more language, its marks, a translation, the filter of findings."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.formats.reading import ACCEPTED_ENDINGS
from agreements.models import LanguageText
from agreements.queries.languages import Cell
from agreements.statuses import CheckKind, ConcordanceStatus
from agreements.vocabularies.languages import CHOICES
from ots_portal.texts.fields import MAX_LENGTH, validate_plain_text
from ots_portal.ui.forms import LongText


class LanguageForm(forms.Form):
    """Which language begins, and whether its text is authentic."""

    tag = forms.ChoiceField(label=pgettext_lazy("of a text", "Language"))
    is_authentic = forms.BooleanField(
        label=_("Authentic"),
        required=False,
        initial=True,
        help_text=_("Authentic texts are equal, unless one of them is to prevail."),
    )

    def __init__(self, data: Any = None, *, taken: Sequence[str] = ()) -> None:
        super().__init__(data)
        free = [(tag, name) for tag, name in CHOICES if tag not in taken]
        self.fields["tag"].choices = free  # type: ignore[attr-defined]


class MarksForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    is_authentic = forms.BooleanField(label=_("Authentic"), required=False)
    is_prevailing = forms.BooleanField(
        label=_("Prevails"),
        required=False,
        help_text=_("Where the authentic texts differ. At most one prevails."),
    )

    def __init__(self, data: Any = None, *, language_text: LanguageText) -> None:
        super().__init__(data)
        self.initial = {
            "version": language_text.version,
            "is_authentic": language_text.is_authentic,
            "is_prevailing": language_text.is_prevailing,
        }

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0


class SideForm(forms.Form):
    """Which languages stand side by side: two, or three."""

    first = forms.ChoiceField(label=_("First language"))
    second = forms.ChoiceField(label=_("Second language"))
    third = forms.ChoiceField(label=_("Third language"), required=False)

    def __init__(self, data: Any = None, *, languages: Sequence[tuple[str, Any]]) -> None:
        super().__init__(data)
        for name in ("first", "second"):
            self.fields[name].choices = list(languages)  # type: ignore[attr-defined]
        self.fields["third"].choices = [("", _("None")), *languages]  # type: ignore[attr-defined]

    @property
    def tags(self) -> list[str]:
        """The languages that were asked for, each once."""
        return list(dict.fromkeys(filter(None, self.cleaned_data.values())))


class TranslationForm(forms.Form):
    """
    The words of a provision in one language; ``version`` is what they were written on, ``original_sha256`` the hash of
    the original beside them.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    original_sha256 = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    heading = forms.CharField(
        label=_("Heading"), required=False, max_length=300, validators=[validate_plain_text]
    )
    text = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=MAX_LENGTH,
        widget=LongText(rows=8),
        validators=[validate_plain_text],
    )

    def __init__(self, data: Any = None, *, cell: Cell, original: Cell) -> None:
        super().__init__(data)
        for name in ("heading", "text"):
            self.fields[name].widget.attrs["lang"] = cell.tag
        self.initial = {
            "version": cell.version,
            "original_sha256": original.sha256,
            "heading": cell.heading,
            "text": cell.text,
        }

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0

    def clean_text(self) -> str:
        """Browsers send lines ended by CR LF; a hash must not depend on it."""
        return "\n".join(self.cleaned_data["text"].splitlines())


class TranslationFileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,  # the service says what is wrong with it
        widget=forms.FileInput(attrs={"accept": ACCEPTED_ENDINGS}),
        help_text=_(
            "Plain text, Markdown, DOCX or Akoma Ntoso; a text below 2 MB, a Word document up to 10 MB."
        ),
    )


class FindingFilterForm(forms.Form):
    """What the findings can be narrowed by; anything else in the address is ignored."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)
    provision = forms.ChoiceField(label=_("Provision"), required=False)

    def __init__(self, data: Any = None, *, provisions: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(data)
        everything = ("", _("All"))
        self.fields["kind"].choices = [everything, *CheckKind.choices]  # type: ignore[attr-defined]
        self.fields["status"].choices = [everything, *ConcordanceStatus.choices]  # type: ignore[attr-defined]
        self.fields["provision"].choices = [everything, *provisions]  # type: ignore[attr-defined]

    @property
    def asked(self) -> dict[str, str]:
        """The filters that hold; an unknown value narrows nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
