"""What an answer says of a record's lifecycle: the steps its reader may take now."""

from types import ModuleType
from typing import Any

from ots_portal.lifecycle import Lifecycle
from ots_portal.people.models import User


def steps_open_to(
    reader: User, record: Any, *, lifecycle: Lifecycle, rules: ModuleType
) -> list[str]:
    """Return the verbs that lead on from where the record stands and that ``rules.may_<verb>`` allows the reader."""
    standing = getattr(record, lifecycle.field)
    leading_on = [step.verb for step in lifecycle.steps_from(standing) if not step.automatic]
    return [verb for verb in leading_on if getattr(rules, f"may_{verb}")(reader, record)]
