import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext_lazy

from ots_portal.access.middleware import constant_not_found
from ots_portal.home import views
from ots_portal.verdicts import Refused, Verdict

VERDICT = Verdict(gettext_lazy("Single source"))


def call(handler, request):
    if handler in (views.server_error, views.csrf_failure):
        return handler(request)
    return handler(request, BadRequest("technical detail"))


HANDLERS = [
    (views.bad_request, 400, "The request could not be read"),
    (views.refused, 403, "This is not open to you"),
    (views.csrf_failure, 403, "The form was open too long"),
    (views.not_found, 404, "Page not found"),
    (views.server_error, 500, "Something went wrong on our side"),
]


@pytest.mark.parametrize(("handler", "status", "heading"), HANDLERS)
def test_a_person_reads_what_happened_and_finds_the_way_back(rf, handler, status, heading):
    answer = call(handler, rf.get("/somewhere/"))

    page = answer.content.decode()
    assert (answer.status_code, heading in page, 'href="/"' in page) == (status, True, True)


@pytest.mark.parametrize("handler", [row[0] for row in HANDLERS])
def test_an_error_page_asks_the_database_nothing(rf, handler, django_assert_num_queries):
    with django_assert_num_queries(0):
        call(handler, rf.get("/somewhere/"))


@pytest.mark.parametrize(("handler", "status", "heading"), HANDLERS)
def test_a_program_gets_a_problem_document(rf, handler, status, heading):
    answer = call(handler, rf.get("/api/v1/things/"))

    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_a_refusal_gives_the_sentence_of_the_rule_in_the_readers_language(rf):
    with translation.override("tr"):
        expected = str(VERDICT.reason)
        page = views.refused(rf.get("/"), Refused(VERDICT)).content.decode()

    assert f"<p>{expected}</p>" in page


def test_a_rule_about_the_status_alone_is_a_conflict(rf):
    refused = Refused(Verdict("It is closed.", code="wrong_status"))

    assert views.refused(rf.get("/"), refused).status_code == 409


def test_a_refusal_without_a_sentence_has_a_plain_one(rf):
    page = views.refused(rf.get("/"), PermissionDenied()).content.decode()

    assert "Your account may not do this." in page


def test_a_sentence_cannot_become_markup(rf):
    page = views.refused(rf.get("/"), Refused(Verdict("<script>"))).content.decode()

    assert ("<script>" in page, "&lt;script&gt;" in page) == (False, True)


def test_not_found_is_the_constant_answer(rf):
    request = rf.get("/somewhere/")
    answers = [views.not_found(request), constant_not_found(request)]

    assert answers[0].content == answers[1].content


def test_a_form_without_a_token_is_answered_with_an_explanation(editor_a):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor_a)

    answer = strict.post("/people/settings/", {"language": "tr"})

    page = answer.content.decode()
    assert (answer.status_code, "back button" in page) == (403, True)
