from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Incident, Merge
from incidents.queries import duplicates as queries
from incidents.queries import incidents as incident_queries
from incidents.services import incidents as services
from ots_portal.lifecycle import WrongStatus
from ots_portal.notifications import services as notifications
from ots_portal.verdicts import Refused
from tests.factories.incidents import ONSET, IncidentFactory
from tests.incidents.services.test_closing import ALIVE

AT_SEA = {"latitude": None, "longitude": None}


@pytest.fixture
def quake(turkiye):
    return IncidentFactory(participant=turkiye, status="active", latitude=37.2, longitude=37.0)


def merge(incident, into, by, now, reason="The same."):
    return services.merge(incident, by=by, at=now, into=into.pk, reason=reason)


# ── what seems to be the same ───────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("change", "is_alike"),
    [
        ({}, True),
        ({"latitude": 38.09}, True),  # 99 km
        ({"latitude": 38.11}, False),  # 101 km
        ({"onset_at": ONSET + timedelta(hours=72)}, True),
        ({"onset_at": ONSET - timedelta(hours=72, seconds=1)}, False),
        ({"hazard": "MH0600"}, False),
        ({"is_exercise": True}, False),
        ({"status": "closed"}, True),
        ({"status": "rejected"}, False),
        ({"status": "archived"}, False),
        ({"status": "merged"}, False),
        ({"classification": "named"}, False),
        (AT_SEA, True),  # a country in common is near enough
        ({**AT_SEA, "countries": ["KZ"]}, False),
    ],
)
def test_near_in_place_time_and_kind_is_proposed(quake, azerbaijan, editor_a, change, is_alike):
    values = {"latitude": 37.2, "longitude": 37.0, "status": "active", **change}
    other = IncidentFactory(participant=azerbaijan, **values)

    found = [one.incident for one in queries.like(quake, reader=editor_a)]

    assert (other in found) == is_alike


def test_the_family_of_a_hazard_counts(turkiye, editor_a):
    flood = IncidentFactory(participant=turkiye, status="active", hazard="MH0600")
    flash_flood = IncidentFactory(participant=turkiye, status="active", hazard="MH0603")

    assert [one.incident for one in queries.like(flood, reader=editor_a)] == [flash_flood]


def test_the_settings_say_how_near(quake, azerbaijan, editor_a, settings):
    settings.PORTAL_DUPLICATE_KM = 300
    other = IncidentFactory(participant=azerbaijan, status="active", latitude=39.2, longitude=37.0)

    (found,) = queries.like(quake, reader=editor_a)

    assert (found.incident, round(found.distance_km)) == (other, 222)


def test_two_that_were_told_apart_are_not_proposed_to_anybody(
    quake, azerbaijan, editor_a, editor_b, now
):
    other = IncidentFactory(participant=azerbaijan, status="active", latitude=37.2, longitude=37.0)

    services.tell_apart(quake, by=editor_a, at=now, other=other.pk)

    assert queries.like(quake, reader=editor_a) == []
    assert queries.like(other, reader=editor_b) == []


def test_what_one_may_not_see_is_not_told_apart(quake, editor_a, azerbaijan, now):
    hidden = IncidentFactory(participant=azerbaijan, status="draft")

    with pytest.raises(ValidationError, match="not open to you"):
        services.tell_apart(quake, by=editor_a, at=now, other=hidden.pk)


def test_an_exercise_and_what_happens_are_not_told_apart(quake, editor_a, azerbaijan, now):
    drill = IncidentFactory(participant=azerbaijan, status="active", is_exercise=True)

    with pytest.raises(ValidationError, match="never the same"):
        services.tell_apart(quake, by=editor_a, at=now, other=drill.pk)


# ── merging ─────────────────────────────────────────────────────────────────────────────────────
def test_a_merged_incident_keeps_its_number_and_its_record(quake, azerbaijan, editor_a, now):
    stays = IncidentFactory(participant=azerbaijan, status="active")

    merge(quake, stays, editor_a, now)

    kept = Merge.objects.get()
    assert (quake.status, quake.merged_into, quake.number is None) == ("merged", stays, False)
    assert (kept.status_before, kept.reason) == ("active", "The same.")


def test_merging_into_a_merged_one_follows_it(quake, turkiye, azerbaijan, editor_a, editor_b, now):
    middle = IncidentFactory(participant=azerbaijan, status="active")
    end = IncidentFactory(participant=turkiye, status="verified")
    merge(middle, end, editor_b, now)

    merge(quake, middle, editor_a, now)

    assert quake.merged_into == end


