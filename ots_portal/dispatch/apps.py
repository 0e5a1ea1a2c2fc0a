from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class DispatchConfig(AppConfig):
    name = "ots_portal.dispatch"

    def ready(self) -> None:
        # What the apps say about their notices, for the page that shows them all.
        autodiscover_modules("previews")
