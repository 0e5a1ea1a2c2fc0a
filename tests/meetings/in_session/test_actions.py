from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from meetings.models import ActionItem, DueDateMove
from meetings.queries import actions as queries
from meetings.services import actions as services
from meetings.services import reminders
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.notifications.wording import wording_for
from ots_portal.plugs import notices
from ots_portal.verdicts import Refused
from tests.factories.meetings import MeetingFactory
from tests.factories.sittings import ActionItemFactory, DecisionFactory
from tests.meetings.in_session.conftest import OPENED, after

DUE = date(2026, 12, 20)


@pytest.fixture
def decision():
    return DecisionFactory(status="adopted", number="D/EG-3/1")


def given(decision, *responsible, by, due_on=DUE, title="Send the list", **more):
    return services.add(
        decision,
        titles={"en": title} if title else {},
        responsible=responsible,
        due_on=due_on,
        by=by,
        at=OPENED,
        **more,
    )


@pytest.fixture
def action(decision, turkiye):
    return ActionItemFactory(decision=decision, responsible=turkiye, due_on=DUE)


# ── giving ──────────────────────────────────────────────────────────────────────────────────────
def test_each_responsible_has_a_row_and_its_own_clock(decision, officer, turkiye, azerbaijan):
    azerbaijan.time_zone = "Asia/Baku"
    turkiye.time_zone = "Europe/Istanbul"

    rows = given(decision, turkiye, azerbaijan, turkiye, by=officer)

    assert [(row.responsible_id, row.time_zone, row.due_at) for row in rows] == [
        ("turkiye", "Europe/Istanbul", datetime(2026, 12, 20, 21, tzinfo=UTC)),
        ("azerbaijan", "Asia/Baku", datetime(2026, 12, 20, 20, tzinfo=UTC)),
    ]


def test_an_action_follows_from_an_adopted_decision(officer, turkiye):
    with pytest.raises(WrongStatus, match="follow from an adopted"):
        given(DecisionFactory(), turkiye, by=officer)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "titles"),
        ({"due_on": date(2026, 11, 19)}, "due_on"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
    ],
)
def test_what_cannot_be_given_is_refused_beside_its_field(decision, officer, turkiye, wrong, field):
    with pytest.raises(ValidationError) as refusal:
        given(decision, turkiye, by=officer, **wrong)

    assert list(refusal.value.message_dict) == [field]


def test_somebody_is_responsible(decision, officer):
    with pytest.raises(ValidationError, match="Say who is responsible"):
        given(decision, by=officer)


# ── the steps ───────────────────────────────────────────────────────────────────────────────────
def test_the_whole_way_of_an_action(action, editor_a, officer):
    services.start(action, by=editor_a, at=after(1))
    services.report(action, report="Sent.", by=editor_a, at=after(2))
    services.send_back(action, reason="Which list?", by=officer, at=after(3))
    services.report(action, report="The list of teams.", by=editor_a, at=after(4))
    services.close(action, by=officer, at=after(5))

    assert (action.status, action.report, action.done_at) == (
        "done",
        {"en": "The list of teams."},
        after(5),
    )


@pytest.mark.parametrize("name", ["editor_b", "reader_a", "officer"])
def test_only_the_responsible_begins_and_reports(request, action, name):
    with pytest.raises(Refused, match="of the responsible participant"):
        services.start(action, by=request.getfixturevalue(name), at=after(1))


@pytest.mark.parametrize("verb", ["close", "send_back", "cancel"])
def test_only_the_secretariat_settles(action, head_a, verb):
    more = {} if verb == "close" else {"reason": "So it is."}

    with pytest.raises(Refused, match="Only the secretariat"):
        getattr(services, verb)(action, by=head_a, at=after(1), **more)


def test_a_report_says_something(action, editor_a):
    services.start(action, by=editor_a, at=after(1))

    with pytest.raises(ValidationError, match="Say what was done"):
        services.report(action, report="  ", by=editor_a, at=after(2))


