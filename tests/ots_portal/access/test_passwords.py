"""The own password: changed on the page, set by a link; every mail about it through the outbox."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.account.adapter import get_adapter
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ots_portal.access import passwords, sessions
from ots_portal.audit.models import AuditEntry
from ots_portal.clock import database_now
from ots_portal.notifications import services as notifications
from ots_portal.notifications.models import Delivery, OutboxRow
from tests.factories.sessions import (
    PASSWORD,
    code_for,
    open_session,
    sign_in,
    with_password,
    with_second_factor,
)

REQUEST = "/accounts/password/reset/"
NEW = "another long enough password"
TWICE = {"new": NEW, "again": NEW}


def ask(email, client=None):
    return (client or Client()).post(REQUEST, {"email": email})


def deliver():
    notifications.work_through(clock=database_now)
    return mail.outbox


def link_in(message):
    return re.search(r"http://127\.0\.0\.1:8000(/accounts/password/reset/\S+/)", message.body)[1]


def link_for(person):
    ask(person.email)
    return link_in(deliver()[-1])


def can_sign_in(person, password):
    browser = Client()
    browser.post("/accounts/login/", {"login": person.email, "password": password})
    return browser.session.get("_auth_user_id") == str(person.pk)


# ── asking ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def askers(editor_a, second_editor_a, machine_a, reader_a):
    """Addresses by what is behind them."""
    with_password(editor_a)
    second_editor_a.is_active = False
    with_password(second_editor_a)
    with_password(machine_a)
    return {
        "known": editor_a.email,
        "without a password yet": reader_a.email,
        "suspended": second_editor_a.email,
        "machine": machine_a.email,
        "unknown": "nobody@ots.example",
    }


def test_answer_is_the_same_whatever_is_behind_an_address(askers):
    def answer(email):
        sent = ask(email)
        followed = Client().get(sent["Location"])
        return sent.status_code, sent["Location"], sorted(sent.cookies), followed.content

    answers = {why: answer(email) for why, email in askers.items()}

    assert answers["known"][:2] == (302, f"{REQUEST}sent/")
    assert answers == dict.fromkeys(askers, answers["known"])


def test_work_is_the_same_whatever_is_behind_an_address(askers, monkeypatch):
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda *a, **k: hashed.append(1) or encode(*a, **k)
    )

    def statements(email):
        with CaptureQueriesContext(connection) as caught:
            ask(email)
        return [re.sub(r"'[^']*'|\d+", "?", query["sql"])[:60] for query in caught]

    asked = {why: statements(email) for why, email in askers.items()}

    assert len(asked["known"]) > 3
    assert asked == dict.fromkeys(askers, asked["known"])
    assert not hashed


def test_only_people_who_can_sign_in_are_sent_a_link(askers):
    for email in askers.values():
        ask(email)

    sent = [message.to for message in deliver()]

    assert sorted(sent) == sorted([[askers["known"]], [askers["without a password yet"]]])


def test_link_goes_to_the_stored_address_and_not_to_the_one_typed(editor_a):
    editor_a.email = "mike@example.org"
    with_password(editor_a)

    ask("mike@exampıe.org")  # a dotless i, as in CVE-2019-19844
    ask("ＭＩＫＥ@example.org")

    assert [message.to for message in deliver()] == [["mike@example.org"]]


def test_link_is_stored_nowhere(editor_a):
    ask(editor_a.email)
    link = link_in(deliver()[-1])

    token = link.split("/")[-2].partition("-")[2]
    entries = " ".join(AuditEntry.objects.values_list("body", flat=True))
    assert (token in entries, editor_a.email in entries) == (False, False)
    assert {delivery.channel for delivery in Delivery.objects.all()} == {"mail"}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_link_is_under_the_portals_own_address_whatever_the_request_called_it(editor_a, host):
    Client().post(REQUEST, {"email": editor_a.email}, headers={"host": host})

    assert "http://127.0.0.1:8000/accounts/password/reset/" in deliver()[-1].body


def test_host_nobody_configured_is_refused(editor_a):
    answer = Client().post(REQUEST, {"email": editor_a.email}, headers={"host": "evil.example"})

    assert (answer.status_code, len(deliver())) == (400, 0)


def test_mail_is_in_the_recipients_language(editor_a):
    editor_a.language = "en"
    editor_a.save()

    ask(editor_a.email)

    (message,) = deliver()
    assert message.subject == "A link to set a new password"
    assert "works once, for one hour" in message.body


def test_nobodys_mailbox_is_filled(editor_a):
    for _time in range(8):
        ask(editor_a.email)

    assert len(deliver()) == 5


def test_who_asks_for_many_addresses_waits():
    answers = [ask(f"person-{number}@ots.example").status_code for number in range(21)]

    assert (answers[19], answers[20]) == (302, 429)


def test_nothing_typed_is_told_beside_the_field():
    answer = ask("")

    assert (answer.status_code, "error-summary" in answer.content.decode()) == (422, True)


# ── the link ────────────────────────────────────────────────────────────────────────────────────


def test_link_sets_the_password_and_leads_to_signing_in(client, editor_a):
    with_password(editor_a)
    link = link_for(editor_a)

    shown = client.get(link)
    answer = client.post(link, TWICE)

    assert (shown.status_code, "no-store" in shown["Cache-Control"]) == (200, True)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
    assert (can_sign_in(editor_a, NEW), can_sign_in(editor_a, PASSWORD)) == (True, False)


def test_nobody_is_signed_in_by_a_link(client, editor_a):
    client.post(link_for(editor_a), TWICE)

    assert client.session.get("_auth_user_id") is None


def test_second_factor_is_asked_for_after_a_reset(client, editor_a):
    secret = with_second_factor(editor_a)
    client.post(link_for(editor_a), TWICE)

    answer = client.post("/accounts/login/", {"login": editor_a.email, "password": NEW})
    assert answer["Location"] == "/accounts/2fa/authenticate/"

    client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    assert client.session["_auth_user_id"] == str(editor_a.pk)


def dead(answer):
    return answer.status_code == 410 and "does not work any more" in answer.content.decode()


def test_link_works_once(client, editor_a):
    link = link_for(editor_a)
    client.post(link, TWICE)

    assert (dead(client.get(link)), dead(client.post(link, TWICE))) == (True, True)


def test_two_who_use_a_link_at_once_do_not_both_win(editor_a):
    first, second = (type(editor_a).objects.get(pk=editor_a.pk) for _time in range(2))
    passwords.reset_password(first, NEW, at=database_now())

    with pytest.raises(passwords.LinkIsDead):
        passwords.reset_password(second, PASSWORD, at=database_now())


@pytest.mark.parametrize(("minutes", "expected"), [(59, 200), (61, 410)])
def test_link_lasts_an_hour(client, editor_a, minutes, expected):
    with time_machine.travel(datetime(2026, 11, 20, 12, 0, tzinfo=UTC)) as clock:
        link = link_for(editor_a)
        clock.shift(timedelta(minutes=minutes))

        assert client.get(link).status_code == expected


def test_link_dies_with_the_password_and_with_signing_in(client, editor_a):
    with_password(editor_a)
    link = link_for(editor_a)
    assert can_sign_in(editor_a, PASSWORD)

    assert dead(client.get(link))


def test_link_of_a_person_suspended_meanwhile_is_dead(client, editor_a):
    link = link_for(editor_a)
    editor_a.is_active = False
    editor_a.save()

    assert dead(client.get(link))


@pytest.mark.parametrize(
    "name", ["x", "a-b-c", "%00", "9" * 400, "00000000000000000000000000000000-a-b", "ı-ı-ı"]
)
def test_what_is_no_link_is_told_so(client, name):
    assert client.get(f"{REQUEST}{name}/").status_code in {410, 400}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"new": "short", "again": "short"}, "at least 15 characters"),
        ({"new": NEW, "again": NEW + "x"}, "are not the same"),
        ({"new": "", "again": ""}, "This field is required"),
        ({"new": "x" * 1001, "again": "x" * 1001}, "at most 1000 characters"),
    ],
)
def test_password_that_will_not_do_is_told_beside_the_field(client, editor_a, typed, sentence):
    answer = client.post(link_for(editor_a), typed)

    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)


def test_reset_ends_every_session_of_the_person(client, editor_a, head_a):
    browsers = [open_session(editor_a), open_session(editor_a), open_session(head_a)]

    client.post(link_for(editor_a), TWICE)

    assert [b.get("/people/settings/").status_code for b in browsers] == [302, 302, 200]


# ── changing it on the page ─────────────────────────────────────────────────────────────────────
CHANGE = "/people/settings/password/"


def test_change_keeps_this_session_and_ends_the_others(client, editor_a):
    with_password(editor_a)
    sign_in(client, editor_a)
    other = open_session(editor_a)

    answer = client.post(CHANGE, {"present": PASSWORD, **TWICE})

    assert (answer.status_code, client.get(CHANGE).status_code) == (302, 200)
    assert other.get("/people/settings/").status_code == 302
    key = sessions.key_of(client.session.session_key)
    (listed,) = sessions.sessions_of(editor_a, at=database_now(), current_key=key)
    assert listed.is_current
    assert (can_sign_in(editor_a, NEW), can_sign_in(editor_a, PASSWORD)) == (True, False)


def test_wrong_present_password_changes_nothing(client, editor_a):
    with_password(editor_a)
    sign_in(client, editor_a)

    answer = client.post(CHANGE, {"present": "not this one at all", **TWICE})

    assert (answer.status_code, can_sign_in(editor_a, PASSWORD)) == (422, True)


def test_change_asks_first_who_is_there(client, editor_a):
    with_password(editor_a)
    sign_in(client, editor_a, minutes_ago=11)

    assert client.get(CHANGE)["Location"].startswith("/accounts/reauthenticate/")


def test_password_sent_too_late_is_not_kept_in_the_session(client, editor_a):
    with_password(editor_a)
    sign_in(client, editor_a, minutes_ago=11)

    answer = client.post(CHANGE, {"present": PASSWORD, **TWICE})

    assert answer["Location"] == "/accounts/reauthenticate/?next=%2Fpeople%2Fsettings%2Fpassword%2F"
    kept = str(dict(client.session))
    assert (PASSWORD in kept, NEW in kept) == (False, False)


def test_tries_at_the_present_password_are_counted(client, editor_a):
    with_password(editor_a)
    sign_in(client, editor_a)

    tries = [client.post(CHANGE, {"present": "wrong", **TWICE}).status_code for _t in range(11)]

    assert (tries[9], tries[10]) == (422, 429)


# ── mails ───────────────────────────────────────────────────────────────────────────────────────


def test_person_is_told_that_the_password_was_changed(client, editor_a):
    client.post(link_for(editor_a), TWICE)
    mail.outbox.clear()

    (message,) = deliver()

    assert (message.to, message.subject) == ([editor_a.email], "Your password was changed")
    assert "If it was not you" in message.body


def test_person_is_told_of_a_new_device_and_not_of_the_first(editor_a):
    with_password(editor_a)
    first = Client()
    credentials = {"login": editor_a.email, "password": PASSWORD}
    first.post("/accounts/login/", credentials)
    first.post("/accounts/logout/")
    first.post("/accounts/login/", credentials)
    before = len(deliver())

    Client(REMOTE_ADDR="192.0.2.9").post(
        "/accounts/login/", credentials, headers={"user-agent": "Firefox/140.0 (Windows)"}
    )
    told = deliver()

    assert before == 0
    assert [message.subject for message in told] == ["You signed in on a new device"]
    assert ("Firefox on Windows" in told[0].body, "192.0.2.9" in told[0].body) == (True, True)


@pytest.mark.parametrize(
    ("path", "subject"),
    [
        ("/accounts/2fa/recovery-codes/generate/", "Your recovery codes were replaced"),
        ("/accounts/2fa/totp/deactivate/", "A second factor was removed from your account"),
    ],
)
def test_person_is_told_what_became_of_the_second_factor(
    client, editor_a, path, subject, django_capture_on_commit_callbacks
):
    with_second_factor(editor_a)
    sign_in(client, editor_a)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(path)

    assert [message.subject for message in deliver()] == [subject]


def test_person_is_told_of_a_second_factor_set_up_once(
    client, editor_a, django_capture_on_commit_callbacks
):
    sign_in(client, editor_a)
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'<p class="code">(\w+)</p>', page)[1]

    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/2fa/totp/activate/", {"code": code_for(secret)})

    assert [m.subject for m in deliver()] == ["A second factor was added to your account"]
    assert not OutboxRow.objects.filter(fanned_out_at=None).exists()


def test_allauth_sends_no_mail_itself():
    with pytest.raises(NotImplementedError, match="outbox"):
        get_adapter().send_mail("account/email/anything", "person@ots.example", {})
