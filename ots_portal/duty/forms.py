"""What a head fills in to keep the roster, and who asks for a swap."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ots_portal.duty.models import MOST_WEEKS, NOTE_LENGTH, Rank, Shift
from ots_portal.duty.presentation import span_text
from ots_portal.duty.queries.swaps import takeable_in_return
from ots_portal.duty.services.patterns import PatternFacts
from ots_portal.duty.services.shifts import ShiftFacts
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.people.queries import may_be_on_duty
from ots_portal.texts.fields import validate_plain_text
from ots_portal.ui.forms import DayInput, HourInput, MomentInput
from ots_portal.ui.moments import WEEKDAYS


class NoteField(forms.CharField):
    def __init__(self) -> None:
        super().__init__(
            label=_("Note"),
            required=False,
            max_length=NOTE_LENGTH,
            validators=[validate_plain_text],
            help_text=_("Everybody who reads the roster sees it."),
        )


class _OnDutyForm(forms.Form):
    """Who is on duty, and as what; of the participant's own people."""

    person = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none())
    rank = forms.ChoiceField(label=_("Rank"), choices=Rank.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, participant: Participant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = may_be_on_duty(participant.pk)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class ShiftForm(_OnDutyForm):
    """A shift; its moments are those of the active zone, which is the capital's."""

    starts_at = forms.DateTimeField(label=_("Begins"), widget=MomentInput)
    ends_at = forms.DateTimeField(label=_("Ends"), widget=MomentInput)
    note = NoteField()
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        participant: Participant,
        shift: Shift | None = None,
        starts_at: datetime | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, participant=participant, **kwargs)
        if shift:
            names = ("rank", "starts_at", "ends_at", "note", "version")
            self.initial = {name: getattr(shift, name) for name in names}
            self.initial["person"] = shift.person_id
        else:
            self.initial = {"rank": Rank.OFFICER, "starts_at": starts_at}

    def facts(self) -> ShiftFacts:
        names = ("person", "rank", "starts_at", "ends_at", "note")
        return ShiftFacts(**{name: self.cleaned_data[name] for name in names})


class PatternForm(_OnDutyForm):
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days of the week"),
        coerce=int,
        choices=WEEKDAYS.items(),
        widget=forms.CheckboxSelectMultiple,
    )
    starts_at = forms.TimeField(label=_("Begins"), widget=HourInput)
    ends_at = forms.TimeField(
        label=_("Ends"),
        widget=HourInput,
        help_text=_("A shift that does not end later that day ends on the next."),
    )
    every_weeks = forms.IntegerField(
        label=_("Comes again after how many weeks"),
        min_value=1,
        max_value=MOST_WEEKS,
        initial=1,
        help_text=_(
            "1: every week. Three people who take turns have one pattern each, with 3 and with first days one "
            "week apart."
        ),
    )
    first_date = forms.DateField(label=_("First day"), widget=DayInput)
    last_date = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DayInput,
        help_text=_("Leave it empty to go on until you end the pattern."),
    )

    def __init__(self, *args: Any, participant: Participant, **kwargs: Any) -> None:
        super().__init__(*args, participant=participant, **kwargs)
        self.initial = {
            "rank": Rank.OFFICER, "every_weeks": 1, "first_date": timezone.localdate(), **self.initial
        }  # fmt: skip

    def facts(self) -> PatternFacts:
        return PatternFacts(**self.cleaned_data)


class ShiftChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # no such thing at run time
    """A shift, by whose it is and when, by the capital's clock."""

    def label_from_instance(self, obj: Any) -> str:
        when = span_text(obj.starts_at, obj.ends_at, obj.participant.time_zone)
        return f"{obj.person.name} · {when}"


class SwapForm(forms.Form):
    asked_of = forms.ModelChoiceField(
        label=_("Whom do you ask?"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Any colleague"),
    )
    in_return = ShiftChoice(
        label=_("Which shift would you take in return?"),
        queryset=Shift.objects.none(),
        required=False,
        empty_label=_("None"),
        help_text=_("A shift of the person whom you ask."),
    )
    note = NoteField()

    def __init__(self, *args: Any, shift: Shift, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = may_be_on_duty(shift.participant_id).exclude(pk=shift.person_id)
        self.fields["asked_of"].queryset = colleagues  # type: ignore[attr-defined]
        takeable = takeable_in_return(shift, at=at)
        self.fields["in_return"].queryset = takeable  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("in_return") and not data.get("asked_of"):
            data["asked_of"] = data["in_return"].person
        return data
