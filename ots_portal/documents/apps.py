from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks


class DocumentsConfig(AppConfig):
    name = "ots_portal.documents"

    def ready(self) -> None:
        checks.register(_scanner_is_an_address)


def _scanner_is_an_address(**kwargs: Any) -> list[checks.CheckMessage]:
    from ots_portal.documents.scanner import is_address

    if not settings.PORTAL_SCANNER or is_address(settings.PORTAL_SCANNER):
        return []
    hint = "OTS_SCANNER=clamd://127.0.0.1:3310 or OTS_SCANNER=unix:///run/clamav/clamd.ctl"
    return [checks.Error("OTS_SCANNER names no scanner.", hint=hint, id="documents.E001")]
