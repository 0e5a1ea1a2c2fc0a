import uuid

import pytest
from rest_framework.test import APIRequestFactory, force_authenticate

from ots_portal.documents import api
from tests.factories.api import bearer
from tests.factories.documents import PDF, DocumentFactory
from tests.factories.incidents import IncidentFactory


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


@pytest.mark.parametrize(
    ("scopes", "status"),
    [(["incidents:read"], 200), (["crossrefs:read"], 403), (["meetings:read", "crossrefs:write"], 403)],
)  # fmt: skip
def test_a_token_reads_documents_with_the_scope_of_their_record(
    client, machine_a, turkiye, scopes, status
):
    incident = IncidentFactory(participant=turkiye, status="active")
    document = DocumentFactory(owner=incident, content=PDF)

    answer = client.get(f"/api/v1/documents/{document.pk}/", **bearer(machine_a, *scopes))

    assert answer.status_code == status
    if status == 200:
        b"".join(answer.streaming_content)
        answer.close()
    else:
        assert answer.json()["code"] == "insufficient_scope"


def test_what_is_hidden_is_unknown_whatever_the_scopes(client, machine_b, turkiye):
    hidden = DocumentFactory(owner=IncidentFactory(participant=turkiye, status="draft"))

    answers = [
        client.get(f"/api/v1/documents/{pk}/", **bearer(machine_b, "crossrefs:read"))
        for pk in (hidden.pk, uuid.uuid4())
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_the_same_removal_sent_twice_happens_once(client, editor_a, turkiye):
    incident = IncidentFactory(participant=turkiye, status="active", created_by=editor_a)
    document = DocumentFactory(owner=incident, uploaded_by=editor_a)
    client.force_login(editor_a)

    answers = [
        client.post(
            f"/api/v1/documents/{document.pk}/remove/",
            content_type="application/json",
            HTTP_IDEMPOTENCY_KEY="one",
        )
        for _twice in range(2)
    ]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert answers[1]["Idempotency-Replayed"] == "true"
