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

    def __init__(self, *, hello: bytes, refused: bytes, goodbye_at: int, unwanted: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.hello, self.refused, self.goodbye_at = hello, refused, goodbye_at
        self.unwanted = unwanted
        self.asked = 0
        self.connections: list[list[bytes]] = []
        self.taken: list[tuple[bytes, bytes]] = []  # to whom, and what

    @property
    def texts(self) -> list[bytes]:
        return [text for _recipient, text in self.taken]


class Talk(socketserver.BaseRequestHandler):
    server: Server

    def handle(self) -> None:
        said: list[bytes] = []
        self.server.connections.append(said)
        self.request.sendall(b"220 sink\r\n")
        waiting, recipient, is_text = b"", b"", False
        while came := self.request.recv(65536):
            said.append(came)
            waiting += came
            while True:
                if is_text and waiting.startswith(b".\r\n"):
                    head, found, rest = b"", b".\r\n", waiting[3:]
                else:
                    head, found, rest = waiting.partition(b"\r\n.\r\n" if is_text else b"\r\n")
                if not found:
                    break
                waiting = rest
                answer = self._taken(recipient, head) if is_text else self._answer(head)
                is_text = answer.startswith(b"354")
                if head.startswith(b"MAIL FROM:"):
                    recipient = b""
                if head.startswith(b"RCPT TO:") and answer.startswith(b"250"):
                    recipient = head.removeprefix(b"RCPT TO:")
                self.request.sendall(answer)
                if answer.startswith(b"421"):
                    return

    def _taken(self, recipient: bytes, text: bytes) -> bytes:
        if not recipient:
            return b"554 5.5.1 No valid recipients\r\n"
        if self.server.unwanted and self.server.unwanted in recipient:
            return b"554 5.7.1 Looks like spam\r\n"
        self.server.taken.append((recipient, text))
        return b"250 taken\r\n"

    def _answer(self, line: bytes) -> bytes:
        if line.startswith(b"MAIL FROM"):
            self.server.asked += 1
            if self.server.asked == self.server.goodbye_at:
                return b"421 4.7.0 Enough for one connection\r\n"
        if self.server.refused and self.server.refused in line:
            # As RFC 2920, 3.1 allows, it waits for the text all the same.
            return b"550 5.1.1 No such user\r\n"
        if line.lower().startswith(b"ehlo"):
            return self.server.hello
        return b"354 go on\r\n" if line.startswith(b"DATA") else b"250 fine\r\n"


@contextmanager
def serving(
    *,
    hello: bytes = GROUPS,
    refused: bytes = b"",
    goodbye_at: int = 0,
    unwanted: bytes = b"",
) -> Iterator[Server]:
    """
    Run a server.

    ``refused``: a recipient. ``unwanted``: one whose text is refused. ``goodbye_at``: the message instead of which
    the connection ends.
    """
    with Server(hello=hello, refused=refused, goodbye_at=goodbye_at, unwanted=unwanted) as server:
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

    def send(server: Server, *, before_text=lambda: None, left_out=(), then=None) -> list[Outcome]:
        settings.EMAIL_PORT = server.server_address[1]
        people = [
            UserFactory(participant=turkiye, email=f"officer-{n}@tr.example") for n in range(3)
        ]
        deliveries = [
            (InboxItemFactory(recipient=person, subject=turkiye, channel="mail"), wording)
            for person in people
        ]
        outcomes = []
        with mail.opened() as mailbox:
            for number, (delivery, _wording) in enumerate(deliveries):
                if number in left_out:
                    continue
                following = next(iter(deliveries[number + 1 :]), None)
                result = mailbox.send_in_row(
                    delivery, wording, before_text=before_text, following=following
                )
                outcomes.append(result.outcome)
                if then:
                    then(mailbox)
        return outcomes

    return send


def test_a_server_that_takes_groups_is_asked_for_the_next_one_with_the_text(messages):
    with serving() as server:
        assert messages(server) == [Outcome.SENT] * 3

    (said,) = server.connections
    # The first message opens the connection and asks; each of the others is asked for behind the text before.
    asked = [each.partition(b"MAIL FROM")[::2] for each in said if b"MAIL FROM" in each]
    assert [after.split(b"\r\n")[1:] for _before, after in asked] == [
        [f"RCPT TO:<officer-{n}@tr.example>".encode(), b"DATA", b""] for n in range(3)
    ]
    assert [before.endswith(b"\r\n.\r\n") for before, _after in asked] == [False, True, True]
    assert [f"To: officer-{n}@".encode() in text for n, text in enumerate(server.texts)] == [
        True
    ] * 3


@pytest.mark.parametrize("hello", [GROUPS, b"250 sink\r\n"])
def test_before_a_text_goes_out_the_one_before_can_be_noted(messages, hello):
    arrived = []

    with serving(hello=hello) as server:
        messages(server, before_text=lambda: arrived.append(len(server.taken)))

    assert arrived == [0, 1, 2]


@pytest.mark.parametrize("hello", [GROUPS, b"250 sink\r\n"])
def test_nothing_goes_out_after_what_cannot_be_noted(messages, hello):
    def fails():
        raise ZeroDivisionError

    with serving(hello=hello) as server, pytest.raises(ZeroDivisionError):
        messages(server, before_text=fails)

    assert server.taken == []


def test_who_was_announced_and_is_not_sent_gets_nothing(messages):
    with serving() as server:
        assert messages(server, left_out={1}) == [Outcome.SENT] * 2

    # The server is left alone with its question; the third message has a connection of its own.
    assert [recipient for recipient, _text in server.taken] == [
        b"<officer-0@tr.example>",
        b"<officer-2@tr.example>",
    ]
    assert len(server.connections) == 2
    assert not any(b"QUIT" in each.upper() for each in server.connections[0])


def test_when_nothing_more_is_sent_now_the_server_does_not_wait(messages):
    with serving() as server:
        assert messages(server, left_out={1, 2}, then=lambda mailbox: mailbox.rest()) == [
            Outcome.SENT
        ]

    assert (len(server.taken), len(server.connections)) == (1, 1)


@pytest.mark.parametrize("hello", [GROUPS, b"250 sink\r\n"])
def test_a_refused_text_costs_the_next_one_nothing(messages, hello):
    with serving(hello=hello, unwanted=b"officer-1@") as server:
        assert messages(server) == [Outcome.SENT, Outcome.REFUSED, Outcome.SENT]

    assert (len(server.texts), len(server.connections)) == (2, 1)


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
