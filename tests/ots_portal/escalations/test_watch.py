"""A change of watch while a clock runs: whoever comes on duty is told, once, and waits for no digest."""

from datetime import timedelta
from functools import partial

import pytest

from incidents.models import Incident
from ots_portal.audit.models import AuditEntry
from ots_portal.duty.models import Shift
from ots_portal.duty.services import marks
from ots_portal.escalations import services
from ots_portal.escalations.models import Clock
from ots_portal.notifications import digests, pauses
from ots_portal.notifications import services as notifications
from ots_portal.notifications.models import Attempt, Delivery, Digest, KindChoice
from tests.factories.notifications import SubscriptionFactory
from tests.factories.people import UserFactory
from tests.factories.requests import circulated
from tests.together import together

HANDED_OVER = "escalations.clock.handed_over"
CIRCULATED = "incidents.request.circulated"


@pytest.fixture
def successor(azerbaijan):
    return UserFactory(participant=azerbaijan, full_name="Successor of B")


def come_on_duty(person, *, is_on_duty=True):
    person.is_on_duty = is_on_duty
    person.save()


def handed_over() -> list[list[str]]:
    """The names of whom each change of watch has told."""
    entries = AuditEntry.objects.filter(kind=HANDED_OVER).order_by("recorded_at", "id")
    return [
        sorted(
            Delivery.objects.filter(entry=entry, channel="mail").values_list(
                "recipient__full_name", flat=True
            )
        )
        for entry in entries
    ]


def mails_to(person) -> list[tuple[str, str]]:
    """What the person was mailed: (kind, status)."""
    mails = Delivery.objects.filter(recipient=person, channel="mail")
    return sorted(mails.values_list("entry__kind", "status"))


# ── whoever comes on duty ───────────────────────────────────────────────────────────────────────


def test_whoever_comes_on_duty_while_the_clock_runs_is_told_at_once_and_once(
    clock, successor, at, work
):
    work(at(1))
    before = handed_over()
    come_on_duty(successor)
    work(at(2))
    work(at(3))

    assert (before, handed_over()) == ([], [["Successor of B"]])
    clock.refresh_from_db()
    assert (clock.status, clock.stepped_at, clock.next_at) == ("officers_told", at(2), at(5))


def test_the_officer_of_a_shift_that_has_just_begun_is_told_before_the_mark_follows(
    clock, successor, azerbaijan, at, now, work
):
    Shift.objects.create(
        participant=azerbaijan,
        person=successor,
        rank="officer",
        starts_at=at(3),
        ends_at=at(600),
        created_at=now,
        updated_at=now,
    )
    work(at(2))
    before = handed_over()
    work(at(3))
    marks.settle("azerbaijan", at=at(3))
    work(at(4))

    assert (before, handed_over()) == ([], [["Successor of B"]])
    successor.refresh_from_db()
    assert successor.is_on_duty


@pytest.mark.parametrize("status", ["deputies_told", "heads_told", "unanswered"])
def test_the_step_that_the_clock_has_reached_stays_and_the_newcomer_is_told(
    clock, deputy_b, head_b, successor, at, work, status
):
    minute = {"deputies_told": 5, "heads_told": 10, "unanswered": 15}[status]
    for step in (5, 10, 15):
        if step <= minute:
            work(at(step))
    come_on_duty(successor)
    work(at(minute + 1))

    clock.refresh_from_db()
    assert (clock.status, handed_over()) == (status, [["Successor of B"]])


def test_a_participant_with_nobody_on_duty_tells_who_comes_on_duty_after_the_alert(
    editor_a, editor_b, head_b, at, work, now
):
    come_on_duty(editor_b, is_on_duty=False)
    circulated(by=editor_a)
    notifications.fan_out_waiting(clock=lambda: now)
    work(at(0))
    come_on_duty(editor_b)

    work(at(1))

    assert handed_over() == [["Editor of B"]]


def test_who_had_the_alert_itself_is_not_told_again(clock, editor_b, at, work):
    come_on_duty(editor_b, is_on_duty=False)
    work(at(1))
    come_on_duty(editor_b)
    work(at(2))

    assert handed_over() == []


