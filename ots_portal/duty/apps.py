from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "ots_portal.duty"
