"""Every status table of the portal, found by name, for the drawings in docs/ and the tests."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from ots_portal.lifecycle import Lifecycle


def lifecycles() -> Iterator[tuple[str, str, Lifecycle]]:
    """Yield app module, name of the table ("INCIDENTS") and the table."""
    for config in apps.get_app_configs():
        if find_spec(f"{config.name}.statuses"):
            statuses = import_module(f"{config.name}.statuses")
            for name, value in vars(statuses).items():
                if isinstance(value, Lifecycle):
                    yield config.name, name, value


def drawings() -> dict[str, str]:
    """Return file name → Mermaid diagram: "incidents.mmd", "minutes.mmd" …"""
    return {f"{name.lower()}.mmd": table.diagram() for _app, name, table in lifecycles()}
