from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "ots_portal.access"

    def ready(self) -> None:
        from ots_portal.access import receivers  # noqa: F401 -- app ready
        from ots_portal.access.providers import configuration  # noqa: F401 -- its check
