"""B71, B72: out of quarantine by the scanner's word alone, and nowhere but into the open or the cage."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection

from ots_portal.audit.models import AuditEntry
from ots_portal.documents import services, tasks
from ots_portal.documents.models import Document
from ots_portal.notifications import services as notifications
from ots_portal.notifications.models import Delivery
from tests.factories.documents import DocumentFactory, upload
from tests.ots_portal.documents.clamd import EICAR

INFECTED = b"Report\n" + EICAR


@pytest.fixture
def clock(now):
    """A clock that tests set: ``clock.now += …``."""

    class Clock:
        def __init__(self):
            self.now = now

        def __call__(self):
            return self.now

    return Clock()


def attach(record, by, clock, content=b"Report", name="report.txt"):
    return services.attach(record, upload(name, content), title="Plan", by=by, at=clock())


def test_without_a_scanner_a_file_is_attached_at_once_and_not_scanned(record, editor_a, clock):
    document = attach(record, editor_a, clock)

    assert (document.status, document.scanned_at, document.scan_due_at) == ("attached", None, None)


def test_with_a_scanner_it_waits(record, editor_a, clock, clamd):
    document = attach(record, editor_a, clock)

    assert (document.status, clamd.scanned) == ("quarantined", [])  # never asked by the request


def test_what_the_scanner_finds_nothing_in_is_released(record, editor_a, clock, clamd):
    document = attach(record, editor_a, clock)

    done = services.scan_waiting(clock=clock)

    document.refresh_from_db()
    entry = AuditEntry.objects.get(kind="documents.document.released")
    assert (done, clamd.scanned) == (1, [b"Report"])
    assert (document.status, document.scanned_at, document.malware) == ("attached", clock(), "")
    assert (entry.actor_id, entry.participant, entry.data["owner"]) == (
        None,
        "turkiye",
        ["people.user", str(record.pk)],
    )


def test_malware_is_condemned(record, editor_a, clock, clamd):
    document = attach(record, editor_a, clock, INFECTED)

    services.scan_waiting(clock=clock)

    document.refresh_from_db()
    entry = AuditEntry.objects.get(kind="documents.document.condemned")
    assert (document.status, document.malware) == ("infected", "Eicar-Signature")
    assert (entry.data["malware"], "Plan" in entry.body) == ("Eicar-Signature", False)


@pytest.mark.usefixtures("reader_a", "editor_b", "head_b", "observer", "auditor", "machine_a")
def test_of_malware_sender_their_head_and_the_secretariat_are_told(
    record, editor_a, head_a, officer, secretary, clock, clamd
):
    attach(record, editor_a, clock, INFECTED)

    services.scan_waiting(clock=clock)
    notifications.work_through(clock=clock)

    told = Delivery.objects.filter(channel="mail", status="sent").values_list("recipient__email")
    people = {person.email for person in (editor_a, head_a, officer, secretary)}
    assert ({email for (email,) in told}, {one.to[0] for one in mail.outbox}) == (people, people)
    by_address = {one.to[0]: one.body for one in mail.outbox}
    assert all("Eicar-Signature" in body for body in by_address.values())
    # The record may be closed to the secretariat, and so are its documents' titles.
    assert [email for email, body in by_address.items() if "Plan" in body] == [
        one for one in by_address if one in {editor_a.email, head_a.email}
    ]


def test_while_the_scanner_is_down_a_file_stays_in_quarantine(record, editor_a, clock, settings):
    settings.PORTAL_SCANNER = "unix:///nowhere/clamd.ctl"
    document = attach(record, editor_a, clock)

    for _day in range(365):
        services.scan_waiting(clock=clock)
        clock.now += timedelta(days=1)

    document.refresh_from_db()
    assert (document.status, document.scan_try_count) == ("quarantined", 365)


def test_a_scanner_without_a_verdict_is_asked_again_and_then_believed(
    record, editor_a, clock, clamd
):
    document = attach(record, editor_a, clock)
    clamd.answer = b"stream: Can't allocate memory ERROR\0"

    tried = [services.scan_waiting(clock=clock)]
    clamd.answer = None
    tried.append(services.scan_waiting(clock=clock))  # its pause is not over
    clock.now += services.SCAN_PAUSES[1]
    tried.append(services.scan_waiting(clock=clock))

    document.refresh_from_db()
    assert (tried, document.status) == ([0, 0, 1], "attached")


def test_a_file_that_no_scanner_digests_does_not_hold_up_the_others(record, editor_a, clock, clamd):
    attach(record, editor_a, clock, b"first")
    clamd.answer = b"INSTREAM size limit exceeded. ERROR\0"
    services.scan_waiting(clock=clock)
    clamd.answer = None
    attach(record, editor_a, clock, b"second")

    assert (services.scan_waiting(clock=clock), clamd.scanned[-1]) == (1, b"second")


def test_a_file_that_is_being_scanned_is_not_scanned_twice(record, editor_a, clock, clamd):
    attach(record, editor_a, clock)

    first, second = services._claimed(at=clock()), services._claimed(at=clock())
    clock.now += services.SCAN_LEASE
    third = services._claimed(at=clock())  # the worker that had it has died

    assert (first == third, second) == (True, None)


def test_a_file_removed_during_the_scan_stays_removed(record, editor_a, clock, clamd, monkeypatch):
    document = attach(record, editor_a, clock)
    monkeypatch.setattr(
        services.scanner,
        "scan",
        lambda *_: services.remove(document, by=editor_a, at=clock()) and "",
    )

    services.scan_waiting(clock=clock)

    document.refresh_from_db()
    assert document.status == "withdrawn"


def test_a_file_that_left_the_storage_stays_in_quarantine(record, editor_a, clock, clamd):
    document = attach(record, editor_a, clock)
    document.file.storage.delete(document.file.name)

    assert services.scan_waiting(clock=clock) == 0
    document.refresh_from_db()
    assert document.status == "quarantined"


def test_where_the_scanner_was_switched_off_nothing_is_released(
    record, editor_a, clock, clamd, settings
):
    document = attach(record, editor_a, clock)
    settings.PORTAL_SCANNER = ""

    services.scan_waiting(clock=clock)

    document.refresh_from_db()
    assert document.status == "quarantined"


def test_the_scanner_is_never_asked_inside_a_transaction(
    record, editor_a, clock, clamd, monkeypatch
):
    depths = []
    attach(record, editor_a, clock)
    outside = len(connection.savepoint_ids)
    monkeypatch.setattr(
        services.scanner, "scan", lambda *_: depths.append(len(connection.savepoint_ids)) or ""
    )

    services.scan_waiting(clock=clock)

    assert depths == [outside]


def test_same_bytes_are_one_document_while_they_wait(record, editor_a, clock, clamd):
    first, again = (attach(record, editor_a, clock) for _time in range(2))

    assert (first, Document.objects.count()) == (again, 1)


def test_infected_bytes_may_come_again_and_are_scanned_again(record, editor_a, clock, clamd):
    for _time in range(2):
        attach(record, editor_a, clock, INFECTED)
        services.scan_waiting(clock=clock)

    assert [document.status for document in Document.objects.all()] == ["infected", "infected"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_scan_each_file_once(record, editor_a, clock, clamd):
    for number in range(6):
        attach(record, editor_a, clock, b"file %d" % number)

    def work():
        services.scan_waiting(clock=clock)
        connection.close()

    workers = [threading.Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert (len(clamd.scanned), Document.objects.filter(status="attached").count()) == (6, 6)


def test_the_task_does_what_waits(record, editor_a, clock, clamd):
    attach(record, editor_a, clock)

    assert tasks.scan_waiting() == 1


# ── who sees what is held ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", ["quarantined", "infected"])
def test_what_is_held_cannot_be_downloaded_by_anybody(client, record, editor_a, status):
    document = DocumentFactory(owner=record, uploaded_by=editor_a, status=status, malware="Eicar")
    client.force_login(editor_a)

    page = client.get(document.get_absolute_url())
    endpoint = client.get(f"/api/v1/documents/{document.pk}/")

    assert (page.status_code, page["Content-Type"]) == (409, "text/html; charset=utf-8")
    assert "This file cannot be downloaded" in page.content.decode()
    assert (endpoint.status_code, endpoint.json()["code"]) == (409, "wrong_status")


@pytest.mark.parametrize(
    ("status", "words"),
    [("quarantined", "Waiting for the virus scan"), ("infected", "Infected")],
)
def test_those_whose_it_is_see_why_it_is_held(client, record, reader_a, editor_a, status, words):
    document = DocumentFactory(
        owner=record, uploaded_by=editor_a, status=status, malware="Eicar", title="Damage map"
    )
    client.force_login(reader_a)

    page = client.get(document.get_absolute_url()).content.decode()

    assert (words in page, "Damage map" in page) == (True, True)


def test_the_secretariat_removes_malware_from_a_record_it_may_not_read(
    client, record, editor_a, officer
):
    document = DocumentFactory(
        owner=record, uploaded_by=editor_a, status="infected", malware="Eicar", title="Secret plan"
    )
    client.force_login(officer)

    page = client.get(document.get_absolute_url())
    removed = client.post(f"/documents/{document.pk}/remove/")

    document.refresh_from_db()
    assert (page.status_code, "Secret plan" in page.content.decode()) == (409, False)
    assert (removed.status_code, document.status) == (302, "withdrawn")
