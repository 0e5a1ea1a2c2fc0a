from datetime import date, timedelta

import pytest
from django.conf import settings

from incidents.models import TeamMember
from incidents.services import manifests as services
from ots_portal import plugs
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import StaleVersion
from ots_portal.privacy import retention
from ots_portal.verdicts import Refused
from tests.factories.deployments import AT, DeploymentFactory

PERSON = {
    "full_name": "Rauf Əliyev", "function": "Rescuer", "nationality": "AZ", "document_number": "C0012345",
    "birth_date": date(1985, 4, 30),
}  # fmt: skip
DOG = {
    "kind": "dog", "description": "Malinois", "identifier": "chip 981", "quantity": 1, "weight_kg": 32,
}  # fmt: skip


def _with_people(deployment, *names):
    TeamMember.objects.bulk_create(
        TeamMember(deployment=deployment, full_name=name, nationality="AZ", position=n)
        for n, name in enumerate(names)
    )
    return deployment


def test_a_manifest_keeps_its_order(azerbaijan, editor_b):
    people = [{**PERSON, "full_name": f"Person {n}"} for n in (3, 1, 2)]

    deployment = services.replace(
        DeploymentFactory(), people=people, items=[DOG], by=editor_b, at=AT, version=1
    )

    assert list(deployment.members.values_list("position", "full_name")) == [
        (1, "Person 3"),
        (2, "Person 1"),
        (3, "Person 2"),
    ]


def test_the_audit_holds_how_many_and_never_who(azerbaijan, editor_b):
    services.replace(
        DeploymentFactory(), people=[PERSON], items=[DOG], by=editor_b, at=AT, version=1
    )

    entry = AuditEntry.objects.get()
    assert entry.data == {"people_count": 1, "item_count": 1}
    assert "liyev" not in entry.body
    assert "C0012345" not in entry.body


def test_a_list_that_somebody_else_changed_is_not_replaced(azerbaijan, editor_b):
    deployment = _with_people(DeploymentFactory(version=2), "Person 1")

    with pytest.raises(StaleVersion):
        services.replace(deployment, people=[], items=[], by=editor_b, at=AT, version=1)

    assert deployment.members.count() == 1


def test_a_person_is_added_at_the_end(azerbaijan, editor_b):
    deployment = _with_people(DeploymentFactory(), "Person 1")

    services.add_person(deployment, PERSON, by=editor_b, at=AT)

    assert [member.full_name for member in deployment.members.all()] == ["Person 1", "Rauf Əliyev"]


@pytest.mark.parametrize("name", ["editor_a", "head_a", "officer", "secretary", "machine_b"])
def test_only_the_sender_writes_it(request, azerbaijan, name):
    with pytest.raises(Refused):
        services.replace(
            DeploymentFactory(), people=[], items=[], by=request.getfixturevalue(name), at=AT, version=1
        )  # fmt: skip


# ── forgetting ──────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("status", "days", "left"),
    [("returned", 91, 0), ("returned", 89, 1), ("cancelled", 91, 0), ("operational", 400, 1)],
)
def test_people_are_forgotten_some_time_after_the_return(azerbaijan, status, days, left):
    over = AT - timedelta(days=days)
    returned_at = over if status == "returned" else None
    deployment = DeploymentFactory(status=status, returned_at=returned_at, updated_at=over)
    _with_people(deployment, "Person 1")

    retention.forget_what_is_due(at=AT)

    assert (settings.PORTAL_RETENTION["team_members"]["days"], TeamMember.objects.count()) == (90, left)  # fmt: skip


@pytest.mark.parametrize(("days", "name"), [(731, ""), (729, "Rauf Əliyev")])
def test_the_leader_is_forgotten_later(azerbaijan, days, name):
    over = AT - timedelta(days=days)
    deployment = DeploymentFactory(status="returned", returned_at=over)

    retention.forget_what_is_due(at=AT)

    deployment.refresh_from_db()
    assert deployment.leader_name == name


def test_a_person_is_told_of_the_own_manifests(azerbaijan, editor_b):
    mine = _with_people(DeploymentFactory(), editor_b.full_name, "Somebody else")
    other = DeploymentFactory(participant=mine.host, host=mine.participant)
    _with_people(other, editor_b.full_name)

    told = plugs.personal_data["team manifests"].told(editor_b)

    assert told == [{"deployment": mine.number, "name": editor_b.full_name, "function": ""}]


def test_who_is_erased_stays_on_a_running_manifest_only(azerbaijan, editor_b):
    for status in ("returned", "operational"):
        _with_people(
            DeploymentFactory(status=status, leader_name=editor_b.full_name),
            editor_b.full_name,
            "B",
        )

    plugs.personal_data["team manifests"].erase(editor_b, AT)

    left = TeamMember.objects.order_by("deployment__status", "full_name")
    assert list(left.values_list("deployment__status", "full_name")) == [
        ("operational", "B"),
        ("operational", editor_b.full_name),
        ("returned", "B"),
    ]
