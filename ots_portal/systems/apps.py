from django.apps import AppConfig


class SystemsConfig(AppConfig):
    name = "ots_portal.systems"
