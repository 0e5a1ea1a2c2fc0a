"""Titles in bodies: language code → title, of the languages that the portal knows."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from meetings.forms import TITLE_LENGTH
from ots_portal.api.serializers import StrictSerializer, Text
from ots_portal.texts.choice import FALLBACKS


class Titles(StrictSerializer):
    """Language code → title. One language is enough; in a change, "" takes a language away."""

    def get_fields(self) -> dict[str, Any]:
        return {
            code: Text(required=False, allow_blank=True, max_length=TITLE_LENGTH)
            for code in FALLBACKS
        }


def written(sent: Mapping[str, str], *, before: Mapping[str, str] | None = None) -> dict[str, str]:
    """
    Return all titles once these are written over those before; languages that were not sent stay.

    :raises ValidationError: where none is left
    """
    titles = {code: text for code, text in {**(before or {}), **sent}.items() if text}
    if not titles:
        raise ValidationError({"titles": _("Give it a title in one language at least.")})
    return titles
