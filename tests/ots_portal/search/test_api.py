import pytest

from ots_portal import plugs
from ots_portal.api.scopes import SCOPES
from ots_portal.search.api import _scopes_of
from tests.factories.api import bearer
from tests.factories.documents import PDF, DocumentFactory
from tests.factories.incidents import ONSET, IncidentFactory
from tests.factories.meetings import MeetingFactory
from tests.factories.search import indexed
from tests.factories.sessions import sign_in

ADDRESS = "/api/v1/search/"


@pytest.fixture
def incident(turkiye):
    incident = IncidentFactory(
        status="active", participant=turkiye, number="OTS-2026-0147", titles={"en": "Flood on the Kür"},
        descriptions={"en": "The <water> of Kür's arm & more"},
    )  # fmt: skip
    indexed(incident)
    return incident


def test_a_hit_has_codes_plain_text_and_the_address_of_its_page(client, reader_a, incident):
    sign_in(client, reader_a)

    assert client.get(ADDRESS, {"q": "kur"}).json() == {
        "results": [
            {
                "kind": "incidents.incident",
                "id": str(incident.pk),
                "title": "OTS-2026-0147 Flood on the Kür",
                "snippet": "The <water> of Kür's arm & more",
                "language": "en",
                "participant": "turkiye",
                "at": "2026-11-20T08:00:00Z",
                "url": incident.get_absolute_url(),
            }
        ],
        "next": None,
        "previous": None,
    }


def test_a_partner_system_searches_what_its_participant_may_see(
    client, machine_a, machine_b, editor_b, incident
):
    hidden = IncidentFactory(status="draft", participant=editor_b.participant, titles={"en": "Kür"})
    indexed(hidden)

    found = [
        [hit["id"] for hit in client.get(ADDRESS, {"q": "kur"}, **bearer(machine, "incidents:read")).json()["results"]]
        for machine in (machine_a, machine_b)
    ]  # fmt: skip
    assert (found[0], sorted(found[1])) == (
        [str(incident.pk)],
        sorted([str(incident.pk), str(hidden.pk)]),
    )


@pytest.mark.parametrize(
    ("scopes", "count"), [(["meetings:read"], 0), (["circulars:read", "incidents:read"], 1), (["incidents:write"], 0)]
)  # fmt: skip
def test_a_token_searches_what_its_scopes_read(client, machine_a, incident, scopes, count):
    answer = client.get(ADDRESS, {"q": "kur"}, **bearer(machine_a, *scopes))

    assert (answer.status_code, len(answer.json()["results"])) == (200, count)


def test_a_token_cannot_name_a_kind_beyond_its_scopes(client, machine_a, incident):
    asked = {"q": "kur", "kind": "incidents.incident"}

    assert client.get(ADDRESS, asked, **bearer(machine_a, "meetings:read")).status_code == 400


def test_without_a_token_what_is_published_is_searched(client, incident):
    meeting = MeetingFactory(status="convened", titles={"en": "Kür"}, visibility="public")
    indexed(meeting)

    answer = client.get(ADDRESS, {"q": "kur"})

    assert (answer.status_code, [hit["id"] for hit in answer.json()["results"]], answer.cookies.output()) == (
        200, [str(meeting.pk)], "",
    )  # fmt: skip


def test_pages_lead_to_each_other_with_what_was_asked(client, reader_a, turkiye):
    for _ in range(3):
        indexed(IncidentFactory(status="active", participant=turkiye, titles={"en": "Kura"}))
    sign_in(client, reader_a)

    first = client.get(ADDRESS, {"q": "kura", "limit": 2}).json()
    second = client.get(first["next"]).json()

    assert (len(first["results"]), len(second["results"]), first["previous"], second["next"]) == (
        2,
        1,
        None,
        None,
    )
    assert "q=kura&limit=2&cursor=" in first["next"]


def test_filters_narrow(client, reader_a, incident):
    sign_in(client, reader_a)
    moment = ONSET.isoformat()

    counts = [
        len(client.get(ADDRESS, {"q": "kur", **asked}).json()["results"])
        for asked in ({"since": moment}, {"until": moment}, {"kind": "meetings.meeting"}, {"participant": "turkiye"})
    ]  # fmt: skip
    assert counts == [1, 0, 0, 1]


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({}, "q"),
        ({"q": "&|!()"}, "q"),
        ({"q": "kur", "kind": "people.user"}, "kind"),
        ({"q": "kur", "since": "yesterday"}, "since"),
        ({"q": "kur", "limit": "1000"}, "limit"),
        ({"q": "kur", "order": "rank"}, "order"),
    ],
)
def test_an_impossible_parameter_is_named(client, reader_a, incident, asked, parameter):
    sign_in(client, reader_a)

    answer = client.get(ADDRESS, asked)

    assert (answer.status_code, [error["parameter"] for error in answer.json()["errors"]]) == (
        400,
        [parameter],
    )


def test_a_cursor_that_was_not_given_out_is_refused(client, reader_a, incident):
    sign_in(client, reader_a)

    answer = client.get(ADDRESS, {"q": "kur", "cursor": "nonsense"})

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


@pytest.mark.parametrize(
    ("scopes", "count"),
    [
        (["crossrefs:read"], 0),
        (["meetings:read"], 0),
        (["incidents:read", "meetings:read", "circulars:read"], 1),
    ],
)
def test_a_token_searches_documents_when_it_reads_whatever_holds_them(
    client, machine_a, turkiye, scopes, count
):
    owner = IncidentFactory(status="active", participant=turkiye, titles={"en": "Flood"})
    indexed(DocumentFactory(owner=owner, title="Secret quay", content=PDF))

    answer = client.get(ADDRESS, {"q": "quay"}, **bearer(machine_a, *scopes))

    assert (answer.status_code, len(answer.json()["results"])) == (200, count)


def test_each_kind_is_read_with_a_scope_that_there_is():
    scopes = set().union(*(_scopes_of(one) for one in plugs.searchables.values()))

    assert scopes <= {scope.name for scope in SCOPES}
