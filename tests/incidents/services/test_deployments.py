from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Deployment, DeploymentLogEntry
from incidents.queries import deployments as queries
from incidents.services import checklists, deployment_log, extensions
from incidents.services import deployments as services
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.queries import history_of
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.deployments import (
    AT,
    CapacityFactory,
    DeploymentFactory,
    accepted_line,
    planned,
    settle,
)
from tests.factories.incidents import IncidentFactory

HOUR = timedelta(hours=1)


def kinds_of(deployment):
    return [entry.kind.rpartition(".")[2] for entry in history_of(deployment)]


# ── planning ────────────────────────────────────────────────────────────────────────────────────
def test_a_plan_has_its_number_its_parties_and_its_checklist(turkiye, azerbaijan, editor_b):
    deployment = planned(by=editor_b, dogs=4)

    assert (deployment.number, deployment.participant, deployment.host) == (
        "DEP-2026-0001",
        azerbaijan,
        turkiye,
    )
    assert list(deployment.checklist.values_list("topic", "is_blocking", "status")) == [
        ("entry_points", True, "open"),
        ("customs", True, "open"),
        ("visas", True, "open"),
        ("overflight", False, "open"),
        ("medicines", False, "open"),
        ("dogs", False, "open"),
        ("radio", False, "open"),
        ("fuel", False, "open"),
        ("liaison", False, "open"),
    ]


def test_an_exercise_numbers_its_deployments_apart(turkiye, azerbaijan, editor_b):
    incident = IncidentFactory(participant=turkiye, status="active", is_exercise=True)

    assert planned(by=editor_b, line=accepted_line(incident=incident)).number == "EX-DEP-2026-0001"


def test_a_line_sends_no_more_than_was_accepted(azerbaijan, editor_b):
    line = accepted_line(accepted=3)
    planned(by=editor_b, line=line, quantity=2)

    with pytest.raises(ValidationError, match="Only 1 is left of the 3"):
        planned(by=editor_b, line=line, quantity=2)

    assert queries.sent_of(line) == 2


@pytest.mark.parametrize(
    ("status", "more", "left"),
    [
        ("cancelled", {}, 0),
        ("recalled", {}, 0),
        ("returned", {}, 0),
        ("returned", {"arrived_at": AT}, 1),
        ("operational", {"arrived_at": AT}, 1),
        ("planned", {}, 1),
    ],
)
def test_what_never_came_may_be_sent_anew(azerbaijan, status, more, left):
    line = accepted_line()
    DeploymentFactory(offer_item=line, status=status, **more)

    assert queries.sent_of(line) == left


def test_what_is_not_accepted_is_not_deployed(azerbaijan, editor_b):
    line = accepted_line()
    line.offer.status = "provisional"
    line.offer.save()

    with pytest.raises(WrongStatus, match="Only what was accepted"):
        planned(by=editor_b, line=line)


def test_nothing_is_deployed_to_a_closed_incident(turkiye, azerbaijan, editor_b):
    line = accepted_line(incident=IncidentFactory(participant=turkiye, status="closed"))

    with pytest.raises(WrongStatus, match="not open any more"):
        planned(by=editor_b, line=line)


@pytest.mark.parametrize("name", ["editor_a", "head_a", "reader_a", "officer", "administrator"])
def test_only_the_offerer_plans(request, azerbaijan, name):
    with pytest.raises(Refused):
        planned(by=request.getfixturevalue(name))

    assert not Deployment.objects.exists()


def test_a_stay_that_ends_before_it_begins_is_refused(azerbaijan, editor_b):
    with pytest.raises(ValidationError, match="before the team arrives"):
        planned(by=editor_b, until_at=AT)


# ── steps ───────────────────────────────────────────────────────────────────────────────────────
def test_the_whole_way_is_kept_in_the_log(azerbaijan, editor_b, head_a, turkiye):
    deployment = settle(planned(by=editor_b))

    services.mobilise(deployment, by=editor_b, at=AT + HOUR)
    services.depart(deployment, by=editor_b, at=AT + 2 * HOUR, latitude=40.4, longitude=49.8)
    services.arrive(deployment, by=head_a, at=AT + 9 * HOUR, happened_at=AT + 8 * HOUR)
    services.begin_work(deployment, by=head_a, at=AT + 10 * HOUR)
    services.demobilise(deployment, by=editor_b, at=AT + 90 * HOUR)
    services.return_home(deployment, by=editor_b, at=AT + 99 * HOUR)

    assert list(deployment.log.values_list("status", "happened_at")) == [
        ("mobilising", AT + HOUR),
        ("en_route", AT + 2 * HOUR),
        ("arrived", AT + 8 * HOUR),
        ("operational", AT + 10 * HOUR),
        ("demobilising", AT + 90 * HOUR),
        ("returned", AT + 99 * HOUR),
    ]
    assert (deployment.departed_at, deployment.arrived_at, deployment.returned_at) == (
        AT + 2 * HOUR,
        AT + 8 * HOUR,
        AT + 99 * HOUR,
    )
    assert (deployment.latitude, deployment.longitude) == (40.4, 49.8)


