from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from ots_portal.access import sessions
from ots_portal.audit.models import AuditEntry
from ots_portal.clock import database_now
from tests.factories.sessions import PASSWORD, open_session, sign_in, with_password

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"


def is_in(client):
    return client.get("/people/settings/").status_code == 200


def entries():
    return [(e.kind, e.data) for e in AuditEntry.objects.order_by("recorded_at")]


def test_signing_in_opens_a_session_that_tells_where_and_on_what(client, editor_a):
    with_password(editor_a)
    client.post(
        "/accounts/login/",
        {"login": editor_a.email, "password": PASSWORD},
        headers={"user-agent": FIREFOX},
        REMOTE_ADDR="192.0.2.7",
    )
    key = sessions.key_of(client.session.session_key)

    (found,) = sessions.sessions_of(editor_a, at=database_now(), current_key=key)

    assert (found.address, found.device, found.is_current) == (
        "192.0.2.7",
        "Firefox on Windows",
        True,
    )


def test_name_of_a_session_is_not_its_key(editor_a):
    browser = open_session(editor_a)

    (found,) = sessions.sessions_of(editor_a, at=database_now())

    assert browser.session.session_key not in found.key


def test_list_holds_the_own_sessions_and_takes_one_query(
    editor_a, head_a, django_assert_num_queries
):
    for person in (editor_a, editor_a, editor_a, head_a):
        open_session(person)

    with django_assert_num_queries(1):
        found = sessions.sessions_of(editor_a, at=database_now())

    assert len(found) == 3


def test_ending_all_others_keeps_the_own(editor_a, head_a):
    own, other, third = (open_session(editor_a) for _time in range(3))
    somebody_else = open_session(head_a)
    key = sessions.key_of(own.session.session_key)

    count = sessions.end_sessions(editor_a, by=editor_a, at=database_now(), keep_key=key)

    assert count == 2
    assert [is_in(browser) for browser in (own, other, third, somebody_else)] == [
        True,
        False,
        False,
        True,
    ]
    assert entries() == [("people.user.sessions_ended", {"count": 2})]


def test_ending_one_ends_that_one(editor_a):
    own, other = open_session(editor_a), open_session(editor_a)
    key = sessions.key_of(other.session.session_key)

    ended = sessions.end_session(editor_a, key=key, by=editor_a, at=database_now())

    assert (ended, is_in(own), is_in(other)) == (True, True, False)
    assert entries() == [("people.user.session_ended", {"session": key})]


def test_nobody_ends_another_persons_session_by_its_name(editor_a, head_a):
    browser = open_session(head_a)
    key = sessions.key_of(browser.session.session_key)

    ended = sessions.end_session(editor_a, key=key, by=editor_a, at=database_now())

    assert (ended, is_in(browser), entries()) == (False, True, [])


def test_ended_session_is_not_brought_back_by_a_request_under_way(editor_a):
    browser = open_session(editor_a)
    under_way = browser.session
    assert under_way["_auth_user_id"] == str(editor_a.pk)  # it has been read
    sessions.end_sessions(editor_a, by=editor_a, at=database_now())

    under_way["something"] = True
    with pytest.raises(UpdateError):
        under_way.save()

    assert not is_in(browser)


@pytest.mark.parametrize(("minutes", "expected"), [(59, True), (61, False)])
def test_idle_session_ends_after_an_hour(editor_a, minutes, expected):
    with time_machine.travel(datetime(2026, 11, 20, 12, 0, tzinfo=UTC)) as clock:
        browser = open_session(editor_a)
        clock.shift(timedelta(minutes=minutes))

        assert is_in(browser) is expected


POLLED = {"hx-request": "true", "x-polled": "1"}


@pytest.mark.parametrize(("address", "headers"), [("/inbox/unread/", {}), ("/jobs/", POLLED)])
def test_page_that_asks_by_itself_does_not_keep_a_session_alive(editor_a, address, headers):
    with time_machine.travel(datetime(2026, 11, 20, 12, 0, tzinfo=UTC)) as clock:
        browser = open_session(editor_a)
        for _half_hour in range(2):
            clock.shift(timedelta(minutes=31))
            browser.get(address, headers=headers)

        assert not is_in(browser)


