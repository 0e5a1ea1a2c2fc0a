"""
Asking one address, once: http.client over a socket whose every read knows how much time is left.

No redirects, no proxies, no cookies, no packed content, one connection to an address that was checked.
"""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin

from django.conf import settings

from ots_portal.egress.addresses import (
    Address,
    Target,
    addresses_of,
    refuse_in_clear,
    target_of,
)
from ots_portal.egress.failures import BadAnswer, NoAnswer

PIECE_BYTES = 64 * 1024
# Status line, header fields and the frames of chunks come on top of the body.
FRAME_BYTES = 256 * 1024
LONGEST_SHOWN = 300  # characters of a foreign answer inside a sentence
LONGEST_WAIT_FIELD = 100  # characters of a Retry-After field
LONGEST_MARK = 500  # of an ETag that is kept


@dataclass(frozen=True)
class Fetched:
    """
    What came back. ``is_not_modified``: it is still what the marks that were sent stand for; no body.

    ``etag`` and ``last_modified`` are the marks for the next time, "" where there are none;
    ``content_type`` is lower case, without parameters.
    """

    url: str
    body: bytes
    content_type: str
    charset: str
    etag: str
    last_modified: str
    is_not_modified: bool = False


@dataclass(frozen=True)
class Answered:
    """
    What somebody said to what was sent there; any status is an answer.

    ``body`` is the beginning of it, at most as much as was asked for. ``retry_after`` and ``location`` are the
    fields of those names, as they came and made fit to be shown; "" where there are none.
    """

    status: int
    body: bytes
    is_cut: bool
    retry_after: str
    location: str


def fetch(  # noqa: PLR0913 -- keywords only, each named where it is called
    url: str,
    *,
    max_bytes: int,
    timeout_seconds: float,
    accept: str = "*/*",
    etag: str = "",
    last_modified: str = "",
) -> Fetched:
    """
    Ask an address; the time limit is for everything from the name to the last byte.

    :raises NotAllowed: where the address may not be asked
    :raises NoAnswer: where nobody answers, or not safely, or too slowly
    :raises BadAnswer: where the answer is a redirect, an error, packed, or larger than ``max_bytes``
    """
    target = target_of(url)
    clock = _Clock(target, timeout_seconds)
    addresses = addresses_of(target, seconds=clock.seconds_left())
    fields = _fields(target, accept=accept, etag=etag, last_modified=last_modified)
    with _asked(target, addresses, clock, ("GET", fields, None), max_bytes) as answer:
        _refuse(answer, target, is_conditional=bool(etag or last_modified))
        return _fetched(answer, target, _body(answer, target, max_bytes))


def post(
    url: str, body: bytes, *, fields: Mapping[str, str], max_bytes: int, timeout_seconds: float
) -> Answered:
    """
    Send something to an address; the time limit is for everything from the name to the end of the answer.

    Of the answer no more than ``max_bytes`` are read, and what is packed stays packed. In clear (http) only
    networks that OTS_EGRESS_ALLOWED_PRIVATE names are spoken to.

    :raises NotAllowed: where nothing may be sent to the address
    :raises NoAnswer: where nobody answers, or not safely, or too slowly
    :raises BadAnswer: where what comes back is no HTTP
    """
    target = target_of(url)
    clock = _Clock(target, timeout_seconds)
    addresses = addresses_of(target, seconds=clock.seconds_left())
    refuse_in_clear(target, addresses)
    fields = {**_common_fields(target, accept="*/*"), **fields}
    with _asked(target, addresses, clock, ("POST", fields, body), max_bytes) as answer:
        begun, is_cut = _beginning(answer, max_bytes)
        location = answer.getheader("Location", "")
        return Answered(
            status=answer.status,
            body=begun,
            is_cut=is_cut,
            retry_after=(answer.getheader("Retry-After") or "").strip()[:LONGEST_WAIT_FIELD],
            location=_shown(urljoin(target.url, location)) if location else "",
        )


Question = tuple[str, dict[str, str], bytes | None]


