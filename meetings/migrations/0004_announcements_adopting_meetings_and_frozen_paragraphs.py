import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def number_frozen_paragraphs(apps, schema_editor):
    """Let each paragraph know its number in the last revision of its minutes."""
    revisions = apps.get_model("meetings", "MinutesRevision").objects.order_by("number")
    paragraphs = apps.get_model("meetings", "MinutesParagraph").objects
    last = {revision.minutes_id: revision for revision in revisions.iterator()}
    for revision in last.values():
        for one in revision.paragraphs:
            paragraphs.filter(pk=uuid.UUID(one["key"])).update(frozen_number=one["number"])


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0003_working_languages"),
        ("silence", "0001_silence_procedure"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SilenceAnnouncement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False)),
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
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="announcements",
                        to="meetings.agendaitem",
                    ),
                ),
                (
                    "procedure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="silence.silenceprocedure",
                    ),
                ),
            ],
            options={"ordering": ["created_at", "id"]},
        ),
        migrations.AddField(
            model_name="attendance",
            name="corrected_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="delegate",
            name="forget_when_over",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name="minutes",
            name="adopting_meeting",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="adopted_minutes",
                to="meetings.meeting",
            ),
        ),
        migrations.AddConstraint(
            model_name="minutes",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("adopting_meeting", None), ("adopted_by", "next_meeting"), _connector="OR"
                ),
                name="only_a_next_meeting_is_named",
            ),
        ),
        migrations.AddField(
            model_name="minutesparagraph",
            name="frozen_number",
            field=models.PositiveIntegerField(editable=False, null=True),
        ),
        migrations.RunPython(number_frozen_paragraphs, migrations.RunPython.noop),
    ]
