"""The forms of the alerts: our own, and those that come in."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from incidents.formats.cap.message import (
    CATEGORIES,
    CERTAINTIES,
    RESPONSE_TYPES,
    SEVERITIES,
    URGENCIES,
)
from incidents.formats.cap.parsing import MAX_BYTES
from incidents.models import Alert, Incident
from incidents.services.alert_content import LANGUAGES, Content, Texts, content_of
from incidents.statuses import AlertStatus, ReceivedAlertStatus
from incidents.vocabularies.cap import (
    CATEGORY_WORDS,
    CERTAINTY_WORDS,
    RESPONSE_WORDS,
    SCOPE_WORDS,
    SEVERITY_WORDS,
    URGENCY_WORDS,
    choices,
)
from ots_portal.participants.models import Participant
from ots_portal.texts.fields import validate_plain_text
from ots_portal.ui.forms import LongText, MomentInput

_TEXT_FIELDS = ("event", "headline", "description", "instruction", "area")
MOST_FILES = 10


class Lines(forms.CharField):
    """One thing in each line; becomes a tuple."""

    def __init__(self, *, rows: int = 2, **kwargs: Any) -> None:
        super().__init__(widget=LongText(rows=rows), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, tuple | list) else value

    def to_python(self, value: Any) -> Any:
        lines = (super().to_python(value) or "").splitlines()
        return tuple(" ".join(line.split()) for line in lines if line.strip())

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        for line in value:
            validate_plain_text(line)


class AlertForm(forms.Form):
    """
    An alert as a whole: codes and times once, and a group of texts per language.

    Times are read in the person's own zone, which stands beside the field.
    """

    severity = forms.ChoiceField(label=_("Severity"), choices=choices(SEVERITIES, SEVERITY_WORDS))
    urgency = forms.ChoiceField(label=_("Urgency"), choices=choices(URGENCIES, URGENCY_WORDS))
    certainty = forms.ChoiceField(
        label=_("Certainty"), choices=choices(CERTAINTIES, CERTAINTY_WORDS)
    )
    categories = forms.MultipleChoiceField(
        label=_("Category"),
        choices=choices(CATEGORIES, CATEGORY_WORDS),
        widget=forms.CheckboxSelectMultiple,
    )
    response_types = forms.MultipleChoiceField(
        label=_("What people should do"),
        choices=choices(RESPONSE_TYPES, RESPONSE_WORDS),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    onset = forms.DateTimeField(label=_("Begins"), widget=MomentInput, required=False)
    expires = forms.DateTimeField(label=_("Ends"), widget=MomentInput)
    scope = forms.ChoiceField(
        label=_("Who may read it"),
        choices=choices(tuple(SCOPE_WORDS), SCOPE_WORDS),
        widget=forms.RadioSelect,
    )
    restriction = forms.CharField(
        label=_("Restricted to"),
        max_length=500,
        required=False,
        validators=[validate_plain_text],
        help_text=_("Needed for a restricted alert: for whom it is."),
    )
    addresses = Lines(
        label=_("Addressees"),
        required=False,
        max_length=2000,
        help_text=_("Needed for a private alert: one in each line."),
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=1000,
        required=False,
        widget=LongText(rows=2),
        validators=[validate_plain_text],
        help_text=_("An exercise must be described here."),
    )
    circles = Lines(
        label=_("Circles"),
        required=False,
        max_length=2000,
        help_text=_("One in each line: latitude,longitude, a space, the radius in kilometres."),
    )
    polygons = Lines(
        label=_("Polygons"),
        rows=4,
        required=False,
        max_length=100_000,
        help_text=_(
            "One in each line: latitude,longitude pairs between spaces, the last like the first."
        ),
    )
    web = forms.URLField(label=_("Web page"), required=False, max_length=300, assume_scheme="https")
    contact = forms.CharField(
        label=_("Contact"), max_length=300, required=False, validators=[validate_plain_text]
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=list(LANGUAGES.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Save to get the fields of a language that you add; one left out is removed."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    #: What two versions of an alert are compared by; texts are added per language.
    COMPARED = (
        "severity", "urgency", "certainty", "categories", "response_types", "onset", "expires", "scope",
        "restriction", "note", "circles", "polygons", "web", "contact",
    )  # fmt: skip
    #: What stands under "More".
    FURTHER = ("restriction", "addresses", "note", "polygons", "web", "contact", "categories")

    def __init__(self, alert: Alert, data: Any = None) -> None:
        self.alert = alert
        self.standing = content_of(alert)
        super().__init__(data, initial=self._initial())
        for code, texts in self.standing.texts.items():
            for name, field in _text_fields(code).items():
                self.fields[name] = field
                self.initial[name] = getattr(texts, name.partition("_")[2])

    def _initial(self) -> dict[str, Any]:
        standing = self.standing
        same = (
            "severity", "urgency", "certainty", "onset", "expires", "restriction", "note", "web", "contact",
            "addresses", "circles", "polygons",
        )  # fmt: skip
        return {
            **{name: getattr(standing, name) for name in same},
            "categories": list(standing.categories),
            "response_types": list(standing.response_types),
            "scope": self.alert.scope,
            "languages": list(standing.texts),
            "version": self.alert.version,
        }

    @property
    def compared(self) -> tuple[str, ...]:
        return (
            *self.COMPARED,
            *(name for name in self.fields if "_" in name and name[:2] in LANGUAGES),
        )

    def text_groups(self) -> Iterator[tuple[str, str, list[BoundField]]]:
        """Yield code, name and fields of each language that is written."""
        for code in self.standing.texts:
            yield code, LANGUAGES[code], [self[f"{code}_{name}"] for name in _TEXT_FIELDS]

    @property
    def is_filled_further(self) -> bool:
        return any(self[name].errors for name in self.FURTHER)

    def content(self) -> Content:
        """Return what was filled in; only after ``is_valid()``."""
        data = self.cleaned_data
        return replace(
            self.standing,
            categories=tuple(data["categories"]),
            response_types=tuple(data["response_types"]),
            texts={code: self._texts(code) for code in data["languages"]},
            **{
                name: data[name]
                for name in (
                    "severity", "urgency", "certainty", "onset", "expires", "restriction", "note",
                    "addresses", "circles", "polygons", "web", "contact",
                )
            },
        )  # fmt: skip

    def _texts(self, code: str) -> Texts:
        written = {name: self.cleaned_data.get(f"{code}_{name}", "") for name in _TEXT_FIELDS}
        return Texts(**written)


def _text_fields(code: str) -> dict[str, forms.Field]:
    """Return the fields of one language; none is needed while the alert is a draft."""

    def text(label: Any, limit: int, rows: int = 1) -> forms.CharField:
        field = forms.CharField(
            label=label,
            max_length=limit,
            required=False,
            widget=LongText(rows=rows) if rows > 1 else None,
            validators=[validate_plain_text],
        )
        # A draft may lack it, the approval does not.
        field.is_needed_with_others = True  # type: ignore[attr-defined]
        return field

    return {
        f"{code}_event": text(_("Event"), 200),
        f"{code}_headline": text(_("Headline"), 160),
        f"{code}_description": text(_("Description"), 5000, rows=4),
        f"{code}_instruction": text(_("Instruction"), 5000, rows=3),
        f"{code}_area": text(_("Name of the area"), 300),
    }


class AlertFilterForm(forms.Form):
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("All statuses")), *AlertStatus.choices],
    )
    exercise = forms.BooleanField(label=_("Show exercises too"), required=False)

    def wishes(self) -> dict[str, Any]:
        self.is_valid()
        return dict(self.cleaned_data)


class ReceivedFilterForm(forms.Form):
    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[
            ("", _("All statuses")),
            ("standing", _("In force")),
            *ReceivedAlertStatus.choices,
        ],
    )
    severity = forms.ChoiceField(
        label=_("Severity"),
        required=False,
        choices=[("", _("All severities")), *choices(SEVERITIES, SEVERITY_WORDS)],
    )
    unreal = forms.BooleanField(label=_("Show exercises and tests too"), required=False)

    def wishes(self) -> dict[str, Any]:
        self.is_valid()
        return dict(self.cleaned_data)


class SeveralFilesInput(forms.FileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """Becomes a list of files."""

    widget = SeveralFilesInput(attrs={"multiple": True, "accept": ".xml,.cap"})

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = data if isinstance(data, list | tuple) else [data]
        if len(files) > MOST_FILES:
            raise ValidationError(_("At most ten files are taken at once."))
        return [super(SeveralFilesField, self).clean(file, initial) for file in files or [None]]


class AlertFilesForm(forms.Form):
    """Take CAP files in; each gets an answer of its own, so a wrong one does not stop the others."""

    cap_files = SeveralFilesField(
        label=_("CAP files"),
        allow_empty_file=True,  # the reader says so of each file
        help_text=_("At most ten CAP 1.2 files, each up to 1 MB."),
    )

    def contents(self) -> list[tuple[str, bytes]]:
        """Return name and content of each file; one beyond the limit as something too large."""
        return [(file.name or "", _content(file)) for file in self.cleaned_data["cap_files"]]


def _content(file: Any) -> bytes:
    # One that the upload handler emptied for its size is as large as it says.
    if file.size > MAX_BYTES:
        return b" " * (MAX_BYTES + 1)
    content: bytes = file.read()
    return content


class ReleaseForm(forms.Form):
    trust_sender = forms.BooleanField(
        label=_("Put the sender on the list of known senders"), required=False
    )
    sender_name = forms.CharField(
        label=_("Name of the sender"),
        max_length=200,
        required=False,
        validators=[validate_plain_text],
        help_text=_("As people know it: the name of the service."),
    )


class LinkForm(forms.Form):
    """Which incident the alert is about; the page offers those that are near in place and time."""

    incident = forms.ChoiceField(label=_("Incident"), widget=forms.RadioSelect, required=False)
    number = forms.CharField(
        label=_("Or by its number"), max_length=20, required=False, help_text=_("OTS-2026-0001")
    )

    def __init__(self, proposals: list[Incident], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["incident"].choices = [(str(item.pk), str(item)) for item in proposals]  # type: ignore[attr-defined]
        if not proposals:
            del self.fields["incident"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("incident") and not data.get("number"):
            raise ValidationError(_("Choose an incident or give its number."))
        return data


class SenderForm(forms.Form):
    """A sender to be trusted."""

    sender = forms.CharField(
        label=_("Sender"),
        max_length=200,
        help_text=_("As the element “sender” of its messages says it, letter by letter."),
        validators=[validate_plain_text],
    )
    name = forms.CharField(label=_("Name"), max_length=200, validators=[validate_plain_text])
    participant = forms.ModelChoiceField(
        label=_("Participant"),
        queryset=Participant.objects.order_by("slug"),
        required=False,
        help_text=_("Whose authority it is, if it is one of the participants’."),
    )
