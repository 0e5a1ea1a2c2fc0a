import io
import re
import zipfile

import pytest

from agreements.formats import docx as formats_docx
from agreements.formats.numbering import shown_number
from agreements.formats.reading import read_text
from agreements.formats.tree import FormatError, Kind, Reason

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def paragraph(text, *, level=None, style="", extra=""):
    numbered = (
        f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'
        if level is not None
        else ""
    )
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{styled}{numbered}</w:pPr><w:r><w:t>{text}</w:t></w:r>{extra}</w:p>"


NUMBERING = f"""<w:numbering {W}><w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="Article %1"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%3)"/></w:lvl>
</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""
STYLES = f"""<w:styles {W}><w:style w:styleId="Title"><w:name w:val="Title"/></w:style>
<w:style w:styleId="TOC1"><w:name w:val="toc 1"/></w:style></w:styles>"""


def docx(*paragraphs, **parts):
    files = {
        "word/document.xml": f"<w:document {W}><w:body>{''.join(paragraphs)}</w:body></w:document>",
        "word/numbering.xml": NUMBERING,
        "word/styles.xml": STYLES,
        **parts,
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def test_the_numbers_that_word_counts_are_those_of_the_text():
    content = docx(
        paragraph("Agreement on exercises", style="Title"),
        paragraph("The Parties have agreed as follows:"),
        paragraph("Purpose", level=0),
        paragraph("They train.", level=1),
        paragraph("They keep:", level=1),
        paragraph("records;", level=2),
        paragraph("reports.", level=2),
        paragraph("Costs", level=0),
        paragraph("Each bears its own.", level=1),
        paragraph("The host gives shelter.", level=1),
    )

    parsed = read_text(content, "agreement.docx")

    told = [(n.kind.value, n.number, n.heading or n.text) for n in parsed.walk()]
    assert (parsed.title, told) == (
        "Agreement on exercises",
        [
            ("preamble_recital", "", "The Parties have agreed as follows:"),
            ("article", "1", "Purpose"),
            ("paragraph", "1", "They train."),
            ("paragraph", "2", "They keep:"),
            ("point", "a", "records;"),
            ("point", "b", "reports."),
            ("article", "2", "Costs"),
            ("paragraph", "1", "Each bears its own."),
            ("paragraph", "2", "The host gives shelter."),
        ],
    )


def points_of(numbering, *levels):
    """Return the numbers of paragraphs of these levels."""
    content = docx(
        paragraph("Article 1"),
        *(paragraph("They train.", level=level) for level in levels),
        **{"word/numbering.xml": numbering},
    )
    parsed = read_text(content, "agreement.docx")
    return [node.number for node in parsed.nodes[0].walk() if node.number][1:]


TWO_LEVELS = f"""<w:numbering {W}><w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%2)"/></w:lvl>
</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""


def test_a_level_that_does_not_begin_anew_counts_on():
    never = TWO_LEVELS.replace(
        '<w:numFmt w:val="lowerLetter"/>',
        '<w:numFmt w:val="lowerLetter"/><w:lvlRestart w:val="0"/>',
    )

    assert points_of(TWO_LEVELS, 0, 1, 0, 1) == ["1", "a", "2", "a"]
    assert points_of(never, 0, 1, 0, 1) == ["1", "a", "2", "b"]


def test_a_list_that_names_a_style_has_the_form_of_that_style():
    linked = TWO_LEVELS.replace(
        '<w:abstractNum w:abstractNumId="0">',
        '<w:abstractNum w:abstractNumId="5"><w:numStyleLink w:val="Points"/></w:abstractNum>'
        '<w:abstractNum w:abstractNumId="0"><w:styleLink w:val="Points"/>',
    ).replace(
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/>',
        '<w:num w:numId="1"><w:abstractNumId w:val="5"/>',
    )

    assert points_of(linked, 0, 1, 1) == ["1", "a", "b"]


def test_one_list_may_have_another_form_of_a_level():
    other = TWO_LEVELS.replace(
        "</w:num></w:numbering>",
        '<w:lvlOverride w:ilvl="1"><w:lvl w:ilvl="1"><w:numFmt w:val="upperLetter"/><w:lvlText w:val="(%2)"/></w:lvl>'
        "</w:lvlOverride></w:num></w:numbering>",
    )

    assert points_of(other, 0, 1, 1) == ["1", "A", "B"]


def test_a_deleted_paragraph_counts_no_number():
    deleted = paragraph("They rest.", level=0).replace(
        "</w:pPr>", "<w:rPr><w:del/></w:rPr></w:pPr>"
    )
    deleted = deleted.replace("<w:r><w:t>", "<w:del><w:r><w:delText>").replace(
        "</w:t></w:r>", "</w:delText></w:r></w:del>"
    )
    content = docx(
        paragraph("Article 1"),
        paragraph("They train.", level=0),
        deleted,
        paragraph("They report.", level=0),
        **{"word/numbering.xml": TWO_LEVELS},
    )

    article = read_text(content, "agreement.docx").nodes[0]

    assert [(n.number, n.text) for n in article.children] == [
        ("1", "They train."),
        ("2", "They report."),
    ]


def test_where_a_paragraphs_end_was_deleted_its_words_go_on():
    first = paragraph("They train").replace("</w:pPr>", "<w:rPr><w:del/></w:rPr></w:pPr>")
    content = docx(paragraph("Article 1"), first, paragraph(" together."))

    assert [n.text for n in read_text(content, "a.docx").nodes[0].children] == [
        "They train together."
    ]


