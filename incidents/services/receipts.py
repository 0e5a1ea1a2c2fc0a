"""Answers to alerts that came in: Ack, that it was received and accepted, and Error, that it was not."""

import hashlib
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from incidents.formats import cap
from incidents.formats.cap.moments import moment_of
from incidents.models import AlertReceipt, ReceivedAlert
from incidents.queries.received_alerts import EXERCISE
from incidents.rules import received_alerts as rules
from incidents.services.cap_identity import moment_of_sending, next_identifier, sender_of
from ots_portal.audit.services import record
from ots_portal.people.models import User
from ots_portal.verdicts import require


def acknowledge(alert: ReceivedAlert, *, by: User, at: datetime) -> AlertReceipt:
    """
    Make the participant's Ack of an alert; a second one is the first.

    :raises Refused: unless ``rules.may_acknowledge``
    """
    return _answer(alert, "Ack", by=by, at=at)


def report_error(alert: ReceivedAlert, *, reason: str, by: User, at: datetime) -> AlertReceipt:
    """
    Make the participant's Error about an alert, with the reason that CAP 1.2 asks for in ``note``.

    :raises Refused: unless ``rules.may_acknowledge``
    :raises ValidationError: without a reason
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: others will ask.")})
    return _answer(alert, "Error", by=by, at=at, note=reason.strip()[:1000])


@transaction.atomic
def _answer(
    alert: ReceivedAlert, message_type: str, *, by: User, at: datetime, note: str = ""
) -> AlertReceipt:
    require(rules.may_acknowledge(by, alert))
    # Two colleagues who press the button together wait for each other here.
    ReceivedAlert.objects.select_for_update(of=("self",)).get(pk=alert.pk)
    given = alert.receipts.filter(participant=by.participant, message_type=message_type).first()
    if given:
        return given
    message = _message(alert, message_type, by=by, at=at, note=note)
    xml = cap.write(message)
    receipt = AlertReceipt.objects.create(
        alert=alert,
        participant=by.participant,
        message_type=message_type,
        identifier=message.identifier,
        note=note,
        xml=xml.decode(),
        by=by,
        at=at,
    )
    digest = hashlib.sha256(xml).hexdigest()
    is_acknowledged = message_type == "Ack"
    record(
        "incidents.received_alert.acknowledged"
        if is_acknowledged
        else "incidents.received_alert.objected",
        subject=alert,
        by=by,
        at=at,
        identifier=message.identifier,
        sha256=digest,
    )
    return receipt


def _message(
    alert: ReceivedAlert, message_type: str, *, by: User, at: datetime, note: str
) -> cap.Alert:
    participant = by.participant
    if alert.cap_status == EXERCISE and not note:
        note = _("This is an exercise: nothing of it happens.")
    return cap.Alert(
        identifier=next_identifier(participant, at=at, series="ACK"),
        sender=sender_of(participant),
        sent=moment_of_sending(participant, at=at),
        status=alert.cap_status,
        msg_type=message_type,
        scope="Private",
        addresses=(alert.sender,),
        note=note,
        references=(cap.Reference(alert.sender, alert.identifier, moment_of(alert.sent_text)),),
    )
