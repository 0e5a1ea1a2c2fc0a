import pytest

from ots_portal.geo.rivers import downstream_of, rivers, rivers_of
from ots_portal.participants.countries import is_country

PARTICIPANTS = {"AZ", "KZ", "KG", "TR", "UZ", "HU", "TM"}


@pytest.mark.parametrize(
    ("river", "country", "below"),
    [
        ("syr-darya", "KG", ["UZ", "TJ", "KZ"]),
        ("syr-darya", "UZ", ["TJ", "KZ"]),  # it comes back: its first stretch counts
        ("syr-darya", "KZ", []),
        ("amu-darya", "TJ", ["AF", "UZ", "TM"]),
        ("chu", "KG", ["KZ"]),
        ("talas", "KZ", []),
        ("ural", "RU", ["KZ"]),
        ("ural", "KZ", ["RU"]),  # the other bank where it is the border
        ("irtysh", "KZ", ["RU"]),
        ("ili", "CN", ["KZ"]),
        ("kura", "TR", ["GE", "AZ"]),
        ("aras", "TR", ["AM", "AZ", "IR"]),
        ("maritsa", "BG", ["GR", "TR"]),
        ("tisza", "UA", ["RO", "HU", "SK", "RS"]),
        ("danube", "HU", ["SK", "HR", "RS", "RO", "BG", "MD", "UA"]),
        ("danube", "TR", []),
    ],
)
def test_the_water_reaches_those_below_in_their_order(river, country, below):
    assert downstream_of(rivers()[river], country) == below


def test_every_river_names_countries_and_has_a_source():
    strange = [
        river.slug
        for river in rivers().values()
        if not all(map(is_country, river.countries))
        or not river.sources
        or set(river.names) != {"en", "tr", "az"}
        or river.confidence != ("confirmed" if len(river.sources) > 1 else "single")
    ]

    assert strange == []


def test_every_river_touches_a_participant_and_another_country():
    assert [
        river.slug
        for river in rivers().values()
        if not river.countries & PARTICIPANTS or len(river.countries) < 2
    ] == []


def test_the_rivers_of_a_country_are_those_that_touch_it():
    assert {river.slug for river in rivers_of("KG")} == {"syr-darya", "amu-darya", "chu", "talas"}
    assert rivers_of("ES") == []
