"""Own capacities as a CSV file: the first line names the columns, or HXL tags below it do, as in the register's export."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.statuses import Readiness
from incidents.vocabularies.capacity_types import CAPACITY_TYPES
from ots_portal.texts.fields import validate_plain_text
from ots_portal.texts.tables import BYTE_ORDER_MARK

COLUMNS = (
    "capacity_type", "name", "units", "readiness", "people", "dogs", "vehicles", "weight_kg", "self_sufficient_days",
    "departs_within_hours", "home_place", "latitude", "longitude", "certified_by", "certificate", "certified_until",
    "languages", "note",
)  # fmt: skip
# HXL 1.1 tags (hxlstandard.org) of the columns of the export: by them its file is read back in any language.
HXL_TAGS = {
    "participant": "#org+code",
    "capacity_type": "#capacity+type+code",
    "name": "#capacity+name",
    "units": "#capacity+num",
    "readiness": "#status+code",
    "people": "#capacity+people+num",
    "dogs": "#capacity+dogs+num",
    "vehicles": "#capacity+vehicles+num",
    "weight_kg": "#capacity+weight+kg",
    "self_sufficient_days": "#capacity+supplies+days",
    "departs_within_hours": "#capacity+departure+hours",
    "home_place": "#loc+name",
    "latitude": "#geo+lat",
    "longitude": "#geo+lon",
    "certified_by": "#org+certifier+name",
    "certificate": "#meta+certificate",
    "certified_until": "#date+expires",
    "languages": "#meta+lang",
    "note": "#description",
    "checked_at": "#date+checked",
}
_BY_TAG = {tag: name for name, tag in HXL_TAGS.items()}
NEEDED = ("capacity_type", "name")
MOST_ROWS = 1000
_WHOLE = {
    "units": 1, "people": 0, "dogs": 0, "vehicles": 0, "weight_kg": 0, "self_sufficient_days": 0,
    "departs_within_hours": None,
}  # fmt: skip  # column → what an empty cell means
_DEGREES = {"latitude": 90.0, "longitude": 180.0}
_LONGEST = {
    "name": 150, "home_place": 150, "certified_by": 100, "certificate": 100, "note": 1000,
}  # fmt: skip
LARGEST = 2_000_000_000


@dataclass(frozen=True)
class Problem:
    """What is wrong in a line of the file, the first of which, with the names, is 1."""

    line: int
    sentence: str


@dataclass
class Sheet:
    """The rows as columns → values with the line each stood in, and what is wrong with others."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read(content: bytes) -> Sheet:
    sheet = Sheet()
    try:
        text = content.decode("utf-8-sig").removeprefix(BYTE_ORDER_MARK)
    except UnicodeDecodeError:
        sheet.problems.append(Problem(1, _("The file is not in UTF-8: save it as “CSV UTF-8”.")))
        return sheet
    first = text.partition("\n")[0]
    separator = next((mark for mark in (";", "\t", ",") if mark in first), ",")
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        sheet.problems.append(Problem(1, _("The file is not well-formed CSV.")))
        return sheet
    names, heads = _names(lines)
    if wrong := _wrong_names(names):
        sheet.problems.append(Problem(1, wrong))
        return sheet
    filled = [(number, cells) for number, cells in enumerate(lines, start=1) if any(cells)][heads:]
    if len(filled) > MOST_ROWS:
        sheet.problems.append(Problem(MOST_ROWS + 1, _("At most 1000 lines are taken.")))
        return sheet
    for number, cells in filled:
        _add(sheet, number, dict(zip(names, cells, strict=False)))
    return sheet


def _names(lines: Sequence[Sequence[str]]) -> tuple[list[str], int]:
    """Return the columns' names, and how many lines say them: two, where HXL tags stand below words."""
    tags = [cell.strip().lower() for cell in lines[1]] if len(lines) > 1 else []
    if any(tags) and all(tag.startswith("#") for tag in tags if tag):
        return [_BY_TAG.get(tag, tag) for tag in tags], 2
    return ([name.strip().lower() for name in lines[0]] if lines else []), 1


def _wrong_names(names: Sequence[str]) -> str:
    if missing := [name for name in NEEDED if name not in names]:
        return _("The first line must name the columns; missing: %(columns)s.") % {
            "columns": ", ".join(missing)
        }
    known = {*COLUMNS, "participant", "id", "unit", "updated_at", "checked_at"}
    if unknown := [name for name in names if name not in known]:
        return _("There is no such column: %(columns)s.") % {
            "columns": ", ".join(name[:40] for name in unknown[:10])
        }
    if len(set(names)) < len(names):
        return _("A column is named twice.")
    return ""


def _add(sheet: Sheet, number: int, cells: dict[str, str]) -> None:
    row: dict[str, Any] = {}
    wrong = []
    for name in COLUMNS:
        if name not in cells and name not in _WHOLE:
            continue
        try:
            # The export puts an apostrophe before what a spreadsheet would calculate.
            row[name] = _value(name, cells.get(name, "").strip().removeprefix("'"))
        except ValidationError as error:
            wrong += [f"{name}: {text}" for text in error.messages]
    sheet.problems += [Problem(number, sentence) for sentence in wrong]
    if not wrong:
        sheet.rows.append(row)
        sheet.lines.append(number)


def _value(name: str, cell: str) -> Any:  # noqa: PLR0911 -- a line per kind of column
    if name in _WHOLE:
        return _whole(cell) if cell else _WHOLE[name]
    if name in _DEGREES:
        return _degrees(cell, _DEGREES[name]) if cell else None
    if name == "certified_until":
        return _day(cell) if cell else None
    if name == "languages":
        return [code for code in cell.replace(",", " ").split() if code]
    if name == "capacity_type":
        return _one_of(cell.upper(), CAPACITY_TYPES)
    if name == "readiness":
        return _one_of(cell.lower() or "ready", Readiness.values)
    if name == "name" and not cell:
        raise ValidationError(_("The name is missing."))
    if len(cell) > _LONGEST[name]:
        raise ValidationError(
            _("At most %(limit)s characters are taken.") % {"limit": _LONGEST[name]}
        )
    validate_plain_text(cell)
    return cell


def _whole(cell: str) -> int:
    digits = cell.replace(" ", "").replace("\u00a0", "")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 10 or int(digits) > LARGEST:  # noqa: PLR2004 -- digits of LARGEST
        raise ValidationError(_("“%(cell)s” is no whole number.") % {"cell": cell[:20]})
    return int(digits)


def _degrees(cell: str, most: float) -> float:
    try:
        value = float(cell.replace(",", "."))
    except ValueError:
        value = most + 1
    if not -most <= value <= most:
        raise ValidationError(_("“%(cell)s” are no degrees.") % {"cell": cell[:20]})
    return value


def _day(cell: str) -> date:
    try:
        return date.fromisoformat(cell)
    except ValueError as error:
        sentence = _("“%(cell)s” is no day: write it as 2027-04-30.")
        raise ValidationError(sentence % {"cell": cell[:20]}) from error


def _one_of(cell: str, known: Any) -> str:
    if cell not in known:
        raise ValidationError(_("“%(cell)s” is not in the list of codes.") % {"cell": cell[:20]})
    return cell
