"""The numbers that Word counts for paragraphs: "Article %1", "%1.%2", "(%3)" (ECMA-376, part 1, 17.9)."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from agreements.formats.numbers import LATIN

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_LARGEST = 32_767  # what Word counts to
_LARGEST_ROMAN = 3_999
_LARGEST_LETTER = 780  # thirty times the letter z
_HEADING = re.compile(r"(?:heading|title|заголовок|başlık|название)\s*(\d)?", re.IGNORECASE)


@dataclass
class _Form:
    """How one level of a list is numbered; it begins anew behind levels below ``restart``, None: behind all above it."""

    start: int = 1
    kind: str = "decimal"
    text: str = ""
    restart: int | None = None


@dataclass
class _List:
    """A list of Word: the levels' forms, and how far each has been counted."""

    forms: list[_Form] = field(default_factory=lambda: [_Form() for _level in range(_LEVELS)])
    counts: list[int | None] = field(default_factory=lambda: [None] * _LEVELS)

    def next_label(self, level: int) -> str:
        form = self.forms[level]
        count = self.counts[level]
        self.counts[level] = form.start if count is None else count + 1
        for deeper in range(level + 1, _LEVELS):
            restart = self.forms[deeper].restart
            if restart is None or level < restart:
                self.counts[deeper] = None
        return re.sub(r"%(\d)", lambda found: self._shown(int(found[1]) - 1), form.text)

    def _shown(self, level: int) -> str:
        count = self.counts[level]
        form = self.forms[level]
        return shown_number(form.start if count is None else count, form.kind)


def shown_number(value: int, kind: str) -> str:
    """Return 4 as "4", "iv", "IV", "d", "D" by Word's name for the row; in figures what no letters are for."""
    if kind in ("lowerRoman", "upperRoman") and value <= _LARGEST_ROMAN:
        roman = roman_number(value)
        return roman.upper() if kind == "upperRoman" else roman
    if kind in ("lowerLetter", "upperLetter") and value <= _LARGEST_LETTER:
        index, times = (value - 1) % len(LATIN), (value - 1) // len(LATIN) + 1
        letters = LATIN[index] * times
        return letters.upper() if kind == "upperLetter" else letters
    if kind in ("russianLower", "russianUpper"):
        letters = "абвгдежзиклмнопрстуфхцчшщэюя"
        letter = letters[(value - 1) % len(letters)]
        return letter.upper() if kind == "russianUpper" else letter
    if kind == "none":
        return ""
    return str(value)


def roman_number(value: int) -> str:
    found = ""
    for step, letters in _ROMAN:
        while value >= step:
            found, value = found + letters, value - step
    return found


class Numbering:
    """What numbering.xml and styles.xml say, asked paragraph by paragraph in the order of the document."""

    def __init__(self, numbering: Any, styles: Any) -> None:
        self.lists: dict[str, _List] = {}
        self.shared: dict[str, str] = {}
        self.style_names: dict[str, str] = {}
        self.style_lists: dict[str, tuple[str, int]] = {}
        self.based_on: dict[str, str] = {}
        if numbering is not None:
            self._read_numbering(numbering)
        if styles is not None:
            self._read_styles(styles)

    def of(self, paragraph: Any) -> tuple[str, str, int]:
        """Return the style's name, the number as it is shown, and the level of a heading (0: none)."""
        properties = paragraph.find(f"{_W}pPr")
        style = _value(properties, "pStyle")
        name = self.style_names.get(style, style)
        return name, self._label(properties, style), _heading_level(name)

    def _label(self, properties: Any, style: str) -> str:
        own = properties.find(f"{_W}numPr") if properties is not None else None
        number, level = _list_of(own)
        if not number:
            number, style_level = self._list_of_style(style)
            level = style_level if level is None else level
        found = self.lists.get(number)
        if found is None or number == "0":
            return ""
        place = min(level or 0, _LEVELS - 1)
        label = found.next_label(place)
        return "—" if found.forms[place].kind == "bullet" else label

    def _list_of_style(self, style: str) -> tuple[str, int | None]:
        seen: set[str] = set()
        while style and style not in seen:
            seen.add(style)
            if style in self.style_lists:
                return self.style_lists[style]
            style = self.based_on.get(style, "")
        return "", None

    def _read_numbering(self, root: Any) -> None:
        abstracts = list(root.iter(f"{_W}abstractNum"))
        forms = {abstract.get(f"{_W}abstractNumId"): _forms(abstract) for abstract in abstracts}
        linked = _links(abstracts)
        # Lists that share their form go on counting together, as Word does, unless one starts anew.
        shared: dict[str, _List] = {}
        for number in root.iter(f"{_W}num"):
            key = _value(number, "abstractNumId")
            key = linked.get(key, key)
            overrides = number.findall(f"{_W}lvlOverride")
            if not overrides and key in shared:
                found = shared[key]
            else:
                found = _List([replace(form) for form in forms.get(key, _List().forms)])
                if not overrides:
                    shared[key] = found
            for override in overrides:
                _override(found.forms, override)
            self.lists[number.get(f"{_W}numId", "")] = found

    def _read_styles(self, root: Any) -> None:
        for style in root.iter(f"{_W}style"):
            key = style.get(f"{_W}styleId", "")
            self.style_names[key] = _value(style, "name")
            self.based_on[key] = _value(style, "basedOn")
            number, level = _list_of(style.find(f"{_W}pPr/{_W}numPr"))
            if number:
                self.style_lists[key] = number, level or 0


def _forms(abstract: Any) -> list[_Form]:
    forms = [_Form() for _level in range(_LEVELS)]
    for level in abstract.iter(f"{_W}lvl"):
        index = _int(level.get(f"{_W}ilvl", "0"))
        if index is not None and index < _LEVELS:
            forms[index] = _form(level)
    return forms


def _form(level: Any) -> _Form:
    start = _int(_value(level, "start"))
    return _Form(
        1 if start is None else start,
        _value(level, "numFmt") or "decimal",
        _value(level, "lvlText"),
        _int(_value(level, "lvlRestart")),
    )


def _override(forms: list[_Form], override: Any) -> None:
    """Change one level for one list: its whole form, or only where it begins."""
    index = _int(override.get(f"{_W}ilvl", "0"))
    if index is None or index >= _LEVELS:
        return
    level = override.find(f"{_W}lvl")
    if level is not None:
        forms[index] = _form(level)
    start = _int(_value(override, "startOverride"))
    if start is not None:
        forms[index].start = start


def _links(abstracts: list[Any]) -> dict[str, str]:
    """Return which list stands for another that only names a style: numStyleLink → styleLink."""
    by_style = {
        style: abstract.get(f"{_W}abstractNumId", "")
        for abstract in abstracts
        if (style := _value(abstract, "styleLink"))
    }
    return {
        abstract.get(f"{_W}abstractNumId", ""): by_style[style]
        for abstract in abstracts
        if (style := _value(abstract, "numStyleLink")) in by_style
    }


def _list_of(properties: Any) -> tuple[str, int | None]:
    if properties is None:
        return "", None
    return _value(properties, "numId"), _int(_value(properties, "ilvl"))


def _int(text: str) -> int | None:
    """Return the number that an attribute holds; None of what Word would not write."""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(_LARGEST))):
        return None
    return min(int(text), _LARGEST)


def _value(element: Any, name: str) -> str:
    found = element.find(f"{_W}{name}") if element is not None else None
    return found.get(f"{_W}val", "") if found is not None else ""


def _heading_level(style: str) -> int:
    found = _HEADING.match(style)
    return int(found[1] or 1) if found else 0
