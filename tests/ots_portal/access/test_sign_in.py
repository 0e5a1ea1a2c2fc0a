import re

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import NoReverseMatch, reverse

from ots_portal.audit.models import AuditEntry
from tests.factories.sessions import PASSWORD, code_for, with_password, with_second_factor

LOGIN = "/accounts/login/"


def attempt(client, email, password=PASSWORD, **fields):
    return client.post(LOGIN, {"login": email, "password": password, **fields})


def who(client):
    return client.session.get("_auth_user_id")


def kinds():
    return list(AuditEntry.objects.order_by("recorded_at").values_list("kind", flat=True))


def test_right_password_signs_in_and_goes_home(client, editor_a):
    with_password(editor_a)

    answer = attempt(client, editor_a.email)

    assert (answer.status_code, answer["Location"], who(client)) == (302, "/", str(editor_a.pk))


@pytest.mark.parametrize(
    "typed", ["  PERSON@OTS.EXAMPLE ", "Ｐｅｒｓｏｎ@ots.example", "person@ｏｔｓ.example"]
)
def test_address_is_found_in_every_way_of_writing_it(client, editor_a, typed):
    editor_a.email = "person@ots.example"
    with_password(editor_a)

    attempt(client, typed)

    assert who(client) == str(editor_a.pk)


def test_cyrillic_look_alike_is_another_address(client, editor_a):
    editor_a.email = "aaa@ots.example"
    with_password(editor_a)

    attempt(client, "ааа@ots.example")

    assert who(client) is None


@pytest.fixture
def refused(editor_a, second_editor_a, reader_a, machine_a, head_a):
    """E-mail and password of everybody who must not come in, by why."""
    with_password(editor_a)
    second_editor_a.is_active = False
    with_password(second_editor_a)
    with_password(machine_a)
    reader_a.set_unusable_password()
    reader_a.save()
    return {
        "wrong password": (editor_a.email, "not the password at all"),
        "unknown": ("nobody@ots.example", PASSWORD),
        "inactive": (second_editor_a.email, PASSWORD),
        "machine": (machine_a.email, PASSWORD),
        "unusable password": (reader_a.email, PASSWORD),
        "no password yet": (head_a.email, PASSWORD),
    }


def test_every_failure_answers_the_same(refused):
    def page(email, password):
        answer = attempt(Client(), email, password)
        text = answer.content.decode().replace(email, "EMAIL")
        text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "TOKEN", text)
        # The page repeats the address, so its length differs with it; it expires as it is made.
        kept = set(answer.headers) - {"Content-Length", "Expires", "X-Request-ID"}
        headers = {name: answer[name] for name in kept}
        return answer.status_code, headers, sorted(answer.cookies), text

    pages = {why: page(*credentials) for why, credentials in refused.items()}

    assert "The e-mail address or the password is not right." in pages["wrong password"][-1]
    assert pages == dict.fromkeys(pages, pages["wrong password"])


def test_every_failure_hashes_once_and_so_takes_as_long(refused, monkeypatch):
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda self, *args, **kwargs: hashed.append(1) or encode(self, *args, **kwargs),
    )

    def count(credentials):
        hashed.clear()
        attempt(Client(), *credentials)
        return len(hashed)

    counts = {why: count(credentials) for why, credentials in refused.items()}

    assert counts == dict.fromkeys(refused, 1)


def test_nobody_of_them_is_signed_in(refused):
    clients = {why: Client() for why in refused}
    for why, credentials in refused.items():
        attempt(clients[why], *credentials)

    assert {why: who(client) for why, client in clients.items()} == dict.fromkeys(refused)


def test_session_of_a_machine_user_is_nobodys(client, machine_a):
    client.force_login(machine_a)

    answer = client.get("/people/settings/")

    assert (answer.status_code, answer["Location"]) == (302, f"{LOGIN}?next=/people/settings/")


def test_session_key_known_before_is_worth_nothing_after(client, editor_a):
    with_password(editor_a)
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted

    attempt(client, editor_a.email)
    thief = Client()
    thief.cookies["sessionid"] = planted

    assert who(client) == str(editor_a.pk)
    assert (client.session.session_key != planted, who(thief)) == (True, None)


def test_signing_out_kills_a_copied_cookie(client, editor_a):
    client.force_login(editor_a)
    thief = Client()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value

    before = thief.get("/people/settings/").status_code
    client.post("/accounts/logout/")

    assert (before, thief.get("/people/settings/").status_code) == (200, 302)


def test_looking_at_the_sign_out_page_signs_nobody_out(client, editor_a):
    client.force_login(editor_a)

    answer = client.get("/accounts/logout/")

    assert (answer.status_code, who(client)) == (200, str(editor_a.pk))


@pytest.mark.parametrize(
    "evil",
    [
        "//evil.example",
        "https:evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "///evil.example",
        "javascript:alert(1)",
        "http://localhost/",
    ],
)
def test_next_never_leads_out_of_the_portal(client, editor_a, evil):
    with_password(editor_a)

    answer = attempt(client, editor_a.email, next=evil)

    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_next_leads_back_inside(client, editor_a):
    with_password(editor_a)

    answer = attempt(client, editor_a.email, next="/people/settings/?a=1")

    assert answer["Location"] == "/people/settings/?a=1"


