"""Attacks at the door that have no better place (security.md B97–B103): each refused with its answer."""

import json
import re
import statistics
import subprocess
import sys
import time

import pytest
from django.conf import settings as portal_settings
from django.test import Client

from ots_portal.access.adapter import AccountAdapter
from ots_portal.caching import ForgivingRedisCache
from tests.factories.sessions import PASSWORD, open_session, with_password, with_second_factor

LOGIN = "/accounts/login/"
EVIL = [
    "//evil.example",
    "///evil.example",
    "https:evil.example",
    "https:///evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "%5c%5cevil.example",
    "/%5cevil.example",
    "/%2fevil.example",
    "/\t/evil.example",
    "\x01//evil.example",
    "https://127.0.0.1:8000@evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
]


def leads_out(location):
    """As a browser reads it: backslashes are slashes, tabs and control characters are nothing."""
    read = re.sub(r"[\x00-\x20]", "", location).replace("\\", "/")
    return read.startswith("//") or bool(re.match(r"(?i)[a-z][a-z0-9+.-]*:", read))


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("path", [LOGIN, "/accounts/login/code/"])
def test_next_leads_nowhere_else(client, editor_a, path, evil):
    with_password(editor_a)

    shown = client.get(path, {"next": evil})
    answer = client.post(LOGIN, {"login": editor_a.email, "password": PASSWORD, "next": evil})

    assert shown.status_code == 200
    assert (answer.status_code, leads_out(answer["Location"])) == (302, False)


@pytest.mark.parametrize("evil", EVIL)
def test_next_of_signing_out_and_of_the_language_leads_nowhere_else(editor_a, evil):
    browser = open_session(editor_a)

    language = browser.post("/language/", {"language": "en", "next": evil})
    signed_out = browser.post("/accounts/logout/", {"next": evil})

    found = [answer.get("Location", "/") for answer in (language, signed_out)]
    assert [leads_out(location) for location in found] == [False, False]


# ── hosts ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "a b", "[::1", ""])
@pytest.mark.parametrize("path", ["/", LOGIN, "/api/v1/incidents/"])
def test_host_nobody_configured_is_refused(client, path, host):
    assert client.get(path, headers={"host": host}).status_code == 400


def test_forwarded_host_is_not_believed(client):
    answer = client.get(LOGIN, headers={"x-forwarded-host": "evil.example"})

    assert (answer.status_code, b"evil.example" in answer.content) == (200, False)


