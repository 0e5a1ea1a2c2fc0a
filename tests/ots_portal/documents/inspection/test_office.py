"""B67, B68: what an office document may not carry, by whatever name it comes."""

import io
import struct
import zipfile

import pytest

from ots_portal.documents.inspection import office
from ots_portal.documents.inspection.findings import Finding, Refused
from ots_portal.documents.inspection.office import inspect_excel, inspect_word
from tests.factories.documents import archive, docx, xlsx

TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def relation(
    kind: str, target: str = "https://a.example/x", mode: str = ' TargetMode="External"'
) -> dict:
    link = f'<Relationship Id="r1" Type="{TYPES}/{kind}" Target="{target}"{mode}/>'
    return {"word/_rels/document.xml.rels": f"<Relationships>{link}</Relationships>".encode()}


def inside(kind: str) -> dict:
    return relation(kind, "part.bin", "")


def body(xml: str) -> bytes:
    return docx({"word/header1.xml": f"<w:hdr {W}>{xml}</w:hdr>".encode()})


def field(*pieces: str) -> str:
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    return f'<w:fldChar w:fldCharType="begin"/>{runs}<w:fldChar w:fldCharType="end"/>'


def sheet(formula: str, tag: str = "f") -> bytes:
    return xlsx(
        {
            "xl/worksheets/sheet1.xml": f"<worksheet><c><{tag}>{formula}</{tag}></c></worksheet>".encode()
        }
    )


def typed(content_type: str) -> dict:
    """A manifest that names a second part."""
    override = f'<Override PartName="/word/document.xml" ContentType="{office.WORD}"/>'
    more = f'<Override PartName="/word/x.bin" ContentType="{content_type}"/>'
    return {
        "[Content_Types].xml": f"<Types>{override}{more}</Types>".encode(),
        "word/document.xml": b"<d/>",
    }


def lying_about_its_size() -> bytes:
    """An archive whose directory says that 60 MB of zeros are ten bytes."""
    packed = bytearray(docx({"word/media/a.bin": bytes(60_000_000)}))
    at = packed.index(b"word/media/a.bin", packed.index(b"PK\x01\x02"))
    struct.pack_into("<I", packed, at - 46 + 24, 10)
    return bytes(packed)


def twice() -> bytes:
    packed = io.BytesIO(docx())
    with zipfile.ZipFile(packed, "a") as target:
        target.writestr("WORD/document.xml", b"<other/>")
    return packed.getvalue()


BOMB = b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><a>&b;</a>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><a>&a;</a>'
BAD = {
    "macros by name": (docx({"word/vbaProject.bin": b"x"}), Finding.MACROS),
    "macros by content type": (archive(typed("application/vnd.ms-office.vbaProject")), Finding.MACROS),
    "macros by relationship": (docx(inside("vbaProject")), Finding.MACROS),
    "a DOCM under the name DOCX": (
        docx(main_type="application/vnd.ms-word.document.macroEnabled.main+xml"),
        Finding.MACROS,
    ),
    "a sheet of Excel 4 macros": (docx({"xl/macrosheets/sheet1.xml": b"<x/>"}), Finding.MACROS),
    "a template from elsewhere": (docx(relation("attachedTemplate")), Finding.REMOTE),
    "an object from elsewhere": (docx(relation("oleObject")), Finding.REMOTE),
    "a frame from elsewhere": (docx(relation("frame")), Finding.REMOTE),
    "a picture from elsewhere": (docx(relation("image")), Finding.REMOTE),
    "a sub-document from elsewhere": (docx(relation("subDocument")), Finding.REMOTE),
    "a link that starts a program": (docx(relation("hyperlink", "ms-msdt:/id")), Finding.ACTION),
    "a link to a file": (docx(relation("hyperlink", "file://host/share/x")), Finding.ACTION),
    "an OLE object": (docx(inside("oleObject")), Finding.EMBEDDED),
    "an OLE object by its bytes": (docx({"word/embeddings/x.dat": b"\xd0\xcf\x11\xe0abc"}), Finding.EMBEDDED),
    "another document": (docx(inside("package")), Finding.EMBEDDED),
    "a zip in the zip": (docx({"word/media/a.png": archive({"a": b"a"})}), Finding.EMBEDDED),
    "a program in the zip": (docx({"word/media/a.png": b"MZ\x90"}), Finding.EMBEDDED),
    "an imported page": (docx(inside("aFChunk")), Finding.EMBEDDED),
    "ActiveX by name": (docx({"word/activeX/activeX1.xml": b"<x/>"}), Finding.CONTROLS),
    "ActiveX by relationship": (docx(inside("control")), Finding.CONTROLS),
    "a DDE field": (body(field(' DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc" ')), Finding.COMMAND),
    "a DDE field in pieces": (body(field("D", "D", "EAU", "TO cmd")), Finding.COMMAND),
    "a DDE field in small letters": (body(field("dde cmd")), Finding.COMMAND),
    "a simple DDE field": (body('<w:fldSimple w:instr="DDE cmd"/>'), Finding.COMMAND),
    "a DDE field in quotes": (body('<w:fldSimple w:instr="&quot;DDEAUTO&quot; cmd"/>'), Finding.COMMAND),
    "a DDE field that never ends": (body(field("DDE cmd").partition('<w:fldChar w:fldCharType="end"')[0]), Finding.COMMAND),
    "a field whose name is computed": (
        body('<w:fldChar w:fldCharType="begin"/>' + field("QUOTE 68 68 69") + '<w:fldChar w:fldCharType="end"/>'),
        Finding.COMMAND,
    ),
    "a field that fetches": (body(field('INCLUDETEXT "http://a.example"')), Finding.REMOTE),
    "entities": (docx({"word/settings.xml": BOMB}), Finding.DECLARATIONS),
    "a file of the server": (docx({"word/settings.xml": OUTSIDE}), Finding.DECLARATIONS),
    "a part that is no XML": (docx({"word/settings.xml": b"<a>"}), Finding.DAMAGED),
    "201 levels": (docx({"word/settings.xml": b"<a>" * 201 + b"</a>" * 201}), Finding.TOO_HEAVY),
    "2,000 levels": (docx({"word/settings.xml": b"<a>" * 2_000}), Finding.TOO_HEAVY),
    "a lie about its size": (lying_about_its_size(), Finding.DISAGREES),
    "two parts of one name": (twice(), Finding.DAMAGED),
}  # fmt: skip
BAD_EXCEL = {
    "a DDE formula": (sheet("cmd|'/c calc'!A0"), Finding.COMMAND),
    "a DDE formula behind a function": (sheet("1+ cmd |'/c calc'!A0"), Finding.COMMAND),
    "a DDE formula as a name": (sheet("cmd|'/c calc'!A0", "definedName"), Finding.COMMAND),
    "a DDE link": (
        xlsx({"xl/externalLinks/externalLink1.xml": b"<externalLink><ddeLink ddeService='cmd'/></externalLink>"}),
        Finding.COMMAND,
    ),
    "a link to another workbook": (
        xlsx({"xl/externalLinks/_rels/e.xml.rels": relation("externalLinkPath")["word/_rels/document.xml.rels"]}),
        Finding.REMOTE,
    ),
    "a data connection": (
        xlsx({"xl/_rels/w.rels": inside("connections")["word/_rels/document.xml.rels"]}),
        Finding.REMOTE,
    ),
    "a formula that fetches": (sheet('WEBSERVICE("http://a.example")'), Finding.REMOTE),
    "a Word document": (docx(), Finding.DISAGREES),
}  # fmt: skip


