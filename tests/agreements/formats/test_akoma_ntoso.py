import pytest

from agreements.formats import reading
from agreements.formats.reading import read_text
from agreements.formats.tree import FormatError, Reason

AKN = """<?xml version="1.0" encoding="UTF-8"?>
<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0">
 <bill name="agreement">
  <meta><identification source="#s"><FRBRExpression><FRBRlanguage language="tur"/></FRBRExpression></identification></meta>
  <preface><longTitle><p><docTitle>Agreement on exercises</docTitle></p></longTitle></preface>
  <preamble><recitals><recital eId="rec_1"><p>Recalling the first exercise,</p></recital></recitals></preamble>
  <body>
   <chapter eId="chp_I"><num>Chapter I</num><heading>General</heading>
    <article eId="art_1" wId="art_7"><num>Article 1</num><heading>Purpose</heading>
     <paragraph eId="art_1__para_1"><num>1.</num>
      <list><intro><p>The Parties keep:</p></intro>
       <point><num>(a)</num><content><p>records<authorialNote marker="1"><p>A note.</p></authorialNote>;</p></content></point>
       <point><num>(b)</num><content><p>reports.</p></content></point>
      </list>
     </paragraph>
     <paragraph eId="alt" alternativeTo="art_1__para_1"><num>1 alt.</num><content><p>They keep nothing.</p></content></paragraph>
    </article>
   </chapter>
  </body>
  <conclusions><p>Done at Ankara.</p></conclusions>
  <attachments><attachment eId="att_1"><heading>Forms</heading><doc name="annex"><mainBody><p>One form.</p></mainBody></doc></attachment></attachments>
 </bill>
</akomaNtoso>"""


def test_an_alternative_paragraph_is_no_part_of_the_words():
    content = '<content><p eId="p1">They keep records.</p><p eId="p2" alternativeTo="p1">They keep nothing.</p></content>'
    body = f'<article eId="art_1"><num>Article 1</num><paragraph eId="para_1">{content}</paragraph></article>'
    parsed = read_text(
        f'<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><bill name="a"><body>{body}</body></bill></akomaNtoso>'.encode()
    )

    (paragraph,) = [node for node in parsed.walk() if node.text]
    assert paragraph.text == "They keep records."
    (bracket,) = paragraph.brackets
    assert [wording.text for wording in bracket.wordings] == [
        "They keep records.",
        "They keep nothing.",
    ]


def test_every_element_finds_its_place():
    parsed = read_text(AKN.encode())

    told = [(n.kind.value, n.number, n.heading, n.text, n.key) for n in parsed.walk()]
    assert (parsed.title, parsed.language, told) == (
        "Agreement on exercises",
        "tr",
        [
            ("preamble_recital", "", "", "Recalling the first exercise,", "rec-1"),
            ("chapter", "I", "General", "", "chp-i"),
            ("article", "1", "Purpose", "", "art-7"),
            ("paragraph", "1", "", "The Parties keep:", "art-1-para-1"),
            ("point", "a", "", "records;", "art-1-para-1-point-a"),
            ("point", "b", "", "reports.", "art-1-para-1-point-b"),
            ("final_clause", "", "", "Done at Ankara.", "final-1"),
            ("annex", "", "Forms", "", "att-1"),
            ("paragraph", "", "", "One form.", "att-1-para-1"),
        ],
    )


def test_an_alternative_is_reported():
    assert [remark.reason for remark in read_text(AKN.encode()).questions] == [Reason.ALTERNATIVE]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (AKN[:900], "breaks off or is damaged"),
        (AKN.replace("<akomaNtoso", "<!DOCTYPE x [<!ENTITY a 'b'>]><akomaNtoso"), "declarations"),
        (AKN.replace("bill", "debate"), "this is “debate”"),
        ("<akomaNtoso><a/>" + "<b>" * 250 + "</b>" * 250 + "</akomaNtoso>", "nested too deep"),
        (AKN.replace("akomaNtoso", "other"), "not Akoma Ntoso"),
    ],
)
def test_what_is_no_text_of_a_treaty_is_refused(content, sentence):
    with pytest.raises(FormatError, match=sentence):
        read_text(content.encode(), "text.akn", form="akn")


