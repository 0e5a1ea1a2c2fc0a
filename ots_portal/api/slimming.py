"""Answering no more than is asked for: the parameter ``fields`` of lists and records."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import orjson
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from ots_portal.api.problems import ApiProblem

PARAMETER = "fields"
MOST_NAMES = 100
# Which members are wanted; of each, which of its own. An empty mask wants all of it.
Mask = dict[str, "Mask"]


class _AnyName(dict[str, Any]):
    """The members of an object whose names are data: languages, for instance."""

    def __missing__(self, _name: str) -> "Mapping[str, Any]":
        return {}

    def __contains__(self, name: object) -> bool:
        return name != ""


def mask_of(request: Request, form: type[serializers.BaseSerializer[Any]] | None) -> Mask:
    """
    Return what the caller wants of records of this form; an empty mask where it does not say.

    "number,titles.en,involvements.role": members of members by a dot, of each row where they are rows.

    :raises ApiProblem: ``bad_parameter`` with a pointer to each member that such a record has not
    """
    text = request.query_params.get(PARAMETER)
    if text is None or form is None:
        return {}
    names = [name.strip() for name in text.split(",")]
    known = members_of(form)  # type: ignore[arg-type] # a class can be hashed
    wrong = [name for name in names if not _is_known(name.split("."), known)]
    if len(names) > MOST_NAMES:
        sentence = _("At most %(count)s members are named.") % {"count": MOST_NAMES}
        raise ApiProblem("bad_parameter", errors=[{"parameter": PARAMETER, "detail": sentence}])
    if wrong:
        raise ApiProblem("bad_parameter", errors=[_error(name) for name in wrong])
    mask: Mask = {}
    # The short ones last: "titles" wants more than "titles.en" does.
    for name in sorted(names, key=lambda name: -name.count(".")):
        _enter(mask, name.split("."))
    return mask


def _is_known(parts: list[str], known: Mapping[str, Any]) -> bool:
    for part in parts:
        if part not in known:
            return False
        known = known[part]
    return True


def _error(name: str) -> dict[str, str]:
    sentence = _("There is no member “%(name)s” here.") % {"name": name[:80]}
    path = name[:80].replace("~", "~0").replace("/", "~1").replace(".", "/")
    return {"parameter": PARAMETER, "pointer": f"#/{path}", "detail": sentence}


def _enter(mask: Mask, parts: list[str]) -> None:
    first, *rest = parts
    if not rest:
        mask[first] = {}
        return
    _enter(mask.setdefault(first, {}), rest)


@lru_cache(maxsize=256)
def members_of(form: type[serializers.BaseSerializer[Any]]) -> Mapping[str, Any]:
    """Return the members that an answer of this form has, each with its own: the allow-list."""
    return _members(form())


def _members(field: Any) -> Mapping[str, Any]:
    if isinstance(field, serializers.ListSerializer | serializers.ListField):
        return _members(field.child)
    if isinstance(field, serializers.Serializer):
        shown = field.fields.items()
        return {name: _members(inner) for name, inner in shown if not inner.write_only}
    is_data = isinstance(field, serializers.DictField | serializers.JSONField)
    return _AnyName() if is_data or _makes_objects(field) else {}


def _makes_objects(field: Any) -> bool:
    """Return whether a method makes the value, and says that objects come of it."""
    if not isinstance(field, serializers.SerializerMethodField):
        return False
    method = getattr(field.parent, str(field.method_name))
    return "dict[" in str(method.__annotations__.get("return", ""))


def slimmed(value: Any, mask: Mask) -> Any:
    """Return of the value what the mask wants: of objects their members, of arrays each element."""
    if not mask:
        return value
    if isinstance(value, Mapping):
        return {name: slimmed(value[name], inner) for name, inner in mask.items() if name in value}
    if isinstance(value, list | tuple):
        return [slimmed(one, mask) for one in value]
    return value


def slimmed_rows(rows: Iterable[bytes], mask: Mask) -> list[bytes]:
    """Return the JSON of rows with what the mask wants; without one, as they are stored, unread."""
    if not mask:
        return list(rows)
    return [orjson.dumps(slimmed(orjson.loads(row), mask)) for row in rows]
