"""Who is told one after the other, and when it ends (F28): the story is told with a clock that tests set."""

from datetime import timedelta

import pytest
from django.utils import translation

from incidents.models import AlertReceipt
from incidents.services import acknowledgements, received_alerts
from incidents.services import incidents as incident_services
from incidents.services import requests as request_services
from ots_portal.audit.models import AuditEntry
from ots_portal.duty.models import Shift
from ots_portal.escalations import presentation, queries, services, starting
from ots_portal.escalations.models import Clock
from ots_portal.lifecycle import WrongStatus
from ots_portal.notifications import pauses
from ots_portal.notifications import services as notifications
from ots_portal.notifications.models import Delivery, OutboxRow
from ots_portal.notifications.silence import telling_nobody
from ots_portal.plugs import notices
from ots_portal.verdicts import Refused
from tests.factories.alerts import AT, received
from tests.factories.incidents import a_part, reported
from tests.factories.people import UserFactory
from tests.factories.requests import a_head, circulated
from tests.samples.alerts import area_xml, info_xml

IN_TURKIYE = info_xml(area=area_xml("39.0,32.0 39.0,33.0 40.0,33.0 40.0,32.0 39.0,32.0"))


def steps() -> list[str]:
    """The kinds of the steps' entries, in their order."""
    entries = AuditEntry.objects.filter(kind__startswith="escalations.").order_by("recorded_at")
    return [kind.rpartition(".")[2] for kind in entries.values_list("kind", flat=True)]


def whom(kind: str) -> list[str]:
    """The names of whom a step has told."""
    told = Delivery.objects.filter(entry__kind=f"escalations.clock.{kind}", channel="mail")
    return sorted(told.values_list("recipient__full_name", flat=True))


def state() -> tuple[str, timedelta | None]:
    """The status of the one clock, and after how much time somebody else is told."""
    clock = Clock.objects.get()
    return clock.status, clock.next_at and clock.next_at - clock.started_at


# ── one after the other ─────────────────────────────────────────────────────────────────────────


def test_whoever_is_told_gets_a_clock(told, now):
    clock = Clock.objects.get()

    assert (clock.participant_id, clock.status, clock.number, clock.started_at) == (
        "azerbaijan", "officers_told", told.number, now,
    )  # fmt: skip
    assert state() == ("officers_told", timedelta(minutes=5))


def test_deputy_head_and_secretariat_are_told_at_5_10_and_15_minutes(
    clock, deputy_b, head_b, officer_on_duty, secretary, at, work
):
    seen = []
    for minute in range(1, 21):
        work(at(minute))
        seen.append((minute, *steps()))

    assert [one for one, before in zip(seen[1:], seen, strict=False) if one[1:] != before[1:]] == [
        (5, "deputies_told"),
        (10, "deputies_told", "heads_told"),
        (15, "deputies_told", "heads_told", "secretariat_told"),
    ]
    assert [whom(kind) for kind in ("deputies_told", "heads_told", "secretariat_told")] == [
        ["Deputy of B"], ["Head of B"], ["Officer"],
    ]  # fmt: skip
    assert state() == ("unanswered", None)


def test_a_step_that_would_reach_nobody_goes_on_to_the_next_at_once(clock, head_b, at, work):
    work(at(5))

    assert (steps(), whom("heads_told"), state()) == (
        ["heads_told"], ["Head of B"], ("heads_told", timedelta(minutes=15)),
    )  # fmt: skip


def test_a_head_who_was_told_as_the_officer_on_duty_is_nobody_new(
    editor_a, head_b, officer, at, work, now
):
    head_b.is_on_duty = True
    head_b.save()
    circulated(by=editor_a)
    notifications.fan_out_waiting(clock=lambda: now)

    work(at(5))

    assert (steps(), whom("secretariat_told")) == (["secretariat_told"], ["Officer"])


def test_the_secretariat_s_officer_who_had_the_alert_too_is_told_that_nobody_answers(
    officer_on_duty, clock, at, work
):
    assert Delivery.objects.filter(entry=clock.entry, recipient=officer_on_duty).exists()

    work(at(15))

    assert (steps(), whom("secretariat_told")) == (["secretariat_told"], ["Officer"])


