from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class NotificationsConfig(AppConfig):
    name = "ots_portal.notifications"

    def ready(self) -> None:
        from ots_portal.notifications import receivers  # noqa: F401, PLC0415 -- app ready

        autodiscover_modules("notices")
