import re
import uuid
from urllib.parse import quote

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from ots_portal.documents import queries
from ots_portal.documents.models import Document
from tests.factories.documents import PDF, DocumentFactory, upload


def new_url(record, label="people.user"):
    return f"/documents/new/{label}/{record.pk}/"


def read(answer):
    """Read a download to its end, as a browser does; that closes the file."""
    return b"".join(answer.streaming_content)


def test_upload_attaches_and_returns_to_the_record(client, record, editor_a):
    client.force_login(editor_a)

    answer = client.post(new_url(record), {"file": upload(), "title": "Damage"})

    assert (answer.status_code, answer["Location"]) == (302, f"/record/{record.pk}/")
    assert [document.title for document in queries.attached_to(record, editor_a)] == ["Damage"]


@pytest.mark.parametrize(
    ("file", "status", "sentence"),
    [
        (upload("a.pdf", b"<html>"), 422, "The content of the file is not what its name says."),
        (upload("a.exe"), 422, "Files of this kind are not taken."),
        (upload("a.pdf", b""), 422, "The file is empty."),
        (upload("a.pdf", PDF + bytes(1_000)), 413, "the portal takes up to"),
        (None, 422, "This field is required."),
    ],
)
def test_refused_upload_shows_the_form_with_the_reason(
    client, record, editor_a, settings, file, status, sentence
):
    settings.PORTAL_UPLOAD_LIMIT_BYTES = len(PDF) + 999
    client.force_login(editor_a)

    answer = client.post(
        new_url(record), {"title": "Kept title", **({"file": file} if file else {})}
    )

    page = answer.content.decode()
    assert (answer.status_code, sentence in page, 'value="Kept title"' in page) == (
        status,
        True,
        True,
    )
    assert Document.objects.count() == 0


def test_title_that_cannot_be_shown_is_refused(client, record, editor_a):
    client.force_login(editor_a)

    answer = client.post(new_url(record), {"file": upload(), "title": "a\u202eb"})

    assert (answer.status_code, Document.objects.count()) == (422, 0)


def test_reader_of_the_record_who_may_not_attach_is_told_why(client, record, editor_b):
    client.force_login(editor_b)

    answer = client.post(new_url(record), {"file": upload()})

    assert (answer.status_code, Document.objects.count()) == (403, 0)


@pytest.mark.parametrize("label", ["people.user", "participants.participant", "x", "people.User"])
def test_record_that_cannot_be_read_is_unknown(client, record, observer, label):
    client.force_login(observer)

    answers = [
        client.post(new_url(record, label), {"file": upload()}),
        client.post(f"/documents/new/people.user/{uuid.uuid4()}/", {"file": upload()}),
    ]

    assert {(a.status_code, a.content, str(sorted(a.items()))) for a in answers} == {
        (404, answers[0].content, str(sorted(answers[0].items())))
    }


def test_visitor_is_sent_to_sign_in(client, record):
    document = DocumentFactory(owner=record)

    answers = [client.get(document.get_absolute_url()), client.post(new_url(record))]

    assert [answer.status_code for answer in answers] == [302, 302]


def test_download_is_never_a_page_of_ours(client, record, reader_a):
    document = DocumentFactory(owner=record, content=PDF)
    client.force_login(reader_a)

    answer = client.get(document.get_absolute_url())

    assert read(answer) == PDF
    wanted = {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(PDF)),
        "Content-Disposition": 'attachment; filename="report.pdf"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store, private",
    }
    assert {name: answer[name] for name in wanted} == wanted


@pytest.mark.parametrize("name", ["Zəlzələ ğ.pdf", "say _hi_.pdf", "Қазақстан.pdf"])
def test_every_name_travels_in_one_header(client, record, reader_a, name):
    document = DocumentFactory(owner=record, file_name=name)
    client.force_login(reader_a)

    answer = client.get(document.get_absolute_url())

    assert (read(answer) != b"", answer["Content-Disposition"]) in (
        (True, f"attachment; filename*=utf-8''{quote(name)}"),
        (True, f'attachment; filename="{name}"'),
    )


