from dataclasses import replace
from datetime import timedelta

import pytest

from incidents.formats import cap
from incidents.formats.cap import disagreements
from tests.samples.alerts import FLOOD


def infos(**changes):
    """The English and the Kazakh text of the sample, the second one changed."""
    english, kazakh = cap.read(FLOOD.read_bytes()).infos
    return [english, replace(kazakh, **changes)]


def said(first: str, second: str, languages: str = "en tr") -> list[str]:
    """What is found when the two texts are the descriptions of an alert."""
    pair = [
        replace(info, description=text, language=language)
        for info, text, language in zip(infos(), (first, second), languages.split(), strict=True)
    ]
    return disagreements(pair)


def test_the_same_in_two_languages_agrees():
    assert disagreements(infos()) == []


def test_one_language_agrees_with_itself():
    assert (disagreements(infos()[:1]), disagreements([])) == ([], [])


def test_another_number_is_named_in_both_directions():
    assert disagreements(infos(description="Су деңгейі 3,6 м жоғары; 1 250 адам.")) == [
        "In “description”, “3.5” stands in en and not in kk.",
        "In “description”, “3,6” stands in kk and not in en.",
    ]


@pytest.mark.parametrize(
    ("changes", "element"),
    [
        ({"severity": "Minor"}, "severity"),
        ({"urgency": "Past"}, "urgency"),
        ({"certainty": "Likely"}, "certainty"),
        ({"categories": ("Met",)}, "category"),
        ({"response_types": ()}, "responseType"),
        ({"event_codes": ()}, "eventCode"),
        ({"parameters": ()}, "parameter"),
        ({"expires": None}, "expires"),
        ({"areas": ()}, "area"),
    ],
)
def test_what_is_coded_must_be_the_same(changes, element):
    assert disagreements(infos(**changes)) == [f"“{element}” differs between en and kk."]


def test_a_time_must_be_the_same():
    onset = infos()[0].onset + timedelta(hours=1)

    assert disagreements(infos(onset=onset)) == ["“onset” differs between en and kk."]


def test_a_text_that_is_missing_is_named():
    assert disagreements(infos(instruction="")) == [
        "“instruction” is written in en and missing in kk."
    ]


@pytest.mark.parametrize(
    ("languages", "first", "second"),
    [
        ("en tr", "1,250 people", "1.250 kişi"),
        ("en ru", "1,250 people", "1 250 человек"),
        ("en kk", "12,500.75 km", "12 500,75 км"),
        ("en tr", "3.5 metres", "3,5 metre"),
        ("en az", "3.5 m", "3.5 m"),
        ("en tr", "on 12 March 2026", "12 Mart 2026'da"),
        ("en ru", "on March 12th", "12 марта"),
        ("en kk", "on 12 March", "12 наурызда"),
        ("en ky", "on 12 March", "12-мартта"),
        ("en uz", "on 12 March", "12-mart kuni"),
        ("en tk", "on 12 March", "12-nji mart"),
        ("en hu", "on 12 March", "március 12-én"),
        ("en az", "until 3 June", "3 iyunadək"),
        ("en tr", "2026-03-12", "12.03.2026"),
        ("en ru", "at 6 pm", "в 18:00"),
        ("en tr", "at 6:30 PM", "saat 18.30"),
        ("en ru", "road M40 is closed", "дорога М40 закрыта"),
        ("en ru", "road M-40 is closed", "дорога М40 закрыта"),
        ("en tr", "M5.4 earthquake", "5,4 büyüklüğünde deprem"),
        ("en tr", "no figures at all", "hiç sayı yok"),
    ],
)
def test_the_same_figure_may_be_written_in_each_languages_way(languages, first, second):
    assert said(first, second, languages) == []


@pytest.mark.parametrize(
    ("languages", "first", "second", "missing"),
    [
        ("en tr", "1,250 people", "12.500 kişi", ["1,250", "12.500"]),
        ("en tr", "on 12 March", "13 Mart'ta", ["12 March", "13 Mart"]),
        ("en ru", "12 March", "12 мая", ["12 March", "12 мая"]),
        ("en tr", "2026-03-12", "12.03.2025", ["2026", "2025"]),
        ("en tr", "2026-03-12", "03.12.2026", ["2026-03-12", "03.12.2026"]),
        ("en ru", "at 6 pm", "в 6:00", ["6 pm", "6:00"]),
        ("en ru", "road M40", "дорога М41", ["M40", "М41"]),
        ("en tr", "call 112", "arayın", ["112"]),
    ],
)
def test_another_figure_is_found(languages, first, second, missing):
    sentences = said(first, second, languages)

    assert [sentence.split("“")[2].split("”")[0] for sentence in sentences] == missing
