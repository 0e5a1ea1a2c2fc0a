"""A message can be taken back until the first person is told of it, and not a moment longer."""

from datetime import timedelta

import pytest

from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus
from ots_portal.notifications import recall, services
from ots_portal.notifications.models import Delivery, OutboxRow
from ots_portal.notifications.recipients import recipients_of
from ots_portal.notifications.silence import telling_nobody
from tests.factories.incidents import IncidentFactory
from tests.factories.reports import a_report

PUBLISHED = "incidents.report.published"


@pytest.fixture
def report(turkiye, editor_a):
    incident = IncidentFactory(participant=turkiye, status="active", countries=["TR"])
    return a_report(incident, "published", by=editor_a)


@pytest.fixture
def entry(report, head_a, editor_b, now):
    return record(PUBLISHED, subject=report, by=head_a, at=now, participant="turkiye")


def fan_out(at):
    return services.fan_out_waiting(clock=lambda: at)


def test_what_can_be_recalled_waits_for_a_minute(entry, now):
    early = fan_out(now + timedelta(seconds=59))

    assert (early, fan_out(now + timedelta(seconds=60)), Delivery.objects.exists()) == (0, 1, True)


def test_the_window_says_how_long_is_left(report, entry, now):
    window = recall.window_of(report, PUBLISHED, at=now + timedelta(seconds=2.5))

    assert window == recall.Window(now + timedelta(seconds=60), 58)
    assert window.clock == "0:58"


def test_what_is_late_can_be_recalled_while_nobody_is_told(report, entry, head_a, now):
    late = now + timedelta(minutes=5)

    assert recall.window_of(report, PUBLISHED, at=late) == recall.Window(
        now + timedelta(seconds=60), 0
    )
    recall.stop(report, PUBLISHED, by=head_a, at=late)
    assert fan_out(late) == 0


def test_of_what_is_recalled_nobody_is_told(report, entry, head_a, now):
    recall.stop(report, PUBLISHED, by=head_a, at=now + timedelta(seconds=30))

    fan_out(now + timedelta(hours=1))

    row = OutboxRow.objects.get()
    assert (row.recalled_by, row.recalled_at) == (head_a, now + timedelta(seconds=30))
    assert not Delivery.objects.exists()
    assert not recall.is_open(report, PUBLISHED)


def test_once_people_are_told_it_is_too_late(report, entry, head_a, now):
    told_at = now + timedelta(seconds=60)
    fan_out(told_at)

    with pytest.raises(WrongStatus, match="The messages have gone out"):
        recall.stop(report, PUBLISHED, by=head_a, at=told_at)
    assert recall.window_of(report, PUBLISHED, at=told_at) is None


def test_it_is_recalled_once(report, entry, head_a, editor_a, now):
    recall.stop(report, PUBLISHED, by=head_a, at=now)

    with pytest.raises(WrongStatus):
        recall.stop(report, PUBLISHED, by=editor_a, at=now)
    assert OutboxRow.objects.get().recalled_by == head_a


def test_what_is_told_to_nobody_cannot_be_recalled(report, head_a, now):
    with telling_nobody():
        record(PUBLISHED, subject=report, by=head_a, at=now)

    with pytest.raises(WrongStatus):
        recall.stop(report, PUBLISHED, by=head_a, at=now)


def test_another_record_of_the_same_kind_is_not_touched(report, entry, head_a, editor_a, now):
    other = a_report(report.incident, "draft", by=editor_a)

    with pytest.raises(WrongStatus):
        recall.stop(other, PUBLISHED, by=head_a, at=now)
    assert recall.is_open(report, PUBLISHED)


def test_the_settings_say_how_long_it_waits(settings, report, head_a, now):
    settings.PORTAL_RECALL_SECONDS = 5

    record(PUBLISHED, subject=report, by=head_a, at=now)

    assert recall.window_of(report, PUBLISHED, at=now).seconds_left == 5


# ── who would be told ───────────────────────────────────────────────────────────────────────────
def test_the_preview_of_a_report_asks_who_will_read_it(report, editor_a, head_a, editor_b, now):
    submitted = a_report(report.incident, "submitted", by=editor_a)

    assert recipients_of(PUBLISHED, submitted, by=head_a, at=now).everybody == {editor_b.pk}


def test_the_preview_names_exactly_those_who_are_told_then(report, head_a, editor_b, officer, now):
    officer.is_on_duty = True
    officer.save()
    foreseen = recipients_of(PUBLISHED, report, by=head_a, at=now)

    record(PUBLISHED, subject=report, by=head_a, at=now, participant="turkiye")
    fan_out(now + timedelta(minutes=1))

    in_inbox = Delivery.objects.filter(channel="inbox").values_list("recipient", flat=True)
    by_mail = Delivery.objects.filter(channel="mail").values_list("recipient", "cadence")
    assert foreseen.in_inbox == set(in_inbox) == {editor_b.pk, officer.pk}
    assert foreseen.by_mail == dict(by_mail)


def test_the_preview_counts_by_channel_and_participant(report, head_a, editor_b, officer, now):
    officer.is_on_duty = True
    officer.save()

    foreseen = recipients_of(PUBLISHED, report, by=head_a, at=now)

    assert [count for _channel, _when, count in foreseen.by_channel] == [2, 2]
    assert [(group.participant.slug, group.count) for group in foreseen.by_participant] == [
        ("azerbaijan", 1),
        ("secretariat", 1),
    ]


def test_the_preview_names_everybody_to_the_secretariat_and_to_others_their_colleagues(
    report, editor_a, head_a, editor_b, secretary, now
):
    editor_a.is_on_duty = True
    editor_a.save()

    def named_to(person):
        groups = recipients_of(PUBLISHED, report, by=person, at=now).by_participant
        return {one for group in groups for one in group.people}

    assert named_to(head_a) == {editor_a}
    assert named_to(secretary) == {editor_a, editor_b}


def test_the_preview_records_nothing(report, head_a, editor_b, now):
    recipients_of(PUBLISHED, report, by=head_a, at=now)

    assert not OutboxRow.objects.exists()
    assert not Delivery.objects.exists()
