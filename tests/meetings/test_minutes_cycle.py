"""Minutes from the draft to the reading room: revisions, the deadline, adoption, wider publication."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import F

from meetings.models import Minutes, MinutesParagraph, MinutesRevision
from meetings.queries.minutes_texts import digest_of, gaps_of, is_stale, states_of, text_for
from meetings.rules import minutes as rules
from meetings.services import minutes, minutes_comments
from meetings.services.minutes import Wording
from meetings.statuses import MOST_CHARACTERS
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.silence import services as silence
from ots_portal.silence.models import SilenceProcedure
from tests.factories.meetings import MeetingFactory
from tests.factories.minutes import (
    AFTER,
    CIRCULATED_AT,
    DEADLINE,
    a_comment,
    a_draft,
    circulated,
    key_of,
    settled,
)
from tests.factories.sittings import SeriesFactory

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(CIRCULATED_AT, tick=False) as traveller:
        yield traveller


def texts(paragraphs):
    return [one["texts"] for one in paragraphs]


# ── circulating ─────────────────────────────────────────────────────────────────────────────────
def test_circulating_freezes_the_text_with_its_digest(officer):
    record = a_draft({"en": "One.", "tr": "Bir."}, {"en": "Two.", "tr": "İki."})

    minutes.circulate(record, by=officer, at=CIRCULATED_AT, comments_until=DEADLINE)

    revision = record.revisions.get()
    assert (revision.number, texts(revision.paragraphs), revision.sha256) == (
        1,
        [{"en": "One.", "tr": "Bir."}, {"en": "Two.", "tr": "İki."}],
        digest_of(revision.paragraphs),
    )


def test_minutes_are_not_circulated_before_the_meeting_is_adjourned(officer):
    record = a_draft(meeting=MeetingFactory(status="in_session"))

    with pytest.raises(WrongStatus, match="once the meeting is adjourned"):
        minutes.circulate(record, by=officer, at=CIRCULATED_AT)


@pytest.mark.parametrize("until", [CIRCULATED_AT, CIRCULATED_AT - HOUR])
def test_a_deadline_that_has_passed_is_refused(officer, until):
    with pytest.raises(ValidationError, match="moment has passed"):
        minutes.circulate(a_draft(), by=officer, at=CIRCULATED_AT, comments_until=until)


@pytest.mark.parametrize(("days", "expected"), [(7, 7), (None, minutes.USUAL_COMMENT_DAYS)])
def test_the_usual_deadline_is_that_of_the_series(officer, days, expected):
    meeting = MeetingFactory(status="adjourned", series=SeriesFactory(comment_days=days))

    record = minutes.circulate(a_draft(meeting=meeting), by=officer, at=CIRCULATED_AT)

    assert record.comments_until == CIRCULATED_AT + timedelta(days=expected)


def test_the_database_keeps_a_revision_as_it_was_frozen():
    revision = circulated().revisions.get()

    for change in (
        lambda: MinutesRevision.objects.filter(pk=revision.pk).update(sha256="0" * 64),
        lambda: MinutesRevision.objects.filter(pk=revision.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


# ── revising ────────────────────────────────────────────────────────────────────────────────────
def test_the_text_is_revised_only_after_the_time_for_comments(officer, clock):
    record = circulated()

    with pytest.raises(WrongStatus, match="may comment until"):
        minutes.revise(record, by=officer, at=DEADLINE - HOUR)
    clock.move_to(DEADLINE)
    minutes.revise(record, by=officer, at=DEADLINE)

    assert record.status == "revised"


def test_members_read_the_circulated_text_while_it_is_revised(officer, reader_a, clock):
    record = circulated({"en": "Old."})
    clock.move_to(AFTER)
    minutes.revise(record, by=officer, at=AFTER)
    wording = Wording("New.", pk=record.paragraphs.get().pk)
    minutes.update(record, [wording], language="en", by=officer, at=AFTER, version=record.version)

    read = [texts(text_for(user, record)) for user in (officer, reader_a)]

    assert read == [[{"en": "New."}], [{"en": "Old."}]]


def test_circulating_again_freezes_another_revision_and_adopting_the_same_wording_none(
    officer, clock
):
    record = circulated({"en": "Old."})
    clock.move_to(AFTER)
    minutes.revise(record, by=officer, at=AFTER)
    MinutesParagraph.objects.filter(minutes=record).update(texts={"en": "New."})
    minutes.circulate(record, by=officer, at=AFTER)
    head = settled({"en": "Same."})

    assert [one.number for one in record.revisions.all()] == [1, 2]
    assert [one.number for one in head.revisions.all()] == [1]


# ── adopting ────────────────────────────────────────────────────────────────────────────────────
def test_minutes_are_not_adopted_before_the_deadline(secretary, clock):
    record = circulated()

    clock.move_to(DEADLINE - HOUR)
    with pytest.raises(WrongStatus, match="may comment until"):
        minutes.adopt(record, by=secretary, at=DEADLINE - HOUR)
    clock.move_to(DEADLINE)
    minutes.adopt(record, by=secretary, at=DEADLINE, adopted_by="in_sitting")

    assert (record.status, record.adopted_by) == ("adopted", "in_sitting")


def test_the_deadline_is_held_against_the_database_and_not_against_the_request(secretary):
    record = circulated()

    # The request says that it is later than the database's clock does.
    with pytest.raises(WrongStatus):
        minutes.adopt(record, by=secretary, at=AFTER)

    record.refresh_from_db()
    assert record.status == "circulated"


def test_minutes_are_not_adopted_with_a_pending_comment(secretary, officer, editor_a, clock):
    record = circulated()
    comment = a_comment(record, by=editor_a, at=CIRCULATED_AT)
    clock.move_to(AFTER)

    with pytest.raises(WrongStatus, match="1 comment is still pending"):
        minutes.adopt(record, by=secretary, at=AFTER)
    minutes_comments.decline(comment, by=officer, at=AFTER, reply="It was one.")
    minutes.adopt(record, by=secretary, at=AFTER)

    assert record.status == "adopted"


def test_unequal_language_versions_are_refused_by_language_and_number(secretary, clock):
    record = circulated({"en": "One.", "tr": "Bir."}, {"en": "Two."}, {"tr": "Üç."})
    clock.move_to(AFTER)

    with pytest.raises(WrongStatus) as refused:
        minutes.adopt(record, by=secretary, at=AFTER)

    assert "English: 3; Türkçe: 2" in str(refused.value)


def test_adopting_a_revised_text_freezes_what_was_adopted(officer, secretary, reader_a, clock):
    record = circulated({"en": "Old."})
    clock.move_to(AFTER)
    minutes.revise(record, by=officer, at=AFTER)
    MinutesParagraph.objects.filter(minutes=record).update(texts={"en": "New."})
    minutes.adopt(record, by=secretary, at=AFTER)

    assert texts(text_for(reader_a, record)) == [{"en": "New."}]


def test_silence_is_not_recorded_by_hand(secretary, clock):
    record = circulated()
    clock.move_to(AFTER)

    with pytest.raises(ValidationError, match="own procedure"):
        minutes.adopt(record, by=secretary, at=AFTER, adopted_by="silence")


@pytest.fixture
def under_silence(secretary, head_a, clock):
    record = circulated()
    clock.move_to(AFTER)
    end = AFTER + timedelta(days=7)
    silence.start(
        record, expires_at=end, time_zone="Europe/Istanbul", by=secretary, at=AFTER,
        text_sha256=silence.digest_of(record),
    )  # fmt: skip
    return record


def test_silence_that_nobody_breaks_adopts_the_minutes_once(under_silence, clock):
    procedure = SilenceProcedure.objects.get()
    clock.move_to(procedure.expires_at)

    counts = [silence.settle_due(clock=lambda: procedure.expires_at) for _time in range(2)]

    under_silence.refresh_from_db()
    assert (counts, under_silence.status, under_silence.adopted_by) == (
        [1, 0],
        "adopted",
        "silence",
    )


def test_an_objection_leaves_the_minutes_circulated(under_silence, head_a, clock):
    procedure = SilenceProcedure.objects.get()
    silence.object_to(procedure, kind="objection", reason="Wrong.", by=head_a, at=AFTER)

    under_silence.refresh_from_db()
    assert under_silence.status == "circulated"


@pytest.mark.parametrize("verb", ["withdraw", "revise", "adopt"])
def test_minutes_under_silence_stand_still(under_silence, secretary, verb):
    with pytest.raises(WrongStatus, match="under silence"):
        getattr(minutes, verb)(under_silence, by=secretary, at=AFTER)


# ── publishing ──────────────────────────────────────────────────────────────────────────────────
def test_the_published_text_stays_whatever_becomes_of_its_paragraphs(observer):
    record = settled({"en": "As adopted."}, classification="observers")

    MinutesParagraph.objects.filter(minutes=record).update(texts={"en": "Forged."})

    assert texts(text_for(observer, record)) == [{"en": "As adopted."}]


def test_minutes_for_observers_are_opened_to_everybody_once(secretary, anonymous):
    record = settled(classification="observers")

    minutes.publish_public(record, by=secretary, at=AFTER)
    with pytest.raises(WrongStatus, match="open to everybody already"):
        minutes.publish_public(record, by=secretary, at=AFTER)

    assert (record.status, record.classification) == ("published", "public")
    assert AuditEntry.objects.filter(kind="meetings.minutes.opened").count() == 1


def test_whoever_wrote_minutes_does_not_open_them_to_everybody(secretary):
    record = settled(classification="observers", prepared_by=secretary)

    assert rules.may_publish_public(secretary, record).code == "same_person"


# ── languages ───────────────────────────────────────────────────────────────────────────────────
def test_a_translation_is_out_of_date_once_the_original_changes_until_it_is_confirmed(officer):
    record = a_draft({"en": "One."})
    one = record.paragraphs.get()
    minutes.translate(
        record, {one.pk: "Bir."}, language="tr", by=officer, at=CIRCULATED_AT, version=1
    )
    fresh = is_stale(record.paragraphs.get(), "tr")
    minutes.update(
        record, [Wording("Only one.", pk=one.pk)], language="en", by=officer, at=CIRCULATED_AT,
        version=2,
    )  # fmt: skip
    changed = is_stale(record.paragraphs.get(), "tr")
    minutes.translate(
        record, {}, language="tr", confirmed=frozenset([one.pk]), by=officer, at=CIRCULATED_AT,
        version=3,
    )  # fmt: skip

    assert (fresh, changed, is_stale(record.paragraphs.get(), "tr")) == (False, True, False)


def test_the_state_of_a_language_names_what_is_missing(officer):
    record = a_draft({"en": "One.", "tr": "Bir."}, {"en": "Two."})

    assert [(one.language, one.missing, one.stale) for one in states_of(record)] == [
        ("en", [], []),
        ("tr", [2], []),
    ]
    assert gaps_of(text_for(officer, record)) == {"tr": [2]}


def test_a_stale_translation_saves_nothing(officer):
    record = a_draft({"en": "One."})
    Minutes.objects.filter(pk=record.pk).update(version=F("version") + 1)

    with pytest.raises(StaleVersion):
        minutes.translate(record, {}, language="tr", by=officer, at=CIRCULATED_AT, version=1)


@pytest.mark.parametrize(
    ("count", "is_taken"), [(MOST_CHARACTERS, True), (MOST_CHARACTERS + 1, False)]
)
def test_a_language_version_has_a_million_characters_and_not_one_more(officer, count, is_taken):
    record = a_draft({"en": "x"})
    halves = [Wording("x" * (count // 2)), Wording("y" * (count - count // 2))]

    if is_taken:
        minutes.update(record, halves, language="en", by=officer, at=CIRCULATED_AT, version=1)
    else:
        with pytest.raises(ValidationError, match=r"1000000 characters.*these are 1000001"):
            minutes.update(record, halves, language="en", by=officer, at=CIRCULATED_AT, version=1)

    assert sum(len(one.texts["en"]) for one in record.paragraphs.all()) == (
        count if is_taken else 1
    )


def test_the_key_of_a_paragraph_outlives_its_number(officer):
    record = circulated({"en": "One."}, {"en": "Two."})

    assert [one["key"] for one in record.revisions.get().paragraphs] == [
        key_of(record, 1),
        key_of(record, 2),
    ]
