import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from meetings.models import Attendance, QuorumCheck, Sitting
from meetings.queries import sittings as queries
from meetings.services import attendance, sittings
from meetings.services import interventions as speakers
from meetings.services import meetings as meeting_services
from meetings.statuses.delegations import Accreditation, DelegateCapacity, InvitationCapacity
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.meetings import AgendaItemFactory, MeetingFactory
from tests.factories.people import ParticipantFactory
from tests.factories.sittings import (
    AttendanceFactory,
    DelegateFactory,
    DelegationFactory,
    InterventionFactory,
    InvitationFactory,
    SittingFactory,
)
from tests.meetings.in_session.conftest import OPENED, after


def arrived(sitting, delegate, *, by, minutes=0, mode="in_room"):
    return attendance.arrive(sitting, delegate=delegate, mode=mode, by=by, at=after(minutes))


# ── calling to order, rising ────────────────────────────────────────────────────────────────────
def test_sittings_are_numbered_within_their_meeting(meeting, officer):
    first = sittings.call_to_order(meeting, by=officer, at=OPENED)
    sittings.rise(first, by=officer, at=after(60))
    second = sittings.call_to_order(meeting, by=officer, at=after(90))
    elsewhere = sittings.call_to_order(
        MeetingFactory(status="in_session"), by=officer, at=after(90)
    )

    assert (first.number, second.number, elsewhere.number) == (1, 2, 1)


def test_a_second_sitting_at_the_same_time_is_refused(sitting, officer):
    with pytest.raises(WrongStatus, match="going on already"):
        sittings.call_to_order(sitting.meeting, by=officer, at=after(5))


def test_nobody_is_called_to_order_unless_the_meeting_is_in_session(officer):
    with pytest.raises(WrongStatus, match="not in session"):
        sittings.call_to_order(MeetingFactory(status="suspended"), by=officer, at=OPENED)


def test_calling_to_order_is_the_secretariats(meeting, head_a):
    with pytest.raises(Refused, match="Only the secretariat"):
        sittings.call_to_order(meeting, by=head_a, at=OPENED)


def test_rising_ends_the_stays_and_the_floor(sitting, officer, delegate_a, item):
    stay = arrived(sitting, delegate_a, by=officer)
    speaker = InterventionFactory(
        sitting=sitting, item=item, delegation=delegate_a.delegation, started_at=after(1)
    )

    sittings.rise(sitting, by=officer, at=after(60))

    stay.refresh_from_db()
    speaker.refresh_from_db()
    assert (sitting.ended_at, stay.left_at, speaker.ended_at) == (after(60),) * 3


def test_rising_twice_is_refused(sitting, officer):
    sittings.rise(sitting, by=officer, at=after(60))

    with pytest.raises(WrongStatus, match="call the meeting to order"):
        sittings.rise(sitting, by=officer, at=after(61))


def test_whoever_waited_when_the_sitting_rose_waits_in_the_next(sitting, officer, item):
    waiting = InterventionFactory(sitting=sitting, item=item)
    sittings.rise(sitting, by=officer, at=after(60))

    following = sittings.call_to_order(sitting.meeting, by=officer, at=after(90))

    assert queries.waiting_in(following) == [waiting]


@pytest.mark.parametrize(("call_to_order", "numbers"), [(True, [1]), (False, [])])
def test_opening_a_meeting_may_call_its_first_sitting(officer, call_to_order, numbers):
    meeting = MeetingFactory(status="convened")
    AgendaItemFactory(meeting=meeting)

    meeting_services.open(meeting, by=officer, at=OPENED, call_to_order=call_to_order)

    assert list(meeting.sittings.values_list("number", flat=True)) == numbers


def test_adjourning_the_meeting_ends_the_sitting_and_the_stays(sitting, officer, delegate_a):
    stay = arrived(sitting, delegate_a, by=officer)

    meeting_services.adjourn(sitting.meeting, by=officer, at=after(120))

    sitting.refresh_from_db()
    stay.refresh_from_db()
    assert (sitting.ended_at, stay.left_at) == (after(120), after(120))


