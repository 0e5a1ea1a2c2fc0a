"""The forms of decisions and of what follows from them."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from meetings.forms import TitledForm, zone_choices
from meetings.models import AgendaItem, Decision, Meeting
from meetings.queries.actions import DUE_CHOICES
from meetings.queries.agenda import Numbered
from meetings.queries.minutes_texts import language_name
from meetings.services.decisions import Wording
from meetings.statuses.decisions import (
    MODES_IN_SESSION,
    ActionStatus,
    DecisionMode,
    DecisionStatus,
    Vote,
)
from ots_portal.participants.models import Participant
from ots_portal.texts.fields import MAX_LENGTH, validate_plain_text
from ots_portal.ui.forms import DayInput, LongText

REASON_LENGTH = 2_000


class DecisionForm(TitledForm):
    """The wording of a decision that is proposed: title and text in each language, one of them is enough."""

    TEXTS = tuple(f"text_{code}" for code, _name in settings.LANGUAGES)
    COMPARED = (*TitledForm.TITLES, *TEXTS, "item")

    item = forms.TypedChoiceField(
        label=_("Agenda item"), required=False, coerce=uuid.UUID, empty_value=None
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, *, agenda: Sequence[Numbered], decision: Decision | None = None
    ) -> None:
        super().__init__(data, titles=decision.titles if decision else {})
        self._texts_before: Mapping[str, str] = decision.texts if decision else {}
        for code, _name in settings.LANGUAGES:
            self.fields[f"text_{code}"] = forms.CharField(
                label=format_lazy("{} ({})", _("Text"), language_name(code)),
                max_length=MAX_LENGTH,
                required=False,
                initial=self._texts_before.get(code, ""),
                widget=LongText({"lang": code}, rows=6),
                validators=[validate_plain_text],
            )
        self._items = {entry.item.pk: entry.item for entry in agenda}
        choices = [("", _("No item")), *((str(e.item.pk), str(e)) for e in agenda)]
        self.fields["item"].choices = choices  # type: ignore[attr-defined]
        if decision:
            self.fields["item"].initial = str(decision.item_id or "")
            self.fields["version"].initial = decision.version

    @property
    def text_fields(self) -> list[BoundField]:
        return [self[name] for name in self.TEXTS]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not set(self.TEXTS) & set(self.errors) and not self._texts():
            self.add_error(self.TEXTS[0], _("Write it in one language at least."))
        return data

    def _texts(self) -> dict[str, str]:
        written = {
            code: self.cleaned_data.get(f"text_{code}", "").replace("\r\n", "\n")
            for code, _name in settings.LANGUAGES
        }
        return {code: text for code, text in {**self._texts_before, **written}.items() if text}

    def wording(self) -> Wording:
        item: AgendaItem | None = self._items.get(self.cleaned_data["item"])
        return Wording(self.titles(), self._texts(), item)


class DecideForm(forms.Form):
    """How the meeting decided: the mode, the votes where it voted, a ruling where there is no quorum."""

    mode = forms.ChoiceField(
        label=_("Decided by"),
        choices=[(mode.value, mode.label) for mode in MODES_IN_SESSION],
        initial=DecisionMode.CONSENSUS,
        widget=forms.RadioSelect,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(  # noqa: PLR0913 -- keywords only
        self,
        data: Any = None,
        *,
        decision: Decision,
        members: Sequence[Participant],
        present: Sequence[str],
        asks_ruling: bool,
        asks_reason: bool,
    ) -> None:
        super().__init__(data)
        self.fields["version"].initial = decision.version
        self._members = [member for member in members if member.slug in present]
        for member in self._members:
            self.fields[f"vote_{member.slug}"] = forms.ChoiceField(
                label=member.name,
                required=False,
                choices=[("", _("Has not voted")), *Vote.choices],
            )
        if asks_reason:
            self.fields["reason"] = _reason(
                _("Why it is not adopted"), _("Not needed where the votes say it."), required=False
            )
        if asks_ruling:
            self.fields["ruling"] = _reason(
                _("The chair's ruling, with its reason"),
                _("Why the meeting may decide although it was not found quorate."),
                required=False,
            )

    @property
    def vote_fields(self) -> list[BoundField]:
        return [self[f"vote_{member.slug}"] for member in self._members]

    @property
    def other_fields(self) -> list[BoundField]:
        return [self[name] for name in ("reason", "ruling") if name in self.fields]

    def decided(self) -> dict[str, Any]:
        """Return what was filled in, as the service takes it; only after ``is_valid()``."""
        data = self.cleaned_data
        is_vote = data["mode"] == DecisionMode.VOTE
        votes = {member.slug: data[f"vote_{member.slug}"] for member in self._members}
        told: dict[str, Any] = {"mode": data["mode"], "votes": votes if is_vote else {}}
        return told | {name: data[name] for name in ("reason", "ruling") if name in data}


def _reason(label: Any, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=REASON_LENGTH,
        widget=LongText(rows=3),
        validators=[validate_plain_text],
    )


class ReasonForm(forms.Form):
    """Why something is done: asked where others will want to know."""

    def __init__(self, data: Any = None, *, name: str = "reason", label: Any) -> None:
        super().__init__(data)
        self.fields[name] = _reason(label)


class SupersedeForm(forms.Form):
    """Which later decision takes the place of this one."""

    by_decision = forms.ModelChoiceField(
        label=_("Superseded by"), queryset=Decision.objects.none(), empty_label=None
    )

    def __init__(self, data: Any = None, *, later: Any) -> None:
        super().__init__(data)
        self.fields["by_decision"].queryset = later  # type: ignore[attr-defined]


class DecisionFilterForm(forms.Form):
    """What narrows the list of decisions; it lives in the address."""

    meeting = forms.UUIDField(required=False, widget=forms.HiddenInput)
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("All statuses")), *DecisionStatus.choices],
    )

    def wishes(self) -> dict[str, Any]:
        self.full_clean()
        return dict(getattr(self, "cleaned_data", {}))


# ── actions ─────────────────────────────────────────────────────────────────────────────────────
class ActionForm(TitledForm):
    """What is to be done, by whom and until when; each responsible has an action of its own."""

    responsible = forms.ModelMultipleChoiceField(
        label=_("Responsible"),
        queryset=Participant.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Say who is responsible.")},
    )
    due_on = forms.DateField(label=_("Due on"), widget=DayInput())
    time_zone = forms.ChoiceField(
        label=_("By whose clock the day ends"),
        required=False,
        help_text=_("Left open, it ends by the clock of each responsible."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, titles={})
        self.fields["responsible"].queryset = Participant.objects.order_by("slug")  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = [("", _("Of each responsible")), *zone_choices()]  # type: ignore[attr-defined]


class DueForm(forms.Form):
    """Another day for an action, and why."""

    due_on = forms.DateField(label=_("Due on"), widget=DayInput())
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, due_on: date, version: int) -> None:
        super().__init__(data)
        self.fields["due_on"].initial = due_on
        self.fields["version"].initial = version
        self.fields["reason"] = _reason(
            _("Reason"), _("The decision or the act of the chair by which the day is moved.")
        )


class ActionFilterForm(forms.Form):
    """What narrows the board of actions; it lives in the address."""

    participant = forms.ChoiceField(label=_("Responsible"), required=False)
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[
            ("unsettled", _("To do, or to be closed")),
            ("", _("All statuses")),
            *ActionStatus.choices,
        ],
        initial="unsettled",
    )
    due = forms.ChoiceField(
        label=_("Due"),
        required=False,
        choices=[
            ("", _("Any day")),
            *zip(DUE_CHOICES, (_("Overdue"), _("Within a week"), _("Within a month")), strict=True),
        ],
    )
    meeting = forms.ChoiceField(label=_("Meeting"), required=False)

    def __init__(self, data: Any = None, *, meetings: Sequence[Meeting] = ()) -> None:
        # A first look shows what is to be done; "all" has to be asked for.
        given = data if data and set(data) & {"participant", "status", "due", "meeting"} else None
        super().__init__(given if given is not None else {"status": "unsettled"})
        owners = [(item.slug, item.name) for item in Participant.objects.order_by("slug")]
        self.fields["participant"].choices = [("", _("All")), *owners]  # type: ignore[attr-defined]
        self.fields["meeting"].choices = [  # type: ignore[attr-defined]
            ("", _("All meetings")),
            *((str(meeting.pk), meeting.title) for meeting in meetings),
        ]

    def wishes(self) -> dict[str, Any]:
        """Return the cleaned filters; an impossible one narrows nothing and is shown as an error."""
        self.full_clean()
        return dict(getattr(self, "cleaned_data", {}))
