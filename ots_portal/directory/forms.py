"""What people fill in to keep the directory: an entry, a check, a withdrawal."""

from collections.abc import Iterable
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language, get_language_info, pgettext_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ots_portal.directory import phones
from ots_portal.directory.presentation import Sort
from ots_portal.participants.models import (
    MAX_PHONES,
    Authority,
    AuthorityKind,
    Confidence,
    ContactPoint,
    ContactPointKind,
    ContactVisibility,
    Dated,
    EmergencyNumber,
    EmergencyPurpose,
    Participant,
    ParticipantKind,
)
from ots_portal.texts.fields import validate_plain_text
from ots_portal.ui.forms import DayInput, HourInput, LongText, SourcesField
from ots_portal.ui.moments import WEEKDAYS

# The languages an office may speak: those of the participants, and those of the region's relief work.
SPOKEN = ("az", "en", "hu", "kk", "ky", "ru", "tk", "tr", "uz", "ar", "de", "fa", "fr")
AREAS = ("Asia/", "Europe/")
ALWAYS, OFFICE = "always", "office"
CONFIDENCE_CHOICES = [(c.value, c.label) for c in Confidence if c != Confidence.COMPUTED]


class WishesForm(forms.Form):
    """What the list of participants can be narrowed by."""

    q = forms.CharField(
        label=_("Name, authority or number"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("participants", "Kind"),
        required=False,
        choices=[("", _("All")), *ParticipantKind.choices],
    )


class FilterForm(WishesForm):
    """The same with the order in which the page shows it."""

    sort = forms.ChoiceField(label=_("Order"), required=False, choices=Sort.choices)

    @property
    def asked(self) -> dict[str, str]:
        """The wishes that hold; an unknown value narrows nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def _name_of_language(code: str) -> str:
    return str(get_language_info(code)["name_translated"])


class SeenForm(forms.Form):
    """A form about a version that somebody looked at: ``seen`` says which, against a stale page."""

    seen = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, entry: Dated | None = None, **kwargs: Any) -> None:
        self.entry = entry
        super().__init__(*args, **kwargs)
        self.initial = {"seen": entry.pk if entry else None, **self.initial}

    @property
    def is_stale(self) -> bool:
        """Whether another version stands by now than the one that the person looked at."""
        return self.entry is not None and self.cleaned_data.get("seen") != self.entry.pk


class _SourceFields(forms.Form):
    source_text = forms.CharField(
        label=_("Source"),
        max_length=300,
        validators=[validate_plain_text],
        help_text=_("Where it was found or who said so: a note verbale, a call, a page."),
    )
    sources = SourcesField(
        label=_("Web addresses of the source"),
        required=False,
        help_text=_("Addresses that begin with https://, one in each line."),
        widget=LongText(rows=2),
    )
    checked_on_date = forms.DateField(
        label=_("Checked on"),
        widget=DayInput,
        help_text=_("The day on which somebody looked; not a day to come."),
    )
    confidence = forms.ChoiceField(
        label=_("How well it is attested"), choices=CONFIDENCE_CHOICES, initial=Confidence.SINGLE
    )

    def clean_checked_on_date(self) -> Any:
        day = self.cleaned_data["checked_on_date"]
        if day > timezone.localdate():
            raise ValidationError(_now("The day lies in the future."))
        return day


class EntryForm(SeenForm, _SourceFields):
    """
    An entry of the directory; ``entry`` is the one it corrects, whose kind then stays as it is.

    Subclasses name their model, the fields of its key, and the rest in the order in which they are shown.
    """

    model: type[Dated]
    keys: tuple[str, ...] = ()
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=1000,
        widget=LongText(rows=2),
        validators=[validate_plain_text],
    )

    def __init__(self, *args: Any, participant: Participant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.participant = participant
        self.initial = {**self.initial, **self._first_values()}
        if self.entry:
            for name in self.keys:
                self.fields[name].disabled = True
            self.fields["reason"] = forms.CharField(
                label=_("Why it is corrected"), max_length=500, validators=[validate_plain_text]
            )
        self.order_fields([*self.keys, *self.shown(), "note", *_SourceFields.base_fields, "reason"])

    def shown(self) -> Iterable[str]:
        """Return the names of the entry's own fields in their order."""
        raise NotImplementedError

    def _first_values(self) -> dict[str, Any]:
        if not self.entry:
            return {"checked_on_date": timezone.localdate()}
        names = (*self.keys, "source_text", "sources", "checked_on_date", "confidence")
        return {
            **{name: getattr(self.entry, name) for name in names},
            "note": self._notes.get(_language(), ""),
        }

    @property
    def _notes(self) -> dict[str, str]:
        return dict(getattr(self.entry, "notes", {}))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("confidence") == Confidence.CONFIRMED and not data.get("sources"):
            self.add_error("confidence", _now("A confirmed fact has two sources or more."))
        return data

    @property
    def fields_of_entry(self) -> dict[str, Any]:
        """What the services take: the columns that the form fills."""
        data = self.cleaned_data
        names = ("source_text", "sources", "checked_on_date", "confidence")
        notes = {**self._notes, _language(): data["note"]}
        return {
            **{name: data[name] for name in names},
            "notes": {code: text for code, text in notes.items() if text},
        }

    @property
    def new_entry(self) -> Any:
        """The row that the service enters, not saved yet."""
        keys = {name: self.cleaned_data[name] for name in self.keys}
        model: Any = self.model
        return model(participant=self.participant, **keys, **self.fields_of_entry)


def _language() -> str:
    return (get_language() or settings.LANGUAGE_CODE).split("-")[0]


class _NamedForm(EntryForm):
    """An entry with a name in each language of the portal and of the participant; one is enough."""

    def __init__(self, *args: Any, participant: Participant, **kwargs: Any) -> None:
        self._codes = [
            *settings.PORTAL_LANGUAGES_OFFERED,
            *(c for c in participant.languages if c not in settings.PORTAL_LANGUAGES_OFFERED),
        ]
        super().__init__(*args, participant=participant, **kwargs)
        for code, name in self._name_fields():
            label = _now("Name in the language: %(language)s") % {
                "language": _name_of_language(code)
            }
            field = forms.CharField(
                label=label, required=False, max_length=200, validators=[validate_plain_text]
            )
            field.is_needed_with_others = True  # type: ignore[attr-defined]
            field.widget.attrs["lang"] = code
            self.fields[name] = field
        self.order_fields([*self.keys, *self.shown(), "note", *_SourceFields.base_fields, "reason"])

    def _name_fields(self) -> list[tuple[str, str]]:
        return [(code, f"name_{code}") for code in self._codes]

    def _first_values(self) -> dict[str, Any]:
        names = getattr(self.entry, "names", {})
        told = {field: names.get(code, "") for code, field in self._name_fields()}
        return {**super()._first_values(), **told}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        fields = [field for _code, field in self._name_fields()]
        was_refused = any(field in self.errors for field in fields)
        if not was_refused and not any(data.get(field) for field in fields):
            self.add_error(fields[0], _now("Give the name in one language at least."))
        return data

    @property
    def fields_of_entry(self) -> dict[str, Any]:
        told = {code: self.cleaned_data[field] for code, field in self._name_fields()}
        names = {**getattr(self.entry, "names", {}), **told}
        return {
            **super().fields_of_entry,
            "names": {code: name for code, name in names.items() if name},
        }


class AuthorityForm(_NamedForm):
    model = Authority
    keys = ("kind",)
    kind = forms.ChoiceField(
        label=pgettext_lazy("authority", "Kind"), choices=AuthorityKind.choices
    )
    acronym = forms.CharField(
        label=_("Acronym"), required=False, max_length=40, validators=[validate_plain_text]
    )
    website = forms.URLField(
        label=_("Website"), required=False, max_length=200, assume_scheme="https"
    )

    def shown(self) -> Iterable[str]:
        return [*(field for _code, field in self._name_fields()), "acronym", "website"]

    def _first_values(self) -> dict[str, Any]:
        own = {"acronym": "", "website": ""}
        told = {name: getattr(self.entry, name, value) for name, value in own.items()}
        return {**super()._first_values(), **told}

    @property
    def fields_of_entry(self) -> dict[str, Any]:
        data = self.cleaned_data
        fields = {
            **super().fields_of_entry,
            "acronym": data["acronym"],
            "website": data["website"],
        }
        if data["website"] != getattr(self.entry, "website", ""):
            # The old address's sources say nothing of the new one.
            fields |= {
                "website_confidence": data["confidence"],
                "website_sources": data["sources"],
            }
        return fields


class EmergencyNumberForm(EntryForm):
    model = EmergencyNumber
    keys = ("purpose",)
    purpose = forms.ChoiceField(
        label=pgettext_lazy("emergency number", "For"), choices=EmergencyPurpose.choices
    )
    number = forms.CharField(
        label=_("Number"),
        max_length=20,
        help_text=_("As it is dialled inside the country, for example 112."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )

    def shown(self) -> Iterable[str]:
        return ["number"]

    def _first_values(self) -> dict[str, Any]:
        return {**super()._first_values(), "number": getattr(self.entry, "number", "")}

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"]
        digits = number.replace(" ", "").replace("-", "")
        if not (digits.removeprefix("+").isascii() and digits.removeprefix("+").isdecimal()):
            raise ValidationError(_now("An emergency number has digits only."))
        if not 2 <= len(digits) <= phones.MAX_DIGITS:  # noqa: PLR2004 -- Kazakhstan's 0x numbers are the shortest
            raise ValidationError(_now("An emergency number has 2 to 15 digits."))
        return digits

    @property
    def fields_of_entry(self) -> dict[str, Any]:
        return {**super().fields_of_entry, "number": self.cleaned_data["number"]}


class PhonesField(forms.CharField):
    """Telephone numbers, one in each line; becomes the list that is stored."""

    widget = LongText(rows=2)

    def to_python(self, value: Any) -> Any:
        lines = (super().to_python(value) or "").splitlines()
        written = [line for line in lines if line.strip()]
        if len(written) > MAX_PHONES:
            raise ValidationError(_("Give at most three telephone numbers."))
        return [phones.parse(line).stored for line in written]

    def run_validators(self, value: Any) -> None:
        """Each number was looked at already; the list as a whole has no validators."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(phones.Phone(**phone).text for phone in value)


class ContactPointForm(_NamedForm):
    model = ContactPoint
    keys = ("kind", "authority_kind")
    kind = forms.ChoiceField(
        label=pgettext_lazy("contact point", "Kind"), choices=ContactPointKind.choices
    )
    authority_kind = forms.ChoiceField(
        label=_("Of which body"),
        required=False,
        choices=[("", _("The participant itself")), *AuthorityKind.choices],
    )
    phones = PhonesField(
        label=_("Telephone"),
        required=False,
        max_length=200,
        help_text=_(
            "With + and the country's code, one in each line: +90 312 555 01 01 ext. 12. At most three."
        ),
    )
    email = forms.EmailField(label=_("E-mail address"), required=False, max_length=254)
    radio = forms.CharField(
        label=_("Radio or satellite"),
        required=False,
        max_length=200,
        validators=[validate_plain_text],
        help_text=_("Frequency and call sign, or the satellite telephone's network and number."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages spoken"), required=False, widget=forms.CheckboxSelectMultiple
    )
    hours = forms.ChoiceField(
        label=_("Hours"),
        widget=forms.RadioSelect,
        choices=[(ALWAYS, _("Day and night, 24/7")), (OFFICE, _("Office hours"))],
    )
    opens_at = forms.TimeField(label=_("Opens at"), required=False, widget=HourInput)
    closes_at = forms.TimeField(label=_("Closes at"), required=False, widget=HourInput)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Open on"),
        required=False,
        coerce=int,
        choices=WEEKDAYS.items(),
        widget=forms.CheckboxSelectMultiple,
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone of the hours"), help_text=_("The zone in which the office stands.")
    )
    valid_from_date = forms.DateField(
        label=_("Valid from"), required=False, widget=DayInput,
        help_text=_("If it does not hold yet: the first day."),
    )  # fmt: skip
    visibility = forms.ChoiceField(
        label=_("Who may see it"),
        choices=ContactVisibility.choices,
        initial=ContactVisibility.MEMBERS,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, participant: Participant, **kwargs: Any) -> None:
        super().__init__(*args, participant=participant, **kwargs)
        self.fields["authority_kind"].is_needed_with_others = True  # type: ignore[attr-defined]
        spoken = dict.fromkeys((*participant.languages, *SPOKEN))
        self.fields["languages"].choices = [(code, _name_of_language(code)) for code in spoken]  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = _zone_choices(self.initial["time_zone"])  # type: ignore[attr-defined]

    def shown(self) -> Iterable[str]:
        return [
            *(field for _code, field in self._name_fields()),
            *(
                "phones",
                "email",
                "radio",
                "languages",
                "hours",
                "opens_at",
                "closes_at",
                "weekdays",
            ),
            *("time_zone", "valid_from_date", "visibility"),
        ]

    def _first_values(self) -> dict[str, Any]:
        entry = self.entry
        if not isinstance(entry, ContactPoint):
            own: dict[str, Any] = {
                "time_zone": self.participant.time_zone,
                "languages": self.participant.languages,
                "hours": ALWAYS,
                "weekdays": [1, 2, 3, 4, 5],
            }
            return {**super()._first_values(), **own}
        names = ("phones", "email", "radio", "languages", "opens_at", "closes_at", "weekdays",
                 "time_zone", "valid_from_date", "visibility")  # fmt: skip
        hours = ALWAYS if entry.is_always_open else OFFICE
        told = {name: getattr(entry, name) for name in names}
        return {**super()._first_values(), **told, "hours": hours}

    def clean_phones(self) -> Any:
        written: list[dict[str, str]] = self.cleaned_data["phones"]
        is_training = isinstance(self.entry, ContactPoint) and self.entry.is_demo
        if not is_training and any(phones.Phone(**phone).is_invented for phone in written):
            raise ValidationError(_now("No country's code begins with 0."))
        return written

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        reach = ("phones", "email", "radio")
        if not any(name in self.errors or data.get(name) for name in reach):
            sentence = _now("Give a telephone number, an e-mail address or a radio.")
            self.add_error("phones", sentence)
        if data.get("hours") == OFFICE:
            self._clean_office_hours(data)
        return data

    def _clean_office_hours(self, data: dict[str, Any]) -> None:
        for name, sentence in (
            ("opens_at", _now("Say when the office opens.")),
            ("closes_at", _now("Say when the office closes.")),
            ("weekdays", _now("Say on which days the office is open.")),
        ):
            # Midnight is a time, an empty list of days is none.
            if name not in self.errors and data.get(name) in (None, []):
                self.add_error(name, sentence)
        if data.get("opens_at") is not None and data.get("opens_at") == data.get("closes_at"):
            self.add_error("closes_at", _now("An office closes at another time than it opens."))

    @property
    def fields_of_entry(self) -> dict[str, Any]:
        data = self.cleaned_data
        is_always_open = data["hours"] == ALWAYS
        names = (
            "phones",
            "email",
            "radio",
            "languages",
            "time_zone",
            "valid_from_date",
            "visibility",
        )
        return {
            **super().fields_of_entry,
            **{name: data[name] for name in names},
            "is_always_open": is_always_open,
            "opens_at": None if is_always_open else data["opens_at"],
            "closes_at": None if is_always_open else data["closes_at"],
            "weekdays": [] if is_always_open else data["weekdays"],
        }


@cache
def _zones() -> list[tuple[str, str]]:
    names = sorted(name for name in available_timezones() if name.startswith(AREAS))
    return [(name, name.replace("_", " ")) for name in ("UTC", *names)]


def _zone_choices(own: str) -> list[tuple[str, str]]:
    """Return the zones of the participants' continents, and the office's own wherever it is."""
    zones = _zones()
    return zones if any(own == name for name, _label in zones) else [(own, own), *zones]


class ConfirmForm(SeenForm, _SourceFields):
    """That somebody looked again and found the entry as it stands."""

    sources = None  # type: ignore[assignment]  # those of the entry stay

    def __init__(self, *args: Any, entry: Dated, **kwargs: Any) -> None:
        super().__init__(*args, entry=entry, **kwargs)
        self.fields["source_text"].label = _("How it was checked")
        self.fields["source_text"].help_text = _("For example: called, and answered by the office.")
        today = timezone.localdate()
        first = {"checked_on_date": today, "confidence": entry.confidence}
        self.initial = {**self.initial, **first}

    def clean_checked_on_date(self) -> Any:
        day = super().clean_checked_on_date()
        assert self.entry
        if self.entry.checked_on_date and day < self.entry.checked_on_date:
            raise ValidationError(_now("It was checked on a later day already."))
        return day

    @property
    def fields_of_check(self) -> dict[str, Any]:
        names = ("source_text", "checked_on_date", "confidence")
        return {name: self.cleaned_data[name] for name in names}


class WithdrawForm(SeenForm):
    reason = forms.CharField(
        label=_("Why it is withdrawn"),
        max_length=500,
        validators=[validate_plain_text],
        widget=LongText(rows=3),
    )
