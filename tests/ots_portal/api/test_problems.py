import orjson
import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as ServiceError
from django.http import Http404
from django.test import RequestFactory
from django.utils import translation
from rest_framework import exceptions

from ots_portal.api.problems import (
    CONFLICTS,
    PROBLEMS,
    ApiProblem,
    not_found_bytes,
    problem_handler,
    problem_response,
)
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.verdicts import Refused, Verdict


class TakenAlready(Exception):
    """A conflict of some app."""


class TakenTwice(TakenAlready):
    """A special one."""


@pytest.fixture(autouse=True)
def _conflict(monkeypatch):
    monkeypatch.setitem(CONFLICTS, TakenAlready, "in_progress")


def told(error):
    return problem_handler(error, {"request": RequestFactory().get("/api/v1/")})


# (what was raised) → (status, code)
TOLD = [
    (ApiProblem("bad_cursor"), 400, "bad_cursor"),
    (exceptions.ParseError(), 400, "bad_request"),
    (SuspiciousOperation(), 400, "bad_request"),
    (exceptions.ValidationError("x"), 400, "invalid"),
    (ServiceError("x"), 400, "invalid"),
    (exceptions.NotAuthenticated(), 401, "not_authenticated"),
    (exceptions.AuthenticationFailed(), 401, "invalid_token"),
    (Refused(Verdict("Two of you.", code="same_person")), 403, "same_person"),
    (Refused(Verdict("It is closed.", code="wrong_status")), 409, "wrong_status"),
    (PermissionDenied("No."), 403, "not_allowed"),
    (exceptions.PermissionDenied("CSRF Failed: token missing"), 403, "csrf_failed"),
    (Http404(), 404, "not_found"),
    (exceptions.NotFound(), 404, "not_found"),
    (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
    (exceptions.NotAcceptable(), 406, "not_acceptable"),
    (WrongStatus("It is closed."), 409, "wrong_status"),
    (TakenAlready("It is there."), 409, "in_progress"),
    (TakenTwice("It is there."), 409, "in_progress"),
    (StaleVersion(None), 412, "stale_version"),
    (RequestDataTooBig(), 413, "too_large"),
    (exceptions.UnsupportedMediaType("text/xml"), 415, "unsupported_media_type"),
    (exceptions.Throttled(wait=7), 429, "too_many_requests"),
    (ZeroDivisionError(), 500, "server_error"),
]


@pytest.mark.parametrize(
    ("error", "status", "code"), TOLD, ids=[f"{row[2]}-{n}" for n, row in enumerate(TOLD)]
)
def test_each_refusal_has_its_document(error, status, code):
    answer = told(error)
    body = orjson.loads(answer.content)

    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert (body["status"], body["code"], body["title"], body["type"]) == (
        status,
        code,
        str(PROBLEMS[code].title),
        f"/api/v1/docs/problems/#{code}",
    )
    assert body["detail"]


def test_a_verdicts_sentence_is_the_detail():
    assert orjson.loads(told(Refused(Verdict("A second person does this."))).content)["detail"] == (
        "A second person does this."
    )


def test_fields_are_named_by_pointers():
    error = exceptions.ValidationError(
        {"title": ["Too long."], "parts": [{}, {"a/b~c": ["Wrong."]}], "non_field_errors": ["Odd."]}
    )

    assert orjson.loads(told(error).content)["errors"] == [
        {"pointer": "#/title", "detail": "Too long."},
        {"pointer": "#/parts/1/a~1b~0c", "detail": "Wrong."},
        {"pointer": "#", "detail": "Odd."},
    ]


def test_a_services_objections_are_named_alike():
    error = ServiceError({"reason": ["Say why."], "__all__": ["Odd."]})

    assert orjson.loads(told(error).content)["errors"] == [
        {"pointer": "#/reason", "detail": "Say why."},
        {"pointer": "#", "detail": "Odd."},
    ]


def test_a_wait_is_told():
    assert told(exceptions.Throttled(wait=7))["Retry-After"] == "7"


def test_a_fault_tells_nothing_of_itself():
    assert b"division" not in told(ZeroDivisionError("division by zero")).content


def test_the_404_document_says_nothing_of_what_was_asked():
    assert orjson.loads(not_found_bytes("en")) == {
        "type": "/api/v1/docs/problems/#not_found",
        "title": "Not found",
        "status": 404,
        "code": "not_found",
        "detail": "There is no such record, or it is not open to you.",
    }


def test_an_apps_own_code_without_an_entry_is_passed_on():
    with translation.override("en"):
        body = orjson.loads(problem_response(403, "quorum_missing", "Too few.").content)

    assert (body["code"], body["detail"]) == ("quorum_missing", "Too few.")
