"""An attacker and the owner of an account, side by side (docs/decisions/0010-lockout.md)."""

import pytest
from django.contrib.auth import get_user
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client

from ots_portal.access import passwords
from ots_portal.audit.models import AuditEntry
from tests.factories.sessions import (
    PASSWORD,
    code_for,
    open_session,
    with_password,
    with_second_factor,
)
from tests.ots_portal.access.test_passkeys import add, come_in
from tests.passkeys import Passkey

LOGIN = "/accounts/login/"
WITH_CODE = "/accounts/login/code/"


def attempt(client, email, password=PASSWORD):
    return client.post(LOGIN, {"login": email, "password": password})


def in_one_step(client, email, code, password=PASSWORD):
    return client.post(WITH_CODE, {"login": email, "password": password, "code": code})


def who(client):
    user = get_user(client)
    return user if user.is_authenticated else None


@pytest.fixture
def owner(editor_a):
    """A person with a password and an authenticator app."""
    return with_password(editor_a)


@pytest.fixture
def secret(owner):
    return with_second_factor(owner)


def attack(person, *, tries=40, path=LOGIN):
    """Guess from many network addresses, beyond every limit of the account."""
    for number in range(tries):
        attacker = Client(REMOTE_ADDR=f"198.51.100.{number}")
        attacker.post(path, {"login": person.email, "password": "a guess", "code": "123456"})


def test_stranger_is_slowed_down_even_with_the_right_password(owner):
    attack(owner)
    stranger = Client(REMOTE_ADDR="192.0.2.1")

    answer = attempt(stranger, owner.email)

    assert ("Too many attempts" in answer.content.decode(), who(stranger)) == (True, None)
    assert f'href="{WITH_CODE}"' in answer.content.decode()


def test_owner_comes_in_on_a_device_that_signed_in_before(owner):
    device = Client()
    attempt(device, owner.email)
    device.post("/accounts/logout/")
    attack(owner)

    attempt(device, owner.email)

    assert who(device) == owner


def test_owner_on_a_new_device_comes_in_by_password_and_code_in_one_step(owner, secret):
    attack(owner)
    attack(owner, path=WITH_CODE)
    new_device = Client(REMOTE_ADDR="192.0.2.1")

    in_one_step(new_device, owner.email, code_for(secret))

    assert who(new_device) == owner


def test_owner_on_a_new_device_comes_in_by_passkey(owner, settings):
    settings.PORTAL_ADDRESS = "https://portal.ots.example"
    passkey = Passkey()
    add(open_session(owner), passkey)
    attack(owner)
    new_device = Client(REMOTE_ADDR="192.0.2.1")

    come_in(new_device, passkey)

    assert who(new_device) == owner


def test_owner_in_the_attackers_own_network_comes_in_on_a_known_device(owner):
    device = Client()
    attempt(device, owner.email)
    device.post("/accounts/logout/")
    for number in range(51):
        attempt(Client(), f"somebody-{number}@ots.example", "a guess")

    attempt(device, owner.email)

    assert who(device) == owner


def test_thief_of_a_known_device_is_slowed_down_as_well(owner):
    device = Client()
    attempt(device, owner.email)
    device.post("/accounts/logout/")
    for _time in range(10):
        attempt(device, owner.email, "a guess")

    attempt(device, owner.email)

    assert who(device) is None


def test_cookie_of_a_device_is_worth_nothing_for_another_account(owner, head_a):
    with_password(head_a)
    device = Client()
    attempt(device, owner.email)
    device.post("/accounts/logout/")
    attack(head_a)

    attempt(device, head_a.email)

    assert who(device) is None


@pytest.mark.parametrize("cookie", ["", "x", "eyJhIjoiYiJ9:1abc:def", "é"])
def test_forged_cookie_makes_no_device_known(owner, cookie):
    attack(owner)
    stranger = Client()
    stranger.cookies["device"] = cookie

    attempt(stranger, owner.email)

    assert who(stranger) is None


