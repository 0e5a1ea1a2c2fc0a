"""E-mail: plain text with an HTML twin, threaded, with an id that stays the same on a retry."""

import re
import secrets
import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend as SMTPBackend

from ots_portal.audit.models import AuditEntry
from ots_portal.notifications.channels.dialogue import GOES_AWAY, Dialogue, code_of, nothing
from ots_portal.notifications.channels.results import Outcome, Result
from ots_portal.notifications.models import Delivery
from ots_portal.notifications.wording import (
    Form,
    Wording,
    headers_for,
    keeps_placeholders,
    with_links,
)
from ots_portal.people.models import User
from ots_portal.plugs import Attachment

SENDER = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
# Addresses that stand in a header field as they are (RFC 5322, 3.2.3: dot-atom); others are encoded.
PLAIN_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+", re.ASCII)
LONE_LINE_END = re.compile(rb"(?<!\r)\n|\r(?!\n)")
MOST_FORMS = 100
# Unguessed: the subject stands before both, and what somebody wrote into it must not be filled in.
_ID = secrets.token_hex(16).encode()
_TO = secrets.token_hex(16).encode() + b"@link.invalid"
PERMANENT = range(500, 600)  # RFC 5321, 4.2.1: 5yz is a permanent negative reply


@dataclass(frozen=True)
class Made:
    """A message that was made ahead; None where Django makes it. Whoever changed meanwhile gets another one."""

    delivery: Delivery
    recipient: User
    wording: Wording
    message: bytes | None

    def is_of(self, delivery: Delivery, wording: Wording) -> bool:
        is_same = self.delivery is delivery and self.recipient is delivery.recipient
        return is_same and self.wording is wording


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
        self._dialogue: Dialogue | None = None
        # The message that is sent next, made already: while the one before is noted there is time for it.
        self._made: Made | None = None

    def close(self) -> None:
        """End the connection; what was asked for, and is not sent, is taken back by that."""
        dialogue, self._dialogue, self._made = self._dialogue, None, None
        try:
            if dialogue and not dialogue.is_at_rest and self._connection.connection:
                # A word of farewell would be the text of a message.
                self._connection.connection.close()
            self._connection.close()
        except (OSError, smtplib.SMTPException):
            # The server went away first; what was sent is sent.
            self._connection.connection = None

    def rest(self) -> None:
        """Nothing more is sent now: the server must not wait for a text that does not come."""
        if self._dialogue and self._dialogue.asked:
            self.close()

    def send(self, delivery: Delivery, wording: Wording) -> Result:
        return self.send_in_row(delivery, wording)

    def send_in_row(
        self,
        delivery: Delivery,
        wording: Wording,
        *,
        before_text: Callable[[], object] = nothing,
        following: tuple[Delivery, Wording] | None = None,
    ) -> Result:
        """
        Send it as one of many.

        ``before_text`` is called before the text goes over the wire. ``following`` is sent next: what can be said
        of it before its text is said already; should it not be sent, ``rest`` takes that back.
        """
        message = self._message(delivery, wording)
        self._ask(delivery, message)
        self._made = made = self._made_ahead(*following) if following else None
        next_one = (made.recipient.email, made.message) if made and made.message else None
        return self._tried(
            lambda: self._hand_over(delivery, wording, message, before_text, next_one)
        )

    def _ask(self, delivery: Delivery, message: bytes | None) -> None:
        address = delivery.recipient.email
        if (
            self._dialogue
            and self._dialogue.asked
            and (not message or self._dialogue.asked != address)
        ):
            self.close()  # somebody else was announced, who is not sent it any more
        if self._dialogue and message and not self._dialogue.asked:
            # Should the connection be lost, whoever sends the message finds out.
            with suppress(OSError, smtplib.SMTPException):
                self._dialogue.ask(address, message)

    def _made_ahead(self, delivery: Delivery, wording: Wording) -> Made | None:
        try:
            message = self._message(delivery, wording)
        except Exception:  # noqa: BLE001 -- it is made again in its turn, and told of there
            return None
        return Made(delivery, delivery.recipient, wording, message)

    def post(self, message: EmailMultiAlternatives) -> Result:
        """Send a mail that is made already."""
        return self._tried(lambda: self._connection.send_messages([message]))

    def _tried(self, hand_over: Callable[[], object]) -> Result:
        """
        Hand it over; where the server closes the connection, once more on a new one.

        Servers restart, and take so many messages from one connection: that is no try of the message. Who
        closes the second one as well wants nobody now.
        """
        result = self._tried_once(hand_over)
        if result == CLOSED_MEANWHILE or _is_closing(result):
            result = self._tried_once(hand_over)
            return replace(result, is_nobody_there=True) if _is_closing(result) else result
        return result

    def _tried_once(self, hand_over: Callable[[], object]) -> Result:
        try:
            self._connection.open()
        except (OSError, smtplib.SMTPException) as error:
            return Result(Outcome.DEFERRED, _told(error), is_nobody_there=True)
        dialogue = self._dialogue
        try:
            hand_over()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as refusal:
            if code_of(refusal) == GOES_AWAY:
                self.close()
                if _was_in_use(dialogue):
                    return CLOSED_MEANWHILE
            elif getattr(getattr(self._connection, "connection", None), "sock", None) is None:
                self.close()
            return _refused(refusal)
        except (OSError, smtplib.SMTPException) as error:
            # Whatever state this connection is in, the next message gets another one.
            self.close()
            is_closed = isinstance(error, (ConnectionError, smtplib.SMTPServerDisconnected))
            if is_closed and _was_in_use(dialogue):
                return CLOSED_MEANWHILE
            return Result(Outcome.DEFERRED, _told(error))
        except Exception:
            # A fault of ours in the middle of a dialogue: the next message begins one of its own.
            self.close()
            raise
        return Result(Outcome.SENT)

    def _hand_over(
        self,
        delivery: Delivery,
        wording: Wording,
        message: bytes | None,
        before_text: Callable[[], object],
        following: tuple[str, bytes] | None,
    ) -> None:
        if message is None:
            before_text()
            self._connection.send_messages([message_for(delivery, wording)])
            return
        self._dialogue = self._dialogue or Dialogue(self._connection.connection, sender=SENDER)
        self._dialogue.send(
            delivery.recipient.email, message, before_text=before_text, following=following
        )

    def _message(self, delivery: Delivery, wording: Wording) -> bytes | None:
        """Return the message for the wire; None where Django has to make it, or to send it."""
        if self._made and self._made.is_of(delivery, wording):
            return self._made.message
        is_plain = PLAIN_ADDRESS.fullmatch(delivery.recipient.email)
        return self._forms.bytes_for(delivery, wording) if is_plain and self._is_smtp else None

    @property
    def _is_smtp(self) -> bool:
        return isinstance(self._connection, SMTPBackend)


