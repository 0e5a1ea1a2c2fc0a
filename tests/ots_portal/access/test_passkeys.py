"""Passkeys: added, signed in with, confirmed with, renamed, removed, and everything that is no passkey."""

import html
import json
import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user
from django.core import mail
from django.test import Client

from ots_portal.access import second_factor
from ots_portal.clock import database_now
from ots_portal.notifications import services as notifications
from tests.factories.sessions import (
    PASSWORD,
    open_session,
    sign_in,
    with_password,
    with_second_factor,
)
from tests.passkeys import PRESENT, VERIFIED, Passkey, text

ADD = "/accounts/2fa/passkeys/add/"
LOGIN = "/accounts/2fa/passkeys/login/"
CONFIRM = "/accounts/2fa/passkeys/reauthenticate/"
AUTHENTICATE = "/accounts/2fa/authenticate/"


@pytest.fixture(autouse=True)
def _address(settings):
    settings.PORTAL_ADDRESS = "https://portal.ots.example"


def options_on(page):
    return json.loads(html.unescape(re.search(r'data-options="([^"]+)"', page)[1]))


def options_for_sign_in(client):
    return client.get(LOGIN, headers={"accept": "application/json"}).json()["request_options"]


def add(client, passkey, **fields):
    page = client.get(ADD).content.decode()
    return client.post(ADD, {"credential": passkey.create(options_on(page)), **fields})


def come_in(client, passkey, **query):
    credential = passkey.get(options_for_sign_in(client))
    return client.post(LOGIN, {"credential": credential, **query})


def who(client):
    user = get_user(client)
    return user if user.is_authenticated else None


@pytest.fixture
def passkey(editor_a):
    """A passkey of editor_a, who has no other second factor."""
    made = Passkey()
    add(open_session(editor_a), made, name="Laptop")
    return made


def test_person_adds_a_passkey_and_is_shown_recovery_codes(client, editor_a):
    sign_in(client, editor_a)

    answer = add(client, Passkey(), name="Laptop")

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/recovery-codes/")
    found = Authenticator.objects.get(user=editor_a, type="webauthn")
    assert (found.wrap().name, second_factor.has_one(editor_a)) == ("Laptop", True)


def test_passkey_is_demanded_to_know_its_owner(client, editor_a):
    sign_in(client, editor_a)

    asked = options_on(client.get(ADD).content.decode())["publicKey"]

    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["rp"] == {"id": "portal.ots.example", "name": "OTS Emergency Portal"}


@pytest.mark.parametrize(
    "made",
    [
        Passkey(flags=PRESENT),
        Passkey(origin="https://evil.example"),
        Passkey(rp_id="evil.example"),
    ],
    ids=["does not know its owner", "made on another page", "made for another portal"],
)
def test_passkey_that_will_not_do_is_refused(client, editor_a, made):
    sign_in(client, editor_a)

    answer = add(client, made)

    assert "The passkey was not accepted" in answer.content.decode()
    assert not Authenticator.objects.exists()


FORGED = {
    "id": "AA",
    "rawId": "AA",
    "type": "public-key",
    "response": dict.fromkeys(
        ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"],
        "AA",
    ),
}


@pytest.mark.parametrize(
    "credential",
    [
        *("", "x", "null", "[]", "{}", '{"id": 1}', '{"response": {}}'),
        '{"rawId": "AA", "id": "AA"}',
        json.dumps(FORGED),
    ],
)
@pytest.mark.parametrize("path", [ADD, LOGIN, CONFIRM])
def test_what_is_no_passkey_is_refused_without_a_fault(client, editor_a, path, credential):
    if path != LOGIN:
        sign_in(client, editor_a)
        Authenticator.objects.create(user=editor_a, type="recovery_codes", data={"seed": "x"})
    else:
        options_for_sign_in(client)

    answer = client.post(path, {"credential": credential})

    assert answer.status_code in {200, 302}
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_passkey_signs_in_without_password_and_code(client, editor_a, passkey):
    answer = come_in(client, passkey, next="/people/settings/")

    assert (answer["Location"], who(client)) == ("/people/settings/", editor_a)


def test_next_of_a_passkey_never_leads_out(client, passkey):
    assert come_in(client, passkey, next="//evil.example")["Location"] == "/"


def test_begin_asks_no_address_and_names_no_key(client, passkey):
    asked = options_for_sign_in(client)["publicKey"]

    assert asked["userVerification"] == "required"
    assert not asked.get("allowCredentials")


def test_begin_in_the_address_bar_leads_to_signing_in(client):
    assert client.get(LOGIN)["Location"] == "/accounts/login/"


def test_sign_in_with_a_passkey_counts_as_fresh(client, passkey, settings):
    settings.PORTAL_SECOND_FACTOR_REQUIRED = True
    come_in(client, passkey)

    assert client.get(ADD).status_code == 200


def refused(client, credential):
    client.post(LOGIN, {"credential": credential})
    return who(client) is None


def test_answer_to_another_challenge_is_refused(client, passkey):
    old = passkey.get(options_for_sign_in(client))
    options_for_sign_in(client)

    assert refused(client, old)


def test_answer_counts_once(client, passkey):
    answer = passkey.get(options_for_sign_in(client))
    client.post(LOGIN, {"credential": answer})
    client.post("/accounts/logout/")

    assert refused(client, answer)


