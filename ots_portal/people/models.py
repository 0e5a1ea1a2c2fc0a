import unicodedata
import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from ots_portal.participants.models import Participant, ParticipantKind, validate_time_zone
from ots_portal.texts.fields import validate_plain_text


class Role(models.TextChoices):
    READER = "reader", pgettext_lazy("role", "Reader")
    EDITOR = "editor", pgettext_lazy("role", "Editor")
    HEAD = "head", pgettext_lazy("role", "Head of authority")
    SECRETARIAT_OFFICER = "secretariat_officer", pgettext_lazy("role", "Officer of the secretariat")
    SECRETARIAT_HEAD = "secretariat_head", pgettext_lazy("role", "Head of the secretariat")
    SYSTEM_ADMINISTRATOR = "system_administrator", pgettext_lazy("role", "System administrator")
    AUDITOR = "auditor", pgettext_lazy("role", "Auditor")


NATIONAL_ROLES = (Role.READER, Role.EDITOR, Role.HEAD)
SECRETARIAT_ROLES = (Role.SECRETARIAT_OFFICER, Role.SECRETARIAT_HEAD)
HEAD_ROLES = (Role.HEAD, Role.SECRETARIAT_HEAD)
# The constraint on_duty_are_those_who_may_act says the same.
DUTY_ROLES = (Role.EDITOR, Role.HEAD, *SECRETARIAT_ROLES)
STATES = (ParticipantKind.MEMBER, ParticipantKind.OBSERVER, ParticipantKind.THIRD)


class UserKind(models.TextChoices):
    PERSON = "person", pgettext_lazy("user", "Person")
    MACHINE = "machine", pgettext_lazy("user", "Partner system")


def normalise_email(email: str) -> str:
    """Return the one form in which addresses are stored and compared: NFKC, casefolded, trimmed."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", email).casefold()).strip()


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> models.QuerySet["User"]:
        # Every rule asks for the participant's kind: one query instead of two on each request.
        return super().get_queryset().select_related("participant")

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person; without a password nobody can sign in as them until one is set."""
        user = self.model(email=normalise_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=normalise_email(username or ""))


class User(AbstractBaseUser):
    """A person of a participant, or a machine user through which a partner system calls the API."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=UserKind, default=UserKind.PERSON)
    email = models.EmailField(max_length=254, unique=True)
    full_name = models.CharField(max_length=150, validators=[validate_plain_text])
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="people")
    role = models.CharField(max_length=30, choices=Role, default=Role.READER)
    is_on_duty = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="en")
    time_zone = models.CharField(max_length=60, default="UTC", validators=[validate_time_zone])
    is_demo = models.BooleanField(default=False, editable=False)
    rights_version = models.PositiveIntegerField(default=1, editable=False)
    # From then on the row names nobody; it stays for what points to it.
    forgotten_at = models.DateTimeField(null=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["full_name", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_is_known"),
            models.CheckConstraint(
                condition=~models.Q(kind="machine") | models.Q(role="reader", is_on_duty=False),
                name="machine_users_read_as_readers",
            ),
            models.CheckConstraint(
                condition=models.Q(forgotten_at=None) | models.Q(is_active=False),
                name="forgotten_people_do_not_come_back",
            ),
            models.CheckConstraint(
                condition=models.Q(is_on_duty=False)
                | models.Q(role__in=["editor", "head", "secretariat_officer", "secretariat_head"]),
                name="on_duty_are_those_who_may_act",
            ),
        ]
        indexes = [
            models.Index(fields=["participant", "role"], name="people_by_participant_and_role"),
            models.Index(
                fields=["participant"], name="people_on_duty", condition=models.Q(is_on_duty=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name to print; of somebody who was forgotten, only whose person it was."""
        if self.forgotten_at:
            return _("A person of %(participant)s") % {"participant": self.participant.name}
        return self.full_name or self.email

    def get_absolute_url(self) -> str:
        return reverse("people:settings")

    def clean(self) -> None:
        super().clean()
        self.email = normalise_email(self.email)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = normalise_email(self.email)
        super().save(*args, **kwargs)

    # What the rules ask. Each is about the role alone; whose record it is, is the rule's business.

    @property
    def is_machine(self) -> bool:
        return self.kind == UserKind.MACHINE

    @property
    def is_national(self) -> bool:
        """Serves a State, in any of its three roles (machine users included)."""
        return self.role in NATIONAL_ROLES

    @property
    def is_secretariat(self) -> bool:
        return self.role in SECRETARIAT_ROLES

    @property
    def is_head(self) -> bool:
        return self.role in HEAD_ROLES

    @property
    def is_member_staff(self) -> bool:
        """Reads what is open to members: national roles of a member State."""
        return self.is_national and self.participant.kind == ParticipantKind.MEMBER

    @property
    def is_observer_staff(self) -> bool:
        kinds = (ParticipantKind.OBSERVER, ParticipantKind.ORGANISATION)
        return self.is_national and self.participant.kind in kinds

    @property
    def may_act(self) -> bool:
        """An editor or head, the national roles that change things; machine users draft as editors do."""
        return self.role in (Role.EDITOR, Role.HEAD) or self.is_machine

    def serves(self, participant_slug: str) -> bool:
        return self.is_national and self.participant_id == participant_slug


class InvitationStatus(models.TextChoices):
    """How an invitation stands at a moment; nobody moves it there by hand, so it is no column."""

    UNCONFIRMED = "unconfirmed", pgettext_lazy("invitation", "Waits for confirmation")
    PENDING = "pending", pgettext_lazy("invitation", "Pending")
    ACCEPTED = "accepted", pgettext_lazy("invitation", "Accepted")
    WITHDRAWN = "withdrawn", pgettext_lazy("invitation", "Withdrawn")
    EXPIRED = "expired", pgettext_lazy("invitation", "Expired")


class Invitation(models.Model):
    """
    That a person may come in, once, by a link that only their mailbox got.

    The person exists from the invitation on, inactive. The link is signed when it is sent and stored
    nowhere; ``nonce`` says which of the links counts: another one with every sending.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    # As they were offered: the person's own may change later.
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="invitations"
    )
    role = models.CharField(max_length=30, choices=Role)
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    invited_by = models.ForeignKey(  # None: whoever runs the portal, from its command line
        User, on_delete=models.SET_NULL, null=True, related_name="invitations_made"
    )
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    needs_confirmation = models.BooleanField(default=False)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="invitations_confirmed"
    )
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="invitation_role_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(withdrawn_at=None),
                name="invitation_ends_in_one_way",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None)
                | models.Q(needs_confirmation=False)
                | models.Q(confirmed_at__isnull=False),
                name="invitation_is_confirmed_before_it_is_accepted",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="one_open_invitation_per_person",
            ),
        ]
        indexes = [
            models.Index(fields=["participant", "-created_at"], name="invitations_by_participant")
        ]

    def __str__(self) -> str:
        return f"invitation of {self.person_id}"

    def get_absolute_url(self) -> str:
        return reverse("staff:invitations")

    @property
    def waits_for_confirmation(self) -> bool:
        return self.needs_confirmation and self.confirmed_at is None

    def status_at(self, moment: datetime) -> InvitationStatus:
        if self.accepted_at:
            return InvitationStatus.ACCEPTED
        if self.withdrawn_at:
            return InvitationStatus.WITHDRAWN
        if self.expires_at <= moment:
            return InvitationStatus.EXPIRED
        unconfirmed = self.waits_for_confirmation
        return InvitationStatus.UNCONFIRMED if unconfirmed else InvitationStatus.PENDING
