"""However a treaty is laid out, the same tree comes back."""

from hypothesis import HealthCheck, Phase, given, settings

from agreements.formats.plain import read_plain
from tests.agreements.formats.treaties import as_numbered, laid_out, layouts, treaties

# The same treaties each time: what others bring to light is kept as a test of its own (test_plain.py). To shrink
# one takes minutes and makes it no clearer.
slow_to_draw = settings(
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    max_examples=30,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@slow_to_draw
@given(treaty=treaties(), layout=layouts())
def test_a_treaty_comes_back_as_it_was(treaty, layout):
    text = laid_out(treaty, layout)

    parsed = read_plain(text)

    assert (parsed.title, parsed.nodes) == (treaty.title, as_numbered(treaty, layout).nodes), text


@slow_to_draw
@given(treaty=treaties(), layout=layouts(header="Agreement on joint exercises", page_length=40))
def test_a_header_is_no_part_of_a_treaty_of_however_few_pages(treaty, layout):
    text = laid_out(treaty, layout)

    parsed = read_plain(text)

    assert (parsed.title, parsed.nodes) == (treaty.title, as_numbered(treaty, layout).nodes), text
