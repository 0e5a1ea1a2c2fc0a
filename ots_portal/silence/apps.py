from django.apps import AppConfig


class SilenceConfig(AppConfig):
    name = "ots_portal.silence"
