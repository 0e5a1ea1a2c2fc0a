import random
import time
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from incidents.services import incidents
from ots_portal import leases
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.services import record
from ots_portal.notifications import sending, services, tries
from ots_portal.notifications.channels import CHANNELS
from ots_portal.notifications.channels.results import Outcome, Result
from ots_portal.notifications.models import Attempt, Channel, Delivery, OutboxRow
from ots_portal.plugs import Notice, notices
from tests.factories.incidents import IncidentFactory, a_draft, reported
from tests.factories.people import UserFactory

if TYPE_CHECKING:
    from ots_portal.notifications.wording import Wording


@pytest.fixture
def verified(editor_a, second_editor_a, editor_b, now):
    """A verified incident whose reports to colleagues are out already; editor_b is on duty."""
    incident = reported(by=editor_a)
    OutboxRow.objects.update(fanned_out_at=now)
    return incidents.verify(incident, by=second_editor_a, at=now)


class Answers(list[Result]):
    """What the mail server answers, in order; the last answer stays. ``sent`` is what it was given."""

    def __init__(self) -> None:
        super().__init__([Result(Outcome.SENT)])
        self.sent: list[tuple[Delivery, Wording]] = []

    def send(self, delivery, wording):
        self.sent.append((delivery, wording))
        return self.pop(0) if len(self) > 1 else self[0]


@pytest.fixture
def answers(monkeypatch):
    """The mail server: the edge of the house."""
    given = Answers()
    monkeypatch.setitem(CHANNELS, Channel.MAIL, lambda: nullcontext(given))
    return given


def work(at):
    return services.work_through(clock=lambda: at)


def deliveries():
    rows = Delivery.objects.order_by("recipient__full_name", "channel")
    return list(rows.values_list("recipient__full_name", "channel", "status"))


def test_the_officers_on_duty_of_the_others_get_an_inbox_item_and_a_mail(
    verified, officer, kazakhstan, hungary, answers, now
):
    UserFactory(participant=kazakhstan, full_name="On duty", is_on_duty=True)
    UserFactory(participant=kazakhstan, full_name="Off duty")
    UserFactory(participant=kazakhstan, full_name="Suspended", is_on_duty=True, is_active=False)
    UserFactory(participant=hungary, full_name="Observer on duty", is_on_duty=True)
    UserFactory(participant=verified.participant, full_name="Colleague", is_on_duty=True)

    work(now)

    assert deliveries() == [
        ("Editor of B", "inbox", "sent"),
        ("Editor of B", "mail", "sent"),
        ("On duty", "inbox", "sent"),
        ("On duty", "mail", "sent"),
    ]


def test_the_mail_is_worded_in_the_recipients_language_and_zone(verified, editor_b, answers, now):
    editor_b.time_zone = "Asia/Baku"
    editor_b.save()

    work(now)

    ((_delivery, wording),) = answers.sent
    assert "12:00 (UTC+4)" in wording.text
    assert "OTS-2026-0001" in wording.subject


def test_working_twice_sends_once(verified, answers, now):
    work(now)
    work(now)

    assert len(answers.sent) == 1


def test_work_that_has_its_time_ends_after_a_batch_and_the_next_goes_on(
    verified, kazakhstan, answers, now, monkeypatch
):
    UserFactory(participant=kazakhstan, is_on_duty=True)
    monkeypatch.setattr(sending, "FEWEST", 1)
    monkeypatch.setattr(sending, "MOST", 1)

    tried = [services.work_through(clock=lambda: now, seconds=0) for _ in range(3)]

    assert (tried, len(answers.sent)) == ([1, 1, 0], 2)


def test_an_outbox_row_that_is_fanned_out_twice_makes_no_second_delivery(verified, answers, now):
    work(now)
    rows = OutboxRow.objects.filter(entry__kind="incidents.incident.verified")
    rows.update(fanned_out_at=None)

    work(now)

    assert (Delivery.objects.count(), len(answers.sent)) == (2, 1)


def test_a_row_under_lease_is_left_alone_until_the_lease_ends(verified, answers, now):
    waiting = OutboxRow.objects.filter(fanned_out_at=None).order_by("created_at")
    leases.claim(waiting, at=now, limit=1)

    work(now + leases.LEASE)
    assert Delivery.objects.count() == 0

    work(now + leases.LEASE + timedelta(seconds=1))
    assert Delivery.objects.count() == 2


