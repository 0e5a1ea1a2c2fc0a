"""Asking real servers on this computer: those that answer, and those that would rather harm."""

import ast
import gzip
import time
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.conf import settings as portal
from django.utils import translation

from ots_portal.egress import BadAnswer, FetchFailed, NoAnswer, NotAllowed, addresses, fetch
from ots_portal.egress.failures import sentence_of
from tests.ots_portal.egress.raw_server import answer, raw_server
from tests.servers import free_port, make_certificate

LIMIT = 10_000


@pytest.fixture(autouse=True)
def _own_computer(settings):
    """Servers of this test may be asked, on whichever port they are."""
    settings.PORTAL_EGRESS_ALLOWED_PRIVATE = [ip_network("127.0.0.0/8")]
    settings.PORTAL_EGRESS_PORTS = range(1, 65_536)


def got(url, **more):
    return fetch(url, **{"max_bytes": LIMIT, "timeout_seconds": 5, **more})


def failure_of(say, **more) -> FetchFailed:
    with raw_server(say) as server, pytest.raises(FetchFailed) as failure:
        got(server.url(), **more)
    return failure.value


@contextmanager
def at_most(seconds):
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


# ── answers ─────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_comes_back_with_its_marks():
    fields = ["Content-Type: Application/XML; charset=UTF-8", 'ETag: W/"7"',
              "Last-Modified: Fri, 20 Nov 2026 08:00:00 GMT"]  # fmt: skip
    with raw_server(answer(b"<alert/>", *fields)) as server:
        fetched = got(server.url())

    assert (fetched.body, fetched.content_type, fetched.charset, fetched.etag, fetched.last_modified) == (
        b"<alert/>", "application/xml", "utf-8", 'W/"7"', "Fri, 20 Nov 2026 08:00:00 GMT",
    )  # fmt: skip
    assert not fetched.is_not_modified


def test_what_is_sent_is_what_the_address_says():
    with raw_server(answer()) as server:
        got(server.url("/feed?since=1"), accept="application/cap+xml")

    head, *fields = server.requests[0].decode().rstrip().split("\r\n")
    assert head == "GET /feed?since=1 HTTP/1.1"
    assert sorted(fields) == [
        "Accept-Encoding: identity",
        "Accept: application/cap+xml",
        "Connection: close",
        f"Host: 127.0.0.1:{server.port}",
        f"User-Agent: OTS-Emergency-Portal (+{portal.PORTAL_ADDRESS})",
    ]


def test_what_has_not_changed_is_not_sent_again():
    with raw_server(b'HTTP/1.1 304 Not Modified\r\nETag: "7"\r\n\r\n') as server:
        fetched = got(server.url(), etag='"7"', last_modified="Fri, 20 Nov 2026 08:00:00 GMT")

    assert (fetched.is_not_modified, fetched.body, fetched.etag) == (True, b"", '"7"')
    assert b'If-None-Match: "7"\r\n' in server.requests[0]
    assert b"If-Modified-Since: Fri, 20 Nov 2026 08:00:00 GMT\r\n" in server.requests[0]


def test_marks_that_would_break_the_request_are_left_out():
    with raw_server(answer()) as server:
        got(server.url(), etag='"7"\r\nX-Evil: 1', last_modified="ä")

    assert b"Evil" not in server.requests[0]
    assert b"If-" not in server.requests[0]


def test_an_answer_in_chunks_and_one_without_length_are_read_to_their_end():
    chunked = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    )
    with raw_server(chunked) as first, raw_server(b"HTTP/1.0 200 OK\r\n\r\nabcde") as second:
        assert (got(first.url()).body, got(second.url()).body) == (b"abcde", b"abcde")


def test_the_connection_goes_to_the_checked_address_with_the_name_in_the_host_field(monkeypatch):
    asked = []
    monkeypatch.setattr(
        addresses, "resolve", lambda host, port: asked.append(host) or ["127.0.0.1"]
    )
    with raw_server(answer()) as server:
        got(server.url(host="feeds.example.org"))

    assert f"Host: feeds.example.org:{server.port}\r\n".encode() in server.requests[0]
    assert asked == ["feeds.example.org"]  # once: another answer a moment later changes nothing


