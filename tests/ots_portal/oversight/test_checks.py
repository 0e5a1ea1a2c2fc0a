"""What the worker checks when, and who hears of a broken chain."""

from datetime import timedelta

import pytest

from ots_portal.audit.models import AuditEntry
from ots_portal.audit.services import record, seal
from ots_portal.notifications.models import OutboxRow
from ots_portal.notifications.services import work_through
from ots_portal.oversight import notices, services
from ots_portal.oversight.models import Check
from ots_portal.verdicts import Refused


def carry_out(at):
    return services.carry_out_due_check(clock=lambda: at)


def test_the_first_check_is_of_everything(entries, now):
    carry_out(now + timedelta(hours=6))

    check = Check.objects.get()
    assert (check.scope, check.entry_count, check.block_count, check.fault) == ("full", 5, 1, None)


def test_within_ten_minutes_nothing_is_due(entries, now):
    carry_out(now)

    assert carry_out(now + timedelta(minutes=9)) is None


def test_after_ten_minutes_what_is_new_is_checked_and_after_a_day_everything(entries, now):
    scopes = [
        carry_out(now + after).scope
        for after in (
            timedelta(0),
            timedelta(minutes=10),
            timedelta(minutes=20),
            timedelta(hours=25),
        )
    ]

    assert scopes == ["full", "new", "new", "full"]


def test_what_was_asked_for_comes_first_and_is_of_everything(entries, auditor, now):
    carry_out(now)
    services.ask_for_check(by=auditor, at=now + timedelta(seconds=1))

    check = carry_out(now + timedelta(seconds=2))

    assert (check.scope, Check.objects.filter(finished_at=None).count()) == ("full", 0)


def test_asking_twice_makes_one_check(auditor, now):
    first = services.ask_for_check(by=auditor, at=now)
    second = services.ask_for_check(by=auditor, at=now)

    assert (first, AuditEntry.objects.filter(kind="oversight.check.requested").count()) == (
        second,
        1,
    )


def test_only_the_auditor_asks(head_a, now):
    with pytest.raises(Refused):
        services.ask_for_check(by=head_a, at=now)


def test_a_check_lost_with_its_worker_is_made_up_for(entries, now):
    Check.objects.create(scope="full", requested_at=now, started_at=now)

    assert carry_out(now + timedelta(minutes=29)) is None
    assert carry_out(now + timedelta(minutes=31)).scope == "full"


def test_a_check_of_what_is_new_finds_what_was_touched_since(entries, editor_a, now, tamper):
    carry_out(now + timedelta(hours=6))
    late = record(
        "people.user.signed_in", subject=editor_a, by=editor_a, at=now + timedelta(hours=6)
    )
    seal(at=now + timedelta(hours=6))
    tamper("UPDATE audit_auditentry SET kind = 'x' WHERE digest = %s", [late.digest])

    carry_out(now + timedelta(hours=7))

    check = Check.objects.order_by("requested_at").last()
    assert (check.scope, check.fault.entry) == ("new", str(late.pk))


def test_a_broken_chain_is_told_once(entries, auditor, administrator, head_a, now, tamper):
    tamper("UPDATE audit_auditentry SET participant = 'kazakhstan'")
    carry_out(now)
    carry_out(now + timedelta(hours=25))

    rows = OutboxRow.objects.filter(entry__kind="oversight.check.failed")
    told = notices.auditors_and_administrators(rows.get().entry)
    assert set(told) == {auditor, administrator}


def test_the_message_names_the_entry(entries, auditor, now, tamper, mailoutbox, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    tamper("UPDATE audit_auditentry SET participant = 'kazakhstan'")
    carry_out(now)

    work_through(clock=lambda: now)

    (mail,) = [mail for mail in mailoutbox if mail.to == [auditor.email]]
    assert f"Entry {entries[0].pk} (incidents.incident.verified) does not match" in mail.body


def test_after_a_fault_only_a_full_check_says_that_all_is_well(entries, now, tamper):
    tamper("UPDATE audit_auditentry SET participant = 'kazakhstan'")
    carry_out(now)

    assert carry_out(now + timedelta(minutes=20)) is None
