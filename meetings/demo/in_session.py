"""The sittings of the training meetings: who is there, who speaks, what is decided and has to be done."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from meetings.demo.calling import item_facts
from meetings.demo.stage import Stage, delegation_of, head_of, item_of, texts
from meetings.models import Decision, Intervention, Meeting, Sitting
from meetings.queries.sittings import running_sitting_of
from meetings.services import (
    actions,
    agenda,
    attendance,
    decisions,
    delegates,
    interventions,
    meetings,
    sittings,
)
from meetings.statuses.agenda import ItemOutcome
from meetings.statuses.decisions import DecisionMode, Vote
from meetings.statuses.sittings import AttendanceMode, InterventionKind
from ots_portal.participants.models import Participant

VOTES = {
    "turkiye": Vote.YES,
    "azerbaijan": Vote.YES,
    "kazakhstan": Vote.YES,
    "kyrgyzstan": Vote.ABSTAIN,
    "uzbekistan": Vote.NO,
}


def sitting_of(meeting: Meeting) -> Sitting:
    sitting = running_sitting_of(meeting)
    assert sitting, "called to order in the scene before"
    return sitting


def arrive(stage: Stage, meeting: Meeting, slug: str, *, mode: str, at: datetime) -> None:
    """Record everybody of a delegation who was let in as present."""
    came = delegation_of(meeting, slug).delegates.filter(
        accreditation="accredited", removed_at=None
    )
    for delegate in came:
        attendance.arrive(
            sitting_of(meeting), delegate=delegate, mode=mode, by=stage.officer, at=at
        )


def speak(  # noqa: PLR0913 -- keywords only, each named where it is called
    stage: Stage,
    meeting: Meeting,
    slug: str,
    *,
    item: str,
    asked_at: datetime,
    at: datetime,
    until: datetime,
    kind: str = InterventionKind.STATEMENT,
    decision: Decision | None = None,
) -> Intervention:
    """Let the head of a delegation ask for the floor and speak, and write down what was said."""
    delegation = delegation_of(meeting, slug)
    spoken = interventions.ask_for_the_floor(
        sitting_of(meeting), delegation=delegation, item=item_of(meeting, item), kind=kind,
        delegate=head_of(delegation), decision=decision, by=stage.officer, at=asked_at,
    )  # fmt: skip
    interventions.give_floor(spoken, by=stage.officer, at=at)
    interventions.end_floor(spoken, by=stage.officer, at=until)
    for language, text in texts()["spoken"].get(slug, {}).items():
        interventions.summarise(
            spoken, language=language, text=text, seen=0, by=stage.officer, at=until
        )
    return spoken


def propose(stage: Stage, meeting: Meeting, name: str, *, at: datetime) -> Decision:
    row = texts()["decisions"][name]
    wording = decisions.Wording(row["titles"], row["texts"], item_of(meeting, row["item"]))
    return decisions.propose(meeting, wording, by=stage.officer, at=at)


def decide(  # noqa: PLR0913 -- keywords only, each named where it is called
    stage: Stage,
    meeting: Meeting,
    name: str,
    *,
    mode: str,
    at: datetime,
    votes: Mapping[str, str] | None = None,
) -> Decision:
    decision = propose(stage, meeting, name, at=stage.later(at, -3))
    return decisions.adopt(decision, mode=mode, votes=votes, by=stage.officer, at=at)


# ── the sittings of the second meeting ──────────────────────────────────────────────────────────
def sit_in_the_morning(stage: Stage, meeting: Meeting, days: int) -> None:
    by = stage.officer
    meetings.open(meeting, by=by, at=stage.on(days, "10:02"), call_to_order=True)
    for slug in ("turkiye", "azerbaijan"):
        at = stage.on(days, "10:04")
        arrive(stage, meeting, slug, mode=AttendanceMode.IN_ROOM, at=at)
    # Two of five are too few; a quarter of an hour later there are four.
    sittings.check_quorum(sitting_of(meeting), by=by, at=stage.on(days, "10:05"))
    for slug in ("kazakhstan", "hungary"):
        at = stage.on(days, "10:14")
        arrive(stage, meeting, slug, mode=AttendanceMode.IN_ROOM, at=at)
    arrive(stage, meeting, "kyrgyzstan", mode=AttendanceMode.REMOTE, at=stage.on(days, "10:17"))
    sittings.check_quorum(sitting_of(meeting), by=by, at=stage.on(days, "10:20"))
    speak(
        stage, meeting, "hungary", item="2", asked_at=stage.on(days, "10:22"),
        at=stage.on(days, "10:25"), until=stage.on(days, "10:31"),
    )  # fmt: skip
    speak(
        stage, meeting, "azerbaijan", item="3.1", asked_at=stage.on(days, "10:35"),
        at=stage.on(days, "10:40"), until=stage.on(days, "10:52"),
    )  # fmt: skip
    speak(
        stage, meeting, "turkiye", item="3.1", asked_at=stage.on(days, "10:53"),
        at=stage.on(days, "10:54"), until=stage.on(days, "11:03"),
    )  # fmt: skip
    decide(stage, meeting, "list", mode=DecisionMode.CONSENSUS, at=stage.on(days, "11:20"))
    row = texts()["addendum"]
    agenda.add_item(
        meeting, item_facts(row), by=by, at=stage.on(days, "11:30"), consent=row["consent"]
    )
    sittings.rise(sitting_of(meeting), by=by, at=stage.on(days, "12:30"))


def sit_in_the_afternoon(stage: Stage, meeting: Meeting, days: int) -> None:
    by = stage.officer
    sitting = sittings.call_to_order(meeting, by=by, at=stage.on(days, "14:01"))
    attendance.arrive_as_before(sitting, by=by, at=stage.on(days, "14:03"))
    arrive(stage, meeting, "uzbekistan", mode=AttendanceMode.REMOTE, at=stage.on(days, "14:05"))
    sittings.check_quorum(sitting_of(meeting), by=by, at=stage.on(days, "14:06"))
    speak(
        stage, meeting, "kazakhstan", item="3.2", kind=InterventionKind.POINT_OF_ORDER,
        asked_at=stage.on(days, "14:08"), at=stage.on(days, "14:09"), until=stage.on(days, "14:12"),
    )  # fmt: skip
    answer = decide(
        stage, meeting, "answer", mode=DecisionMode.VOTE, votes=VOTES, at=stage.on(days, "14:40")
    )
    speak(
        stage, meeting, "uzbekistan", item="3.2", kind=InterventionKind.EXPLANATION,
        decision=answer, asked_at=stage.on(days, "14:41"), at=stage.on(days, "14:42"),
        until=stage.on(days, "14:47"),
    )  # fmt: skip
    left = head_of(delegation_of(meeting, "uzbekistan"))
    attendance.leave(sitting_of(meeting), delegate=left, by=by, at=stage.on(days, "15:10"))
    costs = propose(stage, meeting, "costs", at=stage.on(days, "15:20"))
    decisions.defer(
        costs, reason="Two delegations wait for their instructions (training).", by=by,
        at=stage.on(days, "15:40"),
    )  # fmt: skip
    _let_the_alternate_lead(stage, meeting, at=stage.on(days, "15:45"))
    decide(stage, meeting, "next", mode=DecisionMode.ACCLAMATION, at=stage.on(days, "16:20"))
    meetings.adjourn(meeting, by=by, at=stage.on(days, "16:35"))


def _let_the_alternate_lead(stage: Stage, meeting: Meeting, *, at: datetime) -> None:
    delegation = delegation_of(meeting, "kazakhstan")
    alternate = delegation.delegates.get(capacity="alternate")
    delegates.change_head(
        delegation, alternate, by=stage.person("duty@kazakhstan"), at=at, is_acting=True,
        reason="The head of delegation had to leave (training).",
    )  # fmt: skip


def settle_items(
    stage: Stage, meeting: Meeting, *, postponed: str, to: Meeting, at: datetime
) -> None:
    """Record every item as concluded but one, which is put off to another meeting."""
    for item in meeting.agenda_items.select_related("meeting"):
        is_put_off = item == item_of(meeting, postponed)
        agenda.settle_item(
            item, outcome=ItemOutcome.POSTPONED if is_put_off else ItemOutcome.CONCLUDED,
            postponed_to=to if is_put_off else None, by=stage.officer, at=at, version=item.version,
        )  # fmt: skip


def give_actions(stage: Stage, meeting: Meeting, *, at: datetime) -> None:
    """Give the actions, and let those responsible start, report, and have one closed."""
    for row in texts()["actions"]:
        slug = row["responsible"]
        titles = texts()["decisions"][row["decision"]]["titles"]
        decision = meeting.decisions.get(titles=titles)
        due_on = max(stage.day(row["due"]), at.date() + timedelta(days=1))
        (action,) = actions.add(
            decision, titles=row["titles"], responsible=[Participant.objects.get(pk=slug)],
            due_on=due_on, by=stage.officer, at=at,
        )  # fmt: skip
        if not row["until"]:
            continue
        editor = stage.person(f"duty@{slug}")
        actions.start(action, by=editor, at=stage.on(-6, "12:00"))
        if row["until"] != "start":
            actions.report(action, report=row["report"], by=editor, at=stage.on(-4, "13:00"))
        if row["until"] == "close":
            actions.close(action, by=stage.officer, at=stage.on(-3, "14:00"))
