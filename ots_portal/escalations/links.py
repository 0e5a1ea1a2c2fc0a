"""
The link of a mail by which its recipient acknowledges without signing in: signed when it is sent, stored nowhere.

It stands for one person, at one address, of one participant, about one record, for a day, and works once: with
the acknowledgement the clock stands. All it does is what the record's own button does.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import models
from django.utils.translation import gettext_lazy as _

from ots_portal.escalations import rules
from ots_portal.escalations.models import Clock
from ots_portal.escalations.statuses import ClockStatus
from ots_portal.notifications.links import signed_address
from ots_portal.notifications.models import Delivery
from ots_portal.people.models import User
from ots_portal.plugs import notices

SALT = "ots_portal.escalations.acknowledge"


class Problem(models.TextChoices):
    """Why a link does nothing; whoever holds one that was ours learns no more of the record than its mail said."""

    ALTERED = "altered", _("This link is not complete, or it was altered.")
    EXPIRED = "expired", _("This link has expired.")
    USED = "used", _("You have acknowledged by this link already.")
    ACKNOWLEDGED = "acknowledged", _("Your participant has acknowledged already.")
    OVER = "over", _("There is nothing to acknowledge any more.")
    NOT_YOURS = "not_yours", _("This link does not stand for you any more.")


@dataclass(frozen=True)
class Opened:
    """What a link leads to; without a problem it acknowledges. ``person`` None: the link is none of ours."""

    person: User | None
    clock: Clock | None = None
    problem: Problem | None = None


def link_of(delivery: Delivery) -> str:
    """Return the recipient's own link; "" where they could not acknowledge: readers, the secretariat."""
    if not rules.acts_for_a_participant(delivery.recipient):
        return ""
    return signed_address("escalations:by_link", _parts_of(delivery), salt=SALT)


def token_of(delivery: Delivery) -> str:
    return signing.Signer(salt=SALT).sign_object(list(_parts_of(delivery)))


def _parts_of(delivery: Delivery) -> tuple[str, ...]:
    person = delivery.recipient
    return delivery.pk.hex, person.participant_id, _digest(person.email)


def _digest(email: str) -> str:
    return hashlib.sha256(email.encode()).hexdigest()[:16]


def opened(token: str, *, at: datetime) -> Opened:
    """Return what the link leads to at that moment."""
    try:
        key, participant, address = signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature:
        return Opened(None, problem=Problem.ALTERED)
    sent = Delivery.objects.select_related("entry", "recipient__participant")
    delivery = sent.filter(pk=uuid.UUID(key)).first()
    if delivery is None:  # forgotten since
        return Opened(None, problem=Problem.EXPIRED)
    person = delivery.recipient
    is_same = (person.participant_id, _digest(person.email)) == (participant, address)
    if not person.is_active or not is_same:
        return Opened(person, problem=Problem.NOT_YOURS)
    clock = _clock_of(delivery)
    return Opened(person, clock, _problem(clock, delivery, at))


def _clock_of(delivery: Delivery) -> Clock | None:
    """Return the clock of the recipient's participant: the open one of the record, else the last one."""
    entry = delivery.entry
    own = Clock.objects.filter(participant=delivery.recipient.participant_id)
    if entry.subject_type == Clock._meta.label_lower:
        found = own.filter(pk=entry.subject_id)
    else:
        found = own.filter(subject_type=entry.subject_type, subject_id=entry.subject_id)
    rows = found.select_related("entry", "participant")
    return rows.order_by(models.F("stopped_at").desc(nulls_first=True)).first()


def _problem(clock: Clock | None, delivery: Delivery, at: datetime) -> Problem | None:
    if clock is None or clock.status == ClockStatus.OVER:
        return Problem.OVER
    person = delivery.recipient
    if clock.status == ClockStatus.ACKNOWLEDGED:
        is_own_use = clock.is_by_link and clock.stopped_by_id == person.pk
        return Problem.USED if is_own_use else Problem.ACKNOWLEDGED
    if delivery.created_at + timedelta(hours=settings.PORTAL_ACKNOWLEDGE_LINK_HOURS) <= at:
        return Problem.EXPIRED
    # Before anything is shown: its number, too, is of those who may see the record now.
    is_theirs = rules.may_acknowledge(person, clock) and _can_see(person, clock)
    return None if is_theirs else Problem.NOT_YOURS


def _can_see(person: User, clock: Clock) -> bool:
    notice = notices.get(clock.entry.kind)
    return notice is not None and notice.record_for(person, clock.subject_id) is not None
