import time
from importlib import import_module
from types import ModuleType, SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django.views.decorators.http import require_POST

from ots_portal.access import stepup
from tests.factories.sessions import (
    PASSWORD,
    code_for,
    sign_in,
    with_password,
    with_second_factor,
)

SIGN = "/sign/7/?copy=2"
FORM = {"note": "ünlü <b>", "party": ["tr", "az"], "version": "3"}
CONTINUE = "/accounts/continue/"


@require_POST
@stepup.step_up_required
def sign(request, number):
    note, parties = request.POST["note"], request.POST.getlist("party")
    return HttpResponse(f"{request.user} signed {number}: {note} {parties} {request.GET['copy']}")


@stepup.step_up_required
def look(request):
    return HttpResponse("seen")


@pytest.fixture(autouse=True)
def _views(settings):
    """The portal with two more pages."""
    portal = import_module(settings.ROOT_URLCONF)
    with_views = ModuleType("portal_with_two_more_pages")
    vars(with_views).update(vars(portal))
    with_views.urlpatterns = [
        path("sign/<int:number>/", sign),
        path("look/", look),
        *portal.urlpatterns,
    ]
    settings.ROOT_URLCONF = with_views


def test_fresh_person_acts_at_once(client, editor_a):
    sign_in(client, editor_a)

    answer = client.post(SIGN, FORM)

    assert answer.content.decode() == "Editor of A signed 7: ünlü <b> ['tr', 'az'] 2"


def test_form_survives_the_confirmation_by_code(client, editor_a):
    secret = with_second_factor(editor_a)
    sign_in(client, editor_a, minutes_ago=11)

    away = client.post(SIGN, FORM)
    back = client.post(away["Location"], {"code": code_for(secret), "next": CONTINUE})
    page = client.get(back["Location"])
    kept = page.context["kept"]
    answer = client.post(kept.address, _fields(kept))

    assert away["Location"] == "/accounts/2fa/reauthenticate/?next=%2Faccounts%2Fcontinue%2F"
    assert (back["Location"], page.status_code) == (CONTINUE, 200)
    assert 'value="ünlü &lt;b&gt;"' in page.content.decode()
    assert answer.content.decode() == "Editor of A signed 7: ünlü <b> ['tr', 'az'] 2"


def test_form_survives_the_confirmation_by_password(client, editor_a):
    with_password(editor_a)
    sign_in(client, editor_a, minutes_ago=11)

    away = client.post(SIGN, FORM)
    client.post(away["Location"], {"password": PASSWORD, "next": CONTINUE})
    kept = client.get(CONTINUE).context["kept"]

    assert away["Location"] == "/accounts/reauthenticate/?next=%2Faccounts%2Fcontinue%2F"
    assert (kept.address, _fields(kept)) == (SIGN, FORM | {"note": ["ünlü <b>"], "version": ["3"]})


def _fields(kept):
    fields = {}
    for name, value in kept.fields:
        fields.setdefault(name, []).append(value)
    return fields


def test_kept_form_comes_back_only_through_the_protection_against_forged_forms(editor_a):
    strict = Client(enforce_csrf_checks=True)
    sign_in(strict, editor_a)

    answer = strict.post(SIGN, FORM)

    assert answer.status_code == 403


def test_kept_form_never_holds_a_token(client, editor_a):
    sign_in(client, editor_a, minutes_ago=11)

    client.post(SIGN, {**FORM, "csrfmiddlewaretoken": "abc"})

    names = [name for name, _value in client.session[stepup.KEPT_FORM]["fields"]]
    assert names == ["note", "party", "party", "version"]


def test_wrong_password_carries_nothing_out(client, editor_a):
    with_password(editor_a)
    sign_in(client, editor_a, minutes_ago=11)
    away = client.post(SIGN, FORM)

    client.post(away["Location"], {"password": "not this one", "next": CONTINUE})
    answer = client.get(CONTINUE)

    assert answer["Location"].startswith("/accounts/reauthenticate/")


def test_password_is_not_enough_where_there_is_a_second_factor(client, editor_a):
    with_password(editor_a)
    with_second_factor(editor_a)
    sign_in(client, editor_a, minutes_ago=11)
    client.post(SIGN, FORM)

    answer = client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": CONTINUE})

    assert answer["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert client.get(CONTINUE).status_code == 302


def test_page_is_seen_again_after_the_confirmation(client, editor_a):
    with_password(editor_a)
    sign_in(client, editor_a, minutes_ago=11)

    away = client.get("/look/?a=1")
    back = client.post(away["Location"], {"password": PASSWORD, "next": "/look/?a=1"})

    assert away["Location"] == "/accounts/reauthenticate/?next=%2Flook%2F%3Fa%3D1"
    assert client.get(back["Location"]).content == b"seen"


def test_form_is_forgotten_after_ten_minutes(client, editor_a, time_machine):
    sign_in(client, editor_a, minutes_ago=11)
    client.post(SIGN, FORM)
    time_machine.move_to(time.time() + 10 * 60 + 1)
    _confirm(client)

    answer = client.get(CONTINUE)

    assert (answer.status_code, answer["Location"]) == (302, "/")


def _confirm(client):
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.save()


def test_form_of_another_person_is_not_shown(client, editor_a, editor_b):
    sign_in(client, editor_a, minutes_ago=11)
    client.post(SIGN, FORM)
    kept = client.session[stepup.KEPT_FORM]
    other = Client()
    sign_in(other, editor_b)
    session = other.session
    session[stepup.KEPT_FORM] = kept
    session.save()

    answer = other.get(CONTINUE)

    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_form_is_gone_once_it_was_carried_out(client, editor_a):
    sign_in(client, editor_a, minutes_ago=11)
    client.post(SIGN, FORM)
    _confirm(client)
    client.post(SIGN, FORM)

    assert stepup.KEPT_FORM not in client.session


@pytest.mark.parametrize(
    ("minutes_ago", "allowed", "code"),
    [(0, True, "not_allowed"), (9.9, True, "not_allowed"), (10.1, False, "step_up_required")],
)
def test_verdict_for_the_api(client, editor_a, minutes_ago, allowed, code):
    sign_in(client, editor_a, minutes_ago=minutes_ago)
    request = SimpleNamespace(user=editor_a, session=client.session)

    verdict = stepup.step_up_verdict(request)

    assert (bool(verdict), verdict.code) == (allowed, code)


def test_machines_and_visitors_are_never_fresh(client, machine_a):
    sign_in(client, machine_a)
    for user in (machine_a, AnonymousUser()):
        request = SimpleNamespace(user=user, session=client.session)

        assert stepup.step_up_verdict(request).code == "step_up_required"
