"""The forms of the pages of requests: what is asked for, line by line."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BaseFormSet, formset_factory
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incidents.forms.lines import MORE_LINES, RowsFormSet, language_of_reader, posted_rows
from incidents.models import AssistanceRequest, RequestItem
from incidents.services.asked import FACTS, Asked, Line
from incidents.statuses import ItemKind, Priority, RequestStatus, Terms
from incidents.vocabularies import units
from incidents.vocabularies.capacity_types import CHOICES as TYPES
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import User
from ots_portal.texts.fields import validate_plain_text
from ots_portal.ui.forms import LongText, MomentInput

MOST = 10**12


class RequestForm(forms.Form):
    """
    Ask for assistance, or change what a draft or an amendment asks. The lines are a form each.

    Times are read in the person's own zone, which stands beside the field.
    """

    participant = forms.ModelChoiceField(
        label=_("Third State that asks"),
        queryset=Participant.objects.none(),
        required=False,
        help_text=_("Its signed note is attached to the request before the request is signed."),
    )
    situation = forms.CharField(
        label=_("Situation"),
        max_length=20_000,
        widget=LongText(rows=4),
        validators=[validate_plain_text],
    )
    delivery_place = forms.CharField(
        label=_("Place of delivery"), max_length=200, validators=[validate_plain_text]
    )
    entry_points = forms.CharField(
        label=_("Entry points"),
        required=False,
        widget=LongText(rows=2),
        help_text=_("One in each line: border crossings, airports, ports."),
    )
    needed_from = forms.DateTimeField(label=_("Needed from"), required=False, widget=MomentInput)
    needed_until = forms.DateTimeField(label=_("Needed until"), required=False, widget=MomentInput)
    terms = forms.ChoiceField(
        label=_("Costs"), choices=Terms.choices, initial=Terms.FREE, widget=forms.RadioSelect
    )
    contact_name = forms.CharField(
        label=_("Contact on site"),
        max_length=150,
        required=False,
        validators=[validate_plain_text],
        help_text=_("Shown to your own people, to those who have offered, and to the secretariat."),
    )
    contact_phone = forms.CharField(
        label=_("Telephone"), max_length=40, required=False, validators=[validate_plain_text]
    )
    latitude = forms.FloatField(
        label=_("Latitude"), min_value=-90, max_value=90, required=False,
        help_text=_("Degrees, north is positive."),
    )  # fmt: skip
    longitude = forms.FloatField(
        label=_("Longitude"), min_value=-180, max_value=180, required=False,
        help_text=_("Degrees, east is positive."),
    )  # fmt: skip
    allows_over_acceptance = forms.BooleanField(
        label=_("More than is needed may be accepted"),
        required=False,
        help_text=_(
            "Leave this empty unless a surplus is of use: the portal then stops at the need."
        ),
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    #: What two versions of a request are compared by.
    COMPARED = (
        "situation", "delivery_place", "entry_points", "needed_from", "needed_until", "terms", "contact_name",
        "contact_phone", "latitude", "longitude", "allows_over_acceptance",
    )  # fmt: skip

    #: What stands under "More"; the page unfolds it where something is filled in or wrong there.
    FURTHER = (
        "entry_points", "needed_from", "needed_until", "contact_name", "contact_phone", "latitude", "longitude",
        "allows_over_acceptance",
    )  # fmt: skip

    @property
    def is_filled_further(self) -> bool:
        return any(
            self[name].value() not in (None, "", [], False) or self[name].errors
            for name in self.FURTHER
        )

    def clean_entry_points(self) -> list[str]:
        lines = self.cleaned_data["entry_points"].splitlines()
        return [line.strip() for line in lines if line.strip()]


class LineForm(forms.Form):
    """One line of a request."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("", pgettext_lazy("line of a request", "Choose…")), *ItemKind.choices],
    )
    capacity_type = forms.ChoiceField(label=_("Type"), required=False, choices=[("", "—"), *TYPES])
    description = forms.CharField(
        label=_("What exactly"), max_length=2_000, required=False, widget=LongText(rows=2),
        validators=[validate_plain_text],
    )  # fmt: skip
    needed = forms.IntegerField(
        label=_("Quantity"), min_value=1, max_value=MOST,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    unit = forms.ChoiceField(
        label=_("Unit"), required=False, choices=[("", _("as usual for the type")), *units.CHOICES]
    )
    priority = forms.TypedChoiceField(
        label=_("Priority"), choices=Priority.choices, coerce=int, initial=Priority.MEDIUM
    )
    needed_by = forms.DateTimeField(label=_("Needed by"), required=False, widget=MomentInput)
    line = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("capacity_type") and not data.get("description") and not self.errors:
            self.add_error("description", _("Say what is asked for: choose a type or describe it."))
        return data

    def line_asked(self) -> Line:
        data = self.cleaned_data
        return Line(
            kind=data["kind"],
            capacity_type=data["capacity_type"],
            description=data["description"],
            needed=data["needed"],
            unit=data["unit"],
            priority=data["priority"],
            needed_by=data["needed_by"],
            line=data["line"],
        )


LineFormSet = formset_factory(LineForm, formset=RowsFormSet, extra=0, can_delete=True, max_num=100)


class RequestSheet:
    """The form with its lines: what one page sends."""

    def __init__(self, form: RequestForm, lines: "BaseFormSet[Any]") -> None:
        self.form, self.lines = form, lines

    def is_valid(self) -> bool:
        """Look at both, so that everything that is wrong is said at once."""
        return all([self.form.is_valid(), self.lines.is_valid()])

    def asked(self) -> Asked:
        """Return what was filled in, as the service takes it; only after ``is_valid()``."""
        data = self.form.cleaned_data
        names = (*FACTS, "contact_name", "contact_phone")
        rows = [
            row
            for row in self.lines.forms
            if row.cleaned_data and not row.cleaned_data.get("DELETE")
        ]
        return Asked(
            language=data["language"],
            situation=data["situation"],
            facts={name: data[name] for name in names},
            lines=tuple(row.line_asked() for row in rows),
        )


def new_sheet(data: Any = None, *, by: User) -> RequestSheet:
    """Return an empty sheet with one line, or what was posted."""
    initial = {"language": language_of_reader(), "submission_key": uuid.uuid4()}
    form = RequestForm(data, initial=initial)
    _offer_third_states(form, by=by)
    return RequestSheet(form, _lines(data, [{}]))


def _offer_third_states(form: RequestForm, *, by: User) -> None:
    """The secretariat's staff say for whom they write; everybody else writes for their own State."""
    if not by.is_secretariat:
        del form.fields["participant"]
        return
    field = form.fields["participant"]
    field.queryset = Participant.objects.filter(kind=ParticipantKind.THIRD)  # type: ignore[attr-defined]
    field.required = True


def draft_sheet(request: AssistanceRequest, data: Any = None) -> RequestSheet:
    """Return the sheet with what a draft says now; ``data`` is what was posted, None to show it."""
    items = list(request.items.order_by("line"))
    language = _language_of(request.situations)
    initial = {
        **{name: getattr(request, name) for name in RequestForm.COMPARED if name != "situation"},
        "entry_points": "\n".join(request.entry_points),
        "situation": request.situations.get(language, ""),
        "language": language,
        "version": request.version,
    }
    rows = [_row_of(item, language) for item in items]
    return _sheet(initial, rows, data)


def amendment_sheet(request: AssistanceRequest, data: Any = None) -> "AmendmentSheet":
    """Return the sheet with what the amendment says, or the request where there is none yet."""
    amendment = getattr(request, "amendment", None)
    if amendment is None:
        sheet = draft_sheet(request)
        initial = {**sheet.form.initial, "version": 0}
        rows = [dict(row) for row in sheet.lines.initial or ()]
    else:
        initial, rows = _told(amendment.content), _rows_told(amendment.content)
        initial |= {"version": amendment.version, "reason": amendment.reason}
    form = AmendmentForm(data, initial=initial)
    del form.fields["participant"]
    return AmendmentSheet(form, _lines(data, rows))


class AmendmentForm(RequestForm):
    """The whole text as it shall read, and why it changes."""

    reason = forms.CharField(
        label=_("Why it changes"), max_length=1000, widget=LongText(rows=2),
        validators=[validate_plain_text],
    )  # fmt: skip
    # The contact on site is no part of the signed text.
    contact_name = None  # type: ignore[assignment]
    contact_phone = None  # type: ignore[assignment]

    COMPARED = tuple(  # type: ignore[assignment]
        name for name in RequestForm.COMPARED if not name.startswith("contact_")
    )
    FURTHER = tuple(  # type: ignore[assignment]
        name for name in RequestForm.FURTHER if not name.startswith("contact_")
    )


class AmendmentSheet(RequestSheet):
    """The sheet of an amendment: no contact, and a reason."""

    def asked(self) -> Asked:
        data = self.form.cleaned_data
        data.setdefault("contact_name", "")
        data.setdefault("contact_phone", "")
        return super().asked()


def _lines(data: Any, rows: Sequence[Mapping[str, Any]]) -> "BaseFormSet[Any]":
    # What was posted is compared with empty rows: a row that says what stood there before is not empty.
    return LineFormSet(data, initial=None if data else rows, prefix="lines")


def _sheet(initial: dict[str, Any], rows: list[dict[str, Any]], data: Any) -> RequestSheet:
    form = RequestForm(data, initial=initial)
    del form.fields["participant"]
    return RequestSheet(form, _lines(data, rows))


def _language_of(texts: dict[str, str]) -> str:
    own = language_of_reader()
    return own if own in texts else next(iter(texts), own)


def _row_of(item: RequestItem, language: str) -> dict[str, Any]:
    names = ("kind", "capacity_type", "needed", "unit", "priority", "needed_by", "line")
    description = item.descriptions.get(language, "")
    return {**{name: getattr(item, name) for name in names}, "description": description}


def _told(content: dict[str, Any]) -> dict[str, Any]:
    language = _language_of(content["situations"])
    moments = {
        name: parse_datetime(content[name]) if content[name] else None
        for name in ("needed_from", "needed_until")
    }
    return {
        **{name: content[name] for name in FACTS},
        **moments,
        "entry_points": "\n".join(content["entry_points"]),
        "situation": content["situations"].get(language, ""),
        "language": language,
    }


def _rows_told(content: dict[str, Any]) -> list[dict[str, Any]]:
    language = _language_of(content["situations"])
    return [
        {
            **item,
            "description": item["descriptions"].get(language, ""),
            "needed_by": parse_datetime(item["needed_by"]) if item["needed_by"] else None,
        }
        for item in content["items"]
        if not item["is_cancelled"]
    ]


def with_another_line(data: Any) -> Any:
    """Return what was posted with one more, empty line."""
    return posted_rows(data, "lines", more=1)


def wants_another_line(data: Any) -> bool:
    return MORE_LINES in data


class FilterForm(forms.Form):
    """What narrows the list of requests; it lives in the address."""

    q = forms.CharField(label=_("Number"), required=False, max_length=40)
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("All statuses")), ("live", _("Live requests")), *RequestStatus.choices],
    )
    participant = forms.ChoiceField(label=_("Requester"), required=False)
    incident = forms.CharField(label=_("Incident's number"), required=False, max_length=20)
    open_for_offers = forms.BooleanField(label=_("Open for offers"), required=False)
    exercise = forms.BooleanField(label=_("Show exercises too"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(item.slug, item.name) for item in Participant.objects.order_by("slug")]
        self.fields["participant"].choices = [("", _("All participants")), *people]  # type: ignore[attr-defined]

    def wishes(self) -> dict[str, Any]:
        """Return the cleaned filters; an impossible one narrows nothing and is shown as an error."""
        self.is_valid()
        return dict(getattr(self, "cleaned_data", {}))
