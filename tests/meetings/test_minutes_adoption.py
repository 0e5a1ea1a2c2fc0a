"""Minutes that a later meeting adopts, and minutes that are circulated a second time."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from meetings.exports import minutes as exports
from meetings.models import Minutes, MinutesComment
from meetings.queries import minutes_comments as comment_queries
from meetings.queries.minutes_texts import settled_text
from meetings.services import minutes, minutes_comments
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import WrongStatus
from tests.factories.meetings import MeetingFactory
from tests.factories.minutes import (
    AFTER,
    CIRCULATED_AT,
    DEADLINE,
    a_comment,
    circulated,
    later_meeting,
)
from tests.factories.sittings import SeriesFactory


@pytest.fixture
def clock():
    with time_machine.travel(CIRCULATED_AT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def record(turkiye, azerbaijan):
    """Circulated minutes of a series, about which the time for comments is over."""
    meeting = MeetingFactory(status="adjourned", series=SeriesFactory(), host=turkiye)
    made = circulated(meeting=meeting)
    Minutes.objects.filter(pk=made.pk).update(comments_until=CIRCULATED_AT)
    made.refresh_from_db()
    return made


def adopt(record, meeting, *, by, adopted_by="next_meeting"):
    return minutes.adopt(record, by=by, at=AFTER, adopted_by=adopted_by, adopting_meeting=meeting)


def words_of(answer):
    return " ".join(answer.content.decode().split())


# ── the meeting that adopted ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("status", ["in_session", "suspended", "adjourned", "closed"])
def test_a_later_meeting_of_the_series_adopts_once_it_has_begun(record, secretary, status):
    later = later_meeting(record, status)

    adopt(record, later, by=secretary)

    record.refresh_from_db()
    entry = AuditEntry.objects.get(kind="meetings.minutes.adopted")
    assert (record.status, record.adopting_meeting) == ("adopted", later)
    assert entry.data["adopting_meeting"] == str(later.pk)


@pytest.mark.parametrize("status", ["planned", "convened", "postponed"])
def test_a_meeting_that_has_not_begun_adopts_nothing(record, secretary, status):
    with pytest.raises(ValidationError, match="has not begun") as refusal:
        adopt(record, later_meeting(record, status), by=secretary)

    record.refresh_from_db()
    assert (list(refusal.value.message_dict), record.status) == (["adopting_meeting"], "circulated")


def test_a_meeting_of_another_body_or_before_it_adopts_nothing(record, secretary):
    others = [
        later_meeting(record, series=SeriesFactory()),
        later_meeting(record, series=None),
        later_meeting(record, starts_at=record.meeting.starts_at - timedelta(days=1)),
        later_meeting(record, is_training=True),
        later_meeting(record, "cancelled"),
        record.meeting,
    ]

    for other in others:
        with pytest.raises(ValidationError, match="later meeting of the same body"):
            adopt(record, other, by=secretary)


def test_an_adoption_by_the_next_meeting_names_it_and_no_other_does(record, secretary):
    with pytest.raises(ValidationError, match="Choose the later meeting"):
        adopt(record, None, by=secretary)
    with pytest.raises(ValidationError, match="Only an adoption by the next meeting"):
        adopt(record, later_meeting(record), by=secretary, adopted_by="in_sitting")


def test_the_database_keeps_other_adoptions_without_a_meeting(record):
    later = later_meeting(record)

    with pytest.raises(IntegrityError), transaction.atomic():
        Minutes.objects.filter(pk=record.pk).update(adopted_by="in_sitting", adopting_meeting=later)


def test_a_meeting_without_a_series_has_later_ones_of_its_kind(secretary):
    made = circulated(meeting=MeetingFactory(status="adjourned", kind="ministerial"))
    Minutes.objects.filter(pk=made.pk).update(comments_until=CIRCULATED_AT)
    made.refresh_from_db()

    with pytest.raises(ValidationError):
        adopt(made, later_meeting(made, kind="expert_group"), by=secretary)

    assert adopt(made, later_meeting(made), by=secretary).status == "adopted"


def test_the_page_offers_the_later_meetings_and_says_what_cannot_be(sign_in, secretary, record):
    later, planned = later_meeting(record), later_meeting(record, "planned")
    address = reverse("meetings:minutes_adopt", args=[record.pk])
    client = sign_in(secretary)

    form = client.get(address).context["form"]
    none = client.post(address, {"adopted_by": "next_meeting"})
    early = client.post(address, {"adopted_by": "next_meeting", "adopting_meeting": planned.pk})
    done = client.post(address, {"adopted_by": "next_meeting", "adopting_meeting": later.pk})

    offered = set(form.fields["adopting_meeting"].queryset)
    assert (offered, form["adopting_meeting"].value()) == ({later, planned}, later.pk)
    assert (none.status_code, early.status_code, done.status_code) == (422, 422, 302)
    assert "has not begun" in words_of(early)


def test_in_the_sitting_itself_the_meeting_that_was_proposed_is_left_out(
    sign_in, secretary, record
):
    later = later_meeting(record)
    address = reverse("meetings:minutes_adopt", args=[record.pk])

    sign_in(secretary).post(address, {"adopted_by": "in_sitting", "adopting_meeting": later.pk})

    record.refresh_from_db()
    assert (record.adopted_by, record.adopting_meeting) == ("in_sitting", None)


def test_both_meetings_and_the_minutes_say_so(sign_in, secretary, reader_a, record):
    later = later_meeting(record)
    adopt(record, later, by=secretary)
    client = sign_in(reader_a)

    pages = [client.get(one.get_absolute_url()) for one in (record, record.meeting, later)]

    of_minutes, of_meeting, of_later = [words_of(page) for page in pages]
    assert f'<a href="{later.get_absolute_url()}">{later.title}</a>' in of_minutes
    assert f'<a href="{later.get_absolute_url()}">{later.title}</a>' in of_meeting
    assert "Adopted the minutes of" in of_later
    assert record.get_absolute_url() in of_later


def test_who_may_not_read_the_later_meeting_is_not_told_of_it(
    sign_in, client, secretary, second_secretary, observer, record
):
    later = later_meeting(record, titles={"en": "Closed talks"}, visibility="members")
    adopt(record, later, by=secretary)
    minutes.publish(record, by=second_secretary, at=AFTER, classification="public")

    page, told = client.get(record.get_absolute_url()), client.get(f"/api/v1/minutes/{record.pk}/")
    to_observer = sign_in(observer).get(record.get_absolute_url())

    assert all("Closed talks" not in words_of(one) for one in (page, to_observer))
    assert all("By the next meeting" in words_of(one) for one in (page, to_observer))
    assert told.json()["adopting_meeting"] is None


def test_the_paper_names_the_meeting_to_whoever_may_read_it(record, secretary):
    later = later_meeting(record, titles={"en": "Fourth meeting"})
    adopt(record, later, by=secretary)
    facts = [exports._facts(record, one) for one in (later, None)]

    assert "Fourth meeting" in str(facts[0])
    assert "Fourth meeting" not in str(facts[1])
    made = exports.to_pdf(
        record, settled_text(record), corrigenda=[], language="en", at=AFTER, adopting_meeting=later
    )
    assert made.startswith(b"%PDF")


def test_the_api_takes_the_meeting_by_its_key(client, secretary, reader_a, record):
    later, planned = later_meeting(record), later_meeting(record, "convened")
    address = f"/api/v1/minutes/{record.pk}/adopt/"
    client.force_login(secretary)

    def ask(meeting):
        body = {"adopted_by": "next_meeting", "adopting_meeting": meeting}
        return client.post(address, body, content_type="application/json")

    answers = [ask(one) for one in (None, str(planned.pk), str(record.pk), str(later.pk))]

    assert [one.status_code for one in answers] == [400, 400, 400, 200]
    assert answers[0].json()["errors"][0]["pointer"] == "#/adopting_meeting"
    assert answers[3].json()["adopting_meeting"] == str(later.pk)


# ── circulated again with the same words ────────────────────────────────────────────────────────
@pytest.fixture
def again(clock, turkiye, azerbaijan, secretary, officer, editor_a):
    """Minutes on which Türkiye has commented, withdrawn and circulated with not a word changed."""
    made = circulated()
    a_comment(made, by=editor_a, at=CIRCULATED_AT)
    minutes.withdraw(made, by=secretary, at=CIRCULATED_AT)
    clock.move_to(CIRCULATED_AT + timedelta(hours=1))
    return minutes.circulate(made, by=officer, at=timezone.now(), comments_until=DEADLINE)


def test_a_state_comments_again_and_the_old_comment_stays_with_its_revision(again, editor_a):
    a_comment(again, by=editor_a, at=timezone.now(), reason="Still two.")

    said = MinutesComment.objects.order_by("created_at")
    assert [(one.revision.number, one.reason) for one in said] == [
        (1, "There were two."),
        (2, "Still two."),
    ]
    first, second = again.revisions.order_by("number")
    assert (first.sha256, first.paragraphs) == (second.sha256, second.paragraphs)


def test_of_one_circulation_a_state_still_has_one_comment(again, editor_a):
    a_comment(again, by=editor_a, at=timezone.now())

    with pytest.raises(WrongStatus, match="commented on this paragraph already"):
        a_comment(again, by=editor_a, at=timezone.now())


def test_the_page_offers_to_comment_again(sign_in, again, editor_a):
    address = reverse("meetings:minutes_comments", args=[again.pk])
    client = sign_in(editor_a)
    key = again.paragraphs.get().pk.hex

    before = client.get(address)
    answer = client.post(
        reverse("meetings:minutes_comment", args=[again.pk]),
        {"paragraph": key, "language": "en", "proposed_text": "Three.", "reason": "Counted."},
    )
    after = client.get(address)

    assert f"?paragraph={key}" in words_of(before)
    assert answer.status_code == 302
    assert f"?paragraph={key}" not in words_of(after)
    assert all(f"Revision {number}," in words_of(after) for number in (1, 2))


def test_the_card_and_the_reminder_ask_the_state_again(again, editor_a, editor_b):
    assert list(comment_queries.waiting_for(editor_a)) == [again]

    a_comment(again, by=editor_a, at=timezone.now())

    assert list(comment_queries.waiting_for(editor_a)) == []
    assert list(comment_queries.waiting_for(editor_b)) == [again]


def test_the_old_comment_still_needs_a_disposition(clock, again, officer, secretary):
    clock.move_to(AFTER)
    with pytest.raises(WrongStatus, match="still pending"):
        minutes.adopt(again, by=secretary, at=AFTER)

    minutes_comments.accept(MinutesComment.objects.get(), by=officer, at=AFTER)
    assert minutes.adopt(again, by=secretary, at=AFTER).status == "adopted"
