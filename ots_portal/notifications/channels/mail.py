"""E-mail: plain text with an HTML twin, threaded, with an id that stays the same on a retry."""

import smtplib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from ots_portal.notifications.channels.results import Outcome, Result
from ots_portal.notifications.models import Delivery
from ots_portal.notifications.wording import Wording, headers_for, with_links
from ots_portal.people.models import User

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

    def close(self) -> None:
        try:
            self._connection.close()
        except (OSError, smtplib.SMTPException):
            # The server went away first; what was sent is sent.
            self._connection.connection = None

    def send(self, delivery: Delivery, wording: Wording) -> Result:
        return self.post(message_for(delivery, wording))

    def post(self, message: EmailMultiAlternatives) -> Result:
        try:
            self._connection.open()
        except (OSError, smtplib.SMTPException) as error:
            return Result(Outcome.DEFERRED, _told(error), is_nobody_there=True)
        try:
            self._connection.send_messages([message])
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


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def message_for(delivery: Delivery, wording: Wording) -> EmailMultiAlternatives:
    thread = message_id(f"{wording.thread.model}.{wording.thread.key}")
    return mail_of(
        delivery.pk,
        delivery.recipient,
        subject=wording.subject,
        text=with_links(wording.text, delivery),
        html=with_links(wording.html, delivery),
        headers={"In-Reply-To": thread, "References": thread, **headers_for(delivery)},
    )


def mail_of(  # noqa: PLR0913 -- a mail's parts
    key: UUID,
    recipient: User,
    *,
    subject: str,
    text: str,
    html: str,
    headers: Mapping[str, str],
) -> EmailMultiAlternatives:
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    message = EmailMultiAlternatives(
        subject=subject,
        body=text,
        to=[recipient.email],
        headers={
            # The same on every try: a receiver drops the double that a crash after "250" may make.
            "Message-ID": message_id(str(key)),
            "Auto-Submitted": "auto-generated",  # RFC 3834, 5
            "List-Id": f"OTS Emergency Portal <notices.{sender.partition('@')[2]}>",
            "Content-Language": recipient.language,
            **headers,
        },
    )
    message.attach_alternative(html, "text/html")
    return message


def message_id(name: str) -> str:
    host = urlsplit(settings.PORTAL_ADDRESS).hostname or "portal"
    return f"<{name}@{host}>"


def _refused(code: int, answer: bytes | str) -> Result:
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    outcome = Outcome.REFUSED if code in PERMANENT else Outcome.DEFERRED
    return Result(outcome, f"{code} {text}"[:300])
