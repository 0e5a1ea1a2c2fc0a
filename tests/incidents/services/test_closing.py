"""An incident ends when nothing of it is open; its review begins with that."""

from datetime import UTC, date, datetime, timedelta

import pytest

from incidents.models import (
    AfterActionReview,
    Alert,
    AssistanceRequest,
    Deployment,
    Offer,
    OfferItem,
)
from incidents.queries import incidents as queries
from incidents.services import incidents as services
from incidents.services import requests as request_services
from ots_portal.lifecycle import WrongStatus
from tests.factories.incidents import ONSET, IncidentFactory
from tests.factories.people import ParticipantFactory
from tests.factories.requests import drafted


def a_request(incident, by, status="circulated"):
    return AssistanceRequest.objects.create(
        incident=incident, participant=incident.participant, status=status, number=f"RFA-{status}"[:20],
        digest="x", signed_at=ONSET, situations={"en": "Help."}, delivery_place="Adana", prepared_by=by,
        created_at=ONSET, updated_at=ONSET,
    )  # fmt: skip


def a_deployment(incident, by, status="en_route"):
    helper = ParticipantFactory(slug="kazakhstan")
    offer = Offer.objects.create(
        incident=incident, participant=helper, recipient=incident.participant, status="accepted", digest="x",
        number=f"OTS-OFF-{status}", signed_at=ONSET, valid_until=ONSET, prepared_by=by, created_at=ONSET,
        updated_at=ONSET,
    )  # fmt: skip
    item = OfferItem.objects.create(offer=offer, line=1, kind="team", unit="team", offered=1)
    return Deployment.objects.create(
        incident=incident, offer_item=item, participant=helper, host=incident.participant, name="Team",
        number=f"OTS-DEP-{status}", status=status, quantity=1, created_by=by, created_at=ONSET, updated_at=ONSET,
    )  # fmt: skip


def an_alert(incident, by, status="issued"):
    return Alert.objects.create(
        incident=incident, participant=incident.participant, status=status, identifier=f"OTS-CAP-{status}",
        message_type="Alert", scope="Public", content={}, drafted_by=by, created_at=ONSET, updated_at=ONSET,
    )  # fmt: skip


ALIVE = [a_request, a_deployment, an_alert]


@pytest.fixture
def active(turkiye):
    return IncidentFactory(participant=turkiye, status="active")


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (a_request, "request for assistance RFA-circulated"),
        (a_deployment, "deployment OTS-DEP-en_route"),
        (an_alert, "alert OTS-CAP-issued"),
    ],
)
def test_what_is_open_stands_in_the_way_and_is_named(active, editor_a, now, make, name):
    make(active, editor_a)

    with pytest.raises(WrongStatus, match=f"cannot be closed yet. End first: {name}"):
        services.close(active, by=editor_a, at=now)

    active.refresh_from_db()
    assert (active.status, AfterActionReview.objects.exists()) == ("active", False)


@pytest.mark.parametrize(
    ("make", "status", "is_open"),
    [
        *((a_request, status, True) for status in ("signed", "circulated", "partially_covered", "covered", "suspended")),
        *((a_request, status, False) for status in ("fulfilled", "closed", "withdrawn")),
        *((a_deployment, status, True) for status in ("planned", "mobilising", "arrived", "operational", "recalled")),
        *((a_deployment, status, False) for status in ("returned", "cancelled")),
        (an_alert, "issued", True),
        *((an_alert, status, False) for status in ("draft", "approved", "updated", "cancelled", "expired")),
    ],
)  # fmt: skip
def test_what_is_open_and_what_is_not(active, editor_a, make, status, is_open):
    make(active, editor_a, status=status)

    assert bool(queries.standing_in_the_way(active)) == is_open


def test_what_stands_in_the_way_is_one_query(active, editor_a, django_assert_num_queries):
    for make in ALIVE:
        make(active, editor_a)

    with django_assert_num_queries(1):
        found = queries.standing_in_the_way(active)

    assert [one.kind for one in found] == ["alert", "deployment", "request"]


def test_what_hangs_on_another_incident_does_not_count(active, turkiye, editor_a, now):
    for make in ALIVE:
        make(IncidentFactory(participant=turkiye, status="active"), editor_a)

    assert services.close(active, by=editor_a, at=now).status == "closed"


def test_closing_opens_the_review_that_is_due_in_sixty_days(active, editor_a):
    services.close(active, by=editor_a, at=datetime(2026, 11, 20, 23, 59, tzinfo=UTC))

    review = AfterActionReview.objects.get()
    assert (review.incident, review.status, review.due_date) == (active, "open", date(2027, 1, 19))


def test_closing_again_moves_the_day_of_the_one_review(active, editor_a, now):
    services.close(active, by=editor_a, at=now)
    services.reopen(active, by=editor_a, at=now, reason="It goes on.")
    services.close(active, by=editor_a, at=now + timedelta(days=10))

    assert AfterActionReview.objects.get().due_date == (now + timedelta(days=70)).date()


def test_a_closed_incident_is_archived(active, editor_a, now):
    services.close(active, by=editor_a, at=now)

    services.archive(active, by=editor_a, at=now)

    assert (active.status, active.archived_at) == ("archived", now)


def test_what_is_archived_does_not_come_back(turkiye, editor_a, now):
    archived = IncidentFactory(participant=turkiye, status="archived")

    with pytest.raises(WrongStatus):
        services.reopen(archived, by=editor_a, at=now, reason="x")


# ── what begins while it ends ───────────────────────────────────────────────────────────────────
def test_nothing_is_signed_in_an_incident_that_is_over(editor_a, head_a, now):
    request = drafted(by=editor_a)
    services.close(request.incident, by=editor_a, at=now)

    with pytest.raises(WrongStatus, match="nothing new is begun"):
        request_services.sign(request, by=head_a, at=now, version=request.version)

    request.refresh_from_db()
    assert (request.status, request.number) == ("draft", None)


@pytest.mark.parametrize("make", ALIVE)
def test_what_is_open_stands_in_the_way_of_a_rejection(
    turkiye, editor_a, second_editor_a, now, make
):
    incident = IncidentFactory(participant=turkiye, status="reported")
    make(incident, editor_a)

    with pytest.raises(WrongStatus, match="cannot be rejected yet"):
        services.reject(incident, by=second_editor_a, at=now, reason="A mistake.")

    incident.refresh_from_db()
    assert incident.status == "reported"
