import pytest
from django.core.exceptions import ValidationError

from incidents.models import Incident, OpeningProposal
from incidents.queries import incidents as queries
from incidents.services import incidents as services
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.incidents import IncidentFactory


def fetched(incident):
    """The incident as a page loads it: memory knows nothing of what was before."""
    return Incident.objects.select_related("opening_proposal__proposed_by").get(pk=incident.pk)


@pytest.fixture
def named(turkiye):
    return IncidentFactory(participant=turkiye, status="active", classification="named")


def test_one_person_leaves_an_incident_to_the_named_at_once(editor_a, editor_b, turkiye, now):
    incident = IncidentFactory(participant=turkiye, status="active")

    services.restrict(incident, by=editor_a, at=now, reason="A prison is hit.")

    assert incident.classification == "named"
    assert incident not in queries.visible_to(editor_b)
    assert '"classification":"named"' in incident.row_json


def test_restricting_needs_a_reason(editor_a, turkiye, now):
    with pytest.raises(ValidationError):
        services.restrict(
            IncidentFactory(participant=turkiye, status="active"), by=editor_a, at=now, reason=""
        )


def test_two_persons_open_it_to_the_members(named, editor_a, head_a, editor_b, now):
    services.propose_opening(named, by=editor_a, at=now, reason="The prison is empty.")
    services.open_to_members(fetched(named), by=head_a, at=now)

    named.refresh_from_db()
    assert named.classification == "members"
    assert named in queries.visible_to(editor_b)
    assert not OpeningProposal.objects.exists()
    entry = AuditEntry.objects.get(kind="incidents.incident.opened_to_members")
    assert entry.data["reason"] == "The prison is empty."


def test_nobody_confirms_the_own_proposal(named, head_a, now):
    services.propose_opening(named, by=head_a, at=now, reason="Over.")

    with pytest.raises(Refused) as refusal:
        services.open_to_members(fetched(named), by=head_a, at=now)

    assert refusal.value.verdict.code == "same_person"


def test_one_of_the_two_is_the_head(named, editor_a, second_editor_a, now):
    services.propose_opening(named, by=editor_a, at=now, reason="Over.")

    with pytest.raises(Refused, match="head of authority"):
        services.open_to_members(fetched(named), by=second_editor_a, at=now)


def test_a_colleague_confirms_what_the_head_proposed(named, head_a, editor_a, now):
    services.propose_opening(named, by=head_a, at=now, reason="Over.")

    services.open_to_members(fetched(named), by=editor_a, at=now)

    assert fetched(named).classification == "members"


def test_a_dropped_proposal_leaves_it_to_the_named(named, editor_a, second_editor_a, now):
    services.propose_opening(named, by=editor_a, at=now, reason="Over.")
    services.keep_restricted(fetched(named), by=second_editor_a, at=now)

    with pytest.raises(Refused, match="Nobody has proposed"):
        services.open_to_members(fetched(named), by=second_editor_a, at=now)
    assert fetched(named).classification == "named"


def test_of_two_who_decide_on_one_proposal_the_second_is_told(named, editor_a, head_a, now):
    services.propose_opening(named, by=editor_a, at=now, reason="Over.")
    first, second = fetched(named), fetched(named)
    services.keep_restricted(first, by=editor_a, at=now)

    with pytest.raises(WrongStatus):
        services.open_to_members(second, by=head_a, at=now)
    assert fetched(named).classification == "named"


@pytest.mark.parametrize("verb", ["restrict", "propose_opening"])
@pytest.mark.parametrize("status", ["draft", "merged", "rejected"])
def test_only_what_others_read_is_classified(editor_a, turkiye, now, verb, status):
    incident = IncidentFactory(participant=turkiye, status=status)

    with pytest.raises(Refused) as refusal:
        getattr(services, verb)(incident, by=editor_a, at=now, reason="x")

    assert refusal.value.verdict.code == "wrong_status"


# ── what the audit keeps of a named incident ────────────────────────────────────────────────────
WHY = "The prison of Silivri is hit."


@pytest.mark.parametrize(
    ("status", "act"),
    [
        ("active", lambda one, who, at: services.set_level(one, alert_level="green", by=who, at=at, reason=WHY)),
        ("active", lambda one, who, at: services.propose_opening(one, by=who, at=at, reason=WHY)),
        ("closed", lambda one, who, at: services.reopen(one, by=who, at=at, reason=WHY)),
        ("reported", lambda one, who, at: services.reject(one, by=who, at=at, reason=WHY)),
        ("active", lambda one, who, at: services.merge(
            one, by=who, at=at, into=IncidentFactory(participant=one.participant, status="active").pk, reason=WHY
        )),
    ],
    ids=["level", "opening", "reopen", "reject", "merge"],
)  # fmt: skip
def test_the_reason_stands_beside_the_incident_and_not_in_the_audit(
    turkiye, editor_a, now, status, act
):
    named = IncidentFactory(
        participant=turkiye, status=status, classification="named", alert_level="red"
    )

    act(named, editor_a, now)

    entry = AuditEntry.objects.filter(subject_id=str(named.pk)).latest("recorded_at")
    kept = named.kept_reasons.get()
    assert not AuditEntry.objects.filter(body__contains="Silivri").exists()
    assert (entry.data["reason_sha256"], kept.text) == (kept.sha256, WHY)


def test_restricting_hides_its_reason_too(turkiye, editor_a, now):
    incident = IncidentFactory(participant=turkiye, status="active")

    services.restrict(incident, by=editor_a, at=now, reason=WHY)

    assert not AuditEntry.objects.filter(body__contains="Silivri").exists()
    assert incident.kept_reasons.get().text == WHY
