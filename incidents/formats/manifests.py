"""
A team manifest as a spreadsheet writes it: tab-separated when pasted, or CSV with commas or semicolons.

Columns stand in the order of PEOPLE and ITEMS, or in any order under a first line that names them.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.statuses import ManifestKind
from ots_portal.participants.countries import COUNTRY_CHOICES, country_name
from ots_portal.texts import fold
from ots_portal.texts.fields import validate_plain_text

PEOPLE = ("full_name", "function", "nationality", "document_number", "birth_date")
ITEMS = ("kind", "description", "identifier", "quantity", "weight_kg")
MOST_ROWS = 500
MOST_LETTERS = 200_000
OLDEST = date(1900, 1, 1)
LARGEST = 2_000_000_000
LONGEST = {
    "full_name": 150, "function": 100, "document_number": 30, "description": 200, "identifier": 60,
}  # fmt: skip
DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y")

# What heads of columns are called, folded; in the languages such lists are written in.
_HEADS = {
    "full_name": ("name", "full name", "name and surname", "ad soyad", "adi soyadi", "ad", "fio", "фио"),
    "function": ("function", "role", "position", "gorev", "gorevi", "vezife", "должность"),
    "nationality": ("nationality", "citizenship", "uyruk", "vatandaslik", "гражданство"),
    "document_number": (
        "passport", "passport number", "passport no", "document number", "pasaport no", "pasaport", "pasport", "паспорт",
    ),
    "birth_date": ("born on", "date of birth", "birth date", "dogum tarihi", "dogum gunu", "дата рождения"),
    "kind": ("kind", "type", "tur", "nov", "вид"),
    "description": ("description", "what", "aciklama", "tesvir", "описание"),
    "identifier": ("number", "serial number", "plate", "chip", "seri no", "plaka", "номер"),
    "quantity": ("quantity", "how many", "pieces", "adet", "miqdar", "количество"),
    "weight_kg": ("weight", "weight (kg)", "weight kg", "agirlik", "ceki", "вес"),
}  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """What is wrong in a line of the text, the first of which is 1."""

    line: int
    sentence: str


@dataclass
class Sheet:
    """The rows that can be used, as columns → values, and what is wrong with the others."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_people(text: str, *, today: date) -> Sheet:
    return _read(text, PEOPLE, lambda name, cell: _person_cell(name, cell, today=today))


def read_items(text: str) -> Sheet:
    return _read(text, ITEMS, _item_cell)


