from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from ots_portal.audit.models import AuditEntry
from ots_portal.documents import queries, rules, services
from ots_portal.documents.content import ContentType, NotAccepted, TooLarge
from ots_portal.documents.models import Document
from ots_portal.lifecycle import WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.documents import PDF, DocumentFactory, upload


def stored_files(settings):
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_attach_stores_row_and_file(record, editor_a, now, settings):
    document = services.attach(record, upload(), title="Damage report", by=editor_a, at=now)

    stored = Document.objects.get()
    assert (stored.title, stored.file_name, stored.content_type, stored.size_bytes) == (
        "Damage report",
        "report.pdf",
        ContentType.PDF,
        len(PDF),
    )
    assert (stored.participant_id, stored.uploaded_by, stored.uploaded_at) == (
        "turkiye",
        editor_a,
        now,
    )
    assert [path.name for path in stored_files(settings)] == [str(document.pk)]
    with stored.file.open() as file:
        assert file.read() == PDF


def test_attach_is_written_down_without_title_or_name(record, editor_a, now):
    document = services.attach(record, upload("secret plan.pdf"), title="Plan", by=editor_a, at=now)

    entry = AuditEntry.objects.get()
    assert (entry.kind, entry.subject_id, entry.participant, entry.data) == (
        "documents.document.attached",
        str(document.pk),
        "turkiye",
        {
            "owner": ["people.user", str(record.pk)],
            "content_type": "application/pdf",
            "size_bytes": len(PDF),
            "sha256": document.sha256,
        },
    )


def test_without_title_the_name_is_the_title(record, editor_a, now):
    document = services.attach(record, upload("../plan.pdf"), title="", by=editor_a, at=now)

    assert (document.title, document.file_name) == ("plan.pdf", "plan.pdf")


def test_same_bytes_twice_are_one_document(record, editor_a, second_editor_a, now, settings):
    first = services.attach(record, upload("a.pdf"), title="One", by=editor_a, at=now)
    again = services.attach(record, upload("b.pdf"), title="Two", by=second_editor_a, at=now)

    assert (again, again.title, Document.objects.count()) == (first, "One", 1)
    assert (len(stored_files(settings)), AuditEntry.objects.count()) == (1, 1)


def test_same_bytes_sent_in_the_same_moment_are_one_document(
    record, editor_a, now, settings, monkeypatch
):
    first = services.attach(record, upload(), title="One", by=editor_a, at=now)
    answers = iter([None, first])
    monkeypatch.setattr(services, "_same_bytes", lambda _document: next(answers))

    again = services.attach(record, upload(), title="Two", by=editor_a, at=now)

    assert (again, len(stored_files(settings))) == (first, 1)


def test_removed_bytes_may_come_again(record, editor_a, now):
    first = services.attach(record, upload(), title="One", by=editor_a, at=now)
    services.remove(first, by=editor_a, at=now)

    again = services.attach(record, upload(), title="Two", by=editor_a, at=now)

    assert (again != first, list(queries.attached_to(record, editor_a))) == (True, [again])


@pytest.mark.parametrize("too_many", [0, 1])
def test_size_limit_is_exact(record, editor_a, now, settings, too_many):
    settings.PORTAL_UPLOAD_LIMIT_BYTES = len(PDF) - too_many

    if too_many:
        with pytest.raises(TooLarge, match="the portal takes up to"):
            services.attach(record, upload(), title="", by=editor_a, at=now)
    else:
        services.attach(record, upload(), title="", by=editor_a, at=now)

    assert Document.objects.count() == 1 - too_many


def test_size_is_looked_at_before_any_byte(record, editor_a, now, settings):
    class Unread:
        name, size = "report.pdf", settings.PORTAL_UPLOAD_LIMIT_BYTES + 1

    with pytest.raises(TooLarge):
        services.attach(record, Unread(), title="", by=editor_a, at=now)


def test_empty_file_is_refused(record, editor_a, now, settings):
    with pytest.raises(NotAccepted, match="The file is empty"):
        services.attach(record, upload(content=b""), title="", by=editor_a, at=now)

    assert (Document.objects.count(), stored_files(settings)) == (0, [])


def test_records_own_rule_decides_who_attaches(record, editor_b, now, settings):
    with pytest.raises(Refused, match="Only the participant itself"):
        services.attach(record, upload(), title="", by=editor_b, at=now)

    assert (Document.objects.count(), stored_files(settings)) == (0, [])


def test_rollback_leaves_no_file(record, editor_a, now, settings, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("the audit cannot be written")

    monkeypatch.setattr(services, "record", fail)

    with pytest.raises(RuntimeError):
        services.attach(record, upload(), title="", by=editor_a, at=now)

    assert (Document.objects.count(), stored_files(settings)) == (0, [])


def test_refused_row_leaves_no_file(record, editor_a, now, settings):
    refused = DocumentFactory.build(
        owner=record, uploaded_by=editor_a, uploaded_at=now, file=None, content_type="odd"
    )

    with pytest.raises(IntegrityError):
        services._stored(refused, upload())

    assert (Document.objects.count(), stored_files(settings)) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_attach_refuses_to_run_inside_a_transaction_that_may_roll_back(
    record, editor_a, now, settings
):
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        services.attach(record, upload(), title="", by=editor_a, at=now)

    assert (Document.objects.count(), stored_files(settings)) == (0, [])


def test_remove_keeps_row_and_file_for_the_auditor(record, editor_a, head_a, now, settings):
    document = services.attach(record, upload(), title="", by=editor_a, at=now)

    services.remove(document, by=head_a, at=now)

    assert (document.status, len(stored_files(settings))) == ("withdrawn", 1)
    entry = AuditEntry.objects.get(kind="documents.document.removed")
    assert (entry.actor_id, entry.data["owner"]) == (head_a.pk, ["people.user", str(record.pk)])


def test_remove_twice_is_refused(record, editor_a, now):
    document = services.attach(record, upload(), title="", by=editor_a, at=now)
    services.remove(document, by=editor_a, at=now)

    with pytest.raises(WrongStatus):
        services.remove(document, by=editor_a, at=now)


THEIRS = "Only those whose document it is may remove it."
READS = "Your role lets you read documents, not remove them."


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        ("editor_a", ""),
        ("second_editor_a", ""),
        ("head_a", ""),
        ("reader_a", READS),
        ("machine_a", READS),
        ("editor_b", THEIRS),
        ("head_b", THEIRS),
        ("officer", THEIRS),
        ("secretary", THEIRS),
        ("administrator", THEIRS),
        ("auditor", THEIRS),
        ("observer", THEIRS),
    ],
)
def test_who_may_remove_a_document_of_a(request, record, editor_a, person, reason):
    document = DocumentFactory(owner=record, uploaded_by=editor_a)

    assert rules.may_remove(request.getfixturevalue(person), document).reason == reason


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        ("officer", ""),
        ("secretary", ""),
        ("administrator", READS),
        ("auditor", READS),
        ("head_a", THEIRS),
    ],
)
def test_who_may_remove_a_document_of_the_secretariat(request, record, officer, person, reason):
    document = DocumentFactory(owner=record, uploaded_by=officer)

    assert rules.may_remove(request.getfixturevalue(person), document).reason == reason


@pytest.mark.parametrize("constraint", ["status", "content_type"])
def test_database_refuses_unknown_words(record, constraint):
    with pytest.raises(IntegrityError):
        DocumentFactory(owner=record, **{constraint: "odd"})