@pytest.mark.parametrize(("hours", "expected"), [(23, True), (25, False)])
def test_session_ends_after_a_day_however_busy(editor_a, hours, expected):
    with time_machine.travel(datetime(2026, 11, 20, 12, 0, tzinfo=UTC)) as clock:
        browser = open_session(editor_a)
        for _half_hour in range(hours * 2):
            clock.shift(timedelta(minutes=30))
            last = is_in(browser)

        assert last is expected


def test_being_there_is_written_once_a_minute(editor_a, django_assert_num_queries):
    with time_machine.travel(datetime(2026, 11, 20, 12, 0, tzinfo=UTC), tick=False) as clock:
        browser = open_session(editor_a)
        clock.shift(timedelta(minutes=5))
        browser.get("/people/settings/")
        (row,) = UserSession.objects.filter(user=editor_a)

        # session, person, unread badge
        with django_assert_num_queries(3):
            browser.get("/people/settings/")

        assert row.last_seen_at == datetime(2026, 11, 20, 12, 5, tzinfo=UTC)


def test_session_from_before_there_was_a_list_enters_it(client, editor_a):
    sign_in(client, editor_a)
    UserSession.objects.all().delete()
    session = client.session
    del session["seen_at"], session["signed_in_at"]
    session.save()

    client.get("/people/settings/")

    assert UserSession.objects.filter(session_key=client.session.session_key).exists()


def test_what_is_over_is_forgotten(editor_a):
    with time_machine.travel(datetime(2026, 11, 20, 12, 0, tzinfo=UTC)) as clock:
        open_session(editor_a)
        clock.shift(timedelta(days=2))
        open_session(editor_a)

        sessions.forget_ended(timezone.now(), 10)  # the database's clock stands where it is

    assert (Session.objects.count(), UserSession.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("user_agent", "expected"),
    [
        (FIREFOX, "Firefox on Windows"),
        (CHROME, "Chrome on Android"),
        (FIREFOX.replace("Firefox/140.0", "Chrome/1 Safari/1 Edg/1"), "Edge on Windows"),
        ("curl/8.0", "Unknown device"),
        ("", "Unknown device"),
        ("<script>", "Unknown device"),
    ],
)
def test_device_is_told_in_words(user_agent, expected):
    assert sessions.device_in_words(user_agent) == expected


def test_suspended_person_is_out_on_the_next_request(editor_a):
    browser = open_session(editor_a)
    before = is_in(browser)
    editor_a.is_active = False
    editor_a.save()

    assert (before, is_in(browser), is_in(Client())) == (True, False, False)


def test_page_lists_the_sessions_with_a_constant_number_of_queries(
    client, editor_a, django_assert_num_queries
):
    sign_in(client, editor_a)

    def rows():
        # session, person, unread badge, the sessions
        with django_assert_num_queries(4):
            page = client.get("/people/settings/sessions/").content.decode()
        return page.count("<tr>") - 1

    one = rows()
    open_session(editor_a)
    open_session(editor_a)

    assert (one, rows()) == (1, 3)


def test_page_ends_one_session_and_all_others(client, editor_a):
    sign_in(client, editor_a)
    others = [open_session(editor_a) for _time in range(3)]
    key = sessions.key_of(others[0].session.session_key)

    client.post(f"/people/settings/sessions/{key}/end/")
    after_one = [is_in(browser) for browser in (client, *others)]
    client.post("/people/settings/sessions/end-others/")

    assert after_one == [True, False, True, True]
    assert [is_in(browser) for browser in (client, *others)] == [True, False, False, False]


def test_ending_a_session_that_is_gone_is_no_fault(client, editor_a):
    sign_in(client, editor_a)

    answer = client.post("/people/settings/sessions/0123456789abcdef/end/")

    assert (answer.status_code, answer["Location"]) == (302, "/people/settings/sessions/")


@pytest.mark.parametrize(
    ("address", "headers"), [("/inbox/unread/", {"hx-request": "true"}), ("/jobs/", POLLED)]
)
def test_part_asked_for_by_an_open_page_after_the_end_changes_nothing(client, address, headers):
    answer = client.get(address, headers=headers)

    assert (answer.status_code, answer.content, "HX-Redirect" in answer) == (204, b"", False)


def test_part_asked_for_by_a_person_after_the_end_leads_to_signing_in(client):
    answer = client.get("/incidents/?q=a", headers={"hx-request": "true"})

    assert (answer.status_code, answer["HX-Redirect"]) == (
        204,
        "/accounts/login/?next=%2Fincidents%2F%3Fq%3Da",
    )
