"""The final clauses, with a proper field for each part of the rule; combinations of rules are written as JSON."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.formats.ledger_acts import rule_of
from agreements.forms.places import PlacesField
from agreements.models import FinalClauses, Instrument
from agreements.queries.treaty import states_for
from agreements.rules.entry_into_force import WrongRule, parse_rule, rule_text
from agreements.rules.entry_into_force.reading import (
    MOST_DAYS,
    MOST_MONTHS,
    MOST_STATES,
    USUAL_COUNTS,
)
from agreements.vocabularies.acts import (
    CONSENTS,
    AccessionTerms,
    ActKind,
    RuleKind,
    SignatureTerms,
)
from agreements.vocabularies.reservations import AcceptanceTerms, ReservationTerms
from ots_portal.participants.models import Participant
from ots_portal.texts.fields import validate_plain_text
from ots_portal.ui.forms import DayInput, LongText

MAX_RULE_LENGTH = 20_000
NO_RULE, AS_JSON = "none", "json"
_STATES = ("required_states", "only_states", "except_states")
_OF_DEPOSITS = ("counts", *_STATES)
_LATER = ("later_unit", "later_count")
# Which fields each kind of rule has, in the order in which a clause says it.
FIELDS_OF = {
    NO_RULE: (),
    RuleKind.NTH_DEPOSIT_DAYS: ("n", "delay_count", "delay_unit", *_OF_DEPOSITS, *_LATER),
    RuleKind.ALL_SIGNATORIES_DAYS: ("delay_count", "delay_unit", *_OF_DEPOSITS, *_LATER),
    RuleKind.FIRST_OF_NTH_MONTH: ("months", "n", "days", *_OF_DEPOSITS, *_LATER),
    RuleKind.LAST_NOTIFICATION: ("delay_count", "delay_unit", *_OF_DEPOSITS, *_LATER),
    RuleKind.FIXED_DATE: ("date", *_LATER),
    AS_JSON: ("rule",),
}
KINDS = [
    (NO_RULE, _("Not known")),
    *[(kind, RuleKind(kind).label) for kind in FIELDS_OF if kind in RuleKind.values],
    (AS_JSON, _("Several rules together, as JSON")),
]
# The field of the form that a problem of the rule is shown at, where the two have other names.
_SHOWN_AT = {"per_state_after": "later_count"}


class RuleKindForm(forms.Form):
    """Which kind of rule is entered: the fields below follow it."""

    kind = forms.ChoiceField(label=_("How it enters into force"), choices=KINDS)


def kind_of(rule: Mapping[str, Any] | None) -> str:
    """Return the kind whose fields can show a rule; JSON where none can."""
    if not rule:
        return NO_RULE
    later = rule.get("per_state_after")
    is_plain = not isinstance(later, dict) or len(later) == 1
    # A single number with a meaning of its own: the month after the last deposit.
    is_short = rule.get("kind") == RuleKind.FIRST_OF_NTH_MONTH and rule.get("months") is None
    kind = rule.get("kind")
    return str(kind) if kind in FIELDS_OF and is_plain and not is_short else AS_JSON


def _number(label: Any, least: int, most: int, **more: Any) -> forms.IntegerField:
    more.setdefault("required", False)
    return forms.IntegerField(label=label, min_value=least, max_value=most, **more)


def _states(label: Any, choices: list[tuple[str, str]], **more: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        **more,
    )


class FinalClausesForm(forms.Form):
    """
    ``kind`` is which kind of rule the form shows: one of ``FIELDS_OF``.

    ``cleaned_data`` is what the service takes: the rule as a JSON object under ``rule``, None where it is not known.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    rule_kind = forms.ChoiceField(widget=forms.HiddenInput, choices=KINDS, required=False)
    clause = forms.CharField(
        label=_("Clause"),
        max_length=300,
        required=False,
        validators=[validate_plain_text],
        help_text=_("Where it stands: Article 20."),
    )
    signature_terms = forms.ChoiceField(
        label=_("Open for signature"),
        choices=SignatureTerms.choices,
        initial=SignatureTerms.UNTIL_IN_FORCE,
        required=False,
    )
    signature_until_date = forms.DateField(
        label=_("Last day for signatures"),
        widget=DayInput,
        required=False,
        help_text=_("Only where the treaty names a day."),
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

    def __init__(
        self,
        *args: Any,
        instrument: Instrument,
        clauses: FinalClauses | None,
        kind: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        stands = clauses or FinalClauses()
        self.kind = kind if kind in FIELDS_OF else kind_of(stands.rule)
        known = {**_fields(_state_choices(instrument, stands.rule)), "rule": _json_field()}
        self.rule_fields = list(FIELDS_OF[self.kind])
        for name in self.rule_fields:
            self.fields[name] = known[name]
        if self.kind == RuleKind.NTH_DEPOSIT_DAYS:
            self.fields["n"].required = True
        self.initial = {
            "version": clauses.version if clauses else 0,
            "rule_kind": self.kind,
            "clause": stands.clause,
            "signature_terms": stands.signature_terms,
            "signature_until_date": stands.signature_until_date,
            "accession": stands.accession,
            "withdrawal_months": stands.withdrawal_months,
            "reservation_terms": stands.reservation_terms,
            "reservation_provisions": stands.reservation_provisions,
            "reservation_acceptance": stands.reservation_acceptance,
            **self._first_of_rule(stands.rule),
        }
        self.initial["rule_kind"] = self.kind

    def _first_of_rule(self, rule: Mapping[str, Any] | None) -> dict[str, Any]:
        if self.kind == AS_JSON:
            return {"rule": json.dumps(rule, ensure_ascii=False, indent=2) if rule else ""}
        if not rule or kind_of(rule) != self.kind:
            return {"counts": sorted(USUAL_COUNTS), "delay_unit": "days"}
        unit = "months" if rule.get("months") is not None else "days"
        later = rule.get("per_state_after")
        later_unit, later_count = ("", None) if later is None else ("days", later)
        if isinstance(later, dict):
            [(later_unit, later_count)] = later.items()
        return {
            **{name: rule.get(name) for name in ("n", "months", "days", "date", *_STATES)},
            "counts": rule.get("counts") or sorted(USUAL_COUNTS),
            "delay_unit": unit,
            "delay_count": rule.get(unit),
            "later_unit": later_unit,
            "later_count": later_count,
        }

    # ── what is drawn ───────────────────────────────────────────────────────────────────────────
    @property
    def of_rule(self) -> list[Any]:
        return [self[name] for name in self.rule_fields]

    @property
    def of_clauses(self) -> list[Any]:
        return [
            self[name]
            for name in self.fields
            if name not in ("version", "rule_kind", *self.rule_fields)
        ]

    @property
    def sentence(self) -> str:
        """The rule that was filled in, as a sentence; "" where there is none, or none that can be calculated."""
        rule = self.cleaned_data.get("rule") if self.is_bound and self.is_valid() else None
        return rule_sentence(rule)

    # ── what was sent ───────────────────────────────────────────────────────────────────────────
    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0

    def clean_signature_terms(self) -> str:
        return self.cleaned_data["signature_terms"] or SignatureTerms.UNTIL_IN_FORCE

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

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        # What is chosen and not said would be left out of the rule without a word.
        if data.get("later_unit") and data.get("later_count", 0) is None:
            field = self.fields["later_count"]
            self.add_error("later_count", field.error_messages["required"])
        told = {
            name: data.get(name)
            for name in self.fields
            if name not in ("rule_kind", *self.rule_fields)
        }
        rule = data.get("rule") if self.kind == AS_JSON else self._rule_of(data)
        if rule is not None and not self.errors:
            self._refuse_wrong(rule)
        return {**told, "rule": rule}

    def _rule_of(self, data: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the rule as its JSON says it: what is empty is left out."""
        if self.kind == NO_RULE:
            return None
        rule: dict[str, Any] = {"kind": self.kind}
        for name in ("n", "months", "days", *_OF_DEPOSITS):
            if data.get(name) not in (None, "", []):
                rule[name] = data[name]
        if data.get("date"):
            rule["date"] = data["date"].isoformat()
        if data.get("delay_count") is not None:
            rule[data.get("delay_unit") or "days"] = data["delay_count"]
        if data.get("later_unit") and data.get("later_count") is not None:
            unit, count = data["later_unit"], data["later_count"]
            rule["per_state_after"] = count if unit == "days" else {unit: count}
        return rule

    def _refuse_wrong(self, rule: Mapping[str, Any]) -> None:
        try:
            parse_rule(rule)
        except WrongRule as error:
            for place, sentence in error.problems:
                self.add_error(self._field_of(place), sentence)

    def _field_of(self, place: str) -> str | None:
        if self.kind == AS_JSON:
            return "rule"
        name = place.partition(".")[0]
        name = _SHOWN_AT.get(name, name)
        if name in ("days", "months") and name not in self.rule_fields:
            name = "delay_count"
        return name if name in self.fields else None


def rule_sentence(rule: Mapping[str, Any] | None) -> str:
    """Return a rule as a sentence, its States by name; "" for none, or one that says nothing."""
    if not rule:
        return ""
    try:
        return rule_text(rule_of(dict(rule)))
    except WrongRule:
        return ""


def _state_choices(instrument: Instrument, rule: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """Return the States that a rule may name: those of the treaty, and whichever stand in it already."""
    named = {name for field in _STATES for name in (rule or {}).get(field) or ()}
    states = {state.pk: state for state in states_for(instrument)}
    states |= {state.pk: state for state in Participant.objects.filter(pk__in=named - set(states))}
    return sorted(((pk, state.name) for pk, state in states.items()), key=lambda pair: pair[1])


def _json_field() -> forms.CharField:
    return forms.CharField(
        label=_("Rule of entry into force"),
        widget=LongText(rows=8),
        required=False,
        max_length=MAX_RULE_LENGTH,
        help_text=_(
            'As JSON, such as {"kind": "any_of", "rules": [{"kind": "nth_deposit_days", "n": 3, "days": 30, '
            '"counts": ["ratification"]}, {"kind": "fixed_date", "date": "2027-01-01"}]}. Leave it empty while it is '
            "not known."
        ),
    )


def _fields(states: list[tuple[str, str]]) -> dict[str, forms.Field]:
    units = [("days", _("days")), ("months", _("months"))]
    later = [
        ("", _("The treaty does not say")),
        ("days", _("A number of days after its deposit")),
        ("months", _("A number of months after its deposit")),
        ("first_of_month", _("The first day of a month after its deposit")),
    ]
    return {
        "n": _number(
            _("Which deposit decides"), 1, MOST_STATES,
            help_text=_("The number of the deposit, such as 3; of the first day of a month: empty for the last one."),
        ),
        "delay_count": _number(_("Time after it"), 0, MOST_DAYS),
        "delay_unit": forms.ChoiceField(label=_("Counted in"), choices=units, required=False),
        "months": _number(
            _("Which month after it"), 1, MOST_MONTHS, required=True,
            help_text=_("1 for the next one; 4 for the month that follows three months."),
        ),
        "days": _number(
            _("Days before the month is counted"), 0, MOST_DAYS,
            help_text=_("Such as 60: the first day of the month after the 60th day."),
        ),
        "date": forms.DateField(label=_("Day"), widget=DayInput),
        "counts": forms.MultipleChoiceField(
            label=_("Which acts count"),
            choices=[(kind.value, kind.label) for kind in ActKind if kind in CONSENTS],
            widget=forms.CheckboxSelectMultiple,
        ),
        "required_states": _states(
            _("States without which it does not enter into force"), states
        ),
        "only_states": _states(
            _("States of which alone the acts count"), states,
            help_text=_("Leave it empty where the acts of all count."),
        ),
        "except_states": _states(_("States whose acts do not count"), states),
        "later_unit": forms.ChoiceField(
            label=pgettext_lazy("final clauses", "A State that consents later is bound"),
            choices=later,
            required=False,
        ),
        "later_count": _number(
            _("How many, or which month"), 0, MOST_DAYS,
            help_text=_("Where the treaty does not say, a State is bound on the day of its deposit."),
        ),
    }  # fmt: skip
