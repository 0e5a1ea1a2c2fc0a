import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from ots_portal.audit.models import AuditEntry

SWITCH = "/language/"


def choose(client, language="tr", to="/participants/", **headers):
    return client.post(SWITCH, {"language": language, "next": to}, headers=headers)


def test_a_visitor_gets_a_plain_cookie_and_goes_back(client):
    answer = choose(client)

    assert (answer.status_code, answer["Location"]) == (302, "/participants/")
    assert {name: cookie.value for name, cookie in answer.cookies.items()} == {
        "django_language": "tr"
    }
    assert Session.objects.count() == 0


def test_pages_speak_the_language_that_a_visitor_chose(client):
    choose(client)

    assert client.get("/participants/")["Content-Language"] == "tr"


def test_a_visitor_needs_no_token():
    strict = Client(enforce_csrf_checks=True)

    assert choose(strict).status_code == 302


@pytest.mark.parametrize(
    "foreign",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "javascript:alert(1)",
        "http:///elsewhere.example/",
        "\x01https://elsewhere.example/",
        "",
    ],
)
def test_the_way_back_never_leads_elsewhere(client, foreign):
    assert choose(client, to=foreign)["Location"] == "/"


def test_the_way_back_keeps_a_filter(client):
    assert choose(client, to="/participants/?a=1&b=2")["Location"] == "/participants/?a=1&b=2"


@pytest.mark.parametrize("language", ["de", "kk", "", "tr\r\nSet-Cookie: a=b", "../tr"])
def test_a_language_that_is_not_offered_is_refused(client, language):
    answer = choose(client, language)

    assert (answer.status_code, answer.cookies.output()) == (400, "")


def test_a_person_keeps_the_language_and_the_change_is_recorded(client, editor_a):
    client.force_login(editor_a)

    answer = choose(client)

    editor_a.refresh_from_db()
    entry = AuditEntry.objects.get()
    assert (answer.status_code, editor_a.language) == (302, "tr")
    assert (entry.kind, entry.data["changes"]) == (
        "people.user.settings_changed",
        {"language": {"before": "en", "after": "tr"}},
    )


def test_a_person_who_chooses_the_same_language_changes_nothing(client, editor_a):
    client.force_login(editor_a)

    choose(client, "en")

    assert AuditEntry.objects.count() == 0


def test_a_foreign_page_cannot_change_a_persons_language(editor_a):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor_a)

    answer = choose(strict, origin="https://elsewhere.example")

    editor_a.refresh_from_db()
    assert (answer.status_code, editor_a.language) == (403, "en")


def test_the_switch_on_a_page_works_for_a_person(editor_a):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor_a)
    page = strict.get("/").content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]

    strict.post(SWITCH, {"language": "az", "next": "/", "csrfmiddlewaretoken": token})

    editor_a.refresh_from_db()
    assert editor_a.language == "az"


def test_a_link_cannot_change_the_language(client):
    assert client.get(f"{SWITCH}?language=tr").status_code == 405
