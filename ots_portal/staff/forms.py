"""Forms of invitations and people's pages; whose people they are about never comes from a form."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from ots_portal.access.forms.own_settings import time_zone_choices
from ots_portal.access.forms.passwords import NewPasswordForm
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import InvitationStatus, Role, User, normalise_email
from ots_portal.staff import queries
from ots_portal.staff.rules import OFFERS
from ots_portal.staff.services.invitations import Acceptance, Offer
from ots_portal.staff.services.people import Reason, roles_for
from ots_portal.texts.fields import validate_plain_text

Choices = list[tuple[str, Any]]


def language_choices() -> Choices:
    return [
        (code, get_language_info(code)["name_local"].capitalize())
        for code in settings.PORTAL_LANGUAGES_OFFERED
    ]


def role_choices(roles: Any) -> Choices:
    return [(role, Role(role).label) for role in roles]


def participant_choices() -> Choices:
    return [(item.pk, item.name) for item in Participant.objects.order_by("slug")]


class NameField(forms.CharField):
    """A person's name, on one line; marks that cannot be seen are no name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=150, validators=[validate_plain_text, validate_name], **kwargs)

    def to_python(self, value: Any) -> str:
        return " ".join(str(super().to_python(value)).split())


def validate_name(value: str) -> None:
    """:raises ValidationError: unless there is a letter in it"""
    if not any(letter.isalpha() for letter in value):
        raise ValidationError(_("Type the name in letters."), code="name")


# ── invitations ─────────────────────────────────────────────────────────────────────────────────


class InviteForm(forms.Form):
    """
    Whom to invite.

    A head is asked for the role, in the own house; the administrator for the participant, and the
    role is its head's.
    """

    # No EmailField: whether it is an address, and whose it might be taken for, the service says.
    email = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "The official address of the person. The invitation goes there and nowhere else."
        ),
    )
    full_name = NameField(label=_("Name"))
    participant = forms.ModelChoiceField(
        label=_("Participant"), queryset=Participant.objects.order_by("slug")
    )
    role = forms.ChoiceField(label=_("Role"))
    language = forms.ChoiceField(
        label=_("Language"), help_text=_("Of the invitation; the person chooses their own later.")
    )

    def __init__(self, data: Any = None, *, by: User) -> None:
        super().__init__(data, initial={"language": by.language})
        self.by = by
        self.fields["language"].choices = language_choices()  # type: ignore[attr-defined]
        if by.role == Role.SYSTEM_ADMINISTRATOR:
            del self.fields["role"]
        else:
            del self.fields["participant"]
            self.fields["role"].choices = role_choices(OFFERS[by.role])  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        return normalise_email(self.cleaned_data["email"])

    def offer(self) -> Offer:
        participant = self.cleaned_data.get("participant", self.by.participant)
        return Offer(
            email=self.cleaned_data["email"],
            full_name=self.cleaned_data["full_name"],
            participant=participant,
            role=self.cleaned_data.get("role") or _head_of(participant),
            language=self.cleaned_data["language"],
        )


def _head_of(participant: Participant) -> str:
    is_secretariat = participant.kind == ParticipantKind.SECRETARIAT
    return Role.SECRETARIAT_HEAD if is_secretariat else Role.HEAD


class InvitationFilterForm(forms.Form):
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("All statuses")), *InvitationStatus.choices],
    )
    participant = forms.ChoiceField(label=_("Participant"), required=False)

    def __init__(self, data: Any = None, *, by: User) -> None:
        super().__init__(data)
        _offer_participants(self, by)

    def wishes(self) -> dict[str, Any]:
        self.is_valid()
        return dict(getattr(self, "cleaned_data", {}))


def _offer_participants(form: forms.Form, by: User) -> None:
    """Let those choose among participants who see the people of several."""
    if not queries.sees_everybody(by):
        del form.fields["participant"]
        return
    choices = [("", _("All participants")), *participant_choices()]
    form.fields["participant"].choices = choices  # type: ignore[attr-defined]


class AcceptForm(NewPasswordForm):
    """What a person chooses who comes in. The address is shown, and not theirs to change."""

    email = forms.EmailField(
        label=_("E-mail address"),
        disabled=True,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
        help_text=_("You sign in with it."),
    )
    full_name = NameField(
        label=_("Name"),
        help_text=_("As it shall stand beside what you do here."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language"), help_text=_("Of the pages and of the messages you are sent.")
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Every time you are shown names the zone it is in.")
    )

    field_order = ("email", "full_name", "new", "again", "language", "time_zone")

    def __init__(self, data: Any = None, *, person: User, at: datetime) -> None:
        super().__init__(data, user=person)
        shown = ("email", "full_name", "language", "time_zone")
        self.initial = {name: getattr(person, name) for name in shown}
        self.fields["new"].label = _("Password")
        self.fields["again"].label = _("The password once more")
        self.fields["language"].choices = language_choices()  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = time_zone_choices(at)  # type: ignore[attr-defined]

    def acceptance(self) -> Acceptance:
        chosen = {name: self.cleaned_data[name] for name in ("full_name", "language", "time_zone")}
        return Acceptance(password=self.cleaned_data["new"], **chosen)


# ── people ──────────────────────────────────────────────────────────────────────────────────────


class PeopleFilterForm(forms.Form):
    """What narrows the list; it lives in the address, so that a view of the list can be sent on."""

    q = forms.CharField(label=_("Name or e-mail address"), required=False, max_length=100)
    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", _("All roles")), *Role.choices]
    )
    participant = forms.ChoiceField(label=_("Participant"), required=False)
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("All statuses")), ("active", _("Active")), ("suspended", _("Suspended"))],
    )
    duty = forms.BooleanField(label=_("On duty"), required=False)

    def __init__(self, data: Any = None, *, by: User) -> None:
        super().__init__(data)
        _offer_participants(self, by)
        if not queries.sees_the_suspended(by):
            del self.fields["status"]

    def wishes(self) -> dict[str, Any]:
        """Return the cleaned filters; an impossible one narrows nothing and is shown as an error."""
        self.is_valid()
        return dict(getattr(self, "cleaned_data", {}))


class ChangeRoleForm(forms.Form):
    role = forms.ChoiceField(label=_("New role"), widget=forms.RadioSelect)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, person: User) -> None:
        super().__init__(data, initial={"version": person.rights_version})
        self.fields["role"].choices = role_choices(roles_for(person))  # type: ignore[attr-defined]


class SuspendForm(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), choices=Reason.choices, widget=forms.RadioSelect)
    duty_to = forms.ModelChoiceField(
        label=_("Who goes on duty instead"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody"),
    )

    def __init__(self, data: Any = None, *, person: User) -> None:
        super().__init__(data)
        if person.is_on_duty:
            successors = queries.who_may_take_over_duty(person)
            self.fields["duty_to"].queryset = successors  # type: ignore[attr-defined]
        else:
            del self.fields["duty_to"]

    def details(self) -> dict[str, Any]:
        wanted = ("reason", "duty_to")
        return {name: self.cleaned_data[name] for name in wanted if name in self.cleaned_data}
