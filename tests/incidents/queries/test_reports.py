"""Who reads situation reports."""

import pytest
from django.contrib.auth.models import AnonymousUser

from incidents.queries import reports as queries
from tests.factories.incidents import IncidentFactory
from tests.factories.reports import a_report

PEOPLE = (
    "reader_a", "editor_a", "machine_a", "editor_b", "officer", "administrator", "auditor", "observer",
)  # fmt: skip


@pytest.fixture
def incident(turkiye):
    return IncidentFactory(participant=turkiye, status="active", countries=["TR"])


def readers(request, report):
    return {
        name
        for name in PEOPLE
        if queries.visible_to(request.getfixturevalue(name)).filter(pk=report.pk).exists()
    }


@pytest.mark.parametrize("status", ["draft", "submitted", "discarded"])
def test_what_is_not_published_is_read_at_home_only(request, incident, editor_a, status):
    report = a_report(incident, status, by=editor_a)

    assert readers(request, report) == {"reader_a", "editor_a", "machine_a"}


@pytest.mark.parametrize("status", ["published", "superseded", "withdrawn"])
def test_what_was_published_is_read_by_whoever_reads_the_incident(
    request, incident, editor_a, status
):
    report = a_report(incident, status, by=editor_a)

    assert readers(request, report) == {"reader_a", "editor_a", "machine_a", "editor_b", "officer"}


def test_a_joint_draft_is_the_secretariats(request, incident, officer):
    assert readers(request, a_report(incident, "draft", by=officer, joint=True)) == {"officer"}


def test_a_report_is_never_wider_open_than_its_incident(request, incident, editor_a):
    incident.classification = "named"
    incident.save()

    report = a_report(incident, "published", by=editor_a)

    assert readers(request, report) == {"reader_a", "editor_a", "machine_a", "officer"}


def test_a_participant_with_a_role_reads_it_too(request, incident, editor_a, observer, hungary):
    incident.involvements.create(participant=hungary, role="neighbour")

    assert "observer" in readers(request, a_report(incident, "published", by=editor_a))


def test_anonymous_visitors_read_nothing(incident, editor_a):
    a_report(incident, "published", by=editor_a)

    assert queries.visible_to(AnonymousUser()).count() == 0


@pytest.mark.parametrize("place", ["TR", "AZ", "SY"])
def test_the_countries_of_an_incident_are_those_affected_and_those_with_a_part(
    incident, azerbaijan, place
):
    incident.countries = ["TR", "SY"]
    incident.involvements.create(participant=azerbaijan, role="assisting")

    assert place in queries.countries_of(incident)


def test_a_participant_speaks_for_its_own_country_alone(incident, turkiye, azerbaijan):
    incident.countries = ["TR", "SY"]

    assert queries.countries_told_by(turkiye, incident) == {"TR"}
    assert queries.countries_told_by(azerbaijan, incident) == set()
    assert queries.countries_told_by(None, incident) == {"TR", "SY"}


def test_heads_find_what_waits_for_them_and_not_their_own(incident, editor_a, head_a, secretary):
    waiting = a_report(incident, "submitted", by=editor_a)
    other = IncidentFactory(participant=head_a.participant, status="active")
    a_report(other, "submitted", by=head_a)

    assert queries.waiting_for_publication_by(head_a, limit=5) == [waiting]
    assert queries.waiting_for_publication_by(secretary, limit=5) == []
    assert queries.waiting_for_publication_by(editor_a, limit=5) == []
