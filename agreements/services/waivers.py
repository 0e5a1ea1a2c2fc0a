from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agreements.models import FullPowersWaiver, Instrument
from agreements.rules import waivers as rules
from agreements.services.entering import checked_reason
from agreements.vocabularies.acts import NEED_NO_FULL_POWERS
from ots_portal.audit.services import record
from ots_portal.people.models import User
from ots_portal.texts import fold
from ots_portal.verdicts import require


@transaction.atomic
def record_waiver(
    instrument: Instrument, *, by: User, at: datetime, **fields: Any
) -> FullPowersWaiver:
    """
    Enter that full powers are dispensed with for a person (Vienna Convention, article 7, 1 b).

    ``fields``: participant, holder, office, basis, reason.

    :raises Refused: unless ``rules.may_record_waiver``
    :raises ValidationError: without a reason, for an office that needs no full powers, or a second time
    """
    require(rules.may_record_waiver(by, instrument))
    fields["reason"] = checked_reason(fields["reason"])
    if fields["office"] in NEED_NO_FULL_POWERS:
        sentence = _(
            "A Head of State, a Head of Government or a Foreign Minister needs no full powers."
        )
        raise ValidationError({"office": sentence})
    # The update locks the treaty's row, so that one person is not entered twice at once.
    Instrument.objects.filter(pk=instrument.pk).update(updated_at=at)
    same = instrument.waivers.filter(participant=fields["participant"], office=fields["office"])
    if any(fold(one.holder) == fold(fields["holder"]) for one in same):
        sentence = _("Full powers are dispensed with for this person already.")
        raise ValidationError({"holder": sentence})
    waiver = FullPowersWaiver(
        instrument=instrument, created_at=at, updated_at=at, created_by=by, **fields
    )
    waiver.full_clean()
    waiver.save(force_insert=True)
    record(
        "agreements.waiver.recorded",
        subject=waiver,
        by=by,
        at=at,
        participant=waiver.participant_id,
        instrument=str(instrument.pk),
        act=waiver.basis,
    )
    return waiver
