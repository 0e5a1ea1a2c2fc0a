import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.formats import glide
from incidents.formats.fields import FormatError
from incidents.hazards import HAZARDS

QUAKE = "EQ-2023-000015-TUR"


def test_a_number_is_read_whole():
    number = glide.parse(QUAKE)

    assert (number.code, number.year, number.serial, number.iso3, number.country) == (
        "EQ",
        2023,
        "000015",
        "TUR",
        "TR",
    )


@pytest.mark.parametrize("text", [QUAKE, " eq-2023-000015-tur ", "Eq-2023-000015-Tur"])
def test_small_letters_and_blanks_are_forgiven(text):
    assert str(glide.parse(text)) == QUAKE


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "looks like EQ-2023-000015-TUR"),
        ("EQ-2023-15-TUR", "looks like"),
        ("EQ2023000015TUR", "looks like"),
        ("EQ-2023-000015-TURK", "looks like"),
        ("EQ-2023-٠٠٠٠١٥-TUR", "looks like"),
        ("EQ-2023-000015-TUR\n\nEQ", "looks like"),
        ("QE-2023-000015-TUR", "“QE” at the beginning"),
        ("EQ-2023-000015-TRK", "“TRK” at the end"),
        ("EQ-0023-000015-TUR", "0023"),
    ],
)
def test_what_is_no_number_is_refused_with_the_part_that_is_wrong(text, sentence):
    with pytest.raises(FormatError, match=sentence):
        glide.parse(text)


def test_siblings_are_the_numbers_of_other_countries_hit_by_the_same():
    others = [QUAKE, "EQ-2023-000015-SYR", "EQ-2023-000016-SYR", "FL-2023-000015-SYR", "nonsense"]

    assert [str(found) for found in glide.siblings(glide.parse(QUAKE), others)] == [
        "EQ-2023-000015-SYR"
    ]


def warned(text, *, hazard="GH0101", countries=("TR",)):
    return glide.warnings(glide.parse(text), hazard=HAZARDS[hazard], countries=list(countries))


def test_a_fitting_number_needs_no_second_look():
    assert warned(QUAKE) == []


@pytest.mark.parametrize(
    ("number", "hazard"),
    [
        ("FF-2023-000001-TUR", "MH0600"),
        ("FL-2023-000001-TUR", "MH0603"),
        ("MS-2023-000001-TUR", "GH0300"),
        ("FR-2023-000001-TUR", "EN0205"),
        ("OT-2023-000001-TUR", "GH0101"),
    ],
)
def test_codes_that_the_field_does_not_keep_apart_fit(number, hazard):
    assert warned(number, hazard=hazard) == []


def test_another_hazard_is_a_warning_naming_both():
    assert warned("FL-2023-000015-TUR") == [
        "FL-2023-000015-TUR is a number for FL (Flood), the incident’s hazard is Earthquake."
    ]


def test_a_country_that_is_not_affected_is_a_warning():
    assert warned("EQ-2023-000015-SYR") == [
        "EQ-2023-000015-SYR is for a country (SYR) that is not among those affected."
    ]


@pytest.mark.parametrize(
    ("number", "hazard", "sentence"),
    [
        ("ET-2023-000001-TUR", "MH0501", "use CW (Cold wave) or HT (Heat wave)."),
        ("SL-2023-000001-TUR", "GH0300", "use LS (Landslide) or AV (Snow avalanche) or MS (Mud slide)."),
        ("WV-2023-000001-TUR", "MH0705", "use TS (Tsunami) or SS (Storm surge)."),
        ("FA-2023-000001-TUR", "MH0401", "use the hazard’s own code."),
    ],
)  # fmt: skip
def test_a_code_no_longer_given_out_names_what_replaces_it(number, hazard, sentence):
    (doubt,) = warned(number, hazard=hazard)

    assert doubt.endswith(f"is no longer given out: {sentence}")


def test_nothing_is_doubted_while_hazard_and_countries_are_not_chosen():
    assert glide.warnings(glide.parse(QUAKE), hazard=None, countries=[]) == []


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text):
    try:
        number = glide.parse(text)
    except FormatError:
        return
    assert glide.parse(str(number)) == number
