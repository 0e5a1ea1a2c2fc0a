"""B63, B69: what a PDF may not carry, wherever in the file it stands."""

import io

import pikepdf
import pytest

from ots_portal.documents.inspection.findings import Finding, Refused
from ots_portal.documents.inspection.pdf import inspect_pdf, leads_to_the_web
from tests.factories.documents import archive, pdf

SCRIPT = b"<< /S /JavaScript /JS (app.alert(1)) >>"


def encrypted(password: str) -> bytes:
    written = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(written, encryption=pikepdf.Encryption(owner="owner", user=password))
    return written.getvalue()


def in_an_object_stream() -> bytes:
    """A script that no search over the file's bytes would find: it lies compressed."""
    written = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.Root.Hidden = document.make_indirect(
            pikepdf.Dictionary(S=pikepdf.Name.JavaScript, Code="app.alert(1)")
        )
        document.save(written, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert b"JavaScript" not in written.getvalue()
    return written.getvalue()


def with_attachment() -> bytes:
    written = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.attachments["tool.exe"] = b"MZ"
        document.save(written)
    return written.getvalue()


BAD = {
    "script on opening": (pdf(SCRIPT, catalog=b"/OpenAction 4 0 R"), Finding.ACTION),
    "script in the tree of names": (
        pdf(SCRIPT, catalog=b"/Names << /JavaScript << /Names [(a) 4 0 R] >> >>"),
        Finding.SCRIPT,
    ),
    "script of an annotation": (
        pdf(b"<< /Type /Annot /Subtype /Link /Rect [0 0 1 1] /A %s >>" % SCRIPT, page=b"/Annots [4 0 R]"),
        Finding.SCRIPT,
    ),
    "script of a form field": (
        pdf(
            b"<< /FT /Tx /T (a) /AA << /K %s >> >>" % SCRIPT,
            catalog=b"/AcroForm << /Fields [4 0 R] >>",
        ),
        Finding.SCRIPT,
    ),
    "script of a page": (pdf(page=b"/AA << /O %s >>" % SCRIPT), Finding.SCRIPT),
    "script that nothing leads to": (pdf(SCRIPT), Finding.SCRIPT),
    "script under an escaped name": (pdf(b"<< /S /J#61vaScript /J#53 (1) >>"), Finding.SCRIPT),
    "script in an object stream": (in_an_object_stream(), Finding.SCRIPT),
    "script in the next action": (
        pdf(b"<< /S /GoTo /D [3 0 R /Fit] /Next [<< /S /GoTo /D [3 0 R /Fit] /Next %s >>] >>" % SCRIPT),
        Finding.SCRIPT,
    ),
    "launching a program": (pdf(b"<< /S /Launch /F (cmd.exe) >>"), Finding.ACTION),
    "opening another file": (pdf(b"<< /S /GoToR /F (//host/share/a.pdf) >>"), Finding.ACTION),
    "sending a form": (pdf(b"<< /S /SubmitForm /F (http://a.example) >>"), Finding.ACTION),
    "a page of the web on opening": (
        pdf(catalog=b"/OpenAction << /S /URI /URI (https://a.example) >>"),
        Finding.ACTION,
    ),
    "a link that is a script": (pdf(b"<< /S /URI /URI (javascript:alert\\(1\\)) >>"), Finding.ACTION),
    "a link to a file": (pdf(b"<< /S /URI /URI (file:///etc/passwd) >>"), Finding.ACTION),
    "a link to a share": (pdf(b"<< /S /URI /URI (\\\\\\\\host\\\\share) >>"), Finding.ACTION),
    "an attachment": (with_attachment(), Finding.EMBEDDED),
    "an associated file": (pdf(b"<< /Type /Filespec /EF << /F 3 0 R >> >>", catalog=b"/AF [4 0 R]"), Finding.EMBEDDED),
    "an embedded file that nothing leads to": (
        pdf(b"<< /Type /EmbeddedFile /Length 2 >>\nstream\nMZ\nendstream"),
        Finding.EMBEDDED,
    ),
    "an attachment as annotation": (pdf(b"<< /Subtype /FileAttachment >>"), Finding.EMBEDDED),
    "a film": (pdf(b"<< /Subtype /RichMedia >>"), Finding.MEDIA),
    "an XFA form": (pdf(catalog=b"/AcroForm << /XFA [(a) 3 0 R] >>"), Finding.CONTROLS),
    "bytes that lie in another file": (
        pdf(b"<< /Length 0 /F (//host/share) >>\nstream\n\nendstream"),
        Finding.REMOTE,
    ),
    "a password": (encrypted("secret"), Finding.ENCRYPTED),
    "restrictions without a password": (encrypted(""), Finding.ENCRYPTED),
    "2,001 pages": (pdf(pages=2_001), Finding.TOO_MANY_PAGES),
    "no page": (pdf(pages=0), Finding.DAMAGED),
    "a broken table of places": (pdf().replace(b"startxref\n", b"startxref\n9"), Finding.DAMAGED),
    "no table of places": (pdf()[: pdf().index(b"xref")] + b"%%EOF\n", Finding.DAMAGED),
    "nothing but a beginning": (b"%PDF-1.7\n%%EOF", Finding.DAMAGED),
    "half a file": (pdf()[:200], Finding.DAMAGED),
    "a page behind it": (pdf() + b"<html><script>alert(1)</script>", Finding.DAMAGED),
    "an archive behind it": (pdf() + archive({"a": b"a"}), Finding.DAMAGED),
    "an archive that ends like a PDF": (
        pdf() + archive({"a": b"a"})[:-2] + b"\x07\x00\n%%EOF\n",
        Finding.EMBEDDED,
    ),
    "a page": (b"<html>", Finding.DISAGREES),
}  # fmt: skip


@pytest.mark.parametrize(("content", "finding"), BAD.values(), ids=BAD.keys())
def test_what_acts_or_breaks_is_refused(content, finding):
    with pytest.raises(Refused) as refusal:
        inspect_pdf(io.BytesIO(content))

    assert refusal.value.finding == finding


@pytest.mark.parametrize(
    "content",
    [
        pdf(),
        pdf() + b"\r\n\0\0",
        pdf(catalog=b"/OpenAction [3 0 R /Fit]"),
        pdf(catalog=b"/OpenAction << /S /GoTo /D [3 0 R /Fit] >>"),
        pdf(b"<< /Subtype /Link /A << /S /URI /URI (https://ots.example/a?b=c) >> >>"),
        pdf(b"<< /S /URI /URI (mailto:duty@ots.example) >>"),
        pdf(catalog=b"/AcroForm << /Fields [] >>"),
        pdf(b"<< /S /P /P 3 0 R >>"),  # an element of the structure, no action
        pdf(pages=2_000),
    ],
)
def test_what_is_only_read_is_taken(content):
    assert inspect_pdf(io.BytesIO(content)) is None


@pytest.mark.parametrize(
    "address", ["https://[", "data:text/html,x", "ms-word:ofe|u|x", "//host/a", "\\\\host"]
)
def test_other_links_lead_to_no_web_page(address):
    assert not leads_to_the_web(address)
