"""Entries in words: what happened, to what, and what of it changed from what to what."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, JSONField
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ots_portal import plugs
from ots_portal.audit.models import AuditEntry
from ots_portal.clock import parse_moment
from ots_portal.ui.moments import day_text, in_zone, moment_text, offset_label

NOTHING = "—"
# What entries of several apps tell beside fields of their record.
WORDS: dict[str, str | Promise] = {
    "reason": gettext_lazy("Reason"),
    "status": gettext_lazy("Status"),
    "titles": gettext_lazy("Title"),
    "descriptions": gettext_lazy("What is known"),
    "sources": gettext_lazy("Sources"),
    "owner": gettext_lazy("Hangs on"),
    "content_type": gettext_lazy("Kind of file"),
    "size_bytes": gettext_lazy("Size in bytes"),
    "sha256": gettext_lazy("SHA-256"),
    "text_sha256": gettext_lazy("SHA-256 of the text"),
    "account": gettext_lazy("Keyed digest of the address tried"),
    "factor": gettext_lazy("Kind of second factor"),
    "language": gettext_lazy("Language"),
    "superseded_by": gettext_lazy("Corrected by"),
    "request_id": gettext_lazy("Request"),
    "counts": gettext_lazy("Numbers"),
    "format": gettext_lazy("Form"),
    "full_name": pgettext_lazy("person", "Name"),
    "email": gettext_lazy("E-mail address"),
}


def label_of(kind: str) -> str | Promise:
    """Say what a kind of entry means; one that no app of this release knows stays its code."""
    notice = plugs.notices.get(kind)
    return plugs.audit_labels.get(kind) or (notice.title if notice else kind)


def title_of(model: str) -> str | Promise:
    """Name a kind of record."""
    record = plugs.audited.get(model)
    return record.title if record else model


@dataclass(frozen=True)
class Told:
    """A thing an entry tells: with ``before`` where something changed. ``is_hidden``: only that it did."""

    label: str
    after: str
    before: str = ""
    is_change: bool = False
    is_hidden: bool = False


def told_by(entry: AuditEntry) -> list[Told]:
    """Return everything the entry holds beside who, when and what, in words, changes first."""
    data, model = dict(entry.data), entry.subject_type
    rows = [_change(entry, name, value) for name, value in _changes_in(data)]
    return rows + [
        Told(label_of_field(model, name), in_words(value, _field(model, name)))
        for name, value in data.items()
    ]


def _changes_in(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the changes, and take them out of ``data``."""
    changes = data.pop("changes", None)
    if isinstance(changes, dict):
        yield from changes.items()
    for name in [name for name, value in data.items() if _is_change(value)]:
        yield name, data.pop(name)


def _is_change(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"before", "after"}


def _change(entry: AuditEntry, name: str, value: Any) -> Told:
    label, field = label_of_field(entry.subject_type, name), _field(entry.subject_type, name)
    if not isinstance(value, dict):
        return Told(label, in_words(value, field))
    if "after_sha256" in value:
        before, after = value.get("before_sha256", ""), value["after_sha256"]
        return Told(label, f"SHA-256 {after}", f"SHA-256 {before}", is_change=True)
    before, after = value.get("before"), value.get("after")
    if before is None and after is None:
        return Told(label, "", is_change=True, is_hidden=True)
    return Told(label, in_words(after, field), in_words(before, field), is_change=True)


def label_of_field(model: str, name: str) -> str:
    """Name what an entry about such a record tells: the record's own word, a common one, or the field's."""
    record = plugs.audited.get(model)
    if record and name in record.fields:
        return str(record.fields[name])
    if name in WORDS:
        return str(WORDS[name])
    field = _field(model, name)
    return capfirst(str(field.verbose_name if field else name.replace("_", " ")))


def _field(model: str, name: str) -> "Field[Any, Any] | None":
    try:
        found = apps.get_model(model)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return None
    return found if isinstance(found, Field) else None


def in_words(value: Any, field: "Field[Any, Any] | None" = None) -> str:
    """Return a stored value as a person reads it: the words of a code, a moment in the reader's zone."""
    if value in (None, "", [], {}):
        return NOTHING
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(in_words(one, field) for one in value)
    if isinstance(value, dict):
        names = dict(settings.LANGUAGES)
        return "\n".join(f"{names.get(name, name)}: {in_words(one)}" for name, one in value.items())
    if field and not isinstance(field, JSONField) and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return _moment_in_words(value) if isinstance(value, str) else str(value)


def _moment_in_words(text: str) -> str:
    if len(text) == len("2026-11-20") and (day := _day(text)):
        return day_text(day)
    moment = parse_moment(text) if "T" in text else None
    return _moment(moment) if moment else text


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _moment(moment: datetime) -> str:
    local = in_zone(moment)
    return f"{moment_text(local)} ({offset_label(local)})"
