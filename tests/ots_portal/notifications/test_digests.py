from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail

from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus
from ots_portal.notifications import digests, mutes, pauses, preferences, services, settling
from ots_portal.notifications.channels.mail import Mailbox
from ots_portal.notifications.channels.results import Outcome, Result
from ots_portal.notifications.fan_out import insert_deliveries
from ots_portal.notifications.models import Attempt, Delivery, Digest
from ots_portal.notifications.services import Share
from ots_portal.plugs import Thread, notices
from tests.factories.incidents import IncidentFactory
from tests.factories.notifications import DeliveryPauseFactory
from tests.factories.reports import a_report

LOWERED = "incidents.incident.level_lowered"
PUBLISHED = "incidents.report.published"


@pytest.fixture
def editor(editor_b, now):
    """On duty in Baku, wants what is lowered or published in the daily digest."""
    editor_b.time_zone, editor_b.language = "Asia/Baku", "en"
    editor_b.save()
    cadences = {LOWERED: "daily", PUBLISHED: "daily"}
    preferences.choose(editor_b, cadences=cadences, by=editor_b, at=now)
    return editor_b


@pytest.fixture
def morning(now):
    """Seven o'clock in Baku, UTC+4, on the day after."""
    return now.replace(hour=3) + timedelta(days=1)


@pytest.fixture
def incident(turkiye):
    return IncidentFactory(participant=turkiye, status="active", titles={"en": "Quake"})


def tell(kind, subject, at):
    insert_deliveries(notices[kind], record(kind, subject=subject, by=None, at=at), at=at)


def work(at, share=Share.ALL):
    return services.work_through(clock=lambda: at, share=share)


def mails_of(person):
    found = Delivery.objects.filter(recipient=person, channel="mail").order_by("created_at")
    return list(found.values_list("status", flat=True))


def told(incident, editor_a, now):
    """Two messages of one incident and one of another, all for the digest."""
    tell(LOWERED, incident, now)
    tell(PUBLISHED, a_report(incident, "published", by=editor_a), now + timedelta(hours=1))
    other = IncidentFactory(
        participant=incident.participant, status="active", titles={"en": "Flood"}
    )
    tell(LOWERED, other, now + timedelta(hours=2))
    work(now + timedelta(hours=2))


def test_what_waits_comes_in_one_mail_in_the_own_morning(incident, editor, editor_a, now, morning):
    told(incident, editor_a, now)
    before = len(mail.outbox)

    work(morning - timedelta(seconds=1))
    too_soon = len(mail.outbox)
    work(morning)

    (message,) = mail.outbox
    assert (before, too_soon) == (0, 0)
    assert message.subject == "Daily digest: 3 messages"
    assert (message.to, mails_of(editor)) == ([editor.email], ["sent"] * 3)
    assert Digest.objects.get().finished_at == morning


def test_it_is_grouped_by_what_belongs_together_in_the_zone_of_the_reader(
    incident, editor, editor_a, now, morning
):
    told(incident, editor_a, now)

    work(morning)

    (message,) = mail.outbox
    lines = message.body.splitlines()
    places = [lines.index(line) for line in lines if line.endswith(("Quake", "Flood"))]
    reported = next(n for n, line in enumerate(lines) if "ituation report" in line)
    assert [lines[place].endswith("Flood") for place in places] == [True, False]  # the newest first
    assert places[1] < reported
    assert "16:00 (UTC+4)" in message.body
    assert message.alternatives[0].content.count("<h2") == 2


def test_it_speaks_the_recipients_language(incident, editor, now, morning):
    editor.language = "tr"
    editor.save()
    tell(LOWERED, incident, now)
    work(now)

    work(morning)

    (message,) = mail.outbox
    assert message.extra_headers["Content-Language"] == "tr"
    assert "Daily digest" not in message.subject


def test_next_morning_brings_only_what_came_since(incident, editor, now, morning):
    tell(LOWERED, incident, now)
    work(now)
    work(morning)

    tell(LOWERED, incident, morning)
    work(morning)
    work(morning + timedelta(days=1))

    assert [message.subject for message in mail.outbox] == ["Daily digest: 1 message"] * 2
    assert Digest.objects.count() == 2


def test_hourly_and_daily_are_two_mails(incident, editor, editor_a, now, morning):
    preferences.choose(editor, cadences={PUBLISHED: "hourly"}, by=editor, at=now)
    told(incident, editor_a, now)

    work(morning)

    assert sorted(message.subject for message in mail.outbox) == [
        "Daily digest: 2 messages",
        "Hourly digest: 1 message",
    ]


