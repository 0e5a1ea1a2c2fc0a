import unicodedata

import pytest

from ots_portal.texts import fold, words_asked_for, words_to_find


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("İSTANBUL", "istanbul"),
        ("Iğdır", "ığdir"),
        ("IĞDIR", "igdir"),
        ("Fövqəladə Hallar", "FOVQELADE hallar"),
        ("Oʻzbekiston", "o'zbekiston"),
        ("O‘zbekiston", "O`zbekiston"),
        ("Oʼzbekiston", "ozbekiston"),
        ("Ғарб Ўзбекистон", "гарб узбекистон"),
        ("Төтенше жағдай", "тотенше жагдай"),
        ("Қазақстан", "казакстан"),
        ("Әуе", "ауе"),
        ("Győr", "gyor"),
        ("Türkmenistanyň", "turkmenistanyn"),
        ("Straße", "STRASSE"),
    ],
)
def test_every_keyboard_types_the_same_word(written, typed):
    assert fold(written) == fold(typed)


@pytest.mark.parametrize("text", ["İğdır şöyle", "Ўғил", "Fövqəladə", "Győr őrség"])
def test_letters_composed_and_apart_fold_to_the_same(text):
    apart = unicodedata.normalize("NFD", text)

    assert (apart != text, fold(apart)) == (True, fold(unicodedata.normalize("NFC", text)))


def test_a_text_is_cut_into_letters_and_digits_each_word_once():
    assert words_asked_for("OTS-2026-0007: Kür, KÜR_çayı <b>&") == [
        "ots", "2026", "0007", "kur", "cayi", "b",
    ]  # fmt: skip


def test_a_name_is_found_with_and_without_its_ending():
    assert words_to_find("Ankara’da oʻzbek") == {"ankarada", "ankara", "ozbek"}


def test_nothing_but_signs_is_no_word():
    assert words_asked_for("'\"\\ &|!() <-> % _ 🌊 🇹🇷") == []
