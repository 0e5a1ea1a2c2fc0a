"""Whether a client's credentials still hold, from where they may be used, and when they were used last."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Q
from oauth2_provider.models import Application

from ots_portal.api import networks
from ots_portal.api.models import Credential, PartnerSystem
from ots_portal.audit.services import record
from ots_portal.people.models import User

logger = logging.getLogger(__name__)

# Of the last use it is known to the minute: a call more costs no write.
NOTED_EVERY = timedelta(minutes=1)
# Heads are told of refused addresses once a day, however often somebody tries.
TOLD_EVERY = timedelta(days=1)


def live(*, at: datetime, through: str = "credential__") -> Q:
    """Narrow applications to those whose credentials hold; ``through`` leads from another table."""
    return Q(**{f"{through}ends_at": None}) | Q(**{f"{through}ends_at__gt": at})


def credential_of(application: Any) -> Credential | None:
    """Return what the portal knows of the client beside the toolkit; None for one nobody has used yet."""
    credential: Credential | None = getattr(application, "credential", None)
    return credential


def system_of(machine: User) -> PartnerSystem | None:
    system: PartnerSystem | None = getattr(machine, "partner_system", None)
    return system


def holds(application: Any, *, at: datetime) -> bool:
    """Return whether the client may still be used: its machine user is active, and it has not ended."""
    user: User | None = application.user if application else None
    if user is None or not user.is_active or not user.is_machine:
        return False
    credential = credential_of(application)
    return credential is None or not credential.has_ended(at=at)


def is_allowed_from(application: Any, address: str) -> bool:
    """Return whether the system's list of networks lets the address call; without a list every one may."""
    system = system_of(application.user)
    return not (system and system.networks) or networks.is_within(address, system.networks)


def note_use(application: Any, address: str, *, at: datetime) -> None:
    """Note when and from where the client was used last, at most once a minute."""
    credential = credential_of(application)
    if credential and not _is_due(credential.last_used_at, at=at):
        return
    _note(application, at=at, last_used_at=at, last_used_from=_stored(address))


def note_refusal(application: Any, address: str, *, at: datetime) -> None:
    """
    Note that good credentials came from where they may not be used; tell the heads once a day.

    The address stands on the page, not in the audit: it may be that of a person.
    """
    credential = credential_of(application)
    before = credential.refused_at if credential else None
    if not _is_due(before, at=at):
        return
    system = system_of(application.user)
    if (
        not _note(application, at=at, refused_at=at, refused_from=_stored(address))
        or system is None
    ):
        return
    if before is None or at - before >= TOLD_EVERY:
        record(
            "api.partner_system.refused",
            subject=system,
            by=None,
            at=at,
            participant=system.participant_id,
            client=application.client_id,
        )


def _is_due(before: datetime | None, *, at: datetime) -> bool:
    return before is None or at - before >= NOTED_EVERY


def _stored(address: str) -> str | None:
    found = networks.address_in(address)
    return str(found) if found else None


def _note(application: Any, *, at: datetime, **values: Any) -> bool:
    """
    Write it down unless another call has just done so; return whether this one did.

    Whoever calls is answered also when the database has no time for this.
    """
    (moment,) = [name for name in values if name.endswith("_at")]
    try:
        with transaction.atomic():
            rows = Credential.objects.filter(application=application)
            due = Q(**{moment: None}) | Q(**{f"{moment}__lte": at - NOTED_EVERY})
            if rows.filter(due).update(**values):
                return True
            made = Credential(application=application, created_at=at, **values)
            Credential.objects.bulk_create([made], ignore_conflicts=True)
    except OperationalError:
        logger.warning("That a client was used could not be noted.")
        return False
    return credential_of(application) is None


def copy_limits(of: Application, *, to: Application) -> None:
    """Let the operator's narrowing (``manage.py limit_client``) hold for a client's successor, too."""
    rows = [type(row)(application=to, name=row.name) for row in of.scope_rows.all()]
    if rows:
        type(rows[0]).objects.bulk_create(rows)
