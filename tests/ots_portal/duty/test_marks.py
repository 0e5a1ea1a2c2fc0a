"""The mark is what the roster says now."""

from datetime import timedelta

import pytest

from ots_portal.audit.models import AuditEntry
from ots_portal.duty.models import Roster
from ots_portal.duty.services import marks
from ots_portal.duty.services import shifts as services
from ots_portal.duty.tasks import settle as settle_task
from ots_portal.people.models import User
from ots_portal.staff.services import people
from ots_portal.verdicts import Refused
from tests.factories.duty import NOON, RosterFactory, ShiftFactory


def hours(count):
    return NOON + timedelta(hours=count)


def on_duty():
    return list(User.objects.filter(is_on_duty=True).order_by("full_name"))


@pytest.fixture
def two_shifts(turkiye, editor_a, second_editor_a):
    """The first editor until 16 h, then the second until midnight."""
    RosterFactory(participant=turkiye, is_kept=False)
    ShiftFactory(person=editor_a)
    ShiftFactory(person=second_editor_a, starts_at=hours(4))


def test_the_job_marks_whoever_the_roster_names_as_time_goes_by(
    two_shifts, editor_a, second_editor_a
):
    seen = []
    for count in (0, 3.99, 4, 8):
        marks.settle_all(at=hours(count))
        seen.append(on_duty())

    assert seen == [[editor_a], [editor_a], [second_editor_a], [second_editor_a]]


def test_a_second_run_changes_and_records_nothing(two_shifts):
    counts = [marks.settle_all(at=NOON) for _run in range(2)]

    handed = AuditEntry.objects.filter(kind="duty.roster.handed_over").count()
    assert (counts, handed) == ([1, 0], 1)


def test_a_roster_that_cannot_be_settled_keeps_no_other_waiting(
    two_shifts, editor_a, editor_b, monkeypatch
):
    RosterFactory(participant=editor_b.participant, is_kept=False)
    ShiftFactory(person=editor_b)
    settle = marks.settle

    def broken_for_b(slug, **kwargs):
        assert slug != editor_b.participant_id
        settle(slug, **kwargs)

    User.objects.update(is_on_duty=False)
    monkeypatch.setattr(marks, "settle", broken_for_b)

    assert (marks.settle_all(at=NOON), on_duty()) == (1, [editor_a])


def test_a_mark_that_somebody_else_set_is_set_right(two_shifts, head_a, editor_a):
    marks.settle_all(at=NOON)
    User.objects.filter(pk=head_a.pk).update(is_on_duty=True)

    marks.settle_all(at=NOON)

    assert on_duty() == [editor_a]


def test_the_task_asks_the_database_for_the_time(two_shifts, time_machine, editor_a):
    time_machine.move_to(NOON)

    assert (settle_task(), on_duty()) == (1, [editor_a])


def test_where_no_roster_is_kept_the_mark_by_hand_stays(turkiye, editor_a):
    RosterFactory(participant=turkiye, is_kept=False)
    User.objects.filter(pk=editor_a.pk).update(is_on_duty=True)

    marks.settle("turkiye", at=NOON)

    assert (on_duty(), Roster.objects.get().is_kept) == ([editor_a], False)


def test_until_its_first_shift_begins_a_roster_changes_no_mark(
    turkiye, editor_a, second_editor_a, head_a
):
    User.objects.filter(pk=editor_a.pk).update(is_on_duty=True)
    services.plan(
        turkiye,
        services.ShiftFacts(second_editor_a, hours(4), hours(12)),
        by=head_a,
        at=NOON,
    )
    before = on_duty()

    marks.settle_all(at=hours(4))

    assert (before, on_duty()) == ([editor_a], [second_editor_a])


def test_a_roster_that_has_run_out_leaves_the_last_officer_marked_and_says_so(turkiye, editor_a):
    RosterFactory(participant=turkiye, is_kept=False)
    ShiftFactory(person=editor_a)
    marks.settle_all(at=NOON)

    marks.settle_all(at=hours(5))

    kinds = list(AuditEntry.objects.order_by("recorded_at").values_list("kind", flat=True))
    assert (on_duty(), kinds[-1]) == ([editor_a], "duty.roster.ran_out")


def test_in_a_gap_the_head_is_marked(turkiye, editor_a, head_a):
    RosterFactory(participant=turkiye, is_kept=False)
    ShiftFactory(person=editor_a)
    ShiftFactory(person=editor_a, starts_at=hours(10))

    seen = []
    for count in (0, 5, 10):
        marks.settle_all(at=hours(count))
        seen.append(on_duty())

    assert seen == [[editor_a], [head_a], [editor_a]]


def test_rights_and_sessions_are_not_touched_by_a_change_of_watch(two_shifts, editor_a):
    marks.settle_all(at=NOON)

    before, editor_a = editor_a.rights_version, User.objects.get(pk=editor_a.pk)
    assert (editor_a.is_on_duty, editor_a.rights_version) == (True, before)


def test_others_participants_keep_their_marks(two_shifts, editor_b):
    marks.settle_all(at=NOON)

    editor_b.refresh_from_db()
    assert editor_b.is_on_duty is True


@pytest.mark.parametrize("service", [people.mark_on_duty, people.take_off_duty])
def test_with_a_roster_nobody_is_marked_by_hand(
    two_shifts, head_a, editor_a, second_editor_a, service
):
    marks.settle_all(at=NOON)
    person = second_editor_a if service is people.mark_on_duty else editor_a

    with pytest.raises(Refused) as refused:
        service(person, by=head_a, at=NOON)

    sentence = "The duty roster says who is on duty now: change the roster."
    assert (str(refused.value), refused.value.verdict.code) == (sentence, "wrong_status")


def test_the_persons_page_leads_to_the_roster_in_place_of_the_buttons(
    client, two_shifts, head_a, editor_a
):
    marks.settle_all(at=NOON)
    client.force_login(head_a)

    page = client.get(f"/people/{editor_a.pk}/").content.decode()

    assert ("/people/duty/turkiye/" in page, "mark_on_duty" in page, "take_off_duty" in page) == (
        True,
        False,
        False,
    )
