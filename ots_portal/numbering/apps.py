from django.apps import AppConfig


class NumberingConfig(AppConfig):
    name = "ots_portal.numbering"