def test_where_one_address_is_silent_the_next_is_tried(monkeypatch):
    monkeypatch.setattr(addresses, "resolve", lambda host, port: ["127.0.0.2", "127.0.0.1"])
    with raw_server(answer()) as server:
        assert got(server.url(host="feeds.example.org")).body == b"<feed/>"


# ── what is refused ─────────────────────────────────────────────────────────────────────────────


def test_a_private_address_is_not_asked(settings):
    settings.PORTAL_EGRESS_ALLOWED_PRIVATE = []
    with raw_server(answer()) as server, pytest.raises(NotAllowed) as failure:
        got(server.url())

    assert (failure.value.code, server.requests) == ("private", [])


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 T", "308 P"])
def test_a_redirect_is_told_and_not_followed(status):
    say = answer(b"", "Location: /other?x=1", status=status)
    with raw_server(say) as server, pytest.raises(BadAnswer) as failure:
        got(server.url())

    assert len(server.requests) == 1
    assert str(failure.value) == (
        f"127.0.0.1 sends on to http://127.0.0.1:{server.port}/other?x=1. The portal does not follow: "
        "if that address is the right one, enter it."
    )


@pytest.mark.parametrize(
    "status", ["204 No Content", "206 Part", "304 Not Modified", "404 No", "503 Busy"]
)
def test_every_other_status_is_told(status):
    failure = failure_of(answer(b"", status=status))

    assert (failure.code, failure.status) == ("status", int(status[:3]))


