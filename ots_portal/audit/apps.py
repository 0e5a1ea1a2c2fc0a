from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "ots_portal.audit"

    def ready(self) -> None:
        from ots_portal.audit import append_only

        post_migrate.connect(append_only.install_after_migrate, dispatch_uid="append_only.install")
        # With --deploy only: `migrate` runs the other checks before it can install what is missing.
        register(append_only.check_triggers, Tags.database, deploy=True)
