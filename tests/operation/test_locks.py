"""The comparison of the lock files with pyproject.toml finds what it is there to find."""

import pytest

from tests import locks

PROJECT = """
[project]
dependencies = ["polib>=1.2"]
[project.optional-dependencies]
production = ["tzdata"]
[dependency-groups]
lint = ["ruff"]
dev = [{ include-group = "lint" }]
"""
POLIB = "polib==1.2.0 \\\n    --hash=sha256:00\n"
TZDATA = "tzdata==2026.3 \\\n    --hash=sha256:00\n"
RUFF = "ruff==0.17.6 \\\n    --hash=sha256:00\n"


@pytest.mark.parametrize(
    ("run_time", "development", "expected"),
    [
        (POLIB, POLIB + TZDATA + RUFF, []),
        ("", POLIB + TZDATA + RUFF, ["polib: needed, but not in requirements.lock."]),
        (POLIB, POLIB + TZDATA, ["ruff: needed, but not in requirements-dev.lock."]),
        (
            POLIB.replace("1.2.0", "1.1.0"),
            POLIB + TZDATA + RUFF,
            [
                "polib>=1.2: requirements.lock pins 1.1.0.",
                "polib==1.1.0: in requirements.lock, but not in requirements-production.lock.",
            ],
        ),
        (
            POLIB + RUFF,
            POLIB + TZDATA + RUFF,
            [
                "ruff: in requirements.lock, but nothing needs it.",
                "ruff==0.17.6: in requirements.lock, but not in requirements-production.lock.",
            ],
        ),
        (POLIB, POLIB + TZDATA + RUFF + "colorama==0.4.6 ; sys_platform == 'win32'\n", []),
    ],
)
def test_a_lock_out_of_step_is_told_in_a_sentence(run_time, development, expected, tmp_path):
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "requirements.lock").write_text(run_time)
    (tmp_path / "requirements-production.lock").write_text(POLIB + TZDATA)
    (tmp_path / "requirements-dev.lock").write_text(development)

    assert locks.differences(tmp_path) == expected
