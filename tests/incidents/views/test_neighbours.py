import pytest
from django.urls import reverse

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


def page(incident):
    return reverse("incidents:neighbours", args=[incident.pk])


def test_the_proposed_are_chosen_beforehand_with_part_and_reason(as_editor, quake):
    shown = as_editor.get(page(quake)).content.decode()

    assert "Kyrgyzstan — Neighbour: 98 km away" in shown
    assert shown.count("checked") == 1


def test_another_distance_proposes_others(as_editor, quake):
    near = as_editor.get(page(quake), {"km": "50"}).content.decode()
    far = as_editor.get(page(quake), {"km": "500"}).content.decode()

    assert ("Kyrgyzstan —" in near, "Kazakhstan —" in near) == (False, False)
    assert ("Kyrgyzstan —" in far, "Kazakhstan —" in far) == (True, True)


def test_a_river_proposes_those_below(as_editor, quake):
    shown = as_editor.get(page(quake), {"km": "0", "river": "ili"}).content.decode()

    assert "Kazakhstan — At risk: downstream on the Ili" in shown


@pytest.mark.parametrize("asked", [{"km": "-1"}, {"km": "5000"}, {"km": "x"}, {"river": "styx"}])
def test_an_impossible_reach_is_an_error_beside_its_field(as_editor, quake, asked):
    answer = as_editor.get(page(quake), asked)

    assert (answer.status_code, list(answer.context["reach_form"].errors)) == (200, list(asked))


def test_confirming_gives_the_part_and_leads_back(as_editor, quake):
    answer = as_editor.post(
        page(quake), {"participants": ["kyrgyzstan"], "km": "100.0", "river": ""}
    )

    assert (answer.status_code, answer["Location"]) == (302, quake.get_absolute_url())
    assert quake.involvements.get().participant_id == "kyrgyzstan"


def test_confirming_nobody_asks_for_one(as_editor, quake):
    answer = as_editor.post(page(quake), {"km": "100", "river": ""})

    assert (answer.status_code, quake.involvements.count()) == (422, 0)
    assert b"Choose at least one participant." in answer.content


def test_who_was_told_is_listed_and_not_offered_again(as_editor, quake):
    as_editor.post(page(quake), {"participants": ["kyrgyzstan"], "km": "100", "river": ""})

    shown = as_editor.get(page(quake)).content.decode()

    assert ("Kyrgyzstan —" in shown, "Told already" in shown) == (False, True)


def test_without_a_place_the_page_says_what_is_missing(as_editor, turkiye):
    nowhere = IncidentFactory(participant=turkiye, status="verified")

    assert b"no place yet" in as_editor.get(page(nowhere)).content


def test_the_incidents_page_reminds_the_owners_editors(as_editor, quake):
    shown = as_editor.get(quake.get_absolute_url(), {"whole": "1"}).content.decode()

    assert "Choose who is told" in shown
    assert "98 km away" in shown


def test_others_are_not_reminded(client, quake, editor_b):
    client.force_login(editor_b)

    assert b"Who must know" not in client.get(quake.get_absolute_url(), {"whole": "1"}).content


@pytest.mark.parametrize(("status", "answer"), [("draft", 409), ("closed", 409), ("active", 200)])
def test_the_step_is_for_incidents_that_others_may_read(as_editor, turkiye, status, answer):
    incident = IncidentFactory(participant=turkiye, status=status)

    assert as_editor.get(page(incident)).status_code == answer


def test_of_a_named_incident_the_head_tells_the_neighbours_and_shows_first_who_it_is(
    client, quake, editor_a, head_a
):
    type(quake).objects.filter(pk=quake.pk).update(classification="named")
    client.force_login(editor_a)
    refused = client.get(page(quake))
    client.force_login(head_a)
    late = client.post(page(quake), {"km": "100", "participants": ["kyrgyzstan"]})
    before = quake.involvements.count()
    sign_in(client, head_a)
    client.post(page(quake), {"km": "100", "participants": ["kyrgyzstan"]})

    assert (refused.status_code, "reauthenticate" in late["Location"], before) == (403, True, 0)
    assert quake.involvements.count() == 1
