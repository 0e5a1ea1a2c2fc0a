import io
import json
import stat
import zipfile

import pytest

from ots_portal.documents.content import ContentType, NotAccepted, recognise, safe_name
from tests.factories.documents import (
    EXCEL,
    JPEG,
    MACRO_WORD,
    PDF,
    PNG,
    archive,
    docx,
    office,
    xlsx,
)

POINT = b'{"type": "Point", "coordinates": [49.9, 40.4]}'


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.pdf", PDF, ContentType.PDF),
        ("A.PDF", PDF, ContentType.PDF),
        ("a.png", PNG, ContentType.PNG),
        ("a.jpg", JPEG, ContentType.JPEG),
        ("a.jpeg", JPEG, ContentType.JPEG),
        ("a.docx", docx(), ContentType.DOCX),
        ("a.xlsx", xlsx(), ContentType.XLSX),
        ("a.geojson", POINT, ContentType.GEOJSON),
        ("a.json", b"[1, 2]", ContentType.JSON),
        ("a.csv", "ad;şəhər\n1;Bakı\n".encode(), ContentType.CSV),
        ("a.csv", b"\xef\xbb\xbfa,b\r\n", ContentType.CSV),
        ("a.txt", "Özet: 3 < 4".encode(), ContentType.TEXT),
        ("a.pdf.txt", b"text", ContentType.TEXT),
    ],
)
def test_known_kinds_are_recognised(name, data, kind):
    assert recognise(name, io.BytesIO(data)).kind == kind


HTML = b"<!DOCTYPE html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
EXE = b"MZ\x90\x00" + bytes(60)
WRONG_KIND = "Files of this kind are not taken."
DISAGREES = "The content of the file is not what its name says."


def with_link() -> bytes:
    packed = io.BytesIO(docx())
    with zipfile.ZipFile(packed, "a") as target:
        link = zipfile.ZipInfo("word/link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        target.writestr(link, "/etc/passwd")
    return packed.getvalue()


def encrypted() -> bytes:
    data = bytearray(docx())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("page.html", HTML, WRONG_KIND),
        ("picture.svg", SVG, WRONG_KIND),
        ("tool.exe", EXE, WRONG_KIND),
        ("archive.zip", archive({"a": b"a"}), WRONG_KIND),
        ("report.pdf.exe", PDF, WRONG_KIND),
        ("shell.php", PDF, WRONG_KIND),
        ("document.docm", docx(), WRONG_KIND),
        ("noending", PDF, WRONG_KIND),
        (".pdf", PDF, WRONG_KIND),
        ("report.pdf", HTML, DISAGREES),
        ("report.pdf", SVG, DISAGREES),
        ("report.pdf", EXE, DISAGREES),
        ("report.pdf", archive({"a": b"a"}), DISAGREES),
        ("report.pdf", b"x", DISAGREES),
        ("report.pdf", b"\n" + PDF, DISAGREES),
        ("picture.png", JPEG, DISAGREES),
        ("picture.jpg", PNG, DISAGREES),
        ("table.csv", HTML, DISAGREES),
        ("text.txt", b"  \n" + SVG, DISAGREES),
        ("text.txt", b"\xef\xbb\xbf" + HTML, DISAGREES),
        ("text.txt", b"a\x00b", DISAGREES),
        ("text.txt", "Özet".encode("latin-1"), DISAGREES),
        ("text.txt", "Özet".encode("utf-16"), DISAGREES),
        ("map.geojson", b'{"type": "Topology"}', DISAGREES),
        ("map.geojson", b"[]", DISAGREES),
        ("data.json", b"{not json}", DISAGREES),
        ("data.json", b"[" * 100_000, DISAGREES),
        ("data.json", b"7", DISAGREES),
        ("fake.docx", archive({"word/document.xml": b"<x/>"}), DISAGREES),
        ("fake.docx", archive({"index.html": HTML}), DISAGREES),
        ("fake.docx", xlsx(), DISAGREES),
        ("fake.docx", office("word/document.xml", EXCEL), DISAGREES),
        ("fake.docx", b"PK\x03\x04" + bytes(100), DISAGREES),
        ("cut.docx", docx()[:-30], DISAGREES),
        ("macros.docx", docx(main_type=MACRO_WORD), "The document contains macros."),
        ("macros.docx", docx({"word/vbaProject.bin": b"x"}), "The document contains macros."),
        ("macros.xlsx", xlsx({"xl/VBAPROJECT.BIN": b"x"}), "The document contains macros."),
        ("locked.docx", encrypted(), "The document is encrypted."),
        ("link.docx", with_link(), "The document contains entries that lead outside it."),
        ("up.docx", docx({"../../x": b"x"}), "The document contains entries that lead outside it."),
        (
            "root.docx",
            docx({"/etc/x": b"x"}),
            "The document contains entries that lead outside it.",
        ),
        ("ratio.docx", docx({"a": bytes(5_000_000)}), "The file would unpack to far more"),
        (
            "entries.docx",
            docx({str(number): b"" for number in range(2_000)}),
            "The file would unpack to far more",
        ),
    ],
)
def test_everything_else_is_refused_with_a_sentence(name, data, reason):
    with pytest.raises(NotAccepted) as refusal:
        recognise(name, io.BytesIO(data))

    assert str(refusal.value).startswith(reason)


def test_largest_good_table_of_numbers_is_taken():
    rows = json.dumps({"rows": list(range(50_000))}).encode()

    assert recognise("rows.json", io.BytesIO(rows)).kind == ContentType.JSON


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\boot.pdf", "boot.pdf"),
        ("C:\\Users\\x\\plan.pdf", "plan.pdf"),
        ("plan\u202efdp.exe", "planfdp.exe"),
        ("\u200fplan\u200b.pdf", "plan.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("a.pdf\x00.html", "a.pdf.html"),
        ('say "hi".pdf', "say _hi_.pdf"),
        ("CON", "_CON"),
        ("nul.pdf", "_nul.pdf"),
        ("console.pdf", "console.pdf"),
        ("  .hidden.pdf ", "hidden.pdf"),
        ("", "file"),
        ("...", "file"),
        ("I\u0307zmir.pdf", "İzmir.pdf"),
        ("Қазақстан ə.pdf", "Қазақстан ə.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("x." + "y" * 300, "." + "y" * 119),
    ],
)
def test_names_are_made_safe(sent, shown):
    assert safe_name(sent) == shown
