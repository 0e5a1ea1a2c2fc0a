import pytest

from meetings import notices
from meetings.models import Meeting, Minutes
from meetings.statuses import (
    CORRIGENDA,
    CORRIGENDUM_TONES,
    DISPOSITION_TONES,
    MEETING_TONES,
    MEETINGS,
    MINUTES,
    MINUTES_COMMENTS,
    MINUTES_TONES,
    CorrigendumStatus,
    Disposition,
    MeetingStatus,
    MinutesStatus,
)
from meetings.views.minutes_comments import DONE
from meetings.views.presentation import WORDS
from meetings.views.steps import MEETING_WORDS, MINUTES_WORDS
from ots_portal import plugs


@pytest.mark.parametrize(
    ("lifecycle", "statuses", "first"),
    [
        (MEETINGS, MeetingStatus, MeetingStatus.PLANNED),
        (MINUTES, MinutesStatus, MinutesStatus.DRAFT),
        (MINUTES_COMMENTS, Disposition, Disposition.PENDING),
        (CORRIGENDA, CorrigendumStatus, CorrigendumStatus.PROPOSED),
    ],
)
def test_every_status_is_reached_or_the_first(lifecycle, statuses, first):
    targets = {step.target for step in lifecycle.steps.values()}

    assert set(statuses.values) == targets | {first}


def test_every_status_has_a_tone():
    assert (set(MEETING_TONES), set(MINUTES_TONES)) == (set(MeetingStatus), set(MinutesStatus))
    assert (set(DISPOSITION_TONES), set(CORRIGENDUM_TONES)) == (
        set(Disposition),
        set(CorrigendumStatus),
    )


def test_every_step_has_words():
    steps = {verb for verb, step in MINUTES.steps.items() if not step.automatic}

    assert (set(MEETING_WORDS), set(MINUTES_WORDS)) == (set(MEETINGS.steps), steps)


def test_every_step_that_disposes_of_a_comment_has_words():
    assert set(DONE) == {*MINUTES_COMMENTS.steps, "take_in"}


def test_every_audit_kind_has_words_for_its_records_history():
    told = {kind for kind in plugs.notices if kind.startswith("meetings.")}
    # Other records have histories, and words, of their own (meetings/presentation).
    of_these = {
        kind
        for kind in told | set(notices.SILENT)
        if kind.split(".")[1] in ("meeting", "agenda", "agenda_item", "minutes", "corrigendum")
    }

    assert set(WORDS) == of_these
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