def test_cookie_of_a_device_tells_nobody_who_it_is(owner):
    device = Client()

    cookie = attempt(device, owner.email).cookies["device"]

    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert (owner.email in cookie.value, str(owner.pk) in cookie.value) == (False, False)


# ── the one-step page helps nobody to guess ─────────────────────────────────────────────────────


def test_every_failure_in_one_step_is_told_alike(owner, secret, head_a):
    with_password(head_a)

    def problem(email, password, code):
        page = in_one_step(Client(), email, code, password).content.decode()
        return "The e-mail address, the password or the code is not right." in page

    tries = {
        "wrong code": (owner.email, PASSWORD, "1"),
        "wrong password": (owner.email, "a guess", code_for(secret)),
        "unknown": ("nobody@ots.example", PASSWORD, "123456"),
        "no second factor": (head_a.email, PASSWORD, "123456"),
    }
    assert {why: problem(*typed) for why, typed in tries.items()} == dict.fromkeys(tries, True)


def test_every_failure_in_one_step_hashes_once(owner, secret, head_a, monkeypatch):
    with_password(head_a)
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda *a, **k: hashed.append(1) or encode(*a, **k)
    )

    def count(email, password):
        hashed.clear()
        in_one_step(Client(), email, "123456", password)
        return len(hashed)

    tries = [(owner.email, PASSWORD), (owner.email, "a guess"), ("nobody@ots.example", "a guess")]
    assert [count(*typed) for typed in tries] == [1, 1, 1]


def test_who_knows_the_password_cannot_try_codes_without_end(owner, secret):
    """Ten wrong codes with the right password, from ten addresses: then no code counts for a while."""
    for number in range(10):
        in_one_step(Client(REMOTE_ADDR=f"198.51.100.{number}"), owner.email, "1")
    thief = Client(REMOTE_ADDR="203.0.113.1")

    answer = in_one_step(thief, owner.email, code_for(secret))

    assert who(thief) is None
    assert "The e-mail address, the password or the code is not right." in answer.content.decode()


def test_new_password_by_mail_takes_the_thiefs_tries_away(owner, secret):
    for number in range(10):
        in_one_step(Client(REMOTE_ADDR=f"198.51.100.{number}"), owner.email, "1")
    attack(owner)
    link = passwords.reset_link(owner).removeprefix("http://127.0.0.1:8000")
    here = Client(REMOTE_ADDR="192.0.2.1")
    new = "another long enough password"

    here.post(link, {"new": new, "again": new})
    attempt(here, owner.email, new)
    here.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})

    assert who(here) == owner


def test_tries_in_one_step_count_by_account_and_address(owner, secret):
    here = Client(REMOTE_ADDR="198.51.100.1")
    for _time in range(5):
        in_one_step(here, owner.email, "1", "a guess")

    answer = in_one_step(here, owner.email, code_for(secret))

    assert ("Too many attempts" in answer.content.decode(), who(here)) == (True, None)


def test_code_is_used_up_in_one_step_as_well(owner, secret):
    code = code_for(secret)
    first, second = Client(), Client()

    in_one_step(first, owner.email, code)
    in_one_step(second, owner.email, code)

    assert (who(first), who(second)) == (owner, None)


def test_one_step_counts_as_fresh_and_is_written_down(client, owner, secret):
    in_one_step(client, owner.email, code_for(secret))

    assert client.get("/accounts/2fa/totp/replace/").status_code == 200
    assert AuditEntry.objects.filter(kind="people.user.signed_in").count() == 1


def test_failure_in_one_step_is_written_down(client, owner, secret):
    in_one_step(client, owner.email, "1", "a guess")
    in_one_step(client, owner.email, "1")

    kinds = sorted(AuditEntry.objects.values_list("kind", flat=True))
    assert kinds == ["people.user.second_factor_failed", "people.user.sign_in_failed"]
