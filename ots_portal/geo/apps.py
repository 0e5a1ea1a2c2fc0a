from django.apps import AppConfig


class GeoConfig(AppConfig):
    name = "ots_portal.geo"