@contextmanager
def _asked(
    target: Target,
    addresses: Sequence[Address],
    clock: "_Clock",
    question: Question,
    max_bytes: int,
) -> Iterator[http.client.HTTPResponse]:
    """
    Give the answer whose body is still to be read; ``question`` is method, fields and body.

    :raises FetchFailed: also for what goes wrong while the block reads
    """
    method, fields, body = question
    try:
        with closing(_connected(target, addresses, clock)) as connected:
            line = _Line(connected, clock, target, 2 * max_bytes + FRAME_BYTES)
            connection = http.client.HTTPConnection(target.host, target.port)
            connection.sock = line
            connection.request(method, target.path, body=body, headers=fields)
            yield connection.getresponse()
    except TimeoutError as error:
        raise clock.too_slow() from error
    except (http.client.IncompleteRead, ConnectionError) as error:
        raise NoAnswer("broken_off", host=target.host) from error
    except (http.client.HTTPException, ValueError) as error:
        raise BadAnswer("no_http", host=target.host) from error
    except OSError as error:
        raise NoAnswer("broken_off", host=target.host) from error


def _fields(target: Target, *, accept: str, etag: str, last_modified: str) -> dict[str, str]:
    marks = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {
        **_common_fields(target, accept=accept),
        **{name: mark for name, mark in marks.items() if _is_mark(mark)},
    }


def _common_fields(target: Target, *, accept: str) -> dict[str, str]:
    return {
        "Host": target.authority,
        "Accept": accept,
        "Accept-Encoding": "identity",
        "User-Agent": f"OTS-Emergency-Portal (+{settings.PORTAL_ADDRESS})",
        "Connection": "close",
    }


def _is_mark(text: str) -> bool:
    """Return whether it can stand in a header field; what a server once sent may be anything."""
    return 0 < len(text) <= LONGEST_MARK and text.isascii() and text.isprintable()


# ── the connection ──────────────────────────────────────────────────────────────────────────────


class _Clock:
    """The time that is left for the whole of a request."""

    def __init__(self, target: Target, seconds: float) -> None:
        self._target, self._limit = target, seconds
        self._deadline = time.monotonic() + seconds

    def seconds_left(self) -> float:
        """:raises NoAnswer: when there are none"""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise self.too_slow()
        return left

    def too_slow(self) -> NoAnswer:
        return NoAnswer("too_slow", host=self._target.host, limit=f"{self._limit:g}")


def _connected(target: Target, addresses: Sequence[Address], clock: _Clock) -> socket.socket:
    """Connect to the addresses that were checked, whatever the name may lead to by now."""
    plain = _first_that_answers(target, addresses, clock)
    if not target.is_secure:
        return plain
    try:
        plain.settimeout(clock.seconds_left())
        return _secured(plain, target)
    except BaseException:
        plain.close()
        raise


def _first_that_answers(
    target: Target, addresses: Sequence[Address], clock: _Clock
) -> socket.socket:
    for number, address in enumerate(addresses):
        # A share of what is left for each of those that are still to be tried.
        share = clock.seconds_left() / (len(addresses) - number)
        try:
            return socket.create_connection((str(address), target.port), share)
        except OSError:
            continue
    clock.seconds_left()
    raise NoAnswer("unreachable", host=target.host)


def _secured(plain: socket.socket, target: Target) -> socket.socket:
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)
    except ssl.SSLCertVerificationError as error:
        detail = error.verify_message.rstrip(".")
        raise NoAnswer("certificate", host=target.host, detail=detail) from error
    except TimeoutError:
        raise
    except OSError as error:
        raise NoAnswer("tls", host=target.host) from error


class _Line:
    """The little of a socket that http.client uses, with a limit of time and of bytes for all of it."""

    def __init__(
        self, connected: socket.socket, clock: _Clock, target: Target, budget_bytes: int
    ) -> None:
        self._socket, self._clock = connected, clock
        self._reader = _Reader(connected, clock, target, budget_bytes)

    def sendall(self, data: Any) -> None:
        self._socket.settimeout(self._clock.seconds_left())
        self._socket.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._reader, PIECE_BYTES)

    def close(self) -> None:
        """Leave it open: http.client lets go of the socket before the body has been read."""


