"""What is filled in about the adoption and the authentication of a text: the act, and a row for each State."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.models import Adoption, Authentication
from agreements.vocabularies.adoption import (
    AdoptionMethod,
    AuthenticatedDocument,
    AuthenticationProcedure,
    ConsentHow,
    Vote,
    VotingRule,
)
from ots_portal.participants.models import Participant
from ots_portal.texts.fields import validate_plain_text
from ots_portal.ui.forms import DayInput

MOST_VOTES = 400
_NOTHING = ("", "—")
# The fields of a State's row in the two forms; each is named state-<key>-<field>.
ADOPTION_FIELDS = ("how", "vote", "on_date", "reference")


def _line(label: Any, *, length: int = 200, **more: Any) -> forms.CharField:
    more.setdefault("required", False)
    return forms.CharField(label=label, max_length=length, validators=[validate_plain_text], **more)


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput, **more)


def _votes(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=MOST_VOTES)


class RowsForm(forms.Form):
    """A form with a group of fields for each State; ``states`` are those that negotiated the text."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, states: Sequence[Participant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.states = list(states)
        self.own_fields = [name for name in self.fields if name != "version"]
        self.initial = {**self.first_values(), **self.initial}
        for state in self.states:
            for name, field in self.fields_of_state().items():
                self.fields[self.name_of(state, name)] = field

    def first_values(self) -> dict[str, Any]:
        raise NotImplementedError

    def fields_of_state(self) -> dict[str, forms.Field]:
        raise NotImplementedError

    @staticmethod
    def name_of(state: Participant, field: str) -> str:
        return f"state-{state.pk}-{field}"

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0

    @property
    def head(self) -> list[Any]:
        """The fields of the act itself, as they are drawn."""
        return [self[name] for name in self.own_fields]

    @property
    def rows(self) -> list[tuple[Participant, list[Any]]]:
        """Each State with its fields, as they are drawn."""
        return [
            (state, [self[self.name_of(state, name)] for name in self.fields_of_state()])
            for state in self.states
        ]

    def told_of(self, state: Participant) -> dict[str, Any]:
        """Return what was filled in of a State, by the names of its fields."""
        return {
            name: self.cleaned_data.get(self.name_of(state, name))
            for name in self.fields_of_state()
        }


class AdoptionForm(RowsForm):
    """Who consented, or how the conference voted; a row that says nothing is none."""

    method = forms.ChoiceField(
        label=_("How it was adopted"),
        choices=AdoptionMethod.choices,
        help_text=_(
            "By the consent of all States that drew it up; or at an international conference, by the vote of two "
            "thirds of those present and voting (Vienna Convention, article 9)."
        ),
    )
    on_date = _day(_("Adopted on"))
    place = _line(_("Place"), length=100)
    decision_id = forms.TypedChoiceField(
        label=_("Decision of a meeting"), required=False, coerce=UUID, empty_value=None,
        help_text=_("The decision that says so; it is shown at the agreement, and the agreement at it."),
    )  # fmt: skip
    conference = _line(_("Conference"), help_text=_("Of a vote only: which conference voted."))
    voting_rule = forms.ChoiceField(
        label=_("Rule of the vote"),
        choices=VotingRule.choices,
        initial=VotingRule.TWO_THIRDS,
        help_text=_(
            "Two thirds, unless the States decide by the same majority to apply a different rule."
        ),
    )
    rule_on_date = _day(
        _("Another rule was decided on"),
        required=False,
        help_text=_("Of another rule than two thirds only."),
    )
    rule_for_count = _votes(_("Votes for another rule"))
    rule_against_count = _votes(_("Votes against another rule"))
    note = _line(_("Note"), length=500)

    def __init__(
        self,
        *args: Any,
        adoption: Adoption | None,
        decisions: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        self.adoption = adoption
        super().__init__(*args, **kwargs)
        self.fields["decision_id"].choices = [_NOTHING, *decisions]  # type: ignore[attr-defined]
        if not decisions:
            del self.fields["decision_id"]
            self.own_fields.remove("decision_id")

    def fields_of_state(self) -> dict[str, forms.Field]:
        return {
            "how": forms.ChoiceField(
                label=_("Consented by"), choices=[_NOTHING, *ConsentHow.choices], required=False
            ),
            "on_date": _day(_("Day"), required=False),
            "reference": _line(
                _("Where it is found"), help_text=_("Number of the note, item of the agenda.")
            ),
            "vote": forms.ChoiceField(
                label=pgettext_lazy("adoption", "Vote"),
                choices=[_NOTHING, *Vote.choices],
                required=False,
            ),
        }

    def first_values(self) -> dict[str, Any]:
        if not self.adoption:
            return {"version": 0, "on_date": timezone.localdate()}
        values: dict[str, Any] = {
            name: getattr(self.adoption, name) for name in ("version", *self.own_fields)
        }
        for act in self.adoption.acts.all():
            for name in ADOPTION_FIELDS:
                values[self.name_of(act.participant, name)] = getattr(act, name)
        return values

    @property
    def told(self) -> dict[str, Any]:
        """What the service takes: the act's fields, its version, and the acts of States."""
        data = self.cleaned_data
        word = "vote" if data["method"] == AdoptionMethod.CONFERENCE_VOTE else "how"
        acts = [{"participant": state, **self.told_of(state)} for state in self.states]
        return {
            **{name: data[name] for name in self.own_fields},
            "version": data["version"],
            "acts": [act for act in acts if act[word]],
        }


class AuthenticationForm(RowsForm):
    """Which procedure made the text authentic, and who signed or initialled it."""

    procedure = forms.ChoiceField(
        label=_("Procedure"),
        choices=AuthenticationProcedure.choices,
        help_text=_(
            "A procedure that the text provides for or the States agreed upon; failing that signature, signature ad "
            "referendum or initialling (Vienna Convention, article 10)."
        ),
    )
    document = forms.ChoiceField(label=_("Of what"), choices=AuthenticatedDocument.choices)
    on_date = _day(_("Authenticated on"))
    place = _line(_("Place"), length=100, required=True)
    agreed_in = _line(
        _("Where the procedure is agreed"),
        length=300,
        help_text=_("Of an agreed procedure only: the article, or the decision."),
    )
    note = _line(_("Note"), length=500)

    def __init__(self, *args: Any, authentication: Authentication | None, **kwargs: Any) -> None:
        self.authentication = authentication
        super().__init__(*args, **kwargs)

    def fields_of_state(self) -> dict[str, forms.Field]:
        return {
            "signed_by": _line(_("Signed or initialled by"), help_text=_("By office and name."))
        }

    def first_values(self) -> dict[str, Any]:
        if not self.authentication:
            return {"version": 0, "on_date": timezone.localdate()}
        values: dict[str, Any] = {
            name: getattr(self.authentication, name) for name in ("version", *self.own_fields)
        }
        for act in self.authentication.acts.all():
            values[self.name_of(act.participant, "signed_by")] = act.signed_by
        return values

    @property
    def told(self) -> dict[str, Any]:
        """What the service takes: the act's fields, its version, and who signed or initialled."""
        data = self.cleaned_data
        acts = [{"participant": state, **self.told_of(state)} for state in self.states]
        return {
            **{name: data[name] for name in self.own_fields},
            "version": data["version"],
            "acts": [act for act in acts if act["signed_by"]],
        }
