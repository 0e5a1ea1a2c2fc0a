"""
The whole way: a portal at work is copied, lost, and made again of the copy.

The restored portal is looked at from outside, as an operator does: by commands and a real worker.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, connections
from oauth2_provider.models import get_access_token_model

from incidents.models import Incident
from incidents.services import incidents
from ots_portal.audit import services as audit
from ots_portal.audit.models import AuditEntry
from ots_portal.clock import database_now
from ots_portal.notifications.models import DeliveryPause, OutboxRow
from ots_portal.operation.backup import restoring, taking
from tests.factories.api import bearer
from tests.factories.documents import PDF, DocumentFactory
from tests.factories.incidents import IncidentFactory, reported
from tests.factories.notifications import MessageFactory
from tests.servers import wait_until

ROOT = Path(settings.BASE_DIR)
WATCHED_SECONDS = 4  # several sweeps of the worker

# What a process that knows nothing of the lost portal finds in the restored one.
LOOK = """
import json, django
django.setup()
from django.db import DatabaseError, connection, transaction
from ots_portal.audit.models import AuditEntry
from ots_portal.documents.models import Document
from ots_portal.numbering.services import next_number
from ots_portal.notifications.models import Delivery

def is_refused(sql):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError as error:
        return "append-only" in str(error)

print(json.dumps({
    "entries": AuditEntry.objects.count(),
    "update is refused": is_refused("UPDATE audit_auditentry SET kind = 'x'"),
    "delete is refused": is_refused("DELETE FROM audit_auditentry"),
    "next number": next_number("OTS", year=2026),
    "files": [d.file.read().decode() for d in Document.objects.all()],
    "deliveries": sorted(Delivery.objects.values_list("channel", "status")),
}))
"""


@pytest.fixture
def at_work(editor_a, second_editor_a, editor_b, client):
    """A portal with a sealed audit, a document, a session, and a mail that nobody has sent yet."""
    incident = reported(by=editor_a, at=database_now())
    OutboxRow.objects.update(fanned_out_at=database_now())
    DocumentFactory(owner=incident, uploaded_by=editor_a, content=PDF)
    audit.seal(at=database_now())
    incidents.verify(incident, by=second_editor_a, at=database_now())
    client.force_login(editor_a)
    assert Session.objects.count() == 1
    return incident


@contextmanager
def writing(user) -> Iterator[None]:
    """Report incidents in another thread, one transaction each, until the block ends."""
    done, first = threading.Event(), threading.Event()

    def write() -> None:
        try:
            while not done.is_set():
                reported(by=user, at=database_now())
                first.set()
        finally:
            connections.close_all()

    thread = threading.Thread(target=write)
    thread.start()
    assert first.wait(20)
    try:
        yield
    finally:
        done.set()
        thread.join()


def run(environment, *command, **options):
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        **options,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def next_numbers(taken) -> list[str]:
    """What may come next: the last incident may have been copied as a draft, which has no number."""
    count = taken.manifest.row_counts["incidents_incident"]
    return [f"OTS-2026-{count + more:04d}" for more in (0, 1)]


def manage(environment, *command, **options):
    return run(environment, "manage.py", *command, **options)


@pytest.fixture
def taken(at_work, editor_a, tmp_path):
    """A backup made while somebody reports one incident after the other."""
    with writing(editor_a):
        return taking.take(
            tmp_path / "backups", at=database_now(), connection=connection, storage=default_storage
        )


@pytest.mark.django_db(transaction=True)
def test_a_copy_made_while_the_portal_writes_is_of_one_instant(taken):
    rows = taken.manifest.row_counts

    # Each incident is drafted, then reported; the instant may lie between, never inside. One was verified.
    entry_count = 2 * rows["incidents_incident"] + 1
    assert rows["audit_auditentry"] in (entry_count, entry_count - 1)
    assert rows["incidents_incident"] <= Incident.objects.count()
    assert restoring.check(taken.folder, connection=connection) == taken.manifest


@pytest.mark.slow
@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_a_lost_portal_comes_back_whole_and_sends_nothing_by_itself(
    taken, new_place, celery_processes, smtp_sink
):
    counts = taken.manifest.row_counts
    # of each report but the first, and of the verification, somebody is to hear by mail
    mails_count = taken.manifest.waiting_count
    environment = {**new_place, "OTS_EMAIL_URL": smtp_sink.url}

    told = manage(environment, "restore", str(taken.folder))
    assert f"Restored: {taken.manifest.row_count} rows" in told
    assert "nothing was touched. Its tables refuse changes." in told
    assert "Ended: 1 sessions" in told
    assert "Key: the same." in told
    assert f"{mails_count} messages may have been sent already" in told

    found = json.loads(run(environment, "-c", LOOK))
    assert found == {
        "entries": counts["audit_auditentry"] + 1,  # that deliveries are paused
        "update is refused": True,
        "delete is refused": True,
        "next number": found["next number"],
        "files": [PDF.decode()],
        "deliveries": found["deliveries"],
    }
    assert found["next number"] in next_numbers(taken)
    assert found["deliveries"].count(["mail", "unknown"]) == mails_count >= 1

    programs = celery_processes(environment)
    wait_until(
        lambda: "0 entries not sealed" in manage(environment, "verify_audit"),
        programs=programs,
        seconds=60,
    )
    threading.Event().wait(WATCHED_SECONDS)
    assert smtp_sink.received == []

    manage(environment, "deliveries", "resume", "--send-unknown")
    wait_until(lambda: len(smtp_sink.received) == mails_count, programs=programs, seconds=60)


@pytest.mark.slow
@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_a_portal_is_replaced_only_when_its_name_is_typed_and_nobody_uses_it(
    taken, new_place, tmp_path
):
    environment = new_place
    manage(environment, "restore", str(taken.folder))
    name = environment["OTS_DATABASE_URL"].removeprefix("sqlite:///").rpartition("ots_portal@")[2]
    name = name if connection.vendor == "sqlite" else name.rpartition("/")[2]
    run(environment, "-c", LOOK)  # a number is used that the backup knows nothing of

    manage(environment, "restore", str(taken.folder), "--replace", input=f"{name}\n")

    assert json.loads(run(environment, "-c", LOOK))["next number"] in next_numbers(taken)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_in_use_is_not_replaced(taken, new_place):
    manage(new_place, "restore", str(taken.folder))
    holding = subprocess.Popen(
        [sys.executable, "-c", HOLD], cwd=ROOT, env=new_place, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    holding.stdout.readline()
    name = new_place["OTS_DATABASE_URL"].removeprefix("sqlite:///")

    refused = subprocess.run(
        [sys.executable, "manage.py", "restore", str(taken.folder), "--replace"],
        cwd=ROOT, env=new_place, input=f"{name}\n", capture_output=True, text=True, check=False,
    )  # fmt: skip
    holding.communicate("\n")

    assert (refused.returncode, "stop the portal" in refused.stderr) == (1, True)


HOLD = """
import django
django.setup()
from ots_portal.audit.models import AuditEntry
AuditEntry.objects.count()
print("connected", flush=True)
input()
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_backup_of_an_older_portal_is_brought_up_to_date(new_place, tmp_path):
    old = {**new_place, "OTS_VAR_DIR": str(tmp_path / "old"), "OTS_SECRET_KEY": "of the old one"}
    old["OTS_DATABASE_URL"] = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    manage(old, "migrate", "-v0")
    manage(old, "migrate", "notifications", "0001", "-v0")
    folder = manage(old, "backup", str(tmp_path / "backups")).splitlines()[0]

    told = manage(new_place, "restore", folder)

    # With what stands on notifications' tables, which left with them.
    assert "Brought up to date: escalations 0002_clock_starts, notifications 0002_" in told
    assert "notifications 0003_pause_deliveries" in told
    assert "Key: another than the backup's." in told
    assert "Deliveries are paused: 0 messages" in told


