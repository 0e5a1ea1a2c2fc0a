"""An exercise stays one, and whatever is told of it says so."""

import pytest
from django.db import DatabaseError, transaction

from incidents.models import Incident, Involvement
from incidents.services import incidents as services
from incidents.services import involvements as parts
from ots_portal.audit.models import AuditEntry
from ots_portal.notifications import services as notifications
from ots_portal.notifications.models import Delivery
from ots_portal.notifications.presentation import items
from ots_portal.notifications.wording import is_of_exercise
from tests.factories.incidents import IncidentFactory, a_draft, reported


@pytest.mark.parametrize("is_exercise", [True, False])
def test_the_database_itself_keeps_what_an_incident_is(turkiye, is_exercise):
    incident = IncidentFactory(participant=turkiye, status="active", is_exercise=is_exercise)

    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(is_exercise=not is_exercise)

    incident.refresh_from_db()
    assert incident.is_exercise == is_exercise


def test_other_columns_change_and_the_same_value_may_be_written(turkiye):
    incident = IncidentFactory(participant=turkiye, status="active", is_exercise=True)
    incident.place = "Elbistan"

    incident.save()

    assert Incident.objects.get().place == "Elbistan"


def test_no_form_turns_an_exercise_into_what_really_happens(editor_a, now):
    exercise = services.create(a_draft(is_exercise=True), by=editor_a, at=now)

    services.update(exercise, a_draft(is_exercise=False), by=editor_a, at=now, version=1)

    assert Incident.objects.get().is_exercise


@pytest.mark.parametrize(
    ("record", "is_one"),
    [
        (Incident(is_exercise=True), True),
        (Incident(is_exercise=False), False),
        (Involvement(incident=Incident(is_exercise=True)), True),
        (Involvement(incident=Incident(is_exercise=False)), False),
        (object(), False),
    ],
)
def test_what_hangs_on_an_exercise_is_of_one(record, is_one):
    assert is_of_exercise(record) == is_one


@pytest.mark.parametrize(
    ("is_exercise", "begins"), [(True, ("EXERCISE: EX-", "TƏLİM: EX-")), (False, "OTS-")]
)
def test_every_mail_of_an_exercise_says_so_first(
    editor_a, second_editor_a, head_a, editor_b, azerbaijan, now, mailoutbox, is_exercise, begins
):
    """Through every kind of notice that an incident has."""
    incident = reported(by=editor_a, is_exercise=is_exercise)
    services.verify(incident, by=second_editor_a, at=now)
    services.set_level(incident, alert_level="green", by=editor_a, at=now, reason="Less.")
    services.set_level(incident, alert_level="red", by=editor_a, at=now)
    parts.add(incident, participant=azerbaijan, role="at_risk", by=editor_a, at=now)
    stays = reported(by=editor_a, is_exercise=is_exercise)
    services.merge(incident, by=editor_a, at=now, into=stays.pk, reason="The same.")
    notifications.work_through(clock=lambda: now)

    told = AuditEntry.objects.filter(pk__in=Delivery.objects.values("entry"))
    assert {entry.kind.rpartition(".")[2] for entry in told} >= {
        "reported", "verified", "level_lowered", "level_raised", "participant_added", "merged",
    }  # fmt: skip
    assert [mail.subject for mail in mailoutbox if not mail.subject.startswith(begins)] == []


def test_the_inbox_says_so_too(editor_a, second_editor_a, now):
    reported(by=editor_a, is_exercise=True)
    notifications.work_through(clock=lambda: now)

    (line,) = items(
        list(Delivery.objects.filter(channel="inbox", recipient=second_editor_a)),
        reader=second_editor_a,
    )

    assert line.headline.startswith("EXERCISE: EX-2026-0001")
