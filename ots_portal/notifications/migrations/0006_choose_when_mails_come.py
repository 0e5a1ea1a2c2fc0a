import datetime
import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import ots_portal.texts.fields

CADENCES = [
    ("at_once", "At once"),
    ("hourly", "In an hourly digest"),
    ("daily", "In the daily digest"),
    ("never", "In the inbox only"),
]


class Migration(migrations.Migration):
    """
    What was unwanted by mail becomes "in the inbox only": the new column's default says so of every row.

    The table keeps its first name, so that the release that still runs finds it.
    """

    dependencies = [
        ("notifications", "0005_digests_and_recall"),
        ("people", "0003_forgotten_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelTable(name="unwantedmail", table="notifications_unwantedmail"),
        migrations.RenameModel("UnwantedMail", "KindChoice"),
        migrations.AlterField(
            model_name="kindchoice",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="kind_choices",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="kindchoice",
            name="cadence",
            field=models.CharField(choices=CADENCES, db_default="never", default="never", max_length=10),
        ),
        migrations.AddConstraint(
            model_name="kindchoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("cadence__in", [value for value, _ in CADENCES])),
                name="cadence_of_kind_is_known",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="cadence",
            field=models.CharField(
                choices=CADENCES, db_default="at_once", default="at_once", max_length=10
            ),
        ),
        migrations.CreateModel(
            name='MailTimes',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='mail_times', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('digest_time', models.TimeField(default=datetime.time(7, 0))),
                ('quiet_from', models.TimeField(blank=True, null=True)),
                ('quiet_until', models.TimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name_plural': 'mail times',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('quiet_from', None), ('quiet_until', None)), models.Q(('quiet_from__isnull', False), ('quiet_until__isnull', False), models.Q(('quiet_from', models.F('quiet_until')), _negated=True)), _connector='OR'), name='quiet_hours_begin_and_end')],
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100, validators=[ots_portal.texts.fields.validate_plain_text])),
                ('cadence', models.CharField(choices=[('at_once', 'At once'), ('hourly', 'In an hourly digest'), ('daily', 'In the daily digest'), ('never', 'In the inbox only')], default='daily', max_length=10)),
                ('created_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='SubscriptionValue',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('topic', models.CharField(max_length=50)),
                ('value', models.CharField(max_length=100)),
                ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='values', to='notifications.subscription')),
            ],
            options={
                'ordering': ['topic', 'value'],
            },
        ),
        migrations.CreateModel(
            name='MutedThread',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('model', models.CharField(max_length=100)),
                ('key', models.CharField(max_length=64)),
                ('muted_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='muted_threads', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-muted_at', '-id'],
                'constraints': [models.UniqueConstraint(fields=('user', 'model', 'key'), name='one_mute_per_person_and_thread')],
            },
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.UniqueConstraint(fields=('user', 'name'), name='one_subscription_per_person_and_name'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(('cadence__in', ['at_once', 'hourly', 'daily', 'never'])), name='cadence_of_subscription_is_known'),
        ),
        migrations.AddConstraint(
            model_name='subscriptionvalue',
            constraint=models.UniqueConstraint(fields=('subscription', 'topic', 'value'), name='one_value_per_subscription_and_topic'),
        ),
        migrations.AddField(
            model_name='digest',
            name='cadence',
            field=models.CharField(choices=[('at_once', 'At once'), ('hourly', 'In an hourly digest'), ('daily', 'In the daily digest'), ('never', 'In the inbox only')], db_default='daily', default='daily', max_length=10),
        ),
        migrations.AddField(
            model_name='digest',
            name='due_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(
            model_name='digest',
            name='finished_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='digest',
            name='lease_token',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='digest',
            name='lease_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('digest', None), ('is_for_digest', True), ('status', 'waiting')), fields=['due_at'], name='deliveries_without_digest'),
        ),
        migrations.AddIndex(
            model_name='digest',
            index=models.Index(condition=models.Q(('finished_at', None)), fields=['due_at'], name='digests_waiting'),
        ),
    ]
