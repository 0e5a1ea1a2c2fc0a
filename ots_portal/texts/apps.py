from django.apps import AppConfig


class TextsConfig(AppConfig):
    name = "ots_portal.texts"
