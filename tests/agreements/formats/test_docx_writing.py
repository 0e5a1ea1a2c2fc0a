"""What the portal writes for Word, read back by the reader that takes in what capitals send."""

import io
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from agreements.formats.docx import read_docx
from agreements.formats.docx_writing import (
    WordChange,
    WordFrame,
    WordProvision,
    changes_to_docx,
    label_of,
    text_to_docx,
)
from agreements.formats.reading import read_text
from ots_portal.texts.comparison import compare
from tests.agreements.formats.treaties import treaties

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TITLE = "AGREEMENT ON JOINT EXERCISES"


def frame(language="en", title=TITLE):
    return WordFrame(title, "Members · Draft", f"Revision 1 · SHA-256 {'a' * 64}", language, AT)


def written(nodes, depth=0):
    for place, node in enumerate(nodes):
        key = f"{depth}-{place}-{node.kind}-{node.number}-{id(node)}"
        yield WordProvision(key, node.kind.value, node.number, node.heading, node.text, depth)
        yield from written(node.children, depth + 1)


@given(treaty=treaties())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_text_that_was_written_is_read_back_as_the_same_tree(treaty):
    content = text_to_docx(written(treaty.nodes), frame())

    read = read_docx(content)

    assert (read.title, read.nodes) == (TITLE, treaty.nodes)


def document_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        parts = {name: archive.read(name) for name in archive.namelist()}
    for text in parts.values():
        etree.fromstring(text)
    return parts


def lines(content, *, rejected=False):
    """Return the paragraphs with all changes accepted, or all rejected, as Word does it."""
    root = etree.fromstring(document_of(content)["word/document.xml"])
    gone, mark = ("ins", "ins") if rejected else ("del", "del")
    found, carried = [], ""
    for paragraph in root.iter(f"{W}p"):
        text = carried
        for element in paragraph.iter(f"{W}t", f"{W}delText", f"{W}br"):
            if any(one.tag == f"{W}{gone}" for one in element.iterancestors()):
                continue
            text += "\n" if element.tag == f"{W}br" else element.text or ""
        carried = ""
        if paragraph.find(f"{W}pPr/{W}rPr/{W}{mark}") is not None:
            carried = text
        elif text:
            found.append(text)
    return found


OLD = (
    WordProvision("a1", "article", "1", "The alert", "", 0),
    WordProvision("a1-1", "paragraph", "1", "", "The host answers within one hour.", 1),
    WordProvision("a1-2", "paragraph", "2", "", "It says what it can send.", 1),
    WordProvision("a2", "article", "2", "Costs", "Each Party bears its own costs.", 0),
    WordProvision("a3", "article", "3", "", "It enters into force.\nThe depositary tells the Parties.", 0),
)  # fmt: skip
NEW = (
    WordProvision("a2", "article", "1", "Costs and claims", "Each Party bears its costs.", 0),
    WordProvision("a1", "article", "2", "The alert", "", 0),
    WordProvision("a1-1", "paragraph", "1", "", "The host answers within two hours.", 1),
    WordProvision("a1-3", "paragraph", "2", "", "It tells the secretariat & others.", 1),
    WordProvision("a3", "article", "3", "The end", "It enters into force.\nThe depositary tells all.", 0),
)  # fmt: skip


def changes():
    """The changes as a comparison would order them: what moved goes where it stood and comes where it stands."""
    old, new = {one.key: one for one in OLD}, {one.key: one for one in NEW}

    def changed(key):
        before, after = old[key], new[key]
        return WordChange(
            before, after, compare(before.heading, after.heading), compare(before.text, after.text)
        )

    return [
        WordChange(None, new["a2"]),
        changed("a1"),
        changed("a1-1"),
        WordChange(old["a1-2"], None),
        WordChange(None, new["a1-3"]),
        WordChange(old["a2"], None),
        changed("a3"),
    ]


@pytest.fixture
def redline():
    return changes_to_docx(changes(), frame(), author="OTS portal", changed_at=AT)


def test_all_changes_accepted_it_is_the_later_text(redline):
    assert lines(redline) == lines(text_to_docx(NEW, frame()))


def test_all_changes_rejected_it_is_the_earlier_text(redline):
    assert lines(redline, rejected=True) == lines(text_to_docx(OLD, frame()))


def test_the_reader_takes_the_redline_for_the_later_text(redline):
    assert read_docx(redline).nodes == read_docx(text_to_docx(NEW, frame())).nodes


def test_the_changes_are_words_own_by_word_with_author_and_day(redline):
    root = etree.fromstring(document_of(redline)["word/document.xml"])

    tracked = [*root.iter(f"{W}ins"), *root.iter(f"{W}del")]
    removed = ["".join(one.itertext()) for one in root.iter(f"{W}del")]

    assert {one.get(f"{W}author") for one in tracked} == {"OTS portal"}
    assert {one.get(f"{W}date") for one in tracked} == {"2026-11-20T12:00:00Z"}
    assert "one hour" in removed
    assert len({one.get(f"{W}id") for one in tracked}) == len(tracked)


def test_header_and_footer_say_classification_and_hash():
    parts = document_of(text_to_docx(OLD, frame()))

    assert "Members · Draft" in parts["word/header1.xml"].decode()
    assert "a" * 64 in parts["word/footer1.xml"].decode()


def test_every_part_is_named_in_the_content_types_and_related():
    parts = document_of(text_to_docx(OLD, frame()))
    types = parts["[Content_Types].xml"].decode()
    relations = parts["word/_rels/document.xml.rels"].decode()

    assert [name for name in parts if name.startswith("word/") and not name.endswith(".rels") and f"/{name}" not in types] == []  # fmt: skip
    assert all(f"{name}1.xml" in relations for name in ("header", "footer"))


def test_the_same_text_makes_the_same_file():
    assert text_to_docx(OLD, frame()) == text_to_docx(OLD, frame())


@pytest.mark.parametrize(
    ("language", "label"),
    [("en", "Article 7"), ("tr", "Madde 7"), ("az", "Maddə 7"), ("kk", "7-бап"), ("ky", "7-берене"), ("uz", "7-modda"), ("ru", "Статья 7"), ("tk", "7-madda"), ("hu", "7. cikk")],
)  # fmt: skip
def test_articles_are_named_as_each_language_names_them(language, label):
    article = WordProvision("a", "article", "7", "", "", 0)
    one = WordProvision("p", "paragraph", "1", "", "Birinci cümle burada durur.", 1)
    two = WordProvision("q", "paragraph", "2", "", "İkinci cümle burada durur.", 1)
    other = WordProvision("b", "article", "8", "", "", 0)

    read = read_text(text_to_docx([article, one, two, other, one, two], frame(language)), "a.docx")

    assert label_of(article, language) == label
    assert [(node.kind, node.number) for node in read.nodes] == [("article", "7"), ("article", "8")]


def test_signs_that_xml_does_not_hold_are_left_out_and_others_kept():
    told = WordProvision("a", "article", "1", "A < B & C", "\x0bTabs\tand “signs” \ufffe.", 0)

    [_title, heading, text] = lines(text_to_docx([told], frame()))

    assert (heading, text) == ("Article 1 – A < B & C", "Tabsand “signs” .")
