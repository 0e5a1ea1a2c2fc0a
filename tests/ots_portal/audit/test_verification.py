"""What a check finds where somebody with the database's own key has been at work: the first broken entry."""

import uuid
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from ots_portal.audit import append_only, services
from ots_portal.audit.digests import canonical, chained, linked, sha256
from ots_portal.audit.models import AuditEntry, Seal, SealBlock
from ots_portal.audit.verification import Anchor, FaultCode, head, verify


@pytest.fixture
def entries(turkiye, editor_a, now):
    """Nine entries in three blocks of three."""
    written = []
    for n in range(9):
        at = now + timedelta(seconds=n)
        written.append(
            services.record("test.thing.happened", subject=turkiye, by=editor_a, at=at, n=n)
        )
        if n % 3 == 2:
            services.seal(at=at)
    return written


@pytest.fixture
def _open_store(entries):
    """Take the triggers away, and the foreign keys' check, as a superuser can."""
    with connection.cursor() as cursor:
        for table in append_only.tables():
            for what in ("update", "delete"):
                on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER {table}_no_{what}{on_table}")


def without_foreign_keys(sql, parameters):
    """Run it although rows point to what it deletes."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(sql, parameters)
            cursor.execute("SET LOCAL session_replication_role = origin")
        else:
            cursor.execute("PRAGMA defer_foreign_keys = ON")
            cursor.execute(sql, parameters)


def key(entry):
    return entry.pk.hex if connection.vendor == "sqlite" else str(entry.pk)


def rewrite(entry, **data):
    """Write an entry anew so that it fits its own digest."""
    entry.body = canonical(entry, data)
    entry.digest = sha256(entry.body)
    AuditEntry.objects.filter(pk=entry.pk).update(body=entry.body, digest=entry.digest)


def rechain(first):
    """Make every link and block from that number on fit the entries again."""
    blocks = SealBlock.objects.order_by("number")
    previous = blocks.filter(number__lt=first).last().digest if first > 1 else ""
    for block in blocks.filter(number__gte=first):
        link, digests = previous, []
        for seal in block.seals.select_related("entry").order_by("position"):
            link = linked(link, seal.entry.digest)
            Seal.objects.filter(pk=seal.pk).update(link=link)
            digests.append(seal.entry.digest)
        digest = chained(previous, digests)
        SealBlock.objects.filter(pk=block.pk).update(previous_digest=previous, digest=digest)
        previous = digest


def test_nothing_is_found_where_nothing_was_touched(entries):
    found = verify()

    assert (found.entry_count, found.block_count, found.fault) == (9, 3, None)


@pytest.mark.usefixtures("_open_store")
@pytest.mark.parametrize("n", [0, 4, 8])
def test_a_changed_body_is_named(entries, n):
    changed = AuditEntry.objects.filter(pk=entries[n].pk)
    changed.update(body=entries[n].body.replace("happened", "vanished"))

    fault = verify().fault

    assert (fault.code, fault.entry, fault.block, fault.position) == (
        FaultCode.CHANGED,
        str(entries[n].pk),
        n // 3 + 1,
        n % 3 + 1,
    )


@pytest.mark.usefixtures("_open_store")
@pytest.mark.parametrize(
    "change",
    [
        {"kind": "test.other.happened"},
        {"participant": "azerbaijan"},
        {"actor_id": uuid.UUID(int=5)},
        {"subject_id": "azerbaijan"},
        {"subject_type": "people.user"},
        {"recorded_at": "2020-01-01T00:00:00Z"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_column_is_named(entries, change):
    AuditEntry.objects.filter(pk=entries[4].pk).update(**change)

    fault = verify().fault

    assert (fault.code, fault.entry) == (FaultCode.COLUMNS, str(entries[4].pk))


@pytest.mark.usefixtures("_open_store")
@pytest.mark.parametrize("body", ["", "no JSON", "{}", "[]", '{"recorded_at": 7}'])
def test_a_body_that_is_no_entry_is_named_although_its_digest_fits(entries, body):
    AuditEntry.objects.filter(pk=entries[4].pk).update(body=body, digest=sha256(body))

    assert verify().fault.entry == str(entries[4].pk)


@pytest.mark.usefixtures("_open_store")
def test_an_entry_that_was_rewritten_with_its_digest_is_named(entries):
    rewrite(entries[4], n="another")

    fault = verify().fault

    assert (fault.code, fault.entry) == (FaultCode.REPLACED, str(entries[4].pk))


@pytest.mark.usefixtures("_open_store")
def test_the_first_of_two_swapped_entries_is_named(entries):
    first, second = (Seal.objects.get(entry=entries[n]) for n in (3, 4))
    Seal.objects.filter(pk=first.pk).update(position=99)
    Seal.objects.filter(pk=second.pk).update(position=first.position)
    Seal.objects.filter(pk=first.pk).update(position=second.position)

    fault = verify().fault

    assert (fault.code, fault.entry) == (FaultCode.REPLACED, str(entries[4].pk))


@pytest.mark.usefixtures("_open_store")
@pytest.mark.parametrize("n", [3, 4, 5])
def test_a_missing_entry_is_named_by_its_seal(entries, n):
    without_foreign_keys("DELETE FROM audit_auditentry WHERE id = %s", [key(entries[n])])

    fault = verify().fault

    assert (fault.code, fault.entry, fault.position) == (
        FaultCode.MISSING,
        str(entries[n].pk),
        n % 3 + 1,
    )
    _put_back(entries[n])


def _put_back(entry):
    """Leave no dangling key: the test's end would check it."""
    AuditEntry.objects.bulk_create([entry])


