"""What is filled in about reservations, objections, declarations, corrections and the registration."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import get_language_info, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agreements.forms.places import PlacesField
from agreements.forms.treaty import OnForm
from agreements.models import Correction, Instrument, Reservation
from agreements.models.corrections import (
    LONGEST_OBJECTION_DAYS,
    LONGEST_WORDS,
    USUAL_OBJECTION_DAYS,
)
from agreements.models.final_clauses import LONGEST_PLACE
from agreements.queries.treaty import states_for
from agreements.services.corrections import Line
from agreements.vocabularies.reservations import DeclarationKind, MadeWith
from ots_portal.participants.models import Participant
from ots_portal.texts.fields import MAX_LENGTH, validate_plain_text
from ots_portal.ui.forms import DayInput, LongText

# Places that one page of a correction takes; the API takes fifty.
LINES_ON_PAGE = 4


class TextsForm(forms.Form):
    """A form with the words in each language of the portal; one of them is enough."""

    TEXTS = tuple(f"text_{code}" for code, _name in settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, _name in settings.LANGUAGES:
            self.fields[f"text_{code}"] = forms.CharField(
                label=format_lazy("{} ({})", _("Text"), get_language_info(code)["name_local"]),
                max_length=MAX_LENGTH,
                required=False,
                widget=LongText({"lang": code}, rows=4),
                validators=[validate_plain_text],
            )
        self.fields[self.TEXTS[0]].help_text = _("As the State wrote it. One language is enough.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        written = {code: data.pop(f"text_{code}", "") for code, _name in settings.LANGUAGES}
        data["texts"] = {code: text.replace("\r\n", "\n") for code, text in written.items() if text}
        if not data["texts"] and not set(self.TEXTS) & set(self.errors):
            self.add_error(self.TEXTS[0], _("Write it in one language at least."))
        return data


def _state(label: Any = None) -> Any:
    return forms.ModelChoiceField(
        label=label or pgettext_lazy("participant", "State"), queryset=Participant.objects.none()
    )


def _note() -> forms.CharField:
    return forms.CharField(
        label=_("Note"), max_length=500, required=False, validators=[validate_plain_text]
    )


class _StatesTextsForm(TextsForm):
    participant = _state()

    def __init__(self, *args: Any, instrument: Instrument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["participant"].queryset = states_for(instrument)  # type: ignore[attr-defined]
        self.fields["note"] = _note()


class ReservationForm(_StatesTextsForm):
    made_with = forms.ChoiceField(
        label=_("Made"),
        choices=MadeWith.choices,
        help_text=_("Its day is the day of that act, as it stands in the ledger."),
    )
    received_on_date = forms.DateField(
        label=_("Received on"),
        widget=DayInput,
        help_text=_("With the act or before it: a later one is too late."),
    )
    provisions = PlacesField(
        label=_("Provisions"),
        help_text=_("One in each line, as the text names them: Article 5, Paragraph 2."),
    )


class ObjectionForm(_StatesTextsForm):
    received_on_date = forms.DateField(label=_("Received on"), widget=DayInput)
    precludes_entry_into_force = forms.BooleanField(
        label=_("The treaty shall not enter into force between the two States"),
        required=False,
        help_text=_(
            "Only where the objecting State says so definitely (Vienna Convention, article 20, 4 b)."
        ),
    )


class DeclarationForm(_StatesTextsForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=DeclarationKind.choices)
    received_on_date = forms.DateField(label=_("Received on"), widget=DayInput)
    provisions = PlacesField(
        label=_("Provisions"),
        required=False,
        help_text=_("One in each line. Leave it empty where it is about the whole treaty."),
    )


class NothingMoreForm(forms.Form):
    """Nothing is filled in: whoever sends it has read what it does."""


class AcceptanceForm(OnForm):
    participant = _state(pgettext_lazy("participant", "Accepting State"))

    field_order = ("participant", "on")

    def __init__(self, *args: Any, reservation: Reservation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = states_for(reservation.instrument).exclude(pk=reservation.participant_id)
        self.fields["participant"].queryset = states  # type: ignore[attr-defined]


class DecisionOfTheOrganForm(OnForm):
    decision = forms.TypedChoiceField(
        label=_("Decision of the competent organ"),
        coerce=UUID,
        help_text=_("Adopted decisions that you may read, the newest first."),
    )

    field_order = ("decision", "on")

    def __init__(self, *args: Any, decisions: Mapping[UUID, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            *((str(pk), label) for pk, label in decisions.items()),
        ]


class CorrectionForm(forms.Form):
    """An error and the places where it stands: four on a page, empty ones are passed over."""

    error = forms.CharField(
        label=_("The error"),
        max_length=1000,
        widget=LongText(rows=2),
        validators=[validate_plain_text],
        help_text=_("In one sentence, as the States will read it."),
    )
    objection_days = forms.IntegerField(
        label=_("Days to object"),
        min_value=1,
        max_value=LONGEST_OBJECTION_DAYS,
        initial=USUAL_OBJECTION_DAYS,
        help_text=_("From the notification on; ninety is what depositaries set."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, LINES_ON_PAGE + 1):
            self._add_line(number)

    def _add_line(self, number: int) -> None:
        is_needed = number == 1
        # Lines are kept as they are: a space may be the error.
        words: dict[str, Any] = {
            "max_length": LONGEST_WORDS,
            "strip": False,
            "required": is_needed,
            "validators": [validate_plain_text],
        }
        self.fields[f"place_{number}"] = forms.CharField(
            label=format_lazy(_("Place {number}: provision"), number=number),
            max_length=LONGEST_PLACE,
            required=is_needed,
            validators=[validate_plain_text],
        )
        self.fields[f"language_{number}"] = forms.ChoiceField(
            label=format_lazy(_("Place {number}: language"), number=number),
            choices=settings.LANGUAGES,
            required=False,
        )
        self.fields[f"wrong_{number}"] = forms.CharField(
            label=format_lazy(_("Place {number}: wrong words"), number=number),
            widget=LongText(rows=2),
            **words,
        )
        self.fields[f"right_{number}"] = forms.CharField(
            label=format_lazy(_("Place {number}: right words"), number=number),
            widget=LongText(rows=2),
            **words,
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        lines = [self._line(data, number) for number in range(1, LINES_ON_PAGE + 1)]
        told: dict[str, Any] = {
            name: data[name] for name in ("error", "objection_days") if name in data
        }
        return {**told, "lines": [line for line in lines if line]}

    @staticmethod
    def _line(data: dict[str, Any], number: int) -> Line | None:
        place, wrong, right = (
            data.get(f"{name}_{number}") or "" for name in ("place", "wrong", "right")
        )
        if not (place or wrong or right):
            return None
        language = data.get(f"language_{number}") or settings.LANGUAGES[0][0]
        return Line(place, language, wrong.replace("\r\n", "\n"), right.replace("\r\n", "\n"))


class CorrectionObjectionForm(forms.Form):
    """Why a State objects; which one is asked of the depositary alone."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=500,
        widget=LongText(rows=3),
        validators=[validate_plain_text],
    )

    def __init__(self, *args: Any, correction: Correction, asks_state: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asks_state:
            field = _state(pgettext_lazy("participant", "Objecting State"))
            field.queryset = states_for(correction.instrument)
            self.fields = {"participant": field, **self.fields}


class SubmitRegistrationForm(forms.Form):
    submitted_on_date = forms.DateField(label=_("Transmitted on"), widget=DayInput)


class RegisterForm(OnForm):
    number = forms.CharField(
        label=_("Registration number"),
        max_length=20,
        validators=[validate_plain_text],
        help_text=_("As the United Nations have it: I-39357."),
    )


class PublishForm(OnForm):
    volume = forms.CharField(
        label=_("Volume of the United Nations Treaty Series"),
        max_length=20,
        validators=[validate_plain_text],
    )
