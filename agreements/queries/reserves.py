"""Which reserves stand on the provisions of a text: the one place that counts them."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from agreements.models import Instrument, Provision
from agreements.statuses import ProvisionStatus


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
    """Return a reserve of nobody in particular for each provision that is marked as reserved."""
    marked = Provision.objects.filter(
        instrument=instrument, is_live=True, status=ProvisionStatus.RESERVED
    )
    return {key: (Reserve(),) for key in marked.values_list("pk", flat=True)}


# Where reserves are kept; positions of States are one more line here.
SOURCES: list[Source] = [reserved_provisions]


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
