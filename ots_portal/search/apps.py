from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate


class SearchConfig(AppConfig):
    name = "ots_portal.search"

    def ready(self) -> None:
        from ots_portal.search import (
            index,
            receivers,  # noqa: F401 -- app ready
        )

        post_migrate.connect(index.install_after_migrate, dispatch_uid="search.install")
        # With --deploy only: `migrate` runs the other checks before it can install what is missing.
        register(index.check_index, Tags.database, deploy=True)
