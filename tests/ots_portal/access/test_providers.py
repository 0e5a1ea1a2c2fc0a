"""Sign-in through a participant's identity provider, against a real one on a free port."""

import re
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth import get_user
from django.core.checks import run_checks
from django.test import Client

from ots_portal.access.models import Identity
from ots_portal.access.providers import configuration, protocol
from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import User
from tests.factories.people import UserFactory
from tests.factories.sessions import code_for, sign_in, with_password, with_second_factor
from tests.identity_provider import ANOTHER_KEY, CLIENT, identity_provider

BEGIN = "/accounts/providers/turkiye/"
CALLBACK = f"{BEGIN}callback/"


@pytest.fixture
def provider(settings, editor_a):
    """The provider of Türkiye, which vouches for editor_a."""
    with identity_provider() as started:
        settings.PORTAL_IDENTITY_PROVIDERS = started.settings("turkiye", two_factors_amr=["mfa"])
        started.claims = {"email": editor_a.email}
        yield started


def come_back(client, provider, **changes):
    """Go to the provider and come back; ``changes`` replace what the browser brings."""
    back = provider.sign_in(client.get(BEGIN)["Location"])
    query = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    return client.get(CALLBACK, {**query, **changes})


def who(client):
    user = get_user(client)
    return user if user.is_authenticated else None


def reasons():
    entries = AuditEntry.objects.filter(kind="people.user.provider_sign_in_failed")
    return [entry.data["reason"] for entry in entries]


def test_invited_person_is_signed_in(client, provider, editor_a):
    answer = come_back(client, provider)

    assert (answer.status_code, answer["Location"], who(client)) == (302, "/", editor_a)
    assert Identity.objects.get().subject == "person-1"


def test_sign_in_page_offers_the_provider(client, provider):
    page = client.get("/accounts/login/").content.decode()

    assert ("Sign in through e-Gov" in page, f'href="{BEGIN}"' in page) == (True, True)


def test_participant_without_a_provider_has_no_such_page(client, provider):
    assert client.get("/accounts/providers/azerbaijan/").status_code == 404


def test_request_to_the_provider_carries_state_nonce_and_challenge(client, provider):
    first, second = (
        parse_qs(urlsplit(Client().get(BEGIN)["Location"]).query) for _time in range(2)
    )

    assert (first["response_type"], first["code_challenge_method"]) == (["code"], ["S256"])
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name][0]) >= 43
        assert first[name] != second[name]
    assert first["redirect_uri"] == [f"http://127.0.0.1:8000{CALLBACK}"]


def test_person_goes_on_where_they_wanted(client, provider):
    back = provider.sign_in(client.get(BEGIN, {"next": "/inbox/"})["Location"])

    answer = client.get(CALLBACK, parse_qs(urlsplit(back).query, strict_parsing=True))

    assert answer["Location"] == "/inbox/"


def test_next_never_leads_out(client, provider):
    back = provider.sign_in(client.get(BEGIN, {"next": "//evil.example"})["Location"])

    answer = client.get(CALLBACK, parse_qs(urlsplit(back).query))

    assert answer["Location"] == "/"


NOW = int(time.time())
LIES = {
    "wrong nonce": ({"nonce": "another"}, "nonce"),
    "no nonce": ({"nonce": None}, "MissingRequiredClaimError"),
    "made for another": ({"aud": "another-client"}, "InvalidAudienceError"),
    "made for several, ours not asking": ({"aud": [CLIENT["client_id"], "b"], "azp": "b"}, "azp"),
    "another issuer": ({"iss": "https://evil.example"}, "InvalidIssuerError"),
    "expired": ({"exp": NOW - 3600}, "ExpiredSignatureError"),
    "of the future": ({"iat": NOW + 90_000}, "ImmatureSignatureError"),
    "unverified e-mail": ({"email_verified": False}, "email_not_verified"),
    "verified in words only": ({"email_verified": "true"}, "email_not_verified"),
    "silent about verification": ({"email_verified": None}, "email_not_verified"),
    "unknown person": ({"email": "nobody@ots.example"}, "unknown"),
    "no e-mail": ({"email": None}, "unknown"),
}


@pytest.mark.parametrize(("lie", "reason"), LIES.values(), ids=LIES.keys())
def test_token_that_does_not_fit_lets_nobody_in(client, provider, lie, reason):
    provider.lies = lie

    answer = come_back(client, provider)

    assert (answer.status_code, who(client), reasons()) == (403, None, [reason])
    assert "Signing in was not possible" in answer.content.decode()
    assert not Identity.objects.exists()


