"""Plain text, tables, JSON and GeoJSON."""

import json
import re
from typing import IO, Any, NoReturn

from ots_portal.documents.inspection.findings import Finding, Refused

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
# A cell such as  =cmd|'/c calc'!A0  starts a program when a spreadsheet opens the table.
_COMMAND_CELL = re.compile(r"""(?:^|[,;\t"])[ ]*[=+\-@][^,;\t\n|]*\|[^\n]*!""", re.MULTILINE)
# RFC 7946, section 1.4
_GEOJSON_TYPES = frozenset(
    {
        "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
        "GeometryCollection", "Feature", "FeatureCollection",
    }
)  # fmt: skip


def inspect_text(content: IO[bytes]) -> None:
    """UTF-8 without control characters, and no markup: a page must not come in as a table."""
    text = _decoded(content)
    if _CONTROLS.search(text) or text.lstrip().startswith("<"):
        raise Refused(Finding.DISAGREES)


def inspect_table(content: IO[bytes]) -> None:
    inspect_text(content)
    content.seek(0)
    if _COMMAND_CELL.search(_decoded(content)):
        raise Refused(Finding.COMMAND)


def inspect_json(content: IO[bytes]) -> None:
    if not isinstance(_parsed(content), dict | list):
        raise Refused(Finding.DISAGREES)


def inspect_geojson(content: IO[bytes]) -> None:
    parsed = _parsed(content)
    if not isinstance(parsed, dict) or parsed.get("type") not in _GEOJSON_TYPES:
        raise Refused(Finding.DISAGREES)


def _decoded(content: IO[bytes]) -> str:
    try:
        return content.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(Finding.DISAGREES) from error


def _parsed(content: IO[bytes]) -> Any:
    """Return what the JSON says (RFC 8259: without NaN, and no deeper than the parser reads)."""
    try:
        return json.loads(_decoded(content), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Refused(Finding.DISAGREES) from error


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
