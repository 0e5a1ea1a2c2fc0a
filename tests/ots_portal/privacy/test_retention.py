import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings as project
from django.contrib.sessions.models import Session
from django.core.management import call_command

from ots_portal.api.models import IdempotentAnswer
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.services import record
from ots_portal.notifications.models import Attempt, Delivery, DeliveryStatus, Digest, OutboxRow
from ots_portal.oversight.models import Check
from ots_portal.people.models import Invitation, User
from ots_portal.plugs import retentions
from ots_portal.privacy import retention
from ots_portal.privacy.models import RetentionRun
from tests.factories.api import ClientFactory, TokenFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.people import InvitationFactory
from tests.factories.sessions import open_session

KEPT = {kind: kept["days"] for kind, kept in project.PORTAL_RETENTION.items()}


@pytest.fixture
def of_age(editor_a, now, mail_folder):
    """Make one thing of every kind that is forgotten, of that age in days."""

    def make(days):
        at = now - timedelta(days=days)
        entry = record("test.thing.done", subject=editor_a, by=None, at=at)
        delivery = Delivery.objects.create(
            entry=entry, recipient=editor_a, channel="mail", status="sent", created_at=at, due_at=at, finished_at=at,
        )  # fmt: skip
        young = record("test.thing.done", subject=editor_a, by=None, at=now)
        kept = Delivery.objects.create(
            entry=young,
            recipient=editor_a,
            channel="mail",
            status="waiting",
            created_at=at,
            due_at=at,
        )
        Attempt.objects.create(delivery=kept, started_at=at, finished_at=at)
        OutboxRow.objects.create(entry=entry, created_at=at, fanned_out_at=at)
        Digest.objects.create(recipient=editor_a, created_at=at, finished_at=at)
        Digest.objects.create(recipient=editor_a, created_at=at)  # waits, and stays
        Session.objects.create(session_key=f"old-{days}", session_data="", expire_date=at)
        IdempotentAnswer.objects.create(
            user=editor_a, key=f"k{days}", fingerprint="", created_at=at, lease_until=at
        )
        Check.objects.create(scope="full", requested_at=at)
        RetentionRun.objects.create(started_at=at)
        InvitationFactory(
            person__participant=editor_a.participant,
            person__email=f"invited-{days}@ots.example",
            created_at=at,
            sent_at=at,
            expires_at=at,
        )
        mail_folder.mkdir(exist_ok=True)
        file = mail_folder / f"{days}.log"
        file.write_bytes(b"mail")
        os.utime(file, (at.timestamp(), at.timestamp()))
        return delivery

    return make


def test_every_kind_with_a_period_is_forgotten_by_somebody_and_no_other():
    assert {kind for kind, days in KEPT.items() if days is not None} == set(retentions)


def test_the_document_shows_the_settings():
    text = (Path(project.BASE_DIR) / "docs" / "retention.md").read_text("utf-8")

    assert retention.table() in text, "run: python manage.py forget --table"


def test_what_is_older_than_its_period_goes(of_age, now):
    of_age(731)

    gone = retention.forget_what_is_due(at=now)

    assert gone == {
        "audit_checks": 1, "deliveries": 1, "digests": 1, "attempts": 1, "outbox_rows": 1, "sessions": 1, "idempotent_answers": 1,
        "demo_mails": 1, "retention_runs": 1, "unused_invitations": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("days", "kinds"),
    [
        (0, set()),
        (2, {"sessions", "idempotent_answers"}),
        (31, {"sessions", "idempotent_answers", "outbox_rows", "demo_mails"}),
        (
            181,
            {
                *("sessions", "idempotent_answers", "outbox_rows", "demo_mails", "attempts"),
                "unused_invitations",
            },
        ),
    ],
)
def test_what_is_younger_stays(of_age, now, days, kinds):
    of_age(days)

    assert set(retention.forget_what_is_due(at=now)) == kinds


def test_what_still_waits_stays_however_old(of_age, now):
    of_age(5_000)

    retention.forget_what_is_due(at=now)

    assert [one.status for one in Delivery.objects.all()] == [DeliveryStatus.WAITING]


def test_audit_entries_and_records_stay(of_age, editor_a, now):
    of_age(5_000)
    incident = IncidentFactory(participant=editor_a.participant)
    before = set(AuditEntry.objects.values_list("pk", flat=True))

    retention.forget_what_is_due(at=now)

    after = set(AuditEntry.objects.values_list("pk", flat=True))
    assert (before - after, type(incident).objects.count()) == (set(), 1)


def test_the_numbers_are_recorded(of_age, now):
    of_age(2)

    retention.forget_what_is_due(at=now)

    run = RetentionRun.objects.get(started_at=now)
    entry = AuditEntry.objects.get(kind="privacy.retention_run.finished")
    assert (run.counts, entry.data, entry.subject_id) == (
        {"sessions": 1, "idempotent_answers": 1},
        {"counts": {"sessions": 1, "idempotent_answers": 1}},
        str(run.pk),
    )