@pytest.mark.parametrize("number", ["²", "-1", "x", "9" * 5_000, "99999", ""])
@pytest.mark.parametrize(
    "place",
    [
        '<w:start w:val="1"/>',
        '<w:lvl w:ilvl="0">',
        '<w:lvlOverride w:ilvl="0"/>',
        '<w:startOverride w:val="1"/>',
    ],
)
def test_numbers_that_word_would_not_write_are_no_error(number, place):
    override = '<w:lvlOverride w:ilvl="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    odd = re.sub('"[01]"', f'"{number}"', place)
    numbering = NUMBERING.replace("</w:num>", override).replace(place, odd)
    content = docx(
        paragraph("Article 1"),
        paragraph("They train.", level=1),
        **{"word/numbering.xml": numbering},
    )

    parsed = read_text(content, "agreement.docx")

    assert "They train." in "".join(node.text for node in parsed.walk())


@pytest.mark.parametrize("level", ["²", "-1", "9" * 5_000])
def test_a_paragraph_of_a_level_that_there_is_not_is_read(level):
    content = docx(paragraph("Article 1"), paragraph("They train.", level=level))

    assert "They train." in "".join(n.words for n in read_text(content, "agreement.docx").nodes)


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (3_999, "lowerRoman", "mmmcmxcix"),
        (4_000, "upperRoman", "4000"),
        (780, "lowerLetter", "z" * 30),
        (32_767, "upperLetter", "32767"),
    ],
)
def test_numbers_too_large_for_letters_are_shown_in_figures(value, kind, shown):
    assert shown_number(value, kind) == shown


def test_tracked_changes_are_taken_as_accepted_and_said():
    changed = "<w:del><w:r><w:delText>never</w:delText></w:r></w:del><w:ins><w:r><w:t> together.</w:t></w:r></w:ins>"
    content = docx(paragraph("Article 1"), paragraph("They train", extra=changed))

    parsed = read_text(content, "agreement.docx")

    assert [n.text for n in parsed.walk() if n.kind == Kind.PARAGRAPH] == ["They train together."]
    assert [r.reason for r in parsed.questions] == [Reason.TRACKED_CHANGES]


def test_word_s_own_contents_and_notes_are_passed_over():
    note = f'<w:footnotes {W}><w:footnote w:id="1"><w:p><w:r><w:t>A note.</w:t></w:r></w:p></w:footnote></w:footnotes>'
    content = docx(
        paragraph("Article 1 Purpose 2", style="TOC1"),
        paragraph("Article 1"),
        paragraph("They train."),
        **{"word/footnotes.xml": note},
    )

    parsed = read_text(content, "agreement.docx")

    assert parsed.counts[Kind.ARTICLE] == 1
    assert [r.reason for r in parsed.passed_over] == [Reason.CONTENTS, Reason.FOOTNOTE]


def test_a_bomb_is_refused():
    content = docx(f"<w:p><w:r><w:t>{' ' * 45_000_000}</w:t></w:r></w:p>")

    with pytest.raises(FormatError, match="would unpack to far more"):
        read_text(content, "bomb.docx")


def test_more_elements_than_a_text_needs_are_refused(monkeypatch):
    content = docx(paragraph("Article 1"), paragraph("They train."))
    monkeypatch.setattr(formats_docx, "MOST_TAGS", 10)

    with pytest.raises(FormatError, match="would unpack to far more"):
        read_text(content, "bomb.docx")


def test_an_entity_is_refused():
    bomb = f'<!DOCTYPE x [<!ENTITY a "aaaa">]><w:document {W}><w:body><w:p/></w:body></w:document>'

    with pytest.raises(FormatError, match="declarations"):
        read_text(docx(**{"word/document.xml": bomb}), "bomb.docx")


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", docx()[:200]])
def test_a_damaged_document_is_refused(content):
    with pytest.raises(FormatError, match="no Word document, is damaged or is encrypted"):
        read_text(content, "broken.docx")


def table(*rows):
    cells = ["".join(f"<w:tc>{cell}</w:tc>" for cell in row) for row in rows]
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def texts_of(*elements):
    content = docx(
        paragraph("Article 1"),
        *elements,
        paragraph("They report."),
        **{"word/numbering.xml": TWO_LEVELS},
    )
    article = read_text(content, "agreement.docx").nodes[0]
    return [(node.number, node.text) for node in article.walk() if node.text]


def test_a_table_in_a_table_stands_once():
    inner = table([paragraph("Dogs"), paragraph("Four")])

    outer = table([paragraph("Team"), inner], [paragraph("Host"), paragraph("Two")])

    _first, *told = texts_of(paragraph("They train."), outer)

    assert told == [("", "Team | Dogs Four"), ("", "Host | Two"), ("", "They report.")]


def test_a_frame_of_one_cell_is_read_as_what_stands_in_it():
    told = texts_of(table([paragraph("They train.", level=0) + paragraph("They rest.", level=0)]))

    assert told == [("1", "They train."), ("2", "They rest."), ("", "They report.")]


def test_numbers_in_cells_are_those_that_word_counts():
    told = texts_of(
        table(*([paragraph("", level=0), paragraph(name)] for name in ("Search dogs.", "Divers."))),
    )

    assert [f"{number} {text}".strip() for number, text in told][:2] == [
        "1 | Search dogs.",
        "2 | Divers.",
    ]
