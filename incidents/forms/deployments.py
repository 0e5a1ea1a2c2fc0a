"""The forms of deployments: plan, steps, log, a longer stay, the host's cards."""

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from incidents.models import Deployment, HostNationCard, OfferItem
from incidents.rules.deployments import STILL_PLANNED
from incidents.services.deployments import AS_IT_LEFT, FACTS
from incidents.statuses import DeploymentStatus
from ots_portal.clock import parse_moment
from ots_portal.participants.models import Participant
from ots_portal.texts.fields import validate_plain_text
from ots_portal.ui.forms import DayInput, LongText, MomentInput

LARGEST = 2_000_000_000
_PLAIN = [validate_plain_text]


def _count(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=LARGEST, required=False)


def _text(label: Any, length: int, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=length, required=False, validators=_PLAIN, **more
    )


class DeploymentForm(forms.Form):
    """Plan a deployment, or correct it; the quantity is given once."""

    name = forms.CharField(label=_("Team"), max_length=150, validators=_PLAIN)
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=LARGEST)
    people = _count(_("People"))
    dogs = _count(_("Search dogs"))
    vehicles = _count(_("Vehicles"))
    weight_kg = _count(_("Weight (kg)"))
    leader_name = _text(
        _("Team leader"), 150, help_text=_("Shown to the two parties and the secretariat only.")
    )
    leader_phone = _text(_("Telephone"), 40, help_text=_("In international form: +90 …"))
    entry_point = _text(_("Entry point"), 150)
    worksite = _text(_("Worksite"), 200)
    eta_at = forms.DateTimeField(label=_("Expected to arrive"), required=False, widget=MomentInput)
    until_at = forms.DateTimeField(label=_("Stays until"), required=False, widget=MomentInput)
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    #: What two versions of a deployment are compared by.
    COMPARED = FACTS

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        counts = ("people", "dogs", "vehicles", "weight_kg")
        return {**data, **{name: data.get(name) or 0 for name in counts}}

    def facts(self) -> dict[str, Any]:
        """Return what was filled in, as the service takes it; only after ``is_valid()``."""
        return {name: self.cleaned_data[name] for name in FACTS}


def new_form(line: OfferItem, *, left: int, data: Any = None) -> DeploymentForm:
    """Return the form for a line of which ``left`` may still be sent, filled from its capacity."""
    capacity = line.capacity
    initial: dict[str, Any] = {"quantity": left, "submission_key": uuid.uuid4()}
    if capacity:
        counts = ("name", "people", "dogs", "vehicles", "weight_kg")
        initial |= {name: getattr(capacity, name) for name in counts}
    if line.available_until:
        initial["until_at"] = line.available_until
    request = line.request_item.request if line.request_item else None
    if request:
        initial["entry_point"] = next(iter(request.entry_points), "")
        initial["worksite"] = request.delivery_place
    return DeploymentForm(data, initial=initial)


def edit_form(deployment: Deployment, *, data: Any = None) -> DeploymentForm:
    """Return the form with what stands now; ``data`` is what was posted, None to show it."""
    initial = {name: getattr(deployment, name) for name in (*FACTS, "quantity", "version")}
    form = DeploymentForm(data, initial=initial)
    form.fields["quantity"].disabled = True
    if deployment.status != DeploymentStatus.PLANNED:
        form.fields["until_at"].disabled = True
        form.fields["until_at"].help_text = _("Both sides agree to a longer stay.")
    if deployment.status not in STILL_PLANNED:
        for name in AS_IT_LEFT:
            form.fields[name].disabled = True
            form.fields[name].help_text = _("As the team left. Tell what changes in the log.")
    return form


