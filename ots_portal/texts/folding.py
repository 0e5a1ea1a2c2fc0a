"""Folding: the form in which texts are compared when a person searches."""

import unicodedata

# Letters that Unicode does not take apart but people type without their marks or look-alikes.
_LETTERS = str.maketrans(
    {"ı": "i", "ə": "e", "ө": "о", "ғ": "г", "қ": "к", "ң": "н", "ұ": "у", "ү": "у", "һ": "х", "і": "и",
     "ʻ": "", "ʼ": "", "‘": "", "’": "", "'": "", "ø": "o", "ł": "l", "đ": "d"}
)  # fmt: skip


def fold(text: str) -> str:
    """
    Return ``text`` without case, marks and apostrophes: "İstanbul" and "ISTANBUL" fold to "istanbul".

    One documented rule for search: NFKD, marks dropped, casefolded, then dotless i, schwa, the
    Kazakh and Kyrgyz letters and the Uzbek apostrophes made plain.
    """
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(plain.translate(_LETTERS).split())
