from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "ots_portal.documents"
