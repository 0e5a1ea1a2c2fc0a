"""What happened to an incident and to everything that hangs on it, as far as a reader may see it."""

from dataclasses import dataclass

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast

from incidents.models import Incident
from ots_portal import plugs
from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import User

# How each kind of record points to its incident, and how one of them is called.
# Team members, checklists and log entries are told by their deployment.
CHILDREN = {
    "incidents.assistancerequest": ("incident", "number"),
    "incidents.offer": ("incident", "number"),
    "incidents.deployment": ("incident", "number"),
    "incidents.situationreport": ("incident", "number"),
    "incidents.alert": ("incident", "identifier"),
    "incidents.receivedalert": ("incident", "headline"),
    "incidents.afteractionreview": ("incident", ""),
    "incidents.recommendation": ("review__incident", ""),
}


@dataclass(frozen=True)
class Told:
    """A record that the timeline tells of; ``name`` is its number, "" where it has none."""

    label: str
    pk: str
    name: str


def records_of(incident: Incident, *, reader: User) -> list[Told]:
    """Return the incident and what hangs on it that the reader may see; one query."""
    own = Told("incidents.incident", str(incident.pk), incident.number or "")
    parts = [
        _rows(label, path, name, incident, reader)
        for label, (path, name) in CHILDREN.items()
        if label in plugs.audited
    ]
    if not parts:
        return [own]
    first, *others = parts
    found = first.union(*others, all=True) if others else first
    return [own, *(Told(label, str(pk), name or "") for label, pk, name in found)]


def _rows(
    label: str, path: str, name: str, incident: Incident, reader: User
) -> "QuerySet[Incident, tuple[str, object, str]]":
    visible = plugs.audited[label].visible_to(reader).filter(**{path: incident})
    called = Cast(name, CharField()) if name else Value("", output_field=CharField())
    rows: QuerySet[Incident, tuple[str, object, str]] = (
        visible.order_by()
        .select_related(None)
        .annotate(told_label=Value(label, output_field=CharField()), told_name=called)
        .values_list("told_label", "pk", "told_name")
    )
    return rows


def entries_about(records: list[Told]) -> QuerySet[AuditEntry]:
    """Return the audit entries of these records."""
    by_label: dict[str, list[str]] = {}
    for record in records:
        by_label.setdefault(record.label, []).append(record.pk)
    about = Q()
    for label, keys in by_label.items():
        about |= Q(subject_type=label, subject_id__in=keys)
    return AuditEntry.objects.filter(about)