# ── corrections ─────────────────────────────────────────────────────────────────────────────────
def corrected(sitting, *, by, started=0, ended=60, reason="The clock was slow.", version=None):
    return sittings.correct(
        sitting,
        started_at=after(started),
        ended_at=None if ended is None else after(ended),
        reason=reason,
        by=by,
        at=after(500),
        version=sitting.version if version is None else version,
    )


@pytest.fixture
def risen(sitting, officer, delegate_a):
    """A sitting of an hour, at which one delegate was from beginning to end."""
    arrived(sitting, delegate_a, by=officer, minutes=10)
    return sittings.rise(sitting, by=officer, at=after(60))


def test_a_correction_moves_the_end_of_the_stays_that_ended_with_the_sitting(risen, officer):
    corrected(risen, by=officer, started=5, ended=75)

    stay = Attendance.objects.get()
    assert (risen.started_at, risen.ended_at, stay.left_at) == (after(5), after(75), after(75))


def test_a_correction_keeps_its_reason_and_both_hours_in_the_audit(risen, officer):
    corrected(risen, by=officer, ended=75)

    entry = AuditEntry.objects.get(kind="meetings.sitting.corrected")
    assert (entry.data["reason"], entry.data["changes"]) == (
        {"en": "The clock was slow."},
        {"ended_at": {"before": "2026-11-20T08:00:00Z", "after": "2026-11-20T08:15:00Z"}},
    )


@pytest.mark.parametrize(
    ("hours", "field", "sentence"),
    [
        ({"reason": " "}, "reason", "Say why."),
        ({"ended": 0}, "ended_at", "A sitting ends after it starts."),
        ({"ended": None}, "ended_at", "Give the end of a sitting that has risen"),
        ({"ended": 600}, "ended_at", "This moment has not come yet."),
        ({"started": 11}, "started_at", "Somebody arrived or spoke before that moment"),
        ({"ended": 9}, "ended_at", "Somebody left or spoke after that moment"),
    ],
)
def test_hours_that_cannot_be_are_refused_beside_their_field(
    risen, officer, hours, field, sentence
):
    with pytest.raises(ValidationError) as refusal:
        corrected(risen, by=officer, **hours)

    assert sentence in refusal.value.message_dict[field][0]


def test_sittings_do_not_overlap_by_a_correction(risen, officer):
    sittings.call_to_order(risen.meeting, by=officer, at=after(90))

    with pytest.raises(ValidationError, match="Sitting 2 had begun"):
        corrected(risen, by=officer, ended=91)


def test_a_correction_of_what_somebody_else_has_changed_is_stale(risen, officer):
    with pytest.raises(StaleVersion):
        corrected(risen, by=officer, version=risen.version - 1)


def test_nothing_is_corrected_once_the_meeting_is_closed(risen, officer):
    risen.meeting.status = "closed"
    risen.meeting.save()

    with pytest.raises(WrongStatus, match="stays as it is"):
        corrected(risen, by=officer)


# ── the roll call ───────────────────────────────────────────────────────────────────────────────
def stays(sitting):
    rows = sitting.attendances.order_by("arrived_at", "id")
    return [(row.mode, row.arrived_at, row.left_at) for row in rows]


def test_who_leaves_and_comes_back_has_two_stays(sitting, officer, delegate_a):
    arrived(sitting, delegate_a, by=officer)
    attendance.leave(sitting, delegate=delegate_a, by=officer, at=after(10))
    arrived(sitting, delegate_a, by=officer, minutes=20)

    assert stays(sitting) == [
        ("in_room", OPENED, after(10)),
        ("in_room", after(20), None),
    ]


