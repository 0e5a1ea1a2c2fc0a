from typing import Any

import django.db.models.deletion
from django.db import migrations, models

UNNEEDED = {
    "notifications_delivery_recipient_id_8d8ed928": "recipient_id",
    "notifications_delivery_endpoint_id_846da2ab": "endpoint_id",
    "notifications_delivery_digest_id_315052ac": "digest_id",
}


def _is_postgresql(schema_editor: Any) -> bool:
    return bool(schema_editor.connection.vendor == "postgresql")


def _alongside(schema_editor: Any, *statements: str) -> None:
    """Run what PostgreSQL can do while others read and write; it may take longer than a page may."""
    schema_editor.execute("SET statement_timeout TO 0")
    for statement in statements:
        schema_editor.execute(statement)
    schema_editor.execute("RESET statement_timeout")


class AddIndexAlongside(migrations.AddIndex):
    """An index that PostgreSQL makes while the portal runs; once more where a first try broke off."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if not _is_postgresql(schema_editor):
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        # What broke off leaves an index that is written and never read.
        gone = f'DROP INDEX CONCURRENTLY IF EXISTS "{self.index.name}"'
        made = str(self.index.create_sql(model, schema_editor, concurrently=True))
        _alongside(schema_editor, gone, made)


def drop_unneeded(_apps: Any, schema_editor: Any) -> None:
    for name in UNNEEDED:
        if _is_postgresql(schema_editor):
            _alongside(schema_editor, f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"')
        else:
            schema_editor.execute(f'DROP INDEX IF EXISTS "{name}"')


def make_again(_apps: Any, schema_editor: Any) -> None:
    for name, column in UNNEEDED.items():
        made = f'"{name}" ON notifications_delivery ("{column}")'
        if _is_postgresql(schema_editor):
            _alongside(schema_editor, f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {made}")
        else:
            schema_editor.execute(f"CREATE INDEX IF NOT EXISTS {made}")


class Migration(migrations.Migration):
    """
    An alert to ten thousand people is twice as many rows: fewer indexes, and no question for the entry of each.

    Safe on a portal that runs: no index is made or dropped under a lock that others wait for, the constraint
    goes in a moment, and the release that still runs works on both. Where it breaks off, it is run again.
    """

    atomic = False  # PostgreSQL makes an index alongside outside a transaction only

    dependencies = [
        ("notifications", "0007_webhook_deliveries"),
        ("audit", "0002_links_and_indexes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="entry",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to="audit.auditentry",
            ),
        ),
        AddIndexAlongside(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("digest__isnull", False)),
                fields=["digest"],
                name="deliveries_of_a_digest",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            # To alter the fields themselves would check every row's foreign key again, under a lock.
            database_operations=[migrations.RunPython(drop_unneeded, make_again)],
            state_operations=[
                migrations.AlterField(
                    model_name="delivery",
                    name="recipient",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="people.user",
                    ),
                ),
                migrations.AlterField(
                    model_name="delivery",
                    name="endpoint",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="webhooks.endpoint",
                    ),
                ),
                migrations.AlterField(
                    model_name="delivery",
                    name="digest",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="deliveries",
                        to="notifications.digest",
                    ),
                ),
            ],
        ),
    ]