def test_after_ten_failures_even_the_right_password_waits(client, editor_a):
    with_password(editor_a)
    for _number in range(10):
        attempt(client, editor_a.email, "wrong, every time")

    answer = attempt(client, editor_a.email)

    assert "Too many attempts" in answer.content.decode()
    assert who(client) is None


def test_failures_for_one_account_do_not_slow_another(client, editor_a, head_a):
    with_password(editor_a)
    with_password(head_a)
    for _number in range(10):
        attempt(client, editor_a.email, "wrong, every time")

    attempt(client, head_a.email)

    assert who(client) == str(head_a.pk)


def test_one_address_of_the_network_cannot_try_many_accounts(client, editor_a):
    with_password(editor_a)
    for number in range(50):
        attempt(client, f"somebody-{number}@ots.example")

    from_there = attempt(client, editor_a.email)
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    attempt(elsewhere, editor_a.email)

    assert "Too many attempts" in from_there.content.decode()
    assert (who(client), who(elsewhere)) == (None, str(editor_a.pk))


def test_flood_of_attempts_is_answered_by_a_page_of_its_own(client, settings, editor_a):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    attempt(client, editor_a.email)

    answer = attempt(client, editor_a.email)

    assert (answer.status_code, "Too many attempts" in answer.content.decode()) == (429, True)


def test_attempts_count_by_the_address_the_proxy_saw(client, settings, editor_a):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}

    def status(forwarded):
        headers = {"x-forwarded-for": forwarded}
        return client.post(LOGIN, {"login": editor_a.email}, headers=headers).status_code

    statuses = [status("192.0.2.1"), status("192.0.2.2"), status("203.0.113.9, 192.0.2.1")]
    assert statuses == [200, 200, 429]


def test_form_without_token_is_refused(editor_a):
    with_password(editor_a)
    strict = Client(enforce_csrf_checks=True)

    answer = attempt(strict, editor_a.email)

    assert (answer.status_code, who(strict)) == (403, None)


def test_cookie_cannot_be_read_by_scripts(client, editor_a):
    with_password(editor_a)

    cookie = attempt(client, editor_a.email).cookies["sessionid"]

    assert (cookie["httponly"], cookie["samesite"], cookie["expires"]) == (True, "Lax", "")


def test_coming_and_going_is_written_down(client, editor_a):
    with_password(editor_a)

    attempt(client, editor_a.email, "wrong one")
    attempt(client, "nobody@ots.example")
    attempt(client, editor_a.email)
    client.post("/accounts/logout/")

    assert kinds() == [
        "people.user.sign_in_failed",
        "people.user.sign_in_failed",
        "people.user.signed_in",
        "people.user.signed_out",
    ]


def test_entries_name_the_participant_and_never_what_was_typed(client, editor_a):
    with_password(editor_a)

    attempt(client, editor_a.email, "wrong one")
    attempt(client, "my secret password", "x")
    attempt(client, "nobody@ots.example", "wrong one")

    entries = AuditEntry.objects.order_by("recorded_at")
    assert [entry.participant for entry in entries] == ["turkiye", ""]
    bodies = " ".join(entry.body for entry in entries)
    assert not any(text in bodies for text in ("wrong one", "nobody@", editor_a.email, "secret"))


def test_password_alone_does_not_sign_in_where_there_is_a_second_factor(client, editor_a):
    with_password(editor_a)
    with_second_factor(editor_a)

    answer = attempt(client, editor_a.email)

    assert (answer["Location"], who(client)) == ("/accounts/2fa/authenticate/", None)


def test_code_completes_the_sign_in(client, editor_a):
    with_password(editor_a)
    secret = with_second_factor(editor_a)
    attempt(client, editor_a.email, next="/people/settings/")

    answer = client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})

    assert (answer["Location"], who(client)) == ("/people/settings/", str(editor_a.pk))


def test_code_works_once(client, editor_a):
    with_password(editor_a)
    secret = with_second_factor(editor_a)
    code = code_for(secret)
    attempt(client, editor_a.email)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    second = Client()
    attempt(second, editor_a.email)

    answer = second.post("/accounts/2fa/authenticate/", {"code": code})

    assert (answer.status_code, who(client), who(second)) == (200, str(editor_a.pk), None)


@pytest.mark.parametrize("steps", [-2, 2])
def test_code_of_another_minute_is_refused(client, editor_a, steps):
    with_password(editor_a)
    secret = with_second_factor(editor_a)
    counter = next(totp.yield_hotp_counters_from_time()) + steps
    attempt(client, editor_a.email)

    client.post(
        "/accounts/2fa/authenticate/",
        {"code": totp.format_hotp_value(totp.hotp_value(secret, counter))},
    )

    assert (who(client), kinds()) == (None, ["people.user.second_factor_failed"])


@pytest.mark.parametrize(
    "name",
    [
        "account_signup",
        "account_email",
        "account_inactive",
        "account_reset_password",
        "account_change_password",
        "account_set_password",
        "account_confirm_email",
        "account_request_login_code",
        "mfa_trust",
        "mfa_list_webauthn",
        "socialaccount_connections",
    ],
)
def test_what_is_not_needed_has_no_route(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize(
    "path", ["signup/", "email/", "password/change/", "inactive/", "social/", ""]
)
def test_addresses_of_what_is_not_needed_are_unknown(client, path):
    assert client.get(f"/accounts/{path}").status_code == 404
