"""Sending something to an address, and how little of the answer is listened to."""

import time
from ipaddress import ip_network

import pytest

from ots_portal.egress import NoAnswer, NotAllowed, addresses, check, post
from tests.ots_portal.egress.raw_server import answer, raw_server

LIMIT = 1_000


@pytest.fixture(autouse=True)
def _own_computer(settings):
    settings.PORTAL_EGRESS_ALLOWED_PRIVATE = [ip_network("127.0.0.0/8")]
    settings.PORTAL_EGRESS_PORTS = range(1, 65_536)


def posted(url, **more):
    given = {"fields": {}, "max_bytes": LIMIT, "timeout_seconds": 5, **more}
    return post(url, b'{"type": "x"}', **given)


def test_body_and_fields_are_sent_as_they_are():
    with raw_server(answer(b"thanks")) as server:
        said = posted(server.url("/hook?x=1"), fields={"webhook-id": "7", "Content-Type": "a/b"})

    head = server.requests[0].decode().split("\r\n\r\n")[0]
    line, *fields = head.split("\r\n")
    assert line == "POST /hook?x=1 HTTP/1.1"
    assert {"webhook-id: 7", "Content-Type: a/b", "Content-Length: 13", "Connection: close"} <= set(
        fields
    )
    assert (said.status, said.body, said.is_cut) == (200, b"thanks", False)


@pytest.mark.parametrize("status", ["204 No Content", "410 Gone", "500 Oh", "404 No"])
def test_every_status_is_an_answer(status):
    with raw_server(answer(b"", status=status)) as server:
        assert posted(server.url()).status == int(status[:3])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_told_and_nobody_goes_there(status):
    with (
        raw_server(answer()) as elsewhere,
        raw_server(answer(b"", f"Location: {elsewhere.url()}", status=f"{status} Go")) as server,
    ):
        said = posted(server.url())
        asked = list(elsewhere.requests)

    assert (said.status, said.location, asked) == (status, elsewhere.url(), [])


def test_of_an_endless_answer_the_beginning_is_read():
    def endless(connected):
        connected.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connected.sendall(b"x" * 4_096)

    with raw_server(endless) as server:
        said = posted(server.url())

    assert (said.status, said.body, said.is_cut) == (200, b"x" * LIMIT, True)


def test_an_answer_of_just_the_limit_is_not_cut():
    with raw_server(answer(b"x" * LIMIT)) as server:
        assert posted(server.url()).is_cut is False


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"])
def test_a_slow_drip_is_given_up_in_time(head):
    def drip(connected):
        connected.sendall(head)
        while True:
            connected.sendall(b"x")
            time.sleep(0.1)

    began = time.monotonic()
    with raw_server(drip) as server, pytest.raises(NoAnswer) as failure:
        posted(server.url(), timeout_seconds=1)

    assert failure.value.code == "too_slow"
    assert time.monotonic() - began < 3


def test_what_is_packed_stays_packed():
    with raw_server(answer(b"\x1f\x8b bomb", "Content-Encoding: gzip")) as server:
        assert posted(server.url()).body == b"\x1f\x8b bomb"


def test_nothing_is_sent_over_the_internet_in_clear(monkeypatch):
    monkeypatch.setattr(addresses, "resolve", lambda host, port: ["8.8.8.8"])

    for ask in (posted, lambda url: check(url, seconds=1)):
        with pytest.raises(NotAllowed) as failure:
            ask("http://hooks.example/")
        assert failure.value.code == "in_clear"


def test_a_name_that_leads_into_the_own_network_by_now_is_not_spoken_to(monkeypatch, settings):
    settings.PORTAL_EGRESS_ALLOWED_PRIVATE = []
    led_to = iter([["8.8.8.8"], ["169.254.169.254"]])
    monkeypatch.setattr(addresses, "resolve", lambda host, port: next(led_to))
    check("https://hooks.example/", seconds=1)

    with pytest.raises(NotAllowed) as failure:
        posted("https://hooks.example/")

    assert failure.value.code == "private"
