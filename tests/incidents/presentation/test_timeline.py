from datetime import timedelta

import pytest

from incidents.presentation import timeline
from incidents.services import incidents as services
from ots_portal.audit.services import record
from tests.factories.incidents import ONSET, IncidentFactory, a_draft, reported


@pytest.fixture
def incident(editor_a):
    return reported(by=editor_a)


def titles(incident, reader):
    page = timeline.page_of_incident(incident, reader=reader)
    return [str(line.title) for line in page.rows]


def test_the_newest_stands_first(incident, editor_a, second_editor_a):
    services.verify(incident, by=second_editor_a, at=ONSET + timedelta(minutes=5))

    assert titles(incident, editor_a)[:2] == [
        "An incident is verified",
        "A report waits for verification",
    ]


def test_colleagues_read_who_others_read_which_participant(incident, editor_a, editor_b):
    own, foreign = (
        timeline.page_of_incident(incident, reader=reader).rows[0].actor
        for reader in (editor_a, editor_b)
    )

    assert (own, foreign) == (
        f"{editor_a.full_name}, {editor_a.participant.name}",
        editor_a.participant.name,
    )


def test_which_fields_changed_is_told_to_the_owner_alone(incident, editor_a, editor_b):
    services.update(
        incident,
        a_draft(title="Strong earthquake"),
        by=editor_a,
        at=ONSET + timedelta(minutes=1),
        version=incident.version,
    )

    own, foreign = (
        timeline.page_of_incident(incident, reader=reader).rows[0].text
        for reader in (editor_a, editor_b)
    )
    assert (own, foreign) == ("Title", "")


def test_another_incident_s_entries_are_not_in_it(incident, editor_a, turkiye):
    other = IncidentFactory(participant=turkiye, status="active")
    record("incidents.incident.closed", subject=other, by=editor_a, at=ONSET)

    assert "An incident is closed" not in titles(incident, editor_a)


def test_pages_follow_each_other(incident, editor_a):
    for n in range(3):
        record(
            "incidents.incident.updated",
            subject=incident,
            by=editor_a,
            at=ONSET + timedelta(minutes=n + 1),
        )

    first = timeline.page_of_incident(incident, reader=editor_a, size=2)
    second = timeline.page_of_incident(incident, reader=editor_a, size=2, cursor=first.older)

    assert (len(first.rows), len(second.rows), bool(second.newer)) == (2, 2, True)
    assert not {line.at for line in first.rows} & {line.at for line in second.rows}