def test_a_second_run_forgets_nothing_and_records_nothing(of_age, now):
    of_age(731)
    retention.forget_what_is_due(at=now)

    again = retention.forget_what_is_due(at=now)

    assert (again, AuditEntry.objects.filter(kind__startswith="privacy.").count()) == ({}, 1)


def test_more_than_a_batch_goes(now, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for n in range(5):
        Session.objects.create(
            session_key=f"s{n}", session_data="", expire_date=now - timedelta(days=9)
        )

    assert retention.forget_what_is_due(at=now) == {"sessions": 5}


def test_a_dry_run_only_counts(of_age, capsys):
    of_age(5_000)

    call_command("forget", "--dry-run")

    said = capsys.readouterr().out
    assert ("sessions: 1\n" in said, Session.objects.count(), RetentionRun.objects.count()) == (
        True,
        1,
        1,
    )


def test_the_command_forgets(of_age, capsys):
    of_age(5_000)

    call_command("forget")

    assert ("10 forgotten." in capsys.readouterr().out, Session.objects.count()) == (True, 0)


# ── the setting ─────────────────────────────────────────────────────────────────────────────────


def started_with(value, tmp_path):
    program = (
        "from ots_portal import settings; print(settings.PORTAL_RETENTION['deliveries']['days'])"
    )
    environment = {**os.environ, "OTS_RETENTION": value, "OTS_VAR_DIR": str(tmp_path)}
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=project.BASE_DIR, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_an_operator_changes_a_period(tmp_path):
    assert started_with("deliveries=90;attempts=30", tmp_path).stdout == "90\n"


@pytest.mark.parametrize("value", ["audit_entries=1", "nothing=5", "deliveries=0", "deliveries=x"])
def test_an_impossible_period_stops_the_start(value, tmp_path):
    answer = started_with(value, tmp_path)

    assert (answer.returncode, answer.stdout) == (1, "")


# ── invited, and never came ─────────────────────────────────────────────────────────────────────


def test_who_never_came_is_forgotten_with_name_and_address(turkiye, now):
    invitation = InvitationFactory(
        person__participant=turkiye,
        person__email="never.came@ots.example",
        person__full_name="Never Came",
        expires_at=now - timedelta(days=91),
    )

    retention.forget_what_is_due(at=now)

    person = User.objects.get(pk=invitation.person_id)
    assert (person.full_name, person.email.endswith("@forgotten.invalid")) == ("", True)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    "kept",
    [
        {"expires_at_days": -89},
        {"accepted": True},
        {"invited_again": True},
        {"is_active": True},
    ],
    ids=str,
)
def test_whoever_may_still_come_or_came_stays(kept, turkiye, now):
    long_ago = now - timedelta(days=400)
    expires_at = now + timedelta(days=kept.get("expires_at_days", -300))
    invitation = InvitationFactory(
        person__participant=turkiye,
        person__email="here@ots.example",
        person__is_active=kept.get("is_active", False),
        created_at=long_ago,
        expires_at=expires_at,
        accepted_at=long_ago if kept.get("accepted") else None,
        withdrawn_at=long_ago if kept.get("invited_again") else None,
    )
    if kept.get("invited_again"):
        InvitationFactory(person=invitation.person, expires_at=now + timedelta(days=1))

    retention.forget_what_is_due(at=now)

    assert User.objects.get(pk=invitation.person_id).email == "here@ots.example"


def test_tokens_go_a_day_after_they_ended(machine_a, now):
    application = ClientFactory(user=machine_a)
    ended, lately, valid = (
        TokenFactory(application=application, expires=now + timedelta(hours=hours))
        for hours in (-25, -23, 1)
    )

    retention.forget_what_is_due(at=now)

    assert set(type(ended).objects.values_list("pk", flat=True)) == {lately.pk, valid.pk}


def test_what_is_listed_of_a_session_goes_with_it(editor_a, now):
    open_session(editor_a)
    Session.objects.update(expire_date=now - timedelta(days=2))

    retention.forget_what_is_due(at=now)

    assert (Session.objects.count(), UserSession.objects.count()) == (0, 0)


def test_what_was_recalled_is_forgotten_like_what_was_told(editor_a, now):
    at = now - timedelta(days=KEPT["outbox_rows"] + 1)
    for days, columns in enumerate([{"fanned_out_at": at}, {"recalled_at": at}, {}]):
        entry = record("test.thing.done", subject=editor_a, by=None, at=at + timedelta(days=days))
        OutboxRow.objects.create(entry=entry, created_at=at, **columns)

    retention.forget_what_is_due(at=now)

    left = OutboxRow.objects.get()
    assert (left.fanned_out_at, left.recalled_at) == (None, None)
