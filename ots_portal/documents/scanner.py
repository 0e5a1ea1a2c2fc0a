"""
Asking clamd whether a file carries malware: its INSTREAM command over TCP or a Unix socket.

Source: clamd(8), "INSTREAM": chunks, each with its length as four bytes in network order, until one of
length zero; commands that begin with "z" end with NUL, and so do their answers.
"""

import socket
import struct
from collections.abc import Iterable
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 30
LONGEST_ANSWER_BYTES = 4096
LONGEST_NAME = 100


class ScannerFailed(Exception):
    """The scanner gave no verdict; the file stays where it is and is tried again."""


def scan(address: str, chunks: Iterable[bytes]) -> str:
    """
    Return the name of the malware in the file, "" where there is none.

    ``address`` is ``clamd://host:port`` or ``unix:///path/of/the/socket``.

    :raises ScannerFailed: where it cannot be reached, or answers neither OK nor FOUND
    """
    try:
        with _connected(address) as connection:
            connection.sendall(b"zINSTREAM\0")
            for chunk in chunks:
                if chunk:  # length zero would end the stream
                    connection.sendall(struct.pack(">I", len(chunk)) + chunk)
            connection.sendall(struct.pack(">I", 0))
            return _verdict(_answer(connection))
    except OSError as error:
        raise ScannerFailed(type(error).__name__) from error


def _connected(address: str) -> socket.socket:
    place = urlsplit(address)
    if place.scheme == "clamd" and place.hostname:
        return socket.create_connection((place.hostname, place.port or 3310), TIMEOUT_SECONDS)
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(TIMEOUT_SECONDS)
    try:
        connection.connect(place.path)
    except OSError:
        connection.close()
        raise
    return connection


def is_address(text: str) -> bool:
    """Return whether it is something that ``scan`` can connect to."""
    place = urlsplit(text)
    return bool(
        (place.scheme == "clamd" and place.hostname) or (place.scheme == "unix" and place.path)
    )


def _answer(connection: socket.socket) -> str:
    answer = b""
    while b"\0" not in answer and len(answer) < LONGEST_ANSWER_BYTES:
        received = connection.recv(LONGEST_ANSWER_BYTES)
        if not received:
            break
        answer += received
    return answer.partition(b"\0")[0].decode("ascii", "replace").strip()


def _verdict(answer: str) -> str:
    """Read "stream: OK" or "stream: Eicar-Signature FOUND"; anything else is no verdict."""
    said = answer.removeprefix("stream: ")
    if said == answer:
        raise ScannerFailed(answer[:LONGEST_NAME])
    if said == "OK":
        return ""
    name, _space, word = said.rpartition(" ")
    if word != "FOUND" or not name:
        raise ScannerFailed(said[:LONGEST_NAME])
    return "".join(letter for letter in name if letter.isprintable())[:LONGEST_NAME] or "?"
