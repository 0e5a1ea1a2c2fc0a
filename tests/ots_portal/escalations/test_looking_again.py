"""Clocks that nobody can answer any more end also where nothing happened to their own record."""

import pytest

from incidents.services import classification
from incidents.services import incidents as incident_services
from ots_portal.audit.models import AuditEntry
from ots_portal.escalations import services
from ots_portal.escalations.models import Clock
from ots_portal.notifications import pauses
from ots_portal.notifications import services as notifications
from tests.factories.incidents import a_part, reported
from tests.factories.requests import circulated


@pytest.fixture
def unanswered(clock, officer_on_duty, at, work):
    """Everybody was told of the request in vain."""
    work(at(15))
    clock.refresh_from_db()
    assert clock.status == "unanswered"
    return clock


def look_again(moment) -> int:
    return services.look_again(clock=lambda: moment)


def test_a_red_clock_ends_when_the_request_s_incident_is_left_to_named_participants(
    unanswered, told, head_a, at
):
    before = look_again(at(16))
    classification.restrict(told.incident, by=head_a, at=at(17), reason="Names of victims.")

    ended = look_again(at(18))

    unanswered.refresh_from_db()
    assert (before, ended, unanswered.status, unanswered.stopped_at) == (0, 1, "over", at(18))
    assert AuditEntry.objects.filter(kind="escalations.clock.ended").count() == 1


def test_a_participant_that_has_a_part_in_it_is_waited_for_all_the_same(
    unanswered, told, head_a, azerbaijan, at
):
    a_part(told.incident, azerbaijan)
    classification.restrict(told.incident, by=head_a, at=at(17), reason="Names of victims.")

    assert look_again(at(18)) == 0


def test_a_clock_that_runs_ends_as_well_and_tells_nobody_any_more(
    clock, told, head_a, head_b, at, work
):
    classification.restrict(told.incident, by=head_a, at=at(1), reason="Names of victims.")

    look_again(at(2))
    work(at(30))

    kinds = AuditEntry.objects.filter(kind__startswith="escalations.").values_list(
        "kind", flat=True
    )
    assert list(kinds) == ["escalations.clock.ended"]


def test_a_participant_that_lost_its_part_is_waited_for_no_longer(
    editor_a, second_editor_a, editor_b, at, now
):
    incident = reported(by=editor_a, at=now, classification="named")
    part = a_part(incident, editor_b.participant)
    incident_services.verify(incident, by=second_editor_a, at=now)
    notifications.fan_out_waiting(clock=lambda: now)
    part.delete()

    assert (look_again(at(1)), Clock.objects.get().status) == (1, "over")


def test_a_participant_of_whom_nobody_is_left_stays_red(unanswered, at):
    unanswered.participant.people.update(is_active=False)

    assert look_again(at(16)) == 0


def test_one_that_fails_holds_up_no_other(editor_a, editor_b, now, at, monkeypatch, caplog):
    first, second = circulated(by=editor_a), circulated(by=editor_a)
    notifications.fan_out_waiting(clock=lambda: now)

    def fails_for_the_first(clock):
        if clock.subject_id == str(first.pk):
            raise ZeroDivisionError
        return False

    monkeypatch.setattr(services, "_is_awaited", fails_for_the_first)

    assert look_again(at(1)) == 1
    assert Clock.objects.get(subject_id=str(second.pk)).status == "over"
    assert "could not go on" in caplog.text


def test_in_a_pause_nothing_ends(clock, told, head_a, administrator, at):
    classification.restrict(told.incident, by=head_a, at=at(1), reason="Names of victims.")
    pauses.pause(by=administrator, at=at(1), note="")

    assert look_again(at(2)) == 0


def test_beat_asks_every_minute(settings):
    asked = [
        job["schedule"]
        for job in settings.CELERY_BEAT_SCHEDULE.values()
        if job["task"] == "ots_portal.escalations.tasks.look_again"
    ]

    assert asked == [60.0]