def test_a_step_s_message_says_the_participant_in_its_reader_s_language(clock, told, deputy_b):
    told.incident.titles = {"en": "Flood", "az": "Daşqın"}
    told.incident.save()
    page = presentation.page_of(clock, told, deputy_b)  # fetched in English

    with translation.override("az"):
        assert (page.participant, page.name) == (
            "Azərbaycan", f"{told.number} · {told.incident.number} Daşqın",
        )  # fmt: skip


def test_where_nobody_of_the_secretariat_is_on_duty_all_of_it_is_told(
    clock, officer, secretary, at, work
):
    work(at(15))

    assert whom("secretariat_told") == ["Officer", "Secretary"]


def test_the_clock_is_unanswered_also_where_the_secretariat_has_nobody(clock, at, work):
    work(at(15))

    assert (steps(), state()) == (["secretariat_told"], ("unanswered", None))


def test_who_was_suspended_or_may_not_see_it_is_not_told(clock, deputy_b, head_b, at, work):
    deputy_b.is_active = False
    deputy_b.save()

    work(at(5))

    assert (steps(), whom("heads_told")) == (["heads_told"], ["Head of B"])


def test_where_a_participant_has_nobody_left_the_secretariat_is_told(
    clock, officer_on_duty, at, work
):
    clock.participant.people.update(is_active=False, is_on_duty=False)

    work(at(5))

    assert (steps(), whom("secretariat_told")) == (["secretariat_told"], ["Officer"])


def test_a_deputy_whose_shift_is_over_is_not_told(clock, deputy_b, head_b, at, work, now):
    Shift.objects.update(ends_at=now + timedelta(minutes=4))

    work(at(5))

    assert steps() == ["heads_told"]


def test_a_worker_that_comes_late_takes_the_steps_one_after_the_other_and_each_once(
    clock, deputy_b, head_b, officer_on_duty, at, work
):
    taken = work(at(40))
    again = work(at(41))

    assert (taken, again, sorted(steps())) == (
        3, 0, ["deputies_told", "heads_told", "secretariat_told"],
    )  # fmt: skip


def test_the_minutes_can_be_set_for_each_kind(settings, editor_a, editor_b, head_b, now):
    settings.PORTAL_ESCALATION_MINUTES = {
        "default": (5, 10, 15),
        "incidents.request.circulated": (1, 2, 30),
    }
    circulated(by=editor_a)
    notifications.fan_out_waiting(clock=lambda: now)

    services.work_through(clock=lambda: now + timedelta(minutes=1))

    assert state() == ("heads_told", timedelta(minutes=30))


def test_an_error_with_one_clock_does_not_hold_up_the_others(
    editor_a, editor_b, kazakhstan, monkeypatch, caplog, at, now
):
    UserFactory(participant=kazakhstan, is_on_duty=True)
    circulated(by=editor_a)
    notifications.fan_out_waiting(clock=lambda: now)
    who_was_told = queries.who_was_told

    def fails_for_one(clock, *, at):
        if clock.participant_id == "azerbaijan":
            raise ZeroDivisionError
        return who_was_told(clock, at=at)

    monkeypatch.setattr(queries, "who_was_told", fails_for_one)

    services.work_through(clock=lambda: at(5))

    assert dict(Clock.objects.values_list("participant", "status")) == {
        "azerbaijan": "officers_told",
        "kazakhstan": "unanswered",
    }
    assert "could not go on" in caplog.text


# ── nobody on duty ──────────────────────────────────────────────────────────────────────────────


def test_a_participant_with_nobody_on_duty_is_told_by_its_head_at_once(
    editor_a, editor_b, head_b, at, work, now
):
    editor_b.is_on_duty = False
    editor_b.save()
    circulated(by=editor_a)
    notifications.fan_out_waiting(clock=lambda: now)
    assert state() == ("nobody_on_duty", timedelta(0))

    work(at(0))

    assert (steps(), whom("heads_told"), state()) == (
        ["heads_told"], ["Head of B"], ("heads_told", timedelta(minutes=15)),
    )  # fmt: skip


