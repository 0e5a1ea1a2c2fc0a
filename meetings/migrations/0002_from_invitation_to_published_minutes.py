import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ots_portal.participants.models
import ots_portal.texts.fields


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0002_scan_before_release"),
        ("meetings", "0001_initial"),
        ("participants", "0002_directory_never_overwrites"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AgendaVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("provisional", "Provisional agenda"),
                            ("adopted", "Adopted agenda"),
                            ("addendum", "Addendum"),
                        ],
                        max_length=12,
                    ),
                ),
                ("items", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                ("frozen_at", models.DateTimeField()),
                (
                    "frozen_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agenda_versions",
                        to="meetings.meeting",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("meeting", "number"), name="agenda_versions_are_numbered"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("stage", "adopted")),
                        fields=("meeting",),
                        name="an_agenda_is_adopted_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stage__in", ["provisional", "adopted", "addendum"])),
                        name="agenda_stage_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Corrigendum",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(editable=False, null=True)),
                ("changes", models.JSONField(editable=False)),
                ("sha256", models.CharField(editable=False, max_length=64)),
                (
                    "reason",
                    models.TextField(
                        max_length=20000,
                        validators=[ots_portal.texts.fields.validate_plain_text],
                        verbose_name="reason",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("under_silence", "Under silence"),
                            ("issued", "Issued"),
                            ("objected", "Objected to"),
                            ("discarded", "Discarded"),
                        ],
                        default="proposed",
                        editable=False,
                        max_length=15,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False)),
                ("updated_at", models.DateTimeField(editable=False)),
                ("issued_at", models.DateTimeField(editable=False, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "minutes",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrigenda",
                        to="meetings.minutes",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "corrigenda",
                "ordering": ["number", "created_at", "id"],
                "indexes": [
                    models.Index(fields=["-created_at", "-id"], name="corrigenda_newest_first")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["proposed", "under_silence", "issued", "objected", "discarded"],
                            )
                        ),
                        name="corrigendum_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("issued_at__isnull", False),
                                ("number__isnull", False),
                                ("status", "issued"),
                            ),
                            models.Q(
                                models.Q(("status", "issued"), _negated=True),
                                ("issued_at", None),
                                ("number", None),
                            ),
                            _connector="OR",
                        ),
                        name="issued_corrigenda_have_a_number",
                    ),
                    models.UniqueConstraint(
                        fields=("minutes", "number"), name="corrigenda_are_numbered"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ["proposed", "under_silence"])),
                        fields=("minutes",),
                        name="one_open_corrigendum_per_minutes",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DecisionCounter",
            fields=[
                (
                    "meeting",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="decision_counter",
                        serialize=False,
                        to="meetings.meeting",
                    ),
                ),
                ("prefix", models.CharField(max_length=50, unique=True)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Delegation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "capacity",
                    models.CharField(
                        choices=[
                            ("member", "Member"),
                            ("observer", "Observer"),
                            ("guest", "Guest"),
                        ],
                        default="member",
                        max_length=10,
                        verbose_name="takes part as",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("announced", "Announced"),
                            ("confirmed", "Confirmed"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="announced",
                        editable=False,
                        max_length=20,
                    ),
                ),
                (
                    "credentials",
                    models.CharField(
                        choices=[
                            ("none", "Not submitted"),
                            ("submitted", "Submitted"),
                            ("in_order", "In order"),
                            ("queried", "Queried"),
                        ],
                        default="none",
                        editable=False,
                        max_length=10,
                        verbose_name="credentials",
                    ),
                ),
                (
                    "credentials_note",
                    models.CharField(
                        blank=True,
                        editable=False,
                        max_length=300,
                        validators=[ots_portal.texts.fields.validate_plain_text],
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False)),
                ("updated_at", models.DateTimeField(editable=False)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations",
                        to="meetings.meeting",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="participants.participant",
                    ),
                ),
            ],
            options={
                "ordering": ["participant_id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("meeting", "participant"), name="one_delegation_per_participant"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["announced", "confirmed", "withdrawn"])),
                        name="delegation_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("credentials__in", ["none", "submitted", "in_order", "queried"])
                        ),
                        name="credentials_are_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExpectedPaper",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("agenda", "Agenda"),
                            ("note", "Note"),
                            ("proposal", "Proposal"),
                            ("statement", "Statement"),
                            ("report", "Report"),
                            ("decision", "Decision"),
                            ("minutes", "Minutes"),
                            ("list_of_participants", "List of participants"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("languages", models.JSONField(default=list)),
                ("created_at", models.DateTimeField()),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="meetings.agendaitem",
                        verbose_name="agenda item",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="expected_papers",
                        to="meetings.meeting",
                    ),
                ),
            ],
            options={
                "ordering": ["kind", "created_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("meeting", "kind", "item"),
                        name="expected_once_on_an_item",
                        violation_error_message="This document is expected already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("item", None)),
                        fields=("meeting", "kind"),
                        name="expected_once_on_no_item",
                        violation_error_message="This document is expected already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "agenda",
                                    "note",
                                    "proposal",
                                    "statement",
                                    "report",
                                    "decision",
                                    "minutes",
                                    "list_of_participants",
                                ],
                            )
                        ),
                        name="expected_kind_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "capacity",
                    models.CharField(
                        choices=[
                            ("member", "Member"),
                            ("observer", "Observer"),
                            ("guest", "Guest"),
                        ],
                        default="member",
                        max_length=10,
                        verbose_name="invited as",
                    ),
                ),
                (
                    "note_verbale",
                    models.CharField(
                        blank=True,
                        max_length=60,
                        validators=[ots_portal.texts.fields.validate_plain_text],
                        verbose_name="note verbale",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("sent", "Sent"),
                            ("acknowledged", "Acknowledged"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=20,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "answer_note",
                    models.CharField(
                        blank=True,
                        max_length=60,
                        validators=[ots_portal.texts.fields.validate_plain_text],
                        verbose_name="note of the answer",
                    ),
                ),
                (
                    "answer",
                    ots_portal.texts.fields.LanguageTexts(blank=True, default=dict, editable=False),
                ),
                ("sent_at", models.DateTimeField(editable=False, null=True)),
                ("answered_at", models.DateTimeField(editable=False, null=True)),
                ("created_at", models.DateTimeField(editable=False)),
                ("updated_at", models.DateTimeField(editable=False)),
                (
                    "answered_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="meetings.meeting",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="participants.participant",
                        verbose_name="participant",
                    ),
                ),
            ],
            options={
                "ordering": ["participant_id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "withdrawn"), _negated=True),
                        fields=("meeting", "participant"),
                        name="one_invitation_per_participant",
                        violation_error_message="This participant is invited already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "draft",
                                    "sent",
                                    "acknowledged",
                                    "accepted",
                                    "declined",
                                    "withdrawn",
                                ],
                            )
                        ),
                        name="invitation_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("capacity__in", ["member", "observer", "guest"])),
                        name="invitation_capacity_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MeetingMove",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("before", models.JSONField()),
                ("due_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="meetings.meeting",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("told_at", None)),
                        fields=["due_at"],
                        name="moves_to_tell",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("told_at", None)),
                        fields=("meeting",),
                        name="one_untold_move_per_meeting",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MinutesRevision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("paragraphs", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                ("frozen_at", models.DateTimeField()),
                (
                    "frozen_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "minutes",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="meetings.minutes",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("minutes", "number"), name="revisions_are_numbered"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("agenda", "Agenda"),
                            ("note", "Note"),
                            ("proposal", "Proposal"),
                            ("statement", "Statement"),
                            ("report", "Report"),
                            ("decision", "Decision"),
                            ("minutes", "Minutes"),
                            ("list_of_participants", "List of participants"),
                        ],
                        default="note",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("titles", ots_portal.texts.fields.LanguageTexts(default=dict)),
                (
                    "symbol",
                    models.CharField(
                        editable=False, max_length=60, null=True, unique=True, verbose_name="symbol"
                    ),
                ),
                (
                    "relation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("rev", "Revision"),
                            ("add", "Addendum"),
                            ("corr", "Corrigendum"),
                            ("suppl", "Supplement"),
                        ],
                        max_length=6,
                        verbose_name="as its",
                    ),
                ),
                (
                    "access",
                    models.CharField(
                        choices=[
                            ("public", "Everybody"),
                            ("observers", "Members and observers"),
                            ("members", "Members"),
                            ("heads_only", "Heads of delegation only"),
                        ],
                        default="members",
                        max_length=12,
                        verbose_name="who may read it",
                    ),
                ),
                (
                    "embargo_until",
                    models.DateTimeField(blank=True, null=True, verbose_name="embargo until"),
                ),
                ("derestrict_at", models.DateTimeField(editable=False, null=True)),
                (
                    "derestrict_to",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("public", "Everybody"),
                            ("observers", "Members and observers"),
                            ("members", "Members"),
                            ("heads_only", "Heads of delegation only"),
                        ],
                        editable=False,
                        max_length=12,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("issued", "Issued"),
                            ("superseded", "Superseded"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=12,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        editable=False,
                        max_length=300,
                        validators=[ots_portal.texts.fields.validate_plain_text],
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False)),
                ("updated_at", models.DateTimeField(editable=False)),
                ("issued_at", models.DateTimeField(editable=False, null=True)),
                ("released_at", models.DateTimeField(editable=False, null=True)),
                ("derestricted_at", models.DateTimeField(editable=False, null=True)),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="meetings.agendaitem",
                        verbose_name="agenda item",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="meetings.meeting",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="related",
                        to="meetings.paper",
                        verbose_name="belongs to",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="participants.participant",
                        verbose_name="submitted by",
                    ),
                ),
                (
                    "prepared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
                "indexes": [
                    models.Index(
                        fields=["meeting", "kind", "created_at"], name="papers_of_a_meeting"
                    ),
                    models.Index(
                        fields=["status", "-issued_at", "-id"], name="papers_newest_first"
                    ),
                    models.Index(fields=["updated_at", "id"], name="papers_changed_since"),
                    models.Index(
                        condition=models.Q(("released_at", None), ("status", "issued")),
                        fields=["embargo_until"],
                        name="papers_to_release",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("derestrict_at__isnull", False), ("derestricted_at", None)
                        ),
                        fields=["derestrict_at"],
                        name="papers_to_derestrict",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["draft", "submitted", "issued", "superseded", "withdrawn"],
                            )
                        ),
                        name="paper_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "agenda",
                                    "note",
                                    "proposal",
                                    "statement",
                                    "report",
                                    "decision",
                                    "minutes",
                                    "list_of_participants",
                                ],
                            )
                        ),
                        name="paper_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("access__in", ["public", "observers", "members", "heads_only"])
                        ),
                        name="paper_access_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("parent", None), ("relation", "")),
                            models.Q(
                                ("parent__isnull", False),
                                ("relation__in", ["rev", "add", "corr", "suppl"]),
                            ),
                            _connector="OR",
                        ),
                        name="paper_that_belongs_to_another_says_how",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ("issued", "superseded")), _negated=True),
                            models.Q(("issued_at__isnull", False), ("symbol__isnull", False)),
                            _connector="OR",
                        ),
                        name="issued_papers_have_a_symbol",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("derestrict_at", None), ("derestrict_to", "")),
                            models.Q(
                                ("derestrict_at__isnull", False),
                                (
                                    "derestrict_to__in",
                                    ["public", "observers", "members", "heads_only"],
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="derestriction_says_to_whom",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Series",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.SlugField(max_length=12, unique=True, verbose_name="code")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ministerial", "Ministerial meeting"),
                            ("extraordinary", "Extraordinary meeting"),
                            ("senior_officials", "Senior officials"),
                            ("expert_group", "Expert group"),
                            ("negotiation_round", "Negotiation round"),
                            ("council_of_ministers", "Council of Ministers"),
                        ],
                        max_length=30,
                        verbose_name="kind",
                    ),
                ),
                ("names", ots_portal.texts.fields.LanguageTexts(default=dict)),
                (
                    "quorum_rule",
                    models.CharField(
                        choices=[
                            ("all", "All members"),
                            ("majority", "More than half of the members"),
                            ("number", "A fixed number of members"),
                        ],
                        default="majority",
                        max_length=10,
                        verbose_name="quorum",
                    ),
                ),
                (
                    "quorum_number",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="members present"
                    ),
                ),
                (
                    "decision_rule",
                    models.CharField(
                        choices=[
                            ("consensus", "Consensus"),
                            ("simple_majority", "Simple majority"),
                            ("two_thirds", "Two thirds"),
                        ],
                        default="consensus",
                        max_length=20,
                        verbose_name="decides by",
                    ),
                ),
                (
                    "invite_days",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="invitations, days before"
                    ),
                ),
                (
                    "document_days",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="documents, days before"
                    ),
                ),
                (
                    "minutes_days",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="minutes, days after"
                    ),
                ),
                (
                    "comment_days",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="comments, days"
                    ),
                ),
                (
                    "silence_hours",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="silence, hours at least"
                    ),
                ),
                (
                    "rules_source",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=300,
                        validators=[ots_portal.texts.fields.validate_plain_text],
                        verbose_name="rules of procedure",
                    ),
                ),
                ("submission_key", models.UUIDField(editable=False, null=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False)),
                ("updated_at", models.DateTimeField(editable=False)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "series",
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "ministerial",
                                    "extraordinary",
                                    "senior_officials",
                                    "expert_group",
                                    "negotiation_round",
                                    "council_of_ministers",
                                ],
                            )
                        ),
                        name="series_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quorum_rule__in", ["all", "majority", "number"])),
                        name="quorum_rule_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decision_rule__in", ["consensus", "simple_majority", "two_thirds"])
                        ),
                        name="decision_rule_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quorum_rule", "number"), _negated=True),
                            ("quorum_number__gt", 0),
                            _connector="OR",
                        ),
                        name="quorum_of_a_number_says_which",
                        violation_error_message="Say how many members must be present.",
                    ),
                    models.UniqueConstraint(
                        fields=("created_by", "submission_key"),
                        name="one_series_per_submitted_form",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sitting",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(editable=False)),
                ("started_at", models.DateTimeField(verbose_name="called to order")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="rose")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(editable=False)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sittings",
                        to="meetings.meeting",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("meeting", "number"), name="sittings_are_numbered"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("meeting",),
                        name="one_sitting_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None),
                            ("ended_at__gt", models.F("started_at")),
                            _connector="OR",
                        ),
                        name="sitting_ends_after_it_starts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delegate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "full_name",
                    models.CharField(
                        max_length=150,
                        validators=[ots_portal.texts.fields.validate_plain_text],
                        verbose_name="name",
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        blank=True,
                        max_length=200,
                        validators=[ots_portal.texts.fields.validate_plain_text],
                        verbose_name="office",
                    ),
                ),
                (
                    "capacity",
                    models.CharField(
                        choices=[
                            ("head", "Head of delegation"),
                            ("alternate", "Alternate head"),
                            ("member", "Member"),
                            ("adviser", "Adviser"),
                            ("expert", "Expert"),
                            ("interpreter", "Interpreter"),
                        ],
                        default="member",
                        max_length=12,
                        verbose_name="capacity",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, editable=False)),
                (
                    "accreditation",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("accredited", "Accredited"),
                            ("refused", "Refused"),
                            ("revoked", "Revoked"),
                        ],
                        default="requested",
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False)),
                ("updated_at", models.DateTimeField(editable=False)),
                ("removed_at", models.DateTimeField(editable=False, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "delegation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegates",
                        to="meetings.delegation",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "full_name", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("capacity", "head"), ("removed_at", None)),
                        fields=("delegation",),
                        name="one_head_of_delegation_at_a_time",
                        violation_error_message="This delegation has a head already: change the head instead.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "capacity__in",
                                ["head", "alternate", "member", "adviser", "expert", "interpreter"],
                            )
                        ),
                        name="delegate_capacity_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accreditation__in", ["requested", "accredited", "refused", "revoked"])
                        ),
                        name="accreditation_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Derestriction",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("is_agreed", models.BooleanField(default=False)),
                (
                    "access",
                    models.CharField(
                        choices=[
                            ("public", "Everybody"),
                            ("observers", "Members and observers"),
                            ("members", "Members"),
                            ("heads_only", "Heads of delegation only"),
                        ],
                        max_length=12,
                    ),
                ),
                ("takes_effect_at", models.DateTimeField()),
                (
                    "reason",
                    models.CharField(
                        max_length=300, validators=[ots_portal.texts.fields.validate_plain_text]
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "answers",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answer",
                        to="meetings.derestriction",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="derestrictions",
                        to="meetings.paper",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answers", None),
                            models.Q(("answers", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="no_answer_to_itself",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MinutesComment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("paragraph", models.CharField(max_length=32)),
                ("paragraph_number", models.PositiveIntegerField()),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                (
                    "proposed_text",
                    models.TextField(
                        max_length=1000000,
                        validators=[ots_portal.texts.fields.validate_plain_text],
                        verbose_name="proposed text",
                    ),
                ),
                (
                    "reason",
                    models.TextField(
                        max_length=20000,
                        validators=[ots_portal.texts.fields.validate_plain_text],
                        verbose_name="reason",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("accepted", "Accepted"),
                            ("partly", "Partly accepted"),
                            ("not_accepted", "Not accepted"),
                            ("withdrawn", "Taken back"),
                        ],
                        default="pending",
                        editable=False,
                        max_length=15,
                        verbose_name="disposition",
                    ),
                ),
                (
                    "reply",
                    models.TextField(
                        blank=True,
                        max_length=20000,
                        validators=[ots_portal.texts.fields.validate_plain_text],
                        verbose_name="reply",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False)),
                ("updated_at", models.DateTimeField(editable=False)),
                ("disposed_at", models.DateTimeField(editable=False, null=True)),
                ("taken_in_at", models.DateTimeField(editable=False, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "disposed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "minutes",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="meetings.minutes",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="participants.participant",
                        verbose_name="State",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="meetings.minutesrevision",
                    ),
                ),
            ],
            options={
                "ordering": ["paragraph_number", "created_at", "id"],
                "indexes": [
                    models.Index(fields=["-created_at", "-id"], name="comments_on_minutes_newest"),
                    models.Index(
                        fields=["minutes", "status"], name="comments_on_minutes_by_status"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["pending", "accepted", "partly", "not_accepted", "withdrawn"],
                            )
                        ),
                        name="disposition_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["pending", "withdrawn"]),
                            models.Q(
                                ("disposed_at__isnull", False), ("disposed_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="disposition_says_by_whom_and_when",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "withdrawn"), _negated=True),
                        fields=("revision", "paragraph", "participant"),
                        name="one_comment_per_paragraph_and_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                ("revision", models.PositiveSmallIntegerField(default=1, editable=False)),
                (
                    "translation",
                    models.CharField(
                        choices=[
                            ("none", "Original"),
                            ("machine", "Machine translation"),
                            ("draft", "Draft translation"),
                            ("revised", "Revised translation"),
                        ],
                        default="none",
                        max_length=10,
                        verbose_name="translation",
                    ),
                ),
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.document",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="meetings.paper",
                    ),
                ),
            ],
            options={
                "ordering": ["language", "-revision"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("paper", "language", "revision"),
                        name="language_versions_are_numbered",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("translation", "none")),
                        fields=("paper",),
                        name="a_paper_has_one_original",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("translation__in", ["none", "machine", "draft", "revised"])
                        ),
                        name="translation_state_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuorumCheck",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("checked_at", models.DateTimeField()),
                ("present", models.JSONField()),
                ("member_count", models.PositiveSmallIntegerField()),
                ("needed_count", models.PositiveSmallIntegerField()),
                ("rule", models.CharField(max_length=10)),
                ("is_quorate", models.BooleanField()),
                (
                    "checked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sitting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quorum_checks",
                        to="meetings.sitting",
                    ),
                ),
            ],
            options={
                "ordering": ["checked_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[("in_room", "In the room"), ("remote", "Remotely")],
                        default="in_room",
                        max_length=10,
                    ),
                ),
                ("arrived_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(null=True)),
                (
                    "delegate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="meetings.delegate",
                    ),
                ),
                (
                    "sitting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="meetings.sitting",
                    ),
                ),
            ],
            options={
                "ordering": ["arrived_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_at", None)),
                        fields=("sitting", "delegate"),
                        name="present_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_at", None),
                            ("left_at__gte", models.F("arrived_at")),
                            _connector="OR",
                        ),
                        name="leaves_after_arriving",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("mode__in", ["in_room", "remote"])),
                        name="attendance_mode_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.CharField(editable=False, max_length=60, null=True, unique=True)),
                ("titles", ots_portal.texts.fields.LanguageTexts(default=dict)),
                ("texts", ots_portal.texts.fields.LanguageTexts(default=dict)),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("consensus", "Consensus"),
                            ("vote", "Vote"),
                            ("silence", "Silence procedure"),
                            ("acclamation", "Acclamation"),
                        ],
                        default="consensus",
                        max_length=12,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("under_silence", "Under silence"),
                            ("adopted", "Adopted"),
                            ("not_adopted", "Not adopted"),
                            ("deferred", "Deferred"),
                            ("superseded", "Superseded"),
                            ("implemented", "Implemented"),
                        ],
                        default="proposed",
                        editable=False,
                        max_length=15,
                    ),
                ),
                ("votes", models.JSONField(blank=True, default=dict, editable=False)),
                (
                    "reason",
                    ots_portal.texts.fields.LanguageTexts(blank=True, default=dict, editable=False),
                ),
                ("tally", models.JSONField(blank=True, default=dict, editable=False)),
                (
                    "ruling",
                    ots_portal.texts.fields.LanguageTexts(blank=True, default=dict, editable=False),
                ),
                ("text_sha256", models.CharField(blank=True, editable=False, max_length=64)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False)),
                ("updated_at", models.DateTimeField(editable=False)),
                ("adopted_at", models.DateTimeField(editable=False, null=True)),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="meetings.agendaitem",
                        verbose_name="agenda item",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="meetings.meeting",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "superseded_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supersedes",
                        to="meetings.decision",
                    ),
                ),
                (
                    "quorum_check",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="meetings.quorumcheck",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
                "indexes": [
                    models.Index(
                        fields=["status", "-adopted_at", "-id"], name="decisions_by_status"
                    ),
                    models.Index(fields=["updated_at", "id"], name="decisions_changed_since"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "proposed",
                                    "under_silence",
                                    "adopted",
                                    "not_adopted",
                                    "deferred",
                                    "superseded",
                                    "implemented",
                                ],
                            )
                        ),
                        name="decision_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("mode__in", ["consensus", "vote", "silence", "acclamation"])
                        ),
                        name="decision_mode_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("number__isnull", True),
                            ("status__in", ["adopted", "superseded", "implemented"]),
                            _connector="OR",
                        ),
                        name="only_adopted_decisions_have_a_number",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HeadOfDelegation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("is_acting", models.BooleanField(default=False)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        max_length=300,
                        validators=[ots_portal.texts.fields.validate_plain_text],
                    ),
                ),
                (
                    "delegate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="meetings.delegate",
                    ),
                ),
                (
                    "delegation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="heads",
                        to="meetings.delegation",
                    ),
                ),
            ],
            options={
                "ordering": ["since", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("delegation",),
                        name="one_running_head_per_delegation",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None), ("until__gte", models.F("since")), _connector="OR"
                        ),
                        name="headed_until_after_since",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ActionItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("titles", ots_portal.texts.fields.LanguageTexts(default=dict)),
                ("due_on", models.DateField(verbose_name="due on")),
                (
                    "time_zone",
                    models.CharField(
                        max_length=60,
                        validators=[ots_portal.participants.models.validate_time_zone],
                        verbose_name="time zone",
                    ),
                ),
                ("due_at", models.DateTimeField(editable=False)),
                ("due_set_at", models.DateTimeField(editable=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("in_progress", "In progress"),
                            ("reported", "Reported as done"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="open",
                        editable=False,
                        max_length=15,
                    ),
                ),
                (
                    "report",
                    ots_portal.texts.fields.LanguageTexts(blank=True, default=dict, editable=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False)),
                ("updated_at", models.DateTimeField(editable=False)),
                ("done_at", models.DateTimeField(editable=False, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="participants.participant",
                        verbose_name="responsible",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="actions",
                        to="meetings.decision",
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "id"],
                "indexes": [
                    models.Index(
                        fields=["status", "due_at", "id"], name="actions_by_status_and_due"
                    ),
                    models.Index(
                        fields=["responsible", "status", "due_at"], name="actions_by_owner"
                    ),
                    models.Index(fields=["updated_at", "id"], name="actions_changed_since"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["open", "in_progress", "reported", "done", "cancelled"])
                        ),
                        name="action_status_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Intervention",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("statement", "Statement"),
                            ("right_of_reply", "Right of reply"),
                            ("point_of_order", "Point of order"),
                            ("explanation", "Explanation of position"),
                        ],
                        default="statement",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("position", models.PositiveIntegerField(editable=False)),
                ("started_at", models.DateTimeField(editable=False, null=True)),
                ("ended_at", models.DateTimeField(editable=False, null=True)),
                ("summaries", ots_portal.texts.fields.LanguageTexts(blank=True, default=dict)),
                ("summary_versions", models.JSONField(default=dict, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(editable=False)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="explanations",
                        to="meetings.decision",
                        verbose_name="decision",
                    ),
                ),
                (
                    "delegate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="meetings.delegate",
                        verbose_name="speaker",
                    ),
                ),
                (
                    "delegation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="interventions",
                        to="meetings.delegation",
                        verbose_name="delegation",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="interventions",
                        to="meetings.agendaitem",
                        verbose_name="agenda item",
                    ),
                ),
                (
                    "sitting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="interventions",
                        to="meetings.sitting",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None), ("started_at__isnull", False)),
                        fields=("sitting",),
                        name="one_has_the_floor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                ["statement", "right_of_reply", "point_of_order", "explanation"],
                            )
                        ),
                        name="intervention_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None),
                            ("ended_at__gte", models.F("started_at")),
                            _connector="OR",
                        ),
                        name="intervention_ends_after_it_starts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ActionReminder",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("due_on", models.DateField()),
                ("offset_days", models.SmallIntegerField()),
                ("reminded_at", models.DateTimeField()),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="meetings.actionitem",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("action", "due_on", "offset_days"), name="each_reminder_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DueDateMove",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("moved_at", models.DateTimeField()),
                ("before", models.DateField()),
                ("after", models.DateField()),
                ("reason", ots_portal.texts.fields.LanguageTexts(default=dict)),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="due_moves",
                        to="meetings.actionitem",
                    ),
                ),
                (
                    "moved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["moved_at", "id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="meeting",
            name="one_meeting_per_kind_and_ordinal",
        ),
        migrations.RemoveConstraint(
            model_name="minutes",
            name="minutes_status_is_known",
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="access",
            field=models.CharField(
                choices=[
                    ("meeting", "Everybody who reads the meeting"),
                    ("observers", "Members and observers"),
                    ("members", "Members"),
                    ("heads_only", "Heads of delegation only"),
                ],
                db_default="meeting",
                default="meeting",
                max_length=12,
                verbose_name="who may read it",
            ),
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="consent",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=300,
                validators=[ots_portal.texts.fields.validate_plain_text],
                verbose_name="consent of the meeting",
            ),
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="minutes_allotted",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="minutes allotted"
            ),
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("concluded", "Concluded"),
                    ("postponed", "Postponed"),
                    ("withdrawn", "Withdrawn"),
                ],
                db_default="open",
                default="open",
                editable=False,
                max_length=10,
                verbose_name="outcome",
            ),
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="postponed_to",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="meetings.meeting",
            ),
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="proposed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="participants.participant",
                verbose_name="proposed by",
            ),
        ),
        migrations.AddField(
            model_name="meeting",
            name="ics_sequence",
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name="minutes",
            name="adopted_by",
            field=models.CharField(
                blank=True,
                choices=[
                    ("next_meeting", "By the next meeting"),
                    ("in_sitting", "In the sitting itself"),
                    ("silence", "By silence procedure"),
                ],
                db_default="",
                default="",
                editable=False,
                max_length=15,
                verbose_name="adopted",
            ),
        ),
        migrations.AddField(
            model_name="minutes",
            name="comment_count",
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name="minutes",
            name="comments_until",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="minutesparagraph",
            name="original",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=10
            ),
        ),
        migrations.AddField(
            model_name="minutesparagraph",
            name="source",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=80
            ),
        ),
        migrations.AddField(
            model_name="minutesparagraph",
            name="translated_from",
            field=models.JSONField(db_default={}, default=dict, editable=False),
        ),
        migrations.AlterField(
            model_name="minutes",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("circulated", "Circulated"),
                    ("revised", "Under revision"),
                    ("adopted", "Adopted"),
                    ("published", "Published"),
                ],
                default="draft",
                editable=False,
                max_length=20,
                verbose_name="status",
            ),
        ),
        migrations.AddIndex(
            model_name="minutes",
            index=models.Index(fields=["status", "comments_until"], name="minutes_by_deadline"),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("access__in", ["meeting", "observers", "members", "heads_only"])
                ),
                name="item_access_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome__in", ["open", "concluded", "postponed", "withdrawn"])
                ),
                name="item_outcome_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("postponed_to", None), ("outcome", "postponed"), _connector="OR"
                ),
                name="only_postponed_items_go_elsewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="minutes",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["draft", "circulated", "revised", "adopted", "published"])
                ),
                name="minutes_status_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="minutes",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("adopted_by__in", ["", "next_meeting", "in_sitting", "silence"])
                ),
                name="adoption_of_minutes_is_known",
            ),
        ),
        migrations.AddField(
            model_name="minutesparagraph",
            name="action",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="paragraphs",
                to="meetings.actionitem",
            ),
        ),
        migrations.AddField(
            model_name="minutesparagraph",
            name="decision",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="paragraphs",
                to="meetings.decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="minutesparagraph",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source", ""), _negated=True),
                fields=("minutes", "source"),
                name="one_paragraph_per_part_of_the_record",
            ),
        ),
        migrations.AddField(
            model_name="meeting",
            name="series",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="meetings",
                to="meetings.series",
                verbose_name="series",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("is_training", False), ("ordinal__isnull", False), ("series", None)
                ),
                fields=("kind", "ordinal"),
                name="one_meeting_per_kind_and_ordinal",
                violation_error_message="There is a meeting of this kind with this number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ordinal__isnull", False), ("series__isnull", False)),
                fields=("series", "ordinal"),
                name="one_meeting_per_series_and_ordinal",
                violation_error_message="There is a meeting of this series with this number.",
            ),
        ),
    ]
