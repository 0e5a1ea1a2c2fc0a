from django.apps import AppConfig


class GalleryConfig(AppConfig):
    name = "ots_portal.gallery"
