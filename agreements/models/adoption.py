"""How the text of a treaty was adopted and made authentic, as the secretariat has it on record."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from agreements.models.instruments import Instrument
from agreements.vocabularies.adoption import (
    AdoptionMethod,
    AuthenticatedDocument,
    AuthenticationProcedure,
    ConsentHow,
    Vote,
    VotingRule,
)
from ots_portal.participants.models import Participant
from ots_portal.texts.fields import validate_plain_text


class TextRecord(models.Model):
    """What is recorded of one act about the text: the day, the place, and who entered it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    on_date = models.DateField()
    place = models.CharField(max_length=100, blank=True, validators=[validate_plain_text])
    note = models.CharField(max_length=500, blank=True, validators=[validate_plain_text])
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        abstract = True
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.on_date.isoformat()

    def get_absolute_url(self) -> str:
        anchor = self._meta.model_name
        return f"{reverse('agreements:treaty', args=[self.instrument_id])}#{anchor}"  # type: ignore[attr-defined]


class Adoption(TextRecord):
    """
    The adoption of a text (Vienna Convention, article 9): all consented, or a conference voted.

    ``voting_rule`` and what follows are of a vote alone. A rule other than two thirds was decided by two
    thirds: ``rule_for_count`` and ``rule_against_count`` are the votes on it, on ``rule_on_date``.
    ``decision_id`` is the key of the meeting's decision that says so, tied to the agreement.
    """

    instrument = models.OneToOneField(
        Instrument, on_delete=models.PROTECT, related_name="adoption", editable=False
    )
    method = models.CharField(max_length=20, choices=AdoptionMethod)
    conference = models.CharField(max_length=200, blank=True, validators=[validate_plain_text])
    voting_rule = models.CharField(max_length=20, choices=VotingRule, default=VotingRule.TWO_THIRDS)
    rule_for_count = models.PositiveSmallIntegerField(null=True, blank=True)
    rule_against_count = models.PositiveSmallIntegerField(null=True, blank=True)
    rule_on_date = models.DateField(null=True, blank=True)
    decision_id = models.UUIDField(null=True, blank=True)

    class Meta(TextRecord.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(method__in=AdoptionMethod.values), name="adoption_method_is_known"
            ),
            models.CheckConstraint(
                condition=Q(voting_rule__in=VotingRule.values), name="voting_rule_is_known"
            ),
            models.CheckConstraint(
                condition=Q(voting_rule=VotingRule.TWO_THIRDS)
                | Q(
                    rule_for_count__isnull=False,
                    rule_against_count__isnull=False,
                    rule_on_date__isnull=False,
                ),
                name="another_voting_rule_was_decided",
            ),
        ]

    @property
    def is_vote(self) -> bool:
        return self.method == AdoptionMethod.CONFERENCE_VOTE

    @property
    def has_own_rule(self) -> bool:
        return self.is_vote and self.voting_rule != VotingRule.TWO_THIRDS


class AdoptionAct(models.Model):
    """What one State did: how and when it consented, or how it voted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="acts")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=20, choices=ConsentHow, blank=True)
    vote = models.CharField(max_length=10, choices=Vote, blank=True)
    on_date = models.DateField(null=True, blank=True)
    # Where it is found: the number of the note, the item of the agenda.
    reference = models.CharField(max_length=200, blank=True, validators=[validate_plain_text])

    class Meta:
        ordering = ["participant_id"]
        constraints = [
            models.UniqueConstraint(fields=["adoption", "participant"], name="a_state_adopts_once"),
            models.CheckConstraint(
                condition=Q(how__in=ConsentHow.values, vote="", on_date__isnull=False)
                | Q(how="", vote__in=Vote.values),
                name="a_state_consents_or_votes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id}: {self.how or self.vote}"

    @property
    def told(self) -> dict[str, Any]:
        """The act as audit and ledger keep it."""
        return {
            "participant": self.participant_id,
            "how": self.how,
            "vote": self.vote,
            "on_date": self.on_date,
            "reference": self.reference,
        }


class Authentication(TextRecord):
    """
    That the text is authentic and definitive (Vienna Convention, article 10).

    ``agreed_in`` says where a procedure of its own was provided for or agreed; of the other procedures the
    acts say who signed or initialled.
    """

    instrument = models.OneToOneField(
        Instrument, on_delete=models.PROTECT, related_name="authentication", editable=False
    )
    procedure = models.CharField(max_length=20, choices=AuthenticationProcedure)
    document = models.CharField(
        max_length=20, choices=AuthenticatedDocument, default=AuthenticatedDocument.TEXT
    )
    agreed_in = models.CharField(max_length=300, blank=True, validators=[validate_plain_text])

    class Meta(TextRecord.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(procedure__in=AuthenticationProcedure.values),
                name="authentication_procedure_is_known",
            ),
            models.CheckConstraint(
                condition=Q(document__in=AuthenticatedDocument.values),
                name="authenticated_document_is_known",
            ),
        ]

    @property
    def is_agreed(self) -> bool:
        return self.procedure == AuthenticationProcedure.AGREED


class AuthenticationAct(models.Model):
    """Who signed or initialled the text for a State, by office and name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    authentication = models.ForeignKey(
        Authentication, on_delete=models.CASCADE, related_name="acts"
    )
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    signed_by = models.CharField(max_length=200, validators=[validate_plain_text])

    class Meta:
        ordering = ["participant_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["authentication", "participant"], name="a_state_authenticates_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.participant_id}: {self.signed_by}"

    @property
    def told(self) -> dict[str, Any]:
        """The act as audit and ledger keep it."""
        return {"participant": self.participant_id, "signed_by": self.signed_by}
