"""Reservations, what other States say to them, and declarations (Vienna Convention, articles 19 to 23)."""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.models.final_clauses import validate_places
from agreements.models.instruments import Instrument
from agreements.models.treaty_acts import TreatyAct
from agreements.statuses import DeclarationStatus, ObjectionStatus, ReservationStatus
from agreements.vocabularies.reservations import DeclarationKind, MadeWith, ReactionKind
from ots_portal.audit.append_only import append_only
from ots_portal.participants.models import Participant
from ots_portal.texts import in_language
from ots_portal.texts.fields import LanguageTexts, validate_plain_text


class Reservation(TreatyAct):
    """
    A State's statement that provisions do not bind it, or not as they stand.

    ``provisions`` are keys where the portal holds the text, else names; ``made_on_date`` is the day of the act
    by which it was made. One made when signing is confirmed with the consent (article 23, 2), where that
    signature is subject to ratification: ``needs_confirmation``.
    """

    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="reservations", editable=False
    )
    made_with = models.CharField(max_length=20, choices=MadeWith)
    received_on_date = models.DateField()
    made_on_date = models.DateField(editable=False)
    provisions = models.JSONField(validators=[validate_places])
    texts = LanguageTexts()
    needs_confirmation = models.BooleanField(default=False, editable=False)
    confirmed_on_date = models.DateField(null=True, editable=False)
    # When the depositary issued the notification of it: the other States' period begins.
    circulated_at = models.DateTimeField(null=True, editable=False)
    # The decision of the competent organ, of another app: its key, and how it is called.
    decision_id = models.UUIDField(null=True, editable=False)
    decision_label = models.CharField(
        max_length=300, blank=True, editable=False, validators=[validate_plain_text]
    )
    decided_on_date = models.DateField(null=True, editable=False)
    withdrawn_on_date = models.DateField(null=True, editable=False)
    status = models.CharField(
        max_length=20,
        choices=ReservationStatus,
        default=ReservationStatus.FORMULATED,
        editable=False,
    )

    class Meta(TreatyAct.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ReservationStatus.values), name="reservation_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(made_with__in=MadeWith.values), name="reservation_act_is_known"
            ),
            models.CheckConstraint(condition=~Q(texts={}), name="a_reservation_has_words"),
            models.CheckConstraint(
                condition=~Q(status=ReservationStatus.WITHDRAWN)
                | Q(withdrawn_on_date__isnull=False),
                name="a_withdrawn_reservation_says_when",
            ),
        ]
        indexes = [models.Index(fields=["status", "circulated_at"], name="reservations_that_wait")]

    def __str__(self) -> str:
        return _("Reservation of %(state)s") % {"state": self.participant.name}

    def get_absolute_url(self) -> str:
        return reverse("agreements:reservation", args=[self.pk])

    @property
    def text(self) -> str:
        return in_language(self.texts)

    @property
    def circulated_on_date(self) -> date | None:
        """The day from which the twelve months count: one for all, in whichever zone somebody reads it."""
        if not self.circulated_at:
            return None
        return timezone.localdate(self.circulated_at, timezone.get_default_timezone())

    @property
    def awaits_confirmation(self) -> bool:
        return self.needs_confirmation and self.confirmed_on_date is None


@append_only
class ReservationAcceptance(models.Model):
    """
    That a State accepted another one's reservation; it is final.

    Tacitly: it raised no objection in its time (Vienna Convention, article 20, 5), which a job writes down.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reservation = models.ForeignKey(
        Reservation, on_delete=models.PROTECT, related_name="acceptances"
    )
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    is_tacit = models.BooleanField()
    accepted_on_date = models.DateField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["accepted_on_date", "participant_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["reservation", "participant"], name="a_state_accepts_a_reservation_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.accepted_on_date}"

    def get_absolute_url(self) -> str:
        return reverse("agreements:reservation", args=[self.reservation_id])


class Objection(TreatyAct):
    """
    What a State says against another one's reservation.

    A communication comes too late, or where no State's objection counts: it is kept, and changes nothing.
    """

    reservation = models.ForeignKey(
        Reservation, on_delete=models.PROTECT, related_name="objections", editable=False
    )
    kind = models.CharField(max_length=20, choices=ReactionKind, editable=False)
    received_on_date = models.DateField()
    texts = LanguageTexts()
    precludes_entry_into_force = models.BooleanField(default=False)
    withdrawn_on_date = models.DateField(null=True, editable=False)
    status = models.CharField(
        max_length=20, choices=ObjectionStatus, default=ObjectionStatus.MADE, editable=False
    )

    class Meta(TreatyAct.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ObjectionStatus.values),
                name="objection_to_reservation_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ReactionKind.values), name="reaction_kind_is_known"
            ),
            models.CheckConstraint(condition=~Q(texts={}), name="an_objection_has_words"),
            models.CheckConstraint(
                condition=Q(kind=ReactionKind.OBJECTION) | Q(precludes_entry_into_force=False),
                name="a_communication_precludes_nothing",
            ),
            models.UniqueConstraint(
                fields=["reservation", "participant"],
                condition=Q(kind=ReactionKind.OBJECTION, status=ObjectionStatus.MADE),
                name="a_state_objects_to_a_reservation_once",
                violation_error_message=_("This State has objected already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.participant.name}"

    def get_absolute_url(self) -> str:
        return f"{reverse('agreements:reservation', args=[self.reservation_id])}#act-{self.pk}"

    @property
    def instrument(self) -> Instrument:
        return self.reservation.instrument

    @property
    def text(self) -> str:
        return in_language(self.texts)

    @property
    def is_objection(self) -> bool:
        return self.kind == ReactionKind.OBJECTION


class Declaration(TreatyAct):
    """What a State declares about the treaty; it modifies no provision, and nobody accepts it."""

    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="declarations", editable=False
    )
    kind = models.CharField(max_length=20, choices=DeclarationKind)
    received_on_date = models.DateField()
    provisions = models.JSONField(default=list, blank=True, validators=[validate_places])
    texts = LanguageTexts()
    withdrawn_on_date = models.DateField(null=True, editable=False)
    status = models.CharField(
        max_length=20, choices=DeclarationStatus, default=DeclarationStatus.MADE, editable=False
    )

    class Meta(TreatyAct.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=DeclarationStatus.values), name="declaration_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=DeclarationKind.values), name="declaration_kind_is_known"
            ),
            models.CheckConstraint(condition=~Q(texts={}), name="a_declaration_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.participant.name}"

    def get_absolute_url(self) -> str:
        return f"{reverse('agreements:treaty', args=[self.instrument_id])}#act-{self.pk}"

    @property
    def text(self) -> str:
        return in_language(self.texts)
