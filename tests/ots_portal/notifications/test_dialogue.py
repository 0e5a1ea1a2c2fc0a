"""Many messages over one connection: in groups where the server takes them, and on to another connection."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ots_portal.notifications.channels import mail
from ots_portal.notifications.channels.results import Outcome
from ots_portal.notifications.wording import Wording
from ots_portal.plugs import Thread
from tests.factories.notifications import InboxItemFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
GROUPS = b"250-sink\r\n250 PIPELINING\r\n"


class Server(socketserver.ThreadingTCPServer):
    """Answers as it was told, and keeps what was said: one entry for each time that something came."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, *, hello: bytes, refused: bytes, goodbye_at: int) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.hello, self.refused, self.goodbye_at = hello, refused, goodbye_at
        self.asked = 0
        self.connections: list[list[bytes]] = []

    @property
    def texts(self) -> list[bytes]:
        return [said for talk in self.connections for said in talk if b"Subject:" in said]


class Talk(socketserver.BaseRequestHandler):
    server: Server

    def handle(self) -> None:
        said: list[bytes] = []
        self.server.connections.append(said)
        self.request.sendall(b"220 sink\r\n")
        while came := self.request.recv(65536):
            said.append(came)
            if b"\r\n.\r\n" in came or came == b".\r\n":
                self.request.sendall(b"250 taken\r\n")
                continue
            for line in came.splitlines(keepends=True):
                if line.startswith((b"Subject:", b"List-", b"Content-")):
                    while not said[-1].endswith(b"\r\n.\r\n"):
                        said[-1] += self.request.recv(65536)
                    self.request.sendall(b"250 taken\r\n")
                    break
                answer = self._answer(line)
                self.request.sendall(answer)
                if answer.startswith(b"421"):
                    return

    def _answer(self, line: bytes) -> bytes:
        if line.startswith(b"MAIL FROM"):
            self.server.asked += 1
            if self.server.asked == self.server.goodbye_at:
                return b"421 4.7.0 Enough for one connection\r\n"
        if self.server.refused and self.server.refused in line:
            return b"550 5.1.1 No such user\r\n"
        if line.lower().startswith(b"ehlo"):
            return self.server.hello
        return b"354 go on\r\n" if line.startswith(b"DATA") else b"250 fine\r\n"


@contextmanager
def serving(
    *, hello: bytes = GROUPS, refused: bytes = b"", goodbye_at: int = 0
) -> Iterator[Server]:
    """``refused``: a recipient. ``goodbye_at``: the message instead of which the connection ends."""
    with Server(hello=hello, refused=refused, goodbye_at=goodbye_at) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def messages(settings, turkiye):
    """Call it with a server; it gives three messages and an open mailbox."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT = "127.0.0.1", False, 5
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    wording = Wording("Flood", "First\n.second\n", "<p>Flood</p>", Thread("a.record", "1"))

    def send(server: Server) -> list[Outcome]:
        settings.EMAIL_PORT = server.server_address[1]
        people = [
            UserFactory(participant=turkiye, email=f"officer-{n}@tr.example") for n in range(3)
        ]
        outcomes = []
        with mail.opened() as mailbox:
            for person in people:
                delivery = InboxItemFactory(recipient=person, subject=turkiye, channel="mail")
                mailbox.begin(delivery, wording)
                outcomes.append(mailbox.send(delivery, wording).outcome)
        return outcomes

    return send


def test_a_server_that_takes_groups_is_asked_in_one_go(messages):
    with serving() as server:
        assert messages(server) == [Outcome.SENT] * 3

    (said,) = server.connections
    asked = [each for each in said if each.startswith(b"MAIL FROM")]
    # The first message opens the connection and asks; all three ask in one piece.
    assert [each.split(b"\r\n")[1:] for each in asked] == [
        [f"RCPT TO:<officer-{n}@tr.example>".encode(), b"DATA", b""] for n in range(3)
    ]


def test_any_other_is_asked_one_by_one(messages):
    with serving(hello=b"250 sink\r\n") as server:
        assert messages(server) == [Outcome.SENT] * 3

    (said,) = server.connections
    assert said.count(b"DATA\r\n") == 3
    assert b"RCPT TO:<officer-2@tr.example>\r\n" in said


def test_a_line_that_begins_with_a_dot_gets_another_one(messages):
    with serving() as server:
        messages(server)

    assert len(server.texts) == 3
    assert all(b"\r\n..second\r\n" in text for text in server.texts)


@pytest.mark.parametrize("hello", [GROUPS, b"250 sink\r\n"])
def test_a_refused_address_gets_nothing_and_the_next_its_message(messages, hello):
    with serving(hello=hello, refused=b"RCPT TO:<officer-1@") as server:
        assert messages(server) == [Outcome.SENT, Outcome.REFUSED, Outcome.SENT]

    (said,) = server.connections
    assert len(server.texts) == 2
    # Where the server waits for the text all the same, it gets none.
    assert (b".\r\n" in said) == (hello == GROUPS)


def test_a_server_that_ends_the_connection_between_two_messages_costs_no_try(messages):
    with serving(goodbye_at=2) as server:
        assert messages(server) == [Outcome.SENT] * 3

    assert (len(server.connections), len(server.texts)) == (2, 3)
