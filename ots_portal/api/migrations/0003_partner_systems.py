import django.db.models.deletion
import ots_portal.texts.fields
import uuid
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

# What a client could be given when there were no other scopes: a new one is given by a head, not by an update.
SCOPES = [
    "incidents:read", "incidents:write", "meetings:read", "agreements:read", "participants:read",
    "circulars:read", "silence:read", "crossrefs:read", "crossrefs:write",
]


def enter_those_there_are(apps, schema_editor):
    """Give each machine user and each of its clients the row that the pages show."""
    users, systems = apps.get_model("people", "User"), apps.get_model("api", "PartnerSystem")
    applications = apps.get_model("oauth2_provider", "Application")
    credentials = apps.get_model("api", "Credential")
    now = timezone.now()
    systems.objects.bulk_create(
        systems(user=user, scopes=SCOPES, created_at=now, updated_at=now)
        for user in users.objects.filter(kind="machine")
    )
    credentials.objects.bulk_create(
        credentials(application=application, created_at=application.created)
        for application in applications.objects.filter(user__kind="machine")
    )


class Migration(migrations.Migration):

    dependencies = [
        ('api', '0002_limit_clients'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("oauth2_provider", "0022_refreshtoken_token_family_index"),
    ]

    operations = [
        migrations.CreateModel(
            name='Credential',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(null=True)),
                ('last_used_at', models.DateTimeField(null=True)),
                ('last_used_from', models.GenericIPAddressField(null=True)),
                ('refused_at', models.DateTimeField(null=True)),
                ('refused_from', models.GenericIPAddressField(null=True)),
                ('application', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='credential', to="oauth2_provider.application")),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='PartnerSystem',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('purpose', models.CharField(blank=True, max_length=200, validators=[ots_portal.texts.fields.validate_plain_text])),
                ('scopes', models.JSONField(default=list)),
                ('networks', models.JSONField(blank=True, default=list)),
                ('is_exercise', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='partner_system', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at', '-id'],
            },
        ),
        migrations.RunPython(enter_those_there_are, migrations.RunPython.noop),
    ]
