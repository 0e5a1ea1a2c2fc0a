"""What the pages of a team manifest show: running numbers, names of countries, totals."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from incidents.formats.manifests import ITEMS, PEOPLE
from incidents.models import Deployment
from incidents.statuses import ManifestKind
from ots_portal.participants.countries import country_name


@dataclass(frozen=True)
class PersonView:
    number: int
    full_name: str
    function: str
    nationality: str
    document_number: str
    birth_date: date | None


@dataclass(frozen=True)
class ItemView:
    number: int
    kind: str
    description: str
    identifier: str
    quantity: int
    weight_kg: int | None


def manifest(deployment: Deployment) -> dict[str, Any]:
    """Return the people and things, in two queries."""
    people = people_of(deployment.members.values(*PEOPLE))
    items = items_of(deployment.manifest.order_by("kind", "position", "id").values(*ITEMS))
    return {
        "deployment": deployment,
        "people": people,
        "items": items,
        "weight_kg": sum(item.weight_kg or 0 for item in items),
    }


def people_of(rows: Iterable[Mapping[str, Any]]) -> list[PersonView]:
    return [
        PersonView(
            number=number,
            full_name=row["full_name"],
            function=row["function"],
            nationality=country_name(row["nationality"]),
            document_number=row["document_number"],
            birth_date=row["birth_date"],
        )
        for number, row in enumerate(rows, start=1)
    ]


def items_of(rows: Iterable[Mapping[str, Any]]) -> list[ItemView]:
    labels = dict(ManifestKind.choices)
    return [
        ItemView(
            number=number,
            kind=str(labels[row["kind"]]),
            description=row["description"],
            identifier=row["identifier"],
            quantity=row["quantity"],
            weight_kg=row["weight_kg"],
        )
        for number, row in enumerate(rows, start=1)
    ]
