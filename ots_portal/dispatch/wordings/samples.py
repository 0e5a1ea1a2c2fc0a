"""
Records that do not exist, to show what messages say.

An invented record is made of its model: each field gets what its kind and name suggest, and each foreign key
another invented record. None is stored, so the preview shows nobody's data and needs nobody's rights. What
a model cannot know its app says by ``plugs.plug_sample``.
"""

import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ots_portal import plugs
from ots_portal.audit.models import AuditEntry
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.plugs import Notice, Sample
from ots_portal.texts.fields import LanguageTexts

if TYPE_CHECKING:
    Field = models.Field[Any, Any]

HAPPENED_AT = datetime(2026, 2, 6, 1, 17, tzinfo=UTC)
LATER = timedelta(days=2)
# How far invented records lead to others: a recommendation → its review → its incident → whose it is.
DEEPEST = 4
# What lies ahead of what has happened; and what has not happened to an invented record.
AHEAD = ("expires", "until", "valid_until", "eta", "ends", "due", "closes")
NOT_YET = ("forgotten_at", "cancelled_at", "withdrawn_at", "superseded_at", "proposed_until_at")


def sample_of(notice: Notice) -> Sample:
    """Put together what the apps say about this kind, from the most general to the most special."""
    parts = notice.kind.split(".")
    names = (".".join(parts[:count]) for count in range(1, len(parts) + 1))
    found = [plugs.samples[name] for name in names if name in plugs.samples]
    whole = Sample()
    for sample in found:
        whole = whole | sample
    return whole


def model_of(notice: Notice, sample: Sample) -> type[models.Model]:
    """Return the model of the records that entries of this kind are about."""
    prefix = notice.kind.rpartition(".")[0]
    named = (each.model for each in plugs.audited.values() if (each.kinds or each.model) == prefix)
    return apps.get_model(sample.model or next(named))


def record_of(notice: Notice) -> Any:
    """Invent the record that the words of the notice are about, in the active language."""
    sample = sample_of(notice)
    record = invented(model_of(notice, sample), sample.fields)
    return sample.wrap(record)


def entry_of(notice: Notice, record: Any) -> AuditEntry:
    """Invent the entry that the message tells of."""
    model = model_of(notice, sample_of(notice))
    data = {"reason": _("An invented reason."), **sample_of(notice).data}
    return AuditEntry(
        kind=notice.kind,
        recorded_at=HAPPENED_AT,
        participant="sample",
        subject_type=model._meta.label_lower,
        subject_id=str(getattr(record, "pk", "") or uuid.uuid4()),
        body=json.dumps({"data": data}, default=str),
    )


def reader(language: str, time_zone: str) -> User:
    """Invent whoever reads the message."""
    person: User = invented(User, {"language": language, "time_zone": time_zone})
    return person


def invented(model: type[Any], fields: Mapping[str, Any], depth: int = 0) -> Any:
    """Make a record of the model that is not stored; ``fields`` are what its app wants it to hold."""
    record = model()
    for field in _own_fields(model):
        if field.name in fields:
            continue
        value = _value(field, depth)
        if value is not None:
            setattr(record, field.name, value)
    for name, value in fields.items():
        made = value() if callable(value) else value
        setattr(record, name, made)
    return record


def _own_fields(model: type[models.Model]) -> "Iterable[Field]":
    """Leave out ids, which make themselves; a participant is keyed by a word."""
    concrete = model._meta.concrete_fields
    return (field for field in concrete if not isinstance(field, models.UUIDField))


def _value(field: "Field", depth: int) -> Any:
    """Return what a field of this kind and name might hold; None leaves it as the model makes it."""
    if isinstance(field, models.ForeignKey):
        return _neighbour(field, depth)
    if field.choices:
        return field.default if field.has_default() else field.flatchoices[0][0]
    if isinstance(field, LanguageTexts):
        return {_language(): _text(field)}
    by_kind = {
        models.DateTimeField: _moment,
        models.DateField: lambda _field: date(2026, 2, 6),
        models.TimeField: lambda field: time(18 if field.name.startswith(AHEAD) else 8, 0),
        models.EmailField: lambda _field: "person@example.org",
        models.URLField: lambda _field: "https://authority.example/report",
        models.DecimalField: lambda _field: Decimal(12),
        models.IntegerField: lambda _field: 12,
        models.TextField: _text,
        models.CharField: _line,
    }
    for kind, make in by_kind.items():
        if isinstance(field, kind):
            return make(field)
    return None


def _neighbour(field: "models.ForeignKey[Any, Any]", depth: int) -> Any:
    model = field.remote_field.model
    # A record of the same kind (what it was merged into, what it replaces) is another story.
    if depth >= DEEPEST or model is field.model:
        return None
    fields: dict[str, Any] = {}
    if model is Participant:
        of_others = field.name not in ("participant", "reported_by")
        fields["names"] = {_language(): _("Country B") if of_others else _("Country A")}
    return invented(model, fields, depth + 1)


def _moment(field: "Field") -> datetime | None:
    if field.name in NOT_YET:
        return None
    return HAPPENED_AT + (LATER if field.name.startswith(AHEAD) else timedelta())


def _text(field: "Field") -> str:
    is_title = field.name.rstrip("s") in ("title", "name", "headline")
    return _("Invented title") if is_title else _("An invented text, to show where one stands.")


def _line(field: "Field") -> str | None:
    known = {
        "number": "XX-2026-0001",
        "full_name": _("Invented name"),
        "name": _("Invented name"),
        "title": _("Invented title"),
        "time_zone": "UTC",
        "language": _language(),
        "slug": "sample",
    }
    if field.name in known:
        return known[field.name]
    max_length = field.max_length or 0
    return _("Invented") if not field.blank and max_length > len(_("Invented")) else None


def _language() -> str:
    return (get_language() or settings.LANGUAGE_CODE).partition("-")[0]
