"""The forms of minutes, of comments on them and of their corrigenda."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from meetings.forms import PlaceTimeField, at_the_place
from meetings.models import Meeting, Minutes, MinutesParagraph
from meetings.queries.agenda import Numbered
from meetings.queries.meetings import later_than
from meetings.queries.minutes_texts import (
    Paragraph,
    is_stale,
    language_name,
    languages_of,
    original_language,
)
from meetings.services.corrigenda import Change
from meetings.services.minutes import Wording
from meetings.statuses import (
    ADOPTED_BY_HAND,
    BEGUN,
    MOST_CHARACTERS,
    AdoptedBy,
    Classification,
    Disposition,
)
from ots_portal.participants.models import Participant
from ots_portal.texts import Said
from ots_portal.texts.fields import MAX_LENGTH, validate_plain_text
from ots_portal.ui.forms import LongText

MAX_PARAGRAPHS = 400  # two fields each stay below what one form may send


@dataclass(frozen=True)
class Row:
    """A paragraph in the editor: its fields, and what it says in other languages."""

    paragraph: MinutesParagraph
    text: BoundField
    item: BoundField
    elsewhere: list[Said]
    is_missing: bool
    is_stale: bool

    @property
    def key(self) -> str:
        return self.paragraph.pk.hex


class MinutesForm(forms.Form):
    """
    All paragraphs of minutes in one language, each with its item, and an empty one at the end.

    Every button of the editor sends the whole form; ``op`` says what else to do: nothing ("save"), or
    "up", "down" or "remove" with the paragraph's id after a colon.
    """

    use_required_attribute = False  # the browser would hold back "remove" for an empty paragraph
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, minutes: Minutes, agenda: Sequence[Numbered], data: Any = None, *, language: str
    ) -> None:
        super().__init__(data, initial={"version": minutes.version})
        self.language = language
        self.paragraphs = list(minutes.paragraphs.order_by("position"))
        self._verb, _mark, self._target = str((data or {}).get("op", "save")).partition(":")
        items = [("", _("No item")), *((str(entry.item.pk), str(entry)) for entry in agenda)]
        for paragraph in self.paragraphs:
            self._add_fields(paragraph.pk.hex, items, paragraph)
        self._add_fields("new", items, None)

    def _add_fields(
        self, key: str, items: list[tuple[Any, Any]], paragraph: MinutesParagraph | None
    ) -> None:
        self.fields[f"text_{key}"] = forms.CharField(
            label=_("Text"),
            required=paragraph is not None and self._must_be_written(paragraph),
            error_messages={"required": _("Write the paragraph, or remove it.")},
            max_length=MOST_CHARACTERS,
            initial=paragraph.texts.get(self.language, "") if paragraph else "",
            widget=LongText({"lang": self.language}, rows=4),
            validators=[validate_plain_text],
        )
        self.fields[f"item_{key}"] = forms.TypedChoiceField(
            label=_("Agenda item"),
            required=False,
            choices=items,
            coerce=uuid.UUID,
            empty_value=None,
            initial=paragraph.item_id if paragraph else None,
        )

    def rows(self) -> list[Row]:
        return [
            Row(
                paragraph,
                self[f"text_{paragraph.pk.hex}"],
                self[f"item_{paragraph.pk.hex}"],
                [
                    Said(text, code)
                    for code, text in paragraph.texts.items()
                    if code != self.language
                ],
                is_missing=bool(paragraph.texts) and not paragraph.texts.get(self.language),
                is_stale=is_stale(paragraph, self.language),
            )
            for paragraph in self.paragraphs
        ]

    @property
    def new_text(self) -> BoundField:
        return self["text_new"]

    @property
    def new_item(self) -> BoundField:
        return self["item_new"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("text_new") and len(self.paragraphs) >= MAX_PARAGRAPHS:
            self.add_error("text_new", _("Minutes have no more paragraphs than this."))
        return data

    def _must_be_written(self, paragraph: MinutesParagraph) -> bool:
        """A paragraph says something in one language at least."""
        elsewhere = any(code != self.language for code in paragraph.texts)
        return not elsewhere and not self._removes(paragraph)

    def _removes(self, paragraph: MinutesParagraph) -> bool:
        return self._verb == "remove" and self._target == paragraph.pk.hex

    def wordings(self) -> list[Wording]:
        """Return the paragraphs as they shall stand; only after ``is_valid()``."""
        kept = [paragraph for paragraph in self.paragraphs if not self._removes(paragraph)]
        wordings = [self._wording(paragraph.pk.hex, paragraph.pk) for paragraph in kept]
        self._move([paragraph.pk.hex for paragraph in kept], wordings)
        new = self._wording("new", None)
        return [*wordings, new] if new.text else wordings

    def _wording(self, key: str, pk: uuid.UUID | None) -> Wording:
        text = self.cleaned_data[f"text_{key}"].replace("\r\n", "\n")
        return Wording(text=text, item_id=self.cleaned_data[f"item_{key}"], pk=pk)

    def _move(self, keys: list[str], wordings: list[Wording]) -> None:
        if self._verb not in ("up", "down") or self._target not in keys:
            return
        here = keys.index(self._target)
        there = here - 1 if self._verb == "up" else here + 1
        if 0 <= there < len(wordings):
            wordings[here], wordings[there] = wordings[there], wordings[here]

    @property
    def focus(self) -> str:
        """Where the editor goes on after saving: the paragraph that was moved, or the new one."""
        return f"p-{self._target}" if self._verb in ("up", "down") else "p-new"


class PublishForm(forms.Form):
    """For whom minutes are published."""

    classification = forms.ChoiceField(
        label=_("Who may read them from now on"),
        choices=Classification.choices,
        widget=forms.RadioSelect,
    )


class CirculateForm(forms.Form):
    """Until when the members may comment, by the clocks at the place of the meeting."""

    comments_until = PlaceTimeField(
        label=_("Comments before"),
        required=False,
        help_text=_(
            "By the clocks at the place of the meeting. Empty: as the rules of the series say."
        ),
    )

    def __init__(self, meeting: Meeting, data: Any = None, *, usual: datetime) -> None:
        there = usual.astimezone(ZoneInfo(meeting.time_zone)).replace(second=0, microsecond=0)
        super().__init__(data, initial={"comments_until": f"{there:%Y-%m-%dT%H:%M}"})
        self.meeting = meeting

    def clean_comments_until(self) -> datetime | None:
        moment = self.cleaned_data["comments_until"]
        return at_the_place(moment, self.meeting.time_zone) if moment else None


class AdoptForm(forms.Form):
    """In which way the members have adopted the minutes, and at which later meeting."""

    adopted_by = forms.ChoiceField(
        label=_("How the members have adopted them"),
        choices=[(way.value, way.label) for way in ADOPTED_BY_HAND],
        widget=forms.RadioSelect,
    )
    adopting_meeting = forms.ModelChoiceField(
        label=_("The meeting that adopted them"),
        queryset=Meeting.objects.none(),
        required=False,
        empty_label=_("None"),
        help_text=_("Of an adoption by the next meeting: a later meeting of the same body."),
    )

    def __init__(self, minutes: Minutes, data: Any = None) -> None:
        super().__init__(data)
        later = later_than(minutes.meeting)
        self.fields["adopting_meeting"].queryset = later  # type: ignore[attr-defined]
        begun = later.filter(status__in=BEGUN).first()
        self.fields["adopting_meeting"].initial = begun.pk if begun else None

    def clean(self) -> dict[str, Any]:
        """Leave the meeting out where the other way was chosen: it was only proposed."""
        data = super().clean() or {}
        if data.get("adopted_by") == AdoptedBy.IN_SITTING:
            data["adopting_meeting"] = None
        return data


# ── translation ─────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Pair:
    """A paragraph in the language it was written in beside the one that is being written."""

    number: int
    key: str
    original: Said
    text: BoundField
    still_right: BoundField | None
    is_missing: bool


class TranslationForm(forms.Form):
    """One language version, paragraph by paragraph beside the original."""

    use_required_attribute = False
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, minutes: Minutes, data: Any = None, *, language: str) -> None:
        super().__init__(data, initial={"version": minutes.version})
        self.language = language
        self.paragraphs = list(minutes.paragraphs.order_by("position"))
        for paragraph in self.paragraphs:
            self._add_fields(paragraph)

    def _add_fields(self, paragraph: MinutesParagraph) -> None:
        key = paragraph.pk.hex
        self.fields[f"text_{key}"] = forms.CharField(
            label=_("Paragraph %(number)s") % {"number": paragraph.position},
            required=False,
            max_length=MOST_CHARACTERS,
            initial=paragraph.texts.get(self.language, ""),
            widget=LongText({"lang": self.language}, rows=4),
            validators=[validate_plain_text],
        )
        if is_stale(paragraph, self.language):
            self.fields[f"right_{key}"] = forms.BooleanField(
                label=_("I have read the original again: this translation is still right."),
                required=False,
            )

    def pairs(self) -> list[Pair]:
        return [self._pair(paragraph) for paragraph in self.paragraphs]

    def _pair(self, paragraph: MinutesParagraph) -> Pair:
        original, key = original_language(paragraph), paragraph.pk.hex
        return Pair(
            number=paragraph.position,
            key=key,
            original=Said(paragraph.texts.get(original, ""), original),
            text=self[f"text_{key}"],
            still_right=self[f"right_{key}"] if f"right_{key}" in self.fields else None,
            is_missing=not paragraph.texts.get(self.language),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for paragraph in self.paragraphs:
            name = f"text_{paragraph.pk.hex}"
            is_the_only = set(paragraph.texts) <= {self.language} and paragraph.texts
            if is_the_only and name in data and not data[name]:
                self.add_error(name, _("Write the paragraph: it has no other language."))
        return data

    def texts(self) -> dict[uuid.UUID, str]:
        """Return the text of each paragraph; only after ``is_valid()``."""
        return {
            one.pk: self.cleaned_data[f"text_{one.pk.hex}"].replace("\r\n", "\n")
            for one in self.paragraphs
        }

    def confirmed(self) -> frozenset[uuid.UUID]:
        found = (one.pk for one in self.paragraphs if self.cleaned_data.get(f"right_{one.pk.hex}"))
        return frozenset(found)


# ── comments ────────────────────────────────────────────────────────────────────────────────────
class CommentForm(forms.Form):
    """How a State would have a paragraph read, and why."""

    paragraph = forms.CharField(widget=forms.HiddenInput, max_length=32)
    language = forms.ChoiceField(label=_("Language"))
    proposed_text = forms.CharField(
        label=_("How the paragraph should read"),
        max_length=MOST_CHARACTERS,
        widget=LongText(rows=5),
        validators=[validate_plain_text],
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_LENGTH,
        widget=LongText(rows=3),
        validators=[validate_plain_text],
    )

    def __init__(
        self, paragraphs: Sequence[Paragraph], data: Any = None, *, key: str, language: str
    ) -> None:
        self.standing = next((one for one in paragraphs if one["key"] == key), None)
        texts = self.standing["texts"] if self.standing else {}
        spoken = language if language in texts else next(iter(texts), language)
        text = texts.get(spoken, "")
        super().__init__(
            data, initial={"paragraph": key, "language": spoken, "proposed_text": text}
        )
        choices = [(code, language_name(code)) for code in languages_of(paragraphs)]
        self.fields["language"].choices = choices  # type: ignore[attr-defined]
        self.fields["proposed_text"].widget.attrs["lang"] = spoken


class CommentFilterForm(forms.Form):
    """Which comments are shown; it lives in the address."""

    participant = forms.ChoiceField(label=_("State"), required=False)
    status = forms.ChoiceField(
        label=_("Disposition"),
        required=False,
        choices=[("", _("All dispositions")), *Disposition.choices],
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        states = [(one.slug, one.name) for one in Participant.objects.filter(kind="member")]
        self.fields["participant"].choices = [("", _("All States")), *states]  # type: ignore[attr-defined]

    def wishes(self) -> dict[str, Any]:
        """Return the cleaned filters; an impossible one narrows nothing and is shown as an error."""
        self.full_clean()
        return dict(getattr(self, "cleaned_data", {}))


# ── corrigenda ──────────────────────────────────────────────────────────────────────────────────
CHANGES_IN_A_FORM = 3


class CorrigendumForm(forms.Form):
    """Up to three corrections of words, each in one paragraph and language, and why they are needed."""

    def __init__(self, paragraphs: Sequence[Paragraph], data: Any = None) -> None:
        super().__init__(data)
        numbers = [("", _("Choose a paragraph")), *((one["key"], f"§ {one['number']}") for one in paragraphs)]  # fmt: skip
        codes = [(code, language_name(code)) for code in languages_of(paragraphs)]
        for number in range(1, CHANGES_IN_A_FORM + 1):
            self._add_change(number, numbers, codes)
        self.fields["reason"] = forms.CharField(
            label=_("Reason"),
            max_length=MAX_LENGTH,
            widget=LongText(rows=3),
            validators=[validate_plain_text],
        )

    def _add_change(self, number: int, numbers: list[Any], codes: list[Any]) -> None:
        first = number == 1
        self.fields[f"paragraph_{number}"] = forms.ChoiceField(
            label=_("Paragraph"), choices=numbers, required=first
        )
        self.fields[f"language_{number}"] = forms.ChoiceField(
            label=_("Language"), choices=codes or [("", "—")], required=first
        )
        self.fields[f"old_{number}"] = self._words(
            _("Words as they stand"),
            _("Enough of them that they stand there only once."),
            required=first,
        )
        self.fields[f"new_{number}"] = self._words(
            _("Words as they should be"), _("Empty: the old words are struck."), required=False
        )

    @staticmethod
    def _words(label: Any, help_text: Any, *, required: bool) -> forms.CharField:
        return forms.CharField(
            label=label,
            help_text=help_text,
            required=required,
            max_length=MAX_LENGTH,
            strip=False,
            widget=LongText(rows=2),
            validators=[validate_plain_text],
        )

    def rows(self) -> list[list[BoundField]]:
        names = ("paragraph", "language", "old", "new")
        return [
            [self[f"{name}_{number}"] for name in names]
            for number in range(1, CHANGES_IN_A_FORM + 1)
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number in range(2, CHANGES_IN_A_FORM + 1):
            if data.get(f"old_{number}") and not data.get(f"paragraph_{number}"):
                self.add_error(f"paragraph_{number}", _("Choose the paragraph."))
        return data

    def changes(self) -> list[Change]:
        """Return what was filled in; only after ``is_valid()``. The first is always there."""
        filled = [
            number
            for number in range(1, CHANGES_IN_A_FORM + 1)
            if self.cleaned_data.get(f"paragraph_{number}")
        ]
        return [self._change(number) for number in filled]

    def _change(self, number: int) -> Change:
        values = {
            name: self.cleaned_data[f"{name}_{number}"].replace("\r\n", "\n")
            for name in ("paragraph", "language", "old", "new")
        }
        return Change(**values)


class SilenceForm(forms.Form):
    """When the silence about a corrigendum ends, by the clocks at the place of the meeting."""

    expires_at = PlaceTimeField(
        label=_("Silence ends"), help_text=_("By the clocks at the place of the meeting.")
    )

    def __init__(self, time_zone: str, data: Any = None, *, usual: datetime) -> None:
        there = usual.astimezone(ZoneInfo(time_zone)).replace(second=0, microsecond=0)
        super().__init__(data, initial={"expires_at": f"{there:%Y-%m-%dT%H:%M}"})
        self.time_zone = time_zone

    def clean_expires_at(self) -> datetime:
        return at_the_place(self.cleaned_data["expires_at"], self.time_zone)


# ── comparison ──────────────────────────────────────────────────────────────────────────────────
class ComparisonForm(forms.Form):
    """Which two texts of the minutes are compared, in which language, and how they are shown."""

    before = forms.ChoiceField(label=_("Earlier text"))
    after = forms.ChoiceField(label=_("Later text"))
    language = forms.ChoiceField(label=_("Language"))
    view = forms.ChoiceField(
        label=_("Shown"),
        required=False,
        choices=[("inline", _("In one text")), ("sides", _("Side by side"))],
    )

    def __init__(
        self, texts: Mapping[str, str], data: Any = None, *, languages: Sequence[str]
    ) -> None:
        super().__init__(data)
        for name in ("before", "after"):
            self.fields[name].choices = list(texts.items())  # type: ignore[attr-defined]
        named = [(code, language_name(code)) for code in languages]
        self.fields["language"].choices = named  # type: ignore[attr-defined]


def portal_languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]