def test_who_was_told_by_a_step_is_not_told_again_as_the_officer(clock, deputy_b, at, work):
    work(at(5))
    come_on_duty(deputy_b)
    work(at(6))

    assert (handed_over(), mails_to(deputy_b)) == (
        [], [("escalations.clock.deputies_told", "waiting")],
    )  # fmt: skip


def test_who_was_told_by_the_change_of_watch_is_nobody_new_for_a_step(
    clock, deputy_b, head_b, at, work
):
    come_on_duty(deputy_b)
    work(at(4))
    work(at(5))

    assert handed_over() == [["Deputy of B"]]
    assert mails_to(deputy_b) == [(HANDED_OVER, "waiting")]
    assert [kind for kind, _status in mails_to(head_b)] == ["escalations.clock.heads_told"]


def test_two_who_come_on_duty_one_after_the_other_are_told_once_each(
    clock, successor, deputy_b, at, work
):
    come_on_duty(successor)
    work(at(1))
    come_on_duty(successor, is_on_duty=False)
    come_on_duty(deputy_b)
    work(at(2))
    come_on_duty(successor)
    work(at(3))

    assert handed_over() == [["Successor of B"], ["Deputy of B"]]


def test_who_comes_on_duty_elsewhere_or_after_the_acknowledgement_is_not_told(
    clock, successor, editor_b, kazakhstan, officer_on_duty, at, work
):
    UserFactory(participant=kazakhstan, is_on_duty=True)
    work(at(1))
    services.acknowledge(clock, by=editor_b, at=at(2))
    come_on_duty(successor)

    work(at(3))

    assert handed_over() == []


def test_who_may_not_see_the_record_or_cannot_sign_in_is_not_told(clock, successor, at, work):
    come_on_duty(successor)
    successor.is_active = False
    successor.save()
    work(at(1))
    successor.is_active = True
    successor.save()
    Incident.objects.update(classification="named")

    work(at(2))

    assert handed_over() == []


def test_in_a_pause_nobody_is_told_and_then_who_is_on_duty_by_then(
    clock, successor, administrator, at, work
):
    pauses.pause(by=administrator, at=at(1), note="")
    come_on_duty(successor)
    work(at(2))
    paused = handed_over()
    pauses.resume(unknown=pauses.Unknown.SEND, by=administrator, at=at(3))
    work(at(3))

    assert (paused, handed_over()) == ([], [["Successor of B"]])


def test_the_message_says_why_and_holds_the_link(clock, successor, told, at, work, mailoutbox):
    come_on_duty(successor)
    work(at(2))

    notifications.work_through(clock=lambda: at(2))

    (mail,) = [mail for mail in mailoutbox if mail.to == [successor.email]]
    assert told.number in mail.subject
    for part in ("You have come on duty meanwhile", "Acknowledge receipt: http://"):
        assert part in mail.body


def test_to_look_at_many_clocks_takes_the_same_queries(
    editor_a, editor_b, successor, at, now, django_assert_num_queries
):
    for _ in range(3):
        circulated(by=editor_a)
    notifications.fan_out_waiting(clock=lambda: now)

    # Pause, missing clocks, acknowledged already, digests, whom nobody has told, due steps.
    with django_assert_num_queries(6):
        services.work_through(clock=lambda: at(1))


# ── two workers ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_tell_the_newcomer_once(clock, successor, at):
    come_on_duty(successor)
    moment = at(1)

    results = together([partial(services.work_through, clock=lambda: moment)] * 4)
    notifications.fan_out_waiting(clock=lambda: moment)

    assert (sum(results), handed_over()) == (1, [["Successor of B"]])


@pytest.mark.django_db(transaction=True)
def test_a_change_of_watch_and_a_step_in_the_same_moment_are_both_there_once(
    clock, deputy_b, successor, at
):
    come_on_duty(successor)
    moment = at(5)

    together([partial(services.work_through, clock=lambda: moment)] * 4)
    notifications.fan_out_waiting(clock=lambda: moment)

    assert handed_over() == [["Successor of B"]]
    assert [kind for kind, _status in mails_to(deputy_b)] == ["escalations.clock.deputies_told"]
    assert Clock.objects.get().status == "deputies_told"


