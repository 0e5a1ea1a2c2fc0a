"""Who is told, and in which words."""

from datetime import timedelta

import pytest

from meetings import notices
from meetings.services import meetings, minutes
from ots_portal.audit.models import AuditEntry
from ots_portal.notifications.models import Delivery
from ots_portal.notifications.services import fan_out_waiting
from ots_portal.notifications.wording import wording_for
from ots_portal.plugs import notices as registered
from tests.factories.meetings import MeetingFactory, MinutesFactory


def told():
    entry = AuditEntry.objects.order_by("recorded_at").last()
    return set(registered[entry.kind].recipients(entry))


def worded(record, reader):
    entry = AuditEntry.objects.order_by("recorded_at").last()
    return wording_for(registered[entry.kind], entry, record, reader)


def test_publishing_tells_everybody_who_may_now_read(secretary, officer, editor_a, reader_a, observer, machine_a, auditor, now):  # fmt: skip
    record = MinutesFactory(status="adopted")

    minutes.publish(record, by=secretary, at=now, classification="observers")

    assert told() == {editor_a, reader_a, observer}


def test_convening_calls_editors_and_heads(secretary, editor_a, head_b, reader_a, observer, now):
    meeting = MeetingFactory(visibility="observers")

    meetings.convene(meeting, by=secretary, at=now)

    assert told() == {editor_a, head_b}


def test_deliveries_are_written_for_inbox_and_mail(secretary, reader_a, observer, now):
    record = MinutesFactory(status="adopted")

    minutes.publish(record, by=secretary, at=now, classification="observers")
    fan_out_waiting(clock=lambda: now + timedelta(minutes=1))

    found = set(Delivery.objects.values_list("recipient__email", "channel"))
    assert found == {
        (user.email, channel) for user in (reader_a, observer) for channel in ("inbox", "mail")
    }


@pytest.mark.parametrize("is_training", [True, False])
def test_a_training_meeting_is_marked_in_the_subject(secretary, observer, now, is_training):
    meeting = MeetingFactory(
        status="adjourned", titles={"en": "Alerts & <answers>"}, is_training=is_training
    )
    record = MinutesFactory(status="adopted", meeting=meeting)
    minutes.publish(record, by=secretary, at=now, classification="observers")

    wording = worded(record, observer)

    mark = "TRAINING: " if is_training else ""
    assert wording.subject == f"{mark}Minutes published: Alerts & <answers>"
    assert ("This is practice" in wording.text) == is_training
    assert "Alerts &amp; &lt;answers&gt;" in wording.html


def test_a_call_says_when_and_where_in_the_readers_zone(secretary, editor_b, now):
    editor_b.time_zone = "Asia/Baku"
    meeting = MeetingFactory(
        titles={"en": "Alerts"}, starts_at=now, venue="Room 7", is_training=True
    )
    meetings.convene(meeting, by=secretary, at=now)

    wording = worded(meeting, editor_b)

    assert wording.subject.endswith("Alerts")
    assert all(words in wording.text for words in ("16:00 (UTC+4)", "Ankara, Room 7"))


def test_who_may_not_see_the_record_any_more_gets_no_message(observer):
    record = MinutesFactory(status="adopted")
    notice = registered["meetings.minutes.published"]

    assert notice.record_for(observer, str(record.pk)) is None


def test_silent_kinds_reach_nobody(officer, editor_a, now):
    meetings.convene(MeetingFactory(), by=officer, at=now)
    kinds = set(AuditEntry.objects.values_list("kind", flat=True))

    assert not kinds & set(notices.SILENT)
