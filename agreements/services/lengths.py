"""How long a text may be: forms and the API say so at the field, and the database keeps texts of any length."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def refuse_longer(limit: int, **texts: str) -> None:
    """:raises ValidationError: naming the field whose text has more than ``limit`` characters"""
    for name, text in texts.items():
        if len(text) > limit:
            sentence = _("At most %(limit)s characters are taken; these are %(count)s.")
            raise ValidationError({name: sentence % {"limit": limit, "count": len(text)}})
