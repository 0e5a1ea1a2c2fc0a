"""
The languages in which treaties of the Organization of Turkic States are made, each with its script.

A language version is named by its tag (BCP 47): "uz" in the script that its State writes it in, "uz-Cyrl" in the other.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Script(models.TextChoices):
    """ISO 15924."""

    LATIN = "Latn", pgettext_lazy("script", "Latin")
    CYRILLIC = "Cyrl", pgettext_lazy("script", "Cyrillic")


class TreatyLanguage(models.TextChoices):
    """ISO 639-1."""

    ENGLISH = "en", pgettext_lazy("language", "English")
    RUSSIAN = "ru", pgettext_lazy("language", "Russian")
    TURKISH = "tr", pgettext_lazy("language", "Turkish")
    AZERBAIJANI = "az", pgettext_lazy("language", "Azerbaijani")
    KAZAKH = "kk", pgettext_lazy("language", "Kazakh")
    KYRGYZ = "ky", pgettext_lazy("language", "Kyrgyz")
    UZBEK = "uz", pgettext_lazy("language", "Uzbek")
    TURKMEN = "tk", pgettext_lazy("language", "Turkmen")
    HUNGARIAN = "hu", pgettext_lazy("language", "Hungarian")


@dataclass(frozen=True)
class Version:
    """A language in a script; ``iso3`` is its code in Akoma Ntoso (ISO 639-2 T)."""

    language: str
    script: str
    iso3: str
    tag: str
    name: str | Promise


_L, _S = TreatyLanguage, Script

VERSIONS: dict[str, Version] = {
    version.tag: version
    for version in (
        Version(_L.ENGLISH, _S.LATIN, "eng", "en", _L.ENGLISH.label),
        Version(_L.RUSSIAN, _S.CYRILLIC, "rus", "ru", _L.RUSSIAN.label),
        Version(_L.TURKISH, _S.LATIN, "tur", "tr", _L.TURKISH.label),
        Version(_L.AZERBAIJANI, _S.LATIN, "aze", "az", _L.AZERBAIJANI.label),
        Version(_L.KAZAKH, _S.CYRILLIC, "kaz", "kk", _("Kazakh (Cyrillic)")),
        Version(_L.KAZAKH, _S.LATIN, "kaz", "kk-Latn", _("Kazakh (Latin)")),
        Version(_L.KYRGYZ, _S.CYRILLIC, "kir", "ky", _L.KYRGYZ.label),
        Version(_L.UZBEK, _S.LATIN, "uzb", "uz", _("Uzbek (Latin)")),
        Version(_L.UZBEK, _S.CYRILLIC, "uzb", "uz-Cyrl", _("Uzbek (Cyrillic)")),
        Version(_L.TURKMEN, _S.LATIN, "tuk", "tk", _L.TURKMEN.label),
        Version(_L.HUNGARIAN, _S.LATIN, "hun", "hu", _L.HUNGARIAN.label),
    )
}
CHOICES = [(tag, version.name) for tag, version in VERSIONS.items()]
SCRIPT_OF = {tag: version.script for tag, version in VERSIONS.items()}


def tag_of(language: str, script: str) -> str:
    """Return the tag of a language in a script; the bare code where nobody writes it so."""
    found = (v.tag for v in VERSIONS.values() if (v.language, v.script) == (language, script))
    return next(found, language)


def language_name(tag: str) -> str:
    """Return "Uzbek (Cyrillic)" in the reader's language; of a language that is not in the list its code."""
    return str(VERSIONS[tag].name) if tag in VERSIONS else tag
