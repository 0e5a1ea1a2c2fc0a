"""Treaties as people write them: own samples in many languages, and real texts where they are at hand."""

import json
import re
from pathlib import Path

import pytest

from agreements.formats.reading import read_text
from agreements.formats.tree import Kind, Reason
from tests.samples import shared_sample

SAMPLES = Path(__file__).parents[2] / "samples" / "treaties"

FOUND = {
    "english.txt": ("en", "5 articles, 9 paragraphs, 2 annexes; 0 lines not recognised"),
    "council-of-europe.txt": ("en", "2 articles, 4 paragraphs, 0 annexes; 1 line not recognised"),
    "rules.txt": ("", "2 articles, 3 paragraphs, 0 annexes; 0 lines not recognised"),
    "memorandum.txt": ("", "3 articles, 3 paragraphs, 0 annexes; 0 lines not recognised"),
    "turkish.txt": ("tr", "3 articles, 6 paragraphs, 1 annex; 0 lines not recognised"),
    "azerbaijani.txt": ("az", "2 articles, 4 paragraphs, 1 annex; 0 lines not recognised"),
    "kazakh.txt": ("kk", "2 articles, 4 paragraphs, 1 annex; 0 lines not recognised"),
    "kyrgyz.txt": ("ky", "2 articles, 4 paragraphs, 1 annex; 0 lines not recognised"),
    "uzbek.txt": ("uz", "2 articles, 4 paragraphs, 1 annex; 0 lines not recognised"),
    "russian.txt": ("ru", "3 articles, 5 paragraphs, 1 annex; 1 line not recognised"),
    "french.txt": ("fr", "2 articles, 4 paragraphs, 1 annex; 0 lines not recognised"),
    "german.txt": ("de", "2 articles, 5 paragraphs, 1 annex; 0 lines not recognised"),
    "agreement.md": ("en", "2 articles, 4 paragraphs, 1 annex; 0 lines not recognised"),
}


def sample(name):
    return read_text((SAMPLES / name).read_bytes(), name)


@pytest.mark.parametrize("name", sorted(FOUND))
def test_a_text_of_each_language_is_read(name):
    parsed = sample(name)

    assert (parsed.language, parsed.summary) == FOUND[name]


def test_every_sample_is_in_the_table():
    assert {path.name for path in SAMPLES.iterdir()} == set(FOUND)


def test_references_at_a_lines_start_are_no_articles():
    purpose = next(node for node in sample("english.txt").walk() if node.kind == Kind.ARTICLE)

    assert [child.text for child in purpose.children] == [
        (
            "This Agreement sets out how teams train together. It applies to the exercises that are listed in "
            "Annex I and to those that the Parties add in accordance with the procedure under Article 5 of this "
            "Agreement. Nothing in Article 2 prevents a Party from helping. The Parties act as described in Annex I "
            "to this Agreement."
        )
    ]


def test_a_page_number_in_the_middle_of_a_point_is_reported_and_not_read():
    parsed = sample("english.txt")

    page = [remark for remark in parsed.remarks if remark.reason == Reason.PAGE_NUMBER]
    assert [(remark.line, remark.text) for remark in page] == [(45, "- 2 -")]
    assert "means a message sent by the host" in "\n".join(node.text for node in parsed.walk())


def test_the_turkish_article_with_a_paragraph_on_its_line():
    first = next(node for node in sample("turkish.txt").walk() if node.kind == Kind.ARTICLE)

    assert [(child.number, child.text) for child in first.children] == [
        ("1", "Bu Anlaşma tatbikatları düzenler."),
        ("2", "Taraflar, 5 inci maddede yazılı kurallara uyar."),
    ]


def test_what_stands_beside_the_title_is_reported():
    assert [(r.line, r.text) for r in sample("russian.txt").not_recognised] == [(1, "Проект")]


def test_a_real_protocol_is_read_whole():
    path = shared_sample("treaties/RC06CE_1978P.txt")

    parsed = read_text(path.read_bytes(), path.name)

    articles = [node.number for node in parsed.walk() if node.kind == Kind.ARTICLE]
    assert articles == [
        "I",
        "II",
        "III",
        "IV",
        "V",
        "VI",
        "VII",
        "VIII",
        "IX",
        "X",
        "XI",
        "XII",
        "XIII",
    ]
    assert (parsed.counts[Kind.ANNEX], parsed.not_recognised) == (1, [])


@pytest.mark.parametrize("width", [0, 72])
def test_all_articles_of_the_vienna_convention_are_found(width):
    path = shared_sample("treaties/vclt.json")

    parsed = read_text(vienna_convention(path, width).encode())

    articles = [int(node.number) for node in parsed.walk() if node.kind == Kind.ARTICLE]
    assert articles == list(range(1, 86))
    assert (parsed.questions, parsed.not_recognised) == ([], [])


def vienna_convention(path, width):
    import textwrap  # noqa: PLC0415 -- one test

    told = json.loads(path.read_text(encoding="utf-8"))
    lines = [
        "VIENNA CONVENTION ON THE LAW OF TREATIES",
        "",
        told["preamble_en"].replace(",", ",\n"),
        "",
    ]
    for number, article in enumerate(told["articles"], start=1):
        points = re.sub(r"(?<=[;:.])\s*(?=\([a-z]\))", "\n", article["content_en"])
        lines += [f"Article {number}", article["title_en"], "", points, ""]
    if not width:
        return "\n".join(lines)
    every = "\n".join(lines).split("\n")
    return "\n".join("\n".join(textwrap.wrap(line, width)) for line in every)