def akn(body, *, preamble=""):
    return (
        '<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><act name="a">'
        f"<preamble>{preamble}</preamble><body>{body}</body></act></akomaNtoso>"
    ).encode()


def told_of(content):
    return [(n.kind.value, n.number, n.heading, n.text) for n in read_text(content).walk()]


def test_words_of_lists_and_tables_are_kept_once():
    content = akn(
        "<article><num>1</num><paragraph><num>1</num><content>They keep"
        "<p>the following:</p><ul><li>one <b>list</b>;</li><li><p>two.</p></li></ul>"
        "<table><tr><th>Team</th><td>10</td></tr></table>and no more.</content></paragraph></article>"
    )

    assert told_of(content)[1] == (
        "paragraph",
        "1",
        "",
        "They keep\nthe following:\none list;\ntwo.\nTeam | 10\nand no more.",
    )


def test_words_around_a_list_in_a_paragraph_are_kept():
    content = akn(
        "<article><num>1</num><paragraph><num>1</num><content><p>They keep:<blockList>"
        "<item><num>(a)</num><p>lists;</p></item></blockList></p></content></paragraph></article>"
    )

    assert told_of(content)[1:] == [
        ("paragraph", "1", "", "They keep:"),
        ("point", "a", "", "lists;"),
    ]


def test_what_is_quoted_whole_stands_once():
    content = akn(
        "<article><num>1</num><content><p>It reads:<mod><quotedStructure><article><num>Article 9</num>"
        "<content><p>They train.</p></content></article></quotedStructure></mod></p></content></article>"
    )

    assert [text for _kind, _number, _heading, text in told_of(content) if text] == [
        "It reads:",
        "Article 9 They train.",
    ]


def test_containers_and_subclauses_keep_their_structure():
    content = akn(
        "<container name='x'><clause><num>1</num><subclause><num>1</num><content><p>They train.</p></content>"
        "</subclause></clause></container>"
    )

    assert told_of(content) == [("article", "1", "", ""), ("paragraph", "1", "", "They train.")]


def test_a_note_in_the_preamble_is_no_recital():
    content = akn(
        "<article><num>1</num><content><p>They train.</p></content></article>",
        preamble="<p>Recalling it,<authorialNote><p>See there.</p></authorialNote></p><authorialNote><p>Or.</p></authorialNote>",
    )

    assert [row for row in told_of(content) if row[0] == "preamble_recital"] == [
        ("preamble_recital", "", "", "Recalling it,")
    ]


def test_of_a_collection_the_first_document_is_the_text_and_the_others_are_annexes():
    one = "<article><num>1</num><content><p>They train.</p></content></article>"
    content = (
        '<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><documentCollection name="c">'
        f"<collectionBody><component><act name='a'><body>{one}</body></act></component>"
        f"<component><act name='b'><body>{one}</body></act></component></collectionBody>"
        "</documentCollection></akomaNtoso>"
    )

    assert [row[0] for row in told_of(content.encode())] == [
        "article",
        "paragraph",
        "annex",
        "article",
        "paragraph",
    ]


def test_a_long_name_becomes_a_key_that_can_be_kept():
    content = akn(
        f"<article eId='{'a' * 300}_1'><num>1</num><content><p>They train.</p></content></article>"
    )

    assert len(read_text(content).nodes[0].key) <= 90


def test_more_provisions_than_can_be_counted_are_refused(monkeypatch):
    content = akn(f"<article><num>1</num><content>{'<p>One.</p>' * 30_000}</content></article>")

    with pytest.raises(FormatError, match="more than 30000 provisions"):
        read_text(content)

    monkeypatch.setattr(reading, "MOST_PROVISIONS", 2)
    with pytest.raises(FormatError, match="more than 2 provisions"):
        read_text(b"Article 1\n\n1. They train.\n\n2. They report.")
