"""Where templates come from: the base layout's folder, and a folder ``paper`` in each app."""

from pathlib import Path

from django.apps import apps

OWN = "paper"
TEMPLATES = Path(__file__).parent / "templates"


def sources() -> dict[str, str]:
    """Return every template and drawing by its name: "paper/base.typ", "incidents/situation_report.typ"."""
    return {
        f"{label}/{path.name}": path.read_text("utf-8")
        for label, folder in _folders().items()
        for path in sorted(folder.glob("*.*"))
        if path.suffix in {".typ", ".svg"}
    }


def _folders() -> dict[str, Path]:
    """Return an app's label → the folder of its templates."""
    of_apps = {one.label: Path(one.path) / "paper" for one in apps.get_app_configs()}
    return {**of_apps, OWN: TEMPLATES}
