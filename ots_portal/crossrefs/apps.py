from django.apps import AppConfig


class CrossrefsConfig(AppConfig):
    name = "ots_portal.crossrefs"