class StepForm(forms.Form):
    """When and where it happened, as told; a step that needs a reason asks for it first."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=LongText(rows=3), validators=_PLAIN
    )
    happened_at = forms.DateTimeField(label=_("When it happened"), widget=MomentInput)
    latitude = forms.FloatField(
        label=_("Latitude"),
        min_value=-90,
        max_value=90,
        required=False,
        help_text=_("Degrees, north is positive."),
    )
    longitude = forms.FloatField(
        label=_("Longitude"),
        min_value=-180,
        max_value=180,
        required=False,
        help_text=_("Degrees, east is positive."),
    )
    note = forms.CharField(
        label=_("Note"), max_length=1000, required=False, widget=LongText(rows=2), validators=_PLAIN
    )

    def __init__(self, data: Any = None, *, at: datetime, needs_reason: bool = False) -> None:
        super().__init__(data, initial={"happened_at": at.replace(second=0, microsecond=0)})
        if not needs_reason:
            del self.fields["reason"]


class ExtensionForm(forms.Form):
    until_at = forms.DateTimeField(label=_("Stays until"), widget=MomentInput)
    note = forms.CharField(
        label=_("Note"), max_length=1000, required=False, widget=LongText(rows=2), validators=_PLAIN
    )


class AgreeForm(forms.Form):
    """The proposal that was read, so that none is agreed to unseen."""

    until_at = forms.CharField(widget=forms.HiddenInput)

    def clean_until_at(self) -> datetime:
        moment = parse_moment(self.cleaned_data["until_at"])
        if moment is None:
            raise forms.ValidationError(
                _("The proposal that was read is missing: open the deployment's page again.")
            )
        return moment


class DeclineForm(AgreeForm):
    """Why, and which proposal was read."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=LongText(rows=3), validators=_PLAIN
    )


class DeploymentFilterForm(forms.Form):
    """What narrows the list; it lives in the address."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    status = forms.ChoiceField(
        label=_("Status"), required=False,
        choices=[("", _("All statuses")), ("live", _("Not over yet")), *DeploymentStatus.choices],
    )  # fmt: skip
    participant = forms.ChoiceField(label=_("Sender"), required=False)
    host = forms.ChoiceField(label=_("Host"), required=False)
    incident = forms.UUIDField(required=False, widget=forms.HiddenInput)
    exercise = forms.BooleanField(label=_("Show exercises too"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(item.slug, item.name) for item in Participant.objects.order_by("slug")]
        for name in ("participant", "host"):
            self.fields[name].choices = [("", _("All participants")), *people]  # type: ignore[attr-defined]

    def wishes(self) -> dict[str, Any]:
        """Return the cleaned filters; an impossible one narrows nothing and is shown as an error."""
        return (
            dict(self.cleaned_data) if self.is_valid() else dict(getattr(self, "cleaned_data", {}))
        )


class CardForm(forms.Form):
    """What a country says on one topic, a field per language."""

    is_blocking = forms.BooleanField(
        label=_("Must be settled before a team sets out"), required=False
    )
    valid_until = forms.DateField(
        label=_("Valid until"), required=False, widget=DayInput,
        help_text=_("Leave it empty where nothing ends it."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    COMPARED = (
        *(f"text_{code}" for code, _name in settings.LANGUAGES),
        "is_blocking",
        "valid_until",
    )

    def __init__(self, data: Any = None, *, card: HostNationCard | None, is_blocking: bool) -> None:
        initial: dict[str, Any] = {"version": 0, "is_blocking": is_blocking}
        if card:
            names = ("is_blocking", "valid_until", "version")
            initial = {name: getattr(card, name) for name in names}
            initial |= {f"text_{code}": text for code, text in card.texts.items()}
        super().__init__(data, initial=initial)
        for code, language in settings.LANGUAGES:
            self.fields[f"text_{code}"] = forms.CharField(
                label=language, max_length=20_000, required=False, widget=LongText(rows=5), validators=_PLAIN,
            )  # fmt: skip
        self.order_fields([f"text_{code}" for code, _language in settings.LANGUAGES])

    def texts(self) -> dict[str, str]:
        """Return language → what was written, "" where nothing; only after ``is_valid()``."""
        return {code: self.cleaned_data[f"text_{code}"] for code, _language in settings.LANGUAGES}
