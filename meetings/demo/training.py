"""
The training series of the demonstration: one meeting that is over and published, one whose minutes are
commented on, one that is prepared.

Everything goes through the services, by the demonstration's people: what a visitor finds is what people could
have done. Only the clock is moved, so that the days are always near.
"""

from datetime import datetime

from django.db import transaction

from meetings.demo import calling, in_session, minutes, papers
from meetings.demo.stage import Stage, everybody_is_there, item_of, texts
from meetings.models import Meeting, Series
from meetings.services import (
    agenda_versions,
    decisions,
    following,
    invitations,
    meetings,
    sittings,
)
from meetings.statuses.decisions import DecisionMode
from meetings.statuses.sittings import AttendanceMode
from ots_portal import plugs
from ots_portal.crossrefs import services as crossrefs

FIRST, SECOND, THIRD = -90, -14, 24  # days from the day on which the demonstration is loaded
EXERCISE = "Exercise"


def load(at: datetime) -> None:
    """Play the meetings once; without the demonstration's people, none of them."""
    if not everybody_is_there():
        return
    stage = Stage(at)
    code = texts()["series"]["code"]
    if not Series.objects.filter(code=code).exists():
        with transaction.atomic():
            _play(stage)
    numbered = Meeting.objects.filter(series__code=code, series__created_by=stage.officer)
    for name, ordinal, days in (("second", 2, -11), ("third", 3, -7)):
        if meeting := numbered.filter(ordinal=ordinal, is_training=True).first():
            papers.issue_all(stage, meeting, name, at=stage.on(days, "17:30"))


def _play(stage: Stage) -> None:
    series = calling.enter_series(stage, stage.on(-140, "09:00"))
    first = _first(stage, series)
    second = _second(stage, series, first)
    third = _third(stage, series, second)
    in_session.settle_items(stage, second, postponed="4", to=third, at=stage.on(-9, "16:00"))
    minutes.publish_and_correct(stage, first)
    meetings.close(first, by=stage.officer, at=stage.on(-1, "10:00"))
    minutes.circulate_for_comments(stage, second)
    _ask_in_silence(stage, second)
    _tie_to_the_exercise(stage, third)


# ── over, and published ─────────────────────────────────────────────────────────────────────────
def _first(stage: Stage, series: Series) -> Meeting:
    meeting = calling.plan(stage, "first", series, days=FIRST, at=stage.on(-135, "10:00"))
    calling.invite(stage, meeting, at=stage.on(-130, "10:00"))
    answers = {"turkiye": "accept", "azerbaijan": "accept", "kazakhstan": "accept"}
    calling.answer(stage, meeting, {**answers, "hungary": "decline"}, at=stage.on(-120, "11:00"))
    agenda_versions.circulate_agenda(meeting, by=stage.officer, at=stage.on(-110, "12:00"))
    calling.announce(stage, meeting, tuple(answers), at=stage.on(-100, "13:00"))
    calling.examine(stage, meeting, dict.fromkeys(answers, "in_order"), at=stage.on(-97, "14:00"))
    calling.accredit(stage, meeting, at=stage.on(-96, "15:00"))
    meetings.open(meeting, by=stage.officer, at=stage.on(FIRST, "09:02"), call_to_order=True)
    for slug in answers:
        at = stage.on(FIRST, "09:05")
        in_session.arrive(stage, meeting, slug, mode=AttendanceMode.IN_ROOM, at=at)
    sitting = in_session.sitting_of(meeting)
    sittings.check_quorum(sitting, by=stage.officer, at=stage.on(FIRST, "09:10"))
    in_session.decide(
        stage, meeting, "handover", mode=DecisionMode.CONSENSUS, at=stage.on(FIRST, "10:15")
    )
    meetings.adjourn(meeting, by=stage.officer, at=stage.on(FIRST, "11:00"))
    minutes.circulate_the_first(stage, meeting)
    return meeting


