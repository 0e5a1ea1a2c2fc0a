import pytest
from django.template import engines
from django.template.loader import render_to_string

from ots_portal.paper.comparisons import on_paper
from ots_portal.texts.comparison import Keyed, compare, compare_paragraphs

BEFORE = [Keyed("a", "1", "The host <b>opened</b>."), Keyed("b", "2", "Gone.")]
AFTER = [Keyed("a", "3", "The chair <b>opened</b>."), Keyed("c", "4", "New.")]


@pytest.fixture
def changes():
    return compare_paragraphs(BEFORE, AFTER)


def rendered(tag, pieces):
    template = engines["django"].from_string(f"{{% load comparison %}}{{% {tag} pieces %}}")
    return template.render({"pieces": pieces})


def test_additions_and_removals_are_elements_and_said_in_words():
    assert rendered("compared", compare("The <host>.", "The <chair>.")) == (
        '<span class="compared">The &lt;'
        '<del><span class="visually-hidden"> [removed: </span>host'
        '<span class="visually-hidden"> end of what was removed] </span></del>'
        '<ins><span class="visually-hidden"> [added: </span>chair'
        '<span class="visually-hidden"> end of what was added] </span></ins>&gt;.</span>'
    )


@pytest.mark.parametrize(
    ("tag", "has", "lacks"),
    [("compared_before", "host", "chair"), ("compared_after", "chair", "host")],
)
def test_a_side_shows_its_own_text_alone(tag, has, lacks):
    shown = rendered(tag, compare("The host.", "The chair."))

    assert (has in shown, lacks in shown) == (True, False)


def test_the_inline_form_numbers_marks_and_escapes(changes):
    page = render_to_string("components/comparison.html", {"changes": changes})

    told = [
        word in page
        for word in ("Changed", "Removed", "Added", "it was number 1", "&lt;b&gt;", "<b>")
    ]
    assert told == [True, True, True, True, True, False]


def test_the_two_sides_have_headed_columns_and_a_dash_for_what_is_not_there(changes):
    page = render_to_string(
        "components/comparison_sides.html",
        {"changes": changes, "before_word": "Draft", "after_word": "Adopted", "caption": "Minutes"},
    )

    told = (
        page.count('data-label="Draft"'),
        page.count(">—</td>"),
        "1 → 3" in page,
        page.count("<th scope"),
    )
    assert told == (3, 2, True, 6)


def test_a_document_gets_numbers_words_and_pieces(changes):
    assert on_paper(changes)[1:] == [
        {"number": "2", "word": "Removed", "pieces": [{"kind": "removed", "text": "Gone."}]},
        {"number": "4", "word": "Added", "pieces": [{"kind": "added", "text": "New."}]},
    ]
