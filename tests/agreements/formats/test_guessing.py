import pytest

from agreements.formats.guessing import is_clearly_another, language_of
from tests.samples import ROOT

TREATIES = ROOT / "tests" / "samples" / "treaties"
CYRILLIC_UZBEK = "Томонлар ушбу Битимга мувофиқ ҳар бир машғулот учун жавобгар ва бу тўғрисида бошқа Томон билан маслаҳатлашади ҳамда қўшма гуруҳ тузади."


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("english", "en"), ("turkish", "tr"), ("azerbaijani", "az"), ("kazakh", "kk"), ("kyrgyz", "ky"), ("uzbek", "uz"), ("russian", "ru"),
    ],
)  # fmt: skip
def test_a_treaty_is_known_by_its_letters_and_small_words(name, tag):
    text = (TREATIES / f"{name}.txt").read_text("utf-8")

    assert (language_of(text), is_clearly_another(text, tag)) == (tag, "")


@pytest.mark.parametrize(("name", "tag"), [("russian", "ky"), ("turkish", "az"), ("kazakh", "ru")])
def test_a_text_under_another_name_is_found_out(name, tag):
    text = (TREATIES / f"{name}.txt").read_text("utf-8")

    assert is_clearly_another(text, tag) != ""


def test_the_script_tells_two_versions_of_a_language_apart():
    assert is_clearly_another(CYRILLIC_UZBEK, "uz") == "uz-Cyrl"


@pytest.mark.parametrize("text", ["Article 1", "", (TREATIES / "german.txt").read_text("utf-8")])
def test_what_cannot_be_told_is_not_refused(text):
    assert is_clearly_another(text, "en") == ""
