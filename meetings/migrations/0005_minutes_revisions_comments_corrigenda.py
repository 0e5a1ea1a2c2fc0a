import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ots_portal.texts.fields


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0004_in_session_and_follow_up"),
        ("participants", "0002_directory_never_overwrites"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="minutes",
            name="minutes_status_is_known",
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
        migrations.AddConstraint(
            model_name="minutesparagraph",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source", ""), _negated=True),
                fields=("minutes", "source"),
                name="one_paragraph_per_part_of_the_record",
            ),
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
    ]
