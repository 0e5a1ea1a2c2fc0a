"""What is written is valid, and comes back as it was."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from lxml import etree

from agreements.formats.akoma_ntoso_out import (
    Document,
    Entry,
    Event,
    Expression,
    WorkStep,
    write_akoma_ntoso,
)
from agreements.formats.keys import give_keys
from agreements.formats.reading import read_text
from agreements.formats.tree import Kind, Node, NodeBracket, ParsedText, Reason, Wording
from tests.agreements.formats.treaties import treaties
from tests.samples import ROOT, shared_sample

TREATIES = sorted((ROOT / "tests" / "samples" / "treaties").iterdir())
ENGLISH = Expression("eng", "en", is_authentic=True)
RUSSIAN = Expression("rus", "ru", is_authentic=False)
DAY = date(2026, 2, 1)
BRACKETED = Node(
    Kind.ARTICLE,
    "2",
    "The alert",
    "It answers within one hour by telephone.\nIt says so.",
    key="article-alert",
    brackets=[
        NodeBracket("within one hour", (Wording("within one hour", ("chair",)), Wording("at once", ("kazakhstan", "turkiye")))),
        NodeBracket("by telephone", (Wording("", ("uzbekistan",)),)),
    ],
)  # fmt: skip


def document(parsed, **more):
    told = {
        "code": "cpm", "subtype": "agreement", "title": parsed.title, "is_act": False, "expression": ENGLISH, "original": ENGLISH,
        "others": [RUSSIAN], "revision": 2, "work_date": DAY, "text_date": DAY, "written_date": DAY, "nodes": parsed.nodes,
        "parties": [Entry(slug, slug.title()) for slug in ("kazakhstan", "turkiye", "uzbekistan")],
        "roles": [Entry("chair", "Chair")],
        "concepts": [Entry("frozen", "Frozen"), Entry("agreed", "Agreed")],
        "statuses": {"art-1": "agreed"},
        "events": [Event(1, DAY, "Revision 1"), Event(2, DAY, "Revision 2")],
        "steps": [WorkStep(DAY, "secretariat", Entry("frozen", "Frozen"))],
    }  # fmt: skip
    return write_akoma_ntoso(Document(**{**told, **more}))


def told_of(parsed):
    return parsed.title, parsed.nodes, [node.key for node in parsed.walk()]


@pytest.fixture(scope="module")
def schema():
    return etree.XMLSchema(etree.parse(str(shared_sample("akn/akomantoso30.xsd"))))


def test_a_bracket_over_two_lines_is_not_lost(schema):
    words = "within one hour\nby telephone"
    node = Node(
        Kind.ARTICLE, "2", "The alert", f"It answers\n{words} and says so.", key="article-alert",
        brackets=[NodeBracket(words, (Wording(words, ("chair",)), Wording("at once\nby radio", ("turkiye",))))],
    )  # fmt: skip

    written = document(ParsedText("An agreement", [node]))

    schema.assertValid(etree.fromstring(written))
    back = next(one for one in read_text(written, "text.xml").walk() if one.brackets)
    assert back.text == "It answers\nwithin one hour by telephone and says so."
    assert back.brackets == [
        NodeBracket(
            "within one hour by telephone",
            (
                Wording("within one hour by telephone", ("chair",)),
                Wording("at once by radio", ("turkiye",)),
            ),
        )
    ]


@pytest.mark.parametrize("path", TREATIES, ids=lambda path: path.stem)
def test_a_text_of_each_language_comes_back_as_it_was(path):
    parsed = read_text(path.read_bytes(), path.name)

    assert told_of(read_text(document(parsed), "text.xml")) == told_of(parsed)


@pytest.mark.parametrize("path", TREATIES, ids=lambda path: path.stem)
@pytest.mark.parametrize("is_act", [True, False])
def test_it_is_valid(path, is_act, schema):
    parsed = read_text(path.read_bytes(), path.name)

    written = etree.fromstring(document(parsed, is_act=is_act, expression=RUSSIAN))

    schema.assertValid(written)


@settings(
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    max_examples=20,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(treaty=treaties())
def test_any_tree_comes_back_as_it_was(treaty):
    give_keys(treaty.nodes)

    assert told_of(read_text(document(treaty), "text.xml")) == told_of(treaty)


def test_brackets_come_back_with_who_stands_behind_each_wording(schema):
    parsed = ParsedText("Protocol", [BRACKETED])

    written = document(parsed)

    schema.assertValid(etree.fromstring(written))
    assert read_text(written, "text.xml").nodes == [BRACKETED]


@pytest.mark.parametrize(
    "nodes",
    [
        [Node(Kind.ANNEX, "I", "Forms", "Its own words.", key="annex-i")],
        [Node(Kind.CHAPTER, "I", "General", "Its own words.", key="chp-i", children=[Node(Kind.ARTICLE, "1", "Purpose", "They train.", key="art-1")])],
        [Node(Kind.PARAGRAPH, "1", "", "A", key="p", children=[Node(Kind.SUBPOINT, "i", "", "B", key="p-i")])],
        [Node(Kind.ARTICLE, "1", key="a", children=[Node(Kind.POINT, "—", "", "B", key="a-b")])],
        [Node(Kind.FINAL_CLAUSE, "", "", "Done\nat Ankara.", key="final-1")],
    ],
    ids=lambda nodes: nodes[0].kind.value,
)  # fmt: skip
def test_what_stands_in_unusual_places_comes_back(nodes, schema):
    written = document(ParsedText("Protocol", nodes))

    schema.assertValid(etree.fromstring(written))
    assert told_of(read_text(written, "text.xml")) == ("Protocol", nodes, [n.key for r in nodes for n in r.walk()])  # fmt: skip


def test_a_bill_becomes_an_act_and_a_translation_says_of_what():
    written = etree.fromstring(
        document(ParsedText("Protocol", [BRACKETED]), is_act=True, expression=RUSSIAN)
    )

    names = {"a": "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"}
    [translation] = written.findall(".//a:FRBRtranslation", names)
    told = [translation.get(name) for name in ("href", "fromLanguage", "authoritative")]
    assert (written[0].tag.rpartition("}")[2], told) == (
        "act",
        ["/akn/un/act/agreement/ots/2026/cpm/eng@2026-02-01", "eng", "false"],
    )


# ── @alternativeTo of others ────────────────────────────────────────────────────────────────────


def read(body):
    return read_text(
        f"""<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><bill name="a"><meta><references source="#s">
        <TLCOrganization eId="kaz" href="/ontology/organization/state/kaz" showAs="Kazakhstan"/></references></meta>
        <body><article eId="art_1"><num>1</num>{body}</article></body></bill></akomaNtoso>""".encode()
    )


def test_a_provision_that_is_an_alternative_becomes_a_bracket():
    parsed = read(
        '<paragraph eId="p1"><num>1</num><content><p>They may train.</p></content></paragraph>'
        '<paragraph alternativeTo="p1" refersTo="#kaz"><num>1 alt</num><content><p>They shall train.</p></content></paragraph>'
        '<paragraph alternativeTo="#p1" by="turkiye"><content/></paragraph>'
    )

    [paragraph] = parsed.nodes[0].children
    assert paragraph.brackets == [
        NodeBracket(
            "They may train.",
            (Wording("They may train.", ("chair",)), Wording("They shall train.", ("kaz",)), Wording("", ("turkiye",))),
        )
    ]  # fmt: skip


def test_an_alternative_without_words_to_stand_for_is_reported():
    parsed = read(
        '<paragraph eId="p1"><content><p>They train.</p></content></paragraph>'
        '<paragraph alternativeTo="p9"><content><p>They rest.</p></content></paragraph>'
    )

    assert [(r.reason, r.text) for r in parsed.not_recognised] == [
        (Reason.ALTERNATIVE_LEFT_OUT, "They rest.")
    ]


def test_the_example_of_a_rolling_text_is_read():
    content = shared_sample("akn/own_rolling_text_example.xml").read_bytes()

    parsed = read_text(content, "example.xml")

    [paragraph] = next(n for n in parsed.nodes if n.kind == Kind.ARTICLE).children
    assert [wording.by for wording in paragraph.brackets[0].wordings] == [("chair",), ("kaz",)]


def test_a_title_stays_beside_its_document():
    parsed = replace(ParsedText("Protocol & more <here>", [BRACKETED]))

    assert read_text(document(parsed), "text.xml").title == "Protocol & more <here>"
