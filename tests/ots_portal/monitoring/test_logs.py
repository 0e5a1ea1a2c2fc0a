"""What the log says, and what it never says."""

import json
import logging
import re

import pytest
import structlog
from django.db import IntegrityError

from ots_portal.monitoring import logs

TOKEN = "Zq8" + "tokEn" * 8
REQUEST_ID = "0123456789abcdef0123456789abcdef"


def written(formatter: logging.Formatter, name: str, message: str, *args, **more) -> str:
    record = logging.LogRecord(
        name, logging.WARNING, "x.py", 1, message, args, more.get("exc_info")
    )
    return formatter.format(record)


def said(name: str, message: str, *args, **more) -> dict:
    return json.loads(written(logs.json_lines(), name, message, *args, **more))


# ── what is said ────────────────────────────────────────────────────────────────────────────────


def test_a_line_of_production_is_one_json_object_with_time_level_and_logger():
    line = said("ots_portal.notifications", "The doorbell did not reach the broker.")

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", line.pop("time"))
    assert line == {
        "event": "The doorbell did not reach the broker.",
        "level": "warning",
        "logger": "ots_portal.notifications",
    }


@pytest.mark.parametrize(
    ("message", "args", "expected"),
    [
        ("Invalid HTTP_HOST header: %r.", ("evil.example",), "Invalid HTTP_HOST header: '…'."),
        ("Internal Server Error: %s", ("/reset/MQ-secret/",), "Internal Server Error: …"),
        ("%(name)s took %(n)d s", ({"name": "Aysel", "n": 3},), "… took 3 s"),
        ("%d of %d", ("a", "b"), "%d of %d"),
    ],
)
def test_values_in_the_sentences_of_others_are_not_written(message, args, expected):
    assert said("django.security", message, *args)["event"] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mail to aysel@fhn.example failed", "mail to … failed"),
        ("redis://user:pa55@host:6379/0 refuses", "redis://host:6379/0 refuses"),
        ("Authorization: Bearer abc.def", "Authorization: …"),
        (f"link /reset/{TOKEN}/", "link /reset/…/"),
        (
            "row 3f2b8c1e-7a54-4d0e-9b1c-0a1b2c3d4e5f waits",
            "row 3f2b8c1e-7a54-4d0e-9b1c-0a1b2c3d4e5f waits",
        ),
        ("x" * 20 + " " + "word " * 200, ("x" * 20 + " " + "word " * 200)[: logs.LONGEST_TEXT]),
    ],
)
def test_what_looks_like_an_address_or_a_token_is_left_out(text, expected):
    assert said("ots_portal.anything", text)["event"] == expected


def fail_with_a_text() -> None:
    try:
        int("secret text")
    except ValueError as cause:
        raise IntegrityError("Key (email)=(aysel@fhn.example) already exists.") from cause


def test_an_exception_is_told_by_kind_and_place_never_by_its_text():
    with pytest.raises(IntegrityError) as caught:
        fail_with_a_text()

    info = (caught.type, caught.value, caught.tb)
    line = said("ots_portal.anything", "It failed.", exc_info=info)

    assert [each["type"] for each in line["exception"]] == [
        "django.db.utils.IntegrityError",
        "builtins.ValueError",
    ]
    assert line["exception"][0]["frames"][-1].endswith("fail_with_a_text")
    assert ("aysel" in str(line), "secret text" in str(line)) == (False, False)


def test_only_known_fields_are_written(capsys):
    formatter = logs.json_lines()
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logger = logging.getLogger("ots_portal.try")
    logger.addHandler(handler)
    try:
        structlog.stdlib.get_logger("ots_portal.try").warning(
            "request", route="home", email="aysel@fhn.example", cookies={"a": 1}
        )
    finally:
        logger.removeHandler(handler)

    line = json.loads(capsys.readouterr().err.splitlines()[0])
    assert set(line) == {"event", "route", "level", "logger", "time"}


@pytest.mark.parametrize("formatter", [logs.json_lines, logs.plain_lines])
def test_nobody_makes_a_second_line_or_a_colour(formatter):
    line = written(formatter(), "ots_portal.x", "title: %s", "a\nERROR forged \x1b[31mred\x1b[0m")

    assert ("\n" in line, "\x1b" in line) == (False, False)


