"""
Many messages over one connection to a mail server, with as few waits as the server allows.

``smtplib`` opens the connection, signs in and knows what the server can do; from there on each message is
asked for in one go where the server takes commands in groups (PIPELINING, RFC 2920), and one by one elsewhere.
"""

import smtplib
from collections.abc import Callable
from typing import Any

LONGEST_LINE = 8192
# RFC 5321, 4.3.2
DONE = 250
GOOD_RECIPIENT = (250, 251)
GO_ON = 354
GOES_AWAY = 421

Reply = tuple[int, bytes]


def nothing() -> None:
    """Nothing has to be done."""


class Dialogue:
    """What is said on an open connection; the exceptions are those of ``smtplib``."""

    def __init__(self, server: smtplib.SMTP, *, sender: str) -> None:
        server.ehlo_or_helo_if_needed()
        self._server, self._sender = server, sender
        self._takes_groups = server.has_extn("pipelining")
        self._takes_size = server.has_extn("size")
        self._asked: str | None = None
        self._is_under_way = False
        self.sent_count = 0
        # From here on nobody knows whether the server has the message, unless it says so.
        self.has_begun_text = False

    @property
    def asked(self) -> str | None:
        """Whom the server has been told of, whose text has not been said yet; only an end takes that back."""
        return self._asked

    @property
    def is_at_rest(self) -> bool:
        """Whether the server expects a command: while it waits for a text, every word would be that text's."""
        return self._asked is None and not self._is_under_way

    def ask(self, recipient: str, message: bytes) -> None:
        """Say what comes next, without waiting for the answer: ``send`` reads it."""
        self._say(self._envelope(recipient, message))
        self._asked = recipient

    def send(
        self,
        recipient: str,
        message: bytes,
        *,
        before_text: Callable[[], object] = nothing,
        following: tuple[str, bytes] | None = None,
    ) -> None:
        """
        Hand over a message of lines that end with CRLF.

        ``before_text`` is called when the server waits for the text. ``following``: recipient and message that are
        sent next; a server that takes groups is asked for them in one piece with this one's text.

        :raises SMTPSenderRefused, SMTPRecipientsRefused, SMTPDataError: with the server's answer
        :raises SMTPServerDisconnected, OSError: when the connection is of no use any more
        """
        self.has_begun_text = False
        if self._asked != recipient:
            assert self._asked is None, "what was asked for last is sent first"
            self.ask(recipient, message)
        self._asked, self._is_under_way = None, True
        if self._takes_groups:
            refusal = self._refusal_in_group(recipient)
        else:
            refusal = self._refusal_one_by_one(recipient)
        if refusal is None:
            before_text()
            self.has_begun_text = True
            self._say_text(message, following if self._takes_groups else None)
            code, answer = self._reply()
            if code == DONE:
                self.sent_count += 1
                self._is_under_way = False
                return
            refusal = smtplib.SMTPDataError(code, answer)
        self._begin_anew(refusal)
        self._is_under_way = False
        raise refusal

    def _say_text(self, message: bytes, following: tuple[str, bytes] | None) -> None:
        # RFC 5321, 4.5.2: a line that begins with a dot gets another one.
        text = message.replace(b"\r\n.", b"\r\n..") if b"\r\n." in message else message
        end = b".\r\n" if text.endswith(b"\r\n") else b"\r\n.\r\n"
        # RFC 2920, 3.1: the next message may be begun in the same group as the end of this one.
        self._say(text + end + (self._envelope(*following) if following else b""))
        self._asked = following[0] if following else None

    def _envelope(self, recipient: str, message: bytes) -> bytes:
        size = f" SIZE={len(message)}" if self._takes_size else ""
        more = f"RCPT TO:<{recipient}>\r\nDATA\r\n" if self._takes_groups else ""
        return f"MAIL FROM:<{self._sender}>{size}\r\n{more}".encode("ascii")

    def _refusal_one_by_one(self, recipient: str) -> smtplib.SMTPException | None:
        mail = self._reply()
        if mail[0] != DONE:
            return smtplib.SMTPSenderRefused(*mail, self._sender)
        self._say(f"RCPT TO:<{recipient}>\r\n".encode("ascii"))
        taken = self._reply()
        if taken[0] not in GOOD_RECIPIENT:
            return smtplib.SMTPRecipientsRefused({recipient: taken})
        self._say(b"DATA\r\n")
        data = self._reply()
        return None if data[0] == GO_ON else smtplib.SMTPDataError(*data)

    def _refusal_in_group(self, recipient: str) -> smtplib.SMTPException | None:
        mail = self._reply()
        if mail[0] == GOES_AWAY:
            return smtplib.SMTPSenderRefused(*mail, self._sender)
        taken, data = self._reply(), self._reply()
        refusal: smtplib.SMTPException
        if mail[0] != DONE:
            refusal = smtplib.SMTPSenderRefused(*mail, self._sender)
        elif taken[0] not in GOOD_RECIPIENT:
            refusal = smtplib.SMTPRecipientsRefused({recipient: taken})
        elif data[0] != GO_ON:
            return smtplib.SMTPDataError(*data)
        else:
            return None
        if data[0] == GO_ON:
            # RFC 2920, 3.1: a server may wait for the text all the same; it gets none, for nobody.
            self._say(b".\r\n")
            self._reply()
        return refusal

    def _begin_anew(self, refusal: smtplib.SMTPException) -> None:
        if code_of(refusal) == GOES_AWAY:
            self._server.close()
            return
        if self._asked is not None:
            return  # the next message is begun already, which ends this one as well
        try:
            self._say(b"RSET\r\n")
            self._reply()
        except (OSError, smtplib.SMTPException):
            # It closed the connection after its answer, which counts all the same.
            self._server.close()

    def _say(self, text: bytes) -> None:
        if self._server.sock is None:
            raise smtplib.SMTPServerDisconnected("please run connect() first")
        self._server.sock.sendall(text)

    def _reply(self) -> Reply:
        answers: Any = self._server.file  # smtplib's own reader of the connection
        texts = []
        while True:
            line = answers.readline(LONGEST_LINE + 1)
            if not line:
                raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
            texts.append(line[4:].strip())
            if not line[:3].isdigit() or len(line) > LONGEST_LINE:
                raise smtplib.SMTPServerDisconnected(f"No answer of a mail server: {line[:50]!r}")
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(texts)


def code_of(refusal: smtplib.SMTPException) -> int | None:
    """Return the code of the server's answer; None where there is none."""
    if isinstance(refusal, smtplib.SMTPRecipientsRefused):
        return int(next(iter(refusal.recipients.values()))[0])
    return int(refusal.smtp_code) if isinstance(refusal, smtplib.SMTPResponseException) else None
