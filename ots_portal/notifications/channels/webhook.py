"""Webhooks: a signed POST to an endpoint of a partner system (Standard Webhooks 1.0), and what its answer means."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation

from ots_portal import egress
from ots_portal.egress import Answered, BadAnswer, FetchFailed
from ots_portal.notifications.channels.results import Outcome, Result
from ots_portal.notifications.models import Delivery
from ots_portal.notifications.wording import headline_for, is_of_exercise
from ots_portal.plugs import Notice
from ots_portal.webhooks import signing
from ots_portal.webhooks.models import Endpoint

TIMEOUT_SECONDS = 10.0  # from the name to the last byte of the answer
ANSWER_BYTES = 64 * 1024  # so much is read …
ANSWER_KEPT = 2_000  # … and so many characters are kept
LEAVE_ME_ALONE = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
LONGEST_RETRY_AFTER = timedelta(hours=1)
SHORTEST_RETRY_AFTER = timedelta(seconds=1)


@dataclass(frozen=True)
class Posting:
    """A message as it goes out. Sending it needs no database, so that threads can do it."""

    url: str
    body: bytes
    fields: dict[str, str]


@dataclass(frozen=True)
class Reply(Result):
    """
    What came of a posting.

    ``failure`` is what went wrong, by code and details (egress.sentence_of says it in the reader's language);
    None where it arrived. ``answer`` is the beginning of what the endpoint said, fit to be stored and shown.
    ``is_gone``: it wants nothing more.
    """

    failure: dict[str, Any] | None = None
    answer: str = ""
    is_gone: bool = False


def posting_for(
    delivery: Delivery, endpoint: Endpoint, notice: Notice, record: Any, *, at: datetime
) -> Posting:
    """
    Word the message as the machine user may see the record now, and sign it.

    :raises SecretLost: when the endpoint's secret cannot be read any more
    """
    body = json.dumps(payload_of(delivery, notice, record), ensure_ascii=False).encode()
    fields = signing.signed_fields(
        delivery.pk, body, secrets_in_clear=signing.secrets_of(endpoint, at=at), at=at
    )
    return Posting(endpoint.url, body, {"Content-Type": "application/json", **fields})


def payload_of(delivery: Delivery, notice: Notice, record: Any) -> dict[str, Any]:
    """
    Return what is told: that something happened to which record, and where to read the rest.

    ``number`` is None where the record has none; ``title`` is in the language of the machine user.
    """
    entry, machine = delivery.entry, delivery.recipient
    with translation.override(machine.language), timezone.override(ZoneInfo(machine.time_zone)):
        title = headline_for(notice, entry, record, machine)
    return {
        "type": entry.kind,
        "timestamp": entry.recorded_at.isoformat().replace("+00:00", "Z"),
        "data": {
            "number": getattr(record, "number", "") or None,
            "title": title,
            "subject": {"type": entry.subject_type, "id": entry.subject_id},
            "address": settings.PORTAL_ADDRESS + record.get_absolute_url(),
            "participant": entry.participant,
            "is_alert": delivery.is_alert,
            "is_exercise": is_of_exercise(record),
        },
    }


def send(posting: Posting, *, at: datetime) -> Reply:
    """Post it once; ``at`` is now."""
    try:
        answered = egress.post(
            posting.url,
            posting.body,
            fields=posting.fields,
            max_bytes=ANSWER_BYTES,
            timeout_seconds=TIMEOUT_SECONDS,
        )
    except FetchFailed as failure:
        return Reply(Outcome.DEFERRED, str(failure), failure=_stored(failure))
    return _understood(answered, posting, at=at)


def _understood(answered: Answered, posting: Posting, *, at: datetime) -> Reply:
    """Standard Webhooks: 2xx is a receipt, 410 the end, and everything else a failure; redirects, too."""
    answer = _shown(answered.body, is_cut=answered.is_cut)
    status = answered.status
    if 200 <= status < 300:  # noqa: PLR2004 -- RFC 9110, 15.3
        return Reply(Outcome.SENT, answer=answer)
    is_redirect = 300 <= status < 400 and answered.location  # noqa: PLR2004 -- RFC 9110, 15.4
    host = urlsplit(posting.url).hostname
    failure = (
        BadAnswer("redirect", host=host, location=answered.location)
        if is_redirect
        else BadAnswer("answered", host=host, status=status)
    )
    wait = _wait(answered.retry_after, at=at) if status in LEAVE_ME_ALONE else None
    is_gone = status == HTTPStatus.GONE
    outcome = Outcome.REFUSED if is_gone else Outcome.DEFERRED
    return Reply(
        outcome,
        str(failure),
        retry_after=wait,
        failure=_stored(failure),
        answer=answer,
        is_gone=is_gone,
    )


def _stored(failure: FetchFailed) -> dict[str, Any]:
    return {"code": failure.code, "details": failure.details}


def _wait(text: str, *, at: datetime) -> timedelta | None:
    """Read a Retry-After field (RFC 9110, 10.2.3), at most an hour; None where it says nothing."""
    if text.isascii() and text.isdecimal():
        wait = timedelta(seconds=min(int(text), LONGEST_RETRY_AFTER.total_seconds()))
    else:
        try:
            wait = parsedate_to_datetime(text) - at
        except (ValueError, TypeError, OverflowError):  # no date, or one without a zone
            return None
    return min(max(wait, SHORTEST_RETRY_AFTER), LONGEST_RETRY_AFTER)


def _shown(body: bytes, *, is_cut: bool) -> str:
    """Return the beginning of an answer as text: lines stay, what cannot be shown is a mark."""
    # As many bytes as hold the characters that are kept, so that nothing large is decoded.
    text = body[: 4 * ANSWER_KEPT].decode("utf-8", errors="replace")
    kept = "".join(
        letter if letter.isprintable() or letter == "\n" else "�"
        for letter in text.replace("\r\n", "\n").replace("\t", " ")[:ANSWER_KEPT]
    ).strip()
    is_shortened = is_cut or len(text) > ANSWER_KEPT or len(body) > 4 * ANSWER_KEPT
    return f"{kept}…" if is_shortened else kept
