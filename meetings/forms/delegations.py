"""The forms of delegations: a person, who heads it, what is asked about credentials."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.models import Delegate, Delegation
from meetings.services.credentials import NOTE_LENGTH
from meetings.services.delegates import REASON_LENGTH
from meetings.statuses.delegations import DelegateCapacity
from ots_portal.people.models import User
from ots_portal.texts.fields import validate_plain_text


class DelegateForm(forms.Form):
    """A person of the delegation: with an account, or by name alone."""

    full_name = forms.CharField(
        label=_("Name"),
        max_length=150,
        required=False,
        validators=[validate_plain_text],
        help_text=_("As it stands on the list of participants."),
    )
    title = forms.CharField(
        label=_("Office"), max_length=200, required=False, validators=[validate_plain_text]
    )
    capacity = forms.ChoiceField(
        label=_("Capacity"), choices=DelegateCapacity.choices, initial=DelegateCapacity.MEMBER
    )
    user = forms.ModelChoiceField(
        label=_("Account in the portal"),
        queryset=User.objects.none(),
        required=False,
        help_text=_("Who has one is told of changes of the meeting."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    COMPARED = ("full_name", "title", "capacity", "user")

    def __init__(self, *args: Any, delegation: Delegation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(
            participant=delegation.participant_id, kind="person", is_active=True
        )
        self.fields["user"].queryset = people  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "full_name" in data and not data["full_name"] and not data.get("user"):
            self.add_error("full_name", _("Enter the name, or choose an account."))
        return data

    def facts(self) -> dict[str, Any]:
        """Return what was filled in, as the service takes it; only after ``is_valid()``."""
        return {name: self.cleaned_data[name] for name in self.COMPARED}


def delegate_form(delegate: Delegate, data: Any = None) -> DelegateForm:
    names = ("full_name", "title", "capacity", "version")
    initial = {name: getattr(delegate, name) for name in names} | {"user": delegate.user_id}
    return DelegateForm(data, delegation=delegate.delegation, initial=initial)


class HeadForm(forms.Form):
    """Who heads the delegation from now on."""

    delegate = forms.ModelChoiceField(
        label=_("From now on headed by"), queryset=Delegate.objects.none()
    )
    is_acting = forms.BooleanField(
        label=_("As acting head, until the head is back"), required=False
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        required=False,
        validators=[validate_plain_text],
    )

    def __init__(self, *args: Any, delegation: Delegation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = delegation.delegates.filter(removed_at=None)
        self.fields["delegate"].queryset = present  # type: ignore[attr-defined]


class QueryForm(forms.Form):
    note = forms.CharField(
        label=_("What is asked"),
        max_length=NOTE_LENGTH,
        required=False,
        validators=[validate_plain_text],
    )
