"""
What happens to an alert that comes in: refused, repeated, held in quarantine, or accepted.

Nothing of it is published without a person. Reading and measuring come before the transaction: a large
polygon keeps nobody waiting.
"""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from incidents.formats import cap
from incidents.formats.cap.areas import as_geojson
from incidents.models import Incident, KnownSender, ReceivedAlert
from incidents.queries import incidents as incident_queries
from incidents.queries import received_alerts as queries
from incidents.rules import received_alerts as rules
from incidents.services import known_senders
from incidents.services.cap_identity import is_ours
from incidents.services.received_content import content_of, countries_of, gravest, headline_of
from incidents.statuses import HELD, RECEIVED_ALERTS, ReceivedAlertStatus
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import User
from ots_portal.verdicts import require

# Some senders write their local time as if it were UTC: hours ahead is odd, days ahead is wrong.
ODDLY_AHEAD, WRONGLY_AHEAD = timedelta(minutes=10), timedelta(hours=24)


class Outcome(models.TextChoices):
    """What became of a message that came in."""

    ACCEPTED = "accepted", pgettext_lazy("received alert", "Accepted")
    QUARANTINED = "quarantined", pgettext_lazy("received alert", "In quarantine")
    REPEATED = "repeated", pgettext_lazy("received alert", "Taken in before")
    REFUSED = "refused", pgettext_lazy("received alert", "Refused")


@dataclass(frozen=True)
class Answer:
    """``sentences`` say why it was refused or held back, and what was mended; ``alert`` is None when refused."""

    outcome: Outcome
    alert: ReceivedAlert | None = None
    sentences: tuple[str, ...] = ()


def take_in(content: bytes, *, source: str, by: User | None, at: datetime) -> Answer:
    """
    Take one CAP message in; the same one twice changes nothing and tells nobody.

    Unless the first one is held, and who brings it now speaks for its sender: then it is accepted.

    ``source`` is file, page, api or feed; ``by`` is None where a job brings it.

    :raises Refused: unless ``rules.may_take_in``
    """
    if by:
        require(rules.may_take_in(by))
    try:
        message = cap.read(content)
        _require_possible(message, at=at)
    except cap.FormatError as error:
        return _refused(error.sentences, content=content, source=source, by=by, at=at)
    received = _made(message, content, source=source, by=by, at=at)
    return _kept(received, by=by, at=at)


def _require_possible(message: cap.Alert, *, at: datetime) -> None:
    """:raises FormatError: for a message from the far future, and one that pretends to be ours"""
    if message.sent > at + WRONGLY_AHEAD:
        why = _("The element “sent” lies more than a day in the future: check the sender’s clock.")
        raise cap.FormatError([cap.Problem(why)])
    if is_ours(message.sender):
        why = _("The sender “%(sender)s” is this portal: what it sends is not taken in again.") % {
            "sender": message.sender
        }
        raise cap.FormatError([cap.Problem(why)])


def _refused(
    sentences: tuple[str, ...], *, content: bytes, source: str, by: User | None, at: datetime
) -> Answer:
    """Answer with the sentences; the audit keeps that it happened, never what was in the file."""
    if by:
        record(
            "incidents.received_alert.refused",
            subject=by,
            by=by,
            at=at,
            source=source,
            sha256=hashlib.sha256(content).hexdigest(),
            problem_count=len(sentences),
        )
    return Answer(Outcome.REFUSED, sentences=sentences)


def _made(
    message: cap.Alert, content: bytes, *, source: str, by: User | None, at: datetime
) -> ReceivedAlert:
    """Return the row, not yet in the database: without a query."""
    warnings = list(message.warnings)
    if message.sent > at + ODDLY_AHEAD:
        warnings.append(_("The alert says that it was sent in the future."))
    shapes = message.shapes
    return ReceivedAlert(
        identifier=message.identifier,
        sender=message.sender,
        sent_at=message.sent,
        sent_text=cap.as_cap_time(message.sent),
        cap_status=message.status,
        message_type=message.msg_type,
        scope=message.scope,
        references=[
            [reference.sender, reference.identifier, reference.sent.isoformat()]
            for reference in message.references
        ],
        headline=headline_of(message),
        severity=gravest(message.infos),
        expires_at=message.expires,
        countries=countries_of(shapes),
        area=as_geojson(shapes),
        content=content_of(message),
        warnings=warnings,
        xml=cap.text_of(content),
        digest=hashlib.sha256(content).hexdigest(),
        signature="present" if message.is_signed else "absent",
        source=source,
        received_at=at,
        received_by=by,
        updated_at=at,
    )


