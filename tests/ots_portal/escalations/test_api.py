"""The board for programs."""

import pytest
from django.urls import reverse

from tests.factories.api import bearer
from tests.factories.escalations import AcknowledgedFactory, ClockFactory, UnansweredFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.people import UserFactory

LIST = reverse("api:acknowledgements-list")


@pytest.fixture
def incident(turkiye, kazakhstan, editor_b):
    """Both who were told have people who can acknowledge."""
    UserFactory(participant=kazakhstan)
    return IncidentFactory(participant=turkiye, status="verified")


@pytest.fixture
def clock(incident, azerbaijan):
    return ClockFactory(subject=incident, participant=azerbaijan)


def test_a_partner_system_reads_the_clocks_of_its_participant(
    client, machine_b, clock, incident, kazakhstan
):
    UnansweredFactory(subject=incident, participant=kazakhstan)

    answer = client.get(LIST, **bearer(machine_b, "incidents:read"))

    assert answer.json()["results"] == [
        {
            "id": str(clock.pk), "version": 1, "status": "officers_told", "kind": "incidents.incident.verified",
            "subject": {
                "type": "incidents.incident", "id": str(incident.pk), "number": incident.number,
                "title": str(incident), "about": "",
            },
            "participant": "azerbaijan", "is_exercise": False, "started_at": "2026-11-20T12:00:00+00:00",
            "stepped_at": None, "next_at": "2026-11-20T12:05:00+00:00", "stopped_at": None,
        }
    ]  # fmt: skip


def test_of_a_record_out_of_sight_nothing_is_said(client, editor_b, clock, incident):
    incident.classification = "named"
    incident.save()
    client.force_login(editor_b)
    nothing = {"type": "incidents.incident", "id": "", "number": "", "title": "", "about": ""}

    (row,) = client.get(LIST).json()["results"]
    detail = client.get(reverse("api:acknowledgements-detail", args=[clock.pk])).json()

    assert row["subject"] == detail["subject"] == nothing


def test_the_list_is_narrowed(client, officer, editor_b, clock, incident, kazakhstan):
    unanswered = UnansweredFactory(subject=incident, participant=kazakhstan)
    other = IncidentFactory(participant=incident.participant, status="active")
    done = AcknowledgedFactory(subject=other, participant=clock.participant, stopped_by=editor_b)
    client.force_login(officer)

    def found(**wishes):
        return {row["id"] for row in client.get(LIST, wishes).json()["results"]}

    everything = {str(one.pk) for one in (clock, unanswered, done)}
    assert found() == everything
    assert found(status="open") == everything - {str(done.pk)}
    assert found(status="unanswered") == found(participant="kazakhstan") == {str(unanswered.pk)}
    assert found(subject=str(other.pk)) == {str(done.pk)}
    assert found(exercise="only") == set()
    assert client.get(LIST, {"status": "none"}).status_code == 400


def test_the_detail_names_who_acknowledged_to_colleagues_and_the_secretariat(
    client, officer, head_a, editor_b, incident
):
    done = AcknowledgedFactory(
        subject=incident, participant=editor_b.participant, stopped_by=editor_b
    )
    names = {}
    for person in (officer, editor_b, head_a):
        client.force_login(person)
        answer = client.get(reverse("api:acknowledgements-detail", args=[done.pk])).json()
        names[person] = (answer["acknowledged_by"], answer["steps"])

    assert names == {
        officer: ("Editor of B", []),
        editor_b: ("Editor of B", []),
        head_a: ("", []),
    }


def test_acknowledge_by_the_api(client, editor_b, clock, incident):
    client.force_login(editor_b)
    address = reverse("api:acknowledgements-acknowledge", args=[clock.pk])
    before = client.get(reverse("api:acknowledgements-detail", args=[clock.pk])).json()

    answer = client.post(address, content_type="application/json")
    again = client.post(address, content_type="application/json")

    assert before["steps"] == ["acknowledge"]
    assert (answer.status_code, answer.json()["status"], again.status_code) == (
        200, "acknowledged", 409,
    )  # fmt: skip
    assert incident.acknowledgements.get().by == editor_b


def test_a_request_says_its_incident_and_who_was_told(client, officer, told, deputy_b, at, work):
    work(at(5))
    client.force_login(officer)

    (row,) = client.get(LIST).json()["results"]
    detail = client.get(reverse("api:acknowledgements-detail", args=[row["id"]])).json()

    assert (row["subject"]["title"], row["subject"]["about"]) == (told.number, str(told.incident))
    assert detail["told"] == [
        {"kind": "escalations.clock.deputies_told", "at": "2026-11-20T12:05:00+00:00"}
    ]
