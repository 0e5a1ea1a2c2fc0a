from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "ots_portal.privacy"
