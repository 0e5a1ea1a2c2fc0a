import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse

from ots_portal.access import services
from ots_portal.audit.models import AuditEntry
from ots_portal.clock import database_now
from tests.factories.sessions import (
    PASSWORD,
    code_for,
    open_session,
    sign_in,
    with_password,
    with_second_factor,
)

ACTIVATE = "/accounts/2fa/totp/activate/"


@pytest.fixture
def demanded(settings):
    settings.PORTAL_SECOND_FACTOR_REQUIRED = True


def shown_secret(client, **query):
    page = client.get(ACTIVATE, query).content.decode()
    return re.search(r'<p class="code">(\w+)</p>', page)[1]


def kinds():
    return list(AuditEntry.objects.order_by("recorded_at").values_list("kind", flat=True))


@pytest.mark.usefixtures("demanded")
def test_without_second_factor_every_page_leads_to_setting_one_up(client, editor_a):
    sign_in(client, editor_a)

    answer = client.get("/people/settings/?a=1")

    assert (answer.status_code, answer["Location"]) == (
        302,
        f"{ACTIVATE}?next=%2Fpeople%2Fsettings%2F%3Fa%3D1",
    )


@pytest.mark.usefixtures("demanded")
def test_form_sent_without_second_factor_changes_nothing(client, editor_a):
    sign_in(client, editor_a)

    client.post("/people/settings/", {"language": "tr", "time_zone": "Asia/Baku"})

    editor_a.refresh_from_db()
    assert (editor_a.language, editor_a.time_zone) == ("en", "UTC")


@pytest.mark.usefixtures("demanded")
def test_api_says_so_to_a_session_without_second_factor(client, editor_a):
    sign_in(client, editor_a)

    answer = client.get("/api/v1/docs/")

    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")


@pytest.mark.usefixtures("demanded")
@pytest.mark.parametrize("path", [ACTIVATE, "/accounts/2fa/", "/accounts/logout/"])
def test_account_pages_stay_open(client, editor_a, path):
    sign_in(client, editor_a)

    assert client.get(path).status_code == 200


@pytest.mark.usefixtures("demanded")
def test_language_can_be_switched_before_it_is_set_up(client, editor_a):
    sign_in(client, editor_a)

    answer = client.post(reverse("set_language"), {"language": "tr", "next": "/"})

    assert not answer.get("Location", "").startswith("/accounts/")


@pytest.mark.usefixtures("demanded")
def test_visitor_is_not_asked(client):
    assert client.get("/").status_code == 200


@pytest.mark.usefixtures("demanded")
def test_with_second_factor_pages_open_and_the_answer_is_remembered(
    client, editor_a, django_assert_num_queries
):
    with_second_factor(editor_a)
    sign_in(client, editor_a)
    client.get("/accounts/logout/")
    first = client.get("/people/settings/")

    # session, person, unread badge: none of the middleware's own
    with django_assert_num_queries(3):
        second = client.get("/people/settings/")

    assert (first.status_code, second.status_code) == (200, 200)


def test_setting_up_shows_key_picture_and_codes_and_goes_on(client, editor_a):
    sign_in(client, editor_a)
    secret = shown_secret(client, next="/people/settings/")

    picture = client.get("/accounts/2fa/totp/qr.svg")
    answer = client.post(ACTIVATE, {"code": code_for(secret), "next": "/people/settings/"})
    codes = client.get(answer["Location"])

    assert (picture.status_code, picture["Content-Type"]) == (200, "image/svg+xml")
    assert b"style=" not in picture.content
    assert answer["Location"] == "/accounts/2fa/recovery-codes/?next=%2Fpeople%2Fsettings%2F"
    assert len(re.findall(r"<li>\d{8}</li>", codes.content.decode())) == 10
    assert 'href="/people/settings/"' in codes.content.decode()


def test_page_holds_nothing_the_content_policy_refuses(client, editor_a):
    sign_in(client, editor_a)

    page = client.get(ACTIVATE).content.decode()

    assert not re.search(r"style=|data:|<script(?! src)|\son\w+=", page)
    assert 'src="/accounts/2fa/totp/qr.svg"' in page


def test_key_stays_the_same_until_it_is_used(client, editor_a):
    sign_in(client, editor_a)

    assert shown_secret(client) == shown_secret(client)


def test_wrong_code_sets_up_nothing(client, editor_a):
    sign_in(client, editor_a)
    secret = shown_secret(client)

    answer = client.post(ACTIVATE, {"code": "000000" if code_for(secret) != "000000" else "1"})

    assert "The code is not right" in answer.content.decode()
    assert not Authenticator.objects.filter(user=editor_a).exists()


def test_next_of_the_set_up_never_leads_out(client, editor_a):
    sign_in(client, editor_a)
    secret = shown_secret(client, next="//evil.example")

    answer = client.post(ACTIVATE, {"code": code_for(secret), "next": "//evil.example"})

    assert answer["Location"] == "/accounts/2fa/recovery-codes/"


def test_picture_of_no_key_is_unknown(client, editor_a):
    sign_in(client, editor_a)

    assert client.get("/accounts/2fa/totp/qr.svg").status_code == 404


def test_setting_up_asks_who_is_there_after_ten_minutes(client, editor_a):
    with_password(editor_a)
    sign_in(client, editor_a, minutes_ago=11)

    answer = client.get(ACTIVATE)

    assert answer["Location"].startswith("/accounts/reauthenticate/?next=")