def test_of_a_verified_incident_those_with_a_part_in_it_are_told_also_without_anybody_on_duty(
    editor_a, second_editor_a, head_b, kazakhstan, now
):
    UserFactory(participant=kazakhstan, role="head")
    incident = reported(by=editor_a, at=now)
    a_part(incident, head_b.participant)

    incident_services.verify(incident, by=second_editor_a, at=now)
    notifications.fan_out_waiting(clock=lambda: now)

    assert list(Clock.objects.values_list("participant", "status")) == [
        ("azerbaijan", "nobody_on_duty")
    ]


def test_secretariat_and_readers_have_no_clock(editor_a, officer_on_duty, azerbaijan, now):
    UserFactory(participant=azerbaijan, role="reader")
    circulated(by=editor_a)

    notifications.fan_out_waiting(clock=lambda: now)

    assert Clock.objects.count() == 0


# ── standing ────────────────────────────────────────────────────────────────────────────────────


def test_the_clock_stands_with_the_acknowledgement_whoever_of_the_participant_gave_it(
    clock, told, head_b, deputy_b, at, work
):
    acknowledgements.acknowledge(told, by=head_b, at=at(4))
    work(at(20))

    clock.refresh_from_db()
    assert (clock.status, clock.stopped_at, clock.stopped_by, clock.is_by_link) == (
        "acknowledged", at(4), head_b, False,
    )  # fmt: skip
    assert steps() == ["acknowledged"]


def test_an_acknowledgement_after_the_last_step_counts_all_the_same(
    clock, told, editor_b, officer, at, work
):
    work(at(15))

    acknowledgements.acknowledge(told, by=editor_b, at=at(90))

    assert steps() == ["secretariat_told", "acknowledged"]


def test_the_others_clocks_run_on(clock, told, kazakhstan, editor_b, at):
    other = Clock.objects.create(
        status="officers_told",
        entry=clock.entry,
        participant=kazakhstan,
        subject_type=clock.subject_type,
        subject_id=clock.subject_id,
        acknowledged_kind=clock.acknowledged_kind,
        started_at=clock.started_at,
        counted_from=clock.started_at,
        updated_at=clock.started_at,
        next_at=clock.next_at,
    )

    acknowledgements.acknowledge(told, by=editor_b, at=at(1))

    other.refresh_from_db()
    assert other.status == "officers_told"


def test_who_acknowledged_before_the_messages_went_out_has_no_clock(
    editor_a, editor_b, kazakhstan, now
):
    UserFactory(participant=kazakhstan, is_on_duty=True)
    request = circulated(by=editor_a)
    acknowledgements.acknowledge(request, by=editor_b, at=now)

    notifications.fan_out_waiting(clock=lambda: now)

    assert list(Clock.objects.values_list("participant", flat=True)) == ["kazakhstan"]


def test_an_acknowledgement_that_was_recorded_while_the_clock_was_made_stops_it(
    clock, told, editor_b, deputy_b, at, work
):
    acknowledgements.acknowledge(told, by=editor_b, at=at(0))
    Clock.objects.update(  # as if the two had not seen each other
        status="officers_told", stopped_at=None, stopped_by=None, next_at=at(5)
    )

    work(at(1))

    clock.refresh_from_db()
    assert (clock.status, clock.stopped_by) == ("acknowledged", editor_b)


def test_the_clock_ends_with_what_it_is_about(clock, told, editor_a, deputy_b, at, work):
    request_services.withdraw(told, by=a_head(editor_a), at=at(3), reason="Found at home.")
    work(at(20))

    clock.refresh_from_db()
    assert (clock.status, clock.stopped_at, clock.stopped_by) == ("over", at(3), None)
    assert steps() == ["ended"]


def test_the_clock_ends_where_the_participant_may_not_see_it_any_more(
    editor_a, second_editor_a, editor_b, deputy_b, work, at, now
):
    incident = reported(by=editor_a, at=now, classification="named")
    part = a_part(incident, editor_b.participant)
    incident_services.verify(incident, by=second_editor_a, at=now)
    notifications.fan_out_waiting(clock=lambda: now)
    part.delete()

    work(at(5))

    assert (state(), whom("deputies_told"), steps()) == (("over", None), [], ["ended"])


