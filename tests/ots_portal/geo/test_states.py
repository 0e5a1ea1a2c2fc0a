"""The map of States: a pattern and a name for each, a legend, and nothing that a script would have to do."""

import re

from ots_portal.geo.borders import archive, draw_outlines
from ots_portal.geo.states import Mark, StateMark, states_map

SIGNED, NOTHING = Mark("lines", "Signatory"), Mark("none", "Nothing known")


def test_each_state_is_drawn_with_its_pattern_and_its_words():
    drawn = states_map(
        [StateMark("Türkiye", SIGNED, iso2="TR"), StateMark("Hungary", NOTHING, iso2="HU")],
        legend=[SIGNED, NOTHING],
    )

    shapes = re.findall(
        r'aria-label="([^"]+)"><title>[^<]+</title><path class="map-laid" fill="url\(#map-(\w+)\)"',
        drawn,
    )
    assert shapes == [("Türkiye: Signatory", "lines"), ("Hungary: Nothing known", "none")]


def test_a_state_without_a_shape_is_a_disc_with_its_pattern():
    drawn = states_map([StateMark("TRNC", SIGNED, lat=35.19, lon=33.36)], legend=[SIGNED])

    assert re.findall(r'<circle class="map-laid" fill="url\(#map-(\w+)\)"', drawn) == ["lines"]


def test_a_state_that_lies_nowhere_here_is_counted_in_the_caption():
    drawn = states_map([StateMark("Atlantis", SIGNED)], legend=[SIGNED])

    assert "Not on this map: 1" in drawn


def test_the_legend_says_each_pattern():
    drawn = states_map([], legend=[SIGNED, NOTHING])

    assert re.findall(r"</svg> ([^<]+)</li>", drawn) == ["Signatory", "Nothing known"]


def test_names_cannot_bring_markup():
    drawn = states_map([StateMark("<b>", SIGNED, iso2="TR")], legend=[])

    assert ("<b>" in drawn, "&lt;b&gt;: Signatory" in drawn) == (False, True)


def test_all_states_of_the_map_have_an_outline():
    assert sorted(draw_outlines(archive())) == ["AZ", "HU", "KG", "KZ", "TM", "TR", "UZ"]
