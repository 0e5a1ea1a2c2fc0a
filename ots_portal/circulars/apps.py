from django.apps import AppConfig


class CircularsConfig(AppConfig):
    name = "ots_portal.circulars"
