from importlib import resources

import pytest
from django import forms
from django.utils import translation

from ots_portal.participants.countries import COUNTRY_CHOICES, country_name, is_country


class CountryForm(forms.Form):
    country = forms.ChoiceField(choices=COUNTRY_CHOICES)


def test_every_country_of_iso_3166_1_has_three_names():
    named = {
        language: {country_name(code, language) for code, _label in COUNTRY_CHOICES}
        for language in ("en", "tr", "az")
    }

    assert {language: len(names) for language, names in named.items()} == {
        "en": 249,
        "tr": 249,
        "az": 249,
    }


def test_the_codes_are_those_of_the_time_zone_database():
    table = resources.files("tzdata") / "zoneinfo" / "iso3166.tab"
    lines = table.read_text(encoding="utf-8").splitlines()

    codes = {line.split("\t")[0] for line in lines if not line.startswith("#")}
    assert {code for code, _name in COUNTRY_CHOICES} == codes


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("TR", "en", "Türkiye"),
        ("HU", "tr", "Macaristan"),
        ("KZ", "az", "Qazaxıstan"),
        ("KZ", "ky", "Kazakhstan"),  # a language without names of its own
        ("QQ", "en", "QQ"),  # no country
    ],
)
def test_a_country_is_named_in_the_language_asked_for(code, language, name):
    assert country_name(code, language) == name


def test_a_country_is_named_in_the_active_language_where_none_is_asked_for():
    with translation.override("tr"):
        assert country_name("DE") == "Almanya"


def test_only_codes_of_the_list_are_countries():
    assert [code for code in ("AZ", "az", "XX", "", "AZE") if is_country(code)] == ["AZ"]


def test_choices_speak_the_readers_language_each_time_they_are_shown():
    form = CountryForm()
    with translation.override("en"):
        english = str(form["country"])
    with translation.override("tr"):
        turkish = str(form["country"])

    assert ("Uzbekistan" in english, "Özbekistan" in turkish, "Uzbekistan" in turkish) == (
        True,
        True,
        False,
    )


def test_choices_stand_in_the_order_of_the_readers_alphabet():
    with translation.override("en"):
        names = [str(label) for _code, label in COUNTRY_CHOICES]

    assert (names[0], names.index("Åland Islands") < names.index("Albania")) == (
        "Afghanistan",
        True,
    )


def test_a_form_takes_a_code_and_refuses_what_is_none():
    answers = [CountryForm({"country": code}).is_valid() for code in ("TM", "Turkmenistan", "ZZ")]

    assert answers == [True, False, False]
