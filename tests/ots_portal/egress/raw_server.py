"""A server that says exactly what a test writes, in clear or by TLS, as slowly as it likes."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Say = Callable[[socket.socket], None]


@dataclass
class RawServer:
    """``requests`` are what it was sent, whole."""

    port: int
    requests: list[bytes] = field(default_factory=list)

    def url(self, path: str = "/feed", *, host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


@contextmanager
def raw_server(say: bytes | Say, *, tls: ssl.SSLContext | None = None) -> Iterator[RawServer]:
    """Start it on a free port of this computer; ``say`` is its answer, or speaks it itself."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = RawServer(listener.getsockname()[1])
    is_over = threading.Event()

    def serve() -> None:
        while not is_over.is_set():
            with suppress(OSError):
                plain, _place = listener.accept()
                plain.settimeout(10)
                with tls.wrap_socket(plain, server_side=True) if tls else plain as connected:
                    if not (request := _request(connected)):
                        continue
                    server.requests.append(request)
                    connected.sendall(say) if isinstance(say, bytes) else say(connected)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        is_over.set()
        with suppress(OSError):  # wakes it up
            socket.create_connection(("127.0.0.1", server.port), 1).close()
        listener.close()
        thread.join(timeout=15)


def _request(connected: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received and (more := connected.recv(65_536)):
        received += more
        if received.startswith(b"\x16"):  # the beginning of a TLS handshake
            break
    return received


def answer(body: bytes = b"<feed/>", *fields: str, status: str = "200 OK") -> bytes:
    """Return an answer with its length, and further header fields."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *fields]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body
