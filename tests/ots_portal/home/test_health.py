import pytest
from django.db import OperationalError

from ots_portal.home import views


def test_the_portal_is_well_where_its_database_answers(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert (answer.cookies.output(), "no-store" in answer["Cache-Control"]) == ("", True)


def test_the_portal_is_unavailable_where_its_database_does_not_answer(client, monkeypatch):
    class Gone:
        def cursor(self):
            raise OperationalError

    monkeypatch.setattr(views, "connection", Gone())

    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable"})


@pytest.mark.parametrize(
    ("demo", "lines"),
    [
        (True, ["User-agent: *", "Disallow: /"]),
        (
            False,
            ["User-agent: *", "Disallow: /accounts/", "Disallow: /api/", "Disallow: /language/"],
        ),
    ],
)
def test_search_engines_are_kept_out_of_a_demonstration(client, settings, demo, lines):
    settings.PORTAL_DEMO = demo

    answer = client.get("/robots.txt")

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode().splitlines() == lines
