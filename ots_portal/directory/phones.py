"""Telephone numbers as people write them, as they are stored (ITU-T E.164) and as telephones dial them (RFC 3966)."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ots_portal.participants.models import INVENTED

MAX_DIGITS = 15  # ITU-T E.164, 6.2.1
MIN_DIGITS = 7
MAX_EXTENSION = 6
_EXTENSION = re.compile(r"(?:;\s*ext=|,?\s*\bext(?:ension)?\.?|,?\s*\bx\.?|#)\s*", re.IGNORECASE)
_MARKS = str.maketrans("", "", " \u00a0-‐‑–()./")


@dataclass(frozen=True)
class Phone:
    """``number`` is "+" and digits; ``extension`` digits or ""."""

    number: str
    extension: str = ""

    @property
    def is_invented(self) -> bool:
        """Whether it is a number of the demonstration, which leads nowhere."""
        return self.number.startswith(INVENTED)

    @property
    def uri(self) -> str:
        """What a telephone dials; "" for an invented number, which nobody should."""
        if self.is_invented:
            return ""
        return f"tel:{self.number}" + (f";ext={self.extension}" if self.extension else "")

    @property
    def text(self) -> str:
        """The number in groups of three from the end, as a person reads it out."""
        digits = self.number[1:]
        head = len(digits) % 3
        groups = [digits[:head]] * bool(head) + [
            digits[place : place + 3] for place in range(head, len(digits), 3)
        ]
        words = "+" + " ".join(groups)
        return f"{words} ext. {self.extension}" if self.extension else words

    @property
    def stored(self) -> dict[str, str]:
        return {"number": self.number, "extension": self.extension}


def parse(text: str) -> Phone:
    """
    Read a number in its international form, "00" for "+" included; marks and spaces are left out.

    :raises ValidationError: naming what is wrong with it
    """
    number, *rest = _EXTENSION.split(text.strip(), maxsplit=1)
    digits, extension = number.translate(_MARKS), "".join(rest).translate(_MARKS)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    asked = {"text": text.strip()[:60]}
    if not digits.startswith("+"):
        sentence = _("“%(text)s”: begin with + and the country's code, as in +90 312 555 01 01.")
        raise ValidationError(sentence, params=asked)
    if not _is_digits(digits[1:]) or (rest and not _is_digits(extension)):
        sentence = _(
            "“%(text)s”: a telephone number has digits only, and “ext.” before an extension."
        )
        raise ValidationError(sentence, params=asked)
    if not MIN_DIGITS <= len(digits) - 1 <= MAX_DIGITS or len(extension) > MAX_EXTENSION:
        sentence = _("“%(text)s”: a number has 7 to 15 digits, an extension at most 6.")
        raise ValidationError(sentence, params=asked)
    return Phone(digits, extension)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()
