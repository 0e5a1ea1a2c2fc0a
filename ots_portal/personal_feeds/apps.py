from django.apps import AppConfig


class PersonalFeedsConfig(AppConfig):
    name = "ots_portal.personal_feeds"
