from django.apps import AppConfig


class ParticipantsConfig(AppConfig):
    name = "ots_portal.participants"