@pytest.mark.usefixtures("demanded")
def test_whole_way_from_password_to_the_page(client, editor_a):
    with_password(editor_a)
    client.post("/accounts/login/", {"login": editor_a.email, "password": PASSWORD})
    to_set_up = client.get("/people/settings/")["Location"]
    secret = shown_secret(client)

    client.post(to_set_up, {"code": code_for(secret), "next": "/people/settings/"})

    assert client.get("/people/settings/").status_code == 200


def test_adding_and_removing_is_written_down(client, editor_a, django_capture_on_commit_callbacks):
    sign_in(client, editor_a)
    secret = shown_secret(client)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(ACTIVATE, {"code": code_for(secret)})

    client.post("/accounts/2fa/totp/deactivate/")

    entries = AuditEntry.objects.order_by("recorded_at")
    assert sorted((entry.kind, entry.data["factor"], entry.participant) for entry in entries) == [
        ("people.user.second_factor_added", "recovery_codes", "turkiye"),
        ("people.user.second_factor_added", "totp", "turkiye"),
        ("people.user.second_factor_removed", "recovery_codes", "turkiye"),
        ("people.user.second_factor_removed", "totp", "turkiye"),
    ]


@pytest.mark.usefixtures("demanded")
def test_losing_it_closes_every_open_session_of_the_person(client, editor_a, administrator):
    with_second_factor(editor_a)
    sign_in(client, editor_a)
    other_browser = open_session(editor_a)
    before = [browser.get("/people/settings/").status_code for browser in (client, other_browser)]

    Authenticator.objects.filter(user=editor_a).delete()
    services.record_second_factor_removed(
        editor_a, by=administrator, factor="totp", at=database_now()
    )

    answers = [browser.get("/people/settings/")["Location"] for browser in (client, other_browser)]
    assert before == [200, 200]
    assert answers == [f"{ACTIVATE}?next=%2Fpeople%2Fsettings%2F"] * 2


@pytest.mark.usefixtures("demanded")
def test_last_factor_stays_where_one_is_demanded(client, editor_a):
    with_second_factor(editor_a)
    sign_in(client, editor_a)

    page = client.get("/accounts/2fa/").content.decode()
    answer = client.post("/accounts/2fa/totp/deactivate/")

    assert "This is your only second factor." in page
    assert "This is your only second factor." in answer.content.decode()
    assert Authenticator.objects.filter(user=editor_a).exists()


@pytest.mark.usefixtures("demanded")
def test_app_is_removed_where_a_passkey_remains(client, editor_a):
    with_second_factor(editor_a)
    Authenticator.objects.create(user=editor_a, type="webauthn", data={"name": "Laptop"})
    sign_in(client, editor_a)

    client.post("/accounts/2fa/totp/deactivate/")

    assert list(Authenticator.objects.values_list("type", flat=True)) == ["webauthn"]


@pytest.mark.usefixtures("demanded")
def test_app_moves_to_another_phone_without_a_gap(client, editor_a):
    old = with_second_factor(editor_a)
    sign_in(client, editor_a)
    page = client.get("/accounts/2fa/totp/replace/").content.decode()
    new = re.search(r'<p class="code">(\w+)</p>', page)[1]

    wrong = client.post("/accounts/2fa/totp/replace/", {"code": "000000x"})
    still = (
        Authenticator.objects.get(user=editor_a, type="totp").wrap().validate_code(code_for(old))
    )
    answer = client.post("/accounts/2fa/totp/replace/", {"code": code_for(new)})

    assert (wrong.status_code, still) == (200, True)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/")
    factor = Authenticator.objects.get(user=editor_a, type="totp")
    assert factor.wrap().validate_code(code_for(new))
    assert client.get("/people/settings/").status_code == 200


def test_recovery_code_lets_in_once(client, editor_a):
    with_password(editor_a)
    sign_in(client, editor_a)
    client.post(ACTIVATE, {"code": code_for(shown_secret(client))})
    page = client.get("/accounts/2fa/recovery-codes/").content.decode()
    code = re.search(r"<li>(\d{8})</li>", page)[1]

    def sign_in_with(code):
        browser = Client()
        browser.post("/accounts/login/", {"login": editor_a.email, "password": PASSWORD})
        browser.post("/accounts/2fa/authenticate/", {"code": code})
        return get_user(browser).is_authenticated

    assert (sign_in_with(code), sign_in_with(code)) == (True, False)


def test_codes_are_downloaded_as_a_file_nobody_keeps(client, editor_a):
    sign_in(client, editor_a)
    client.post(ACTIVATE, {"code": code_for(shown_secret(client))})

    answer = client.get("/accounts/2fa/recovery-codes/download/")

    assert answer["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert "no-store" in answer["Cache-Control"]
    assert len(answer.content.split()) == 10


def test_new_codes_replace_the_old(client, editor_a):
    sign_in(client, editor_a)
    client.post(ACTIVATE, {"code": code_for(shown_secret(client))})
    old = client.get("/accounts/2fa/recovery-codes/download/").content.split()

    client.post("/accounts/2fa/recovery-codes/generate/")

    new = client.get("/accounts/2fa/recovery-codes/download/").content.split()
    assert (len(new), set(old) & set(new)) == (10, set())
