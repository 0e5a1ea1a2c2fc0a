from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "ots_portal.people"
