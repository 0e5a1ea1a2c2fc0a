"""A second start is fast because it sees that there is nothing to prepare, and only then."""

import json
import os

import pytest

from ots_portal.operation import set_up
from ots_portal.operation.set_up import Account, Prepared

PREPARED = Prepared([Account("duty@turkiye.example", "Editor", "turkiye")], "a password")


@pytest.fixture
def var(tmp_path, monkeypatch):
    """The folder of a demo that was set up from one source file."""
    source = tmp_path / "portal" / "views.py"
    source.parent.mkdir()
    source.touch()
    monkeypatch.setattr(set_up, "ROOT", tmp_path)
    monkeypatch.setattr(set_up, "SOURCES", ("portal",))
    var = tmp_path / "var"
    (var / "static").mkdir(parents=True)
    (var / "static" / "map.svg").touch()
    (var / "portal.sqlite3").touch()
    done = {
        "made_from": set_up.fingerprint(var),
        "accounts": [{"email": "duty@turkiye.example", "role": "Editor", "participant": "turkiye"}],
        "password": "a password",
    }
    (var / "set-up.json").write_text(json.dumps(done))
    return var


def test_where_nothing_changed_the_accounts_are_known_without_asking_django(var):
    assert set_up.set_up(var) == PREPARED


def touch_source(var):
    os.utime(var.parent / "portal" / "views.py", (1, 1))


def add_source(var):
    (var.parent / "portal" / "urls.py").touch()


def remove_built_file(var):
    (var / "static" / "map.svg").unlink()


def remove_database(var):
    (var / "portal.sqlite3").unlink()


def break_note(var):
    (var / "set-up.json").write_text("{")


@pytest.mark.parametrize(
    "change", [touch_source, add_source, remove_built_file, remove_database, break_note]
)
def test_after_any_change_the_set_up_runs_again(change, var):
    change(var)

    assert set_up._read(var) is None