# ── time (B99) ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def refused(settings, editor_a, second_editor_a, machine_a, reader_a):
    """Who must not come in, by why; passwords as in production."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False  # the package's own limits would come back with {}
    with_password(editor_a)
    second_editor_a.is_active = False
    with_password(second_editor_a)
    with_password(machine_a)
    reader_a.set_unusable_password()
    reader_a.save()
    return {
        "wrong password": editor_a.email,
        "unknown": "nobody@ots.example",
        "inactive": second_editor_a.email,
        "machine": machine_a.email,
        "unusable password": reader_a.email,
    }


def medians(work, people, *, times=7):
    """Return the median seconds of each, tried in turn, so that a busy host slows all alike."""
    taken = {why: [] for why in people}
    for _time in range(times):
        for why, email in people.items():
            began_at = time.perf_counter()
            work(email)
            taken[why].append(time.perf_counter() - began_at)
    return {why: statistics.median(seconds) for why, seconds in taken.items()}


def ratio(found):
    return max(found.values()) / min(found.values())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (LOGIN, {"password": "not the right one"}),
        ("/accounts/login/code/", {"password": "not the right one", "code": "123456"}),
    ],
)
def test_every_failed_sign_in_takes_as_long(refused, path, fields):
    def work(email):
        Client().post(path, {"login": email, **fields})

    # A busy host is no secret told: the best of three counts.
    assert min(ratio(medians(work, refused)) for _time in range(3)) < 1.2


@pytest.mark.slow
def test_every_request_for_a_link_takes_as_long(refused):
    def work(email):
        Client().post("/accounts/password/reset/", {"email": email})

    assert min(ratio(medians(work, refused, times=15)) for _time in range(3)) < 1.2


# ── sessions ────────────────────────────────────────────────────────────────────────────────────


def test_session_begun_before_the_second_step_is_nobodys(editor_a):
    with_password(editor_a)
    with_second_factor(editor_a)
    half_in = Client()
    half_in.post(LOGIN, {"login": editor_a.email, "password": PASSWORD})

    answers = [half_in.get(path).status_code for path in ("/people/settings/", "/accounts/2fa/")]

    assert answers == [302, 302]


def test_second_step_without_a_first_leads_to_signing_in(client):
    answer = client.post("/accounts/2fa/authenticate/", {"code": "123456"})

    assert (answer.status_code, answer["Location"]) == (302, LOGIN)


# ── what production sets ────────────────────────────────────────────────────────────────────────

ASK = """
import json
from django.conf import settings as s
print(json.dumps({
    "session": [s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE],
    "csrf": [s.CSRF_COOKIE_NAME, s.CSRF_COOKIE_SECURE, s.CSRF_COOKIE_SAMESITE],
    "device": s.PORTAL_DEVICE_COOKIE_NAME,
    "domain": s.SESSION_COOKIE_DOMAIN,
    "path": s.SESSION_COOKIE_PATH,
    "limits": [s.PORTAL_SESSION_IDLE_SECONDS, s.SESSION_COOKIE_AGE, s.ACCOUNT_REAUTHENTICATION_TIMEOUT],
    "second_factor": s.PORTAL_SECOND_FACTOR_REQUIRED,
}))
"""


def test_production_sets_its_cookies_as_it_should(outside_environment):
    environment = {
        **outside_environment,
        "OTS_PRODUCTION": "1",
        "OTS_HOSTS": "portal.ots.example",
        "OTS_ADDRESS": "https://portal.ots.example",
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        env=environment, cwd=portal_settings.BASE_DIR, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert json.loads(done.stdout) == {
        "session": ["__Host-session", True, True, "Lax"],
        "csrf": ["__Host-csrf", True, "Lax"],
        "device": "__Host-device",
        "domain": None,  # __Host- allows no domain and no other path
        "path": "/",
        "limits": [3600, 86_400, 600],
        "second_factor": True,
    }


# ── limits on Redis ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def _redis(settings, redis_server):
    settings.CACHES = {
        "default": {"BACKEND": "ots_portal.caching.ForgivingRedisCache", "LOCATION": redis_server}
    }
    ForgivingRedisCache(redis_server, {}).clear()


@pytest.mark.usefixtures("_redis")
def test_limits_hold_on_redis(editor_a):
    with_password(editor_a)
    for number in range(10):
        attacker = Client(REMOTE_ADDR=f"198.51.100.{number}")
        attacker.post(LOGIN, {"login": editor_a.email, "password": "a guess"})

    answer = Client().post(LOGIN, {"login": editor_a.email, "password": PASSWORD})

    assert "Too many attempts" in answer.content.decode()


def test_limits_hold_in_the_process_when_redis_is_gone_and_nobody_waits(settings, editor_a):
    settings.CACHES = {
        "default": {
            "BACKEND": "ots_portal.caching.ForgivingRedisCache",
            "LOCATION": "redis://127.0.0.1:9/7",
        }
    }
    with_password(editor_a)
    began_at = time.monotonic()
    owner = Client()
    answers = [owner.post(LOGIN, {"login": editor_a.email, "password": "a guess"})]
    waited = time.monotonic() - began_at
    for number in range(10):
        attacker = Client(REMOTE_ADDR=f"198.51.100.{number}")
        answers.append(attacker.post(LOGIN, {"login": editor_a.email, "password": "a guess"}))

    assert waited < 1
    assert ["Too many" in answer.content.decode() for answer in answers] == [False] * 10 + [True]


def test_messages_of_the_limit_name_the_way_out():
    told = str(AccountAdapter.error_messages["too_many_login_attempts"])

    assert ("passkey" in told, "password and code in one step" in told) == (True, True)
