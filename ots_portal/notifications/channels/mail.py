"""E-mail: plain text with an HTML twin, threaded per record, with an id that stays the same on a retry."""

import smtplib
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from ots_portal.notifications.channels.results import Outcome, Result
from ots_portal.notifications.models import Delivery
from ots_portal.notifications.wording import Wording

PERMANENT = range(500, 600)  # RFC 5321, 4.2.1: 5yz is a permanent negative reply


def send(delivery: Delivery, wording: Wording) -> Result:
    message = _message(delivery, wording)
    try:
        with get_connection(fail_silently=False) as connection:
            connection.send_messages([message])
    except smtplib.SMTPRecipientsRefused as refusal:
        code, answer = next(iter(refusal.recipients.values()))
        return _refused(code, answer)
    except smtplib.SMTPResponseException as refusal:
        return _refused(refusal.smtp_code, refusal.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        return Result(Outcome.DEFERRED, f"{type(error).__name__}: {error}"[:300])
    return Result(Outcome.SENT)


def _message(delivery: Delivery, wording: Wording) -> EmailMultiAlternatives:
    host = urlsplit(settings.PORTAL_ADDRESS).hostname or "portal"
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    thread = f"<{delivery.entry.subject_type}.{delivery.entry.subject_id}@{host}>"
    message = EmailMultiAlternatives(
        subject=wording.subject,
        body=wording.text,
        to=[delivery.recipient.email],
        headers={
            # The same on every try: a receiver drops the double that a crash after "250" may make.
            "Message-ID": f"<{delivery.pk}@{host}>",
            "In-Reply-To": thread,
            "References": thread,
            "Auto-Submitted": "auto-generated",  # RFC 3834, 5
            "List-Id": f"OTS Emergency Portal <notices.{sender.partition('@')[2]}>",
            "Content-Language": delivery.recipient.language,
        },
    )
    message.attach_alternative(wording.html, "text/html")
    return message


def _refused(code: int, answer: bytes | str) -> Result:
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    outcome = Outcome.REFUSED if code in PERMANENT else Outcome.DEFERRED
    return Result(outcome, f"{code} {text}"[:300])
