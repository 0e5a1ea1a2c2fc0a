"""The switch offers a language only when every word of the portal is said in it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
OFFERED = [code for code in settings.PORTAL_LANGUAGES_OFFERED if code != "en"]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(
        str(ROOT / "ots_portal" / "locale" / language / "LC_MESSAGES" / "django.po")
    )


@pytest.mark.parametrize("language", OFFERED)
def test_an_offered_language_is_complete(language):
    words = catalogue(language)

    assert [entry.msgid for entry in words.untranslated_entries() + words.fuzzy_entries()] == []


@pytest.mark.parametrize("language", OFFERED)
def test_a_translation_keeps_every_placeholder(language):
    broken = [
        entry.msgid
        for entry in catalogue(language)
        for said in (entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr])
        if set(PLACEHOLDER.findall(said)) != set(PLACEHOLDER.findall(entry.msgid))
    ]

    assert broken == []


@pytest.mark.slow
def test_no_word_of_the_code_is_missing_in_the_catalogues(gettext, tmp_path):
    """Extract again, in a copy: a word that was added or changed since shows as a difference."""
    copy = tmp_path / "portal"
    parts = ("manage.py", "ots_portal", "meetings", "agreements", "incidents", "templates")
    for part in parts:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            copy.mkdir(exist_ok=True)
            shutil.copy(source, copy / part)

    subprocess.run(
        [sys.executable, "manage.py", "update_messages"], cwd=copy, check=True, capture_output=True
    )

    for language in OFFERED:
        extracted = polib.pofile(
            str(copy / "ots_portal" / "locale" / language / "LC_MESSAGES" / "django.po")
        )
        wanted = {(entry.msgctxt, entry.msgid) for entry in extracted if not entry.obsolete}
        there = {
            (entry.msgctxt, entry.msgid) for entry in catalogue(language) if not entry.obsolete
        }
        assert wanted - there == set(), "run: make messages, and translate"


def test_an_offered_language_is_one_the_portal_knows():
    assert set(settings.PORTAL_LANGUAGES_OFFERED) <= dict(settings.LANGUAGES).keys()
