from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "ots_portal.rounds"

    def ready(self) -> None:
        from ots_portal.rounds import receivers  # noqa: F401 -- app ready
