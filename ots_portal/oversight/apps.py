from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "ots_portal.oversight"