def test_what_is_reported_is_not_cancelled(decision, turkiye, officer):
    action = ActionItemFactory(decision=decision, responsible=turkiye, status="reported")

    with pytest.raises(WrongStatus):
        services.cancel(action, reason="Not needed.", by=officer, at=after(1))


# ── the day ─────────────────────────────────────────────────────────────────────────────────────
def moved(action, *, by, due_on=date(2027, 1, 10), reason="The chair agreed.", version=1):
    return services.move_due(
        action, due_on=due_on, reason=reason, by=by, at=after(1), version=version
    )


def test_the_day_moves_with_a_reason_and_keeps_its_history(action, officer):
    moved(action, by=officer)

    assert (action.due_on, action.due_at) == (
        date(2027, 1, 10),
        datetime(2027, 1, 10, 21, tzinfo=UTC),
    )
    assert list(DueDateMove.objects.values_list("before", "after", "reason")) == [
        (DUE, date(2027, 1, 10), {"en": "The chair agreed."})
    ]
    with pytest.raises(DatabaseError), transaction.atomic():
        DueDateMove.objects.all().delete()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"due_on": DUE}, "due_on"),
        ({"due_on": date(2026, 11, 1)}, "due_on"),
    ],
)
def test_the_day_does_not_move_without_a_reason_or_nowhere(action, officer, wrong, field):
    with pytest.raises(ValidationError) as refusal:
        moved(action, by=officer, **wrong)

    assert list(refusal.value.message_dict) == [field]


def test_two_who_move_the_day_do_not_overwrite_each_other(action, officer):
    moved(action, by=officer)

    with pytest.raises(StaleVersion):
        moved(action, by=officer, due_on=date(2027, 2, 1))


def test_the_responsible_does_not_move_its_own_day(action, head_a):
    with pytest.raises(Refused, match="Only the secretariat"):
        moved(action, by=head_a)


# ── overdue ─────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("status", "is_overdue"),
    [("open", True), ("in_progress", True), ("reported", False), ("done", False)],
)
def test_what_is_undone_when_its_day_ends_is_overdue(decision, turkiye, status, is_overdue):
    action = ActionItemFactory(decision=decision, responsible=turkiye, status=status, due_on=DUE)
    ends = datetime(2026, 12, 20, 21, tzinfo=UTC)

    at_the_end = queries.filtered(ActionItem.objects.all(), {"due": "overdue"}, at=ends).exists()
    before = action.is_overdue_at(ends - timedelta(seconds=1))

    assert (action.is_overdue_at(ends), at_the_end, before) == (is_overdue, is_overdue, False)


def test_the_board_counts_by_participant(decision, turkiye, azerbaijan, officer):
    late = {"decision": decision, "due_on": date(2026, 11, 1)}
    ActionItemFactory(responsible=turkiye, **late)
    ActionItemFactory(responsible=azerbaijan, **late)
    ActionItemFactory(responsible=azerbaijan, decision=decision, status="reported")
    ActionItemFactory(responsible=azerbaijan, decision=decision, status="done")

    rows = queries.by_participant(queries.visible_to(officer), at=OPENED)

    assert [
        (row["responsible"], row["unsettled"], row["overdue"], row["reported"]) for row in rows
    ] == [("azerbaijan", 2, 1, 1), ("turkiye", 1, 1, 0)]


# ── reminders ───────────────────────────────────────────────────────────────────────────────────
def on(day, hour=9):
    """That hour of the day by the clocks of Istanbul, three hours ahead of UTC."""
    return datetime(2026, day[0], day[1], hour, tzinfo=UTC) - timedelta(hours=3)


def reminded_days():
    entries = AuditEntry.objects.filter(kind="meetings.action.reminded").order_by("recorded_at")
    return [entry.data["days"] for entry in entries]


def test_the_responsible_is_reminded_on_each_of_four_days_once(action):
    for day in ((12, 5), (12, 6), (12, 7), (12, 17), (12, 20), (12, 27), (12, 30)):
        for hour in (7, 8, 12):
            reminders.remind(at=on(day, hour))

    assert reminded_days() == [-14, -3, 0, 7]


