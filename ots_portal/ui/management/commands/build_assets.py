"""``manage.py build_assets``: the typeface, the base map and the territories, made from installed packages."""

import logging
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from ots_portal.ui.assets import ASSETS, OUTLINES, TERRITORIES, build


class Command(BaseCommand):
    help = (
        "Build the typeface and the base map into var/static/portal and the countries' shapes into var/geo; "
        "what is up to date is kept."
    )
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        logging.getLogger("fontTools").setLevel(logging.WARNING)
        served, own = Path(settings.VAR_DIR) / "static" / "portal", Path(settings.VAR_DIR) / "geo"
        wanted = [*((asset, served) for asset in ASSETS), (TERRITORIES, own), (OUTLINES, own)]
        made = [asset.name for asset, folder in wanted if build(asset, folder=folder)]
        self.stdout.write(f"Assets: {', '.join(made) or 'up to date'}.")
