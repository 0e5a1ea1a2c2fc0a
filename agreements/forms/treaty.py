"""What is filled in about a treaty's life; what the services refuse comes back beside the field."""

import json
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.forms.places import PlacesField
from agreements.models import FinalClauses, Instrument, LedgerEntry
from agreements.queries.treaty import states_for
from agreements.vocabularies.acts import AccessionTerms, DepositedKind, Office, SignatureKind
from agreements.vocabularies.reservations import AcceptanceTerms, ReservationTerms
from ots_portal.participants.models import Participant
from ots_portal.texts.fields import validate_plain_text
from ots_portal.ui.forms import DayInput, LongText

MAX_RULE_LENGTH = 20_000


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


class FinalClausesForm(forms.Form):
    """The rule is JSON, as docs/entry-into-force.md describes it; empty where it is not known."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    clause = _line(
        _("Clause"), length=300, required=False, help_text=_("Where it stands: Article 20.")
    )
    rule = forms.CharField(
        label=_("Rule of entry into force"),
        widget=LongText(rows=8),
        required=False,
        max_length=MAX_RULE_LENGTH,
        help_text=_(
            'As JSON, such as {"kind": "nth_deposit_days", "n": 3, "days": 30, "counts": '
            '["ratification"]}. Leave it empty while it is not known.'
        ),
    )
    accession = forms.ChoiceField(label=_("Who may accede"), choices=AccessionTerms.choices)
    withdrawal_months = forms.IntegerField(
        label=_("Months of notice for a withdrawal"),
        required=False,
        min_value=0,
        max_value=120,
        help_text=_("Leave it empty where the treaty says nothing: twelve months."),
    )
    reservation_terms = forms.ChoiceField(
        label=_("Reservations"),
        choices=ReservationTerms.choices,
        required=False,
        initial=ReservationTerms.SILENT,
    )
    reservation_provisions = PlacesField(
        label=_("Provisions that the clause on reservations names"),
        required=False,
        help_text=_("One in each line, as the text names them: Article 5, Paragraph 2."),
    )
    reservation_acceptance = forms.ChoiceField(
        label=_("Who accepts a reservation"),
        choices=AcceptanceTerms.choices,
        required=False,
        initial=AcceptanceTerms.EACH,
    )

    def __init__(self, *args: Any, clauses: FinalClauses | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stands = clauses or FinalClauses()
        rule = json.dumps(stands.rule, ensure_ascii=False, indent=2) if stands.rule else ""
        self.initial = {
            "version": clauses.version if clauses else 0,
            "clause": stands.clause,
            "rule": rule,
            "accession": stands.accession,
            "withdrawal_months": stands.withdrawal_months,
            "reservation_terms": stands.reservation_terms,
            "reservation_provisions": stands.reservation_provisions,
            "reservation_acceptance": stands.reservation_acceptance,
        }

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0

    def clean_reservation_terms(self) -> str:
        """Return what was chosen; what was not sent says that the treaty is silent."""
        return self.cleaned_data["reservation_terms"] or ReservationTerms.SILENT

    def clean_reservation_acceptance(self) -> str:
        return self.cleaned_data["reservation_acceptance"] or AcceptanceTerms.EACH

    def clean_rule(self) -> dict[str, Any] | None:
        text = self.cleaned_data["rule"].strip()
        if not text:
            return None
        try:
            rule = json.loads(text)
        except (ValueError, RecursionError):
            raise forms.ValidationError(_("The rule is no JSON.")) from None
        if not isinstance(rule, dict):
            raise forms.ValidationError(_("The rule is a JSON object."))
        return rule


class ReasonForm(forms.Form):
    reason = _line(_("Why"), length=500)


class OnForm(forms.Form):
    on = _day(_("Day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"on": timezone.localdate(), **self.initial}


class NotificationForm(forms.Form):
    text = forms.CharField(
        label=_("Text of the notification"),
        widget=LongText(rows=8),
        max_length=4_000,
        validators=[validate_plain_text],
        help_text=_("It is issued once and never changes."),
    )

    def __init__(self, *args: Any, entry: LedgerEntry, proposed: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"text": proposed}


class WhatIfForm(forms.Form):
    participant = forms.ModelChoiceField(
        label=pgettext_lazy("participant", "If this State"), queryset=Participant.objects.none()
    )
    on = _day(_("deposits on"))

    def __init__(self, *args: Any, instrument: Instrument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["participant"].queryset = states_for(instrument)  # type: ignore[attr-defined]
