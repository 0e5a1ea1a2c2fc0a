"""Every member that an answer has is described, so that ``fields`` can name it: over the permission matrix."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve, reverse

from ots_portal.api.slimming import members_of
from tests.factories.sessions import sign_in
from tests.test_permission_matrix import ASKED, PRINCIPALS, ROWS, Row, _address_arguments, _subject

READERS = ("hA", "se", "sh", "sy", "eA", "rA", "hB")


def _first_rows() -> list[tuple[Row, str]]:
    """One row for each endpoint that somebody reads, and who does."""
    found: dict[str, tuple[Row, str]] = {}
    for row in ROWS:
        reader = next((name for name in READERS if row.answers[name] == "Y"), "")
        if reader and row.endpoint and row.endpoint.startswith("GET "):
            found.setdefault(row.endpoint, (row, reader))
    return list(found.values())


def _not_described(value: Any, known: Mapping[str, Any], before: str = "") -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _not_described(one, known, before)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in known:
                yield f"{before}{name}"
            elif known[name]:
                yield from _not_described(inner, known[name], f"{before}{name}.")


@pytest.mark.parametrize(
    ("row", "reader"), [pytest.param(row, who, id=row.endpoint) for row, who in _first_rows()]
)
def test_every_member_of_an_answer_can_be_named(request, row, reader):
    people = {
        name: request.getfixturevalue(fixture) for name, fixture in PRINCIPALS.items() if fixture
    }
    subject, name = _subject(row, people), row.endpoint.split()[1]
    address = reverse(name, args=_address_arguments(row, subject, name))
    route = resolve(address).func
    form = {"list": "row_form", "retrieve": "detail_form"}.get(
        getattr(route, "actions", {}).get("get", "")
    )
    described = getattr(route.cls, form) if form else None
    if described is None:
        return  # it takes no ``fields``
    client = Client()
    sign_in(client, people[reader])

    body = client.get(address, ASKED.get(row.action, {})).json()

    records = body["results"] if form == "row_form" else body
    assert set(_not_described(records, members_of(described))) == set()