def test_the_demonstration_is_read_by_people():
    line = written(logs.plain_lines(), "ots_portal.x", "Ready.")

    assert re.fullmatch(r"\S+Z \[warning *\] Ready\. +\[ots_portal\.x\]", line)


# ── the request's id ────────────────────────────────────────────────────────────────────────────


def test_the_proxys_id_is_kept_and_answered(client):
    assert client.get("/", HTTP_X_REQUEST_ID=REQUEST_ID)["X-Request-ID"] == REQUEST_ID


@pytest.mark.parametrize(
    "given", ["", "short", REQUEST_ID.upper(), REQUEST_ID + "0", "evil\x1b[31m", "<script>"]
)
def test_an_id_that_is_none_is_replaced(client, given):
    answered = client.get("/", HTTP_X_REQUEST_ID=given)["X-Request-ID"]

    assert (answered != given, bool(re.fullmatch("[0-9a-f]{32}", answered))) == (True, True)


def test_the_constant_answer_carries_no_id(client):
    answer = client.get("/nothing/here/", HTTP_X_REQUEST_ID=REQUEST_ID)

    assert (answer.status_code, answer.has_header("X-Request-ID")) == (404, False)
    assert REQUEST_ID not in answer.content.decode()


def test_a_fault_gives_the_reader_a_reference_to_quote(client, monkeypatch):
    def fail(user):
        raise RuntimeError

    monkeypatch.setattr("ots_portal.home.views.front_page_of", fail)
    client.raise_request_exception = False

    answer = client.get("/", HTTP_X_REQUEST_ID=REQUEST_ID)

    assert (answer.status_code, answer["X-Request-ID"]) == (500, REQUEST_ID)
    assert f"<code>{REQUEST_ID}</code>" in answer.content.decode()


@pytest.fixture
def lines(caplog):
    """What was logged through structlog, as dictionaries."""

    def of(event: str) -> list[dict]:
        return [
            record.msg
            for record in caplog.records
            if isinstance(record.msg, dict) and record.msg["event"] == event
        ]

    caplog.set_level(logging.INFO)
    return of


def test_a_request_is_told_by_route_person_status_and_duration(client, editor_a, lines):
    client.force_login(editor_a)

    client.get("/incidents/?q=zəlzələ", HTTP_X_REQUEST_ID=REQUEST_ID)

    (line,) = lines("request")
    assert line.pop("duration_ms") > 0
    assert {name: line[name] for name in ("request_id", "person", "route", "method", "status")} == {
        "request_id": REQUEST_ID,
        "person": str(editor_a.pk),
        "route": "incidents:list",
        "method": "GET",
        "status": 200,
    }


def test_a_partner_system_is_known_by_its_opaque_id(client, machine_a, lines):
    from tests.factories.api import bearer  # noqa: PLC0415 -- makes an application

    client.get("/api/v1/incidents/", **bearer(machine_a, "incidents:read"))

    assert [line["person"] for line in lines("request")] == [str(machine_a.pk)]


def test_a_visitor_is_nobody_and_costs_no_query(client, lines, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/robots.txt")

    assert ["person" in line for line in lines("request")] == [False]


def test_a_refusal_is_a_warning(client, reader_a, lines):
    client.force_login(reader_a)

    client.get("/incidents/new/")

    assert [(line["status"], line["level"]) for line in lines("request")] == [(403, "warning")]


def test_health_is_told_only_where_it_is_bad(client, lines):
    client.get("/healthz")
    client.get("/metrics")

    assert [(line["route"], line["status"]) for line in lines("request")] == [("metrics", 404)]


@pytest.mark.django_db(transaction=True)
def test_a_failed_sign_in_is_a_security_warning_without_the_address(client, editor_a, lines):
    client.post("/accounts/login/", {"login": editor_a.email, "password": "wrong" * 5})

    assert [(line["kind"], line["level"], line["subject"]) for line in lines("account")] == [
        ("people.user.sign_in_failed", "warning", str(editor_a.pk))
    ]
    assert editor_a.email not in str(lines("account"))