def test_it_can_be_stopped_by_one_click(incident, editor, now, morning):
    tell(LOWERED, incident, now)
    work(now)
    work(morning)

    (message,) = mail.outbox
    link = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (link in message.body, link in message.alternatives[0].content) == (True, True)


def test_what_may_not_be_seen_any_more_is_left_out(incident, editor, editor_a, now, morning):
    told(incident, editor_a, now)
    incident.classification = "named"
    incident.save()

    work(morning)

    (message,) = mail.outbox
    assert "Quake" not in message.body
    assert mails_of(editor) == ["withdrawn", "withdrawn", "sent"]


def test_what_was_muted_or_left_to_the_inbox_meanwhile_is_left_out(
    incident, editor, editor_a, now, morning
):
    told(incident, editor_a, now)
    thread = Thread("incidents.incident", str(incident.pk))
    mutes.mute(editor, thread, by=editor, at=now)
    preferences.stop_mails(editor, [PUBLISHED], by=editor, at=now)

    work(morning)

    assert mail.outbox[0].subject == "Daily digest: 1 message"
    assert mails_of(editor) == ["withdrawn", "withdrawn", "sent"]


def test_nothing_left_is_no_mail(incident, editor, now, morning):
    tell(LOWERED, incident, now)
    work(now)
    editor.is_active = False
    editor.save()

    work(morning)

    assert (mail.outbox, mails_of(editor)) == ([], ["withdrawn"])
    assert Digest.objects.get().finished_at == morning


# ── faults ──────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def answers(monkeypatch):
    """What the mail server answers, in order; the last answer stays. ``sent`` are the mails it was given."""
    given = [Result(Outcome.SENT)]
    sent = []

    def post(self, message):
        sent.append(message)
        return given.pop(0) if len(given) > 1 else given[0]

    monkeypatch.setattr(Mailbox, "post", post)
    return given, sent


def test_second_try_is_the_same_mail(incident, editor, now, morning, answers):
    given, sent = answers
    given.insert(0, Result(Outcome.DEFERRED, "451 later"))
    tell(LOWERED, incident, now)
    work(now)

    work(morning)
    waiting = mails_of(editor)
    tell(LOWERED, incident, morning)  # for the day after
    work(morning + timedelta(seconds=7))

    assert (waiting, mails_of(editor)) == (["waiting"], ["sent", "waiting"])
    first, second = sent
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    assert first.body == second.body
    outcomes = Attempt.objects.filter(delivery__channel="mail").values_list("outcome", flat=True)
    assert sorted(outcomes) == ["deferred", "sent"]


def test_refused_digest_fails_as_a_whole_and_what_is_sent_again_goes_with_another(
    incident, editor, editor_a, administrator, now, morning, answers
):
    given, sent = answers
    given.insert(0, Result(Outcome.REFUSED, "550 no such mailbox"))
    told(incident, editor_a, now)

    work(morning)
    failed = mails_of(editor)
    again = Delivery.objects.filter(recipient=editor, channel="mail").earliest("created_at")
    later = morning + timedelta(hours=1)
    pauses.retry(again, by=administrator, at=later)
    work(later)

    assert failed == ["failed"] * 3
    assert mails_of(editor) == ["sent", "failed", "failed"]
    assert [message.subject for message in sent] == [
        "Daily digest: 3 messages",
        "Daily digest: 1 message",
    ]


def test_nobody_there_leaves_the_others_due(incident, editor, head_b, now, morning, answers):
    given, sent = answers
    given[:] = [Result(Outcome.DEFERRED, "refused", is_nobody_there=True)]
    head_b.is_on_duty, head_b.time_zone = True, "Asia/Baku"
    head_b.save()
    preferences.choose(head_b, cadences={LOWERED: "daily"}, by=head_b, at=now)
    tell(LOWERED, incident, now)
    work(now)

    work(morning)

    assert len(sent) == 1
    assert min(Digest.objects.values_list("due_at", flat=True)) == morning


def test_lease_lost_records_nothing(incident, editor, now, morning, monkeypatch):
    tell(LOWERED, incident, now)
    work(now)

    def frozen(self, message):
        Digest.objects.update(lease_token="7d8ff0ac-54ac-4a38-9b22-2d7a9ef0d0d1")
        return Result(Outcome.SENT)

    monkeypatch.setattr(Mailbox, "post", frozen)
    run = services.Run(lambda: morning)
    digests.send_due(run=run, clock=lambda: morning, lease=services.LEASE)

    assert (mails_of(editor), Digest.objects.get().finished_at) == (["waiting"], None)