def test_every_refusal_is_the_same_page(provider):
    def page(lie):
        provider.lies = lie
        page = come_back(Client(), provider).content.decode()
        return re.sub(r'name="(csrfmiddlewaretoken|next)" value="[^"]*"', "", page)

    assert len({page(lie) for lie, _reason in LIES.values()}) == 1


@pytest.mark.parametrize(
    ("key", "algorithm", "reason"),
    [
        (ANOTHER_KEY, "RS256", "InvalidSignatureError"),
        ("", "none", "InvalidAlgorithmError"),
        ("a shared secret that is long enough", "HS256", "InvalidAlgorithmError"),
    ],
)
def test_token_signed_by_another_hand_lets_nobody_in(client, provider, key, algorithm, reason):
    provider.key, provider.algorithm = key, algorithm

    answer = come_back(client, provider)

    assert (answer.status_code, who(client), reasons()) == (403, None, [reason])


def test_answer_nobody_asked_for_lets_nobody_in(client, provider):
    back = provider.sign_in(Client().get(BEGIN)["Location"])

    answer = client.get(CALLBACK, parse_qs(urlsplit(back).query))

    assert (answer.status_code, who(client), reasons()) == (403, None, ["nothing_begun"])
    assert "/token" not in provider.calls


def test_another_state_lets_nobody_in(client, provider):
    answer = come_back(client, provider, state="another")

    assert (answer.status_code, who(client), reasons()) == (403, None, ["state"])
    assert "/token" not in provider.calls


def test_answer_counts_once(client, provider):
    back = provider.sign_in(client.get(BEGIN)["Location"])
    query = parse_qs(urlsplit(back).query)
    client.get(CALLBACK, query)
    client.post("/accounts/logout/")

    again = client.get(CALLBACK, query)

    assert (again.status_code, who(client)) == (403, None)


def test_stolen_code_is_worth_nothing_without_the_verifier(client, provider):
    stolen = parse_qs(urlsplit(provider.sign_in(client.get(BEGIN)["Location"])).query)["code"][0]
    thief = Client()

    answer = come_back(thief, provider, code=stolen)

    assert (answer.status_code, who(thief)) == (503, None)


def test_person_who_declines_there_reads_what_to_do(client, provider):
    answer = come_back(client, provider, error="access_denied")

    assert (answer.status_code, reasons()) == (403, ["refused_there"])


def test_person_of_another_participant_is_not_let_in(client, provider, head_b):
    provider.claims = {"email": head_b.email}

    answer = come_back(client, provider)

    assert (answer.status_code, who(client), reasons()) == (403, None, ["another_participant"])


def test_suspended_person_and_partner_system_are_not_let_in(provider, editor_a, machine_a):
    editor_a.is_active = False
    editor_a.save()
    statuses = []
    for number, person in enumerate((editor_a, machine_a)):
        provider.claims = {"email": person.email, "sub": f"person-{number}"}
        statuses.append(come_back(Client(), provider).status_code)

    assert (statuses, reasons()) == ([403, 403], ["closed_account", "closed_account"])


def test_bound_person_suspended_later_is_not_let_in(client, provider, editor_a):
    come_back(Client(), provider)
    editor_a.is_active = False
    editor_a.save()

    come_back(client, provider)

    assert (who(client), reasons()) == (None, ["closed_account"])


def test_bound_person_who_serves_another_participant_now_is_not_let_in(
    client, provider, editor_a, azerbaijan
):
    come_back(Client(), provider)
    editor_a.participant = azerbaijan
    editor_a.save()

    come_back(client, provider)

    assert (who(client), reasons()) == (None, ["another_participant"])


def test_nobody_takes_over_an_account_by_being_given_its_address(client, provider):
    come_back(Client(), provider)
    provider.claims["sub"] = "person-2"

    answer = come_back(client, provider)

    assert (answer.status_code, who(client), reasons()) == (403, None, ["bound_already"])


def test_bound_person_is_known_by_subject_when_the_address_changes(client, provider, editor_a):
    come_back(Client(), provider)
    provider.claims = {"email": "new-name@gov.example", "email_verified": False}

    come_back(client, provider)

    assert who(client) == editor_a


