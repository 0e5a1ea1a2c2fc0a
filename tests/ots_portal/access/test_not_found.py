import uuid
from importlib import import_module
from types import ModuleType

import pytest
from django.contrib.auth.decorators import login_not_required
from django.contrib.sessions.models import Session
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.template.response import TemplateResponse
from django.test import Client
from django.urls import path
from django.views.decorators.vary import vary_on_headers

SECRET = uuid.UUID(int=7)


@login_not_required
@vary_on_headers("X-Odd")
def record(request, pk):
    """A page that sets cookies and headers before it finds that there is nothing."""
    if pk == SECRET:
        get_token(request)
        answer = TemplateResponse(request, "404.html", {"count": 3}, status=404)
        answer.set_cookie("told", "too much")
        return answer
    raise Http404("no such record: " + str(pk))


@login_not_required
def found(request):
    return HttpResponse("found")


@pytest.fixture(autouse=True)
def _views(settings):
    portal = import_module(settings.ROOT_URLCONF)
    with_views = ModuleType("portal_with_a_record")
    vars(with_views).update(vars(portal))
    with_views.urlpatterns = [
        path("records/<uuid:pk>/", record),
        path("found/", found),
        path("api/v1/records/<uuid:pk>/", record),
        *portal.urlpatterns,
    ]
    settings.ROOT_URLCONF = with_views


def whole(answer):
    return answer.status_code, dict(answer.headers), dict(answer.cookies), answer.content


PATHS = [
    "/never/existed/",
    f"/records/{uuid.UUID(int=1)}/",
    f"/records/{SECRET}/",
    "/records/not-a-uuid/",
    "/accounts/signup/",
    f"/records/{SECRET}/?page=2",
]


def test_every_404_is_the_same_to_everybody(editor_a, observer):
    def clients():
        for person in (None, editor_a, observer):
            client = Client()
            if person:
                client.force_login(person)
            yield client

    answers = [whole(client.get(path)) for client in clients() for path in PATHS]

    assert answers == [answers[0]] * len(answers)
    assert answers[0][0] == 404
    assert b"Page not found" in answers[0][3]


def test_its_headers_tell_nothing(client):
    answer = client.get(f"/records/{SECRET}/")

    assert dict(answer.headers) == {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Content-Language": "en",
        "Content-Length": str(len(answer.content)),
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Content-Security-Policy": client.get("/found/")["Content-Security-Policy"],
    }


def test_head_is_the_same_without_the_body(client):
    answers = [whole(client.head(path)) for path in PATHS]

    assert answers == [answers[0]] * len(PATHS)
    assert answers[0][3] == b""
    assert answers[0][1] == whole(client.get(PATHS[0]))[1]


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_other_methods_learn_nothing_more(client, method):
    answers = [whole(getattr(client, method)(path)) for path in PATHS]

    assert answers == [answers[0]] * len(PATHS)


def test_nothing_is_written_to_the_session(client, editor_a):
    client.force_login(editor_a)
    before = list(Session.objects.values())

    for path_ in PATHS:
        client.get(path_)

    assert list(Session.objects.values()) == before


def test_it_speaks_the_readers_language(client, editor_a):
    visitor = client.get(PATHS[0], headers={"accept-language": "tr"})
    editor_a.language = "tr"
    editor_a.save()
    client.force_login(editor_a)
    person = client.get(PATHS[2])

    assert (visitor["Content-Language"], whole(visitor)) == ("tr", whole(person))


def test_a_language_that_is_not_offered_is_answered_in_english(client, settings):
    settings.PORTAL_LANGUAGES_OFFERED = ["en"]

    answers = [whole(client.get(path, headers={"accept-language": "tr"})) for path in PATHS]

    assert {answer[1]["Content-Language"] for answer in answers} == {"en"}


def test_api_answers_one_problem_document(client, editor_a):
    visitor = whole(client.get("/api/v1/never/existed/"))
    client.force_login(editor_a)
    paths = [f"/api/v1/records/{SECRET}/", f"/api/v1/records/{uuid.UUID(int=1)}/"]
    answers = [whole(client.get(path)) for path in paths]

    assert answers == [visitor, visitor]
    assert (visitor[0], visitor[1]["Content-Type"]) == (404, "application/problem+json")


def test_developers_see_why(client, settings):
    settings.DEBUG = True

    assert b"no such record" in client.get(f"/records/{uuid.UUID(int=1)}/").content
