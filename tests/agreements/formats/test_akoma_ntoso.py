import pytest

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
