from django.apps import AppConfig


class OperationConfig(AppConfig):
    name = "ots_portal.operation"

    def ready(self) -> None:
        # Imported here and not with the package: the child that inspects a file starts without it.
        from ots_portal import celery  # noqa: F401 -- the application that shared tasks belong to
        from ots_portal.operation import checks

        checks.register_all()
