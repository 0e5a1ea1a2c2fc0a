import uuid

import pytest
from rest_framework.test import APIRequestFactory, force_authenticate

from ots_portal.documents import api
from tests.factories.documents import PDF, DocumentFactory


def call(view, user, pk, method="get"):
    request = getattr(APIRequestFactory(), method)("/")
    force_authenticate(request, user=user)
    return view.as_view()(request, pk=pk)


@pytest.mark.parametrize("person", ["editor_a", "reader_a", "machine_a", "machine_b"])
def test_readers_of_the_record_download(request, record, person):
    document = DocumentFactory(owner=record, content=PDF)

    answer = call(api.DocumentDetail, request.getfixturevalue(person), document.pk)

    assert b"".join(answer.streaming_content) == PDF
    assert (answer["Content-Disposition"], answer["Content-Security-Policy"]) == (
        'attachment; filename="report.pdf"',
        "sandbox; default-src 'none'",
    )
    answer.close()


def test_document_of_a_foreign_record_is_unknown(client, record, observer):
    document = DocumentFactory(owner=record)
    client.force_login(observer)

    hidden, missing = (client.get(f"/api/v1/documents/{pk}/") for pk in (document.pk, uuid.uuid4()))

    assert (hidden.status_code, hidden.content) == (404, missing.content)
    assert dict(hidden.headers) == dict(missing.headers)


def test_remove_takes_it_off_the_record(record, editor_a):
    document = DocumentFactory(owner=record, uploaded_by=editor_a)

    answer = call(api.DocumentRemove, editor_a, document.pk, method="post")

    document.refresh_from_db()
    assert (answer.status_code, document.status) == (204, "withdrawn")


def test_partner_systems_remove_nothing(record, editor_a, machine_a):
    document = DocumentFactory(owner=record, uploaded_by=editor_a)

    answer = call(api.DocumentRemove, machine_a, document.pk, method="post")

    document.refresh_from_db()
    assert (answer.status_code, document.status) == (403, "attached")


def test_visitors_are_asked_who_they_are(client, record):
    document = DocumentFactory(owner=record)

    assert client.get(f"/api/v1/documents/{document.pk}/").status_code == 401
