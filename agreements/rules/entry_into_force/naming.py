"""The States that a rule names: as somebody writes them, as they are kept, as they are shown."""

from collections.abc import Callable, Mapping
from typing import Any

STATES = ("required_states", "only_states", "except_states")


def with_states(
    told: Mapping[str, Any], say: Callable[[str, str], str], path: str = ""
) -> dict[str, Any]:
    """
    Return a copy of a rule that can be read, each State in it as ``say`` has it, and each once.

    ``say`` takes the place of the field, "rules[1].only_states", and the name that stands there.
    """
    rule = dict(told)
    for field in STATES:
        if field in rule:
            names = [say(f"{path}{field}", name) for name in rule[field] or ()]
            rule[field] = list(dict.fromkeys(names))
    if "rules" in rule:
        parts = enumerate(rule["rules"])
        rule["rules"] = [with_states(part, say, f"{path}rules[{place}].") for place, part in parts]
    return rule
