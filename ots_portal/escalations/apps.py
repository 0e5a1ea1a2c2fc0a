from django.apps import AppConfig


class EscalationsConfig(AppConfig):
    name = "ots_portal.escalations"

    def ready(self) -> None:
        from ots_portal.escalations import receivers  # noqa: F401 -- app ready
