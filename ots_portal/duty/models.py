import uuid
from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ots_portal.duty.statuses import PatternStatus, ShiftStatus, SwapStatus
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.texts.fields import validate_plain_text

NOTE_LENGTH = 200
MOST_WEEKS = 12


class Rank(models.TextChoices):
    """Whom an alert reaches: the officer at once, the deputy where the officer does not answer."""

    OFFICER = "officer", pgettext_lazy("duty", "Officer on duty")
    DEPUTY = "deputy", pgettext_lazy("duty", "Deputy")


class Roster(models.Model):
    """
    The duty roster of a participant.

    While it ``is_kept`` it says who is on duty (``User.is_on_duty``) and nobody marks people by hand: from
    the beginning of its first shift until no officer is planned any more.
    """

    participant = models.OneToOneField(
        Participant, on_delete=models.PROTECT, primary_key=True, related_name="roster"
    )
    is_kept = models.BooleanField(default=False, editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["participant_id"]

    def __str__(self) -> str:
        return _("Duty roster: %(participant)s") % {"participant": self.participant.name}

    def get_absolute_url(self) -> str:
        return reverse("duty:roster", args=[self.participant_id])


class Pattern(models.Model):
    """
    A shift that comes again each week, or each second, third … one, so that several people take turns.

    Its hours are those of the capital's clock, also when that is put forward or back; a shift that ends at
    the hour at which it begins lasts to the next day. Shifts of it stand in the roster up to
    ``planned_until_date``, and the portal goes on with them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="duty_patterns"
    )
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="duty_patterns")
    rank = models.CharField(gettext_lazy("rank"), max_length=10, choices=Rank, default=Rank.OFFICER)
    weekdays = models.JSONField(gettext_lazy("days of the week"))  # ISO 8601: 1 is Monday
    starts_at = models.TimeField(gettext_lazy("begins"))
    ends_at = models.TimeField(gettext_lazy("ends"))
    every_weeks = models.PositiveSmallIntegerField(
        gettext_lazy("every so many weeks"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_WEEKS)],
    )
    # The week of this day is the first one; the others are counted from it.
    first_date = models.DateField(gettext_lazy("first day"))
    last_date = models.DateField(gettext_lazy("last day"), null=True, blank=True)
    planned_until_date = models.DateField(null=True, editable=False)
    status = models.CharField(
        max_length=10, choices=PatternStatus, default=PatternStatus.RUNNING, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["participant_id", "rank", "starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rank__in=Rank.values), name="duty_pattern_rank_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=PatternStatus.values), name="duty_pattern_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(every_weeks__gte=1, every_weeks__lte=MOST_WEEKS),
                name="duty_pattern_comes_again_within_a_quarter",
            ),
            models.CheckConstraint(
                condition=Q(last_date=None) | Q(last_date__gte=F("first_date")),
                name="duty_pattern_ends_after_it_begins",
                violation_error_message=gettext_lazy("The last day lies before the first one."),
            ),
        ]
        indexes = [
            models.Index(fields=["participant", "status"], name="duty_patterns_of_a_roster"),
            models.Index(fields=["person", "status"], name="duty_patterns_of_a_person"),
        ]

    def __str__(self) -> str:
        return _("Weekly pattern of %(person)s") % {"person": self.person.name}

    def get_absolute_url(self) -> str:
        return f"{reverse('duty:patterns', args=[self.participant_id])}#pattern-{self.pk}"

    @property
    def is_running(self) -> bool:
        return self.status == PatternStatus.RUNNING


class Shift(models.Model):
    """
    That a person answers for a participant from one moment to another.

    Nobody has two shifts at a time: services hold the participant while they look. ``pattern_date`` is the
    day of the pattern for which the portal planned it, in the capital's calendar.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="shifts")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="shifts")
    rank = models.CharField(gettext_lazy("rank"), max_length=10, choices=Rank, default=Rank.OFFICER)
    starts_at = models.DateTimeField(gettext_lazy("begins"))
    ends_at = models.DateTimeField(gettext_lazy("ends"))
    note = models.CharField(
        gettext_lazy("note"), max_length=NOTE_LENGTH, blank=True, validators=[validate_plain_text]
    )
    status = models.CharField(
        max_length=10, choices=ShiftStatus, default=ShiftStatus.PLANNED, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    pattern = models.ForeignKey(
        Pattern, on_delete=models.PROTECT, null=True, related_name="shifts", editable=False
    )
    pattern_date = models.DateField(null=True, editable=False)
    created_by = models.ForeignKey(  # None: the portal, from a pattern
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["starts_at", "rank", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(rank__in=Rank.values), name="shift_rank_is_known"),
            models.CheckConstraint(
                condition=Q(status__in=ShiftStatus.values), name="shift_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="shift_ends_after_it_begins",
                violation_error_message=gettext_lazy("The shift ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(pattern=None, pattern_date=None)
                | Q(pattern__isnull=False, pattern_date__isnull=False),
                name="shift_of_a_pattern_has_its_day",
            ),
            models.UniqueConstraint(
                fields=["pattern", "pattern_date"], name="one_shift_per_day_of_a_pattern"
            ),
        ]
        indexes = [
            models.Index(
                fields=["participant", "ends_at"],
                name="shifts_planned_of_a_roster",
                condition=Q(status="planned"),
            ),
            models.Index(
                fields=["person", "ends_at"],
                name="shifts_planned_of_a_person",
                condition=Q(status="planned"),
            ),
            models.Index(fields=["updated_at", "id"], name="shifts_changed_since"),
        ]

    def __str__(self) -> str:
        return _("%(rank)s: %(person)s") % {
            "rank": self.get_rank_display(),
            "person": self.person.name,
        }

    def get_absolute_url(self) -> str:
        return reverse("duty:shift_detail", args=[self.pk])

    @property
    def is_planned(self) -> bool:
        return self.status == ShiftStatus.PLANNED

    @property
    def is_officer(self) -> bool:
        return self.rank == Rank.OFFICER

    def runs_at(self, moment: datetime) -> bool:
        return self.is_planned and self.starts_at <= moment < self.ends_at


class Swap(models.Model):
    """
    That somebody asks a colleague to take a shift; the roster changes when the colleague accepts.

    ``asked_of`` None: any colleague who may be on duty. ``in_return`` is a shift of that colleague which
    who asks takes over for it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="swaps")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="swaps_asked")
    asked_of = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="swaps_asked_of"
    )
    in_return = models.ForeignKey(
        Shift, on_delete=models.SET_NULL, null=True, related_name="swaps_in_return"
    )
    note = models.CharField(
        gettext_lazy("note"), max_length=NOTE_LENGTH, blank=True, validators=[validate_plain_text]
    )
    status = models.CharField(
        max_length=10, choices=SwapStatus, default=SwapStatus.ASKED, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=SwapStatus.values), name="swap_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(asked_of=None) | ~Q(asked_of=F("asked_by")),
                name="swap_is_asked_of_another",
            ),
            models.CheckConstraint(
                condition=Q(in_return=None) | Q(asked_of__isnull=False) & ~Q(in_return=F("shift")),
                name="swap_in_return_names_whom",
            ),
            models.CheckConstraint(
                condition=Q(status="accepted", decided_by__isnull=False) | ~Q(status="accepted"),
                name="swap_is_accepted_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["shift"],
                condition=Q(status="asked"),
                name="one_open_swap_per_shift",
                violation_error_message=gettext_lazy("A swap is asked for already."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_of"], name="swaps_open_by_person", condition=Q(status="asked")
            ),
            models.Index(fields=["updated_at", "id"], name="swaps_changed_since"),
        ]

    def __str__(self) -> str:
        return _("Swap asked by %(person)s") % {"person": self.asked_by.name}

    def get_absolute_url(self) -> str:
        return f"{self.shift.get_absolute_url()}#swaps"

    @property
    def is_open(self) -> bool:
        return self.status == SwapStatus.ASKED


class GapWarning(models.Model):
    """That the heads were told of a time without an officer; ``ends_at`` None: nobody is planned any more."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="gap_warnings")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["roster", "starts_at"], name="one_warning_per_gap_of_a_roster"
            )
        ]

    def __str__(self) -> str:
        return f"{self.roster_id}: {self.starts_at:%Y-%m-%d %H:%M} UTC"
