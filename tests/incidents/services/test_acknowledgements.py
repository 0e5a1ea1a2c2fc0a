"""That an incident has reached those who are told."""

from datetime import timedelta

import pytest
from django.urls import NoReverseMatch, reverse

from incidents.models import Acknowledgement
from incidents.presentation.receipts import section
from incidents.services import incidents as services
from ots_portal.audit.models import AuditEntry
from ots_portal.plugs import notices
from ots_portal.verdicts import Refused
from tests.factories.escalations import ClockFactory
from tests.factories.incidents import ONSET, IncidentFactory
from tests.factories.people import UserFactory

SOON = ONSET + timedelta(minutes=4)


@pytest.fixture
def incident(turkiye):
    return IncidentFactory(participant=turkiye, status="verified", verified_at=ONSET)


def test_the_first_of_a_participant_acknowledges_for_it_once(incident, editor_b, head_b):
    services.acknowledge(incident, by=editor_b, at=SOON)
    services.acknowledge(incident, by=head_b, at=SOON + timedelta(minutes=1))

    found = Acknowledgement.objects.values_list("participant", "by", "at")
    assert list(found) == [("azerbaijan", editor_b.pk, SOON)]
    assert AuditEntry.objects.filter(kind="incidents.incident.acknowledged").count() == 1


@pytest.mark.parametrize("who", ["editor_a", "reader_a", "officer", "machine_b"])
def test_who_was_not_told_or_only_looks_on_acknowledges_nothing(request, incident, who):
    with pytest.raises(Refused):
        services.acknowledge(incident, by=request.getfixturevalue(who), at=SOON)


def test_what_is_over_is_not_acknowledged(turkiye, editor_b):
    closed = IncidentFactory(participant=turkiye, status="closed")

    with pytest.raises(Refused) as refused:
        services.acknowledge(closed, by=editor_b, at=SOON)

    assert refused.value.verdict.code == "wrong_status"


def test_the_board_shows_who_has_it_and_who_has_not(
    incident, editor_a, editor_b, officer, kazakhstan, django_assert_num_queries
):
    UserFactory(participant=kazakhstan, role="editor", is_on_duty=True)
    services.acknowledge(incident, by=editor_b, at=SOON)

    with django_assert_num_queries(2):
        told = section(incident, editor_a)
    names = {one.participant: (one.at, one.by) for one in told["receipts"]}

    assert names == {
        editor_b.participant.name: (SOON, ""),
        kazakhstan.name: (None, ""),
    }
    assert section(incident, officer)["receipts"][0].by == editor_b.name


def test_who_has_nobody_on_duty_and_a_clock_stands_on_the_board_of_the_page(
    incident, editor_a, kazakhstan
):
    UserFactory(participant=kazakhstan)
    ClockFactory(subject=incident, participant=kazakhstan, status="heads_told")

    told = section(incident, editor_a)

    assert [(one.participant, one.at) for one in told["receipts"]] == [(kazakhstan.name, None)]
    assert str(incident.pk) in told["board_url"]


def test_the_button_goes_when_it_is_pressed(incident, editor_b):
    before = section(incident, editor_b)
    services.acknowledge(incident, by=editor_b, at=SOON)

    after = section(incident, editor_b)

    assert (before["may_acknowledge"], after["may_acknowledge"]) == (True, False)


def test_the_kinds_that_need_an_acknowledgement_say_where_it_is_given():
    declared = {
        kind: one.acknowledge_url_name for kind, one in notices.items() if one.needs_acknowledgement
    }

    assert set(declared) == {
        "incidents.incident.verified",
        "incidents.incident.neighbours_told",
        "incidents.request.circulated",
        "incidents.received_alert.accepted",
        "incidents.received_alert.released",
    }
    for name in declared.values():
        try:
            reverse(name, args=["00000000-0000-4000-8000-000000000000"])
        except NoReverseMatch:
            pytest.fail(name)
