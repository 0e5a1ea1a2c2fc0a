import uuid
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models.series import Series
from meetings.statuses import (
    PLACELESS,
    UNANNOUNCED,
    DatePrecision,
    MeetingKind,
    MeetingStatus,
    Mode,
    Visibility,
)
from ots_portal.participants.models import Confidence, Participant, validate_time_zone
from ots_portal.people.models import User
from ots_portal.texts import fold, in_language
from ots_portal.texts.fields import LanguageTexts, validate_plain_text
from ots_portal.texts.languages import validate_languages


class Meeting(models.Model):
    """
    A meeting of the cooperation: ministers, officials, experts or negotiators.

    Only the secretariat knows of it until it is convened; from then on ``visibility`` says who reads
    it, its agenda included. One that was entered from public sources has a summary of what they tell,
    with the sources; that summary is not the official minutes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=30, choices=MeetingKind)
    # None: it belongs to no series, or was entered before there were any.
    series = models.ForeignKey(
        Series,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name=_("series"),
    )
    ordinal = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    titles = LanguageTexts()
    host = models.ForeignKey(
        Participant,
        on_delete=models.PROTECT,
        related_name="meetings_hosted",
        verbose_name=_("host"),
    )
    chair = models.ForeignKey(
        Participant,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings_chaired",
        verbose_name=_("chair"),
    )
    mode = models.CharField(_("mode"), max_length=20, choices=Mode, default=Mode.IN_PERSON)
    city = models.CharField(_("city"), max_length=100, blank=True, validators=[validate_plain_text])
    venue = models.CharField(
        _("venue"), max_length=200, blank=True, validators=[validate_plain_text]
    )
    starts_at = models.DateTimeField(_("start"))
    ends_at = models.DateTimeField(_("end"))
    # The zone of the place, so that its people read its hours as their own clocks show them.
    time_zone = models.CharField(_("time zone"), max_length=60, validators=[validate_time_zone])
    # A meeting known by its day alone lasts from the first to the last minute of its days there.
    date_precision = models.CharField(
        _("what is known of the time"),
        max_length=10,
        choices=DatePrecision,
        default=DatePrecision.MINUTE,
    )
    # In which its documents are wanted and its people speak, in the portal's order; []: nobody has said it.
    working_languages = models.JSONField(
        _("working languages"),
        default=list,
        db_default=[],
        blank=True,
        validators=[validate_languages],
    )
    visibility = models.CharField(
        _("who may read it"), max_length=20, choices=Visibility, default=Visibility.MEMBERS
    )
    is_training = models.BooleanField(_("training"), default=False)
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=MeetingStatus,
        default=MeetingStatus.PLANNED,
        editable=False,
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    # Grows with each change that a calendar has to follow (RFC 5545, SEQUENCE).
    ics_sequence = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    # When others than the secretariat first came to know of it.
    announced_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )  # None: entered by the portal itself
    updated_at = models.DateTimeField(editable=False)
    submission_key = models.UUIDField(null=True, editable=False)
    summaries = LanguageTexts(blank=True, editable=False)
    date_notes = LanguageTexts(blank=True, editable=False)
    venue_notes = LanguageTexts(blank=True, editable=False)
    attendance_notes = LanguageTexts(blank=True, editable=False)
    confidence = models.CharField(max_length=20, choices=Confidence, blank=True, editable=False)
    sources = models.JSONField(default=list, blank=True, editable=False)
    searchable = models.TextField(editable=False)

    class Meta:
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=MeetingStatus.values), name="meeting_status_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=MeetingKind.values), name="meeting_kind_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(mode__in=Mode.values), name="meeting_mode_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(visibility__in=Visibility.values),
                name="meeting_visibility_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="meeting_ends_after_it_starts",
                violation_error_message=_("A meeting ends after it starts."),
            ),
            models.CheckConstraint(
                condition=models.Q(mode__in=PLACELESS) | ~models.Q(city=""),
                name="meeting_in_person_has_a_city",
                violation_error_message=_("Name the city where people meet."),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=UNANNOUNCED) | models.Q(announced_at__isnull=False),
                name="meeting_held_was_announced",
            ),
            models.UniqueConstraint(
                fields=["kind", "ordinal"],
                condition=models.Q(ordinal__isnull=False, is_training=False, series=None),
                name="one_meeting_per_kind_and_ordinal",
                violation_error_message=_("There is a meeting of this kind with this number."),
            ),
            models.UniqueConstraint(
                fields=["series", "ordinal"],
                condition=models.Q(ordinal__isnull=False, series__isnull=False),
                name="one_meeting_per_series_and_ordinal",
                violation_error_message=_("There is a meeting of this series with this number."),
            ),
            models.UniqueConstraint(
                fields=["created_by", "submission_key"], name="one_meeting_per_submitted_form"
            ),
        ]
        indexes = [
            models.Index(fields=["-starts_at", "-id"], name="meetings_newest_first"),
            models.Index(fields=["status", "-starts_at", "-id"], name="meetings_by_status"),
            models.Index(fields=["updated_at", "id"], name="meetings_changed_since"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.searchable = searchable_text(self.titles, self.city, self.venue)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("meetings:detail", args=[self.pk])

    @property
    def title(self) -> str:
        """The title in the active language, else in the language it was written in."""
        return in_language(self.titles)

    @property
    def is_from_public_sources(self) -> bool:
        return bool(self.sources)

    @property
    def has_hours(self) -> bool:
        return self.date_precision == DatePrecision.MINUTE

    @property
    def starts_there(self) -> datetime:
        """The start as the clocks at the place of the meeting show it."""
        return self.starts_at.astimezone(ZoneInfo(self.time_zone))

    @property
    def ends_there(self) -> datetime:
        return self.ends_at.astimezone(ZoneInfo(self.time_zone))

    @property
    def first_day(self) -> date:
        return self.starts_there.date()

    @property
    def last_day(self) -> date:
        return self.ends_there.date()

    @property
    def is_one_day(self) -> bool:
        return self.first_day == self.last_day


def searchable_text(titles: dict[str, str], city: str, venue: str) -> str:
    """Return what a search compares with: titles in all languages and the place, folded."""
    return fold(" ".join([*titles.values(), city, venue]))


class NamedParticipant(models.Model):
    """Somebody whom the public sources name as having taken part."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="named_participants"
    )
    position = models.PositiveSmallIntegerField()
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, related_name="+"
    )  # None: the person of an organisation that is no participant
    text = models.CharField(max_length=300, blank=True, validators=[validate_plain_text])

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"], name="named_participants_stand_in_order"
            )
        ]

    def __str__(self) -> str:
        return self.text or self.participant_id or "—"