# ── adjourned, its minutes with the States ──────────────────────────────────────────────────────
def _second(stage: Stage, series: Series, first: Meeting) -> Meeting:
    meeting = calling.plan(stage, "second", series, days=SECOND, at=stage.on(-48, "10:00"))
    papers.expect(stage, meeting, at=stage.on(-48, "10:30"))
    calling.invite(stage, meeting, at=stage.on(-45, "11:00"))
    accepted = ("turkiye", "azerbaijan", "kazakhstan", "hungary")
    answers = dict.fromkeys(accepted, "accept")
    waiting = dict.fromkeys(("kyrgyzstan", "uzbekistan"), "acknowledge")
    calling.answer(stage, meeting, {**answers, **waiting}, at=stage.on(-35, "12:00"))
    agenda_versions.circulate_agenda(meeting, by=stage.officer, at=stage.on(-30, "12:30"))
    came = (*accepted, "kyrgyzstan", "uzbekistan")
    calling.announce(stage, meeting, came, at=stage.on(-25, "13:00"))
    results = {**dict.fromkeys(("turkiye", "azerbaijan", "hungary"), "in_order")}
    results |= {"kazakhstan": "", "kyrgyzstan": "queried"}
    calling.examine(stage, meeting, results, at=stage.on(-20, "14:00"))
    calling.accredit(stage, meeting, at=stage.on(-17, "15:00"))
    in_session.sit_in_the_morning(stage, meeting, SECOND)
    minutes.adopt_the_first(stage, first, by_meeting=meeting, at=stage.on(SECOND, "12:40"))
    in_session.sit_in_the_afternoon(stage, meeting, SECOND)
    in_session.give_actions(stage, meeting, at=stage.on(SECOND, "17:00"))
    return meeting


def _ask_in_silence(stage: Stage, meeting: Meeting) -> None:
    """Put a decision under silence that had no time in the sitting; it is running when it is looked at."""
    decision = in_session.propose(stage, meeting, "card", at=stage.on(-3, "16:00"))
    decisions.put_under_silence(
        decision, expires_at=stage.hour(8, "18:00"), time_zone=stage.officer.time_zone,
        by=stage.officer, at=stage.on(-2, "17:00"),
    )  # fmt: skip


def _tie_to_the_exercise(stage: Stage, meeting: Meeting) -> None:
    """Say that the item on the last exercise is about the incident of the demonstration's exercise."""
    incidents = plugs.linkables.get("incidents.incident")
    readable = incidents.visible_to(stage.officer) if incidents else ()
    exercise = next((one for one in readable if EXERCISE in str(one)), None)
    if exercise:
        item = item_of(meeting, "2")
        crossrefs.tie(item, to=exercise, by=stage.officer, at=stage.at)


# ── ahead ───────────────────────────────────────────────────────────────────────────────────────
def _third(stage: Stage, series: Series, last: Meeting) -> Meeting:
    """Plan the next from the last; it lacks answers, delegations, credentials and languages."""
    facts = calling.facts_of(stage, "third", series, days=THIRD)
    meeting = following.follow(
        last, facts, by=stage.officer, at=stage.on(-11, "11:00"), is_training=True
    )
    meetings.convene(meeting, by=stage.officer, at=stage.on(-10, "12:00"))
    invitations.send_all(meeting, by=stage.officer, at=stage.on(-10, "12:30"))
    answers = {"azerbaijan": "accept", "turkiye": "accept", "kyrgyzstan": "acknowledge"}
    calling.answer(stage, meeting, {**answers, "hungary": "accept"}, at=stage.on(-6, "13:00"))
    agenda_versions.circulate_agenda(meeting, by=stage.officer, at=stage.on(-5, "14:00"))
    calling.announce(stage, meeting, ("azerbaijan", "turkiye"), at=stage.on(-4, "15:00"))
    results = {"azerbaijan": "in_order", "turkiye": ""}
    calling.examine(stage, meeting, results, at=stage.on(-2, "16:00"))
    return meeting
