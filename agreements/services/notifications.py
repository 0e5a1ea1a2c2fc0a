"""Depositary notifications: issued once, numbered without a gap, sent to every State concerned."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agreements.formats.notification_texts import LONGEST_TEXT
from agreements.models import (
    Correction,
    DepositaryNotification,
    Instrument,
    LedgerEntry,
    NotificationReceipt,
    Reservation,
)
from agreements.queries.treaty import days_that_stand, recipients_of
from agreements.rules import depositary as rules
from agreements.services import corrections, reservations
from agreements.statuses import ReservationStatus
from agreements.vocabularies.acts import LedgerKind
from ots_portal.audit.digests import sha256
from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus
from ots_portal.numbering.services import next_number
from ots_portal.paper.digests import canonical
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.texts import in_language
from ots_portal.texts.fields import validate_plain_text
from ots_portal.verdicts import require

SERIES, TRAINING_SERIES = "CN", "EX-CN"


@transaction.atomic
def issue(
    entry: LedgerEntry, *, texts: Mapping[str, str], by: User, at: datetime
) -> DepositaryNotification:
    """
    Notify every State concerned of an entry; it gets its number and never changes.

    ``texts`` has the text by language, in languages of the portal; each State is told in its own one where there is
    one, else in English.

    :raises Refused: unless ``rules.may_issue_notification``
    :raises WrongStatus: when it is notified already, or tells a day of entry into force that does not result
        any more
    :raises ValidationError: without a text, by ``text_en`` and so on
    """
    require(rules.may_issue_notification(by, entry))
    texts = _checked(texts)
    _refuse_outdated(entry, at=at)
    number = _number(entry.instrument, at)
    # The counter's row is held now: of two who issue, the second one sees the first one's row.
    if DepositaryNotification.objects.filter(entry=entry).exists():
        raise WrongStatus(_("This entry has been notified already."))
    notification = _created(entry, number, texts, by=by, at=at)
    recipients = recipients_of(entry.instrument)
    NotificationReceipt.objects.bulk_create(
        NotificationReceipt(
            notification=notification,
            participant=state,
            language=language_of(state, texts),
            sent_at=at,
            updated_at=at,
        )
        for state in recipients
    )
    record(
        "agreements.depositary_notification.issued",
        subject=notification,
        by=by,
        at=at,
        number=number,
        digest=notification.digest,
        recipients=sorted(state.pk for state in recipients),
    )
    _begin_what_it_begins(entry, at=at)
    return notification


def _begin_what_it_begins(entry: LedgerEntry, *, at: datetime) -> None:
    """With its notification the States' time begins: to accept or object to a reservation, or a correction."""
    if entry.kind == LedgerKind.RESERVATION:
        reservation = Reservation.objects.get(pk=entry.details["reservation"])
        if reservation.status == ReservationStatus.FORMULATED:
            reservations.circulate(reservation, at=at)
    if entry.kind == LedgerKind.CORRECTION_PROPOSED:
        corrections.open_objections(Correction.objects.get(pk=entry.details["correction"]), at=at)


def _refuse_outdated(entry: LedgerEntry, *, at: datetime) -> None:
    # The update locks the treaty's row: nothing is calculated anew while its day is notified.
    Instrument.objects.filter(pk=entry.instrument_id).update(updated_at=at)
    is_day = entry.kind == LedgerKind.ENTRY_INTO_FORCE
    if is_day and not days_that_stand().filter(pk=entry.pk).exists():
        raise WrongStatus(
            _("This day of entry into force does not result any more from the rule and the ledger.")
        )


def language_of(state: Participant, texts: Mapping[str, str]) -> str:
    """Return the first of the State's languages that the notification has, else English, else any that it has."""
    wanted: tuple[str, ...] = (*state.languages, "en", *texts)
    return next(code for code in wanted if texts.get(code))


def _checked(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts that say something; :raises ValidationError: with the field of what is wrong"""
    known = [code for code, _name in settings.LANGUAGES]
    said = {code: texts[code].strip() for code in known if texts.get(code, "").strip()}
    if unknown := set(texts) - set(known):
        raise ValidationError(
            {"texts": _("The portal has no language “%(code)s”.") % {"code": min(unknown)}}
        )
    if not said:
        raise ValidationError({"text_en": _("Say what the States are notified of.")})
    for code, text in said.items():
        if len(text) > LONGEST_TEXT:
            raise ValidationError({f"text_{code}": _("At most 4,000 characters.")})
        validate_plain_text(text)
    return said


def _number(instrument: Instrument, at: datetime) -> str:
    """Return the next number as depositaries write it, CN.7.2026; of a training text EX-CN.7.2026."""
    series = TRAINING_SERIES if instrument.is_training else SERIES
    series, year, number = next_number(series, year=at.year).rsplit("-", 2)
    return f"{series}.{int(number)}.{year}"


def _created(
    entry: LedgerEntry, number: str, texts: Mapping[str, str], *, by: User, at: datetime
) -> DepositaryNotification:
    body = canonical(
        {
            "number": number,
            "treaty": entry.instrument.code,
            "titles": entry.instrument.titles,
            "entry": entry.number,
            "entry_digest": entry.digest,
            "kind": entry.kind,
            "participant": entry.participant_id,
            "acted_on": entry.acted_on_date,
            "effective_on": entry.effective_date,
            "text": in_language(texts, "en"),
            "texts": dict(texts),
            "issued_at": at,
            **({"annuls": entry.annuls.number} if entry.annuls else {}),
        }
    )
    return DepositaryNotification.objects.create(
        entry=entry, number=number, body=body, digest=sha256(body), issued_at=at, issued_by=by
    )
