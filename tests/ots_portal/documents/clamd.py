"""A clamd that knows one signature: it speaks the real protocol (clamd(8), INSTREAM) on a real socket."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# The test file of the European Institute for Computer Antivirus Research, in two pieces: whole, it
# would have a scanner on a developer's computer remove this module.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class FakeClamd:
    """``answer`` replaces the verdict; ``scanned`` are the files it was sent."""

    def __init__(self) -> None:
        self.scanned: list[bytes] = []
        self.answer: bytes | None = None
        self.address = ""

    def verdict_on(self, content: bytes) -> bytes:
        if self.answer is not None:
            return self.answer
        return b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


@contextmanager
def fake_clamd(unix_path: str = "") -> Iterator[FakeClamd]:
    clamd = FakeClamd()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            if self.rfile.read(10) != b"zINSTREAM\0":
                self.wfile.write(b"UNKNOWN COMMAND\0")
                return
            content = b""
            while (size := struct.unpack(">I", self.rfile.read(4))[0]) > 0:
                content += self.rfile.read(size)
            clamd.scanned.append(content)
            self.wfile.write(clamd.verdict_on(content))

    if unix_path:
        server: socketserver.BaseServer = socketserver.UnixStreamServer(unix_path, Handler)
        clamd.address = f"unix://{unix_path}"
    else:
        server = socketserver.TCPServer(("127.0.0.1", 0), Handler)
        clamd.address = f"clamd://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield clamd
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
