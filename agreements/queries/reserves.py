"""Which reserves stand on the provisions of a text: the one place that counts them."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from agreements.models import Instrument, Position, Provision
from agreements.queries.positions import TO_ALL, latest
from agreements.statuses import INNER_KINDS, RESERVES, ProvisionStatus, Stance


@dataclass(frozen=True)
class Reserve:
    """A reserve on a provision: ``participant`` is the State's code, "" where nobody is named."""

    participant: str = ""
    kind: str = "reserved"

    @property
    def told(self) -> dict[str, str]:
        return asdict(self)


Source = Callable[[Instrument], Mapping[UUID, Sequence[Reserve]]]


def reserved_provisions(instrument: Instrument) -> Mapping[UUID, Sequence[Reserve]]:
    """
    Return a reserve of nobody in particular for each provision that is marked as reserved.

    Where a State's position on it, or on the article it belongs to, is known, the mark only follows from that.
    """
    live = Provision.objects.filter(instrument=instrument, is_live=True)
    rows = {key: row for key, *row in live.values_list("pk", "parent", "kind", "status")}
    of_states = _positions_told_to_all(instrument, (*RESERVES, Stance.OPPOSE))
    explained = {_unit_of(key, rows) for key in of_states.values_list("provision", flat=True)}
    return {
        key: (Reserve(),)
        for key, (_parent, _kind, status) in rows.items()
        if status == ProvisionStatus.RESERVED and _unit_of(key, rows) not in explained
    }


def _unit_of(key: UUID, rows: Mapping[UUID, Sequence[Any]]) -> UUID:
    """Return the article that a paragraph belongs to, at whatever depth; of anything else itself."""
    while rows[key][1] in INNER_KINDS and rows[key][0] in rows:
        key = rows[key][0]
    return key


def reserves_of_states(instrument: Instrument) -> Mapping[UUID, Sequence[Reserve]]:
    """Return the reserves that States have entered for all to read; what was told to the chair alone is not counted."""
    found: dict[UUID, list[Reserve]] = defaultdict(list)
    of_states = _positions_told_to_all(instrument, RESERVES)
    for key, state, stance in of_states.values_list("provision", "participant", "stance"):
        found[key].append(Reserve(state, stance))
    return found


def _positions_told_to_all(instrument: Instrument, stances: Sequence[Stance]) -> QuerySet[Position]:
    of_text = Position.objects.filter(
        provision__instrument=instrument, provision__is_live=True
    ).order_by()
    return latest(of_text, TO_ALL).filter(stance__in=stances)


# Where reserves are kept.
SOURCES: list[Source] = [reserved_provisions, reserves_of_states]


def reserves_of(instrument: Instrument) -> dict[UUID, list[Reserve]]:
    """
    Return the reserves that stand now, by the key of the provision; a constant number of queries.

    Where a State is named, the mark without a name beside it is the same reserve and counts once.
    """
    found: dict[UUID, list[Reserve]] = defaultdict(list)
    for source in SOURCES:
        for key, reserves in source(instrument).items():
            found[key] += reserves
    return {key: _told_once(reserves) for key, reserves in found.items()}


def _told_once(reserves: Sequence[Reserve]) -> list[Reserve]:
    named = sorted(
        {one for one in reserves if one.participant}, key=lambda one: (one.participant, one.kind)
    )
    return named or list(dict.fromkeys(reserves))
