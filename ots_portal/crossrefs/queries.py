"""What is tied to what: each end is shown to whoever may read it, and counted for nobody else."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet

from ots_portal import plugs
from ots_portal.crossrefs.models import BACKWARDS, CrossReference, Relation
from ots_portal.people.models import User

Reader = User | AnonymousUser
MOST_FOUND = 10
End = tuple[str, UUID]


@dataclass(frozen=True)
class Tie:
    """
    A tie as it is read from one of its ends: ``relation`` in words of that end, and what the other end is.

    ``is_outgoing``: it was made from the record that is looked at.
    """

    reference: CrossReference
    relation: plugs.Text
    kind: plugs.Text
    label: str
    url: str
    is_outgoing: bool


def visible_to(user: Reader) -> QuerySet[CrossReference]:
    """Return the ties of which the user may read both ends."""
    from_side, to_side = Q(pk__in=[]), Q(pk__in=[])
    for linkable in plugs.linkables.values():
        readable = linkable.visible_to(user).order_by().values("pk")
        from_side |= Q(from_type=linkable.model, from_id__in=readable)
        to_side |= Q(to_type=linkable.model, to_id__in=readable)
    return CrossReference.objects.filter(from_side, to_side)


def ties_of(record: Model, user: Reader) -> list[Tie]:
    """
    Return the ties of a record that the caller has found through its boundary, in both directions, the oldest first.

    One query, and one more for each kind of record at the other ends, however many they are.
    """
    return ties_of_each([record], user)[_end_of(record)]


def ties_of_each(records: Sequence[Model], user: Reader) -> dict[End, list[Tie]]:
    """Return the ties of each of these records, as ``ties_of`` does and in as many queries, by type and key."""
    ends = [_end_of(record) for record in records]
    references = list(_touching(ends)) if ends else []
    touched = [
        (end, reference) for end in ends for reference in references if _touches(reference, end)
    ]
    others = _readable((_other_end(reference, end) for end, reference in touched), user)
    found: dict[End, list[Tie]] = {end: [] for end in ends}
    for end, reference in touched:
        if _other_end(reference, end) in others:
            found[end].append(_tie(reference, end, others))
    return found


def _end_of(record: Model) -> End:
    return record._meta.label_lower, record.pk


def _touching(ends: Sequence[End]) -> QuerySet[CrossReference]:
    touching = Q(pk__in=[])
    for model in {model for model, _pk in ends}:
        keys = [pk for name, pk in ends if name == model]
        touching |= Q(from_type=model, from_id__in=keys) | Q(to_type=model, to_id__in=keys)
    return CrossReference.objects.filter(touching).order_by("created_at", "id")


def _touches(reference: CrossReference, end: End) -> bool:
    return end in ((reference.from_type, reference.from_id), (reference.to_type, reference.to_id))


def _other_end(reference: CrossReference, here: End) -> End:
    start = (reference.from_type, reference.from_id)
    return (reference.to_type, reference.to_id) if start == here else start


def _readable(ends: Iterable[End], user: Reader) -> dict[End, Model]:
    """Return those of the ends that the user may read, by type and key."""
    keys: dict[str, set[UUID]] = defaultdict(set)
    for model, pk in ends:
        keys[model].add(pk)
    return {
        (model, record.pk): record
        for model, wanted in keys.items()
        if model in plugs.linkables
        for record in plugs.linkables[model].visible_to(user).filter(pk__in=wanted)
    }


def _tie(reference: CrossReference, here: End, others: Mapping[End, Model]) -> Tie:
    end = _other_end(reference, here)
    linkable, other = plugs.linkables[end[0]], others[end]
    is_outgoing = (reference.from_type, reference.from_id) == here
    relation = Relation(reference.relation)
    return Tie(
        reference,
        relation=relation.label if is_outgoing else BACKWARDS[relation],
        kind=linkable.title,
        label=linkable.label_of(other),
        url=linkable.address_of(other),
        is_outgoing=is_outgoing,
    )


def ends_of(reference: CrossReference, user: Reader) -> tuple[Model, Model] | None:
    """Return both records of a tie, None unless the user may read both."""
    start, end = (
        (reference.from_type, reference.from_id),
        (reference.to_type, reference.to_id),
    )
    found = _readable([start, end], user)
    return (found[start], found[end]) if len(found) == len({start, end}) else None


def record_of(model: str, pk: UUID, user: Reader) -> Model | None:
    """Return the record of that kind which the user may read; None also where the kind is never tied."""
    linkable = plugs.linkables.get(model)
    return linkable.visible_to(user).filter(pk=pk).first() if linkable else None


@dataclass(frozen=True)
class Found:
    """A record that a tie could lead to; ``key`` is what a form sends: "incidents.incident:6f1e…"."""

    key: str
    kind: plugs.Text
    label: str
    url: str


def search(text: str, user: Reader, *, but_not: Model | None = None) -> list[Found]:
    """Return records whose words fit, of every kind, only those that the user may read; none for no words."""
    if not text.strip():
        return []
    return [
        Found(
            f"{linkable.model}:{record.pk}",
            linkable.title,
            linkable.label_of(record),
            linkable.address_of(record),
        )
        for linkable in plugs.linkables.values()
        for record in list(linkable.search(user, text))[:MOST_FOUND]
        if record != but_not
    ]


def narrowed(ties: QuerySet[CrossReference], wishes: Mapping[str, Any]) -> QuerySet[CrossReference]:
    """Narrow by cleaned values: ``from_type``, ``from_id``, ``to_type``, ``to_id``, ``relation``."""
    given = {name: value for name, value in wishes.items() if value}
    return ties.filter(**given)


# ── histories ───────────────────────────────────────────────────────────────────────────────────
def tied_to(model: str, ends: Mapping[str, Any], *, column: str = "pk") -> Q:
    """
    Return where records of ``model`` are tied to any of ``ends`` (label → queryset of keys), in either direction.

    ``column`` is what holds the record's key. Both ends are still to be asked for through their boundaries.
    """
    tied = Q(pk__in=[])
    for label, keys in ends.items():
        made = CrossReference.objects.filter(from_type=model, to_type=label, to_id__in=keys)
        met = CrossReference.objects.filter(to_type=model, from_type=label, from_id__in=keys)
        tied |= Q(**{f"{column}__in": made.values("from_id")})
        tied |= Q(**{f"{column}__in": met.values("to_id")})
    return tied


def labels_of_ends(
    records: Sequence[Model], user: Reader, *, kinds: Iterable[str]
) -> dict[UUID, str]:
    """Return to what of these kinds (labels) each record is tied, named: by the record's key, in as many queries as for one."""
    wanted = set(kinds)
    found = ties_of_each(records, user) if records else {}
    return {
        key: "; ".join(dict.fromkeys(tie.label for tie in ties if _kind_of(tie, key) in wanted))
        for (_model, key), ties in found.items()
    }


def _kind_of(tie: Tie, here: UUID) -> str:
    reference = tie.reference
    return reference.to_type if reference.from_id == here else reference.from_type