def test_arriving_twice_is_one_arrival(sitting, officer, delegate_a):
    arrived(sitting, delegate_a, by=officer)
    arrived(sitting, delegate_a, by=officer, minutes=1)

    assert stays(sitting) == [("in_room", OPENED, None)]


def test_going_on_remotely_ends_the_stay_in_the_room(sitting, officer, delegate_a):
    arrived(sitting, delegate_a, by=officer)
    arrived(sitting, delegate_a, by=officer, minutes=5, mode="remote")

    assert stays(sitting) == [("in_room", OPENED, after(5)), ("remote", after(5), None)]


@pytest.mark.parametrize(
    "more",
    [
        {"accreditation": Accreditation.REQUESTED},
        {"accreditation": Accreditation.REVOKED},
        {"removed_at": OPENED},
    ],
)
def test_only_accredited_delegates_are_recorded(sitting, officer, delegation_a, more):
    delegate = DelegateFactory(delegation=delegation_a, **more)

    with pytest.raises(WrongStatus, match="Only accredited delegates"):
        arrived(sitting, delegate, by=officer)


def test_delegates_of_another_meeting_are_not_recorded(sitting, officer):
    with pytest.raises(WrongStatus, match="Only accredited delegates"):
        arrived(sitting, DelegateFactory(), by=officer)


def test_nobody_arrives_at_a_sitting_that_has_risen(sitting, officer, delegate_a):
    sittings.rise(sitting, by=officer, at=after(60))

    with pytest.raises(WrongStatus, match="No sitting is going on"):
        arrived(sitting, delegate_a, by=officer, minutes=61)


def test_everybody_comes_back_as_they_were_when_the_sitting_before_rose(
    sitting, officer, delegate_a, delegate_b
):
    arrived(sitting, delegate_a, by=officer, mode="remote")
    arrived(sitting, delegate_b, by=officer)
    attendance.leave(sitting, delegate=delegate_b, by=officer, at=after(10))
    sittings.rise(sitting, by=officer, at=after(60))
    following = sittings.call_to_order(sitting.meeting, by=officer, at=after(90))

    count = attendance.arrive_as_before(following, by=officer, at=after(91))

    assert (count, stays(following)) == (1, [("remote", after(91), None)])


@pytest.mark.parametrize(
    ("arrived_at", "left_at", "field", "sentence"),
    [
        (-1, 10, "arrived_at", "had not begun"),
        (5, 61, "left_at", "was over"),
        (5, 4, "left_at", "Nobody leaves before arriving"),
        (5, None, "left_at", "say when the delegate left"),
        (5, 25, "arrived_at", "another stay"),
    ],
)
def test_a_stay_is_corrected_within_its_sitting(
    sitting, officer, delegate_a, arrived_at, left_at, field, sentence
):
    stay = AttendanceFactory(
        sitting=sitting, delegate=delegate_a, arrived_at=after(5), left_at=after(10)
    )
    arrived(sitting, delegate_a, by=officer, minutes=20)
    sittings.rise(sitting, by=officer, at=after(60))

    with pytest.raises(ValidationError) as refusal:
        attendance.correct(
            stay,
            arrived_at=after(arrived_at),
            left_at=None if left_at is None else after(left_at),
            reason="Seen late.",
            by=officer,
            at=after(90),
        )

    assert sentence in refusal.value.message_dict[field][0]


def test_a_corrected_stay_has_the_hours_that_were_given(sitting, officer, delegate_a):
    stay = arrived(sitting, delegate_a, by=officer, minutes=5)

    attendance.correct(
        stay, arrived_at=after(2), left_at=after(8), reason="Seen late.", by=officer, at=after(9)
    )

    assert stays(sitting) == [("in_room", after(2), after(8))]


# ── the quorum ──────────────────────────────────────────────────────────────────────────────────
def checked(sitting, *, by, minutes=1):
    return sittings.check_quorum(sitting, by=by, at=after(minutes))