@pytest.mark.slow
@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_a_chain_that_was_broken_before_is_restored_and_named(at_work, new_place, tmp_path):
    entry = AuditEntry.objects.filter(kind="incidents.incident.verified").get()
    with connection.cursor() as cursor:
        table = " ON audit_auditentry" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER audit_auditentry_no_update{table}")
    AuditEntry.objects.filter(pk=entry.pk).update(participant="elsewhere")
    folder = taking.take(
        tmp_path / "backups", at=database_now(), connection=connection, storage=default_storage
    ).folder

    done = subprocess.run(
        [sys.executable, "manage.py", "restore", str(folder)],
        cwd=ROOT, env=new_place, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, f"Entry {entry.pk}" in done.stderr) == (3, True)
    # the trigger that the backup lacked is there again
    assert json.loads(run(new_place, "-c", LOOK))["update is refused"] is True


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_restore_that_fails_half_way_leaves_the_place_as_it_was(taken, new_place, tmp_path):
    manifest = taken.folder / "manifest.json"
    values = json.loads(manifest.read_text())
    values["head"] = {"number": 99, "digest": "0" * 64}
    manifest.write_text(json.dumps(values))

    refused = subprocess.run(
        [sys.executable, "manage.py", "restore", str(taken.folder)],
        cwd=ROOT, env=new_place, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (refused.returncode, "the manifest says 99" in refused.stderr) == (1, True)
    assert list((tmp_path / "new").glob("portal.sqlite3*")) == []


# ── a database that was recovered without a backup of ours ──────────────────────────────────────
def test_after_a_recovery_of_the_database_itself_everything_is_held_back_too(editor_b, client, now):
    message = MessageFactory(subject=IncidentFactory(status="reported"), recipient=editor_b)
    client.force_login(editor_b)
    out = StringIO()

    call_command("after_recovery", "--recovered-to", "2026-11-20T12:00:00Z", stdout=out)

    message.refresh_from_db()
    editor_b.refresh_from_db()
    assert (message.status, DeliveryPause.objects.get().backup_taken_at) == ("unknown", now)
    assert (Session.objects.count(), editor_b.rights_version) == (0, 1_001)
    assert out.getvalue().splitlines()[0] == "Ended: 1 sessions, 0 tokens of partner systems."


def test_tokens_of_partner_systems_are_revoked(machine_a):
    bearer(machine_a, "incidents:read")

    call_command("after_recovery", stdout=StringIO())

    assert get_access_token_model().objects.count() == 0


def test_a_moment_without_its_zone_is_refused():
    with pytest.raises(CommandError, match="is no moment with its zone"):
        call_command("after_recovery", "--recovered-to", "2026-11-25 02:00")