def test_nobody_is_created(client, provider):
    before = User.objects.count()
    provider.claims = {"email": "newcomer@gov.example"}

    come_back(client, provider)

    assert User.objects.count() == before


def test_address_is_compared_in_its_one_form(client, provider, editor_a):
    provider.claims = {"email": f" {editor_a.email.upper()} "}

    come_back(client, provider)

    assert who(client) == editor_a


# ── second factor ───────────────────────────────────────────────────────────────────────────────


def test_own_second_factor_is_asked_for_where_the_provider_asserts_none(client, provider, editor_a):
    secret = with_second_factor(editor_a)
    provider.claims["amr"] = ["pwd"]

    answer = come_back(client, provider)
    before = who(client)
    client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})

    assert (answer["Location"], before, who(client)) == (
        "/accounts/2fa/authenticate/",
        None,
        editor_a,
    )


def test_asserted_second_factor_counts(client, provider, editor_a, settings):
    settings.PORTAL_SECOND_FACTOR_REQUIRED = True
    with_second_factor(editor_a)
    provider.claims["amr"] = ["pwd", "mfa"]

    answer = come_back(client, provider)

    assert (answer["Location"], who(client)) == ("/", editor_a)


def test_person_whose_provider_asserts_it_needs_no_own_factor(client, provider, settings):
    settings.PORTAL_SECOND_FACTOR_REQUIRED = True
    provider.claims["amr"] = ["mfa"]
    come_back(client, provider)

    assert client.get("/people/settings/").status_code == 200


def test_person_without_any_factor_sets_one_up(client, provider, settings):
    settings.PORTAL_SECOND_FACTOR_REQUIRED = True
    come_back(client, provider)

    to_set_up = client.get("/people/settings/")["Location"]

    assert to_set_up.startswith("/accounts/2fa/totp/activate/")
    assert client.get(to_set_up).status_code == 200


def test_asserted_factor_of_another_sign_in_does_not_count(client, provider, editor_a, settings):
    settings.PORTAL_SECOND_FACTOR_REQUIRED = True
    provider.claims["amr"] = ["mfa"]
    come_back(Client(), provider)
    with_password(editor_a)
    sign_in(client, editor_a)

    assert client.get("/people/settings/")["Location"].startswith("/accounts/2fa/totp/activate/")


# ── confirming (step-up) ────────────────────────────────────────────────────────────────────────
CONFIRM = "/accounts/providers/confirm/"
STEP_UP = "/people/settings/password/"


@pytest.fixture
def stale(client, provider, settings):
    """A browser whose sign-in by provider, with two factors, was an hour ago."""
    settings.PORTAL_SECOND_FACTOR_REQUIRED = True
    provider.claims["amr"] = ["mfa"]
    come_back(client, provider)
    session = client.session
    for shown in session["account_authentication_methods"]:
        shown["at"] -= 700
    session.save()
    return client


def confirm(client, provider):
    asked = client.get(CONFIRM, {"next": STEP_UP})["Location"]
    back = provider.sign_in(asked)
    return asked, client.get(CALLBACK, parse_qs(urlsplit(back).query))


def test_step_up_leads_to_the_provider_and_back(stale, provider):
    to_confirm = stale.get(STEP_UP)["Location"]

    asked, answer = confirm(stale, provider)

    assert to_confirm.startswith(CONFIRM)
    assert ("prompt=login" in asked, "max_age=0" in asked) == (True, True)
    assert (answer["Location"], stale.get(STEP_UP).status_code) == (STEP_UP, 200)


@pytest.mark.parametrize(
    "lie", [{"auth_time": NOW - 3600}, {"auth_time": None}, {"auth_time": "now"}]
)
def test_confirmation_without_signing_in_anew_does_not_count(stale, provider, lie):
    provider.lies = lie

    _asked, answer = confirm(stale, provider)

    assert (answer.status_code, stale.get(STEP_UP).status_code) == (403, 302)


def test_confirmation_by_somebody_else_does_not_count(stale, provider, turkiye):
    provider.claims = {"email": UserFactory(participant=turkiye).email, "sub": "2", "amr": ["mfa"]}

    _asked, answer = confirm(stale, provider)

    assert (answer.status_code, stale.get(STEP_UP).status_code) == (403, 302)


def test_confirmation_with_one_factor_does_not_count(stale, provider):
    provider.claims["amr"] = ["pwd"]

    confirm(stale, provider)

    assert stale.get(STEP_UP).status_code == 302


