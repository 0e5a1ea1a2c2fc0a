import pytest

from incidents.models import OpeningProposal
from incidents.rules import incidents as rules
from incidents.services import incidents as services
from incidents.statuses import INCIDENTS
from tests.factories.incidents import IncidentFactory, a_draft

PEOPLE = [
    "reader_a", "editor_a", "second_editor_a", "head_a", "machine_a", "editor_b", "observer", "officer",
    "secretary", "administrator", "auditor",
]  # fmt: skip
PERSONS = {"editor_a", "second_editor_a", "head_a"}

ALLOWED = {
    "report": {*PERSONS, "machine_a"},
    "discard": PERSONS,
    "verify": {"second_editor_a", "head_a"},  # editor_a reported it
    "reject": PERSONS,
    "activate": PERSONS,
    "stabilise": PERSONS,
    "close": PERSONS,
    "reopen": PERSONS,
    "archive": PERSONS,
    "merge": PERSONS,
    "unmerge": PERSONS,  # and the other owner: below
    "tell_apart": PERSONS,
    "restrict": PERSONS,
    "set_level": {*PERSONS, "machine_a"},
    "reference": {*PERSONS, "machine_a"},
    "update": {*PERSONS, "machine_a"},
    "attach": {*PERSONS, "machine_a"},
}


@pytest.mark.parametrize("verb", ALLOWED)
def test_who_may_take_each_step(request, turkiye, verb):
    people = {name: request.getfixturevalue(name) for name in PEOPLE}
    status = INCIDENTS.steps[verb].sources[0] if verb in INCIDENTS.steps else "reported"
    incident = IncidentFactory(participant=turkiye, status=status, reported_by=people["editor_a"])

    may = {name for name, user in people.items() if getattr(rules, f"may_{verb}")(user, incident)}

    assert may == ALLOWED[verb]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("reader_a", "A reader looks on"),
        ("editor_b", "Only the participant that reports"),
        ("machine_a", "A person decides this"),
        ("editor_a", "You wrote or reported this incident yourself"),
    ],
)
def test_a_refused_verification_says_why(request, turkiye, editor_a, name, reason):
    incident = IncidentFactory(participant=turkiye, status="reported", reported_by=editor_a)

    verdict = rules.may_verify(request.getfixturevalue(name), incident)

    assert str(verdict.reason).startswith(reason)


def test_who_wrote_it_does_not_verify_what_a_machine_reports(
    editor_a, second_editor_a, head_a, machine_a, now
):
    incident = services.create(a_draft(), by=editor_a, at=now)
    draft = a_draft(title="Strong earthquake")
    services.update(incident, draft, by=second_editor_a, at=now, version=incident.version)
    services.report(incident, by=machine_a, at=now)

    may = {
        user: bool(rules.may_verify(user, incident)) for user in (editor_a, second_editor_a, head_a)
    }

    assert may == {editor_a: False, second_editor_a: False, head_a: True}
    assert rules.may_verify(second_editor_a, incident).code == "same_person"


@pytest.mark.parametrize("status", ["closed", "rejected", "discarded"])
def test_an_ended_incident_is_not_edited(editor_a, turkiye, status):
    assert not rules.may_update(editor_a, IncidentFactory(participant=turkiye, status=status))


@pytest.mark.parametrize("name", ["officer", "secretary", "administrator", "auditor", "reader_a"])
def test_who_may_not_create(request, name):
    assert not rules.may_create(request.getfixturevalue(name))


def test_the_owner_of_the_incident_that_stays_may_undo_the_merge(
    turkiye, azerbaijan, editor_b, machine_b, officer
):
    stays = IncidentFactory(participant=azerbaijan, status="active")
    merged = IncidentFactory(participant=turkiye, status="merged", merged_into=stays)

    assert [bool(rules.may_unmerge(user, merged)) for user in (editor_b, machine_b, officer)] == [
        True,
        False,
        False,
    ]


# (who proposed, who decides) → the code of the refusal, "" where it is allowed
OPENING = [
    ("editor_a", "editor_a", "same_person"),
    ("editor_a", "second_editor_a", "not_allowed"),
    ("editor_a", "head_a", ""),
    ("head_a", "head_a", "same_person"),
    ("head_a", "editor_a", ""),
    ("editor_a", "reader_a", "not_allowed"),
    ("editor_a", "machine_a", "not_allowed"),
    ("editor_a", "editor_b", "not_allowed"),
    ("editor_a", "secretary", "not_allowed"),
    (None, "head_a", "wrong_status"),
]


@pytest.mark.parametrize(("proposed_by", "by", "code"), OPENING)
def test_who_opens_a_named_incident_to_the_members(request, turkiye, now, proposed_by, by, code):
    incident = IncidentFactory(participant=turkiye, status="active", classification="named")
    if proposed_by:
        OpeningProposal.objects.create(
            incident=incident,
            reason="Over.",
            proposed_by=request.getfixturevalue(proposed_by),
            proposed_at=now,
        )

    verdict = rules.may_open_to_members(request.getfixturevalue(by), incident)

    assert (verdict.code if not verdict else "") == code
