"""What States propose to change in a text, and the Word documents such proposals come in."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models.instruments import Instrument
from agreements.models.provisions import Bracket, Provision
from agreements.models.revisions import TextRevision
from agreements.statuses import (
    OPEN_PROPOSALS,
    PRIVATE_PROPOSALS,
    Placement,
    ProposalImportStatus,
    ProposalOp,
    ProposalStatus,
    ProvisionKind,
)
from ots_portal.participants.models import Participant
from ots_portal.texts import fold
from ots_portal.texts.fields import MAX_LENGTH, validate_plain_text

LONGEST_RATIONALE = 5_000


class ProposalImport(models.Model):
    """
    A Word document with tracked changes that was read, and waits for its delegation to make drafts of it.

    ``found`` are the drafts to be: [{"op", "key", "other", "placement", "quote", "text", "heading", "kind",
    "number", "note"}]; ``unassigned`` what found no place: [{"paragraph", "text", "reason"}].
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="proposal_imports"
    )
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="proposal_imports"
    )
    revision = models.ForeignKey(TextRevision, on_delete=models.PROTECT, related_name="+")
    is_found_by_hash = models.BooleanField(default=False)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=10)
    found = models.JSONField()
    unassigned = models.JSONField()
    status = models.CharField(
        max_length=20,
        choices=ProposalImportStatus,
        default=ProposalImportStatus.READ,
        editable=False,
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ProposalImportStatus.values),
                name="proposal_import_status_is_known",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("agreements:proposal_import_detail", args=[self.pk])


class Proposal(models.Model):
    """
    A State's proposal to change one provision of a text under negotiation.

    Until its head tables it, it is the delegation's alone. ``provision`` is what changes; of a new provision the one
    beside which it is to stand (None: an empty text). ``other`` is where a provision moves to, or what is joined to it.
    ``quote`` are the words that change (empty: all of the provision) and stand at ``start`` to ``end`` of its text;
    ``base_heading`` and ``base_text`` are the provision's words as its author saw them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="proposals")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="proposals")
    cosponsors = models.ManyToManyField(
        Participant, related_name="cosponsored_proposals", blank=True
    )
    # Counted by instrument and State from the first that is tabled; None: it is a draft.
    ordinal = models.PositiveIntegerField(null=True, editable=False)
    number = models.CharField(max_length=40, blank=True, editable=False)
    op = models.CharField(max_length=10, choices=ProposalOp)
    provision = models.ForeignKey(
        Provision, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals"
    )
    other = models.ForeignKey(
        Provision, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    placement = models.CharField(max_length=10, choices=Placement, blank=True)
    new_kind = models.CharField(max_length=20, choices=ProvisionKind, blank=True)
    new_number = models.CharField(max_length=20, blank=True, validators=[validate_plain_text])
    language = models.CharField(max_length=10)
    quote = models.TextField(max_length=MAX_LENGTH, blank=True, validators=[validate_plain_text])
    start = models.PositiveIntegerField(null=True, editable=False)
    end = models.PositiveIntegerField(null=True, editable=False)
    heading = models.CharField(max_length=300, blank=True, validators=[validate_plain_text])
    text = models.TextField(max_length=MAX_LENGTH, blank=True, validators=[validate_plain_text])
    rationale = models.TextField(
        max_length=LONGEST_RATIONALE, blank=True, validators=[validate_plain_text]
    )
    # What a Word document said of the change: its author there, and when.
    note = models.CharField(max_length=300, blank=True, validators=[validate_plain_text])
    base_revision = models.ForeignKey(
        TextRevision, on_delete=models.PROTECT, null=True, editable=False, related_name="proposals"
    )
    base_heading = models.CharField(max_length=300, blank=True, editable=False)
    base_text = models.TextField(blank=True, editable=False)
    base_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    # The text changed, and what it was about does not stand any more.
    is_in_conflict = models.BooleanField(default=False, editable=False)
    status = models.CharField(
        max_length=20, choices=ProposalStatus, default=ProposalStatus.DRAFT, editable=False
    )
    outcome_reason = models.CharField(
        max_length=1000, blank=True, editable=False, validators=[validate_plain_text]
    )
    superseded_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="supersedes"
    )
    bracket = models.ForeignKey(
        Bracket, on_delete=models.SET_NULL, null=True, editable=False, related_name="proposals"
    )
    imported_from = models.ForeignKey(
        ProposalImport, on_delete=models.PROTECT, null=True, editable=False, related_name="drafts"
    )
    tabled_at = models.DateTimeField(null=True, editable=False)
    settled_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, editable=False, related_name="+"
    )
    search_text = models.TextField(editable=False, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ProposalStatus.values), name="proposal_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(op__in=ProposalOp.values), name="proposal_op_is_known"
            ),
            models.UniqueConstraint(
                fields=["instrument", "participant", "ordinal"],
                name="proposals_are_numbered_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=PRIVATE_PROPOSALS, ordinal=None, tabled_at=None, number="")
                | ~Q(status__in=PRIVATE_PROPOSALS)
                & Q(ordinal__isnull=False, tabled_at__isnull=False)
                & ~Q(number=""),
                name="a_tabled_proposal_has_its_number",
            ),
            models.CheckConstraint(
                condition=Q(start=None, end=None) | Q(start__lt=F("end")),
                name="a_proposal_quotes_words",
            ),
            models.CheckConstraint(
                condition=Q(status=ProposalStatus.SUPERSEDED, superseded_by__isnull=False)
                | ~Q(status=ProposalStatus.SUPERSEDED) & Q(superseded_by=None),
                name="a_superseded_proposal_names_the_other",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=(ProposalStatus.LAPSED, ProposalStatus.WITHDRAWN))
                | ~Q(outcome_reason=""),
                name="what_lapsed_or_was_withdrawn_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["instrument", "status"], name="proposals_by_instrument"),
            models.Index(fields=["provision", "status"], name="proposals_by_provision"),
        ]

    def __str__(self) -> str:
        if self.number:
            return self.number
        return _("Draft of %(participant)s") % {"participant": self.participant.name}

    def save(self, *args: object, **kwargs: object) -> None:
        words = (self.number, self.heading, self.quote, self.text, self.rationale)
        self.search_text = fold(" ".join(words))
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_absolute_url(self) -> str:
        return reverse("agreements:proposal_detail", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == ProposalStatus.DRAFT

    @property
    def is_open(self) -> bool:
        """On the table, and nothing has become of it yet."""
        return self.status in OPEN_PROPOSALS

    @property
    def is_tabled(self) -> bool:
        return self.tabled_at is not None

    @property
    def sponsors(self) -> list[Participant]:
        """The State that tabled it, then those that joined, by name."""
        return [self.participant, *sorted(self.cosponsors.all(), key=lambda one: one.name)]

    @property
    def sponsor_names(self) -> str:
        return ", ".join(sponsor.name for sponsor in self.sponsors)