def test_an_incident_is_not_merged_into_itself_by_a_detour(
    quake, azerbaijan, editor_a, editor_b, now
):
    other = IncidentFactory(participant=azerbaijan, status="active")
    merge(other, quake, editor_b, now)

    for into in (quake, other):
        with pytest.raises(ValidationError, match="into itself"):
            merge(quake, into, editor_a, now)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"status": "active", "is_exercise": True}, "An exercise and what really happens"),
        ({"status": "rejected"}, "reported and stands"),
        ({"status": "draft"}, "not open to you"),
        ({"status": "active", "classification": "named"}, "not open to you"),
    ],
)
def test_what_cannot_take_it_up(quake, azerbaijan, editor_a, now, values, sentence):
    with pytest.raises(ValidationError, match=sentence):
        merge(quake, IncidentFactory(participant=azerbaijan, **values), editor_a, now)

    quake.refresh_from_db()
    assert (quake.status, Merge.objects.count()) == ("active", 0)


@pytest.mark.parametrize("name", ["editor_b", "officer", "reader_a", "machine_a"])
def test_the_owner_of_the_duplicate_merges_it(request, quake, turkiye, now, name):
    stays = IncidentFactory(participant=turkiye, status="active")

    with pytest.raises(Refused):
        merge(quake, stays, request.getfixturevalue(name), now)


@pytest.mark.parametrize("make", ALIVE)
def test_what_is_alive_in_it_ends_first(quake, turkiye, editor_a, now, make):
    make(quake, editor_a)

    with pytest.raises(WrongStatus, match="cannot be merged yet"):
        merge(quake, IncidentFactory(participant=turkiye, status="active"), editor_a, now)


@pytest.mark.parametrize("status", ["draft", "reported", "closed", "archived", "rejected"])
def test_merging_leads_on_from_a_standing_incident_only(turkiye, editor_a, now, status):
    incident = IncidentFactory(participant=turkiye, status=status)

    with pytest.raises(WrongStatus):
        merge(incident, IncidentFactory(participant=turkiye, status="active"), editor_a, now)


def test_the_number_of_a_merged_one_finds_what_it_is_now(quake, turkiye, editor_a, now):
    stays = merge(quake, IncidentFactory(participant=turkiye, status="active"), editor_a, now)
    stays = quake.merged_into

    found = incident_queries.filtered(
        incident_queries.visible_to(editor_a), {"number": quake.number.lower()}
    )

    assert set(found) == {quake, stays}


# ── undoing ─────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("name", ["editor_a", "editor_b", "head_b"])
@pytest.mark.parametrize("status", ["verified", "active", "stabilising"])
def test_either_owner_undoes_a_merge_within_thirty_days(
    request, turkiye, azerbaijan, editor_a, now, name, status
):
    incident = IncidentFactory(participant=turkiye, status=status)
    merge(incident, IncidentFactory(participant=azerbaijan, status="active"), editor_a, now)

    by = request.getfixturevalue(name)
    services.unmerge(incident, by=by, at=now + timedelta(days=30))

    assert (incident.status, incident.merged_into) == (status, None)
    assert Merge.objects.get().undone_by == by


def test_after_thirty_days_a_merge_stays(quake, turkiye, editor_a, now):
    merge(quake, IncidentFactory(participant=turkiye, status="active"), editor_a, now)

    with pytest.raises(WrongStatus, match="thirty days"):
        services.unmerge(quake, by=editor_a, at=now + timedelta(days=30, seconds=1))


def test_a_merge_is_undone_once(quake, turkiye, editor_a, now):
    merge(quake, IncidentFactory(participant=turkiye, status="active"), editor_a, now)
    services.unmerge(quake, by=editor_a, at=now)

    with pytest.raises(WrongStatus):
        services.unmerge(quake, by=editor_a, at=now)


def test_it_can_be_merged_again_afterwards(quake, turkiye, editor_a, now):
    stays = IncidentFactory(participant=turkiye, status="active")
    merge(quake, stays, editor_a, now)
    services.unmerge(quake, by=editor_a, at=now)

    merge(quake, stays, editor_a, now)

    assert (quake.merged_into, quake.merges.count()) == (stays, 2)


def test_both_owners_are_told(
    quake, azerbaijan, editor_a, head_a, head_b, editor_b, now, mailoutbox
):
    stays = IncidentFactory(participant=azerbaijan, status="active")
    merge(quake, stays, editor_a, now)
    services.unmerge(Incident.objects.get(pk=quake.pk), by=head_b, at=now)
    notifications.work_through(clock=lambda: now)

    # Who is told of the merge when it is undone already reads how it stands.
    told = sorted(
        (mail.to[0] == head_a.email, "by itself again" in mail.subject) for mail in mailoutbox
    )
    assert {head_a.email, editor_b.email} <= {mail.to[0] for mail in mailoutbox}
    assert (True, True) in told