def _kept(received: ReceivedAlert, *, by: User | None, at: datetime) -> Answer:
    try:
        return _placed(received, by=by, at=at)
    except (IntegrityError, _Faster):
        # Somebody else brought the same message, or decided about it, in this very moment: that is seen now.
        return _placed(received, by=by, at=at)


class _Faster(Exception):
    """The message in quarantine was released or put aside by somebody else."""


@transaction.atomic
def _placed(received: ReceivedAlert, *, by: User | None, at: datetime) -> Answer:
    known = queries.named_alike(received)
    doubt = _doubt(received.sender, queries.known_sender(received.sender), by=by)
    if not known:
        return _stored(received, doubt, by=by, at=at)
    if doubt or any(one.status not in HELD for one in known):
        return _repeated(known[0], received)
    return _vouched_for(known, received, by=by, at=at)


def _repeated(known: ReceivedAlert, received: ReceivedAlert) -> Answer:
    sentences = []
    if known.digest != received.digest:
        sentences.append(
            _("A message of this name came in before with another content: that one stays.")
        )
    return Answer(Outcome.REPEATED, known, tuple(sentences))


def _vouched_for(
    held: Sequence[ReceivedAlert], received: ReceivedAlert, *, by: User | None, at: datetime
) -> Answer:
    """
    Accept what so far was held, now that somebody who speaks for its sender brings it.

    The same content is released by that. What waits under its name with another content is put aside: whoever
    brings something in a sender's name keeps that name from nobody.
    """
    same = held[0] if held[0].digest == received.digest else None
    if same and same.status == ReceivedAlertStatus.IGNORED:
        why = _("The secretariat has put this message aside: it is not taken in again.")
        return Answer(Outcome.REPEATED, same, (why,))
    answer = (
        _released(same, received, by=by, at=at) if same else _stored(received, "", by=by, at=at)
    )
    for other in held:
        if other != same and other.status == ReceivedAlertStatus.QUARANTINED:
            _put_aside(other, answer, at=at)
    return answer


def _released(
    held: ReceivedAlert, received: ReceivedAlert, *, by: User | None, at: datetime
) -> Answer:
    """Release it; who brought it first, how and when stays with it."""
    try:
        alert = _take_step(
            held, "release", by=by, at=at, source=received.source, sha256=received.digest
        )
    except WrongStatus as error:
        raise _Faster from error
    _take_effect(alert, at=at)
    said = _("It was in quarantine and is released: who brings it now speaks for its sender.")
    return Answer(Outcome.ACCEPTED, alert, (said, *received.warnings))


def _put_aside(held: ReceivedAlert, answer: Answer, *, at: datetime) -> None:
    assert answer.alert is not None
    changes = {"replaced_by": answer.alert}
    with suppress(WrongStatus):  # the secretariat was faster
        _take_step(held, "ignore", by=None, at=at, changes=changes, sha256=held.digest)


def _stored(received: ReceivedAlert, doubt: str, *, by: User | None, at: datetime) -> Answer:
    """Keep it: in quarantine where there is a doubt, else accepted."""
    received.status = ReceivedAlertStatus.QUARANTINED if doubt else ReceivedAlertStatus.ACCEPTED
    received.save(force_insert=True)
    record(
        "incidents.received_alert.quarantined" if doubt else "incidents.received_alert.accepted",
        subject=received,
        by=by,
        at=at,
        source=received.source,
        sha256=received.digest,
    )
    if doubt:
        return Answer(Outcome.QUARANTINED, received, (doubt, *received.warnings))
    _take_effect(received, at=at)
    return Answer(Outcome.ACCEPTED, received, tuple(received.warnings))


def _doubt(sender: str, known: KnownSender | None, *, by: User | None) -> str:
    """Return why the message is held back; "" where its sender is known and its bringer speaks for it."""
    if known is None:
        return _("The sender “%(sender)s” is not on the list of known senders.") % {
            "sender": sender
        }
    if by is None or rules.may_vouch_for(by, known):
        return ""
    return _("You do not speak for the sender “%(sender)s”: the secretariat looks at it first.") % {
        "sender": sender
    }


# ── what one message does to another ─────────────────────────────────────────────────────────────


def _take_effect(alert: ReceivedAlert, *, at: datetime) -> None:
    """Replace what the message names; and where its own successor came first, stand back at once."""
    for earlier in queries.replaced_by_message(alert):
        _replace(earlier, alert, at=at)
    if successor := queries.replacing_message(alert):
        _replace(alert, successor, at=at)
    alert.refresh_from_db()


def _replace(earlier: ReceivedAlert, alert: ReceivedAlert, *, at: datetime) -> None:
    """Let a later message of the same sender take an earlier one's place, and its incident."""
    if earlier.status not in queries.STANDING:
        return
    step = cancel if alert.message_type == "Cancel" else supersede
    try:
        step(earlier, replaced_by=alert, at=at)
    except WrongStatus:  # another update was faster, or its time was over
        return
    inherits = earlier.incident_id and alert.message_type in queries.WARNINGS
    if inherits and alert.status == ReceivedAlertStatus.ACCEPTED:
        _take_step(alert, "link", by=None, at=at, changes={"incident_id": earlier.incident_id})


