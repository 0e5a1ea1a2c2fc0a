from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from agreements.models import DomesticStep, Milestone
from agreements.services import facts as services
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.queries import history_of
from ots_portal.lifecycle import WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.agreements import SOURCES, DomesticStepFactory, MilestoneFactory


@pytest.fixture
def fields():
    return {
        "kind": "negotiation",
        "on_date": date(2026, 10, 5),
        "texts": {"en": "Delegations met in Tashkent."},
        "confidence": "confirmed",
        "sources": SOURCES,
    }


def test_record_milestone_keeps_it_with_its_sources_as_of_today(on_the_table, officer, now, fields):
    milestone = services.record_milestone(on_the_table, by=officer, at=now, **fields)

    milestone.refresh_from_db()
    assert (milestone.sources, milestone.as_of_date, milestone.created_by) == (
        SOURCES,
        now.date(),
        officer,
    )


def test_record_milestone_leaves_an_audit_entry(on_the_table, officer, now, fields):
    milestone = services.record_milestone(on_the_table, by=officer, at=now, **fields)

    entry = history_of(milestone).get()
    assert (entry.kind, entry.actor_id, entry.data["on_date"]) == (
        "agreements.milestone.recorded",
        officer.pk,
        "2026-10-05",
    )


def test_record_milestone_counts_the_version_of_the_instrument(on_the_table, officer, now, fields):
    services.record_milestone(on_the_table, by=officer, at=now, **fields)

    on_the_table.refresh_from_db()
    assert (on_the_table.version, on_the_table.updated_at) == (2, now)


NOT_ACCEPTED = [
    ("sources", []),
    ("sources", ["javascript:alert(1)"]),
    ("texts", {}),
    ("texts", {"en": "right\u202eleft"}),
    ("kind", "party"),
    ("confidence", ""),
]


@pytest.mark.parametrize(("name", "value"), NOT_ACCEPTED)
def test_record_milestone_does_not_accept(on_the_table, officer, now, fields, name, value):
    with pytest.raises(ValidationError) as refusal:
        services.record_milestone(on_the_table, by=officer, at=now, **{**fields, name: value})

    assert name in refusal.value.message_dict
    assert (Milestone.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_a_day_to_come_is_refused(on_the_table, officer, now, fields):
    fields["on_date"] = now.date() + timedelta(days=1)

    with pytest.raises(ValidationError, match="The day lies in the future"):
        services.record_milestone(on_the_table, by=officer, at=now, **fields)


def test_record_domestic_step_is_refused_when_it_is_recorded_already(officer, now, fields, turkiye):
    there = DomesticStepFactory(
        participant=turkiye, on_date=date(2026, 10, 5), as_of_date=date(2026, 10, 6)
    )
    fields = {**fields, "kind": "parliament", "participant": turkiye}

    with pytest.raises(ValidationError, match="This step is recorded already"):
        services.record_domestic_step(there.instrument, by=officer, at=now, **fields)

    assert list(DomesticStep.objects.all()) == [there]


def test_a_member_state_does_not_keep_the_record(on_the_table, head_a, now, fields):
    with pytest.raises(Refused, match="Only the secretariat keeps the record"):
        services.record_milestone(on_the_table, by=head_a, at=now, **fields)


def test_supersede_keeps_the_old_one_readable_with_the_reason(officer, now, fields):
    old = MilestoneFactory(texts={"en": "Delegations met in Baku."})

    new = services.supersede_milestone(old, reason="Wrong city", by=officer, at=now, **fields)

    old.refresh_from_db()
    assert (old.texts, old.superseded_by, old.supersede_reason, old.superseded_at) == (
        {"en": "Delegations met in Baku."},
        new,
        "Wrong city",
        now,
    )


def test_supersede_tells_the_audit_once_and_under_the_old_record(officer, now, fields):
    old = MilestoneFactory()

    new = services.supersede_milestone(old, reason="Wrong city", by=officer, at=now, **fields)

    entry = AuditEntry.objects.get()
    assert (entry.kind, entry.subject_id, entry.data) == (
        "agreements.milestone.superseded",
        str(old.pk),
        {"reason": "Wrong city", "superseded_by": str(new.pk)},
    )


def test_supersede_twice_is_refused(officer, now, fields):
    old = MilestoneFactory()
    services.supersede_milestone(old, reason="Wrong city", by=officer, at=now, **fields)

    with pytest.raises(WrongStatus):
        services.supersede_milestone(old, reason="Wrong day", by=officer, at=now, **fields)


def test_supersede_without_a_reason_is_refused(officer, now, fields):
    old = MilestoneFactory()

    with pytest.raises(ValidationError, match="Say why"):
        services.supersede_milestone(old, reason=" ", by=officer, at=now, **fields)

    old.refresh_from_db()
    assert not old.is_superseded


def test_supersede_that_the_record_refuses_leaves_the_old_one_standing(officer, now, fields):
    old = MilestoneFactory()

    with pytest.raises(ValidationError):
        services.supersede_milestone(
            old, reason="Wrong city", by=officer, at=now, **{**fields, "sources": []}
        )

    old.refresh_from_db()
    assert not old.is_superseded


def test_supersede_a_domestic_step_on_the_same_day(officer, now, fields, turkiye):
    old = DomesticStepFactory(
        participant=turkiye, on_date=date(2026, 10, 5), as_of_date=date(2026, 10, 6)
    )
    fields = {**fields, "kind": "parliament", "participant": turkiye}

    new = services.supersede_domestic_step(
        old, reason="Better source", by=officer, at=now, **fields
    )

    old.refresh_from_db()
    assert (old.superseded_by, new.on_date) == (new, old.on_date)
