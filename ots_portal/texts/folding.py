"""Folding: the form in which texts are compared when a person searches."""

import re
import unicodedata

# Whatever keyboards give for the sign of Uzbek and Karakalpak letters, and for an apostrophe.
_APOSTROPHES = "'’‘ʻʼʽʾʿˈ‛`´ʹ′＇"
# Letters that Unicode does not take apart but people type without their marks or look-alikes.
_LETTERS = str.maketrans(
    {"ı": "i", "ə": "e", "ө": "о", "ғ": "г", "қ": "к", "ң": "н", "ұ": "у", "ү": "у", "һ": "х", "і": "и",
     "ә": "а", "ҳ": "х", "ҷ": "ч", "ӊ": "н", "ґ": "г", "є": "е",
     "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŋ": "n", "æ": "ae", "œ": "oe", "þ": "th"}
)  # fmt: skip
_WITHOUT_APOSTROPHES = str.maketrans("", "", _APOSTROPHES)
_WORD = re.compile(r"[^\W_]+")
# What stands before an apostrophe and an ending: Ankara of Ankara'da; no part of oʻzbek.
_STEM = re.compile(rf"([^\W_]{{3,}})[{_APOSTROPHES}][^\W_]")
LONGEST_WORD = 64


def fold(text: str) -> str:
    """
    Return ``text`` without case, marks and apostrophes: "İstanbul" and "ISTANBUL" fold to "istanbul".

    One documented rule for search (docs/search.md): casefolded, apostrophes dropped, NFKD, marks
    dropped, then dotless i, schwa and the Kazakh, Kyrgyz, Tajik and Ukrainian letters made plain.
    """
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_WITHOUT_APOSTROPHES))
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(plain.translate(_LETTERS).split())


def words_asked_for(text: str) -> list[str]:
    """Return the folded words of what somebody types into a search field, each once, in their order."""
    words = _WORD.findall(fold(text))
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in words))


def words_to_find(text: str) -> set[str]:
    """Return the folded words by which a text is found; "Ankara'da" also by "Ankara"."""
    stems = _STEM.findall(unicodedata.normalize("NFC", text))
    return set(words_asked_for(text)).union(*map(words_asked_for, stems))
