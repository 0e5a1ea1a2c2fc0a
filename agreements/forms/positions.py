"""What a delegation fills in: where it stands, which wording it wants, what it writes in its room."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.models import Instrument, Position, Provision
from agreements.models.comments import LONGEST_COMMENT
from agreements.models.positions import LONGEST_NOTE
from agreements.services.brackets import Wording
from agreements.statuses import Audience, CommentKind, CommentStatus, Problem, Stance
from ots_portal.participants.models import Participant
from ots_portal.texts.fields import MAX_LENGTH, validate_plain_text
from ots_portal.ui.forms import LongText

EVERYTHING = ("", _("All"))


class MatrixForm(forms.Form):
    """What the matrix can be narrowed by; anything else in the address is ignored."""

    state = forms.ChoiceField(label=pgettext_lazy("participant", "State"), required=False)
    problem = forms.ChoiceField(
        label=_("What is in the way"), required=False, choices=[EVERYTHING, *Problem.choices]
    )
    article = forms.ChoiceField(label=pgettext_lazy("matrix", "Provision"), required=False)

    def __init__(
        self,
        *args: Any,
        states: Sequence[Participant],
        provisions: Sequence[Provision],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [EVERYTHING, *((one.pk, one.name) for one in states)]  # type: ignore[attr-defined]
        self.fields["article"].choices = [EVERYTHING, *((one.key, str(one)) for one in provisions)]  # type: ignore[attr-defined]

    @property
    def asked(self) -> dict[str, str]:
        """The filters that hold; an unknown value narrows nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def told(self) -> list[tuple[str, str]]:
        """The filters in words, for what is taken away."""
        return [
            (str(self.fields[name].label), str(dict(self.fields[name].choices)[value]))  # type: ignore[attr-defined]
            for name, value in self.asked.items()
        ]


class PositionForm(forms.Form):
    """Where one's State stands; the hash is that of the words beside the form."""

    on_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    after = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    stance = forms.ChoiceField(
        label=_("Position"), choices=Stance.choices, widget=forms.RadioSelect
    )
    visibility = forms.ChoiceField(
        label=_("Read by"),
        choices=Audience.choices,
        widget=forms.RadioSelect,
        help_text=_("The own delegation always reads it."),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=LongText(rows=3),
        validators=[validate_plain_text],
        help_text=_("Why, or what would have to change. Whoever reads the position reads it."),
    )

    def __init__(self, *args: Any, digest: str, last: Position | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {
            "on_sha256": digest,
            "after": last.number if last else 0,
            "stance": last.stance if last else "",
            "visibility": last.visibility if last else Audience.ALL,
            "note": last.note if last else "",
        }


class ReconfirmForm(forms.Form):
    on_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)


class ReopeningForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_NOTE,
        widget=LongText(rows=4),
        validators=[validate_plain_text],
        help_text=_("All negotiating States read it."),
    )


# ── brackets ────────────────────────────────────────────────────────────────────────────────────


