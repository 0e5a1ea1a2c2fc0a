import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings.models.meeting import Meeting
from meetings.statuses.delegations import (
    Accreditation,
    Credentials,
    DelegateCapacity,
    DelegationStatus,
    InvitationCapacity,
    InvitationStatus,
)
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.texts.fields import LanguageTexts, validate_plain_text


class Invitation(models.Model):
    """
    The invitation of one participant to a meeting, sent by note verbale.

    It is read by the secretariat, by the invited participant once it is sent, and by the host.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="invitations")
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="+", verbose_name=_("participant")
    )
    capacity = models.CharField(
        _("invited as"),
        max_length=10,
        choices=InvitationCapacity,
        default=InvitationCapacity.MEMBER,
    )
    note_verbale = models.CharField(
        _("note verbale"), max_length=60, blank=True, validators=[validate_plain_text]
    )
    status = models.CharField(
        max_length=20, choices=InvitationStatus, default=InvitationStatus.DRAFT, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    answer_note = models.CharField(
        _("note of the answer"), max_length=60, blank=True, validators=[validate_plain_text]
    )
    answer = LanguageTexts(blank=True, editable=False)  # why it is declined, or what is added
    sent_at = models.DateTimeField(null=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["participant_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "participant"],
                condition=~models.Q(status="withdrawn"),
                name="one_invitation_per_participant",
                violation_error_message=_("This participant is invited already."),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=InvitationStatus.values),
                name="invitation_status_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(capacity__in=InvitationCapacity.values),
                name="invitation_capacity_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting}: {self.participant}"

    def get_absolute_url(self) -> str:
        return reverse("meetings:invitation_detail", args=[self.pk])

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None


class Delegation(models.Model):
    """
    Those whom one participant sends to a meeting.

    ``head`` of a moment is the delegate with the running ``HeadOfDelegation`` row, never overwritten.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="delegations")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    capacity = models.CharField(
        _("takes part as"),
        max_length=10,
        choices=InvitationCapacity,
        default=InvitationCapacity.MEMBER,
    )
    status = models.CharField(
        max_length=20, choices=DelegationStatus, default=DelegationStatus.ANNOUNCED, editable=False
    )
    credentials = models.CharField(
        _("credentials"),
        max_length=10,
        choices=Credentials,
        default=Credentials.NONE,
        editable=False,
    )
    credentials_note = models.CharField(
        max_length=300, blank=True, validators=[validate_plain_text], editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["participant_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "participant"], name="one_delegation_per_participant"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=DelegationStatus.values),
                name="delegation_status_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(credentials__in=Credentials.values), name="credentials_are_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.participant)

    def get_absolute_url(self) -> str:
        return reverse("meetings:delegation_detail", args=[self.pk])


class Delegate(models.Model):
    """
    A person of a delegation; ``user`` where that person has an account, else the name alone.

    At most one of a delegation is its head at a time (``is_head_now`` in the constraint below).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    delegation = models.ForeignKey(Delegation, on_delete=models.PROTECT, related_name="delegates")
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    full_name = models.CharField(_("name"), max_length=150, validators=[validate_plain_text])
    title = models.CharField(
        _("office"), max_length=200, blank=True, validators=[validate_plain_text]
    )
    capacity = models.CharField(
        _("capacity"), max_length=12, choices=DelegateCapacity, default=DelegateCapacity.MEMBER
    )
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    accreditation = models.CharField(
        max_length=10, choices=Accreditation, default=Accreditation.REQUESTED, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    updated_at = models.DateTimeField(editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)
    # The person was forgotten while the meeting went on: the name goes with the meeting's end.
    forget_when_over = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        ordering = ["position", "full_name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["delegation"],
                condition=models.Q(capacity="head", removed_at=None),
                name="one_head_of_delegation_at_a_time",
                violation_error_message=_(
                    "This delegation has a head already: change the head instead."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(capacity__in=DelegateCapacity.values),
                name="delegate_capacity_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(accreditation__in=Accreditation.values),
                name="accreditation_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return self.delegation.get_absolute_url()

    @property
    def name(self) -> str:
        """The name to print; of somebody who was forgotten, only whose person it was."""
        if self.full_name:
            return self.full_name
        participant = self.delegation.participant.name
        return gettext("A person of %(participant)s") % {"participant": participant}


class HeadOfDelegation(models.Model):
    """Who headed a delegation from when until when; ``until`` None: now. A change is dated, never overwritten."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    delegation = models.ForeignKey(Delegation, on_delete=models.PROTECT, related_name="heads")
    delegate = models.ForeignKey(Delegate, on_delete=models.PROTECT, related_name="+")
    is_acting = models.BooleanField(default=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True, validators=[validate_plain_text])

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["delegation"],
                condition=models.Q(until=None),
                name="one_running_head_per_delegation",
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="headed_until_after_since",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delegate}, {self.since:%Y-%m-%d}"