def test_worker_that_dies_while_sending_leaves_it_to_the_next_under_the_same_id(
    incident, editor, now, morning, monkeypatch
):
    tell(LOWERED, incident, now)
    work(now)
    sent = []

    def die_or_send(self, message):
        sent.append(message.extra_headers["Message-ID"])
        if len(sent) == 1:
            raise KeyboardInterrupt
        return Result(Outcome.SENT)

    monkeypatch.setattr(Mailbox, "post", die_or_send)
    with pytest.raises(KeyboardInterrupt):
        work(morning)
    work(morning + services.LEASE)
    too_soon = len(sent)
    work(morning + services.LEASE + timedelta(seconds=1))

    assert (too_soon, len(sent), sent[0] == sent[1]) == (1, 2, True)
    assert (mails_of(editor), Digest.objects.count()) == (["sent"], 1)


def test_gathering_twice_makes_one_digest(incident, editor, now, morning):
    tell(LOWERED, incident, now)
    work(now)

    for _ in range(2):
        digests._gather(morning)

    assert Digest.objects.count() == 1


def test_pause_holds_digests_back(incident, editor, now, morning):
    tell(LOWERED, incident, now)
    work(now)
    DeliveryPauseFactory()

    work(morning)

    assert (mail.outbox, mails_of(editor)) == ([], ["waiting"])


def test_worker_of_alerts_leaves_digests_to_the_others(incident, editor, now, morning):
    tell(LOWERED, incident, now)
    work(now)

    work(morning, Share.ALERTS)

    assert mail.outbox == []


def test_very_long_digest_names_the_newest_and_counts_the_rest(
    incident, editor, now, morning, monkeypatch, settings
):
    monkeypatch.setattr(digests, "MOST_LINES", 2)
    for hour in range(3):
        tell(LOWERED, incident, now + timedelta(hours=hour))
    work(now + timedelta(hours=2))

    work(morning)

    (message,) = mail.outbox
    assert message.subject == "Daily digest: 3 messages"
    assert f"and 1 more message in your inbox:\n{settings.PORTAL_ADDRESS}/inbox/" in message.body
    html = " ".join(message.alternatives[0].content.split())
    assert "and 1 more message in your inbox </a>" in html
    assert ("16:00" in message.body, "17:00" in message.body, "18:00" in message.body) == (
        False, True, True,
    )  # fmt: skip
    assert message.body.index("18:00") < message.body.index("17:00")
    assert mails_of(editor) == ["sent"] * 3


def test_alerts_are_named_before_what_is_newer(incident, editor, now, morning, monkeypatch):
    monkeypatch.setattr(digests, "MOST_LINES", 1)
    for hour in range(2):
        tell(LOWERED, incident, now + timedelta(hours=hour))
    Delivery.objects.filter(created_at=now).update(is_alert=True)
    work(now + timedelta(hours=2))

    work(morning)

    (message,) = mail.outbox
    assert ("16:00" in message.body, "17:00" in message.body) == (True, False)


def test_what_may_not_go_out_makes_room_for_what_is_older(
    incident, editor, editor_a, now, morning, monkeypatch
):
    monkeypatch.setattr(digests, "MOST_LINES", 2)
    for hour in range(3):
        tell(LOWERED, incident, now + timedelta(hours=hour))
    secret = IncidentFactory(participant=incident.participant, status="active")
    for hour in range(3, 7):
        tell(LOWERED, secret, now + timedelta(hours=hour))
    work(now + timedelta(hours=7))
    secret.classification = "named"
    secret.save()

    work(morning)

    (message,) = mail.outbox
    assert message.subject == "Daily digest: 3 messages"
    assert "and 1 more message in your inbox" in message.body
    assert mails_of(editor) == ["sent"] * 3 + ["withdrawn"] * 4


def test_a_very_long_digest_that_failed_has_failed_as_a_whole(
    incident, editor, now, morning, monkeypatch, answers
):
    given, _sent = answers
    given[:] = [Result(Outcome.REFUSED, "550 no such mailbox")]
    monkeypatch.setattr(digests, "MOST_LINES", 2)
    for hour in range(5):
        tell(LOWERED, incident, now + timedelta(hours=hour))
    work(now + timedelta(hours=5))

    work(morning)

    assert mails_of(editor) == ["failed"] * 5
    tries = list(Attempt.objects.values_list("delivery__channel", "outcome", "finished_at"))
    assert tries == [("mail", "refused", morning)] * 5


