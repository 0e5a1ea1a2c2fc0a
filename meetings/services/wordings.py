"""Texts that somebody wrote in the language they read the portal in."""

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ots_portal.texts.fields import validate_plain_text

REASON_LENGTH = 2_000


def in_own_language(text: str) -> dict[str, str]:
    """Return the text under the active language; {} of an empty one."""
    language = (get_language() or "en").partition("-")[0]
    return {language: text} if text else {}


def reason_of(text: str, *, field: str = "reason", missing: str | Promise = "") -> dict[str, str]:
    """
    Return a reason as it is stored.

    :raises ValidationError: at ``field``, without a reason, or with more than 2,000 characters
    """
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise ValidationError({field: str(missing) or _("Say why.")})
    if len(text) > REASON_LENGTH:
        sentence = _("At most %(limit)s characters are taken; these are %(count)s.")
        raise ValidationError({field: sentence % {"limit": REASON_LENGTH, "count": len(text)}})
    try:
        validate_plain_text(text)
    except ValidationError as error:
        raise ValidationError({field: error.messages}) from error
    return in_own_language(text)
