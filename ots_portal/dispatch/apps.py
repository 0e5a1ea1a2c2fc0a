from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "ots_portal.dispatch"