def write(rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as text that pastes into a spreadsheet and reads back the same."""
    return "\n".join("\t".join(_cell_text(cell) for cell in row) for row in rows)


def _cell_text(cell: Any) -> str:
    return " ".join(str(cell).split()) if cell is not None else ""


def _read(text: str, columns: Sequence[str], convert: Callable[[str, str], Any]) -> Sheet:
    sheet = Sheet()
    if len(text) > MOST_LETTERS:
        sheet.problems.append(Problem(1, _("The list is too long: at most 500 lines are taken.")))
        return sheet
    order = list(columns)
    for number, cells in _lines(text):
        if number == 1 and (named := _named_columns(cells, columns)):
            order = named
        elif len(sheet.rows) >= MOST_ROWS:
            sheet.problems.append(Problem(number, _("At most 500 lines are taken.")))
            break
        else:
            _add_row(sheet, number, order, cells, columns, convert)
    return sheet


def _lines(text: str) -> Iterable[tuple[int, list[str]]]:
    """Yield line number and cells, empty lines left out."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = next((mark for mark in ("\t", ";", ",") if mark in first), "\t")
    count = 0
    for line in text.splitlines():
        if line.strip():
            count += 1
            cells = next(csv.reader(io.StringIO(line), delimiter=separator), [])
            yield count, [cell.strip() for cell in cells]


def _named_columns(cells: Sequence[str], columns: Sequence[str]) -> list[str]:
    """Return the columns in the order of the head line; nothing where the line is no head."""
    names = [
        next((name for name in columns if fold(cell).strip() in _folded_heads()[name]), "")
        for cell in cells
    ]
    return names if names and names[0] and sum(map(bool, names)) > 1 else []


@cache
def _folded_heads() -> dict[str, frozenset[str]]:
    return {name: frozenset(fold(word) for word in words) for name, words in _HEADS.items()}


def _add_row(  # noqa: PLR0913, PLR0917 -- the parts of one line
    sheet: Sheet,
    number: int,
    order: Sequence[str],
    cells: Sequence[str],
    columns: Sequence[str],
    convert: Callable[[str, str], Any],
) -> None:
    given = dict(zip(order, cells, strict=False))
    row: dict[str, Any] = {}
    wrong = []
    if len(cells) > len(order) and any(cells[len(order) :]):
        wrong.append(_("There are more columns than the list has."))
    for name in columns:
        try:
            row[name] = convert(name, given.get(name, ""))
        except ValidationError as error:
            wrong += error.messages
    sheet.problems += [Problem(number, sentence) for sentence in wrong]
    if not wrong:
        sheet.rows.append(row)


# ── cells ───────────────────────────────────────────────────────────────────────────────────────
def _person_cell(name: str, cell: str, *, today: date) -> Any:
    if name == "nationality":
        return _country(cell)
    if name == "birth_date":
        return _birth_date(cell, today=today)
    if name == "full_name" and not cell:
        raise ValidationError(_("The name is missing."))
    return _text(name, cell)


def _item_cell(name: str, cell: str) -> Any:
    if name == "kind":
        return _kind(cell)
    if name == "quantity":
        return _whole_number(cell or "1", least=1)
    if name == "weight_kg":
        return _whole_number(cell, least=0) if cell else None
    if name == "description" and not cell:
        raise ValidationError(_("The description is missing."))
    return _text(name, cell)


def _text(name: str, cell: str) -> str:
    if len(cell) > LONGEST[name]:
        sentence = _("“%(text)s…” is too long: at most %(limit)s characters are taken.")
        raise ValidationError(sentence % {"text": cell[:20], "limit": LONGEST[name]})
    validate_plain_text(cell)
    return cell


def _country(cell: str) -> str:
    """Return the code of a country that is named by its code or in one of the portal's languages."""
    if not cell:
        raise ValidationError(_("The nationality is missing."))
    code = _countries().get(fold(cell).strip())
    if code is None:
        sentence = _("“%(country)s” is no country: write its name or its two-letter code.")
        raise ValidationError(sentence % {"country": cell[:40]})
    return code


@cache
def _countries() -> dict[str, str]:
    codes = [code for code, _name in COUNTRY_CHOICES]
    named = {
        fold(country_name(code, language)): code
        for language, _label in settings.LANGUAGES
        for code in codes
    }
    return {**named, **{fold(code): code for code in codes}}


def _birth_date(cell: str, *, today: date) -> date | None:
    if not cell:
        return None
    for pattern in DAYS:
        try:
            day = datetime.strptime(cell, pattern).date()  # noqa: DTZ007 -- a day has no zone
        except ValueError:
            continue
        if OLDEST <= day < today:
            return day
    sentence = _("“%(day)s” is no day of birth: write it as 1985-04-30 or 30.04.1985.")
    raise ValidationError(sentence % {"day": cell[:20]})


@cache
def _kinds() -> dict[str, str]:
    return {fold(value): value for value in ManifestKind.values}


def _kind(cell: str) -> str:
    """Return the kind by its code or its word in the active language."""
    words = {fold(str(label)): value for value, label in ManifestKind.choices}
    kind = words.get(fold(cell).strip()) or _kinds().get(fold(cell).strip())
    if kind is None:
        known = ", ".join(str(label) for label in ManifestKind.labels)
        sentence = _("“%(kind)s” is no kind: write one of %(kinds)s.")
        raise ValidationError(sentence % {"kind": cell[:20], "kinds": known})
    return kind


def _whole_number(cell: str, *, least: int) -> int:
    digits = cell.replace(" ", "").replace("\u00a0", "").removesuffix("kg")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 10):  # noqa: PLR2004 -- digits of LARGEST
        sentence = _("“%(number)s” is no whole number.")
        raise ValidationError(sentence % {"number": cell[:20]})
    number = int(digits)
    if not least <= number <= LARGEST:
        sentence = _("“%(number)s” is out of range.")
        raise ValidationError(sentence % {"number": cell[:20]})
    return number