def test_a_worker_that_lost_its_lease_records_nothing(verified, answers, now):
    services.fan_out_waiting(clock=lambda: now)
    mail = Delivery.objects.filter(channel="mail").order_by("due_at")
    token, (delivery,) = leases.claim(mail, at=now, limit=1)
    leases.claim(mail, at=now + timedelta(minutes=2), limit=1)

    assert not leases.release(delivery, token=token, status="sent")
    assert Delivery.objects.get(channel="mail").status == "waiting"


def test_a_deferred_mail_is_tried_again_by_the_schedule(verified, answers, now, monkeypatch):
    monkeypatch.setattr(random, "uniform", lambda low, high: 1.0)
    answers[:] = [Result(Outcome.DEFERRED, "451 later"), Result(Outcome.SENT)]

    work(now)
    work(now + timedelta(seconds=4))
    assert Delivery.objects.get(channel="mail").status == "waiting"

    work(now + timedelta(seconds=5))
    assert Delivery.objects.get(channel="mail").status == "sent"
    assert list(Attempt.objects.values_list("outcome", "detail")) == [
        ("deferred", "451 later"),
        ("sent", ""),
    ]


def test_after_the_last_try_the_delivery_has_failed_visibly(verified, answers, now):
    answers[:] = [Result(Outcome.DEFERRED, "451 later")]

    for day in range(len(tries.PAUSES) + 3):
        work(now + timedelta(days=day))

    delivery = Delivery.objects.get(channel="mail")
    assert (delivery.status, delivery.attempt_count) == ("failed", len(tries.PAUSES) + 1)


def test_a_refused_address_is_not_tried_again(verified, answers, now):
    answers[:] = [Result(Outcome.REFUSED, "550 no such user")]

    work(now)
    work(now + timedelta(days=1))

    assert (Delivery.objects.get(channel="mail").status, len(answers.sent)) == ("failed", 1)


@pytest.mark.parametrize("loss", ["suspended", "participant changed"])
def test_who_lost_the_right_to_see_it_meanwhile_gets_no_mail(
    verified, editor_b, hungary, answers, now, loss
):
    services.fan_out_waiting(clock=lambda: now)
    if loss == "suspended":
        editor_b.is_active = False
    else:
        editor_b.participant = hungary
    editor_b.save()

    work(now)

    assert (Delivery.objects.get(channel="mail").status, answers.sent) == ("withdrawn", [])


def test_a_kind_without_a_notice_makes_no_outbox_row(editor_a, now):
    incidents.create(a_draft(), by=editor_a, at=now)

    assert (AuditEntry.objects.count(), OutboxRow.objects.count()) == (1, 0)


def test_reading_an_item_counts_the_first_time(verified, editor_b, answers, now):
    work(now)
    item = Delivery.objects.get(channel="inbox")

    services.mark_read(item, by=editor_b, at=now)
    services.mark_read(item, by=editor_b, at=now + timedelta(hours=1))

    item.refresh_from_db()
    assert item.read_at == now


def test_all_read_leaves_what_came_after_the_page_was_shown(verified, editor_b, answers, now):
    work(now)

    left = services.mark_all_read(by=editor_b, at=now, up_to=now - timedelta(seconds=1))

    assert (left, Delivery.objects.filter(read_at=None, channel="inbox").count()) == (0, 1)


def test_a_row_that_cannot_be_fanned_out_does_not_hold_up_the_others(
    verified, editor_a, second_editor_a, answers, now, monkeypatch
):
    broken = Notice(
        kind="incidents.incident.activated",
        title="",
        recipients=lambda entry: 1 / 0,
        record_for=lambda user, pk: None,
        template="",
    )
    monkeypatch.setitem(notices, broken.kind, broken)
    entry = record(broken.kind, subject=verified, by=editor_a, at=now - timedelta(days=1))

    work(now)

    assert Delivery.objects.filter(channel="mail", status="sent").count() == 1
    assert OutboxRow.objects.get(entry=entry).fanned_out_at is None


def test_a_message_that_cannot_be_worded_is_deferred_and_the_others_go_out(
    verified, kazakhstan, editor_b, answers, now
):
    UserFactory(participant=kazakhstan, is_on_duty=True)
    editor_b.time_zone = "Mars/Base"
    editor_b.save()

    work(now)

    assert dict(
        Delivery.objects.filter(channel="mail").values_list("recipient__time_zone", "status")
    ) == {
        "Mars/Base": "waiting",
        "UTC": "sent",
    }