@pytest.mark.usefixtures("_open_store")
def test_an_entry_that_went_with_its_seal_is_named_by_the_one_before_it(entries):
    Seal.objects.filter(entry=entries[4])._raw_delete("default")
    AuditEntry.objects.filter(pk=entries[4].pk)._raw_delete("default")

    fault = verify().fault

    assert (fault.code, fault.entry, fault.block, fault.position) == (
        FaultCode.SEAL_MISSING,
        str(entries[3].pk),
        2,
        2,
    )


@pytest.mark.usefixtures("_open_store")
def test_a_seal_that_was_taken_off_the_end_of_a_block_is_found(entries):
    Seal.objects.filter(entry=entries[5])._raw_delete("default")

    fault = verify().fault

    assert (fault.code, fault.block, fault.position) == (FaultCode.SEAL_MISSING, 2, 3)


@pytest.mark.usefixtures("_open_store")
def test_an_entry_that_was_pushed_into_a_block_is_named(entries, turkiye, now):
    added = services.record("test.thing.happened", subject=turkiye, by=None, at=now)
    block = SealBlock.objects.get(number=2)
    Seal.objects.create(block=block, position=3, entry=added, link="")
    SealBlock.objects.filter(pk=block.pk).update(entry_count=4)

    fault = verify().fault

    assert (fault.code, fault.block) == (FaultCode.BLOCK, 2)


def test_an_entry_that_was_added_with_an_old_time_is_named(entries, turkiye, now):
    old = now - timedelta(days=1)
    added = services.record("test.thing.happened", subject=turkiye, by=None, at=old)

    fault = verify().fault

    assert (fault.code, fault.entry) == (FaultCode.ADDED, str(added.pk))


@pytest.mark.usefixtures("_open_store")
def test_a_block_that_was_deleted_is_found_by_the_one_behind_it(entries):
    Seal.objects.filter(block__number=2)._raw_delete("default")
    SealBlock.objects.filter(number=2)._raw_delete("default")

    fault = verify().fault

    assert (fault.code, fault.block, fault.entry) == (FaultCode.ORDER, 3, str(entries[6].pk))


