from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "ots_portal.jobs"

    def ready(self) -> None:
        from ots_portal.jobs import receivers  # noqa: F401 -- app ready