class _Reader(io.RawIOBase):
    """Reads what there is; each read waits no longer than the time that is left for everything."""

    def __init__(
        self, connected: socket.socket, clock: _Clock, target: Target, budget_bytes: int
    ) -> None:
        super().__init__()
        self._socket, self._clock, self._target = connected, clock, target
        self._budget_bytes = budget_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._socket.settimeout(self._clock.seconds_left())
        count = self._socket.recv_into(buffer)
        self._budget_bytes -= count
        if self._budget_bytes < 0:  # endless header fields, interim answers, frames of chunks
            raise BadAnswer("no_http", host=self._target.host)
        return count


# ── the answer ──────────────────────────────────────────────────────────────────────────────────


def _refuse(answer: http.client.HTTPResponse, target: Target, *, is_conditional: bool) -> None:
    """:raises BadAnswer: where the answer is not what was asked for, before its body is read"""
    if answer.status == HTTPStatus.NOT_MODIFIED and is_conditional:
        return
    location = answer.getheader("Location", "")
    if 300 <= answer.status < 400 and location:  # noqa: PLR2004 -- RFC 9110, 15.4
        raise BadAnswer(
            "redirect", host=target.host, location=_shown(urljoin(target.url, location))
        )
    if answer.status != HTTPStatus.OK:
        raise BadAnswer("status", host=target.host, status=answer.status)
    encodings = (_field(answer, "Content-Encoding"), _field(answer, "Transfer-Encoding"))
    for encoding, plain in zip(encodings, ("identity", "chunked"), strict=True):
        if encoding not in ("", plain):
            raise BadAnswer("encoded", host=target.host, encoding=_shown(encoding))


def _body(answer: http.client.HTTPResponse, target: Target, max_bytes: int) -> bytes:
    """
    Read the body, never more than may come.

    :raises BadAnswer: where it is larger, or says that it will be
    """
    too_large = BadAnswer("too_large", host=target.host, limit=max_bytes)
    if (answer.length or 0) > max_bytes:
        raise too_large
    pieces: list[bytes] = []
    read_bytes = 0
    while piece := answer.read(PIECE_BYTES):
        pieces.append(piece)
        read_bytes += len(piece)
        if read_bytes > max_bytes:
            raise too_large
    if answer.length:  # less came than was announced
        raise NoAnswer("broken_off", host=target.host)
    return b"".join(pieces)


def _beginning(answer: http.client.HTTPResponse, max_bytes: int) -> tuple[bytes, bool]:
    """Read so much and no more; answer it, and whether there was more."""
    pieces: list[bytes] = []
    room_bytes = max_bytes + 1
    while room_bytes and (piece := answer.read(min(room_bytes, PIECE_BYTES))):
        pieces.append(piece)
        room_bytes -= len(piece)
    begun = b"".join(pieces)
    return begun[:max_bytes], len(begun) > max_bytes


def _fetched(answer: http.client.HTTPResponse, target: Target, body: bytes) -> Fetched:
    return Fetched(
        url=target.url,
        body=body,
        content_type=answer.headers.get_content_type() if answer.getheader("Content-Type") else "",
        charset=answer.headers.get_content_charset() or "",
        etag=_mark(answer, "ETag"),
        last_modified=_mark(answer, "Last-Modified"),
        is_not_modified=answer.status == HTTPStatus.NOT_MODIFIED,
    )


def _mark(answer: http.client.HTTPResponse, name: str) -> str:
    text = (answer.getheader(name) or "").strip()
    return text if _is_mark(text) else ""


def _field(answer: http.client.HTTPResponse, name: str) -> str:
    return (answer.getheader(name) or "").strip().lower()


def _shown(text: str) -> str:
    """Return foreign text as it may stand inside a sentence."""
    return "".join(letter if letter.isprintable() else "�" for letter in text[:LONGEST_SHOWN])
