import pytest

from meetings import notices
from meetings.models import Meeting, Minutes
from meetings.statuses import (
    MEETING_TONES,
    MEETINGS,
    MINUTES,
    MINUTES_TONES,
    MeetingStatus,
    MinutesStatus,
)
from meetings.views.presentation import WORDS
from meetings.views.steps import MEETING_WORDS, MINUTES_WORDS
from ots_portal import plugs


@pytest.mark.parametrize(
    ("lifecycle", "statuses", "first"),
    [
        (MEETINGS, MeetingStatus, MeetingStatus.PLANNED),
        (MINUTES, MinutesStatus, MinutesStatus.DRAFT),
    ],
)
def test_every_status_is_reached_or_the_first(lifecycle, statuses, first):
    targets = {step.target for step in lifecycle.steps.values()}

    assert set(statuses.values) == targets | {first}


def test_every_status_has_a_tone():
    assert (set(MEETING_TONES), set(MINUTES_TONES)) == (set(MeetingStatus), set(MinutesStatus))


def test_every_step_has_words():
    assert (set(MEETING_WORDS), set(MINUTES_WORDS)) == (set(MEETINGS.steps), set(MINUTES.steps))


def test_every_audit_kind_has_a_notice_or_is_silent_on_purpose():
    told = {kind for kind in plugs.notices if kind.startswith("meetings.")}

    in_session = {"meetings.decision.adopted", *notices.in_session.TOLD}
    assert told == {"meetings.meeting.convened", "meetings.minutes.published"} | in_session
    # The pages of sittings, decisions and actions take their words from the audit's labels.
    known = set(WORDS) | in_session | set(notices.in_session.LABELS)
    assert known == told | set(notices.SILENT)
    assert not told & set(notices.SILENT)


def test_every_step_records_a_kind_that_is_known():
    records = {step.records for table in (MEETINGS, MINUTES) for step in table.steps.values()}

    assert records <= set(WORDS)


def test_members_of_the_tables_are_stored_by_the_models():
    assert (
        Meeting._meta.get_field("status").choices,
        Minutes._meta.get_field("status").choices,
    ) == (
        MeetingStatus.choices,
        MinutesStatus.choices,
    )
