"""Endpoints that harm, on purpose or not: what they cost is theirs alone (F14 and F15 of the design)."""

import re
import threading
import time
from contextlib import ExitStack

import pytest

from ots_portal import leases, plugs
from ots_portal.notifications import posting
from ots_portal.notifications import services as notifications
from ots_portal.notifications.channels import webhook
from ots_portal.notifications.channels.results import Outcome
from ots_portal.notifications.channels.webhook import Reply
from ots_portal.notifications.models import Attempt, Delivery
from ots_portal.webhooks import services
from ots_portal.webhooks.models import Endpoint
from tests.conftest import NOON
from tests.factories.people import MachineFactory
from tests.factories.webhooks import EndpointFactory
from tests.ots_portal.egress.raw_server import answer, raw_server
from tests.ots_portal.webhooks.story import Clock, fan_out, statuses
from tests.servers import make_certificate

GIVEN_SECONDS = 1.0
ID_OF_MESSAGE = re.compile(rb"(?i)webhook-id: (\S+)")


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    monkeypatch.setattr(webhook, "TIMEOUT_SECONDS", GIVEN_SECONDS)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def machine(azerbaijan):
    return MachineFactory(participant=azerbaijan)


def write_to(endpoints, head_b, clock):
    """Write a message to each endpoint: its test."""
    for endpoint in endpoints:
        services.test(endpoint, by=head_b, at=NOON)
    fan_out(clock)


def hang(connected):
    time.sleep(GIVEN_SECONDS + 1)


def endless_body(connected):
    connected.sendall(b"HTTP/1.1 500 Oh\r\n\r\n")
    while True:
        connected.sendall(b"x" * 65_536)


def endless_fields(connected):
    connected.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connected.sendall(b"x-more: " + b"y" * 10_000 + b"\r\n")


def slow_drip(connected):
    connected.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
    while True:
        connected.sendall(b"x")
        time.sleep(0.05)


