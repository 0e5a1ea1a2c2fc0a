"""Form fields for the parameters of a list."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ots_portal.clock import parse_moment


class FlagParameter(forms.TypedChoiceField):
    """``true`` or ``false``; a word that could be taken for either is refused."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("true", "true"), ("false", "false")]
        super().__init__(choices=choices, coerce=lambda text: text == "true", **kwargs)


class MomentParameter(forms.Field):
    """An instant with its offset; a "+" that an address turned into a space is taken for one."""

    def to_python(self, value: Any) -> datetime | None:
        if not value:
            return None
        moment = parse_moment(str(value).strip().replace(" ", "+"))
        if moment is None:
            raise ValidationError(
                _("A time as in 2026-11-20T08:00:00Z is expected, with its offset.")
            )
        return moment