def test_open_blocking_items_keep_a_team_at_home(azerbaijan, editor_b):
    deployment = planned(by=editor_b)
    services.mobilise(deployment, by=editor_b, at=AT + HOUR)
    deployment.checklist.exclude(topic__in=("customs", "visas")).update(status="done")

    with pytest.raises(checklists.OpenItems) as refusal:
        services.depart(deployment, by=editor_b, at=AT + HOUR)

    deployment.refresh_from_db()
    assert str(refusal.value).endswith("Still open: Customs, Visas and border.")
    assert (deployment.status, kinds_of(deployment)) == ("mobilising", ["planned", "mobilised"])


def test_a_waived_item_lets_it_go(azerbaijan, editor_b, head_b):
    deployment = planned(by=editor_b)
    services.mobilise(deployment, by=editor_b, at=AT)
    for item in queries.blocking(deployment):
        checklists.waive(item, by=head_b, at=AT, reason="Agreed by telephone.")

    services.depart(deployment, by=editor_b, at=AT)

    assert deployment.status == "en_route"


def test_a_step_of_the_future_is_refused(azerbaijan, editor_b):
    with pytest.raises(ValidationError, match="in the future"):
        services.mobilise(planned(by=editor_b), by=editor_b, at=AT, happened_at=AT + HOUR)


def test_a_team_does_not_arrive_before_it_set_out(azerbaijan, editor_b):
    deployment = settle(planned(by=editor_b))
    services.mobilise(deployment, by=editor_b, at=AT + HOUR)
    services.depart(deployment, by=editor_b, at=AT + 5 * HOUR)

    with pytest.raises(ValidationError, match="before the step that was taken last"):
        services.arrive(deployment, by=editor_b, at=AT + 6 * HOUR, happened_at=AT + 4 * HOUR)

    deployment.refresh_from_db()
    assert deployment.status == "en_route"


def test_a_recall_says_why(azerbaijan, editor_b, head_a):
    deployment = DeploymentFactory(status="en_route")

    services.recall(deployment, by=head_a, at=AT, reason="All people are found.")

    assert (deployment.status, deployment.log.get().note) == ("recalled", "All people are found.")


def test_cancelling_without_a_reason_is_refused(azerbaijan, editor_b):
    with pytest.raises(ValidationError, match="Say why"):
        services.cancel(DeploymentFactory(), by=editor_b, at=AT, reason="  ")


def test_what_has_set_out_is_not_cancelled(azerbaijan, editor_b):
    with pytest.raises(WrongStatus):
        services.cancel(DeploymentFactory(status="en_route"), by=editor_b, at=AT, reason="x")


# ── the capacity that is away ───────────────────────────────────────────────────────────────────
def _gone(line, by):
    deployment = settle(planned(by=by, line=line))
    services.mobilise(deployment, by=by, at=AT)
    return services.depart(deployment, by=by, at=AT)


def test_a_capacity_is_deployed_until_its_team_is_home(azerbaijan, editor_b):
    line = accepted_line(capacity=CapacityFactory())
    deployment = _gone(line, editor_b)
    line.capacity.refresh_from_db()
    away = line.capacity.readiness

    services.recall(deployment, by=editor_b, at=AT, reason="Not needed.")
    services.return_home(deployment, by=editor_b, at=AT)
    line.capacity.refresh_from_db()

    assert (away, line.capacity.readiness) == ("deployed", "ready")


def test_a_capacity_with_units_left_at_home_stays_ready(azerbaijan, editor_b):
    line = accepted_line(capacity=CapacityFactory(units=2))

    _gone(line, editor_b)
    line.capacity.refresh_from_db()
    with_one_left = line.capacity.readiness
    _gone(line, editor_b)
    line.capacity.refresh_from_db()

    assert (with_one_left, line.capacity.readiness) == ("ready", "deployed")


def test_an_exercise_leaves_the_register_alone(turkiye, azerbaijan, editor_b):
    incident = IncidentFactory(participant=turkiye, status="active", is_exercise=True)
    line = accepted_line(incident=incident, capacity=CapacityFactory())

    _gone(line, editor_b)

    line.capacity.refresh_from_db()
    assert line.capacity.readiness == "ready"


def test_a_readiness_that_somebody_set_since_stays(azerbaijan, editor_b):
    line = accepted_line(capacity=CapacityFactory())
    deployment = _gone(line, editor_b)
    type(line.capacity).objects.update(readiness="unavailable")

    services.recall(deployment, by=editor_b, at=AT, reason="Not needed.")
    services.return_home(deployment, by=editor_b, at=AT)

    line.capacity.refresh_from_db()
    assert line.capacity.readiness == "unavailable"


