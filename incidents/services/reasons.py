"""Why something was done: asked where others will want to know."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

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
