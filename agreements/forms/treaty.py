"""What is filled in about a treaty's life; what the services refuse comes back beside the field."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language_info, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agreements.models import Instrument, LedgerEntry
from agreements.queries.treaty import states_for
from agreements.vocabularies.acts import DepositedKind, Office, SignatureKind
from agreements.vocabularies.adoption import WaiverBasis
from ots_portal.participants.models import Participant
from ots_portal.texts.fields import validate_plain_text
from ots_portal.ui.forms import DayInput, LongText


def _line(label: Any, *, length: int = 200, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, validators=[validate_plain_text], **more)


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput, **more)


class ActForm(forms.Form):
    """What every act has: its State, and a note."""

    participant = forms.ModelChoiceField(
        label=pgettext_lazy("participant", "State"), queryset=Participant.objects.none()
    )

    def __init__(self, *args: Any, instrument: Instrument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["participant"].queryset = states_for(instrument)  # type: ignore[attr-defined]
        self.fields["note"] = _line(_("Note"), length=500, required=False)


class FullPowersForm(ActForm):
    holder = _line(
        _("Holder"), help_text=_("Who may sign, by office and name as the document has it.")
    )
    office = forms.ChoiceField(label=_("Office of the holder"), choices=Office.choices)
    issued_by = _line(
        _("Issued by"),
        help_text=_(
            "The Head of State, the Head of Government or the Minister for Foreign Affairs."
        ),
    )
    issued_on_date = _day(_("Issued on"))
    received_on_date = _day(_("Received on"))


class WaiverForm(forms.Form):
    """That full powers are dispensed with for one person of a State."""

    participant = forms.ModelChoiceField(
        label=pgettext_lazy("participant", "State"), queryset=Participant.objects.none()
    )
    holder = _line(
        _("Person"), help_text=_("Who is considered as representing the State, by office and name.")
    )
    office = forms.ChoiceField(label=_("Office of the person"), choices=Office.choices)
    basis = forms.ChoiceField(label=_("From what it appears"), choices=WaiverBasis.choices)
    reason = _line(
        _("Why"),
        length=500,
        help_text=_(
            "The practice or the circumstances in your own words; its State and the depositary read it."
        ),
    )

    def __init__(self, *args: Any, instrument: Instrument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["participant"].queryset = states_for(instrument)  # type: ignore[attr-defined]


class AnnulmentForm(forms.Form):
    """Why an entry was wrong; where it was counted for the entry into force, that one knows it."""

    reason = _line(
        _("Why it was wrong"), length=500, help_text=_("The States are told it with the annulment.")
    )

    def __init__(self, *args: Any, in_force: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if in_force:
            self.fields["says_in_force"] = forms.BooleanField(
                label=_(
                    "This entry was counted when the treaty entered into force. I know it; the treaty stays in force, "
                    "and the notification says so to the States."
                ),
                required=False,
            )


class SignatureForm(ActForm):
    kind = forms.ChoiceField(label=_("Kind of signature"), choices=SignatureKind.choices)
    signed_by = _line(
        _("Signed by"), help_text=_("By office and name, as the full powers name their holder.")
    )
    office = forms.ChoiceField(
        label=_("Office of the signatory"),
        choices=Office.choices,
        help_text=_(
            "A Head of State, a Head of Government or a Foreign Minister needs no full powers."
        ),
    )
    signed_on_date = _day(_("Signed on"))
    place = _line(_("Place"), length=100)


class StateInstrumentForm(ActForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=DepositedKind.choices)
    signed_by = _line(_("Signed by"))
    dated_date = _day(_("Day it bears"))
    received_on_date = _day(
        _("Received on"), help_text=_("It does not count before it is deposited.")
    )
    effective_date = _day(
        _("Succession from"),
        required=False,
        help_text=_("Of a succession only: the day from which the State succeeds."),
    )


class ReasonForm(forms.Form):
    reason = _line(_("Why"), length=500)


class OnForm(forms.Form):
    on = _day(_("Day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"on": timezone.localdate(), **self.initial}


class NotificationForm(forms.Form):
    """The text in each language of the portal: a State is told in its own, where it is one of them."""

    def __init__(
        self, *args: Any, entry: LedgerEntry, proposed: dict[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for code, _name in settings.LANGUAGES:
            language = {"language": get_language_info(code)["name_translated"]}
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("Text of the notification: %(language)s") % language,
                widget=LongText({"lang": code}, rows=6),
                max_length=4_000,
                validators=[validate_plain_text],
                initial=proposed.get(code, ""),
                help_text=_("It is issued once and never changes."),
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        return {"texts": {name.removeprefix("text_"): text for name, text in data.items()}}


class WhatIfForm(forms.Form):
    participant = forms.ModelChoiceField(
        label=pgettext_lazy("participant", "If this State"), queryset=Participant.objects.none()
    )
    on = _day(_("deposits on"))

    def __init__(self, *args: Any, instrument: Instrument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["participant"].queryset = states_for(instrument)  # type: ignore[attr-defined]


class AsOfForm(forms.Form):
    """The day of which the status page tells; today where it is empty."""

    as_of = _day(_("How things stood on"), required=False)
