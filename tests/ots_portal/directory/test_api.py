import pytest

from ots_portal.directory import services
from ots_portal.participants.models import EmergencyNumber
from tests.factories.api import bearer
from tests.factories.directory import AuthorityFactory, ContactPointFactory, EmergencyNumberFactory
from tests.factories.people import ParticipantFactory

LIST = "/api/v1/participants/"
DETAIL = f"{LIST}turkiye/"
SCOPE = "participants:read"


@pytest.fixture
def _directory(turkiye, azerbaijan):
    AuthorityFactory(participant=turkiye)
    EmergencyNumberFactory(participant=turkiye)
    ContactPointFactory(participant=turkiye)


@pytest.mark.usefixtures("_directory")
def test_the_list_tells_codes(client, machine_b):
    answer = client.get(LIST, **bearer(machine_b, SCOPE)).json()

    told = [(row["slug"], row["kind"], row["iso2"]) for row in answer["results"]]
    assert told == [("azerbaijan", "member", "AZ"), ("turkiye", "member", "TR")]
    assert (answer["next"], answer["previous"]) == (None, None)


@pytest.mark.usefixtures("_directory")
def test_the_detail_tells_what_stands_now(client, machine_b):
    answer = client.get(DETAIL, **bearer(machine_b, SCOPE)).json()

    (point,), (number,), (ministry,) = (
        answer[name] for name in ("contact_points", "emergency_numbers", "authorities")
    )
    assert (point["phones"], point["is_always_open"], point["checked_on_date"]) == (
        [{"number": "+903125550101", "extension": "12"}], True, "2026-11-01",
    )  # fmt: skip
    assert (number["number"], ministry["acronym"]) == ("112", "MES")


@pytest.mark.usefixtures("_directory")
@pytest.mark.parametrize(
    ("person", "count"), [("reader_a", 1), ("officer", 1), ("observer", 0), ("auditor", 0)]
)
def test_contact_points_are_told_by_their_visibility(request, client, person, count):
    client.force_login(request.getfixturevalue(person))

    answer = client.get(DETAIL).json()

    assert (len(answer["contact_points"]), len(answer["emergency_numbers"])) == (count, 1)


@pytest.mark.usefixtures("_directory")
def test_versions_that_ended_are_not_told(client, machine_b, editor_a, now):
    old = EmergencyNumber.objects.get()
    services.correct(old, reason="Merged", by=editor_a, at=now, number="911")

    numbers = client.get(DETAIL, **bearer(machine_b, SCOPE)).json()["emergency_numbers"]

    assert [number["number"] for number in numbers] == ["911"]


@pytest.mark.usefixtures("_directory")
@pytest.mark.parametrize("path", [LIST, DETAIL])
def test_what_is_held_is_not_sent_again(client, machine_b, path):
    header = bearer(machine_b, SCOPE)
    first = client.get(path, **header)

    again = client.get(path, HTTP_IF_NONE_MATCH=first["ETag"], **header)

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert first["Cache-Control"] == "private, no-cache"


@pytest.mark.usefixtures("_directory")
def test_the_tag_is_another_one_for_whoever_sees_less(client, machine_b, observer):
    whole = client.get(DETAIL, **bearer(machine_b, SCOPE))["ETag"]
    client.force_login(observer)

    assert client.get(DETAIL)["ETag"] != whole


@pytest.mark.usefixtures("_directory")
def test_the_list_is_narrowed(client, machine_b):
    header = bearer(machine_b, SCOPE)

    found = {
        query: [row["slug"] for row in client.get(f"{LIST}?{query}", **header).json()["results"]]
        for query in ("q=azer", "kind=observer", "q=112")
    }

    assert found == {"q=azer": ["azerbaijan"], "kind=observer": [], "q=112": ["turkiye"]}


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"{LIST}?sort=name", 400, "unknown_parameter"),
        (f"{LIST}?kind=king", 400, "bad_parameter"),
        (f"{LIST}?q=a&q=b", 400, "unknown_parameter"),
        (f"{LIST}atlantis/", 404, "not_found"),
        (f"{DETAIL}?q=a", 400, "unknown_parameter"),
    ],
)
def test_what_cannot_be_answered_is_a_problem_document(client, machine_a, path, status, code):
    answer = client.get(path, **bearer(machine_a, SCOPE))

    assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (
        status, "application/problem+json", code,
    )  # fmt: skip


@pytest.mark.parametrize("path", [LIST, DETAIL])
def test_a_token_needs_the_scope(client, machine_a, path):
    answer = client.get(path, **bearer(machine_a, "incidents:read"))

    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")


@pytest.mark.parametrize("path", [LIST, DETAIL])
def test_nobody_is_told_without_a_token(client, turkiye, path):
    assert client.get(path).status_code == 401


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_directory_is_kept_by_people(client, machine_a, method):
    answer = getattr(client, method)(DETAIL, **bearer(machine_a, SCOPE, "participants:write"))

    assert answer.status_code in (403, 405)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_much_however_many_there_are(
    client, machine_a, count, django_assert_num_queries
):
    for slug in ("kazakhstan", "kyrgyzstan", "uzbekistan")[:count]:
        ContactPointFactory(participant=ParticipantFactory(slug=slug))
    header = bearer(machine_a, SCOPE)

    with django_assert_num_queries(5):
        answer = client.get(LIST, **header)

    assert len(answer.json()["results"]) == count + 1