def test_nobody_is_reminded_in_the_night(action):
    assert (reminders.remind(at=on((12, 6), 7)), reminders.remind(at=on((12, 6), 8))) == (0, 1)


def test_days_that_the_job_missed_are_made_up_for_by_the_last_one_only(action):
    reminders.remind(at=on((12, 21)))
    reminders.remind(at=on((12, 21)))

    assert reminded_days() == [0]


def test_a_day_before_it_was_given_reminds_nobody(decision, turkiye, officer):
    (action,) = given(decision, turkiye, by=officer, due_on=date(2026, 11, 24))

    assert reminders.offset_due(action, at=on((11, 20), 12)) is None
    assert reminders.offset_due(action, at=on((11, 21), 12)) == -3


def test_a_day_that_was_moved_reminds_anew(action, officer):
    reminders.remind(at=on((12, 6)))
    moved(action, by=officer, due_on=date(2026, 12, 30))
    reminders.remind(at=on((12, 16)))

    assert reminded_days() == [-14, -14]


@pytest.mark.parametrize("status", ["reported", "done", "cancelled"])
def test_what_is_not_to_be_done_any_more_reminds_nobody(decision, turkiye, status):
    ActionItemFactory(decision=decision, responsible=turkiye, due_on=DUE, status=status)

    assert reminders.remind(at=on((12, 20))) == 0


def test_training_reminds_nobody(turkiye):
    training = DecisionFactory(status="adopted", meeting=MeetingFactory(is_training=True))
    ActionItemFactory(decision=training, responsible=turkiye, due_on=DUE)

    assert reminders.remind(at=on((12, 20))) == 0


# ── who sees them ───────────────────────────────────────────────────────────────────────────────
def test_actions_are_seen_by_members_the_secretariat_and_whoever_is_responsible(
    action, hungary, reader_a, editor_b, officer, observer, auditor, anonymous
):
    of_h = ActionItemFactory(decision=action.decision, responsible=hungary)

    seen = [set(queries.visible_to(p)) for p in (officer, editor_b, reader_a, observer)]

    assert seen == [{action, of_h}, {action, of_h}, {action, of_h}, {of_h}]
    assert (queries.visible_to(auditor).count(), queries.visible_to(anonymous).count()) == (0, 0)


# ── who is told ─────────────────────────────────────────────────────────────────────────────────
def told():
    entry = AuditEntry.objects.order_by("recorded_at", "id").last()
    return set(notices[entry.kind].recipients(entry))


def worded(action, reader):
    entry = AuditEntry.objects.order_by("recorded_at", "id").last()
    return wording_for(notices[entry.kind], entry, action, reader)


def test_the_editors_and_heads_of_the_responsible_are_told_and_reminded(
    decision, turkiye, officer, editor_a, head_a, reader_a, editor_b, machine_a
):
    given(decision, turkiye, by=officer)
    first = told()
    reminders.remind(at=on((12, 6)))

    assert (first, told()) == ({editor_a, head_a}, {editor_a, head_a})


def test_the_secretariat_is_told_of_a_report(action, editor_a, officer, secretary):
    services.start(action, by=editor_a, at=after(1))
    services.report(action, report="Sent.", by=editor_a, at=after(2))

    assert told() == {officer, secretary}


@pytest.mark.parametrize(
    ("day", "subject"),
    [
        ((12, 17), "Due on 20 Dec 2026: Send the list"),
        ((12, 20), "Due today: Send the list"),
        ((12, 27), "Overdue since 20 Dec 2026: Send the list"),
    ],
)
def test_a_reminder_says_how_late_it_is(action, editor_a, day, subject):
    action.titles = {"en": "Send the list"}
    action.save()
    reminders.remind(at=on(day))

    assert worded(action, editor_a).subject == subject


def test_what_is_sent_back_says_what_is_missing(action, editor_a, officer):
    services.start(action, by=editor_a, at=after(1))
    services.report(action, report="Sent.", by=editor_a, at=after(2))
    services.send_back(action, reason="Which list?", by=officer, at=after(3))

    assert "Which list?" in worded(action, editor_a).text