def test_a_packed_answer_is_refused_unopened():
    bomb = gzip.compress(b"0" * 1_000_000)

    assert failure_of(answer(bomb, "Content-Encoding: gzip")).code == "encoded"
    assert (
        failure_of(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n").code == "encoded"
    )


def test_an_answer_that_says_it_is_too_large_is_not_read():
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {LIMIT + 1}\r\n\r\n".encode()

    with at_most(2):
        failure = failure_of(lambda line: (line.sendall(head), time.sleep(0.2)))

    assert str(failure) == f"The answer of 127.0.0.1 is larger than {LIMIT} bytes."


def test_an_answer_of_just_the_limit_is_read():
    with raw_server(answer(b"x" * LIMIT)) as server:
        assert len(got(server.url()).body) == LIMIT


def endlessly(head: bytes, piece: bytes):
    def say(line):
        line.sendall(head)
        while True:
            line.sendall(piece)

    return say


@pytest.mark.parametrize(
    ("head", "piece", "code"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 4096, "too_large"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 500, "no_http"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1;" + b"x" * 60_000 + b"\r\nx\r\n",
         "no_http"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"A: b\r\n" * 500, "no_http"),
        (b"HTTP/1.1 200 OK\r\n", b"A: b\r\n" * 500, "no_http"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500, "no_http"),
        (b"HTTP/1.1 200 OK\r\nA: ", b"x" * 4096, "no_http"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", b"x" * 4096, "no_http"),
    ],
)  # fmt: skip
def test_an_answer_without_end_is_cut(head, piece, code):
    with at_most(4):
        assert failure_of(endlessly(head, piece)).code == code


@pytest.mark.parametrize(
    "head",
    [b"", b"HTTP/1.1 200 OK\r\nA: ", b"HTTP/1.1 200 OK\r\n\r\n",
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n"],
)  # fmt: skip
def test_a_slow_drip_is_cut_although_every_read_gets_something(head):
    def drip(line):
        line.sendall(head)
        for _ in range(40):
            time.sleep(0.1)
            line.sendall(b"H")

    with at_most(6):  # the server's own patience
        began = time.monotonic()
        failure = failure_of(drip, timeout_seconds=0.8)

    assert (failure.code, failure.is_temporary) == ("too_slow", True)
    assert time.monotonic() - began < 6


def test_a_server_that_hangs_is_given_up_in_time():
    with raw_server(lambda line: time.sleep(1.5)) as server:
        began = time.monotonic()
        with pytest.raises(NoAnswer) as failure:
            got(server.url(), timeout_seconds=0.5)
        took = time.monotonic() - began

    assert str(failure.value) == "127.0.0.1 did not answer in full within 0.5 seconds."
    assert 0.4 < took < 1.2


def test_a_handshake_that_hangs_is_given_up_in_time():
    with raw_server(lambda line: time.sleep(1.5)) as server:
        began = time.monotonic()
        with pytest.raises(NoAnswer) as failure:
            got(server.url(scheme="https"), timeout_seconds=0.5)
        took = time.monotonic() - began

    assert (failure.value.code, took < 1.2) == ("too_slow", True)


@pytest.mark.parametrize(
    "said",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc"],
)  # fmt: skip
def test_an_answer_that_breaks_off_is_no_answer(said):
    assert failure_of(said).code == "broken_off"


def test_nobody_listens_there():
    with pytest.raises(NoAnswer) as failure:
        got(f"http://127.0.0.1:{free_port()}/")

    assert str(failure.value) == "127.0.0.1 cannot be reached."


# ── certificates ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def certificate(tmp_path):
    return make_certificate(tmp_path, "feeds.example.org")


@pytest.fixture
def _here(monkeypatch):
    """Every name leads to this computer."""
    monkeypatch.setattr(addresses, "resolve", lambda host, port: ["127.0.0.1"])


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate):
    with (
        raw_server(answer(), tls=certificate.context()) as server,
        pytest.raises(NoAnswer) as failure,
    ):
        got(server.url(scheme="https"))

    assert (
        str(failure.value) == "The certificate of 127.0.0.1 is not valid: self-signed certificate."
    )


@pytest.mark.usefixtures("_here")
def test_a_certificate_is_checked_against_the_name_that_was_asked(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    with raw_server(answer(), tls=certificate.context()) as server:
        right = got(server.url(host="feeds.example.org", scheme="https"))
        with pytest.raises(NoAnswer) as failure:
            got(server.url(host="other.example.org", scheme="https"))

    assert (right.body, failure.value.code) == (b"<feed/>", "certificate")


def test_a_server_without_tls_is_told_as_such():
    with raw_server(b"HTTP/1.1 400 Bad\r\n\r\n") as server, pytest.raises(NoAnswer) as failure:
        got(server.url(scheme="https"))

    assert failure.value.code in ("tls", "broken_off")


# ── sentences ───────────────────────────────────────────────────────────────────────────────────


def test_a_stored_failure_is_said_when_it_is_read():
    failure = NoAnswer("too_slow", host="feeds.example.org", limit="5")
    with translation.override("en"):
        said = sentence_of(failure.code, failure.details)

    assert said == "feeds.example.org did not answer in full within 5 seconds."
    assert sentence_of("of another release", {}) == "The address could not be fetched."


def test_foreign_text_in_a_sentence_is_short_and_printable():
    failure = failure_of(
        answer(b"", "Location: http://x/\x1b[31m" + "y" * 5000, status="302 Found")
    )

    assert len(str(failure)) < 500
    assert str(failure).isprintable()


# ── the only door ───────────────────────────────────────────────────────────────────────────────
OTHER_DOORS = {
    "ots_portal/egress/client.py",
    # sign-in asks the hosts that the operator's own settings name
    "ots_portal/access/providers/protocol.py",
    # the demonstration asks itself whether it is up
    "ots_portal/operation/demo.py",
}
WAYS_OUT = {"http.client", "urllib.request", "urllib3", "requests", "httpx", "aiohttp"}


def _imported(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


def test_nothing_else_in_the_portal_speaks_http_to_the_outside():
    root = Path(portal.BASE_DIR)
    files = [
        file for app in ("ots_portal", *portal.DOMAIN_APPS) for file in (root / app).rglob("*.py")
    ]

    assert {
        str(file.relative_to(root)) for file in files if _imported(file) & WAYS_OUT
    } == OTHER_DOORS