def test_a_check_keeps_who_was_present_the_rule_and_the_result(
    sitting, officer, delegate_a, delegate_b
):
    arrived(sitting, delegate_a, by=officer)
    arrived(sitting, delegate_b, by=officer, mode="remote")

    check = checked(sitting, by=officer)

    assert (
        check.present,
        check.member_count,
        check.needed_count,
        check.rule,
        check.is_quorate,
    ) == (["azerbaijan", "turkiye"], 3, 2, "majority", True)


@pytest.mark.parametrize(
    ("rule", "number", "needed", "is_quorate"),
    [("all", None, 3, False), ("majority", None, 2, False), ("number", 1, 1, True)],
)
def test_the_rule_of_the_series_says_how_many_are_needed(
    sitting, officer, delegate_a, rule, number, needed, is_quorate
):
    series = sitting.meeting.series
    series.quorum_rule, series.quorum_number = rule, number
    series.save()
    arrived(sitting, delegate_a, by=officer)

    check = checked(sitting, by=officer)

    assert (check.rule, check.needed_count, check.is_quorate) == (rule, needed, is_quorate)


def test_interpreters_observers_and_those_who_left_stand_for_nobody(
    sitting, officer, delegation_a, delegate_b, delegation_h
):
    interpreter = DelegateFactory(delegation=delegation_a, capacity=DelegateCapacity.INTERPRETER)
    arrived(sitting, interpreter, by=officer)
    arrived(sitting, DelegateFactory(delegation=delegation_h), by=officer)
    arrived(sitting, delegate_b, by=officer)
    attendance.leave(sitting, delegate=delegate_b, by=officer, at=after(1))

    assert checked(sitting, by=officer, minutes=2).present == []


def test_the_body_is_of_those_invited_as_members(sitting, turkiye, azerbaijan, hungary):
    for participant in (turkiye, azerbaijan):
        InvitationFactory(meeting=sitting.meeting, participant=participant, status="sent")
    InvitationFactory(
        meeting=sitting.meeting,
        participant=hungary,
        capacity=InvitationCapacity.OBSERVER,
        status="sent",
    )

    assert queries.members_of(sitting.meeting) == ["azerbaijan", "turkiye"]


def test_a_check_is_never_computed_again(sitting, officer, delegate_a):
    check = checked(sitting, by=officer)
    arrived(sitting, delegate_a, by=officer, minutes=2)

    check.refresh_from_db()
    assert (check.present, check.is_quorate) == ([], False)
    with pytest.raises(DatabaseError), transaction.atomic():
        QuorumCheck.objects.update(is_quorate=True)


# ── who follows a sitting ───────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("officer", True),
        ("reader_a", True),
        ("editor_b", True),
        ("observer", False),
        ("auditor", False),
        ("anonymous", False),
    ],
)
def test_sittings_are_followed_by_members_and_the_secretariat(request, sitting, name, sees):
    assert queries.visible_to(request.getfixturevalue(name)).exists() is sees


@pytest.mark.parametrize("visibility", ["members", "observers", "public"])
def test_an_observer_follows_where_it_has_a_delegation_and_may_read_the_meeting(
    sitting, delegation_h, observer, visibility
):
    sitting.meeting.visibility = visibility
    sitting.meeting.save()
    DelegationFactory(meeting=SittingFactory().meeting, participant=ParticipantFactory())

    found = list(queries.visible_to(observer))

    assert found == ([] if visibility == "members" else [sitting])


def test_there_is_one_running_sitting_of_a_meeting(sitting):
    assert Sitting.objects.get(ended_at=None) == queries.running_sitting_of(sitting.meeting)


def test_the_list_of_speakers_is_of_its_sitting(sitting, officer, item, delegation_a):
    speakers.ask_for_the_floor(
        sitting, delegation=delegation_a, item=item, kind="statement", by=officer, at=OPENED
    )

    assert queries.interventions_visible_to(officer).count() == 1
