"""Who is told, and in which words."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from meetings import notices
from meetings.services import meetings, minutes, minutes_comments, minutes_reminders
from ots_portal.audit.models import AuditEntry
from ots_portal.notifications.models import Delivery
from ots_portal.notifications.services import fan_out_waiting
from ots_portal.notifications.wording import wording_for
from ots_portal.plugs import notices as registered
from tests.factories.meetings import MeetingFactory, MinutesFactory
from tests.factories.minutes import (
    AFTER,
    FAR_AWAY,
    a_comment,
    a_corrigendum,
    circulated,
    settled,
)
from tests.factories.sittings import InvitationFactory


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


# ── minutes on their way ────────────────────────────────────────────────────────────────────────
def those_told(kind):
    entry = AuditEntry.objects.filter(kind=kind).last()
    return set(registered[kind].recipients(entry).values_list("email", flat=True))


def test_the_invited_members_editors_and_heads_hear_of_circulated_minutes(
    editor_a, reader_a, head_b, observer, officer
):
    record = circulated(meeting=MeetingFactory(status="adjourned"))
    InvitationFactory(
        meeting=record.meeting,
        participant=head_b.participant,
        status="accepted",
        created_by=officer,
    )

    assert those_told("meetings.minutes.circulated") == {head_b.email}


def test_only_states_that_have_not_commented_are_reminded(editor_a, head_b, turkiye):
    at = timezone.now()
    record = circulated(at=at - timedelta(days=10), until=at + timedelta(days=2))
    a_comment(record, by=editor_a, at=at)
    minutes_reminders.remind(at=at)

    assert those_told("meetings.minutes.comments_due") == {head_b.email}


def test_members_hear_of_adoption_and_observers_do_not(editor_a, head_b, observer):
    settled()

    assert those_told("meetings.minutes.adopted") == {editor_a.email, head_b.email}


def test_all_who_read_the_minutes_hear_of_a_corrigendum(
    secretary, reader_a, observer, third_state_reader
):
    a_corrigendum("issued", by=secretary, record=settled(classification="observers"))

    assert {reader_a.email, observer.email} <= those_told("meetings.corrigendum.issued")
    assert third_state_reader.email not in those_told("meetings.corrigendum.issued")


def test_those_who_may_read_for_the_first_time_hear_of_wider_publication(
    secretary, observer, third_state_reader
):
    record = settled(classification="observers")
    minutes.publish_public(record, by=secretary, at=AFTER)

    assert those_told("meetings.minutes.opened") == {third_state_reader.email}


def test_a_state_hears_what_became_of_its_comment(editor_a, head_a, head_b, officer):
    at = timezone.now()
    record = circulated(at=at, until=FAR_AWAY)
    minutes_comments.accept(a_comment(record, by=editor_a, at=at), by=officer, at=at)

    assert those_told("meetings.minutes_comment.disposed_of") == {editor_a.email, head_a.email}


def test_the_deadline_is_said_in_the_readers_own_zone(editor_a):
    record = circulated()
    editor_a.time_zone = "Asia/Almaty"
    with timezone.override(ZoneInfo(editor_a.time_zone)):
        text = render_to_string(
            "meetings/notices/minutes_circulated.txt", {"record": record, "address": "x"}
        )

    assert ("4 Dec 2026, 17:00" in text, "UTC+5" in text) == (True, True)