@pytest.mark.parametrize("count", [10, 40])
def test_a_long_digest_costs_as_much_as_a_longer_one(
    incident, editor, now, morning, monkeypatch, django_assert_num_queries, count
):
    monkeypatch.setattr(digests, "MOST_LINES", 5)
    for minute in range(count):
        tell(LOWERED, incident, now + timedelta(minutes=minute))
    work(now + timedelta(hours=2))
    run = services.Run(lambda: morning)

    with django_assert_num_queries(34):
        digests.send_due(run=run, clock=lambda: morning, lease=services.LEASE)

    assert mails_of(editor) == ["sent"] * count


@pytest.mark.parametrize("together", [2, 3])
def test_every_message_of_a_digest_has_its_attempt(
    incident, editor, now, morning, monkeypatch, together
):
    monkeypatch.setattr(digests, "MOST_LINES", 1)
    monkeypatch.setattr(digests, "TOGETHER", together)
    for hour in range(6):
        tell(LOWERED, incident, now + timedelta(hours=hour))
    work(now + timedelta(hours=6))

    work(morning)

    tried = Attempt.objects.filter(outcome="sent").values_list("delivery", flat=True)
    assert len(set(tried)) == len(tried) == 6


def test_fault_of_the_wording_is_tried_again(incident, editor, now, morning, monkeypatch):
    tell(LOWERED, incident, now)
    work(now)
    monkeypatch.setattr(digests, "message_for", lambda *_: 1 / 0)

    work(morning)

    assert mails_of(editor) == ["waiting"]
    attempt = Attempt.objects.get(delivery__channel="mail")
    assert (attempt.outcome, attempt.detail) == ("deferred", "ZeroDivisionError")


def test_message_that_cannot_be_worded_leaves_the_digest_and_fails_by_itself(
    incident, editor, editor_a, now, morning, monkeypatch
):
    told(incident, editor_a, now)
    broken = replace(notices[PUBLISHED], template="incidents/notices/there_is_none")
    monkeypatch.setitem(notices, PUBLISHED, broken)

    work(morning)

    (message,) = mail.outbox
    assert message.subject == "Daily digest: 2 messages"
    assert mails_of(editor) == ["sent", "waiting", "sent"]
    attempt = Attempt.objects.get(delivery__status="waiting")
    assert (attempt.outcome, attempt.detail) == ("deferred", "TemplateDoesNotExist")


def test_digest_that_cannot_be_put_together_keeps_nobody_waiting(
    incident, editor, head_b, now, morning
):
    head_b.is_on_duty = True
    head_b.save()
    preferences.choose(head_b, cadences={LOWERED: "hourly"}, by=head_b, at=now)
    preferences.choose(editor, cadences={LOWERED: "hourly"}, by=editor, at=now)
    tell(LOWERED, incident, now)
    work(now)
    editor.time_zone = "Mars/Base"
    editor.save()

    work(morning)

    assert (mails_of(editor), mails_of(head_b)) == (["waiting"], ["sent"])


def test_what_is_withdrawn_right_before_stays_away_and_while_it_is_sent_is_refused(
    incident, editor, editor_a, now, morning, administrator, monkeypatch
):
    told(incident, editor_a, now)
    first, second, _third = Delivery.objects.filter(channel="mail").order_by("created_at")
    lines_of, refused = digests._lines_of, []

    def withdrawn_since(*args, **kwargs):
        lines = lines_of(*args, **kwargs)
        Delivery.objects.filter(pk=first.pk).update(status="withdrawn")
        return lines

    def post(self, message):
        with pytest.raises(WrongStatus):
            settling.withdraw(second, reason="No", by=administrator, at=morning)
        refused.append(message.subject)
        return Result(Outcome.SENT)

    monkeypatch.setattr(digests, "_lines_of", withdrawn_since)
    monkeypatch.setattr(Mailbox, "post", post)

    work(morning)

    assert refused == ["Daily digest: 2 messages"]
    assert mails_of(editor) == ["withdrawn", "sent", "sent"]
    assert not Attempt.objects.filter(delivery=first).exists()


def test_after_a_restore_a_digest_still_comes_in_the_morning(incident, editor, now, morning):
    tell(LOWERED, incident, now)
    work(now)
    pauses.pause_after_restore(backup_taken_at=now, at=now)

    pauses.resume(unknown=pauses.Unknown.SEND, by=None, at=now)
    work(now)
    too_soon = len(mail.outbox)
    work(morning)

    assert (too_soon, mails_of(editor)) == (0, ["sent"])
