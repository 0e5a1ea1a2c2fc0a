import json
from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from ots_portal.audit import append_only, services
from ots_portal.audit.models import AuditEntry, Seal, SealBlock
from tests.factories.people import UserFactory


@pytest.fixture
def entries(turkiye, editor_a, now):
    return [
        services.record(
            "test.thing.happened", subject=turkiye, by=editor_a, at=now + timedelta(seconds=n), n=n
        )
        for n in range(3)
    ]


def test_an_entry_says_who_when_what_and_whose(entries, editor_a, now):
    told = json.loads(entries[0].body)

    assert told == {
        "id": str(entries[0].pk),
        "kind": "test.thing.happened",
        "recorded_at": "2026-11-20T12:00:00.000000+00:00",
        "actor": str(editor_a.pk),
        "participant": "turkiye",
        "subject": ["participants.participant", "turkiye"],
        "data": {"n": 0},
    }


@pytest.mark.parametrize("change", ["update", "delete"])
@pytest.mark.parametrize("model", [AuditEntry, SealBlock, Seal])
def test_the_database_refuses_to_change_or_delete(entries, now, model, change):
    services.seal(at=now)
    rows = model.objects.all()
    assert rows.exists()

    field = {AuditEntry: "kind", SealBlock: "digest", Seal: "position"}[model]
    acts = {
        "update": lambda: rows.update(**{field: 9}),
        "delete": lambda: rows._raw_delete(rows.db),
    }

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        acts[change]()


def test_every_protected_table_has_its_triggers():
    assert append_only.check_triggers(None, databases=["default"]) == []


def test_a_missing_trigger_is_an_error_of_the_check():
    with connection.cursor() as cursor:
        on_table = " ON audit_seal" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER audit_seal_no_update{on_table}")

    (error,) = append_only.check_triggers(None, databases=["default"])

    assert "audit_seal" in error.msg


def test_a_missing_guard_of_a_fixed_column_is_an_error_of_the_check():
    with connection.cursor() as cursor:
        on_table = " ON incidents_incident" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER incidents_incident_keeps_is_exercise{on_table}")

    (error,) = append_only.check_triggers(None, databases=["default"])

    assert "incidents_incident" in error.msg


def dropped(table, trigger):
    with connection.cursor() as cursor:
        on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER {trigger}{on_table}")


def test_migrate_installs_what_an_older_portal_did_not_have():
    """Its own checks must not stop it: what they would miss is what it is about to install."""
    dropped("audit_seal", "audit_seal_no_update")
    dropped("incidents_incident", "incidents_incident_keeps_is_exercise")

    call_command("migrate", verbosity=0, skip_checks=False)

    assert append_only.check_triggers(None, databases=["default"]) == []


def test_a_missing_trigger_is_told_before_real_work_begins():
    dropped("audit_seal", "audit_seal_no_update")

    ids = [
        [each.id for each in run_checks(include_deployment_checks=deploy, databases=["default"])]
        for deploy in (True, False)
    ]

    assert ["audit.E001" in each for each in ids] == [True, False]
    assert append_only.check_triggers(None) != []


def test_sealing_chains_the_blocks(entries, turkiye, now):
    services.seal(at=now + timedelta(seconds=5))
    services.record("test.thing.happened", subject=turkiye, by=None, at=now + timedelta(seconds=6))
    services.seal(at=now + timedelta(seconds=7))

    first, second = SealBlock.objects.order_by("number")
    assert (first.entry_count, second.entry_count) == (3, 1)
    assert (first.previous_digest, second.previous_digest) == ("", first.digest)


def test_sealing_again_with_nothing_new_does_nothing(entries, now):
    assert [services.seal(at=now), services.seal(at=now)] == [3, 0]


def test_an_entry_that_committed_late_is_sealed_by_the_next_block(entries, turkiye, now):
    services.seal(at=now + timedelta(seconds=10))
    services.record("test.thing.happened", subject=turkiye, by=None, at=now)

    assert services.seal(at=now + timedelta(seconds=11)) == 1


def test_verification_counts_what_is_not_sealed_yet(entries, turkiye, now):
    services.seal(at=now)
    services.record("test.thing.happened", subject=turkiye, by=None, at=now)

    found = services.verify()

    assert (found.entry_count, found.block_count, found.unsealed_count, found.broken) == (
        4,
        1,
        1,
        "",
    )


def tamper(sql):
    """Change the store as somebody with the database's own key could."""
    with connection.cursor() as cursor:
        for what in ("update", "delete"):
            for table in append_only.tables():
                on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER {table}_no_{what}{on_table}")
        cursor.execute(sql)


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("UPDATE audit_auditentry SET kind = 'test.other'", "does not match its digest"),
        (
            "UPDATE audit_auditentry SET body = replace(body, 'happened', 'vanished')",
            "does not match its digest",
        ),
        ("UPDATE audit_auditentry SET participant = 'azerbaijan'", "does not match its digest"),
        ("DELETE FROM audit_seal WHERE position = 1", "does not match the entries"),
        ("UPDATE audit_sealblock SET digest = 'x'", "does not match the entries"),
    ],
)
def test_tampering_is_found_and_named(entries, now, sql, sentence):
    services.seal(at=now)
    tamper(sql)

    assert sentence in services.verify().broken
    with pytest.raises(CommandError, match=sentence):
        call_command("verify_audit")


def test_a_forgotten_person_does_not_break_the_chain(turkiye, now):
    person = UserFactory(participant=turkiye)
    services.record("test.thing.happened", subject=turkiye, by=person, at=now)
    services.seal(at=now)
    person.delete()

    assert services.verify().broken == ""
