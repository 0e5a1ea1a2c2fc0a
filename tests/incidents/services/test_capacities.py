from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Capacity
from incidents.services import capacities as services
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.queries import history_of
from ots_portal.lifecycle import StaleVersion
from ots_portal.verdicts import Refused
from tests.factories.deployments import AT, CapacityFactory

FACTS = {"capacity_type": "HUSAR", "name": "Heavy rescue", "units": 2, "people": 62}


def test_a_capacity_is_counted_in_the_unit_of_its_type(editor_b, azerbaijan):
    capacity = services.create(FACTS, by=editor_b, at=AT)

    assert (capacity.participant, capacity.unit, capacity.checked_at) == (azerbaijan, "team", AT)


def test_a_name_is_taken_once_per_participant(editor_b, editor_a):
    services.create(FACTS, by=editor_b, at=AT)
    services.create(FACTS, by=editor_a, at=AT)

    with pytest.raises(ValidationError, match="of this name already"):
        services.create({**FACTS, "name": "heavy RESCUE"}, by=editor_b, at=AT)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"capacity_type": "TANK"}, "capacity_type"),
        ({"latitude": 40.0}, "longitude"),
        ({"units": 0}, "units"),
        ({"readiness": "perhaps"}, "readiness"),
        ({"name": ""}, "name"),
    ],
)
def test_an_impossible_value_is_refused(editor_b, facts, field):
    with pytest.raises(ValidationError) as refusal:
        services.create({**FACTS, **facts}, by=editor_b, at=AT)

    assert list(refusal.value.message_dict) == [field]


def test_changing_it_counts_as_a_check(editor_b, azerbaijan):
    capacity = CapacityFactory(checked_at=AT - timedelta(days=90))

    services.update(capacity, {"people": 60}, by=editor_b, at=AT, version=1)

    entry = AuditEntry.objects.get()
    assert (capacity.checked_at, capacity.version) == (AT, 2)
    assert entry.data["changes"] == {"people": {"before": 62, "after": 60}}


def test_an_older_version_is_not_saved(editor_b, azerbaijan):
    with pytest.raises(StaleVersion):
        services.update(CapacityFactory(version=3), {"people": 1}, by=editor_b, at=AT, version=2)


def test_the_readiness_is_told_with_before_and_after(editor_b, azerbaijan):
    capacity = CapacityFactory()

    services.set_readiness(capacity, by=editor_b, at=AT, readiness="partial")

    assert AuditEntry.objects.get().data["changes"] == {
        "readiness": {"before": "ready", "after": "partial"}
    }


def test_a_retired_one_comes_back(editor_b, azerbaijan):
    capacity = CapacityFactory()

    services.retire(capacity, by=editor_b, at=AT)
    retired_at = capacity.retired_at
    services.bring_back(capacity, by=editor_b, at=AT + timedelta(hours=1))

    kinds = [entry.kind.rpartition(".")[2] for entry in history_of(capacity)]
    assert (retired_at, capacity.retired_at, kinds) == (AT, None, ["retired", "brought_back"])


def test_a_name_that_is_taken_keeps_a_retired_one_away(editor_b, azerbaijan):
    capacity = CapacityFactory(name="Alpha", retired_at=AT)
    CapacityFactory(name="Alpha")

    with pytest.raises(ValidationError):
        services.bring_back(capacity, by=editor_b, at=AT)

    capacity.refresh_from_db()
    assert capacity.retired_at == AT


def test_a_stranger_changes_nothing(editor_a, azerbaijan):
    with pytest.raises(Refused):
        services.retire(CapacityFactory(), by=editor_a, at=AT)


# ── a file of capacities ────────────────────────────────────────────────────────────────────────
def test_all_rows_of_a_file_are_taken_or_none(editor_b):
    rows = [FACTS, {**FACTS, "name": "Second"}, {**FACTS, "name": "Third", "capacity_type": "TANK"}]

    made, problems = services.create_many(rows, by=editor_b, at=AT)

    assert (made, Capacity.objects.count()) == ([], 0)
    assert problems == [(3, "capacity_type: Choose a type of the list.")]


def test_two_rows_of_one_name_are_told(editor_b):
    made, problems = services.create_many([FACTS, FACTS], by=editor_b, at=AT)

    assert (made, [row for row, _sentence in problems]) == ([], [2])


# ── certificates ────────────────────────────────────────────────────────────────────────────────
def _told():
    entries = AuditEntry.objects.filter(kind=services.EXPIRING)
    return [entry.data["days"] for entry in entries.order_by("recorded_at")]


@pytest.mark.parametrize(
    ("days_left", "told"),
    [(61, []), (60, [60]), (15, [60]), (14, [14]), (1, [14]), (0, [0]), (-5, [0])],
)
def test_a_certificate_is_told_when_its_time_has_come(azerbaijan, days_left, told):
    CapacityFactory(certified_until=AT.date() + timedelta(days=days_left))

    services.remind_of_certificates(at=AT)

    assert _told() == told


def test_each_reminder_comes_once(azerbaijan):
    CapacityFactory(certified_until=AT.date() + timedelta(days=60))

    for day in range(70):
        services.remind_of_certificates(at=AT + timedelta(days=day))
        services.remind_of_certificates(at=AT + timedelta(days=day, hours=6))

    assert _told() == [60, 14, 0]


def test_a_renewed_certificate_begins_anew(azerbaijan):
    capacity = CapacityFactory(certified_until=AT.date())
    services.remind_of_certificates(at=AT)
    Capacity.objects.filter(pk=capacity.pk).update(certified_until=date(2027, 1, 1))

    services.remind_of_certificates(at=AT + timedelta(hours=1))

    assert _told() == [0, 60]


def test_nobody_is_told_of_what_is_retired(azerbaijan):
    CapacityFactory(certified_until=AT.date(), retired_at=AT)

    assert services.remind_of_certificates(at=AT) == 0