# ── log ─────────────────────────────────────────────────────────────────────────────────────────
def test_the_same_position_sent_twice_is_written_once(azerbaijan, machine_b):
    deployment = DeploymentFactory(status="en_route")
    place = {"happened_at": AT, "latitude": 39.9, "longitude": 41.2}

    first = deployment_log.log(deployment, by=machine_b, at=AT + HOUR, **place)
    second = deployment_log.log(deployment, by=machine_b, at=AT + 2 * HOUR, **place)

    assert (first, DeploymentLogEntry.objects.count()) == (second, 1)


def test_a_deployment_stands_where_its_newest_position_is(azerbaijan, machine_b):
    deployment = DeploymentFactory(status="en_route")

    deployment_log.log(
        deployment, by=machine_b, at=AT, happened_at=AT, latitude=39.9, longitude=41.2
    )
    deployment_log.log(
        deployment, by=machine_b, at=AT, happened_at=AT - HOUR, latitude=40.2, longitude=45.1
    )

    deployment.refresh_from_db()
    assert (deployment.latitude, deployment.longitude) == (39.9, 41.2)


def test_positions_of_a_device_do_not_fill_the_audit(azerbaijan, machine_b, editor_b):
    deployment = DeploymentFactory(status="en_route")

    deployment_log.log(deployment, by=machine_b, at=AT, latitude=39.9, longitude=41.2)
    deployment_log.log(deployment, by=editor_b, at=AT, note="The pass is closed, they wait.")

    assert (deployment.log.count(), kinds_of(deployment)) == (2, ["logged"])


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ({}, "note"),
        ({"latitude": 39.9}, "longitude"),
        ({"latitude": 91.0, "longitude": 0.0}, "latitude"),
        ({"latitude": 0.0, "longitude": 181.0}, "longitude"),
        ({"note": "later", "happened_at": AT + HOUR}, "happened_at"),
    ],
)
def test_an_impossible_entry_is_refused(azerbaijan, editor_b, entry, field):
    with pytest.raises(ValidationError) as refusal:
        deployment_log.log(DeploymentFactory(status="en_route"), by=editor_b, at=AT, **entry)

    assert list(refusal.value.message_dict) == [field]


def test_nothing_is_logged_of_what_is_over(azerbaijan, editor_b):
    with pytest.raises(Refused, match="over"):
        deployment_log.log(DeploymentFactory(status="returned"), by=editor_b, at=AT, note="x")


# ── a longer stay ───────────────────────────────────────────────────────────────────────────────
LONGER = AT + timedelta(days=15)


def test_the_other_side_agrees_to_a_longer_stay(azerbaijan, editor_b, head_a):
    deployment = DeploymentFactory(status="operational")

    extensions.propose(deployment, by=head_a, at=AT, until_at=LONGER)
    extensions.agree(deployment, by=editor_b, at=AT + HOUR, until_at=LONGER)

    assert (deployment.until_at, deployment.proposed_until_at) == (LONGER, None)
    assert kinds_of(deployment) == ["extension_proposed", "extended"]


def test_nobody_agrees_to_the_own_proposal(azerbaijan, head_a, editor_a):
    deployment = DeploymentFactory(status="operational")
    extensions.propose(deployment, by=head_a, at=AT, until_at=LONGER)

    with pytest.raises(Refused, match="Your side proposed this"):
        extensions.agree(deployment, by=editor_a, at=AT, until_at=LONGER)


def test_a_proposal_that_was_replaced_is_not_agreed_to_unseen(azerbaijan, editor_b, head_a):
    deployment = DeploymentFactory(status="operational")
    extensions.propose(deployment, by=head_a, at=AT, until_at=LONGER)
    extensions.propose(deployment, by=head_a, at=AT, until_at=LONGER + HOUR)

    with pytest.raises(WrongStatus):
        extensions.agree(deployment, by=editor_b, at=AT, until_at=LONGER)


def test_a_declined_stay_leaves_the_agreed_one(azerbaijan, editor_b, head_a):
    deployment = DeploymentFactory(status="operational")
    agreed = deployment.until_at
    extensions.propose(deployment, by=head_a, at=AT, until_at=LONGER)

    extensions.decline(deployment, by=editor_b, at=AT, until_at=LONGER, reason="The crew is tired.")

    assert (deployment.until_at, deployment.proposed_until_at) == (agreed, None)


def test_a_proposal_that_was_replaced_is_not_declined_unseen(azerbaijan, editor_b, head_a):
    deployment = DeploymentFactory(status="operational")
    extensions.propose(deployment, by=head_a, at=AT, until_at=LONGER)
    extensions.propose(deployment, by=head_a, at=AT, until_at=LONGER + HOUR)

    with pytest.raises(WrongStatus):
        extensions.decline(deployment, by=editor_b, at=AT, until_at=LONGER, reason="Too long.")


