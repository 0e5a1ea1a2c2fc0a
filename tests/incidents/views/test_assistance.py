"""A request and its offers through the pages, from the draft to what is covered."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents.models import AssistanceRequest, Offer
from tests.factories.incidents import IncidentFactory
from tests.factories.sessions import open_session

SHEET = {
    "situation": "Many houses are down and nights are cold.",
    "language": "en",
    "delivery_place": "Gaziantep airport",
    "entry_points": "Öncüpınar\nGaziantep airport",
    "terms": "free",
    "contact_name": "Duty room",
    "lines-TOTAL_FORMS": "2",
    "lines-INITIAL_FORMS": "0",
    "lines-0-kind": "in_kind",
    "lines-0-description": "Winter tents",
    "lines-0-needed": "500",
    "lines-0-unit": "tent",
    "lines-0-priority": "1",
    "lines-1-kind": "team",
    "lines-1-capacity_type": "USAR-H",
    "lines-1-needed": "3",
    "lines-1-priority": "2",
}


@pytest.fixture
def incident(turkiye):
    return IncidentFactory(participant=turkiye, status="active")


def _post(client: Client, name: str, subject, data=None):
    return client.post(reverse(f"incidents:{name}", args=[subject.pk]), data or {})


def _offer_sheet(**changes):
    soon = timezone.localtime(timezone.now() + timedelta(days=3))
    return {
        "valid_until": soon.strftime("%Y-%m-%dT%H:%M"),
        "terms": "free",
        "language": "en",
        "lines-TOTAL_FORMS": "2",
        "lines-INITIAL_FORMS": "0",
        "lines-0-request_line": "1",
        "lines-0-offered": "300",
        "lines-1-request_line": "2",
        "lines-1-offered": "",
        **changes,
    }


def test_from_the_draft_to_what_is_covered(incident, editor_a, head_a, editor_b, head_b):
    writer, signer, helper, helpers_head = map(open_session, (editor_a, head_a, editor_b, head_b))

    _post(writer, "request_new", incident, SHEET)
    request = AssistanceRequest.objects.get()
    _post(signer, "request_sign", request)
    _post(writer, "request_circulate", request)
    _post(helper, "request_acknowledge", request)
    made = _post(helper, "offer_new", request, _offer_sheet())
    offer = Offer.objects.get()
    _post(helpers_head, "offer_sign", offer)
    _post(helper, "offer_submit", offer)
    decided = _post(
        signer, "offer_accept_in_part", offer, {"line1-outcome": "partial", "line1-accepted": "200"}
    )

    request.refresh_from_db()
    offer.refresh_from_db()
    assert (made.status_code, decided.status_code) == (302, 302)
    assert (request.status, offer.status, request.acknowledgements.count()) == (
        "partially_covered", "partially_accepted", 1,
    )  # fmt: skip
    assert list(request.items.order_by("line").values_list("unit", "needed", "accepted")) == [
        ("tent", 500, 200),
        ("team", 3, 0),
    ]


@pytest.mark.parametrize("who", ["editor_a", "head_a", "editor_b", "officer"])
def test_every_page_opens(request, incident, editor_a, head_a, editor_b, head_b, who):
    from tests.factories.offers import submitted_offer
    from tests.factories.requests import circulated

    asked = circulated(by=editor_a, incident=incident)
    offer = submitted_offer(asked, 4, by=editor_b, valid_until=timezone.now() + timedelta(days=3))
    client = open_session(request.getfixturevalue(who))
    pages = [
        reverse("incidents:detail", args=[incident.pk]),
        reverse("incidents:coverage", args=[incident.pk]),
        reverse("incidents:request_list"),
        reverse("incidents:offer_list"),
        *(
            reverse(f"incidents:{name}", args=[asked.pk])
            for name in ("request_detail", "request_coverage", "request_versions")
        ),
        reverse("incidents:offer_detail", args=[offer.pk]),
    ]

    assert [client.get(page).status_code for page in pages] == [200] * len(pages)
