"""Numbers as treaties write them: 5, V, five, 5 bis, 5A, premier; and which one follows which."""

import re
from itertools import pairwise

_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_ROMAN_FORM = re.compile(
    r"(?=.)m{0,3}(cm|cd|d?c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})"  # small letters; "ı" is no "i"
)
_SUFFIXES = ("bis", "ter", "quater", "quinquies", "sexies", "septies", "octies", "novies", "decies")
# The letters that points are numbered with, in their order.
LATIN = "abcdefghijklmnopqrstuvwxyz"
CYRILLIC = "абвгдежзиклмнопрстуфхцчшщэюя"
# As children learn them; lists of many treaties leave some letters out, so each is only asked what follows what.
_ALPHABETS = {
    "tr": "a b c ç d e f g ğ h ı i j k l m n o ö p r s ş t u ü v y z",
    "az": "a b c ç d e ə f g ğ h x ı i j k q l m n o ö p r s ş t u ü v y z",
    "tk": "a b ç d e ä f g h i j ž k l m n ň o ö p r s ş t u ü w y ý z",
    "uz": "a b d e f g h i j k l m n o p q r s t u v x y z oʻ gʻ sh ch",
    "es": "a b c d e f g h i j k l m n ñ o p q r s t u v w x y z",
    "ru": "а б в г д е ё ж з и й к л м н о п р с т у ф х ц ч ш щ ъ ы ь э ю я",
    "kk": "а ә б в г ғ д е ё ж з и й к қ л м н ң о ө п р с т у ұ ү ф х һ ц ч ш щ ъ ы і ь э ю я",
    "ky": "а б в г д е ё ж з и й к л м н ң о ө п р с т у ү ф х ц ч ш щ ъ ы ь э ю я",
    "uz-cyrl": "а б в г д е ё ж з и й к л м н о п р с т у ф х ц ч ш ъ э ю я ў қ ғ ҳ",
}
_FOLLOWS = {code: set(pairwise(letters.split())) for code, letters in _ALPHABETS.items()}

Value = tuple[int, int]  # the number, and which bis, ter, A, B … it is


def roman_value(text: str) -> int | None:
    """Return 4 of "IV" and "iv"; None where it is no Roman number."""
    low = text.lower()
    if not _ROMAN_FORM.fullmatch(low):
        return None
    values = [_ROMAN[letter] for letter in low]
    following = [*values[1:], 0]
    return sum(
        -value if value < after else value for value, after in zip(values, following, strict=True)
    )


def letter_value(text: str) -> int | None:
    """Return 3 of "c" and of "в"; 27 of "aa"."""
    low = text.lower()
    for letters in (LATIN, CYRILLIC):
        if low and set(low) == {low[0]} and low[0] in letters:
            return letters.index(low[0]) + 1 + len(letters) * (len(low) - 1)
    return None


def comes_next(letter: str, before: str, language: str = "") -> bool:
    """
    Return whether a letter comes right after another: "ç" after "c", "r" after "p" in a Turkish text.

    In any language where its alphabet has letters that others leave out; those it leaves out itself count only
    in a text that is known to be in it.
    """
    if letter.isupper() != before.isupper():
        return False
    pair = (_small(before), _small(letter))
    known = {code for code in _ALPHABETS if language and code.startswith(language)}
    codes = known or (() if letter_value(pair[1]) else _ALPHABETS)
    return any(pair in _FOLLOWS[code] for code in codes)


def _small(letter: str) -> str:
    return letter.replace("İ", "i").lower()


_WORDS = {
    word: value
    for value, words in enumerate(
        (
            "one first sole single premier première unique первая tek birinci",
            "two second deuxième вторая ikinci",
            "three third troisième третья üçüncü",
            "four fourth quatrième четвертая dördüncü",
            "five fifth cinquième пятая beşinci",
            "six sixth sixième шестая altıncı",
            "seven seventh septième седьмая yedinci",
            "eight eighth huitième восьмая sekizinci",
            "nine ninth neuvième девятая dokuzuncu",
            "ten tenth dixième десятая onuncu",
            "eleven eleventh onzième",
            "twelve twelfth douzième",
            "thirteen thirteenth treizième",
            "fourteen fourteenth quatorzième",
            "fifteen fifteenth quinzième",
            "sixteen sixteenth seizième",
            "seventeen seventeenth",
            "eighteen eighteenth",
            "nineteen nineteenth",
            "twenty twentieth",
        ),
        start=1,
    )
    for word in words.split()
}
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_WORDS |= _TENS
_WORDS |= {
    f"{ten}{sign}{unit}": value + _WORDS[unit]
    for ten, value in _TENS.items()
    for sign in "- "
    for unit in ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
                 "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
}  # fmt: skip
NUMBER_WORDS = "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?P<base>\d{{1,4}}|{NUMBER_WORDS}|[ivxlcdm]+|[a-zа-я])(?:er|re|°|º)?"
    rf"(?:[\s(]*(?P<latin>{'|'.join(_SUFFIXES)})\)?|[-–]?(?P<letter>[a-zа-я])|[.\-–/](?P<sub>\d{{1,3}}))?",
    re.IGNORECASE,
)


def value_of(number: str) -> Value | None:
    """Return (5, 0) of "5", "V" and "five", (5, 1) of "5 bis", "5A" and "5-1"; None where it is no number."""
    found = _NUMBER.fullmatch(number.strip())
    if not found:
        return None
    base = _base_value(found["base"])
    if base is None:
        return None
    if found["latin"]:
        # "İ" and "ı" match where "i" does, and so does the long "ſ".
        suffix = found["latin"].lower().replace("i̇", "i").replace("ı", "i").replace("ſ", "s")
        return base, _SUFFIXES.index(suffix) + 1
    if found["letter"]:
        return base, letter_value(found["letter"]) or 0
    return base, int(found["sub"] or 0)


def _base_value(text: str) -> int | None:
    low = text.lower().replace("i̇", "i")
    if low.isdigit():
        return int(low)
    return _WORDS.get(low) or roman_value(low) or letter_value(low)


def follows(value: Value, last: Value) -> bool:
    """Return whether the number comes right after the last one: 6 after 5 and after 5 bis, 5 ter after 5 bis."""
    return value in ((last[0] + 1, 0), (last[0], last[1] + 1))
