import pytest

from ots_portal.directory import rules
from ots_portal.participants.models import Authority, ContactPoint, EmergencyNumber, ParticipantKind
from tests.factories.directory import AuthorityFactory, ContactPointFactory
from tests.factories.people import ParticipantFactory

CONTACTS = "Contact points and numbers are kept by the participant's own editors and heads."
AUTHORITIES = (
    "Authorities are entered by the participant's head of authority, the head of the secretariat or the "
    "system administrator."
)
MACHINES = "Partner systems read the directory; people keep it."


@pytest.mark.parametrize("model", [ContactPoint, EmergencyNumber])
@pytest.mark.parametrize(
    ("person", "reason"),
    [
        ("reader_a", CONTACTS),
        ("editor_a", ""),
        ("head_a", ""),
        ("machine_a", MACHINES),
        ("editor_b", CONTACTS),
        ("head_b", CONTACTS),
        ("observer", CONTACTS),
        ("officer", CONTACTS),
        ("secretary", CONTACTS),
        ("administrator", CONTACTS),
        ("auditor", CONTACTS),
    ],
)
def test_contact_points_and_numbers_are_kept_by_their_own(request, turkiye, model, person, reason):
    verdict = rules.may_enter(request.getfixturevalue(person), turkiye, model)

    assert str(verdict.reason) == reason


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        ("reader_a", AUTHORITIES),
        ("editor_a", AUTHORITIES),
        ("head_a", ""),
        ("machine_a", MACHINES),
        ("head_b", AUTHORITIES),
        ("observer", AUTHORITIES),
        ("officer", AUTHORITIES),
        ("secretary", ""),
        ("administrator", ""),
        ("auditor", AUTHORITIES),
    ],
)
def test_authorities_are_kept_by_heads(request, turkiye, person, reason):
    verdict = rules.may_enter(request.getfixturevalue(person), turkiye, Authority)

    assert str(verdict.reason) == reason


@pytest.mark.parametrize(
    ("kind", "may"),
    [
        (ParticipantKind.MEMBER, False),
        (ParticipantKind.OBSERVER, False),
        (ParticipantKind.ORGANISATION, True),
        (ParticipantKind.THIRD, True),
        (ParticipantKind.SECRETARIAT, True),
    ],
)
def test_the_secretariat_keeps_for_those_without_editors(officer, kind, may):
    participant = ParticipantFactory(slug="somebody", kind=kind)

    assert bool(rules.may_enter(officer, participant, ContactPoint)) is may


@pytest.mark.parametrize("verb", ["correct", "confirm", "withdraw"])
def test_who_may_enter_may_also_keep(turkiye, editor_a, verb):
    may = getattr(rules, f"may_{verb}")
    room = ContactPointFactory(participant=turkiye)
    ministry = AuthorityFactory(participant=turkiye)

    assert (bool(may(editor_a, room)), bool(may(editor_a, ministry))) == (True, False)
