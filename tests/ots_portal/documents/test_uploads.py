"""B63–B66 and B73–B75: files through the page, from the first byte in to the last byte out."""

import http.client
import io
import re
import sys
import uuid
from pathlib import Path

import pytest
from django.conf import settings as portal
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import RequestFactory
from django.urls import reverse

from ots_portal.documents import queries
from ots_portal.documents.models import Document
from tests import servers
from tests.factories.documents import JPEG, PDF, DocumentFactory, archive, picture, upload
from tests.factories.incidents import IncidentFactory
from tests.factories.sessions import sign_in

HTML = b"<!DOCTYPE html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
MIB = 1024 * 1024


def send(client, record, name, content):
    address = reverse("documents:new", args=["people.user", record.pk])
    return client.post(address, {"file": upload(name, content), "title": "Kept title"})


def multipart(*parts, boundary="b"):
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), part) for part in parts)
    return body + b"--%s--\r\n" % boundary.encode()


def part(headers, content):
    return b"Content-Disposition: form-data; %s\r\n\r\n%s" % (headers, content)


def post_raw(client, address, body, content_type="multipart/form-data; boundary=b", **more):
    return client.generic("POST", address, body, content_type=content_type, **more)


# ── what comes in ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("content", [HTML, SVG, b"MZ\x90", archive({"a": b"a"}), JPEG, b" " + PDF])
def test_b63_a_pdf_that_is_something_else_is_refused(client, record, editor_a, content):
    client.force_login(editor_a)

    answer = send(client, record, "x.pdf", content)

    page = answer.content.decode()
    assert (answer.status_code, Document.objects.count()) == (422, 0)
    assert ("The content of the file is not what its name says." in page, "Kept title" in page) == (
        True,
        True,
    )


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\temp\\a.txt", "a.txt"),
        ("CON.txt", "_CON.txt"),
        ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie_ x=1.txt"),
        ("a\u202etxt.exe.txt", "atxt.exe.txt"),
        ("ü" * 300 + ".txt", "ü" * 116 + ".txt"),
        ("Zəlzələ Қазақстан 地震.txt", "Zəlzələ Қазақстан 地震.txt"),
        ('say "hi"; x.txt', "say _hi_; x.txt"),
    ],
)
def test_b64_a_name_is_only_a_name(client, record, editor_a, sent, kept):
    client.force_login(editor_a)
    disposition = 'name="file"; filename="{}"'.format(
        sent.replace("\\", "\\\\").replace('"', '\\"').replace("\r\n", "")
    )
    body = multipart(part(disposition.encode(), b"text"), part(b'name="title"', b""))

    post_raw(client, reverse("documents:new", args=["people.user", record.pk]), body)

    document = Document.objects.get()
    answer = client.get(document.get_absolute_url())
    assert b"".join(answer.streaming_content) == b"text"
    header = answer["Content-Disposition"]
    assert (document.file_name, document.file.name) == (
        kept,
        f"documents/{document.pk.hex[:2]}/{document.pk}",
    )
    assert re.fullmatch(r"attachment; filename(\*=utf-8''[\w%.~!$&+^`|-]+|=\"[^\"\r\n]+\")", header)


@pytest.mark.parametrize("name", ["a.pdf.exe", "a.php", "a.pdf\x00.html", ".pdf", "pdf"])
def test_b64_an_ending_that_is_not_taken_is_refused(client, record, editor_a, name):
    client.force_login(editor_a)

    answer = send(client, record, name, PDF)

    assert (answer.status_code, Document.objects.count()) == (422, 0)


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.png", "a.jpg", "a.json"])
@pytest.mark.parametrize(
    ("content", "sentence"), [(b"", "The file is empty."), (b"x", "is not what its name says")]
)
def test_b65_an_empty_file_or_one_byte_is_refused(
    client, record, editor_a, name, content, sentence
):
    client.force_login(editor_a)

    answer = send(client, record, name, content)

    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)


