"""The forms of the pages of offers: what is offered line by line, and what is decided on it."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incidents.forms.incidents import ReasonForm
from incidents.forms.lines import RowsFormSet, language_of_reader
from incidents.models import AssistanceRequest, Capacity, Offer, OfferItem, RequestItem
from incidents.queries import offers as queries
from incidents.services.asked import MOST_OF_A_LINE
from incidents.services.decisions import LineDecision
from incidents.services.offered import Offered, OfferedLine
from incidents.statuses import ItemKind, OfferStatus, Outcome, Terms
from incidents.vocabularies import units
from incidents.vocabularies.capacity_types import CHOICES as TYPES
from ots_portal.participants.models import Participant
from ots_portal.texts import in_language
from ots_portal.texts.fields import validate_plain_text
from ots_portal.ui.forms import LongText, MomentInput

USUAL_VALIDITY = timedelta(days=7)


class OfferForm(forms.Form):
    """What an offer says beside its lines."""

    valid_until = forms.DateTimeField(
        label=_("Valid until"),
        widget=MomentInput,
        help_text=_("An offer that is not decided by then ends by itself."),
    )
    terms = forms.ChoiceField(
        label=_("Costs"), choices=Terms.choices, initial=Terms.FREE, widget=forms.RadioSelect
    )
    conditions = forms.CharField(
        label=_("Conditions"), max_length=20_000, required=False, widget=LongText(rows=3),
        validators=[validate_plain_text],
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    COMPARED = ("valid_until", "terms", "conditions")

    def choose_among(self, recipients: Sequence[Participant]) -> None:
        """Ask to whom is offered, where it is not said by what is offered to."""
        keys = [one.pk for one in recipients]
        field = forms.ModelChoiceField(
            Participant.objects.filter(pk__in=keys),
            label=_("To whom"),
            initial=keys[0],
            empty_label=None,
            help_text=_(
                "Who decides on the offer: it reported the incident, is affected or at risk."
            ),
        )
        self.fields = {"recipient": field, **self.fields}


class OfferLineForm(forms.Form):
    """One line of an offer; to a request, which of its lines is answered, else what kind it is."""

    request_line = forms.TypedChoiceField(label=_("Line of the request"), coerce=int)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("", pgettext_lazy("line of a request", "Choose…")), *ItemKind.choices],
    )
    unit = forms.ChoiceField(
        label=_("Unit"), required=False, choices=[("", _("as usual for the type")), *units.CHOICES]
    )
    offered = forms.IntegerField(
        label=_("Quantity"), min_value=1, max_value=MOST_OF_A_LINE,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    capacity = forms.TypedChoiceField(
        label=_("From your register"), required=False, coerce=uuid.UUID, empty_value=None
    )
    capacity_type = forms.ChoiceField(label=_("Type"), required=False, choices=[("", "—"), *TYPES])
    description = forms.CharField(
        label=_("What exactly"), max_length=2_000, required=False, widget=LongText(rows=2),
        validators=[validate_plain_text],
    )  # fmt: skip
    ready_from = forms.DateTimeField(label=_("Ready from"), required=False, widget=MomentInput)
    available_until = forms.DateTimeField(
        label=_("Available until"), required=False, widget=MomentInput
    )
    departs_within_hours = forms.IntegerField(
        label=_("Departs within hours"), min_value=0, max_value=10_000, required=False
    )
    self_sufficient_days = forms.IntegerField(
        label=_("Self-sufficient for days"), min_value=0, max_value=10_000, required=False
    )
    needs_transport = forms.BooleanField(label=_("Needs transport"), required=False)
    transport_needs = forms.CharField(
        label=_("What transport it needs"), max_length=500, required=False,
        validators=[validate_plain_text],
    )  # fmt: skip

    #: What stands under "More" of a line.
    FURTHER = (
        "capacity_type", "description", "ready_from", "available_until", "departs_within_hours",
        "self_sufficient_days", "needs_transport", "transport_needs",
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        lines: Sequence[tuple[int, str]] | None,
        capacities: Sequence[Capacity],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if lines is None:
            del self.fields["request_line"]
        else:
            self.fields["request_line"].choices = [("", "—"), *lines]  # type: ignore[attr-defined]
            del self.fields["kind"], self.fields["unit"]
        own = [(str(one.pk), _capacity_words(one)) for one in capacities]
        self.fields["capacity"].choices = [("", _("Not from the register")), *own]  # type: ignore[attr-defined]

    def has_changed(self) -> bool:
        """A line of the request for which nothing is filled in is passed over."""
        return bool({*self.changed_data} - {"request_line"})

    @property
    def is_filled_further(self) -> bool:
        return any(
            self[name].value() not in (None, "", False) or self[name].errors
            for name in self.FURTHER
        )

    def line_offered(self) -> OfferedLine:
        names = OfferedLine.__dataclass_fields__
        return OfferedLine(
            **{name: value for name, value in self.cleaned_data.items() if name in names}
        )


def _capacity_words(capacity: Capacity) -> str:
    return f"{capacity.name} ({units.counted(capacity.units, capacity.unit)})"


OfferLineFormSet = formset_factory(
    OfferLineForm, formset=RowsFormSet, extra=0, can_delete=True, max_num=100
)


class ProposedForm(forms.Form):
    """What an address proposes to offer: a capacity of the register for a line of the request."""

    item = forms.UUIDField()
    capacity = forms.UUIDField()


class OfferSheet:
    """The form with its lines: what one page sends."""

    def __init__(self, form: OfferForm, lines: "BaseFormSet[Any]") -> None:
        self.form, self.lines = form, lines

    def is_valid(self) -> bool:
        """Look at both, so that everything that is wrong is said at once."""
        return all([self.form.is_valid(), self.lines.is_valid()])

    def offered(self) -> Offered:
        """Return what was filled in, as the service takes it; only after ``is_valid()``."""
        data = self.form.cleaned_data
        rows = [
            row
            for row in self.lines.forms
            if row.cleaned_data and not row.cleaned_data.get("DELETE")
        ]
        return Offered(
            language=data["language"],
            valid_until=data["valid_until"],
            terms=data["terms"],
            conditions=data["conditions"],
            lines=tuple(row.line_offered() for row in rows),
        )


def new_sheet(  # noqa: PLR0913 -- keywords only, each named where it is called
    data: Any = None,
    *,
    participant: str,
    request: AssistanceRequest | None,
    at: datetime,
    proposed: dict[str, Any] | None = None,
    recipients: Sequence[Participant] = (),
) -> OfferSheet:
    """
    Return a sheet with a row for each line that still has a gap (unsolicited: one row), or what was posted.

    ``proposed`` is the one row to begin with instead (``row_from_register``). Of several ``recipients`` one
    is chosen.
    """
    choices = _choices(request)
    rows = [{"request_line": line} for line, _words in choices or ()] or [{}]
    rows = [proposed] if proposed else rows
    initial = {
        "language": language_of_reader(),
        "submission_key": uuid.uuid4(),
        "valid_until": (at + USUAL_VALIDITY).replace(second=0, microsecond=0),
    }
    sheet = _sheet(initial, rows, data, participant=participant, choices=choices)
    if len(recipients) > 1:
        sheet.form.choose_among(recipients)
    return sheet


def row_from_register(capacity: Capacity, item: RequestItem) -> dict[str, Any]:
    """Return the row that offers a capacity to a line: as much of it as is still needed."""
    return {
        "request_line": item.line,
        "capacity": str(capacity.pk),
        "offered": max(min(capacity.units, item.needed - item.accepted), 1),
        "departs_within_hours": capacity.departs_within_hours,
        "self_sufficient_days": capacity.self_sufficient_days or None,
    }


def draft_sheet(offer: Offer, data: Any = None) -> OfferSheet:
    """Return the sheet with what a draft says now; ``data`` is what was posted, None to show it."""
    own = language_of_reader()
    language = own if own in offer.conditions else next(iter(offer.conditions), own)
    initial = {
        "valid_until": offer.valid_until,
        "terms": offer.terms,
        "conditions": offer.conditions.get(language, ""),
        "language": language,
        "version": offer.version,
    }
    items = offer.items.select_related("request_item").order_by("line")
    rows = [_row_of(item, language) for item in items]
    choices = _choices(offer.request)
    return _sheet(initial, rows, data, participant=offer.participant_id, choices=choices)


def _sheet(
    initial: dict[str, Any],
    rows: list[dict[str, Any]],
    data: Any,
    *,
    participant: str,
    choices: list[tuple[int, str]] | None,
) -> OfferSheet:
    known = {"lines": choices, "capacities": list(queries.capacities_of(participant))}
    # What was posted is compared with empty rows: a row that says what stood there before is not empty.
    shown = None if data else rows
    lines = OfferLineFormSet(data, initial=shown, prefix="lines", form_kwargs=known)
    return OfferSheet(OfferForm(data, initial=initial), lines)


def _choices(request: AssistanceRequest | None) -> list[tuple[int, str]] | None:
    """Return the lines that may be offered to, with what is still needed of each; None: unsolicited."""
    if request is None:
        return None
    return [
        (
            item.line,
            _("Line %(line)s: %(what)s – %(left)s still needed")
            % {
                "line": item.line,
                "what": in_language(item.descriptions) or item.capacity_type,
                "left": units.counted(max(item.needed - item.accepted, 0), item.unit),
            },
        )
        for item in request.items.filter(cancelled_at=None).order_by("line")
    ]


def _row_of(item: OfferItem, language: str) -> dict[str, Any]:
    names = (
        "kind", "unit", "offered", "capacity_type", "ready_from", "available_until", "departs_within_hours",
        "self_sufficient_days", "needs_transport", "transport_needs",
    )  # fmt: skip
    return {
        **{name: getattr(item, name) for name in names},
        "description": item.descriptions.get(language, ""),
        "capacity": str(item.capacity_id) if item.capacity_id else "",
        "request_line": item.request_item.line if item.request_item else None,
    }


class DecisionForm(forms.Form):
    """What is decided on one line of an offer; prefixed by the line's number."""

    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=[("", pgettext_lazy("decision on an offer", "Not now")), *Outcome.choices],
        required=False,
    )
    accepted = forms.IntegerField(
        label=_("How much, if in part"), min_value=1, max_value=MOST_OF_A_LINE, required=False
    )
    reason = forms.CharField(
        label=_("Reason or condition"), max_length=1000, required=False,
        validators=[validate_plain_text], help_text=_("Needed where you decline."),
    )  # fmt: skip

    def __init__(self, item: OfferItem, data: Any = None) -> None:
        super().__init__(data, prefix=f"line{item.line}")
        self.item = item

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("outcome") == Outcome.PARTIAL and not data.get("accepted") and not self.errors:
            self.add_error("accepted", _("Say how much of it is accepted."))
        if data.get("outcome") == Outcome.DECLINE and not data.get("reason") and not self.errors:
            self.add_error("reason", _("Say why: others will ask."))
        return data

    @property
    def decision(self) -> LineDecision | None:
        data = self.cleaned_data
        if not data.get("outcome"):
            return None
        return LineDecision(
            self.item.line, data["outcome"], data.get("accepted") or 0, data.get("reason", "")
        )


class RestForm(ReasonForm):
    """Why the rest of an offer is withdrawn; the offerer need not say it, as with a whole offer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False


class FilterForm(forms.Form):
    """What narrows the list of offers; it lives in the address."""

    q = forms.CharField(label=_("Number"), required=False, max_length=40)
    side = forms.ChoiceField(
        label=_("Made or received"),
        required=False,
        choices=[("", _("All offers")), ("made", _("Made by us")), ("received", _("Made to us"))],
    )
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[
            ("", _("All statuses")),
            ("waiting", _("Waiting for a decision")),
            ("taken", _("Accepted, wholly or in part")),
            *OfferStatus.choices,
        ],
    )
    participant = forms.ChoiceField(label=_("Offerer"), required=False)
    exercise = forms.BooleanField(label=_("Show exercises too"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(item.slug, item.name) for item in Participant.objects.order_by("slug")]
        self.fields["participant"].choices = [("", _("All participants")), *people]  # type: ignore[attr-defined]

    def wishes(self) -> dict[str, Any]:
        """Return the cleaned filters; an impossible one narrows nothing and is shown as an error."""
        self.is_valid()
        return dict(getattr(self, "cleaned_data", {}))
