"""The roster in the browser, without one."""

import re
from datetime import timedelta

import pytest

from ots_portal.duty.models import Pattern, Shift, Swap
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from tests.factories.duty import NOON, PatternFactory, RosterFactory, ShiftFactory, SwapFactory
from tests.factories.people import UserFactory

ROSTER = "/people/duty/turkiye/"
NEW = f"{ROSTER}shifts/new/"


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture(autouse=True)
def _capital(turkiye):
    Participant.objects.filter(pk="turkiye").update(time_zone="Europe/Istanbul")
    turkiye.refresh_from_db()


def hours(count):
    return NOON + timedelta(hours=count)


def page_of(client, person, address, status=200):
    client.force_login(person)
    answer = client.get(address)
    assert answer.status_code == status
    return words(answer)


def words(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def fields(person, **more):
    return {
        "person": str(person.pk),
        "rank": "officer",
        "starts_at": "2026-11-20T18:00",
        "ends_at": "2026-11-21T02:00",
        "note": "",
        **more,
    }


# ── who is on duty ──────────────────────────────────────────────────────────────────────────────


def test_whoever_sees_one_roster_is_led_to_it(client, reader_a):
    client.force_login(reader_a)

    assert client.get("/people/duty/")["Location"] == ROSTER


def test_the_secretariat_sees_every_participant(client, officer, editor_a, head_a, editor_b):
    RosterFactory(participant=editor_a.participant)
    ShiftFactory(person=editor_a)
    ShiftFactory(person=head_a, starts_at=hours(6))

    page = page_of(client, officer, "/people/duty/")

    assert all(
        text in page
        for text in (
            "Editor of A",
            "until 20 Nov 2026, 16:00 UTC",
            "Head of A",
            "Editor of B",
            "By hand",
        )
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_overview_takes_the_same_number_of_queries(
    client, officer, count, django_assert_num_queries
):
    for slug in ("azerbaijan", "kazakhstan", "uzbekistan")[:count]:
        ShiftFactory(person=UserFactory(participant__slug=slug))
    client.force_login(officer)

    with django_assert_num_queries(8):
        client.get("/people/duty/")


@pytest.mark.parametrize("count", [1, 3])
def test_the_roster_takes_the_same_number_of_queries(
    client, head_a, turkiye, count, django_assert_num_queries
):
    for number in range(count):
        shift = ShiftFactory(
            person=UserFactory(participant=turkiye), starts_at=hours(8 * number + 1)
        )
        SwapFactory(shift=shift)
    client.force_login(head_a)

    with django_assert_num_queries(14):
        client.get(ROSTER)


def test_the_week_shows_shifts_by_the_capitals_clock_and_gaps(client, reader_a, editor_a):
    RosterFactory(participant=editor_a.participant)
    ShiftFactory(person=editor_a)  # 11 to 19 h in Ankara
    ShiftFactory(person=editor_a, starts_at=hours(8))  # 23 h to 7 h

    page = page_of(client, reader_a, ROSTER)

    shown = re.findall(r'roster-hours">([^<]+)<', page)
    assert shown == ["11:00–19:00", "19:00–23:00", "23:00–24:00", "00:00–07:00", "07:00–24:00", "00:00–24:00"]  # fmt: skip
    assert page.count("Gap") >= 3


def test_by_the_own_clock_the_hours_are_the_readers(client, reader_a, editor_a):
    User.objects.filter(pk=reader_a.pk).update(time_zone="Asia/Almaty")
    reader_a.refresh_from_db()
    ShiftFactory(person=editor_a)

    page = page_of(client, reader_a, f"{ROSTER}?zone=own")

    assert ("13:00–21:00" in page, "Hours: Asia/Almaty (UTC+5)" in page) == (True, True)


def test_the_month_shows_a_shift_on_the_day_on_which_it_begins(client, reader_a, editor_a):
    ShiftFactory(person=editor_a, starts_at=hours(8))

    page = page_of(client, reader_a, f"{ROSTER}?view=month&day=2026-11-01")

    assert re.findall(r'roster-hours">([^<]+)<', page)[0] == "23:00–07:00"
    assert page.count("roster-day-name") == 42
    assert "November 2026</h2>" in page


@pytest.mark.parametrize(
    "asked",
    [
        "?day=2026-13-45",
        "?day=x",
        "?day=0001-01-01",
        "?day=9999-12-31",
        "?view=x",
        "?zone=x",
        "?day=",
    ],
)
def test_what_the_address_says_wrongly_shows_this_week(client, reader_a, asked):
    assert "16 Nov 2026 – 22 Nov 2026" in page_of(client, reader_a, ROSTER + asked)


def test_in_a_gap_the_page_says_whom_alerts_reach(client, reader_a, editor_a, head_a):
    RosterFactory(participant=editor_a.participant)
    ShiftFactory(person=editor_a, starts_at=hours(-20))
    ShiftFactory(person=editor_a, starts_at=hours(20))
    User.objects.filter(pk=head_a.pk).update(is_on_duty=True)

    page = page_of(client, reader_a, ROSTER)

    assert "Nobody is on duty by the roster" in page
    assert re.search(r"Alerts reach</dt><dd> ?<div>Head of A</div>", page)


def test_without_a_roster_the_page_says_that_people_are_marked_by_hand(client, reader_a):
    assert "No roster is kept" in page_of(client, reader_a, ROSTER)


def test_who_is_on_duty_is_asked_again_and_not_sent_unchanged(client, reader_a, editor_a):
    ShiftFactory(person=editor_a)
    page = page_of(client, reader_a, ROSTER)
    address = re.search(r'id="live" hx-get="([^"]+)"', page)[1].replace("&amp;", "&")

    unchanged = client.get(address, HTTP_HX_REQUEST="true")
    Shift.objects.all().delete()
    changed = client.get(address, HTTP_HX_REQUEST="true")

    assert (unchanged.status_code, changed.status_code) == (204, 200)


@pytest.mark.parametrize("who", ["editor_b", "observer", "auditor"])
def test_others_do_not_see_that_there_is_a_roster(request, client, who, editor_a):
    shift = ShiftFactory(person=editor_a)
    person = request.getfixturevalue(who)

    page_of(client, person, ROSTER, status=404)
    page_of(client, person, f"/people/duty/shifts/{shift.pk}/", status=404)


# ── keeping it ──────────────────────────────────────────────────────────────────────────────────


def test_a_head_plans_a_shift_by_the_capitals_clock(client, head_a, editor_a):
    User.objects.filter(pk=head_a.pk).update(time_zone="Asia/Almaty")
    client.force_login(head_a)

    answer = client.post(NEW, fields(editor_a))

    shift = Shift.objects.get()
    assert (answer["Location"], shift.starts_at, shift.ends_at) == (
        f"/people/duty/shifts/{shift.pk}/",
        hours(3),
        hours(11),
    )


def test_planning_from_a_gap_begins_where_the_gap_does(client, head_a):
    page = page_of(client, head_a, f"{NEW}?from=2026-11-20T15:00Z")

    assert 'value="2026-11-20T18:00"' in page


def test_only_the_own_people_can_be_chosen(client, head_a, editor_a, editor_b, reader_a):
    page = page_of(client, head_a, NEW)

    offered = [str(person.pk) in page for person in (editor_a, editor_b, reader_a)]
    assert offered == [True, False, False]


def test_a_conflict_is_said_beside_the_person(client, head_a, editor_a):
    ShiftFactory(person=editor_a, starts_at=hours(4))
    client.force_login(head_a)

    answer = client.post(NEW, fields(editor_a))

    assert (answer.status_code, Shift.objects.count()) == (422, 1)
    assert "Editor of A has a shift then already" in words(answer)


def test_a_change_that_somebody_else_made_is_shown_beside_the_own(client, head_a, editor_a):
    shift = ShiftFactory(person=editor_a, starts_at=hours(3), version=2)
    client.force_login(head_a)

    answer = client.post(
        f"/people/duty/shifts/{shift.pk}/update/",
        fields(editor_a, version="1", ends_at="2026-11-21T03:00"),
    )

    page = words(answer)
    assert (answer.status_code, 'name="version" value="2"' in page) == (409, True)
    assert "21 Nov 2026, 03:00" in page


def test_a_changed_shift_is_stored(client, head_a, editor_a, second_editor_a):
    shift = ShiftFactory(person=editor_a, starts_at=hours(3))
    client.force_login(head_a)

    client.post(
        f"/people/duty/shifts/{shift.pk}/update/",
        fields(second_editor_a, version="1", note="By radio."),
    )

    shift.refresh_from_db()
    assert (shift.person, shift.note, shift.version) == (second_editor_a, "By radio.", 2)


def test_a_shifts_page_shows_it_by_both_clocks_with_what_happened(client, head_a, editor_a):
    User.objects.filter(pk=head_a.pk).update(time_zone="Asia/Almaty")
    head_a.refresh_from_db()
    client.force_login(head_a)
    client.post(NEW, fields(editor_a))

    page = page_of(client, head_a, f"/people/duty/shifts/{Shift.objects.get().pk}/")

    assert all(
        text in page for text in ("18:00 UTC+3", "20:00 UTC+5", "8 h", "Head of A", "Planned")
    )


def test_the_buttons_are_those_that_lead_somewhere(client, head_a, editor_a, reader_a):
    shift = ShiftFactory(person=editor_a, starts_at=hours(3))
    address = f"/people/duty/shifts/{shift.pk}/"

    shown = {
        person.full_name: [verb for verb in ("update", "cancel", "ask") if f"{address}{verb}/" in page_of(client, person, address)]
        for person in (head_a, editor_a, reader_a)
    }  # fmt: skip

    assert shown == {"Head of A": ["update", "cancel"], "Editor of A": ["ask"], "Reader of A": []}


def test_cancelled_over_the_page_it_is_gone_from_the_week(client, head_a, editor_a):
    shift = ShiftFactory(person=editor_a, starts_at=hours(3))
    client.force_login(head_a)

    client.post(f"/people/duty/shifts/{shift.pk}/cancel/")
    again = client.post(f"/people/duty/shifts/{shift.pk}/cancel/")

    assert (again.status_code, "roster-hours" in words(client.get(ROSTER))) == (409, False)


# ── patterns ────────────────────────────────────────────────────────────────────────────────────


def pattern(person, **more):
    return {
        "person": str(person.pk), "rank": "deputy", "weekdays": ["6", "7"], "starts_at": "20:00",
        "ends_at": "08:00", "every_weeks": "2", "first_date": "2026-11-21", "last_date": "", **more,
    }  # fmt: skip


def test_a_head_begins_and_ends_a_pattern(client, head_a, editor_a):
    client.force_login(head_a)

    client.post(f"{ROSTER}patterns/new/", pattern(editor_a))
    page = words(client.get(f"{ROSTER}patterns/"))
    client.post(f"/people/duty/patterns/{Pattern.objects.get().pk}/end/")

    assert all(
        text in page for text in ("Saturday, Sunday, 20:00–08:00", "Every 2 weeks", "Deputy")
    )
    assert (Pattern.objects.get().status, Shift.objects.filter(status="planned").count()) == (
        "ended",
        0,
    )


@pytest.mark.parametrize(
    "wrong", [{"weekdays": []}, {"every_weeks": "13"}, {"last_date": "2026-11-01"}, {"starts_at": "25:00"}]
)  # fmt: skip
def test_what_a_pattern_cannot_be_is_said(client, head_a, editor_a, wrong):
    client.force_login(head_a)

    answer = client.post(f"{ROSTER}patterns/new/", pattern(editor_a, **wrong))

    assert (answer.status_code, Pattern.objects.count()) == (422, 0)


def test_who_keeps_no_roster_reads_the_patterns_without_buttons(client, reader_a, editor_a):
    PatternFactory(person=editor_a)

    page = page_of(client, reader_a, f"{ROSTER}patterns/")

    assert ("Monday to Friday, 08:00–20:00" in page, "/end/" in page, "patterns/new" in page) == (
        True,
        False,
        False,
    )


# ── swaps ───────────────────────────────────────────────────────────────────────────────────────


def test_a_swap_asked_and_accepted_over_the_pages(client, editor_a, second_editor_a):
    own = ShiftFactory(person=editor_a, starts_at=hours(24))
    back = ShiftFactory(person=second_editor_a, starts_at=hours(48))
    client.force_login(editor_a)
    client.post(
        f"/people/duty/shifts/{own.pk}/ask/", {"in_return": str(back.pk), "note": "A course."}
    )
    swap = Swap.objects.get()
    waiting = page_of(client, second_editor_a, ROSTER)

    client.post(f"/people/duty/swaps/{swap.pk}/accept/")

    own.refresh_from_db()
    back.refresh_from_db()
    assert (swap.asked_of, own.person, back.person) == (second_editor_a, second_editor_a, editor_a)
    assert "Editor of A asks for a swap" in waiting


def test_a_swap_that_gives_two_shifts_at_a_time_is_said_on_the_shifts_page(
    client, editor_a, second_editor_a
):
    swap = SwapFactory(shift__person=editor_a, asked_of=second_editor_a)
    ShiftFactory(person=second_editor_a, starts_at=swap.shift.starts_at)
    client.force_login(second_editor_a)

    answer = client.post(f"/people/duty/swaps/{swap.pk}/accept/", follow=True)

    swap.refresh_from_db()
    assert (swap.status, "Second editor of A has a shift then already" in words(answer)) == (
        "asked",
        True,
    )


def test_asking_who_is_taken_is_said_beside_the_field(client, editor_a, second_editor_a):
    own = ShiftFactory(person=editor_a, starts_at=hours(24))
    ShiftFactory(person=second_editor_a, starts_at=hours(26))
    client.force_login(editor_a)

    answer = client.post(
        f"/people/duty/shifts/{own.pk}/ask/", {"asked_of": str(second_editor_a.pk), "in_return": ""}
    )

    assert (answer.status_code, 'id="id_asked_of_error"' in words(answer)) == (422, True)


# ── the front page ──────────────────────────────────────────────────────────────────────────────


def test_the_front_page_says_who_is_on_duty_and_what_one_is_asked(
    client, editor_a, second_editor_a
):
    RosterFactory(participant=editor_a.participant)
    ShiftFactory(person=editor_a)
    SwapFactory(shift__person=editor_a)

    page = page_of(client, second_editor_a, "/")

    assert all(
        text in page
        for text in (
            "Swaps that you are asked for",
            "Editor of A asks for a swap",
            "Nobody is on duty",
        )
    )


def test_without_a_roster_the_front_page_says_nothing_of_it(client, second_editor_a):
    assert "/people/duty/" not in page_of(client, second_editor_a, "/")