def test_answer_from_another_browser_is_refused(client, passkey):
    assert refused(client, passkey.get(options_for_sign_in(Client())))


def test_passkey_of_one_does_not_sign_in_another(client, passkey, head_a):
    add(open_session(head_a), Passkey())
    answer = passkey.get(options_for_sign_in(client), owner=text(head_a.pk.hex.encode()))

    assert refused(client, answer)


@pytest.mark.parametrize(
    ("name", "value"),
    [("flags", PRESENT), ("flags", VERIFIED), ("origin", "https://evil.example")],
)
def test_passkey_used_otherwise_than_demanded_is_refused(client, passkey, name, value):
    setattr(passkey, name, value)

    assert refused(client, passkey.get(options_for_sign_in(client)))


def test_suspended_person_is_refused_like_an_unknown_passkey(client, editor_a, passkey):
    editor_a.is_active = False
    editor_a.save()
    unknown = Passkey(owner=text(b"0" * 32))

    answers = [come_in(browser, key) for browser, key in ((client, passkey), (Client(), unknown))]

    assert [(answer.status_code, answer["Location"]) for answer in answers] == [
        (302, "/accounts/login/")
    ] * 2
    assert who(client) is None


def test_passkey_is_the_second_step_after_the_password(client, editor_a, passkey):
    with_password(editor_a)
    client.post("/accounts/login/", {"login": editor_a.email, "password": PASSWORD})
    page = client.get(AUTHENTICATE).content.decode()
    before = who(client)

    client.post(AUTHENTICATE, {"credential": passkey.get(options_on(page))})

    assert (before, who(client)) == (None, editor_a)


def test_second_step_offers_no_passkey_to_who_has_none(client, editor_a):
    with_password(editor_a)
    with_second_factor(editor_a)
    client.post("/accounts/login/", {"login": editor_a.email, "password": PASSWORD})

    assert "Use a passkey instead" not in client.get(AUTHENTICATE).content.decode()


def test_passkey_confirms_who_is_there(client, editor_a, passkey):
    sign_in(client, editor_a, minutes_ago=11)
    to_confirm = client.get(ADD)["Location"]
    page = client.get(to_confirm).content.decode()

    answer = client.post(to_confirm, {"credential": passkey.get(options_on(page)), "next": ADD})

    assert to_confirm.startswith(CONFIRM)
    assert (answer["Location"], client.get(ADD).status_code) == (ADD, 200)


def test_failed_confirmation_stays_on_its_page(client, editor_a, passkey):
    sign_in(client, editor_a, minutes_ago=11)
    client.get(CONFIRM)

    answer = client.post(CONFIRM, {"credential": Passkey().get({"publicKey": {"challenge": "AA"}})})

    assert "The passkey was not accepted" in answer.content.decode()
    assert client.get(ADD).status_code == 302


def test_last_passkey_stays_where_a_factor_is_demanded(client, editor_a, passkey, settings):
    settings.PORTAL_SECOND_FACTOR_REQUIRED = True
    sign_in(client, editor_a)
    found = Authenticator.objects.get(type="webauthn")

    answer = client.post(f"/accounts/2fa/passkeys/{found.pk}/remove/")

    assert (answer.status_code, "This is your only second factor." in answer.content.decode()) == (
        403,
        True,
    )
    assert Authenticator.objects.filter(pk=found.pk).exists()


def test_passkey_beside_an_app_is_removed_and_lets_nobody_in(client, editor_a, passkey, settings):
    settings.PORTAL_SECOND_FACTOR_REQUIRED = True
    with_second_factor(editor_a)
    sign_in(client, editor_a)
    found = Authenticator.objects.get(type="webauthn")

    client.post(f"/accounts/2fa/passkeys/{found.pk}/remove/")

    browser = Client()
    come_in(browser, passkey)
    assert who(browser) is None


def test_passkey_is_renamed(client, editor_a, passkey):
    sign_in(client, editor_a)
    found = Authenticator.objects.get(type="webauthn")

    client.post(f"/accounts/2fa/passkeys/{found.pk}/rename/", {"name": "Office"})

    assert "Office" in client.get("/accounts/2fa/").content.decode()


@pytest.mark.parametrize("verb", ["rename", "remove"])
def test_somebody_elses_passkey_is_as_if_missing(client, head_a, passkey, verb):
    sign_in(client, head_a)
    found = Authenticator.objects.get(type="webauthn")

    answer = client.post(f"/accounts/2fa/passkeys/{found.pk}/{verb}/", {"name": "Mine"})

    assert answer.status_code == 404
    assert Authenticator.objects.get(pk=found.pk).wrap().name == "Laptop"


def test_person_is_told_of_a_passkey_added(passkey, editor_a):
    notifications.work_through(clock=database_now)

    (message,) = mail.outbox
    assert message.subject == "A second factor was added to your account"
    assert "A passkey was added" in message.body


def test_pages_hold_nothing_the_content_policy_refuses(client, editor_a, passkey):
    sign_in(client, editor_a)
    visitor = Client()

    pages = [client.get(path).content.decode() for path in (ADD, CONFIRM, "/accounts/2fa/")]
    pages.append(visitor.get("/accounts/login/").content.decode())

    assert not [
        found for page in pages if (found := re.search(r"style=|<script(?! src)|\son\w+=", page))
    ]
    assert all("Passkeys need JavaScript" in page for page in (pages[0], pages[1], pages[3]))
