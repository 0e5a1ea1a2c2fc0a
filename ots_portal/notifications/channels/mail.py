"""E-mail: plain text with an HTML twin, threaded, with an id that stays the same on a retry."""

import re
import secrets
import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from ots_portal.notifications.channels.results import Outcome, Result
from ots_portal.notifications.models import Delivery
from ots_portal.notifications.wording import (
    Wording,
    headers_for,
    keeps_placeholders,
    links_into,
    with_links,
)
from ots_portal.plugs import Attachment

SENDER = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
# Addresses that stand in a header field as they are (RFC 5322, 3.2.3: dot-atom); others are encoded.
PLAIN_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+", re.ASCII)
MOST_FORMS = 100
# Unguessed: the subject stands before both, and what somebody wrote into it must not be filled in.
_ID = secrets.token_hex(16).encode()
_TO = secrets.token_hex(16).encode() + b"@link.invalid"
PERMANENT = range(500, 600)  # RFC 5321, 4.2.1: 5yz is a permanent negative reply


@contextmanager
def opened() -> Iterator["Mailbox"]:
    """Keep one connection for several messages; it is opened with the first."""
    mailbox = Mailbox()
    try:
        yield mailbox
    finally:
        mailbox.close()


class Mailbox:
    """A connection to the mail server that is opened when needed and again after a fault."""

    def __init__(self) -> None:
        self._connection: Any = get_connection(fail_silently=False)
        self._forms = Forms()

    def close(self) -> None:
        try:
            self._connection.close()
        except (OSError, smtplib.SMTPException):
            # The server went away first; what was sent is sent.
            self._connection.connection = None

    def send(self, delivery: Delivery, wording: Wording) -> Result:
        return self._tried(lambda: self._hand_over(delivery, wording))

    def post(self, message: EmailMultiAlternatives) -> Result:
        """Send a mail that is made already."""
        return self._tried(lambda: self._connection.send_messages([message]))

    def _tried(self, hand_over: Callable[[], object]) -> Result:
        try:
            self._connection.open()
        except (OSError, smtplib.SMTPException) as error:
            return Result(Outcome.DEFERRED, _told(error), is_nobody_there=True)
        try:
            hand_over()
        except smtplib.SMTPRecipientsRefused as refusal:
            code, answer = next(iter(refusal.recipients.values()))
            return _refused(code, answer)
        except smtplib.SMTPResponseException as refusal:
            return _refused(refusal.smtp_code, refusal.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            # Whatever state this connection is in, the next message gets another one.
            self.close()
            return Result(Outcome.DEFERRED, _told(error))
        return Result(Outcome.SENT)

    def _hand_over(self, delivery: Delivery, wording: Wording) -> None:
        address = delivery.recipient.email
        server = getattr(self._connection, "connection", None)
        if isinstance(server, smtplib.SMTP) and PLAIN_ADDRESS.fullmatch(address):
            ready = self._forms.bytes_for(delivery, wording)
            if ready is not None:
                server.sendmail(SENDER, [address], ready)
                return
        self._connection.send_messages([message_for(delivery, wording)])


class Forms:
    """
    Messages as they go over the wire, made once for each wording.

    Only the lines that differ from person to person are put in: to make the whole of a message anew takes
    longer than to send it.
    """

    def __init__(self) -> None:
        self._forms: dict[int, tuple[Wording, bytes | None]] = {}

    def bytes_for(self, delivery: Delivery, wording: Wording) -> bytes | None:
        """Return the recipient's message; None where its wording cannot be made in advance."""
        known = self._forms.get(id(wording))
        if known is None:
            # A batch has few wordings; one that words each message for itself would fill the memory.
            if len(self._forms) >= MOST_FORMS:
                self._forms.clear()
            known = self._forms[id(wording)] = wording, _form_of(wording)
        if known[1] is None:
            return None
        text = known[1].replace(_TO, delivery.recipient.email.encode(), 1)
        text = text.replace(_ID, str(delivery.pk).encode(), 1)
        more = "".join(f"{name}: {value}\r\n" for name, value in headers_for(delivery).items())
        return more.encode("ascii") + links_into(text, delivery)


def _form_of(wording: Wording) -> bytes | None:
    message = message_of(wording, to=_TO.decode(), key=_ID.decode())
    made: Any = message.message()  # Django's own class, whose as_bytes knows the line's end
    text: bytes = made.as_bytes(linesep="\r\n")
    return text if keeps_placeholders(text, wording) else None


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def message_for(delivery: Delivery, wording: Wording) -> EmailMultiAlternatives:
    own = replace(
        wording, text=with_links(wording.text, delivery), html=with_links(wording.html, delivery)
    )
    message = message_of(own, to=delivery.recipient.email, key=str(delivery.pk))
    message.extra_headers |= headers_for(delivery)
    return message


def message_of(wording: Wording, *, to: str, key: str) -> EmailMultiAlternatives:
    host = urlsplit(settings.PORTAL_ADDRESS).hostname or "portal"
    thread = f"<{wording.thread.model}.{wording.thread.key}@{host}>"
    message = EmailMultiAlternatives(
        subject=wording.subject,
        body=wording.text,
        to=[to],
        headers={
            # The same on every try: a receiver drops the double that a crash after "250" may make.
            "Message-ID": f"<{key}@{host}>",
            "In-Reply-To": thread,
            "References": thread,
            "Auto-Submitted": "auto-generated",  # RFC 3834, 5
            "List-Id": f"OTS Emergency Portal <notices.{SENDER.partition('@')[2]}>",
            "Content-Language": wording.language,
        },
    )
    message.attach_alternative(wording.html, "text/html")
    for attachment in wording.attachments:
        message.attach(_part_of(attachment))
    return message


def _part_of(attachment: Attachment) -> MIMEBase:
    part = MIMEBase(*attachment.content_type.split("/", 1))
    part.set_payload(attachment.content)
    encode_base64(part)
    for name, value in attachment.parameters.items():
        part.set_param(name, value)
    part.add_header("Content-Disposition", "attachment", filename=attachment.name)
    return part


def _refused(code: int, answer: bytes | str) -> Result:
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    outcome = Outcome.REFUSED if code in PERMANENT else Outcome.DEFERRED
    return Result(outcome, f"{code} {text}"[:300])
