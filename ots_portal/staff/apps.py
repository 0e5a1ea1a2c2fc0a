from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "ots_portal.staff"
