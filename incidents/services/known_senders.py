"""Which senders of CAP messages the portal trusts; whoever is not among them goes to quarantine."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from incidents.models import KnownSender
from incidents.rules import received_alerts as rules
from ots_portal.audit.services import record
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import require


@transaction.atomic
def add(
    sender: str, *, name: str, participant: Participant | None, by: User, at: datetime
) -> KnownSender:
    """
    Trust a sender from now on; one that was removed comes back.

    :raises Refused: unless ``rules.may_keep_senders``
    :raises ValidationError: when it is on the list already
    """
    require(rules.may_keep_senders(by))
    known = KnownSender.objects.select_for_update(of=("self",)).filter(sender=sender).first()
    if known and known.removed_at is None:
        raise ValidationError({"sender": _("This sender is on the list already.")})
    known = known or KnownSender(sender=sender)
    known.name, known.participant, known.removed_at = name, participant, None
    known.added_at, known.added_by = at, by
    known.full_clean(exclude=["added_by"])
    known.save()
    slug = known.participant_id or ""
    record("incidents.known_sender.added", subject=known, by=by, at=at, participant=slug)
    return known


@transaction.atomic
def remove(known: KnownSender, *, by: User, at: datetime) -> KnownSender:
    """
    Trust the sender no more; what came in before stays as it is.

    :raises Refused: unless ``rules.may_remove_sender``
    """
    require(rules.may_remove_sender(by, known))
    if KnownSender.objects.filter(pk=known.pk, removed_at=None).update(removed_at=at):
        slug = known.participant_id or ""
        record("incidents.known_sender.removed", subject=known, by=by, at=at, participant=slug)
    known.refresh_from_db()
    return known