@pytest.mark.parametrize("answer", [extensions.agree, extensions.decline])
def test_what_the_own_side_has_proposed_since_is_not_answered(azerbaijan, editor_b, head_a, answer):
    deployment = DeploymentFactory(status="operational")
    extensions.propose(deployment, by=head_a, at=AT, until_at=LONGER)
    newer = Deployment.objects.get(pk=deployment.pk)
    extensions.propose(newer, by=editor_b, at=AT, until_at=LONGER)
    words = {"reason": "Too long."} if answer is extensions.decline else {}

    with pytest.raises(WrongStatus):
        answer(deployment, by=editor_b, at=AT, until_at=LONGER, **words)


@pytest.mark.parametrize("until", [AT, AT + timedelta(days=9)])
def test_a_shorter_stay_is_no_extension(azerbaijan, head_a, until):
    with pytest.raises(ValidationError, match="ends later"):
        extensions.propose(
            DeploymentFactory(status="operational"), by=head_a, at=AT, until_at=until
        )


# ── changing it ─────────────────────────────────────────────────────────────────────────────────
def test_the_audit_does_not_keep_who_leads_the_team(azerbaijan, editor_b):
    deployment = DeploymentFactory()

    services.update(
        deployment, {"leader_name": "Orxan Quliyev", "people": 60}, by=editor_b, at=AT, version=1
    )

    entry = AuditEntry.objects.get(kind="incidents.deployment.updated")
    assert entry.data["changes"] == {
        "people": {"before": 62, "after": 60},
        "leader_name": {"before": None, "after": None},
    }


def test_the_audit_of_a_restricted_incident_keeps_names_of_fields_and_hashes(azerbaijan, editor_b):
    deployment = _of_named()

    facts = {"worksite": "Prison of Elbistan", "leader_name": "Orxan Quliyev"}
    services.update(deployment, facts, by=editor_b, at=AT, version=1)

    changes = AuditEntry.objects.get(kind="incidents.deployment.updated").data["changes"]
    assert {name: set(change) for name, change in changes.items()} == {
        "worksite": {"before_sha256", "after_sha256"},
        "leader_name": {"before", "after"},
    }


def _of_named(**more):
    deployment = DeploymentFactory(**more)
    deployment.incident.classification = "named"
    deployment.incident.save()
    return deployment


def test_the_audit_of_a_restricted_incident_keeps_no_reason(azerbaijan, editor_b, head_a):
    deployment = _of_named(status="en_route")
    extensions.propose(deployment, by=head_a, at=AT, until_at=LONGER, note="Secret one.")
    extensions.decline(deployment, by=editor_b, at=AT, until_at=LONGER, reason="Secret two.")
    services.recall(deployment, by=head_a, at=AT, reason="Secret three.")

    entries = list(history_of(deployment))

    assert not any("Secret" in entry.body for entry in entries)
    assert ["reason_sha256" in entry.data for entry in entries] == [True, True, True]
    assert sorted(deployment.log.values_list("note", flat=True)) == [
        "Secret one.", "Secret three.", "Secret two.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        ({"dogs": 9}, ["dogs"]),
        ({"people": 70, "entry_point": "Sarp"}, ["entry_point", "people"]),
        ({"dogs": 4, "people": 62, "worksite": "Maraş"}, []),
    ],
)
def test_what_crosses_the_border_stays_as_it_left(azerbaijan, editor_b, facts, refused):
    deployment = DeploymentFactory(status="en_route", dogs=4, people=62)
    problems = {}

    try:
        services.update(deployment, facts, by=editor_b, at=AT, version=1)
    except ValidationError as error:
        problems = error.message_dict

    assert sorted(problems) == refused


def test_a_change_of_an_older_version_is_refused(azerbaijan, editor_b):
    deployment = DeploymentFactory(version=2)

    with pytest.raises(StaleVersion):
        services.update(deployment, {"people": 60}, by=editor_b, at=AT, version=1)


def test_the_end_of_the_stay_is_not_changed_alone_once_it_mobilises(azerbaijan, editor_b):
    deployment = DeploymentFactory(status="mobilising")
    agreed = deployment.until_at

    services.update(deployment, {"until_at": LONGER}, by=editor_b, at=AT, version=1)

    assert deployment.until_at == agreed


def test_the_first_dog_brings_its_topic_along(azerbaijan, editor_b):
    deployment = planned(by=editor_b)
    without = deployment.checklist.filter(topic="dogs").exists()

    services.update(deployment, {"dogs": 2}, by=editor_b, at=AT, version=1)

    assert (without, deployment.checklist.filter(topic="dogs").exists()) == (False, True)