class SponsoredForm(forms.Form):
    """What every wording has: the version of the provision that was seen, and who stands behind it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def add_sponsors(self, name: str, label: Any, instrument: Instrument) -> None:
        self.fields[name] = forms.ModelMultipleChoiceField(
            label=label,
            queryset=instrument.negotiating_states.all(),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields[name].label_from_instance = lambda state: state.name  # type: ignore[attr-defined]

    def clean_version(self) -> int:
        """Return the version the person saw; one that is missing is none that stands."""
        return self.cleaned_data["version"] or 0


class BracketForm(SponsoredForm):
    """Words to be put into brackets, who wants to keep them, and one other wording, if there is one."""

    language = forms.CharField(widget=forms.HiddenInput, max_length=10)
    quote = forms.CharField(
        label=_("Words to put into brackets"),
        max_length=MAX_LENGTH,
        widget=LongText(rows=3),
        validators=[validate_plain_text],
        help_text=_("Copied from the text as they stand there. They stand there once."),
    )
    text = forms.CharField(
        label=_("Another wording"),
        required=False,
        max_length=MAX_LENGTH,
        widget=LongText(rows=3),
        validators=[validate_plain_text],
    )
    is_deletion = forms.BooleanField(
        label=_("The other wording is: without these words"), required=False
    )
    is_by_chair = forms.BooleanField(
        label=_("The chair proposes the other wording"), required=False
    )
    keeps_chair = forms.BooleanField(label=_("The chair wants to keep the words"), required=False)

    def __init__(self, *args: Any, provision: Provision, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_sponsors("keepers", _("States that want to keep the words"), provision.instrument)
        self.add_sponsors("sponsors", _("States behind the other wording"), provision.instrument)
        self.order_fields(
            ["quote", "keepers", "keeps_chair", "text", "is_deletion", "sponsors", "is_by_chair"]
        )
        self.initial = {"version": provision.version, "language": language}

    @property
    def fields_of_bracket(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        has_other = data["text"] or data["is_deletion"] or data["sponsors"] or data["is_by_chair"]
        other = Wording(
            data["text"], data["is_deletion"], data["is_by_chair"], list(data["sponsors"])
        )
        return {
            "language": data["language"],
            "quote": data["quote"],
            "version": data["version"],
            "present": Wording(is_by_chair=data["keeps_chair"], sponsors=list(data["keepers"])),
            "others": [other] if has_other else [],
        }


class AlternativeForm(SponsoredForm):
    text = forms.CharField(
        label=_("Wording"),
        required=False,
        max_length=MAX_LENGTH,
        widget=LongText(rows=3),
        validators=[validate_plain_text],
    )
    is_deletion = forms.BooleanField(label=_("Without the words in brackets"), required=False)
    is_by_chair = forms.BooleanField(label=_("The chair proposes it"), required=False)

    def __init__(self, *args: Any, provision: Provision, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_sponsors("sponsors", _("States behind it"), provision.instrument)
        self.order_fields(["text", "is_deletion", "sponsors", "is_by_chair"])
        self.initial = {"version": provision.version}

    @property
    def wording(self) -> Wording:
        data = self.cleaned_data
        return Wording(
            data["text"], data["is_deletion"], data["is_by_chair"], list(data["sponsors"])
        )


class SponsorForm(forms.Form):
    """For which State; a delegation's own is not asked."""

    participant = forms.ModelChoiceField(
        label=pgettext_lazy("participant", "State"), queryset=Participant.objects.none()
    )

    def __init__(self, *args: Any, states: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["participant"].queryset = states  # type: ignore[attr-defined]


class ChairForm(forms.Form):
    participant = forms.ModelChoiceField(
        label=_("Chair"),
        queryset=Participant.objects.none(),
        required=False,
        empty_label=_("The secretariat presides"),
        help_text=_("What was told to the chair is read by whoever presides."),
    )

    def __init__(self, *args: Any, instrument: Instrument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["participant"].queryset = instrument.negotiating_states.all()  # type: ignore[attr-defined]
        self.fields["participant"].label_from_instance = lambda state: state.name  # type: ignore[attr-defined]
        self.initial = {"participant": instrument.chair_id}


# ── the room ────────────────────────────────────────────────────────────────────────────────────


class RoomForm(forms.Form):
    """What the room's list can be narrowed by."""

    article = forms.ChoiceField(label=pgettext_lazy("matrix", "Provision"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[EVERYTHING, *CommentKind.choices]
    )
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[EVERYTHING, *CommentStatus.choices]
    )

    def __init__(self, *args: Any, provisions: Sequence[Provision], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["article"].choices = [EVERYTHING, *((one.key, str(one)) for one in provisions)]  # type: ignore[attr-defined]

    @property
    def asked(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class CommentForm(forms.Form):
    """A draft; ``version`` is the one it was written on."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=CommentKind.choices,
        help_text=_("An instruction never leaves the delegation’s room."),
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_COMMENT,
        widget=LongText(rows=8),
        validators=[validate_plain_text],
    )

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0
