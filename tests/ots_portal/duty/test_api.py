"""The pages' twins for programs."""

from datetime import timedelta

import pytest

from tests.factories.api import bearer
from tests.factories.duty import NOON, PatternFactory, RosterFactory, ShiftFactory, SwapFactory
from tests.factories.people import UserFactory

SHIFTS = "/api/v1/duty/shifts/"


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOON, tick=False)


def hours(count):
    return NOON + timedelta(hours=count)


def as_system(machine):
    return bearer(machine, "participants:read")


def test_who_is_on_duty_now_and_next(client, turkiye, editor_a, head_a, machine_a):
    RosterFactory(participant=turkiye)
    running = ShiftFactory(person=editor_a)
    following = ShiftFactory(person=head_a, starts_at=hours(6))
    type(editor_a).objects.filter(pk=editor_a.pk).update(is_on_duty=True)

    told = client.get("/api/v1/duty/now/", **as_system(machine_a)).json()

    (board,) = told["results"]
    assert (board["participant"], board["is_kept"], board["alerted"]) == (
        "turkiye",
        True,
        [{"id": str(editor_a.pk), "name": "Editor of A"}],
    )
    assert [row["id"] for row in board["officers"]] == [str(running.pk)]
    assert board["next_officer"]["id"] == str(following.pk)
    assert board["gap"] == {
        "starts_at": "2026-11-20T16:00:00+00:00",
        "ends_at": "2026-11-20T18:00:00+00:00",
    }


def test_a_shift_as_the_list_and_the_detail_have_it(client, editor_a, machine_a):
    shift = ShiftFactory(person=editor_a, note="By telephone.")
    asked = as_system(machine_a)

    (row,) = client.get(SHIFTS, **asked).json()["results"]
    detail = client.get(f"{SHIFTS}{shift.pk}/", **asked).json()

    assert row == {
        "id": str(shift.pk), "version": 1, "rank": "officer", "starts_at": "2026-11-20T08:00:00+00:00",
        "ends_at": "2026-11-20T16:00:00+00:00", "note": "By telephone.", "status": "planned",
        "created_at": "2026-11-19T12:00:00+00:00", "updated_at": "2026-11-19T12:00:00+00:00",
        "participant": "turkiye", "person": {"id": str(editor_a.pk), "name": "Editor of A"},
        "pattern": None,
    }  # fmt: skip
    assert detail == {**row, "time_zone": "UTC", "steps": []}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3),
        ("?rank=deputy", 1),
        ("?status=cancelled", 1),
        ("?since=2026-11-20T16:00:00Z", 2),
        ("?until=2026-11-20T13:00:00Z", 1),
        ("?participant=turkiye", 3),
        ("?participant=azerbaijan", 0),
    ],
)
def test_the_filters_narrow(client, editor_a, second_editor_a, machine_a, query, count):
    ShiftFactory(person=editor_a)
    ShiftFactory(person=editor_a, starts_at=hours(4), status="cancelled")
    ShiftFactory(person=second_editor_a, starts_at=hours(5), rank="deputy")

    found = client.get(SHIFTS + query, **as_system(machine_a)).json()["results"]

    assert len(found) == count


@pytest.mark.parametrize("query", ["?rank=chief", "?since=tomorrow", "?who=me", "?person=x"])
def test_an_impossible_filter_is_refused(client, machine_a, query):
    assert client.get(SHIFTS + query, **as_system(machine_a)).status_code == 400


def test_another_participants_roster_does_not_exist(client, editor_a, machine_b):
    shift = ShiftFactory(person=editor_a)
    asked = as_system(machine_b)

    seen = client.get(SHIFTS, **asked).json()["results"]
    now = client.get("/api/v1/duty/now/", **asked).json()["results"]

    assert (seen, [row["participant"] for row in now]) == ([], ["azerbaijan"])
    assert client.get(f"{SHIFTS}{shift.pk}/", **asked).status_code == 404


def test_a_token_for_incidents_alone_reads_no_roster(client, machine_a):
    answer = client.get(SHIFTS, **bearer(machine_a, "incidents:read"))

    assert answer.status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_takes_the_same_number_of_queries(
    client, turkiye, head_a, count, django_assert_num_queries
):
    for number in range(count):
        ShiftFactory(person=UserFactory(participant=turkiye), starts_at=hours(number))
    client.force_login(head_a)

    with django_assert_num_queries(4):
        client.get(SHIFTS)


def test_a_head_cancels_and_a_colleague_accepts(client, editor_a, second_editor_a, head_a):
    shift = ShiftFactory(person=editor_a, starts_at=hours(3))
    swap = SwapFactory(shift__person=editor_a)

    client.force_login(head_a)
    cancelled = client.post(f"{SHIFTS}{shift.pk}/cancel/", {}, content_type="application/json")
    client.force_login(second_editor_a)
    accepted = client.post(
        f"/api/v1/duty/swaps/{swap.pk}/accept/", {}, content_type="application/json"
    )

    assert (cancelled.json()["status"], accepted.json()["status"]) == ("cancelled", "accepted")


def test_a_swap_that_cannot_be_is_a_400(client, editor_a, second_editor_a):
    swap = SwapFactory(shift__person=editor_a)
    ShiftFactory(person=second_editor_a, starts_at=swap.shift.starts_at)
    client.force_login(second_editor_a)

    answer = client.post(
        f"/api/v1/duty/swaps/{swap.pk}/accept/", {}, content_type="application/json"
    )

    assert answer.status_code == 400


def test_a_pattern_and_a_swap_say_what_may_be_done_with_them(
    client, editor_a, second_editor_a, head_a
):
    pattern = PatternFactory(person=editor_a)
    swap = SwapFactory(shift__person=editor_a, asked_of=second_editor_a)
    addresses = (f"/api/v1/duty/patterns/{pattern.pk}/", f"/api/v1/duty/swaps/{swap.pk}/")

    steps = []
    for person in (head_a, second_editor_a):
        client.force_login(person)
        steps.append([client.get(address).json()["steps"] for address in addresses])

    assert steps == [[["end"], ["withdraw"]], [[], ["accept", "decline"]]]
