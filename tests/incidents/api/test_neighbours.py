import pytest
from django.urls import reverse

from tests.factories.api import bearer
from tests.factories.incidents import IncidentFactory
from tests.factories.people import ParticipantFactory
from tests.factories.sessions import sign_in


@pytest.fixture
def kyrgyzstan():
    return ParticipantFactory(slug="kyrgyzstan", iso2="KG", iso3="KGZ", names={"en": "Kyrgyzstan"})


@pytest.fixture
def quake(turkiye, kyrgyzstan, kazakhstan):
    return IncidentFactory(
        participant=turkiye,
        status="verified",
        countries=["CN"],
        latitude=39.014,
        longitude=74.802,
    )


@pytest.fixture
def as_editor(client, editor_a):
    client.force_login(editor_a)
    return client


def address(incident):
    return reverse("api:incidents-neighbours", args=[incident.pk])


def post(client, incident, body, **more):
    return client.post(address(incident), body, content_type="application/json", **more)


@pytest.mark.parametrize(("asked", "slugs"), [({}, ["kyrgyzstan"]), ({"km": "50"}, [])])
def test_the_real_earthquake_concerns_kyrgyzstan_at_100_km_and_nobody_at_50(
    as_editor, quake, asked, slugs
):
    told = as_editor.get(address(quake), asked).json()

    assert [row["participant"] for row in told["results"]] == slugs


def test_a_proposal_says_part_distance_and_river(as_editor, quake):
    told = as_editor.get(address(quake), {"river": "ili"}).json()

    assert told == {
        "km": 100.0,
        "river": "ili",
        "results": [
            {
                "participant": "kyrgyzstan",
                "role": "neighbour",
                "distance_km": pytest.approx(97.6, abs=0.5),
                "river": "",
                "told_as": "",
            },
            {
                "participant": "kazakhstan",
                "role": "at_risk",
                "distance_km": None,
                "river": "ili",
                "told_as": "",
            },
        ],
    }


def test_the_usual_distance_is_a_setting(as_editor, quake, settings):
    settings.PORTAL_NEIGHBOUR_KM = 50.0

    assert as_editor.get(address(quake)).json()["results"] == []


@pytest.mark.parametrize(
    "asked", [{"km": "-1"}, {"km": "1001"}, {"km": "nan"}, {"river": "styx"}, {"miles": "1"}]
)
def test_an_impossible_reach_is_400(as_editor, quake, asked):
    assert as_editor.get(address(quake), asked).status_code == 400


def test_confirming_gives_the_part(as_editor, quake):
    told = post(as_editor, quake, {"participants": ["kyrgyzstan"]}).json()

    assert [row["told_as"] for row in told["results"]] == ["neighbour"]
    assert quake.involvements.get().reason == "distance 98"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"participants": []},
        {"participants": ["kazakhstan"]},
        {"participants": "kyrgyzstan"},
        {"participants": ["kyrgyzstan"], "km": "100"},
        {"participants": ["kyrgyzstan"], "km": 1e9},
        {"participants": ["kyrgyzstan"], "river": "styx"},
        {"participants": ["kyrgyzstan"], "role": "affected"},
    ],
)
def test_an_impossible_confirmation_is_400_and_changes_nothing(as_editor, quake, body):
    assert (post(as_editor, quake, body).status_code, quake.involvements.count()) == (400, 0)


def test_the_same_request_twice_is_done_once(as_editor, quake):
    key = {"HTTP_IDEMPOTENCY_KEY": "once"}

    first = post(as_editor, quake, {"participants": ["kyrgyzstan"]}, **key)
    again = post(as_editor, quake, {"participants": ["kyrgyzstan"]}, **key)

    assert (first.content, again["Idempotency-Replayed"]) == (again.content, "true")


def test_a_version_that_was_not_seen_is_412(as_editor, quake):
    answer = post(as_editor, quake, {"participants": ["kyrgyzstan"]}, HTTP_IF_MATCH='"7.x"')

    assert (answer.status_code, quake.involvements.count()) == (412, 0)


def test_a_partner_system_looks_and_tells_nobody(client, machine_a, quake):
    headers = bearer(machine_a, "incidents:read", "incidents:write")

    looked = client.get(address(quake), **headers)
    told = post(client, quake, {"participants": ["kyrgyzstan"]}, **headers)

    assert (looked.status_code, told.status_code, quake.involvements.count()) == (200, 403, 0)


def test_of_a_named_incident_a_fresh_head_alone_tells_the_neighbours(
    client, quake, editor_a, head_a
):
    type(quake).objects.filter(pk=quake.pk).update(classification="named")
    answers = []
    for person, minutes in ((editor_a, 0), (head_a, 11), (head_a, 0)):
        sign_in(client, person, minutes_ago=minutes)
        answers.append(post(client, quake, {"participants": ["kyrgyzstan"]}))

    assert [answer.json().get("code", "") for answer in answers] == [
        "not_allowed",
        "step_up_required",
        "",
    ]