# A server ends a connection after so many messages or so long; the next message begins another one.
CLOSED_MEANWHILE = Result(Outcome.DEFERRED, "The connection was closed between two messages.")


def _is_closing(result: Result) -> bool:
    """Return whether the server said that it closes the connection: it has not taken the message (RFC 5321, 3.8)."""
    return result.outcome is Outcome.DEFERRED and result.detail.startswith(f"{GOES_AWAY} ")


def _was_in_use(dialogue: Dialogue | None) -> bool:
    """Return whether the connection has carried messages, and has nothing of the last one's text."""
    return dialogue is not None and dialogue.sent_count > 0 and not dialogue.has_begun_text


class Forms:
    """
    Messages as they go over the wire, made once for each wording.

    Only the lines that differ from person to person are put in: to make the whole of a message anew takes
    longer than to send it.
    """

    def __init__(self) -> None:
        self._forms: dict[int, tuple[Wording, Form | None]] = {}

    def bytes_for(self, delivery: Delivery, wording: Wording) -> bytes | None:
        """Return the recipient's message; None where its wording cannot be made in advance."""
        known = self._forms.get(id(wording))
        if known is None:
            # A batch has few wordings; one that words each message for itself would fill the memory.
            if len(self._forms) >= MOST_FORMS:
                self._forms.clear()
            known = self._forms[id(wording)] = wording, _form_of(wording, delivery.entry)
        if known[1] is None:
            return None
        own = {_TO: delivery.recipient.email.encode(), _ID: str(delivery.pk).encode()}
        return known[1].filled(delivery, own)


def _form_of(wording: Wording, entry: AuditEntry) -> Form | None:
    message = message_of(wording, to=_TO.decode(), key=_ID.decode())
    made: Any = message.message()  # Django's own class, whose as_bytes knows the line's end
    text: bytes = made.as_bytes(linesep="\r\n")
    can_stay = keeps_placeholders(text, wording) and not LONE_LINE_END.search(text)
    # Whole: a line may have 998 characters (RFC 5322, 2.1.1), and a place must not be broken.
    more = "".join(f"{name}: {value}\r\n" for name, value in headers_for(entry).items())
    return Form(more.encode("ascii") + text, places=(_TO, _ID)) if can_stay else None


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def message_for(delivery: Delivery, wording: Wording) -> EmailMultiAlternatives:
    own = replace(
        wording, text=with_links(wording.text, delivery), html=with_links(wording.html, delivery)
    )
    message = message_of(own, to=delivery.recipient.email, key=str(delivery.pk))
    fields = headers_for(delivery.entry)
    message.extra_headers |= {name: with_links(text, delivery) for name, text in fields.items()}
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


def _refused(refusal: smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException) -> Result:
    answer: bytes | str
    if isinstance(refusal, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(refusal.recipients.values()))
    else:
        code, answer = refusal.smtp_code, refusal.smtp_error
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    outcome = Outcome.REFUSED if code in PERMANENT else Outcome.DEFERRED
    return Result(outcome, f"{code} {text}"[:300])
