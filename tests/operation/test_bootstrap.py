"""The set-up that must work before anything is installed; the locks here are empty, so no network."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ots_portal.operation import bootstrap
from ots_portal.operation.bootstrap import CannotInstall, Tools

SCRIPT = Path(bootstrap.__file__)
PYTHON = getattr(sys, "_base_executable", sys.executable)
NOTHING = Tools(python=PYTHON, uv=None, has_ensurepip=False, has_pip=False)
WITH_VENV = Tools(python=PYTHON, uv=None, has_ensurepip=True, has_pip=False)
BROKEN_LOCK = "=no requirement=\n"

pytestmark = pytest.mark.slow  # makes real environments, and knows no database


@pytest.fixture
def root(tmp_path) -> Path:
    folder = tmp_path / "a portal"  # with a space, as people's folders have
    folder.mkdir()
    for lock in bootstrap.LOCKS:
        (folder / lock).touch()
    return folder


def test_an_old_python_gets_a_sentence():
    as_python_3_9 = (
        "import runpy, sys; sys.version_info = (3, 9, 2); sys.executable = 'python3';"
        f"runpy.run_path({str(SCRIPT)!r})"
    )

    done = subprocess.run(
        [sys.executable, "-c", as_python_3_9], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (
        1,
        (
            "The portal needs Python 3.11 or newer; python3 is Python 3.9.\n"
            "If a newer one is installed, name it: make demo PYTHON=python3.12\n"
        ),
    )


def test_even_python_3_6_can_parse_the_script():
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize(
    ("uv", "has_ensurepip", "has_pip", "names"),
    [
        ("uv", True, True, ["uv", "pip", "the system's pip"]),
        ("uv", False, False, ["uv"]),
        (None, True, True, ["pip", "the system's pip"]),
        (None, False, True, ["the system's pip"]),
        (None, False, False, []),
    ],
)
def test_the_fastest_way_there_is_comes_first(uv, has_ensurepip, has_pip, names, root):
    tools = Tools(python=PYTHON, uv=uv, has_ensurepip=has_ensurepip, has_pip=has_pip)

    found = bootstrap.ways(tools, venv=root / ".venv", lock=root / "requirements.lock")

    assert [way.name for way in found] == names


def test_no_way_installs_without_checking_hashes(root):
    tools = Tools(python=PYTHON, uv="uv", has_ensurepip=True, has_pip=True)

    found = bootstrap.ways(tools, venv=root / ".venv", lock=root / "requirements.lock")

    assert all("--require-hashes" in way.fill[-1] for way in found)


def test_without_pip_and_venv_the_line_to_type_is_named(root):
    with pytest.raises(CannotInstall) as refused:
        bootstrap.install(NOTHING, venv=root / ".venv", lock=root / "requirements.lock", onto=False)

    assert str(refused.value).strip() == (
        f"{PYTHON} has neither pip nor venv. Type this line, then the same command again:\n"
        "    sudo apt-get install -y python3-venv"
    )


def test_a_way_that_fails_is_followed_by_the_next(root, capsys):
    tools = Tools(python=PYTHON, uv=shutil.which("false"), has_ensurepip=True, has_pip=False)

    bootstrap.install(tools, venv=root / ".venv", lock=root / "requirements.lock", onto=False)

    assert (root / ".venv" / "bin" / "python").exists()
    assert [line.split(" with ")[1] for line in capsys.readouterr().out.splitlines()[:2]] == [
        "uv …",
        "pip …",
    ]


def test_a_failure_tells_what_the_installer_said_and_leaves_nothing_believed_whole(root):
    (root / "requirements.lock").write_text(BROKEN_LOCK)

    with pytest.raises(CannotInstall) as refused:
        bootstrap.bootstrap(root=root, lock=bootstrap.RUN_TIME)

    assert not (root / ".venv" / "installed.json").exists()
    assert "The packages could not be installed." in str(refused.value)


@pytest.fixture
def installed(root) -> Path:
    """A root whose .venv is up to date, with a mark in it that a new .venv would not have."""
    bootstrap.bootstrap(root=root, lock=bootstrap.RUN_TIME)
    (root / ".venv" / "mark").touch()
    return root


def is_kept(root: Path) -> bool:
    return (root / ".venv" / "mark").exists()


def test_nothing_is_done_when_nothing_changed(installed, capsys):
    capsys.readouterr()

    bootstrap.bootstrap(root=installed, lock=bootstrap.RUN_TIME)

    assert (is_kept(installed), capsys.readouterr().out) == (True, "")


def test_a_changed_lock_makes_a_new_environment(installed):
    (installed / "requirements.lock").write_text("# changed\n")

    bootstrap.bootstrap(root=installed, lock=bootstrap.RUN_TIME)

    assert not is_kept(installed)


def test_an_interrupted_installation_is_made_again(installed):
    (installed / ".venv" / "installed.json").unlink()

    bootstrap.bootstrap(root=installed, lock=bootstrap.RUN_TIME)

    assert not is_kept(installed)


def test_a_moved_folder_is_installed_again(installed):
    moved = installed.rename(installed.with_name("elsewhere"))

    bootstrap.bootstrap(root=moved, lock=bootstrap.RUN_TIME)

    assert not is_kept(moved)


def test_what_hosts_and_tests_need_is_added_to_what_the_demo_has(installed):
    bootstrap.bootstrap(root=installed, lock=bootstrap.PRODUCTION)
    bootstrap.bootstrap(root=installed, lock=bootstrap.DEVELOPMENT)
    bootstrap.bootstrap(root=installed, lock=bootstrap.RUN_TIME)

    assert is_kept(installed)
