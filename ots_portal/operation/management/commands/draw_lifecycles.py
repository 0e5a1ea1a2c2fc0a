from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from ots_portal.operation.lifecycles import drawings


class Command(BaseCommand):
    help = "Draw every status table into docs/lifecycles/*.mmd."

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "docs" / "lifecycles"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in drawings().items():
            (folder / name).write_text(text, encoding="utf-8")
            self.stdout.write(f"docs/lifecycles/{name}")
