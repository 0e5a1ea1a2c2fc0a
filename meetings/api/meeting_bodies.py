"""What the API takes of a meeting that is planned or changed, checked as the form checks it."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from rest_framework import serializers

from meetings.api.titles import Titles, written
from meetings.forms import NUMBER_IS_TAKEN, MeetingForm, at_the_place
from meetings.forms.invitations import KINDS, NOTE_LENGTH
from meetings.models import Meeting, Series
from meetings.services.meetings import FACTS, facts_of, is_wider
from meetings.statuses import PLACELESS, DatePrecision, MeetingKind, Mode, Visibility
from ots_portal.api.serializers import (
    LanguageList,
    Moment,
    StrictBoolean,
    StrictInteger,
    StrictSerializer,
    Text,
)
from ots_portal.participants.models import Participant, validate_time_zone

MOST_ORDINAL = 999
LAST_MINUTE = time(23, 59)


class MeetingChanges(StrictSerializer):
    """
    What of a meeting can be changed; what is left out stays.

    ``host`` and ``chair`` are slugs. Where ``date_precision`` is "day" the meeting lasts whole days at the place.
    """

    kind = serializers.ChoiceField(choices=MeetingKind.choices)
    series = serializers.UUIDField(required=False, allow_null=True)
    ordinal = StrictInteger(
        min_value=1,
        max_value=MOST_ORDINAL,
        required=False,
        allow_null=True,
        help_text="In a series the next free one is given when the meeting is convened.",
    )
    titles = Titles()
    host = serializers.SlugField()
    chair = serializers.SlugField(required=False, allow_null=True)
    mode = serializers.ChoiceField(choices=Mode.choices, required=False)
    city = Text(max_length=100, required=False, allow_blank=True)
    venue = Text(max_length=200, required=False, allow_blank=True)
    starts_at = Moment()
    ends_at = Moment()
    time_zone = Text(max_length=60, help_text="Of the place, such as Asia/Baku.")
    date_precision = serializers.ChoiceField(choices=DatePrecision.choices, required=False)
    working_languages = LanguageList(
        required=False,
        help_text="None when it is planned: those of the last meeting, or of the series.",
    )
    visibility = serializers.ChoiceField(choices=Visibility.choices, required=False)


class MeetingBody(MeetingChanges):
    """A meeting to plan; only the secretariat sees it until it is convened."""

    is_training = StrictBoolean(required=False, help_text="It stays what is said here.")


class NextMeetingBody(MeetingBody):
    """The next meeting: what is left out is as it was at the last one; the number is a new one."""

    kind = serializers.ChoiceField(choices=MeetingKind.choices, required=False)
    titles = Titles(required=False)
    host = serializers.SlugField(required=False)
    time_zone = Text(max_length=60, required=False)


class InviteAllBody(StrictSerializer):
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=KINDS),
        allow_empty=False,
        help_text="Whole kinds of participants; who is invited already stays so.",
    )
    note_verbale = Text(max_length=NOTE_LENGTH, required=False, allow_blank=True)


def _blank() -> dict[str, Any]:
    """Return what the form would have where nothing is said."""
    return {name: getattr(Meeting(), name) for name in FACTS}


def facts_to_plan(data: Mapping[str, Any], *, after: Meeting | None = None) -> dict[str, Any]:
    """
    Return the facts of a new meeting as the service takes them; ``after`` is the one that it follows.

    :raises ValidationError: with a sentence for each field
    """
    usual = {**facts_of(after), "ordinal": None} if after else _blank()
    facts = {**usual, **_said(data, titles=usual["titles"])}
    _check(facts, is_training=_is_training(data, after))
    return _in_whole_days(facts, data)


def _is_training(data: Mapping[str, Any], after: Meeting | None) -> bool:
    return bool(data.get("is_training", after.is_training if after else False))


def facts_to_change(meeting: Meeting, data: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return what the body changes, as the service takes it.

    :raises ValidationError: with a sentence for each field
    """
    before, said = facts_of(meeting), _said(data, titles=meeting.titles)
    facts = {**before, **said}
    _check(facts, is_training=meeting.is_training, meeting=meeting)
    whole = _in_whole_days(facts, data, meeting)
    return {name: value for name, value in whole.items() if name in said or value != before[name]}


def _said(data: Mapping[str, Any], *, titles: Mapping[str, str]) -> dict[str, Any]:
    same = {name: data[name] for name in FACTS if name in data and name != "titles"}
    found = {f"{name}_id": _named(name, data[name]) for name in _RECORDS if name in data}
    if "titles" in data:
        same["titles"] = written(data["titles"], before=titles)
    return {**same, **found}


_RECORDS = ("series", "host", "chair")


def _named(name: str, key: Any) -> Any:
    if key is None:
        return None
    if name == "series":
        if Series.objects.filter(pk=key).exists():
            return key
        raise ValidationError({name: _("There is no series with this id.")})
    if Participant.objects.filter(slug=key).exists():
        return key
    raise ValidationError({name: _("There is no participant with this slug.")})


def _check(facts: Mapping[str, Any], *, is_training: bool, meeting: Meeting | None = None) -> None:
    """:raises ValidationError: where the facts do not go together"""
    wrong: dict[str, Any] = {}
    try:
        validate_time_zone(facts["time_zone"])
    except ValidationError as error:
        wrong["time_zone"] = error.messages
    if facts["ends_at"] < facts["starts_at"] or (
        facts["ends_at"] == facts["starts_at"] and facts["date_precision"] != DatePrecision.DAY
    ):
        wrong["ends_at"] = [_("A meeting ends after it starts.")]
    if facts["mode"] not in PLACELESS and not facts["city"]:
        wrong["city"] = [_("Name the city where people meet.")]
    if meeting and is_wider(meeting, facts["visibility"]):
        wrong["visibility"] = [MeetingForm.WIDER]
    if not is_training and _number_is_taken(facts, meeting):
        wrong["ordinal"] = [NUMBER_IS_TAKEN]
    if wrong:
        raise ValidationError(wrong)


def _number_is_taken(facts: Mapping[str, Any], meeting: Meeting | None) -> bool:
    if not facts["ordinal"]:
        return False
    alone = {"series": None, "kind": facts["kind"], "is_training": False}
    whole = {"series": facts["series_id"]} if facts["series_id"] else alone
    same = Meeting.objects.filter(**whole, ordinal=facts["ordinal"])
    return (same.exclude(pk=meeting.pk) if meeting else same).exists()


def _in_whole_days(
    facts: dict[str, Any], data: Mapping[str, Any], meeting: Meeting | None = None
) -> dict[str, Any]:
    """A meeting of which only the days are known lasts from their first to their last minute at the place."""
    if facts["date_precision"] != DatePrecision.DAY:
        return facts
    zone = facts["time_zone"]
    first = _day(data.get("starts_at"), zone) or (meeting and meeting.first_day)
    last = _day(data.get("ends_at"), zone) or (meeting and meeting.last_day)
    assert first
    assert last
    return {
        **facts,
        "starts_at": at_the_place(datetime.combine(first, time(0, 0)), zone),
        "ends_at": at_the_place(datetime.combine(last, LAST_MINUTE), zone),
    }


def _day(moment: datetime | None, zone: str) -> date | None:
    return moment.astimezone(ZoneInfo(zone)).date() if moment else None
