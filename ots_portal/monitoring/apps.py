from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "ots_portal.monitoring"

    def ready(self) -> None:
        from ots_portal.monitoring import receivers  # noqa: F401 -- app ready