@pytest.mark.django_db(transaction=True)
def test_an_acknowledgement_and_a_change_of_watch_in_the_same_moment_do_not_hinder_each_other(
    clock, successor, editor_b, at
):
    come_on_duty(successor)
    moment = at(1)

    results = together(
        [
            partial(services.work_through, clock=lambda: moment),
            partial(services.acknowledge, Clock.objects.get(), by=editor_b, at=moment),
        ]
    )

    assert [result for result in results if isinstance(result, Exception)] == []
    assert Clock.objects.get().status == "acknowledged"


# ── the digest ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def in_digest(editor_a, editor_b, successor, now) -> Delivery:
    """The alert, told at noon; a colleague who is off duty wants such messages within the hour."""
    SubscriptionFactory(user=successor, cadence="hourly")
    circulated(by=editor_a)
    notifications.work_through(clock=lambda: now)
    delivery = Delivery.objects.get(recipient=successor, channel="mail")
    assert (delivery.is_for_digest, delivery.status) == (True, "waiting")
    return delivery


def test_what_waits_in_a_digest_goes_out_when_its_person_comes_on_duty(
    in_digest, successor, at, work, mailoutbox
):
    work(at(1))
    in_digest.refresh_from_db()
    waits = in_digest.is_for_digest
    come_on_duty(successor)
    work(at(2))
    notifications.work_through(clock=lambda: at(2))

    in_digest.refresh_from_db()
    assert (waits, in_digest.status, in_digest.digest) == (True, "sent", None)
    # The alert itself: nothing else has to say that there is one.
    assert (mails_to(successor), handed_over()) == ([(CIRCULATED, "sent")], [])
    assert [mail.to for mail in mailoutbox].count([successor.email]) == 1
    notifications.work_through(clock=lambda: at(70))
    assert Digest.objects.count() == 0


def test_what_waits_in_the_digest_of_the_secretariat_s_officer_goes_out_as_well(
    editor_a, editor_b, officer, at, work, now
):
    SubscriptionFactory(user=officer, cadence="daily")
    circulated(by=editor_a)
    notifications.work_through(clock=lambda: now)
    come_on_duty(officer)

    work(at(1))
    notifications.work_through(clock=lambda: at(1))

    assert (CIRCULATED, "sent") in mails_to(officer)
    assert Digest.objects.count() == 0


def test_what_was_acknowledged_or_is_no_alert_stays_in_the_digest(
    in_digest, successor, editor_b, at, work
):
    services.acknowledge(Clock.objects.get(), by=editor_b, at=at(1))
    come_on_duty(successor)

    work(at(2))

    in_digest.refresh_from_db()
    assert (in_digest.status, in_digest.is_for_digest) == ("waiting", True)


def test_a_digest_that_was_put_together_and_not_sent_gives_the_alert_back(
    in_digest, successor, at, work
):
    digests._gather(at(60))
    come_on_duty(successor)

    work(at(61))
    notifications.work_through(clock=lambda: at(61))

    in_digest.refresh_from_db()
    assert (in_digest.status, in_digest.digest) == ("sent", None)
    assert Attempt.objects.filter(delivery=in_digest).count() == 1


def test_a_digest_that_is_being_sent_keeps_the_alert_and_the_newcomer_is_told_apart(
    in_digest, successor, at, work
):
    digests._gather(at(60))
    Digest.objects.update(lease_until=at(62))
    come_on_duty(successor)

    work(at(61))

    in_digest.refresh_from_db()
    assert (in_digest.is_for_digest, handed_over()) == (True, [["Successor of B"]])


def test_who_wants_such_alerts_in_the_inbox_only_is_told_by_the_change_of_watch(
    editor_a, editor_b, successor, at, work, now
):
    KindChoice.objects.create(user=successor, kind=CIRCULATED, cadence="never")
    circulated(by=editor_a)
    notifications.work_through(clock=lambda: now)
    come_on_duty(successor)

    work(at(1))

    assert handed_over() == [["Successor of B"]]


def test_the_moment_of_the_shift_is_kept_to_within_a_quarter_of_a_minute(settings):
    asked = [
        job["schedule"]
        for job in settings.CELERY_BEAT_SCHEDULE.values()
        if job["task"] == "ots_portal.escalations.tasks.sweep"
    ]

    assert timedelta(seconds=max(asked)) <= timedelta(seconds=15)