def test_document_of_a_record_one_may_not_read_is_unknown(client, record, observer, editor_b):
    document = DocumentFactory(owner=record)
    client.force_login(observer)
    hidden = client.get(document.get_absolute_url())
    missing = client.get(f"/documents/{uuid.uuid4()}/")
    client.force_login(editor_b)

    readable = client.get(document.get_absolute_url())

    assert (hidden.status_code, hidden.content) == (404, missing.content)
    assert dict(hidden.headers) == dict(missing.headers)
    assert read(readable).startswith(b"%PDF")


def test_document_of_a_kind_nobody_plugged_is_unknown(client, record, editor_a):
    document = DocumentFactory(owner=record, owner_type="people.ghost")
    client.force_login(editor_a)

    assert client.get(document.get_absolute_url()).status_code == 404


def test_remove_takes_it_off_the_record(client, record, editor_a):
    document = DocumentFactory(owner=record, uploaded_by=editor_a)
    client.force_login(editor_a)

    answer = client.post(f"/documents/{document.pk}/remove/")

    assert answer["Location"] == f"/record/{record.pk}/"
    assert client.get(document.get_absolute_url()).status_code == 404


def test_remove_of_anothers_document_is_refused(client, record, editor_a, editor_b):
    document = DocumentFactory(owner=record, uploaded_by=editor_a)
    client.force_login(editor_b)

    answer = client.post(f"/documents/{document.pk}/remove/")

    document.refresh_from_db()
    assert (answer.status_code, document.status) == (403, "attached")


def test_looking_at_the_address_of_removal_removes_nothing(client, record, editor_a):
    document = DocumentFactory(owner=record, uploaded_by=editor_a)
    client.force_login(editor_a)

    assert client.get(f"/documents/{document.pk}/remove/").status_code == 405


# ── the part that a record's page shows ─────────────────────────────────────────────────────────


def shown_to(user, record):
    request = RequestFactory().get("/")
    request.user = user
    template = Template("{% load documents %}{% documents_of record %}")
    context = {"user": user, "record": record, "request": request, "csrf_token": "the-token"}
    return template.render(Context(context))


def test_part_lists_the_documents_with_size_kind_and_sender(record, editor_a, reader_a):
    document = DocumentFactory(
        owner=record, title="Damage <map>", uploaded_by=editor_a, size_bytes=2_048
    )

    part = shown_to(reader_a, record)

    assert f'<a href="/documents/{document.pk}/">Damage &lt;map&gt;</a>' in part
    assert re.search(r"PDF, 2.0.KB", part)
    assert re.search(r"Editor of A \(\s*Türkiye\s*\)", part)
    assert "<form" not in part


def test_part_offers_the_form_to_those_who_may_attach(record, editor_a):
    part = shown_to(editor_a, record)

    assert f'action="{new_url(record)}"' in part
    assert 'value="the-token"' in part


def test_part_shows_no_withdrawn_documents_and_none_of_other_records(record, editor_a, editor_b):
    DocumentFactory(owner=record, title="Gone", status="withdrawn")
    DocumentFactory(owner=editor_b, title="Elsewhere")
    DocumentFactory(owner=record, title="Here")

    part = shown_to(editor_a, record)

    assert [word in part for word in ("Here", "Gone", "Elsewhere")] == [True, False, False]


@pytest.mark.parametrize("count", [1, 3])
def test_part_takes_one_query(record, editor_a, django_assert_num_queries, count):
    DocumentFactory.create_batch(count, owner=record, uploaded_by=editor_a)

    with django_assert_num_queries(1):
        part = shown_to(editor_a, record)

    assert part.count("/remove/") == count


@pytest.mark.parametrize("count", [1, 3])
def test_record_in_the_api_names_its_documents(record, editor_a, django_assert_num_queries, count):
    documents = DocumentFactory.create_batch(count, owner=record, uploaded_by=editor_a)

    with django_assert_num_queries(1):
        listed = queries.documents_of(record, editor_a)

    first = min(documents, key=lambda document: document.pk)
    assert listed[0] == {
        "id": str(first.pk),
        "title": first.title,
        "file_name": "report.pdf",
        "content_type": "application/pdf",
        "size_bytes": first.size_bytes,
        "sha256": first.sha256,
        "status": "attached",
        "scanned_at": None,
        "participant": "turkiye",
        "uploaded_at": first.uploaded_at,
        "url": f"/api/v1/documents/{first.pk}/",
    }
    assert len(listed) == count
