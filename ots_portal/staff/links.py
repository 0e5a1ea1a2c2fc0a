"""The one-time link of an invitation: signed when it is sent, stored nowhere."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ots_portal.people.models import Invitation, InvitationStatus

SALT = "ots_portal.staff.invitation"


class Problem(models.TextChoices):
    """Why a link does not let in; only who holds a link that was ours once learns more than ALTERED."""

    ALTERED = "altered", _("This link is not complete, or it was altered.")
    OTHER_ADDRESS = "other_address", _("This invitation was made for another e-mail address.")
    REPLACED = "replaced", _("A newer invitation was sent to you: only its link counts.")
    ACCEPTED = "accepted", _("This invitation was accepted already.")
    WITHDRAWN = "withdrawn", _("This invitation was withdrawn.")
    EXPIRED = "expired", _("This invitation has expired.")
    UNCONFIRMED = "unconfirmed", _("This invitation has not been confirmed yet.")


@dataclass(frozen=True)
class Opened:
    """What a link leads to; without a problem it lets in."""

    invitation: Invitation | None
    problem: Problem | None = None


def link_of(invitation: Invitation) -> str:
    return f"{settings.PORTAL_ADDRESS}{reverse('staff:accept', args=[token_of(invitation)])}"


def token_of(invitation: Invitation) -> str:
    parts = [invitation.pk.hex, invitation.nonce.hex, _digest(invitation.person.email)]
    return signing.Signer(salt=SALT).sign_object(parts)


def _digest(email: str) -> str:
    return hashlib.sha256(email.encode()).hexdigest()[:16]


def opened(token: str, *, at: datetime) -> Opened:
    """Return what the link leads to at that moment."""
    try:
        key, nonce, address = signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature:
        return Opened(None, Problem.ALTERED)
    found = Invitation.objects.select_related("person", "participant").filter(pk=key).first()
    if found is None:  # forgotten since
        return Opened(None, Problem.WITHDRAWN)
    return Opened(found, _problem(found, nonce, address, at))


def _problem(invitation: Invitation, nonce: str, address: str, at: datetime) -> Problem | None:
    status = invitation.status_at(at)
    if status in (InvitationStatus.ACCEPTED, InvitationStatus.WITHDRAWN):
        return Problem(status.value)
    if address != _digest(invitation.person.email):
        return Problem.OTHER_ADDRESS
    if nonce != invitation.nonce.hex:
        return Problem.REPLACED
    return None if status == InvitationStatus.PENDING else Problem(status.value)