def test_b66_one_byte_more_than_the_limit_is_too_large(client, record, editor_a):
    client.force_login(editor_a)

    answer = send(client, record, "a.pdf", bytes(20 * MIB + 1))

    page = answer.content.decode()
    assert (answer.status_code, Document.objects.count()) == (413, 0)
    assert ("the portal takes up to 20.0" in page.replace("\xa0", " "), "Kept title" in page) == (
        True,
        True,
    )


def test_b66_exactly_the_limit_is_taken(client, record, editor_a, settings):
    settings.PORTAL_UPLOAD_LIMIT_BYTES = 5_000
    client.force_login(editor_a)

    send(client, record, "a.txt", b"x" * 5_000)

    assert Document.objects.get().size_bytes == 5_000


def test_b66_what_goes_beyond_the_limit_is_not_kept(editor_a, settings, monkeypatch):
    """Neither in memory nor on disk: the handlers behind ours see no byte of it."""
    settings.PORTAL_UPLOAD_LIMIT_BYTES = 3 * MIB
    kept = []
    monkeypatch.setattr(
        TemporaryFileUploadHandler,
        "receive_data_chunk",
        lambda _handler, raw, _start: kept.append(len(raw)),
    )
    body = multipart(part(b'name="file"; filename="a.pdf"', bytes(4 * MIB)))

    request = RequestFactory().generic(
        "POST", "/", body, content_type="multipart/form-data; boundary=b"
    )

    assert (request.FILES["file"].size, request.FILES["file"].read()) == (4 * MIB, b"")
    assert sum(kept) <= 3 * MIB


def test_b66_a_body_far_beyond_the_limit_is_refused_unread(client, record, editor_a):
    client.force_login(editor_a)

    class Unread(io.BytesIO):
        def read(self, *size):
            raise AssertionError("read")

    request_body = {"wsgi.input": Unread(), "CONTENT_LENGTH": str(21 * MIB + 1)}
    answer = client.generic(
        "POST",
        reverse("documents:new", args=["people.user", record.pk]),
        content_type="multipart/form-data; boundary=b",
        **request_body,
    )

    assert answer.status_code == 413


def test_b70_the_stored_photo_tells_no_place(client, record, editor_a):
    client.force_login(editor_a)
    told = picture("JPEG", comment=b"40.4093N 49.8671E")

    send(client, record, "photo.jpg", told)

    document = Document.objects.get()
    with document.file.open() as file:
        stored = file.read()
    assert (b"40.4093N" in told, b"40.4093N" in stored, document.size_bytes) == (
        True,
        False,
        len(stored),
    )


def test_the_form_says_what_is_taken_before_a_file_is_chosen(client, record, editor_a):
    client.force_login(editor_a)

    page = client.get(reverse("documents:new", args=["people.user", record.pk])).content.decode()

    shown = page.replace("\xa0", " ")
    assert ("up to 20.0 MB" in shown, "without the place and the camera" in shown) == (True, True)
    assert 'accept=".pdf,' in page


# ── bodies that are no bodies ───────────────────────────────────────────────────────────────────

FILE = part(b'name="file"; filename="a.txt"', b"text")


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (multipart(*[part(b'name="f%d"; filename="a"' % n, b"a") for n in range(1_000)]), "", 400),
        (multipart(*[part(b'name="f%d"' % n, b"a") for n in range(1_001)]), "", 400),
        (multipart(FILE), "multipart/form-data", 400),
        (multipart(FILE), "multipart/form-data; boundary=" + "b" * 10_000, 400),
        (multipart(FILE), "multipart/form-data; boundary=\xff", 400),
        (multipart(part(b'name="title"', b"x" * 2_600_000)), "", 400),
        (multipart(FILE, boundary="other"), "", 422),
        (b"", "", 422),
        (multipart(FILE)[:-10], "", 422),
        (
            multipart(b'Content-Disposition: form-data; name="file"; filename="a.txt"\r\n'
                      b"Content-Transfer-Encoding: base64\r\n\r\n!!!not base64!!!"),
            "",
            400,
        ),
        (
            multipart(b'Content-Disposition: form-data; name="a"\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n'
                      + multipart(FILE, boundary="c")),
            "",
            422,
        ),
    ],
    ids=["1,000 files", "1,001 fields", "no boundary", "long boundary", "strange boundary", "a field of 2.6 MB",
         "another boundary", "nothing", "cut off", "no base64", "nested"],
)  # fmt: skip
def test_b74_a_malformed_body_is_answered_and_changes_nothing(
    client, record, editor_a, body, content_type, status
):
    client.force_login(editor_a)

    answer = post_raw(
        client,
        reverse("documents:new", args=["people.user", record.pk]),
        body,
        content_type or "multipart/form-data; boundary=b",
    )

    assert (answer.status_code, Document.objects.count()) == (status, 0)


