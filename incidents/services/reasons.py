"""Why something was done: asked where others will want to know."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.models import Incident, KeptReason
from incidents.statuses import Classification
from ots_portal.audit.digests import sha256
from ots_portal.texts.fields import validate_plain_text

LONGEST = 1000


def needed_reason(text: str) -> str:
    """:raises ValidationError: without a reason, or with one that cannot be shown"""
    reason = sound_reason(text)
    if not reason:
        raise ValidationError({"reason": _("Say why: others will ask.")})
    return reason


def sound_reason(text: str) -> str:
    """Return the reason as it is kept; "" where none was given."""
    reason = text.strip()[:LONGEST]
    try:
        validate_plain_text(reason)
    except ValidationError as error:
        raise ValidationError({"reason": error.messages}) from error
    return reason


def told_reason(incident: Incident, reason: str) -> dict[str, str]:
    """
    Return what an audit entry tells of a reason: of an incident for named participants its hash alone.

    The words are kept beside the incident then; the caller holds the transaction.
    """
    if not reason:
        return {}
    if incident.classification != Classification.NAMED:
        return {"reason": reason}
    digest = sha256(reason)
    KeptReason.objects.get_or_create(incident=incident, sha256=digest, defaults={"text": reason})
    return {"reason_sha256": digest}
