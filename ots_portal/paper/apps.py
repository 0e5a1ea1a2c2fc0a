from django.apps import AppConfig


class PaperConfig(AppConfig):
    name = "ots_portal.paper"
