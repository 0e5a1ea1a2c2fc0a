import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from incidents.models import Incident, Involvement
from incidents.queries.incidents import visible_to
from incidents.services import neighbours as services
from ots_portal.audit.models import AuditEntry
from ots_portal.geo.rivers import rivers
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import User
from ots_portal.plugs import notices
from ots_portal.verdicts import Refused
from tests.conftest import NOON
from tests.factories.incidents import IncidentFactory
from tests.factories.people import ParticipantFactory, UserFactory

KIND = "incidents.incident.neighbours_told"


@pytest.fixture
def kyrgyzstan():
    return ParticipantFactory(slug="kyrgyzstan", iso2="KG", iso3="KGZ", names={"en": "Kyrgyzstan"})


@pytest.fixture
def quake(turkiye, kyrgyzstan, kazakhstan):
    return IncidentFactory(
        participant=turkiye,
        status="verified",
        classification="named",
        countries=["CN"],
        latitude=39.014,
        longitude=74.802,
    )


def tell(incident, by, *participants, km=100.0, river=""):
    return services.tell(
        incident,
        participants=list(participants),
        km=km,
        river=rivers().get(river),
        by=by,
        at=NOON,
    )


def parts(incident):
    return list(incident.involvements.values_list("participant_id", "role", "reason"))


def test_who_is_confirmed_gets_its_part_and_reads_the_incident(quake, head_a, kyrgyzstan):
    reader = UserFactory(participant=kyrgyzstan, role="reader")
    before = visible_to(reader).count()

    told = tell(quake, head_a, "kyrgyzstan")

    assert parts(told) == [("kyrgyzstan", "neighbour", "distance 98")]
    assert (before, visible_to(reader).count(), told.version) == (0, 1, 2)
    assert "kyrgyzstan" in told.row_json


def test_the_entry_says_whom_and_why(quake, head_a):
    tell(quake, head_a, "kyrgyzstan")

    entry = AuditEntry.objects.get(kind=KIND)
    assert (entry.participant, entry.data) == ("turkiye", {"told": {"kyrgyzstan": "distance 98"}})


def test_their_officers_on_duty_hear_of_it(quake, head_a, kyrgyzstan):
    officer = UserFactory(participant=kyrgyzstan, role="editor", is_on_duty=True)
    UserFactory(participant=kyrgyzstan, role="editor")
    User.objects.filter(pk=head_a.pk).update(is_on_duty=True)

    tell(quake, head_a, "kyrgyzstan")

    entry = AuditEntry.objects.get(kind=KIND)
    assert list(notices[KIND].recipients(entry)) == [officer]
    assert notices[KIND].details(entry, officer) == {"why": "98 km away"}


def test_those_below_on_the_river_are_told_as_at_risk_and_the_river_is_kept(quake, head_a):
    Incident.objects.filter(pk=quake.pk).update(countries=["CN"])

    told = tell(quake, head_a, "kazakhstan", km=0.0, river="ili")

    assert (parts(told), told.river) == ([("kazakhstan", "at_risk", "river ili")], "ili")


def test_telling_twice_changes_no_part_and_wakes_nobody_again(quake, head_a):
    tell(quake, head_a, "kyrgyzstan")

    tell(quake, head_a, "kyrgyzstan")

    assert (len(parts(quake)), AuditEntry.objects.filter(kind=KIND).count()) == (1, 1)


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        (["kazakhstan"], "kazakhstan is not among those proposed"),
        (["kyrgyzstan", "nowhere"], "nowhere is not among"),
        ([], "at least one"),
    ],
)
def test_only_who_was_proposed_can_be_told(quake, head_a, chosen, sentence):
    with pytest.raises(ValidationError, match=sentence):
        tell(quake, head_a, *chosen)
    quake.refresh_from_db()
    assert (parts(quake), quake.version) == ([], 1)


@pytest.mark.parametrize("person", ["reader_a", "machine_a", "editor_b", "officer", "secretary"])
def test_others_than_the_owners_editors_tell_nobody(request, quake, person):
    with pytest.raises(Refused):
        tell(quake, request.getfixturevalue(person), "kyrgyzstan")


@pytest.mark.parametrize("status", ["draft", "closed", "rejected"])
def test_a_draft_or_a_finished_incident_is_told_to_nobody(quake, head_a, status):
    numbered = {} if status != "draft" else {"number": None, "reported_at": None}
    Incident.objects.filter(pk=quake.pk).update(status=status, **numbered)
    quake.refresh_from_db()

    with pytest.raises(Refused) as refusal:
        tell(quake, head_a, "kyrgyzstan")
    assert refusal.value.verdict.code == "wrong_status"


def test_whom_a_named_incident_is_opened_to_the_head_says(quake, editor_a):
    with pytest.raises(Refused, match="head of authority"):
        tell(quake, editor_a, "kyrgyzstan")
    Incident.objects.filter(pk=quake.pk).update(classification="members")
    quake.refresh_from_db()

    assert parts(tell(quake, editor_a, "kyrgyzstan")) != []


def test_nothing_is_measured_while_the_incident_is_held(quake, head_a, monkeypatch):
    atomic = []
    measured = services.propose

    def watched(*args, **kwargs):
        atomic.append(connection.in_atomic_block and len(connection.savepoint_ids) > depth)
        return measured(*args, **kwargs)

    depth = len(connection.savepoint_ids)
    monkeypatch.setattr(services, "propose", watched)

    tell(quake, head_a, "kyrgyzstan")

    assert atomic == [False]


def test_who_got_a_part_meanwhile_keeps_it(quake, head_a, kyrgyzstan, monkeypatch):
    measured = services.propose

    def slow(*args, **kwargs):
        found = measured(*args, **kwargs)
        Involvement.objects.create(
            incident=quake, participant=kyrgyzstan, role="affected", updated_at=NOON
        )
        return found

    monkeypatch.setattr(services, "propose", slow)

    told = tell(quake, head_a, "kyrgyzstan")

    assert parts(told) == [("kyrgyzstan", "affected", "")]


def test_an_incident_that_moved_meanwhile_is_measured_anew(quake, head_a, monkeypatch):
    measured = services.propose

    def slow(*args, **kwargs):
        found = measured(*args, **kwargs)
        Incident.objects.filter(pk=quake.pk).update(latitude=10.0)
        return found

    monkeypatch.setattr(services, "propose", slow)

    with pytest.raises(WrongStatus):
        tell(quake, head_a, "kyrgyzstan")
