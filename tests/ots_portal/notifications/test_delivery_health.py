"""How late, how many, and why not."""

from datetime import UTC, datetime, timedelta

import pytest

from ots_portal.notifications import health
from ots_portal.notifications.health import Light
from ots_portal.notifications.models import Attempt, Delivery
from tests.factories.incidents import IncidentFactory
from tests.factories.notifications import MessageFactory

NOW = datetime(2026, 11, 20, 12, 7, 30, tzinfo=UTC)


@pytest.fixture
def message(editor_b):
    incident = IncidentFactory(status="reported")

    def make(**more):
        return MessageFactory(subject=incident, recipient=editor_b, **more)

    return make


def tried(delivery, detail, *, outcome="deferred", failure=None, at=NOW):
    Attempt.objects.create(
        delivery=delivery, started_at=at, outcome=outcome, detail=detail, failure=failure
    )
    return delivery


@pytest.mark.parametrize(
    ("seconds", "light"),
    [(0, "green"), (59.9, "green"), (60, "amber"), (299.9, "amber"), (300, "red")],
)
def test_the_light_changes_at_a_minute_and_at_five(seconds, light):
    assert health.light_of(seconds) is Light(light)


def test_a_channel_says_what_is_due_what_is_for_later_and_what_came_of_the_rest(message):
    message(due_at=NOW - timedelta(seconds=90))
    message(due_at=NOW + timedelta(hours=1))
    message(status="sent", finished_at=NOW - timedelta(minutes=5))
    message(status="failed", finished_at=NOW - timedelta(minutes=6))
    message(status="sent", finished_at=NOW - timedelta(hours=3))

    mail, webhook = health.channels(Delivery.objects.all(), ["mail", "webhook"], at=NOW)

    assert (mail.due.count, mail.waiting_count, mail.sent_count, mail.failed_count) == (1, 2, 1, 1)
    assert mail.due.age_seconds(at=NOW) == 90
    assert mail.last_sent_at == NOW - timedelta(minutes=5)
    assert (webhook.due.count, webhook.sent_count, webhook.last_sent_at) == (0, 0, None)


def test_the_last_hour_is_told_in_five_minutes_each(message):
    for minutes in (1, 2, 30, 61):
        message(status="sent", finished_at=NOW - timedelta(minutes=minutes))

    points = health.sent_in_the_last_hour(Delivery.objects.all(), at=NOW)

    assert (len(points), points[0][0]) == (12, datetime(2026, 11, 20, 11, 10, tzinfo=UTC))
    assert {f"{at:%H:%M}": count for at, count in points if count} == {"11:35": 1, "12:05": 2}


def test_the_last_day_is_told_in_hours(message):
    for hours in (0.05, 1, 23, 25):
        message(status="sent", finished_at=NOW - timedelta(hours=hours))

    points = health.sent_in_the_last_day(Delivery.objects.all(), at=NOW)

    assert (len(points), sum(count for _at, count in points)) == (24, 3)
    assert points[-1] == (datetime(2026, 11, 20, 12, 0, tzinfo=UTC), 1)


@pytest.mark.parametrize(
    ("detail", "failure", "cause"),
    [
        ("550 5.1.1 <a@b.example> unknown", None, "550"),
        ("ConnectionRefusedError: [Errno 111]", None, "ConnectionRefusedError:"),
        ("TemplateDoesNotExist", None, "TemplateDoesNotExist"),
        ("x", {"code": "too_slow", "details": {"host": "a.example"}}, "egress too_slow"),
        ("x", {"code": "answered", "details": {"status": 500}}, "egress answered 500"),
    ],
)
def test_the_cause_is_what_many_tries_have_in_common(message, detail, failure, cause):
    tried(message(status="failed"), detail, failure=failure)

    (found,) = health.causes(Delivery.objects.all())

    assert (found.cause, found.failed_count, found.retrying_count) == (cause, 1, 0)


@pytest.mark.parametrize(
    "detail",
    [
        "354 go on <person@b.example>",
        "-1 b'person@b.example'",
        "354 person@b.example: see https://mail.example",
        "no such user person@b.example",
    ],
)
def test_no_cause_holds_whom_a_message_was_for_whatever_the_mail_server_said(message, detail):
    tried(message(status="failed"), detail)

    (found,) = health.causes(Delivery.objects.all())

    assert found.cause == "unintelligible"


def test_causes_count_what_failed_and_what_is_tried_again_by_the_last_try(message):
    for _ in range(2):
        tried(message(status="failed"), "550 no")
    again = tried(message(attempt_count=2), "451 later", at=NOW - timedelta(hours=1))
    tried(again, "TimeoutError: x")
    tried(message(status="sent"), "451 later")
    message(status="failed")

    found = {
        one.cause: (one.failed_count, one.retrying_count)
        for one in health.causes(Delivery.objects.all())
    }

    assert found == {"550": (2, 0), "TimeoutError:": (0, 1), health.NO_TRY: (1, 0)}


@pytest.mark.parametrize("count", [1, 3])
def test_causes_cost_one_query_however_many_there_are(message, count, django_assert_num_queries):
    for number in range(count):
        tried(message(status="failed"), f"55{number} no")

    with django_assert_num_queries(1):
        health.causes(Delivery.objects.all())