@pytest.mark.usefixtures("_open_store")
def test_a_digest_of_a_block_that_was_changed_is_found(entries):
    SealBlock.objects.filter(number=2).update(digest="0" * 64)

    fault = verify().fault

    assert (fault.code, fault.block, fault.entry) == (FaultCode.BLOCK, 2, str(entries[3].pk))


@pytest.mark.usefixtures("_open_store")
def test_a_tail_that_was_chained_anew_is_found_by_an_anchor_only(entries):
    anchor = head()
    rewrite(entries[4], n="another")
    rechain(2)

    fault = verify(expected=(anchor,)).fault

    assert (verify().fault, fault.code, fault.block, fault.entry) == (
        None,
        FaultCode.ANCHOR,
        3,
        str(entries[6].pk),
    )


@pytest.mark.usefixtures("_open_store")
def test_a_tail_that_was_cut_off_is_found_by_an_anchor(entries):
    anchor = head()
    Seal.objects.filter(block__number=3)._raw_delete("default")
    SealBlock.objects.filter(number=3)._raw_delete("default")

    assert verify(expected=(anchor,)).fault.code == FaultCode.ANCHOR


@pytest.mark.usefixtures("_open_store")
def test_a_check_since_a_block_looks_only_behind_it(entries):
    anchor = Anchor(2, SealBlock.objects.get(number=2).digest)
    AuditEntry.objects.filter(pk=entries[1].pk).update(body="changed")

    assert verify(since=anchor).fault is None
    AuditEntry.objects.filter(pk=entries[7].pk).update(body="changed")
    assert verify(since=anchor).fault.entry == str(entries[7].pk)


@pytest.mark.usefixtures("_open_store")
def test_a_check_since_a_block_asks_whether_it_still_stands(entries):
    anchor = Anchor(2, SealBlock.objects.get(number=2).digest)
    rewrite(entries[1], n="another")
    rechain(1)

    assert verify(since=anchor).fault.code == FaultCode.ANCHOR


# ── the command ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("_open_store")
def test_the_command_names_the_entry_and_ends_with_1(entries):
    AuditEntry.objects.filter(pk=entries[4].pk).update(body="changed")

    with pytest.raises(CommandError, match=str(entries[4].pk)) as refusal:
        call_command("verify_audit")

    assert refusal.value.returncode == 1


def test_the_anchor_that_is_printed_is_the_one_that_is_expected(entries, capsys):
    call_command("verify_audit", "--anchor")
    anchor = capsys.readouterr().out.strip()

    call_command("verify_audit", "--expect", anchor)

    assert "9 entries, 3 seals, 0 entries not sealed yet" in capsys.readouterr().out


@pytest.mark.parametrize("anchor", ["", "3", "3:abc", f"x:{'0' * 64}", f"3:{'G' * 64}"])
def test_what_is_no_anchor_is_a_wrong_use(anchor):
    with pytest.raises(CommandError, match="NUMBER:DIGEST") as refusal:
        call_command("verify_audit", "--expect", anchor)

    assert refusal.value.returncode == 2


# ── what no entry holds ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "data", [{"email": "a@b.example"}, {"changes": {"full_name": {"before": "A", "after": "B"}}}]
)
def test_an_entry_that_says_who_somebody_is_is_refused(turkiye, now, data):
    with pytest.raises(ValueError, match="never be forgotten"):
        services.record("test.thing.happened", subject=turkiye, by=None, at=now, **data)


def test_of_a_changed_name_only_the_fact_is_kept(turkiye, now):
    changes = services.changes_between(
        {"full_name": "A", "role": "x"}, {"full_name": "B", "role": "y"}
    )

    entry = services.record(
        "test.thing.happened", subject=turkiye, by=None, at=now, changes=changes
    )

    assert entry.data["changes"] == {
        "full_name": {"before": None, "after": None},
        "role": {"before": "x", "after": "y"},
    }
