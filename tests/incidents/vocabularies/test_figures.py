import json

import pytest

from incidents.vocabularies.indicators import (
    EXPOSURES,
    INDICATORS,
    UNITS,
    is_counted,
    measure_label,
    measures,
)
from incidents.vocabularies.subdivisions import (
    is_subdivision_of,
    parent_of,
    subdivision_name,
    subdivisions,
    subdivisions_of,
)
from tests.samples import shared_sample


def test_every_exposure_of_an_indicator_is_known_and_has_a_unit():
    named = {exposure for one in INDICATORS.values() for exposure in one.exposures}

    assert named - set(EXPOSURES) == set()
    assert {exposure.unit for exposure in EXPOSURES.values()} <= set(UNITS)


def test_every_indicator_has_its_own_hxl_tag():
    tags = [one.hxl for one in INDICATORS.values()]

    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize(
    ("indicator", "exposure", "label"),
    [
        ("death", "all_people", "Deaths"),
        ("death", "cattle", "Deaths: Cattle"),
        ("destroyed", "buildings", "Destroyed: Buildings"),
        ("cost", "global_currency", "Cost of the damage"),
        ("a word of tomorrow", "all_people", "a word of tomorrow"),
    ],
)
def test_a_measure_says_what_is_counted(indicator, exposure, label):
    assert measure_label(indicator, exposure) == label


def test_the_choices_of_a_form_are_all_that_can_be_counted():
    codes = [code for _group, pairs in measures() for code, _label in pairs]

    assert all(is_counted(*code.split(":")) for code in codes)
    assert not is_counted("injured", "roads")


def test_regions_have_names_and_know_the_region_they_lie_in():
    assert subdivision_name("TR-31") == "Hatay"
    assert parent_of("AZ-BAB") == "AZ-NX"
    assert (parent_of("TR-31"), subdivision_name("XX-1")) == ("", "XX-1")
    assert is_subdivision_of("TR-31", "TR")
    assert not is_subdivision_of("TR-31", "AZ")
    assert not is_subdivision_of("TR-99", "TR")


def test_every_parent_is_a_region_of_the_same_country():
    lying = [one for one in subdivisions().values() if one.parent]

    assert all(is_subdivision_of(one.parent, one.code[:2]) for one in lying)


def test_the_codes_are_those_of_the_borders():
    shapes = json.loads(shared_sample("geo/ots-admin1-iso3166-2.geojson").read_text("utf-8"))
    codes = {shape["properties"]["ISO3166-2"] for shape in shapes["features"]}

    # Baikonur has a border of its own in OpenStreetMap and no code in ISO 3166-2.
    assert codes - set(subdivisions()) == {"KZ-BAY"}
    assert len(subdivisions_of("TR")) == 81
