from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "ots_portal.webhooks"
