"""What happened to an incident and to everything that hangs on it, as far as a reader may see it."""

from dataclasses import dataclass

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast

from incidents.models import Incident
from incidents.queries import histories
from ots_portal import plugs
from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import User

# How each kind of record points to its incident, and how one of them is called.
# Team members, checklists and log entries are told by their deployment.
CHILDREN = {
    "incidents.involvement": ("incident", "participant_id"),
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
    """
    A record that the timeline tells of; ``name`` is its number, "" where it has none.

    ``nearness`` is the reader's to it, of queries.histories.
    """

    label: str
    pk: str
    name: str
    nearness: int = histories.OUTSIDER


def records_of(incident: Incident, *, reader: User) -> list[Told]:
    """Return the incident and what hangs on it that the reader may see; one query."""
    is_own = reader.is_secretariat or reader.serves(incident.participant_id)
    nearness = histories.OWNER if is_own else histories.OUTSIDER
    own = Told("incidents.incident", str(incident.pk), incident.number or "", nearness)
    parts = [
        _rows(label, path, name, incident, reader)
        for label, (path, name) in CHILDREN.items()
        if label in plugs.audited
    ]
    if not parts:
        return [own]
    first, *others = parts
    found = first.union(*others, all=True) if others else first
    return [own, *(Told(label, str(pk), name or "", near) for label, pk, name, near in found)]


def _rows(
    label: str, path: str, name: str, incident: Incident, reader: User
) -> "QuerySet[Incident, tuple[str, object, str, int]]":
    visible = plugs.audited[label].visible_to(reader).filter(**{path: incident})
    called = Cast(name, CharField()) if name else Value("", output_field=CharField())
    rows: QuerySet[Incident, tuple[str, object, str, int]] = (
        visible.order_by()
        .select_related(None)
        .annotate(
            told_label=Value(label, output_field=CharField()),
            told_name=called,
            told_nearness=histories.nearness(label, reader),
        )
        .values_list("told_label", "pk", "told_name", "told_nearness")
    )
    return rows


def entries_about(records: list[Told]) -> QuerySet[AuditEntry]:
    """Return the audit entries of these records that the reader may read."""
    alike: dict[tuple[str, int], list[str]] = {}
    for record in records:
        alike.setdefault((record.label, record.nearness), []).append(record.pk)
    about = Q()
    for (label, nearness), keys in alike.items():
        about |= histories.about(label, keys, nearness=nearness)
    return AuditEntry.objects.filter(about)


def kept_reasons(incident: Incident) -> dict[str, str]:
    """Return the reasons of which the audit holds the hash alone: {SHA-256: words}."""
    return dict(incident.kept_reasons.values_list("sha256", "text"))
