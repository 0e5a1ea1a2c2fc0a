"""
Are the three lock files in step with pyproject.toml? Answered from the installed packages, offline.

When they are not, say once, with uv at hand (README, "Dependencies"):
    uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate …
"""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

RUN_TIME, PRODUCTION, DEVELOPMENT = (
    "requirements.lock",
    "requirements-production.lock",
    "requirements-dev.lock",
)

# Two packages that bring Django the same thing; it would silently prefer the newer one.
NEVER = {"psycopg", "psycopg-binary"}


def differences(root: Path) -> list[str]:
    """Return a sentence for each thing that is out of step."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {RUN_TIME: [Requirement(line) for line in project["project"]["dependencies"]]}
    production = project["project"].get("optional-dependencies", {}).get("production", [])
    wanted[PRODUCTION] = wanted[RUN_TIME] + [Requirement(line) for line in production]
    development = [Requirement(line) for line in _group(project, "dev")]
    wanted[DEVELOPMENT] = wanted[PRODUCTION] + development
    pinned = {lock: pins(root / lock) for lock in wanted}
    return [
        *(line for lock in wanted for line in _out_of_step(lock, pinned[lock], wanted[lock])),
        *_not_all_in(PRODUCTION, RUN_TIME, pinned),
        *_not_all_in(DEVELOPMENT, PRODUCTION, pinned),
    ]


def _not_all_in(larger: str, smaller: str, pinned: dict[str, list[Requirement]]) -> Iterator[str]:
    """Say which pins of the smaller lock the larger one lacks: they install the same portal."""
    there = {str(pin) for pin in pinned[larger]}
    missing = [str(pin) for pin in pinned[smaller] if str(pin) not in there]
    return (f"{pin}: in {smaller}, but not in {larger}." for pin in missing)


def pins(lock: Path) -> list[Requirement]:
    """Return what a lock pins; one name may stand there for several releases of Python."""
    text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip()]
    return [Requirement(re.split(r"\s--hash", line)[0]) for line in lines]


def _out_of_step(lock: str, pinned: list[Requirement], wanted: list[Requirement]) -> Iterator[str]:
    needed = closure(wanted)
    here = {canonicalize_name(pin.name): _version(pin) for pin in pinned if _applies(pin)}
    for requirement in wanted:
        version = here.get(canonicalize_name(requirement.name), "")
        if version and not requirement.specifier.contains(version, prereleases=True):
            yield f"{requirement}: {lock} pins {version}."
    yield from (f"{name}: needed, but not in {lock}." for name in sorted(needed - set(here)))
    yield from (f"{name}: in {lock}, but nothing needs it." for name in sorted(set(here) - needed))
    yield from (f"{name}: must not be in {lock}." for name in sorted(NEVER & set(here)))


def closure(wanted: list[Requirement]) -> set[str]:
    """Return the names of what is wanted, and of all that this needs on this computer."""
    seen: set[tuple[str, str]] = set()
    waiting = [(requirement, "") for requirement in wanted]
    while waiting:
        requirement, of_extra = waiting.pop()
        if not _applies(requirement, extra=of_extra):
            continue
        name = canonicalize_name(requirement.name)
        for extra in ("", *requirement.extras):
            if (name, extra) not in seen:
                seen.add((name, extra))
                waiting += [(needed, extra) for needed in _needs(name)]
    return {name for name, _ in seen}


def _needs(name: str) -> list[Requirement]:
    try:
        return [Requirement(line) for line in distribution(name).requires or []]
    except PackageNotFoundError:
        return []


def _applies(requirement: Requirement, *, extra: str = "") -> bool:
    environment: Any = {**default_environment(), "extra": extra}
    return requirement.marker is None or requirement.marker.evaluate(environment)


def _version(pin: Requirement) -> str:
    (specifier,) = pin.specifier
    return specifier.version


def _group(project: dict[str, Any], name: str) -> Iterator[str]:
    for entry in project["dependency-groups"][name]:
        if isinstance(entry, str):
            yield entry
        else:
            yield from _group(project, entry["include-group"])