@pytest.mark.parametrize("declared", ["10", "0", "-5", "x"])
def test_b74_a_wrong_length_cuts_the_sender_short_and_nothing_else(
    client, record, editor_a, declared
):
    client.force_login(editor_a)

    answer = post_raw(
        client,
        reverse("documents:new", args=["people.user", record.pk]),
        multipart(FILE),
        CONTENT_LENGTH=declared,
    )

    assert (answer.status_code in (400, 422), Document.objects.count()) == (True, 0)


def _peak_bytes(pid):
    """The most that the server and its workers ever held, as the kernel counts it."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            told = dict(
                line.split(":", 1) for line in status.read_text().splitlines() if ":" in line
            )
        except OSError:
            continue
        if int(status.parent.name) == pid or int(told["PPid"]) == pid:
            total += int(told.get("VmHWM", "0 kB").split()[0]) * 1024
    return total


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_b74_the_servers_memory_does_not_grow_with_what_is_sent(
    client, editor_a, outside_environment, tmp_path
):
    """A base64 part with white space between the letters, a thousand parts, a file at the limit."""
    incident = IncidentFactory(participant=editor_a.participant, created_by=editor_a)
    sign_in(client, editor_a)
    page = client.get(reverse("documents:new", args=["incidents.incident", incident.pk]))
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[1]
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    port = servers.free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "1", "--blocking-threads", "2", "--no-ws"]

    def send_raw(body, path, length=None):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.putrequest("POST", path)
        connection.putheader("Content-Type", "multipart/form-data; boundary=b")
        connection.putheader("Content-Length", str(length or len(body)))
        connection.putheader("Cookie", cookies)
        connection.putheader("Referer", f"http://127.0.0.1:{port}/")
        connection.endheaders()
        try:
            connection.send(body)
            return connection.getresponse().status
        except (BrokenPipeError, ConnectionResetError):
            return 413  # refused while it was still being sent
        finally:
            connection.close()

    def is_up():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    path = reverse("documents:new", args=["incidents.incident", incident.pk])
    hidden = part(b'name="csrfmiddlewaretoken"', token.encode())
    base64 = (
        b'Content-Disposition: form-data; name="file"; filename="a.txt"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n"
    )
    bodies = [
        multipart(hidden, base64 + b" \r\n\t" * (5 * MIB)),
        multipart(hidden, base64 + b"YWJj \r\n" * (2 * MIB)),
        multipart(hidden, *[part(b'name="f%d"; filename="a"' % n, b"a") for n in range(1_000)]),
        multipart(hidden, part(b'name="file"; filename="a.pdf"', bytes(20 * MIB))),
        multipart(hidden, part(b'name="file"; filename="a.pdf"', bytes(20 * MIB + 1))),
        multipart(hidden, part(b'name="file"; filename="a.png"', bytes(30 * MIB))),
    ]
    with servers.serving(
        [*command, "ots_portal.wsgi:application"], is_ready=is_up, stop_by=15,
        env={**outside_environment, "OTS_SECOND_FACTOR_REQUIRED": "0"}, cwd=portal.BASE_DIR,
    ) as pid:  # fmt: skip
        send_raw(
            multipart(hidden, FILE), path
        )  # what a first request loads is not what a body costs
        before = _peak_bytes(pid)
        answers = [send_raw(body, path) for body in bodies]
        grown = _peak_bytes(pid) - before

    # The second one is a text of 6 MB in a roundabout way, and is taken.
    assert answers == [422, 302, 400, 422, 413, 413]
    assert grown < 50 * MIB, f"grew by {grown / MIB:.0f} MiB"


# ── what goes out ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("door", ["documents:download", "api:documents-detail"])
@pytest.mark.parametrize("method", ["get", "head"])
def test_b73_a_file_leaves_as_a_download_and_nothing_else(client, record, reader_a, door, method):
    document = DocumentFactory(owner=record, content=PDF)
    client.force_login(reader_a)

    answer = getattr(client, method)(reverse(door, args=[document.pk]))

    wanted = {
        "Accept-Ranges": "none",
        "Cache-Control": "no-store, private",
        "Content-Disposition": 'attachment; filename="report.pdf"',
        "Content-Length": str(len(PDF)),
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Content-Type": "application/pdf",
        "X-Content-Type-Options": "nosniff",
    }
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert {name: answer[name] for name in wanted} == wanted
    assert body == (PDF if method == "get" else b"")


def test_b75_an_open_link_ends_with_the_right_to_read(client, turkiye, editor_b):
    """Parts are never given: whoever asks for the rest asks for the whole, and is judged anew."""
    incident = IncidentFactory(participant=turkiye, status="active")
    document = DocumentFactory(owner=incident, content=PDF)
    client.force_login(editor_b)
    address = document.get_absolute_url()
    first = client.get(address, HTTP_RANGE="bytes=0-9")
    whole = b"".join(first.streaming_content)
    incident.classification = "named"
    incident.save()

    then = client.get(address, HTTP_RANGE="bytes=10-")

    missing = client.get(reverse("documents:download", args=[uuid.uuid4()]))
    assert (first.status_code, whole) == (200, PDF)
    assert (then.status_code, then.content) == (404, missing.content)


# ── what the record's page says ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("status", "fields", "words", "is_link"),
    [
        ("attached", {}, "Not scanned for viruses", True),
        ("attached", {"is_scanned": True}, "Scanned, nothing found", True),
        ("quarantined", {}, "Waiting for the virus scan", False),
        ("infected", {"malware": "Eicar"}, "Infected", False),
    ],
)
def test_each_document_says_how_it_stands_with_the_scan(
    client, editor_a, now, status, fields, words, is_link
):
    incident = IncidentFactory(participant=editor_a.participant, status="active")
    if fields.pop("is_scanned", False):
        fields["scanned_at"] = now
    document = DocumentFactory(owner=incident, uploaded_by=editor_a, status=status, **fields)
    client.force_login(editor_a)

    page = client.get(incident.get_absolute_url()).content.decode()

    assert (words in page, f'href="{document.get_absolute_url()}"' in page) == (True, is_link)


@pytest.mark.parametrize(
    ("name", "sees"),
    [("reader_a", True), ("officer", True), ("editor_b", False), ("machine_b", False)],
)
def test_what_is_held_is_shown_to_those_whose_it_is_and_the_secretariat(
    request, client, editor_a, name, sees
):
    incident = IncidentFactory(participant=editor_a.participant, status="active")
    for number, status in enumerate(("quarantined", "infected")):
        DocumentFactory(
            owner=incident, uploaded_by=editor_a, status=status, malware="E", title=f"Plan {number}"
        )
    DocumentFactory(owner=incident, uploaded_by=editor_a, title="Open plan")
    person = request.getfixturevalue(name)

    shown = [one["title"] for one in queries.documents_of(incident, person)]

    assert sorted(shown) == (["Open plan", "Plan 0", "Plan 1"] if sees else ["Open plan"])
