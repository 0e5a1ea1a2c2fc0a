"""One incident on paper."""

from django.urls import reverse

from tests.factories.incidents import IncidentFactory, reported
from tests.ots_portal.paper.reading import text_of


def paper(client, incident):
    answer = client.get(reverse("incidents:pdf", args=[incident.pk]))
    assert answer.status_code == 200
    return text_of(answer.content)


def test_it_says_what_the_page_says(client, editor_a, reader_a):
    incident = reported(by=editor_a)
    client.force_login(reader_a)

    text = paper(client, incident)

    wanted = [
        incident.number,
        "Pazarcıkearthquake",
        "Feltwidely.",
        "Areportwaitsforverification",  # read back without spaces
    ]
    assert [word for word in wanted if word not in text] == []


def test_an_exercise_says_so_on_its_page(client, reader_a, turkiye):
    exercise = IncidentFactory(
        participant=turkiye, status="active", is_exercise=True, number="EX-2026-0009"
    )
    client.force_login(reader_a)

    assert "EXERCISE" in paper(client, exercise)


def test_who_may_not_read_it_gets_no_paper(client, observer, turkiye):
    incident = IncidentFactory(participant=turkiye, status="active", classification="named")
    client.force_login(observer)

    assert client.get(reverse("incidents:pdf", args=[incident.pk])).status_code == 404
