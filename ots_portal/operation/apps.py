from django.apps import AppConfig


class OperationConfig(AppConfig):
    name = "ots_portal.operation"