_take_step = partial(lifecycle.take_step, lifecycle=RECEIVED_ALERTS)


def supersede(alert: ReceivedAlert, *, replaced_by: ReceivedAlert, at: datetime) -> ReceivedAlert:
    """
    Mark the alert as replaced by an update of its sender.

    :raises WrongStatus: unless it is accepted or linked
    """
    return _take_step(alert, "supersede", by=None, at=at, changes={"replaced_by": replaced_by})


def cancel(alert: ReceivedAlert, *, replaced_by: ReceivedAlert, at: datetime) -> ReceivedAlert:
    """
    Mark the alert as cancelled by its sender.

    :raises WrongStatus: unless it is accepted or linked
    """
    return _take_step(alert, "cancel", by=None, at=at, changes={"replaced_by": replaced_by})


def expire(alert: ReceivedAlert, *, at: datetime) -> ReceivedAlert:
    """
    Mark the alert as over.

    :raises WrongStatus: unless it is accepted or linked
    """
    return _take_step(alert, "expire", by=None, at=at)


def expire_due(*, at: datetime) -> int:
    """Expire whatever is over; return how many."""
    return sum(_expired(alert, at=at) for alert in list(queries.due(at=at)[:500]))


def _expired(alert: ReceivedAlert, *, at: datetime) -> bool:
    try:
        expire(alert, at=at)
    except WrongStatus:  # an update was faster
        return False
    return True


# ── what people do with it ───────────────────────────────────────────────────────────────────────


@transaction.atomic
def release(
    alert: ReceivedAlert,
    *,
    by: User,
    at: datetime,
    trust_sender: bool = False,
    sender_name: str = "",
) -> ReceivedAlert:
    """
    Take the alert out of quarantine; with ``trust_sender`` its sender is known from now on.

    :raises Refused: unless ``rules.may_release``
    :raises WrongStatus: unless it is in quarantine, and when another message of its name was accepted since
    """
    require(rules.may_release(by, alert))
    if trust_sender and queries.known_sender(alert.sender) is None:
        name = sender_name or alert.sender
        known_senders.add(alert.sender, name=name, participant=None, by=by, at=at)
    try:
        with transaction.atomic():
            _take_step(alert, "release", by=by, at=at)
    except IntegrityError as error:
        why = _("Another message of this name has been accepted: this one can only be ignored.")
        raise WrongStatus(why) from error
    _take_effect(alert, at=at)
    return alert


def ignore(alert: ReceivedAlert, *, by: User, at: datetime) -> ReceivedAlert:
    """
    Put the alert aside.

    :raises Refused: unless ``rules.may_ignore``
    :raises WrongStatus: unless it is in quarantine or accepted
    """
    require(rules.may_ignore(by, alert))
    return _take_step(alert, "ignore", by=by, at=at)


def link(alert: ReceivedAlert, *, incident: UUID, by: User, at: datetime) -> ReceivedAlert:
    """
    Say that the alert is about an incident.

    :raises Refused: unless ``rules.may_link_to``
    :raises ValidationError: when there is no such incident, or it is not open to the person
    :raises WrongStatus: unless it is accepted
    """
    require(rules.may_link(by, alert))
    found = incident_queries.visible_to(by).filter(pk=incident).first()
    if found is None:
        sentence = _("There is no such incident, or it is not open to you.")
        raise ValidationError({"incident": sentence})
    return link_to(alert, found, by=by, at=at)


def link_to(alert: ReceivedAlert, incident: Incident, *, by: User, at: datetime) -> ReceivedAlert:
    """
    Link the alert to an incident that is at hand.

    :raises Refused: unless ``rules.may_link_to``
    :raises WrongStatus: unless it is accepted
    """
    require(rules.may_link_to(by, alert, incident))
    slug = incident.participant_id
    return _take_step(alert, "link", by=by, at=at, participant=slug, changes={"incident": incident})


def unlink(alert: ReceivedAlert, *, by: User, at: datetime) -> ReceivedAlert:
    """
    Say that the alert is about something else.

    :raises Refused: unless ``rules.may_unlink``
    :raises WrongStatus: unless it is linked
    """
    require(rules.may_unlink(by, alert))
    changes: dict[str, Any] = {"incident": None}
    return _take_step(alert, "unlink", by=by, at=at, changes=changes)


def outcomes_of(answers: Iterable[Answer]) -> set[Outcome]:
    return {answer.outcome for answer in answers}
