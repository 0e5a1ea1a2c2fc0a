from django.apps import AppConfig


class OperationConfig(AppConfig):
    name = "ots_portal.operation"

    def ready(self) -> None:
        from ots_portal.operation import checks

        checks.register_all()