@pytest.mark.parametrize(("content", "finding"), BAD.values(), ids=BAD.keys())
def test_what_acts_fetches_or_lies_is_refused(content, finding):
    with pytest.raises(Refused) as refusal:
        inspect_word(io.BytesIO(content))

    assert refusal.value.finding == finding


@pytest.mark.parametrize(("content", "finding"), BAD_EXCEL.values(), ids=BAD_EXCEL.keys())
def test_a_workbook_that_acts_or_fetches_is_refused(content, finding):
    with pytest.raises(Refused) as refusal:
        inspect_excel(io.BytesIO(content))

    assert refusal.value.finding == finding


@pytest.mark.parametrize(
    "content",
    [
        docx(),
        docx(relation("hyperlink")),
        docx(relation("hyperlink", "mailto:duty@ots.example")),
        docx({"word/media/image1.png": b"\x89PNG"}),
        body(field(" HYPER", 'LINK "https://ots.example" ')),
        body(field("IF ") + field("PAGE")),
        body("<w:p><w:r><w:t>The DDE field, LINK and INCLUDETEXT</w:t></w:r></w:p>"),
    ],
)  # fmt: skip
def test_what_is_only_read_is_taken(content):
    assert inspect_word(io.BytesIO(content)) is None


@pytest.mark.parametrize("formula", ["SUM(A1:A9)", "'a|b'!A1", '"a|b"&amp;A1', "IF(A1&gt;0,1,2)"])
def test_ordinary_formulas_are_taken(formula):
    assert inspect_excel(io.BytesIO(sheet(formula))) is None


def test_table_of_contents_is_taken():
    """Its result holds fields of its own, behind the mark that separates it."""
    begin, separate, end = (
        f'<w:fldChar w:fldCharType="{kind}"/>' for kind in ("begin", "separate", "end")
    )
    contents = begin + "<w:instrText>TOC</w:instrText>" + separate + field("PAGEREF a") + end

    assert inspect_word(io.BytesIO(body(contents))) is None


@pytest.mark.parametrize(("limit", "value"), [("MOST_UNPACKED_BYTES", 50), ("MOST_RATIO", 1)])
def test_what_is_really_unpacked_counts(monkeypatch, limit, value):
    monkeypatch.setattr(office, limit, value)

    with pytest.raises(Refused) as refusal:
        inspect_word(io.BytesIO(docx({"word/a.xml": b"<a>" + b" " * 5_000 + b"</a>"})))

    assert refusal.value.finding == Finding.TOO_MUCH_UNPACKED