FAULTS = {
    "hang": (hang, "too_slow"),
    "endless body": (endless_body, "answered"),
    "endless fields": (endless_fields, "no_http"),
    "slow drip": (slow_drip, "too_slow"),
    "closes": (b"", "broken_off"),
    "no HTTP": (b"220 mail.example ESMTP\r\n\r\n", "no_http"),
    "500": (answer(status="500 Oh"), "answered"),
    "429": (answer(b"", "Retry-After: 3", status="429 Slow down"), "answered"),
    "redirect": (answer(b"", "Location: http://169.254.169.254/", status="302 Go"), "redirect"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_recorded_and_the_message_waits_for_its_next_try(
    fault, machine, sink, clock, head_b
):
    say, code = FAULTS[fault]
    with raw_server(say) as server:
        bad = EndpointFactory(owner=machine, url=server.url())
        write_to([bad], head_b, clock)
        posting.post_due(clock=clock)

    attempt = Attempt.objects.get()
    assert (attempt.outcome, attempt.failure["code"]) == ("deferred", code)
    assert len(attempt.answer) <= webhook.ANSWER_KEPT + 1
    assert statuses(bad) == ["waiting"]


def then_well(say):
    """Answer so the first time, and as a receiver should from then on."""
    answers = iter([say])

    def speak(connected):
        said = next(answers, answer(b"thanks"))
        connected.sendall(said) if isinstance(said, bytes) else said(connected)

    return speak


@pytest.mark.parametrize("fault", FAULTS)
def test_once_the_fault_is_over_the_message_arrives_under_the_same_id(
    fault, machine, sink, clock, head_b
):
    say, _code = FAULTS[fault]
    with raw_server(then_well(say)) as server:
        bad = EndpointFactory(owner=machine, url=server.url())
        write_to([bad], head_b, clock)
        posting.post_due(clock=clock)
        clock.go_on(4 * 60)  # whatever the schedule, Retry-After and the breaker ask for
        posting.post_due(clock=clock)
        clock.go_on(4 * 60)
        posting.post_due(clock=clock)

    ids = [ID_OF_MESSAGE.search(request).group(1) for request in server.requests]
    assert (statuses(bad), len(ids), len(set(ids))) == (["sent"], 2, 1)
    outcomes = Attempt.objects.order_by("started_at").values_list("outcome", flat=True)
    assert list(outcomes) == ["deferred", "sent"]


@pytest.mark.parametrize("names", [(), ("other.example",)])
def test_a_certificate_that_is_not_theirs_gets_nothing(
    names, machine, sink, clock, head_b, tmp_path
):
    certificate = make_certificate(tmp_path, *names)
    with raw_server(answer(), tls=certificate.context()) as server:
        bad = EndpointFactory(owner=machine, url=server.url(scheme="https"))
        write_to([bad], head_b, clock)
        posting.post_due(clock=clock)

    assert (Attempt.objects.get().failure["code"], server.requests) == ("certificate", [])


def test_endpoints_that_hang_delay_nobody_else(machine, sink, clock, head_b, monkeypatch):
    monkeypatch.setattr(webhook, "TIMEOUT_SECONDS", 120)
    are_all_there, were_all_there = threading.Event(), []

    def hang_until_all_others_are_served(_connected):
        were_all_there.append(are_all_there.wait(timeout=100))

    def served():
        if len(sink.at("/good")) == 20:
            are_all_there.set()
        return 200, {}, b""

    sink.answers["/good"] = served
    with ExitStack() as stack:
        hanging = [
            stack.enter_context(raw_server(hang_until_all_others_are_served))
            for _ in range(posting.PARALLEL - 1)
        ]
        bad = [EndpointFactory(owner=machine, url=server.url()) for server in hanging]
        good = EndpointFactory(owner=machine, url=sink.url("/good"))
        write_to([*bad, *[good] * 20], head_b, clock)
        posting.post_due(clock=clock, seconds=100)

    assert statuses(good) == ["sent"] * 20
    assert were_all_there == [True] * len(bad)


def test_an_endpoint_gets_one_message_at_a_time(machine, sink, clock, head_b):
    at_work, most = [0], [0]
    lock = threading.Lock()

    def busy():
        with lock:
            at_work[0] += 1
            most[0] = max(most[0], at_work[0])
        time.sleep(0.05)
        with lock:
            at_work[0] -= 1
        return 200, {}, b""

    sink.answers["/busy"] = busy
    endpoint = EndpointFactory(owner=machine, url=sink.url("/busy"))
    write_to([endpoint] * 5, head_b, clock)

    posting.post_due(clock=clock)

    assert (statuses(endpoint), most) == (["sent"] * 5, [1])


def test_the_task_ends_in_time_and_the_next_one_goes_on(machine, sink, clock, head_b):
    sink.answers["/slow"] = lambda: (time.sleep(0.2), (200, {}, b""))[1]
    endpoint = EndpointFactory(owner=machine, url=sink.url("/slow"))
    write_to([endpoint] * 10, head_b, clock)

    first = posting.post_due(clock=clock, seconds=0.5)
    rest = posting.post_due(clock=clock, seconds=60)

    assert (0 < first < 10, first + rest) == (True, 10)
    assert statuses(endpoint) == ["sent"] * 10


def test_what_this_release_does_not_know_is_left_to_a_newer_worker_and_that_is_no_try_of_it(
    machine, sink, clock, head_b, monkeypatch
):
    endpoint = EndpointFactory(owner=machine, url=sink.url())
    write_to([endpoint], head_b, clock)
    (delivery,) = Delivery.objects.filter(endpoint=endpoint)
    with monkeypatch.context() as older:
        older.delitem(plugs.notices, delivery.entry.kind)
        posting.post_due(clock=clock)
    left = statuses(endpoint), len(sink.received)

    clock.go_on(15)
    posting.post_due(clock=clock)

    delivery.refresh_from_db()
    assert (left, statuses(endpoint), delivery.attempt_count) == ((["waiting"], 0), ["sent"], 1)


# ── workers that come too late ──────────────────────────────────────────────────────────────────────


def _held(endpoint, clock):
    """Hold the endpoint and begin a try as a worker does that freezes right then."""
    token, claimed = leases.claim(
        Endpoint.objects.filter(pk=endpoint.pk), at=clock(), limit=1, lease=posting.LEASE
    )
    (held,) = posting._start(claimed, token=token, at=clock())
    return held


def test_a_worker_that_was_frozen_past_its_lease_records_nothing(machine, sink, clock, head_b):
    endpoint = EndpointFactory(owner=machine, url=sink.url())
    write_to([endpoint], head_b, clock)
    late = _held(endpoint, clock)
    while_it_holds = posting.post_due(clock=clock)
    clock.go_on(posting.LEASE.total_seconds() + 1)
    posting.post_due(clock=clock)

    failed = {"code": "too_slow", "details": {"host": "127.0.0.1", "limit": "10"}}
    posting._finish(late, Reply(Outcome.DEFERRED, failure=failed), at=clock())

    assert (while_it_holds, len(sink.received), statuses(endpoint)) == (0, 1, ["sent"])
    endpoint.refresh_from_db()
    assert (endpoint.failure_count, endpoint.lease_token) == (0, None)
    assert sorted(Attempt.objects.values_list("outcome", flat=True)) == ["", "sent"]


def test_a_message_whose_endpoint_was_disabled_under_way_is_not_tried_again(
    machine, sink, clock, head_b
):
    endpoint = EndpointFactory(owner=machine, url=sink.url())
    write_to([endpoint, endpoint], head_b, clock)
    held = _held(endpoint, clock)
    services.disable(endpoint, by=head_b, at=clock())
    posting._finish(held, Reply(Outcome.DEFERRED, failure=None), at=clock())

    clock.go_on(10)
    posting.post_due(clock=clock)

    assert (sink.received, statuses(endpoint)) == ([], ["failed", "failed"])


def test_mails_and_alerts_are_not_held_up_by_webhooks(machine, sink, clock, head_b, mailoutbox):
    endpoint = EndpointFactory(owner=machine, url=sink.url())
    services.change(
        endpoint, services.Wishes(endpoint.url, "x", frozenset()), version=1, by=head_b, at=NOON
    )
    write_to([endpoint], head_b, clock)

    notifications.work_through(clock=clock)

    assert (len(mailoutbox), sink.received) == (1, [])
    assert Delivery.objects.get(channel="webhook").status == "waiting"
