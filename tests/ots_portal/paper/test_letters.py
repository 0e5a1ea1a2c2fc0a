import pytest

from ots_portal.paper import letters
from ots_portal.paper.management.commands.find_letters import is_printed, ranges


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Flood on the Kura", "Flood on the Kura"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\tb", "a b"),
        ("e\u0301", "é"),
        ("I\u0307", "İ"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\u200fright\u202eto\u2066left", "righttoleft"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("❤\ufe0f", "❤"),
        ("👩\u200d🚒", "[U+1F469]\u200d[U+1F692]"),
        ("\ue000", "[U+E000]"),
        ("\x00\x1b[31m", "[31m"),
    ],
)
def test_a_text_is_printed_as(written, printed):
    assert letters.printable_text(written) == printed


def test_more_marks_than_any_language_has_are_cut():
    assert letters.printable_text("x" + "\u0302" * 500 + "y") == "x" + "\u0302" * 30 + "y"


def test_texts_in_lists_and_objects_are_made_printable_and_keys_and_numbers_left():
    value = {"a\u202e": ["b\u202e", 1, None, True, {"c": "d\u202e"}]}

    assert letters.printable(value) == {"a\u202e": ["b", 1, None, True, {"c": "d"}]}


def test_the_list_of_letters_is_that_of_the_typefaces_installed():
    """Otherwise run ``manage.py find_letters``: typst or the typeface is another release."""
    first, last = letters._ranges()
    inside = [*first[::5], *last[::5]]
    outside = [0x378, 0x4E00, 0xAC00, 0xE000, 0x1F600, 0x20000]

    assert (
        [code for code in inside if not is_printed(code)],
        [c for c in outside if is_printed(c)],
    ) == ([], [])


def test_what_hangs_together_is_one_range():
    assert ranges([1, 2, 3, 7, 9, 10]) == [(1, 3), (7, 7), (9, 10)]
