"""Reading bodies: JSON as RFC 8259 has it, and nothing that two readers could understand differently."""

import json
import math
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser

from ots_portal.api.problems import ApiProblem

MAX_DEPTH = 32
MAX_DIGITS = 18  # whole numbers beyond 64 bits mean something else in every language


class BadJSON(ValueError):
    """Carries the sentence that says what is wrong with the text."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class StrictJSONParser(BaseParser):
    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        _require_utf8(media_type or "")
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise ApiProblem("too_large")
        try:
            return read_json(raw)
        except BadJSON as error:
            raise ApiProblem("bad_json", error.sentence) from error


def _require_utf8(media_type: str) -> None:
    _name, _semicolon, parameters = media_type.partition(";")
    for parameter in parameters.split(";"):
        name, _equals, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip(' "').lower() not in ("utf-8", "utf8"):
            raise UnsupportedMediaType(media_type)


def read_json(raw: bytes) -> Any:
    """:raises BadJSON: on whatever another reader might take otherwise, or could not store"""
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_int=_whole_number,
            parse_float=_number,
        )
        _require_sound(value, depth=1)
    except RecursionError as error:
        raise BadJSON(_("The body is nested more deeply than 32 levels.")) from error
    except UnicodeDecodeError as error:
        raise BadJSON(_("The body is not UTF-8.")) from error
    except json.JSONDecodeError as error:
        raise BadJSON(_("The body is not JSON.")) from error
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadJSON(_("A name stands twice in the same object."))
    return found


def _refuse_constant(name: str) -> None:
    raise BadJSON(_("NaN and Infinity are not JSON."))


def _whole_number(digits: str) -> int:
    if len(digits.lstrip("-")) > MAX_DIGITS:
        raise BadJSON(_("A number is too large."))
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise BadJSON(_("A number is too large."))
    return number


def _require_sound(value: Any, *, depth: int) -> None:
    """Refuse depth, NUL and lone surrogates, in names as in values."""
    if isinstance(value, str):
        if any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in value):
            raise BadJSON(_("A text contains NUL or half of a character."))
    elif isinstance(value, dict | list):
        if depth > MAX_DEPTH:
            raise BadJSON(_("The body is nested more deeply than 32 levels."))
        inner = [*value, *value.values()] if isinstance(value, dict) else value
        for item in inner:
            _require_sound(item, depth=depth + 1)
