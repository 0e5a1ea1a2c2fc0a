"""What several services ask of a text."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ots_portal.texts.fields import validate_plain_text

LONGEST = 1000


def reason_of(text: str) -> str:
    """:raises ValidationError: without a reason, or with letters that cannot be shown"""
    reason = text.strip()
    if not reason:
        raise ValidationError({"reason": _("Say why: others will ask.")})
    try:
        validate_plain_text(reason)
    except ValidationError as error:
        raise ValidationError({"reason": error.messages}) from error
    return reason[:LONGEST]