@pytest.mark.parametrize("shown_at", [NOW - 3600, None])
def test_sign_in_by_the_providers_own_cookie_confirms_nothing(client, provider, settings, shown_at):
    """Whoever sits down at an open browser is let in by the provider without a question."""
    settings.PORTAL_SECOND_FACTOR_REQUIRED = True
    provider.claims["amr"] = ["mfa"]
    provider.lies = {"auth_time": shown_at} if shown_at else {}

    come_back(client, provider)

    is_sent_to_confirm = client.get(STEP_UP).status_code == 302
    assert (client.get("/people/settings/").status_code, is_sent_to_confirm) == (
        200,
        shown_at is not None,
    )


def test_a_change_of_rights_asks_the_provider_again_and_not_for_an_app(
    client, provider, editor_a, settings
):
    settings.PORTAL_SECOND_FACTOR_REQUIRED = True
    provider.claims["amr"] = ["mfa"]
    come_back(client, provider)
    User.objects.filter(pk=editor_a.pk).update(rights_version=editor_a.rights_version + 1)

    answer = client.get("/inbox/")
    _asked, _back = confirm(client, provider)

    assert answer["Location"] == "/accounts/providers/confirm/?next=%2Finbox%2F"
    assert client.get("/inbox/").status_code == 200


# ── a provider that is not well ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": "https://evil.example/authorize"},
        {"token_endpoint": "http://169.254.169.254/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": None},
    ],
)
def test_provider_that_points_elsewhere_is_not_followed(client, provider, discovery):
    provider.discovery = discovery

    answer = client.get(BEGIN)

    assert (answer.status_code, len(provider.calls)) == (503, 1)
    assert "does not answer" in answer.content.decode()


@pytest.mark.parametrize("status", [301, 500])
def test_provider_that_fails_or_redirects_gives_a_calm_page(client, provider, status):
    provider.status = status

    assert client.get(BEGIN).status_code == 503


def test_provider_that_hangs_is_not_waited_for(client, provider, monkeypatch):
    monkeypatch.setattr(protocol, "TIMEOUT_SECONDS", 0.2)
    provider.pause_seconds = 1
    began = time.monotonic()

    answer = client.get(BEGIN)

    assert (answer.status_code, time.monotonic() - began < 0.9) == (503, True)


def test_provider_that_is_gone_gives_a_calm_page(client, settings):
    with identity_provider() as gone:
        settings.PORTAL_IDENTITY_PROVIDERS = gone.settings("turkiye")

    assert client.get(BEGIN).status_code == 503


# ── configuration ───────────────────────────────────────────────────────────────────────────────
GOOD = {"name": "e-Gov", "issuer": "https://id.gov.example", **CLIENT}


@pytest.mark.parametrize(
    ("values", "faults"),
    [
        ({"turkiye": GOOD}, []),
        ([], ["It must be a JSON object: participant → provider."]),
        ({"turkiye": "x"}, ["turkiye: the provider must be a JSON object."]),
        ({"turkiye": {**GOOD, "name": None}}, ["turkiye: name is missing."]),
        ({"turkiye": {**GOOD, "scope": "x"}}, ["turkiye: scope is not known."]),
        ({"turkiye": {**GOOD, "hosts": "x"}}, ["turkiye: hosts must be a list."]),
        (
            {"turkiye": {**GOOD, "issuer": "http://id.gov.example"}},
            ["turkiye: issuer must be an https address."],
        ),
    ],
)
def test_check_names_what_is_wrong(settings, values, faults):
    settings.PORTAL_IDENTITY_PROVIDERS = values

    found = [check.msg for check in run_checks() if check.id == "access.E001"]

    assert found == [f"OTS_IDENTITY_PROVIDERS: {fault}" for fault in faults]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://id.gov.example/token", True),
        ("https://keys.gov.example/keys", True),
        ("http://id.gov.example/token", False),
        ("http://127.0.0.1/token", False),
        ("https://id.gov.example.evil.example/", False),
        ("https://user:pw@id.gov.example/", False),
        ("//id.gov.example/", False),
        (None, False),
    ],
)
def test_only_the_providers_own_hosts_are_called(settings, url, expected):
    settings.PRODUCTION = True
    settings.PORTAL_IDENTITY_PROVIDERS = {"turkiye": {**GOOD, "hosts": ["keys.gov.example"]}}

    assert configuration.of("turkiye").allows(url) is expected
