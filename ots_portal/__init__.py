"""The foundation of the portal: knows no domain app."""

from ots_portal.celery import app as celery_app

__all__ = ["celery_app"]
