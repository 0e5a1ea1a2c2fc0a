"""The translators' files: compiled without gettext, brought up to date with it."""

import gettext
import os

import pytest
from django.core.management import CommandError, call_command

CATALOGUE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Earthquake"
msgstr "Zəlzələ"

#, fuzzy
msgid "Flood"
msgstr "Sel?"
"""


@pytest.fixture
def source(tmp_path, settings):
    settings.LOCALE_PATHS = [tmp_path]
    folder = tmp_path / "az" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "django.po"
    source.write_text(CATALOGUE, encoding="utf-8")
    return source


def test_compile_translations_writes_what_gettext_reads_and_leaves_out_the_fuzzy(source):
    call_command("compile_translations")

    with source.with_suffix(".mo").open("rb") as compiled:
        words = gettext.GNUTranslations(compiled)
    assert (words.gettext("Earthquake"), words.gettext("Flood")) == ("Zəlzələ", "Flood")


def test_compile_translations_leaves_alone_what_is_newer_than_its_source(source):
    compiled = source.with_suffix(".mo")
    compiled.write_bytes(b"newer")
    os.utime(source, (1, 1))

    call_command("compile_translations")

    assert compiled.read_bytes() == b"newer"


def test_compile_translations_brings_an_older_one_up_to_date_and_leaves_no_other_file(source):
    compiled = source.with_suffix(".mo")
    compiled.write_bytes(b"older")
    os.utime(compiled, (1, 1))

    call_command("compile_translations")

    assert compiled.read_bytes() != b"older"
    assert sorted(path.name for path in source.parent.iterdir()) == ["django.mo", "django.po"]


@pytest.fixture
def project(tmp_path, settings, monkeypatch):
    """A project with one template and one language."""
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    settings.LANGUAGES = [("en", "English"), ("az", "Azərbaycanca")]
    (tmp_path / "locale").mkdir()
    (tmp_path / "page.html").write_text(
        "{% load i18n %}{% translate 'Wind' %}{% translate 'Flood' %}"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def update_messages(project) -> str:
    call_command("update_messages", verbosity=0)
    return (project / "locale/az/LC_MESSAGES/django.po").read_text(encoding="utf-8")


def test_update_messages_takes_the_words_sorted_without_lines_and_dates(project, gettext):
    catalogue = update_messages(project)

    words = [line for line in catalogue.splitlines() if line.startswith("msgid")][1:]
    assert words == ['msgid "Flood"', 'msgid "Wind"']
    assert ("#:" in catalogue, "POT-Creation-Date" in catalogue) == (False, False)


def test_update_messages_again_changes_nothing(project, gettext):
    first = update_messages(project)

    assert update_messages(project) == first


def test_update_messages_without_gettext_names_the_line_to_type(project, monkeypatch):
    monkeypatch.setenv("PATH", "")

    with pytest.raises(CommandError, match="sudo apt-get install -y gettext"):
        update_messages(project)
