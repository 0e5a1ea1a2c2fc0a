import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ots_portal.texts.comparison import Keyed, Piece, compare, compare_paragraphs

LETTERS = "ab ,.\n\u0301İı’ʻ😀\u200d👩"


def pieces(*told):
    kinds = {"=": "same", "+": "added", "-": "removed"}
    return [Piece(kinds[one[0]], one[1:]) for one in told]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", []),
        ("", "New.", pieces("+New.")),
        ("Old.", "", pieces("-Old.")),
        ("The same.", "The same.", pieces("=The same.")),
        ("The host opened.", "The chair opened.", pieces("=The ", "-host", "+chair", "= opened.")),
        ("Met in Baku.", "Met in Baku in May.", pieces("=Met in Baku", "+ in May", "=.")),
        ("İstanbul\u2019da idi.", "İstanbul\u2019dan idi.", pieces("-İstanbul’da", "+İstanbul’dan", "= idi.")),
        ("bir  iki", "bir iki", pieces("=bir", "-  ", "+ ", "=iki")),
        ("Oʻzbek tili", "Oʻzbek xalqi", pieces("=Oʻzbek ", "-tili", "+xalqi")),
        ("Thumbs 👍🏽 up", "Thumbs 👍🏿 up", pieces("=Thumbs ", "-👍🏽", "+👍🏿", "= up")),
    ],
)  # fmt: skip
def test_texts_are_compared_by_words(before, after, expected):
    assert compare(before, after) == expected


def test_a_letter_composed_differently_is_the_same():
    composed, apart = "Şuşa görüşü", unicodedata.normalize("NFD", "Şuşa görüşü")

    assert (compare(composed, apart), compare(f"{composed} 1", f"{apart} 2")) == (
        pieces(f"={apart}"),
        pieces(f"={apart} ", "-1", "+2"),
    )


def test_changes_parted_by_a_short_word_are_read_as_one():
    before, after = "The Ministers of Emergency met.", "The Heads of Protection met."

    assert compare(before, after) == pieces(
        "=The ", "-Ministers of Emergency", "+Heads of Protection", "= met."
    )


@given(st.text(LETTERS, max_size=30), st.text(LETTERS, max_size=30))
def test_the_pieces_make_both_texts_whatever_they_are(before, after):
    found = compare(before, after)

    earlier = "".join(piece.text for piece in found if piece.kind != "added")
    later = "".join(piece.text for piece in found if piece.kind != "removed")
    assert (unicodedata.normalize("NFC", earlier), later) == (
        unicodedata.normalize("NFC", before),
        after,
    )


# ── paragraphs ──────────────────────────────────────────────────────────────────────────────────


def paragraphs(*told):
    return [Keyed(*one) for one in told]


def kinds(before, after):
    return [(change.kind, change.key) for change in compare_paragraphs(before, after)]


def test_each_paragraph_says_what_became_of_it():
    before = paragraphs(
        ("a", "1", "Opening."), ("b", "2", "Report."), ("c", "3", "Rivers."), ("d", "4", "Fund."), ("e", "5", "Two points."),
    )  # fmt: skip
    after = paragraphs(
        ("a", "1", "Opening."), ("c", "2", "Rivers."), ("b", "3", "Report."), ("e", "4", "Three points."), ("f", "5", "Next."),
    )  # fmt: skip

    changes = compare_paragraphs(before, after)

    assert [(one.kind, one.key, one.is_moved, one.is_renumbered) for one in changes] == [
        ("same", "a", False, False),
        ("moved", "c", True, True),
        ("removed", "d", False, False),
        ("renumbered", "b", False, True),
        ("changed", "e", False, True),
        ("added", "f", False, False),
    ]


def test_a_paragraph_that_was_moved_and_changed_says_both():
    before = paragraphs(("a", "1", "One."), ("b", "2", "Two."), ("c", "3", "Three."))
    after = paragraphs(("c", "1", "Three!"), ("a", "2", "One."), ("b", "3", "Two."))

    first = compare_paragraphs(before, after)[0]

    assert (first.kind, first.is_moved, first.is_renumbered, list(first.pieces)) == (
        "changed", True, True, pieces("=Three", "-.", "+!"),
    )  # fmt: skip


def test_an_insertion_renumbers_and_moves_nothing():
    before = paragraphs(("a", "1", "One."), ("b", "2", "Two."))
    after = paragraphs(("n", "1", "New."), ("a", "2", "One."), ("b", "3", "Two."))

    assert kinds(before, after) == [("added", "n"), ("renumbered", "a"), ("renumbered", "b")]


def test_what_was_removed_stands_where_it_stood():
    before = paragraphs(
        ("x", "1", "Gone."), ("a", "2", "One."), ("y", "3", "Gone too."), ("b", "4", "Two.")
    )
    after = paragraphs(("b", "1", "Two."), ("a", "2", "One."))

    assert kinds(before, after) == [
        ("removed", "x"), ("moved", "b"), ("same", "a"), ("removed", "y"),
    ]  # fmt: skip


def test_a_key_that_stands_twice_is_refused():
    twice = paragraphs(("a", "1", "One."), ("a", "2", "Two."))

    with pytest.raises(ValueError, match="one paragraph"):
        compare_paragraphs([], twice)


# ── bounded work ────────────────────────────────────────────────────────────────────────────────

HOW_MUCH = 1_000_000  # letters


def _words(number, *, step):
    return " ".join(f"w{index * step}" for index in range(number))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (_words(160_000, step=1), _words(160_000, step=-1)),
        ("a." * (HOW_MUCH // 2), "b." * (HOW_MUCH // 2)),
        (" a" * (HOW_MUCH // 2), "  b" * (HOW_MUCH // 3)),
        ("a" * HOW_MUCH, "b" * HOW_MUCH),
        ("the of " * (HOW_MUCH // 7), "of and " * (HOW_MUCH // 7)),
        ("\n".join(map(str, range(150_000))), "\n".join(map(str, range(150_000, 0, -1)))),
    ],
    ids=["words", "sentences", "blanks", "one word", "frequent", "lines"],
)
def test_a_million_letters_are_compared_coarsely_and_never_hang(before, after):
    begun = time.process_time()

    found = compare(before, after)

    # A second or so; ten leave room for a busy host. The finest way would take hours.
    assert time.process_time() - begun < 10
    assert "".join(piece.text for piece in found if piece.kind != "removed") == after
    assert "".join(piece.text for piece in found if piece.kind != "added") == before


def test_a_word_changed_in_a_very_long_text_is_found():
    sentences = [f"Sentence {index} tells something of its own." for index in range(25_000)]
    before = " ".join(sentences)
    changed = [
        line.replace("something", "nothing") if index in (3, 24_000) else line
        for index, line in enumerate(sentences)
    ]

    found = compare(before, " ".join(changed))

    assert [(piece.kind, piece.text) for piece in found if piece.kind != "same"] == [
        ("removed", "something"), ("added", "nothing"),
        ("removed", "something"), ("added", "nothing"),
    ]  # fmt: skip


def test_four_hundred_paragraphs_of_which_nothing_is_left_are_compared():
    before = [
        Keyed(str(n), str(n), f"{_words(150, step=n + 1)} the end of it.") for n in range(400)
    ]
    after = [Keyed(one.key, one.number, f"the {one.text[::-1]}") for one in before]
    begun = time.process_time()

    changes = compare_paragraphs(before, after)

    assert ({one.kind for one in changes}, time.process_time() - begun < 5) == ({"changed"}, True)
