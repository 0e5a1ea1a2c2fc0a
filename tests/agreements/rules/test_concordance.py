"""The machine checks: what they read in each language, and what they find between two."""

import pytest

from agreements.rules.concordance import Told, check_texts, fingerprint, reading
from agreements.rules.concordance.words import MONTHS, NUMBER_WORDS, REFERENCE_WORDS
from agreements.vocabularies.languages import VERSIONS

# The same sentence in each language: the day, article 5, paragraphs 2 and 3, annex II, three months.
SENTENCES = {
    "en": "On 6 November 2024, under Article 5 and paragraphs 2 and 3 of Annex II, within three months.",
    "ru": "6 ноября 2024 года, в соответствии со статьей 5 и пунктами 2 и 3 Приложения II, в течение трёх месяцев.",
    "tr": "6 Kasım 2024 tarihinde, 5 inci madde ile Ek II'nin 2 ve 3 üncü fıkraları uyarınca, üç ay içinde.",
    "az": "2024-cü il 6 noyabr, 5-ci maddəyə, II Əlavənin 2 və 3-cü bəndlərinə əsasən, üç ay ərzində.",
    "kk": "2024 жылғы 6 қараша, 5-бапқа, II қосымшаның 2 және 3-тармақтарына сәйкес, үш ай ішінде.",
    "kk-Latn": "2024 jylğy 6 qaraşa, 5-bapqa, II qosymşanyñ 2 jäne 3-tarmaqtaryna säikes, üş ai ışınde.",
    "ky": "2024-жылдын 6-ноябры, 5-беренеге, II тиркеменин 2 жана 3-пункттарына ылайык, үч ай ичинде.",
    "uz": "2024-yil 6-noyabr, 5-moddaga, II ilovaning 2 va 3-bandlariga muvofiq, uch oy ichida.",
    "uz-Cyrl": "2024 йил 6 ноябрь, 5-моддага, II илованинг 2 ва 3-бандларига мувофиқ, уч ой ичида.",
    "tk": "2024-nji ýylyň 6-njy noýabry, 5-nji madda, II goşundynyň 2 we 3-nji bentlerine laýyklykda, üç aýyň içinde.",
    "hu": "2024. november 6-án, az 5. cikk, a II. melléklet 2. és 3. bekezdése szerint, három hónapon belül.",
}


@pytest.mark.parametrize("tag", SENTENCES)
def test_days_references_and_numbers_are_read_in_each_language(tag):
    read = reading.read(SENTENCES[tag], tag)

    told = sorted(str(one) for one in read.references)
    assert (list(read.days), told, list(read.figures), list(read.words)) == (
        ["2024-11-06"],
        ["annex 2", "article 5", "paragraph 2", "paragraph 3"],
        [],
        ["3"],
    )


@pytest.mark.parametrize("tag", [tag for tag in SENTENCES if tag != "en"])
def test_the_same_sentence_has_no_difference(tag):
    assert check({"a": SENTENCES["en"]}, {"a": SENTENCES[tag]}, tags=("en", tag)) == []


def test_each_language_has_its_words():
    tables = (MONTHS, NUMBER_WORDS, REFERENCE_WORDS)

    assert [set(table) for table in tables] == [set(VERSIONS)] * 3
    assert {len(months) for months in MONTHS.values()} == {12}


def check(original, translation, *, tags=("en", "tr"), kind="article", names=None):
    here = [Told(key, kind, key, "", text) for key, text in original.items()]
    there = [Told(key, kind, key, "", text) for key, text in translation.items()]
    return check_texts(here, there, tags=tags, names=names or {})


def told(found):
    return [(one.kind, one.key, one.original, one.translation) for one in found]


@pytest.mark.parametrize(
    ("original", "translation", "expected"),
    [
        ("Within 30 days.", "60 gün içinde.", ("numeral", ("30",), ("60",))),
        ("Within three months.", "İki ay içinde.", ("numeral", ("3",), ("2",))),
        ("Within 3 months.", "İki ay içinde.", ("numeral", ("3",), ("2",))),
        ("On 6 November 2024.", "6 Ekim 2024 günü.", ("date", ("2024-11-06",), ("2024-10-06",))),
        (
            "Under Article 5.",
            "6 ncı madde uyarınca.",
            ("reference", ("article 5",), ("article 6",)),
        ),
        ("They pay 25,000 euros.", "26.000 avro öderler.", ("numeral", ("25000",), ("26000",))),
        ("They train.", "", ("missing", (), ())),
        ("", "Eğitirler.", ("extra", (), ())),
        ("One.\nTwo.", "Bir. İki.", ("structure", ("2",), ("1",))),
    ],
)
def test_a_difference_is_found(original, translation, expected):
    kind, here, there = expected

    assert told(check({"a": original}, {"a": translation})) == [(kind, "a", here, there)]


@pytest.mark.parametrize(
    ("original", "translation"),
    [
        ("Within three months.", "3 ay içinde."),  # a figure for a word
        ("Within 3 months.", "Üç ay içinde."),
        ("Under Article 5.", "Beş numaralı hükme, 5 sayılı kurala göre."),  # another wording
        ("Ten teams.", "On ekip."),
        ("Two teams train.", "Takımlar eğitilir."),  # a word that is not found may be declined
        ("They pay 25,000 euros.", "25 000 avro öderler."),
        ("May the Parties agree.", "Taraflar anlaşabilir."),  # no month
    ],
)
def test_what_says_the_same_otherwise_is_no_difference(original, translation):
    assert check({"a": original}, {"a": translation}) == []


DEFINITIONS = [
    Told("d", "article", "1", "Definitions", ""),
    Told("d-1", "point", "a", "", "“Host State” means the State where it is;", 1),
]
TANIMLAR = [
    Told("d", "article", "1", "Tanımlar", ""),
    Told("d-1", "point", "a", "", "“Ev sahibi Devlet”, bulunduğu Devleti ifade eder;", 1),
]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Ev sahibi Devlete haber verilir.", []),
        ("Misafir eden ülkeye haber verilir.", [("term", "b", ("Host State",), ("Ev sahibi Devlet",))]),
    ],
)  # fmt: skip
def test_a_defined_term_is_called_as_its_definition_calls_it(words, expected):
    here = [*DEFINITIONS, Told("b", "article", "2", "", "The Host State is told.")]
    there = [*TANIMLAR, Told("b", "article", "2", "", words)]

    assert told(check_texts(here, there, tags=("en", "tr"), names={})) == expected


def test_a_party_that_is_not_named_is_found():
    names = {
        "kazakhstan": {"en": ["Kazakhstan"], "tr": ["Kazakistan"]},
        "turkiye": {"en": ["Türkiye"], "tr": ["Türkiye"]},
    }

    found = check(
        {"a": "Kazakhstan and Türkiye host it."}, {"a": "Türkiye ev sahibidir."}, names=names
    )

    assert told(found) == [("party", "a", ("Kazakhstan",), ())]


def test_the_languages_of_the_testimonium_are_compared():
    found = check(
        {"a": "Done in the English and Russian languages."},
        {"a": "İngilizce ve Türkçe dillerinde yapılmıştır."},
        kind="final_clause",
    )

    assert told(found) == [("languages", "", ("ru",), ("tr",))]


def test_the_same_difference_in_the_same_place_is_the_same_finding():
    first, second, other = (
        check({key: "Within 30 days."}, {key: f"{days} gün içinde."})[0]
        for key, days in (("a", 60), ("a", 60), ("a", 90))
    )

    assert (fingerprint(first) == fingerprint(second), fingerprint(first) == fingerprint(other)) == (True, False)  # fmt: skip
