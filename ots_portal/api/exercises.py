"""
The sandbox: a partner system that is marked for exercises changes what belongs to an exercise, and nothing else.

It is held where every write passes: the audit entry, inside the transaction of the change. Whatever the
endpoint, and whatever endpoint is added later, a change in earnest is taken back before it is committed.
"""

from typing import Any

from django.apps import apps
from django.dispatch import receiver

from ots_portal.api import credentials
from ots_portal.api.problems import ApiProblem
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.signals import entry_recorded
from ots_portal.people.models import User

# About the caller itself, and about the long work that it began: neither changes a record of anybody.
ITS_OWN = ("api.", "jobs.", "people.user.")
# By which field a record leads to the one that it hangs on.
LEADS_TO = ("incident", "request", "offer", "deployment", "review", "report", "alert")


@receiver(entry_recorded, sender=AuditEntry, dispatch_uid="api.keep_to_exercises")
def keep_to_exercises(
    sender: type, entry: AuditEntry, subject: Any = None, by: User | None = None, **kwargs: Any
) -> None:
    """:raises ApiProblem: ``exercises_only`` where such a system changes something in earnest"""
    if by is None or not by.is_machine or entry.kind.startswith(ITS_OWN):
        return
    system = credentials.system_of(by)
    if system and system.is_exercise and not is_of_exercise(subject):
        raise ApiProblem("exercises_only")


def is_of_exercise(record: Any) -> bool:
    """Return whether the record is marked as an exercise, or hangs on one that is."""
    seen = 0
    while record is not None and seen < len(LEADS_TO):
        marked = getattr(record, "is_exercise", None)
        if marked is not None:
            return bool(marked)
        record, seen = _above(record), seen + 1
    return False


def _above(record: Any) -> Any:
    if owner_type := getattr(record, "owner_type", ""):  # a file
        model = apps.get_model(owner_type)
        return model._default_manager.filter(pk=record.owner_id).first()
    found = (getattr(record, name, None) for name in LEADS_TO)
    return next((one for one in found if one is not None), None)
