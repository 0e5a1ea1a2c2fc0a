"""What a body may hold: every field known, every type exact."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from ots_portal.clock import EARLIEST_YEAR, LATEST_YEAR
from ots_portal.texts.choice import FALLBACKS
from ots_portal.texts.fields import is_unseen, validate_plain_text
from ots_portal.texts.languages import in_order

NAMED_AT_MOST = 20  # unknown fields; a body may hold very many


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses names it does not know: a slip of the pen in ``classification`` must not publish."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := set(data) - self._writable()):
            sentence = _("There is no such field, or it is not set by the caller.")
            named = sorted(unknown)[:NAMED_AT_MOST]
            raise serializers.ValidationError({name: [sentence] for name in named})
        return super().to_internal_value(data)

    def _writable(self) -> set[str]:
        return {name for name, field in self.fields.items() if not field.read_only}


class Text(serializers.CharField):
    """A text without control or bidirectional characters; required ones need a letter to be seen."""

    default_error_messages = {"invalid": gettext_lazy("A text is expected.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("validators", [validate_plain_text])
        super().__init__(**kwargs)
        if limit := kwargs.get("max_length"):
            self.validators.append(_at_most(limit))

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        is_blank = isinstance(data, str) and is_unseen(data)
        return super().run_validation("" if is_blank else data)


def _at_most(limit: int) -> Any:
    def check(value: str) -> None:
        if len(value) > limit:
            numbers = {"limit": limit, "count": len(value)}
            sentence = _("At most %(limit)s characters are taken; these are %(count)s.")
            raise serializers.ValidationError(sentence % numbers)

    return check


class StrictInteger(serializers.IntegerField):
    default_error_messages = {"invalid": gettext_lazy("A whole number is expected.")}

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return data


class StrictNumber(serializers.FloatField):
    default_error_messages = {"invalid": gettext_lazy("A number is expected.")}

    def to_internal_value(self, data: Any) -> float:
        if not isinstance(data, int | float) or isinstance(data, bool):
            self.fail("invalid")
        return float(data)


class StrictBoolean(serializers.BooleanField):
    default_error_messages = {"invalid": gettext_lazy("true or false is expected.")}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Moment(serializers.DateTimeField):
    """An instant with its offset (RFC 3339), in the years the portal deals with."""

    default_error_messages = {
        "invalid": gettext_lazy("A time as in 2026-11-20T08:00:00Z is expected, with its offset."),
        "out_of_range": gettext_lazy("The year must lie between 1990 and 2100."),
    }

    def to_internal_value(self, value: Any) -> datetime:
        moment = _moment(value)
        if moment is None:
            self.fail("invalid", format="")
        if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
            self.fail("out_of_range")
        return moment


def _moment(value: Any) -> datetime | None:
    """Return the instant that the text names, None where it names none or no offset."""
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment and timezone.is_aware(moment) else None


class LanguageList(serializers.ListField):
    """Codes of languages that the portal knows, each once."""

    child = serializers.ChoiceField(choices=FALLBACKS)

    def to_internal_value(self, data: Any) -> list[str]:
        codes: list[str] = super().to_internal_value(data)
        if len(set(codes)) != len(codes):
            raise serializers.ValidationError(_("Each language is named once."))
        return in_order(codes)


class NoBody(StrictSerializer):
    """The body of a step that needs nothing said."""


class ReasonBody(StrictSerializer):
    """Why: asked where others will want to know."""

    reason = Text(max_length=1000)
