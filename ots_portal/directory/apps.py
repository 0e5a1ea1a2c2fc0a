from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "ots_portal.directory"