def test_words_that_take_longer_than_the_lease_are_sent_all_the_same(
    verified, answers, now, monkeypatch
):
    begun_at = time.monotonic()
    passed: list[int] = []
    worded = sending.wording_for

    def slowly(*args):
        passed.append(30)
        return worded(*args)

    monkeypatch.setattr(sending, "wording_for", slowly)
    monkeypatch.setattr(sending.time, "monotonic", lambda: begun_at + sum(passed))

    services.fan_out_waiting(clock=lambda: now)
    services.deliver_due(clock=lambda: now, run=services.Run(lambda: now))

    assert Delivery.objects.filter(channel="mail", status="sent").count() == 1


def test_message_of_a_person_whose_quiet_hours_cannot_be_told_keeps_nobody_waiting(
    kazakhstan, turkiye, editor_b, answers, now
):
    UserFactory(participant=kazakhstan, is_on_duty=True)
    editor_b.time_zone = "Mars/Base"
    editor_b.is_on_duty = True
    editor_b.save()
    incident = IncidentFactory(participant=turkiye, status="active")
    record("incidents.incident.level_lowered", subject=incident, by=None, at=now)

    work(now)

    assert dict(
        Delivery.objects.filter(channel="mail").values_list("recipient__time_zone", "status")
    ) == {
        "Mars/Base": "waiting",
        "UTC": "sent",
    }


def test_where_the_readers_cannot_be_asked_nobody_gets_the_words_of_another(
    verified, kazakhstan, editor_b, answers, now, monkeypatch
):
    other = UserFactory(participant=kazakhstan, is_on_duty=True)
    services.fan_out_waiting(clock=lambda: now)
    notice = notices["incidents.incident.verified"]
    may_see = {editor_b: verified}
    broken = replace(
        notice,
        readers=lambda entry: 1 / 0,
        record_for=lambda user, subject_id: may_see.get(user),
    )
    monkeypatch.setitem(notices, broken.kind, broken)

    work(now)

    assert other not in [delivery.recipient for delivery, _words in answers.sent]
    tried = Attempt.objects.filter(delivery__recipient=other)
    assert list(tried.values_list("outcome", flat=True)) == ["deferred"]


# ── messages about an account ───────────────────────────────────────────────────────────────────


@pytest.fixture
def account_notice(monkeypatch, editor_b):
    """A message about their own account, by mail only, with a word made at sending; worded as another."""
    worded = IncidentFactory()
    notice = Notice(
        kind="people.user.signed_in",
        title="An account",
        recipients=lambda entry: type(editor_b).objects.filter(pk=entry.subject_id),
        record_for=lambda user, _: worded,
        template="incidents/notices/incident_verified",
        channels=("mail",),
        details=lambda entry, recipient: {"address": f"https://one-time/{recipient.full_name}"},
        reaches_inactive=True,
    )
    monkeypatch.setitem(notices, notice.kind, notice)
    return notice


def test_a_notice_goes_out_on_its_own_channels_only(account_notice, editor_b, answers, now):
    record(account_notice.kind, subject=editor_b, by=editor_b, at=now)

    work(now)

    assert deliveries() == [("Editor of B", "mail", "sent")]


def test_what_a_message_says_beside_the_record_is_made_when_it_is_sent(
    account_notice, editor_b, answers, now
):
    entry = record(account_notice.kind, subject=editor_b, by=editor_b, at=now)

    work(now)

    ((_, wording),) = answers.sent
    assert ("https://one-time/Editor of B" in wording.text, "one-time" in entry.body) == (
        True,
        False,
    )


@pytest.mark.parametrize(("reaches_inactive", "status"), [(True, "sent"), (False, "withdrawn")])
def test_only_a_notice_meant_for_them_reaches_people_who_cannot_sign_in(
    reaches_inactive, status, account_notice, editor_b, answers, monkeypatch, now
):
    notice = replace(account_notice, reaches_inactive=reaches_inactive)
    monkeypatch.setitem(notices, notice.kind, notice)
    editor_b.is_active = False
    editor_b.save()
    record(notice.kind, subject=editor_b, by=None, at=now)

    work(now)

    assert deliveries() == [("Editor of B", "mail", status)]
