from django.apps import AppConfig


class PersonalFeedsConfig(AppConfig):
    name = "ots_portal.personal_feeds"

    def ready(self) -> None:
        from ots_portal.personal_feeds import receivers  # noqa: F401 -- app ready