def test_a_second_notice_of_the_same_record_starts_no_second_clock(clock, told, now):
    entry = clock.entry

    starting.start_clocks(notices[entry.kind], entry, at=now + timedelta(minutes=1))

    assert list(Clock.objects.values_list("started_at", flat=True)) == [now]


# ── by a person ─────────────────────────────────────────────────────────────────────────────────


def test_acknowledge_does_what_the_page_of_the_record_does(clock, told, editor_b, at):
    services.acknowledge(clock, by=editor_b, at=at(2))

    assert list(told.acknowledgements.values_list("participant", "by", "at")) == [
        ("azerbaijan", editor_b.pk, at(2))
    ]
    assert steps() == ["acknowledged"]


def test_acknowledge_twice_is_refused(clock, editor_b, head_b, at):
    stale = Clock.objects.get()
    services.acknowledge(clock, by=editor_b, at=at(2))

    for one in (stale, Clock.objects.get()):
        with pytest.raises(WrongStatus):
            services.acknowledge(one, by=head_b, at=at(3))

    assert steps() == ["acknowledged"]


@pytest.mark.parametrize("who", ["editor_a", "officer", "secretary", "machine_b", "administrator"])
def test_acknowledge_is_refused_to_all_but_those_who_act_for_the_participant(
    request, clock, at, who
):
    with pytest.raises(Refused):
        services.acknowledge(clock, by=request.getfixturevalue(who), at=at(1))


def test_acknowledge_is_refused_to_a_reader_of_the_participant(clock, azerbaijan, at):
    with pytest.raises(Refused):
        services.acknowledge(clock, by=UserFactory(participant=azerbaijan, role="reader"), at=at(1))


def test_a_received_alert_is_acknowledged_by_the_message_that_cap_asks_for(
    editor_a,
):
    editor_a.is_on_duty = True
    editor_a.save()
    alert = received(info=IN_TURKIYE)
    notifications.fan_out_waiting(clock=lambda: AT)
    clock = Clock.objects.get()

    services.acknowledge(clock, by=editor_a, at=AT + timedelta(minutes=2))

    receipt = AlertReceipt.objects.get(alert=alert)
    assert (receipt.message_type, "<msgType>Ack</msgType>" in receipt.xml) == ("Ack", True)
    clock.refresh_from_db()
    assert (clock.status, clock.stopped_by) == ("acknowledged", editor_a)


def test_a_received_alert_that_is_ignored_or_over_waits_for_nobody(editor_a, officer, work):
    editor_a.is_on_duty = True
    editor_a.save()
    alert = received(info=IN_TURKIYE)
    notifications.fan_out_waiting(clock=lambda: AT)

    received_alerts.ignore(alert, by=officer, at=AT)

    assert Clock.objects.get().status == "over"


# ── pauses ──────────────────────────────────────────────────────────────────────────────────────


def test_in_a_pause_the_clocks_stand_still_and_then_everybody_has_five_minutes(
    clock, deputy_b, administrator, at, work
):
    pauses.pause(by=administrator, at=at(1), note="")
    work(at(30))
    assert steps() == []

    pauses.resume(unknown=pauses.Unknown.SEND, by=administrator, at=at(30))
    work(at(34))
    assert steps() == []

    work(at(35))
    assert (steps(), Clock.objects.get().next_at) == (["deputies_told"], at(40))


# ── the demonstration ───────────────────────────────────────────────────────────────────────────


def test_what_nobody_is_told_of_starts_no_clock(editor_a, editor_b, now):
    with telling_nobody():
        circulated(by=editor_a)

    notifications.fan_out_waiting(clock=lambda: now)

    assert (Clock.objects.count(), OutboxRow.objects.filter(fanned_out_at=None).count()) == (0, 0)


def test_the_workers_of_all_else_look_after_clocks_should_that_of_alerts_be_away(settings):
    asked = [
        job
        for job in settings.CELERY_BEAT_SCHEDULE.values()
        if job["task"] == "ots_portal.escalations.tasks.sweep"
    ]

    assert {job["options"].get("queue", "alerts") for job in asked} == {"alerts", "celery"}
