"""
A mail server that takes everything and keeps nothing, as fast as one process of Python can.

    python -m tests.bench.mail_sink PORT

With ``--groups`` it takes commands in groups, as Postfix, Exim and Exchange do (PIPELINING, RFC 2920).
With ``--times FILE`` it notes when each message came: seconds since the epoch, and its Message-ID.
"""

import argparse
import asyncio
import time
from typing import TextIO


class Sink(asyncio.Protocol):
    """Speaks as much of RFC 5321 as a sending client needs."""

    times: TextIO | None = None
    hello = b"250 sink\r\n"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._waiting, self._is_data = transport, b"", False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        while self._waiting:
            end = b"\r\n.\r\n" if self._is_data else b"\r\n"
            head, found, rest = self._waiting.partition(end)
            if not found:
                return
            self._waiting = rest
            self._transport.write(self._taken(head) if self._is_data else self._answer(head))

    def _taken(self, message: bytes) -> bytes:
        self._is_data = False
        if self.times:
            _before, _name, after = message.partition(b"Message-ID: ")
            self.times.write(f"{time.time()} {after[:80].split()[0].decode()}\n")
            self.times.flush()
        return b"250 taken\r\n"

    def _answer(self, command: bytes) -> bytes:
        verb = command[:4].upper()
        if verb == b"DATA":
            self._is_data = True
            return b"354 go on\r\n"
        if verb == b"QUIT":
            return b"221 bye\r\n"
        return self.hello if verb == b"EHLO" else b"250 sink\r\n"


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("--groups", action="store_true")
    parser.add_argument("--times", type=argparse.FileType("w"))
    options = parser.parse_args()
    Sink.times = options.times
    if options.groups:
        Sink.hello = b"250-sink\r\n250 PIPELINING\r\n"
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", options.port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
