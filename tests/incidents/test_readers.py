"""``readers_of`` is ``visible_to`` read the other way: for every kind of record, at every status."""

from datetime import timedelta

import pytest

from incidents.models import Alert, Incident
from incidents.notices import about
from incidents.queries import (
    alerts,
    capacities,
    deployments,
    feed_items,
    incidents,
    offers,
    received_alerts,
    reports,
    requests,
    reviews,
)
from incidents.services import requests as request_services
from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import User
from ots_portal.plugs import no_topics, notices
from tests.factories import alerts as alert_factories
from tests.factories import deployments as deployment_factories
from tests.factories import feeds
from tests.factories import offers as offer_factories
from tests.factories import reports as report_factories
from tests.factories import requests as request_factories
from tests.factories import reviews as review_factories
from tests.factories.incidents import IncidentFactory
from tests.factories.people import UserFactory

EVERYBODY = (
    "reader_a", "editor_a", "head_a", "editor_b", "head_b", "observer", "officer", "secretary",
    "administrator", "auditor", "machine_a",
)  # fmt: skip


@pytest.fixture
def everybody(request):
    people = [request.getfixturevalue(name) for name in EVERYBODY]
    return [*people, UserFactory(participant=people[0].participant, is_active=False)]


def assert_readers_are(subject, *, of, record_for, everybody):
    entry = AuditEntry(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))
    readers = set(of.for_those_concerned["readers"](entry))
    others = User.objects.exclude(pk__in=[person.pk for person in everybody])

    persons = [person for person in (*everybody, *others) if person.is_active]
    seeing = {
        person
        for person in persons
        if not person.is_machine and record_for(person, str(subject.pk)) is not None
    }
    assert readers == seeing
    assert seeing


@pytest.mark.parametrize("classification", ["members", "named"])
@pytest.mark.parametrize("status", ["draft", "reported", "active", "closed", "rejected", "merged"])
@pytest.mark.parametrize("with_h", [False, True])
def test_of_an_incident(turkiye, hungary, everybody, status, classification, with_h):
    incident = IncidentFactory(
        participant=turkiye,
        status=status,
        classification=classification,
        involved=[hungary] if with_h else [],
    )

    assert_readers_are(
        incident, of=about.INCIDENTS, record_for=incidents.record_for, everybody=everybody
    )


@pytest.mark.parametrize("status", ["draft", "signed", "circulated"])
@pytest.mark.parametrize("classification", ["members", "named"])
def test_of_a_request(turkiye, editor_a, everybody, status, classification):
    incident = IncidentFactory(participant=turkiye, status="active", classification=classification)
    request = request_factories.drafted(by=editor_a, incident=incident)
    if status != "draft":
        head, at = request_factories.a_head(editor_a), request_factories.SIGNED_AT
        request = request_services.sign(request, by=head, at=at, version=request.version)
    if status == "circulated":
        request = request_services.circulate(request, by=head, at=request_factories.CIRCULATED_AT)

    assert_readers_are(
        request, of=about.REQUESTS, record_for=requests.record_for, everybody=everybody
    )


@pytest.mark.parametrize("make", ["drafted_offer", "signed_offer", "submitted_offer"])
def test_of_an_offer(editor_a, editor_b, everybody, make):
    request = request_factories.circulated(by=editor_a)
    offer = getattr(offer_factories, make)(request, 2, by=editor_b)

    assert_readers_are(offer, of=about.OFFERS, record_for=offers.record_for, everybody=everybody)


def test_of_an_offer_without_a_request(turkiye, editor_b, everybody):
    incident = IncidentFactory(participant=turkiye, status="active")
    offer = offer_factories.unsolicited_offer(incident, by=editor_b)

    assert_readers_are(offer, of=about.OFFERS, record_for=offers.record_for, everybody=everybody)


def planned_by(person):
    line = deployment_factories.accepted_line(
        capacity=deployment_factories.CapacityFactory(participant=person.participant)
    )
    return deployment_factories.planned(by=person, line=line)


@pytest.mark.parametrize("classification", ["members", "named"])
def test_of_a_deployment_and_the_accepted_offer_it_comes_from(editor_b, everybody, classification):
    deployment = planned_by(editor_b)
    Incident.objects.filter(pk=deployment.incident_id).update(classification=classification)

    assert_readers_are(
        deployment, of=about.DEPLOYMENTS, record_for=deployments.record_for, everybody=everybody
    )
    assert_readers_are(
        deployment.offer_item.offer,
        of=about.OFFERS,
        record_for=offers.record_for,
        everybody=everybody,
    )
    assert_readers_are(
        deployment.offer_item.capacity,
        of=about.CAPACITIES,
        record_for=capacities.record_for,
        everybody=everybody,
    )


@pytest.mark.parametrize("status", ["draft", "submitted", "published", "withdrawn"])
@pytest.mark.parametrize("joint", [False, True])
def test_of_a_report(turkiye, editor_a, officer, everybody, status, joint):
    incident = IncidentFactory(participant=turkiye, status="active")
    author = officer if joint else editor_a
    report = report_factories.a_report(incident, status, by=author, joint=joint)

    assert_readers_are(report, of=about.REPORTS, record_for=reports.record_for, everybody=everybody)


@pytest.mark.parametrize("status", ["open", "published"])
@pytest.mark.parametrize("with_h", [False, True])
def test_of_a_review_and_its_recommendations(turkiye, hungary, editor_a, everybody, status, with_h):
    incident = IncidentFactory(
        participant=turkiye, status="closed", involved=[hungary] if with_h else []
    )
    review = review_factories.a_review(incident, status, by=editor_a)

    assert_readers_are(review, of=about.REVIEWS, record_for=reviews.record_for, everybody=everybody)
    recommendation = review.recommendations.first()
    if recommendation is not None:
        assert_readers_are(
            recommendation,
            of=about.RECOMMENDATIONS,
            record_for=reviews.recommendation_for,
            everybody=everybody,
        )


@pytest.mark.parametrize("status", ["draft", "issued"])
@pytest.mark.parametrize("scope", ["Public", "Restricted"])
@pytest.mark.parametrize("classification", ["members", "named"])
def test_of_an_alert(turkiye, editor_a, head_a, everybody, now, status, scope, classification):
    incident = IncidentFactory(participant=turkiye, status="active")
    alert = alert_factories.own(status, editor=editor_a, head=head_a, at=now, incident=incident)
    Alert.objects.filter(pk=alert.pk).update(scope=scope)
    Incident.objects.filter(pk=incident.pk).update(classification=classification)

    assert_readers_are(alert, of=about.ALERTS, record_for=alerts.record_for, everybody=everybody)


@pytest.mark.parametrize("status", ["accepted", "quarantined"])
@pytest.mark.parametrize("scope", ["Public", "Restricted"])
@pytest.mark.parametrize("brought", [False, True])
def test_of_a_received_alert(editor_b, everybody, status, scope, brought):
    alert = alert_factories.received(status)
    alert.scope, alert.received_by = scope, editor_b if brought else None
    alert.save()

    assert_readers_are(
        alert,
        of=about.RECEIVED_ALERTS,
        record_for=received_alerts.record_for,
        everybody=everybody,
    )


def test_of_what_a_feed_says(everybody):
    item = feeds.feed_item()

    assert_readers_are(
        item, of=about.FEED_ITEMS, record_for=feed_items.record_for, everybody=everybody
    )


def test_of_a_retired_capacity(editor_b, everybody, now):
    capacity = planned_by(editor_b).offer_item.capacity
    capacity.retired_at = now + timedelta(hours=1)
    capacity.save()

    assert_readers_are(
        capacity, of=about.CAPACITIES, record_for=capacities.record_for, everybody=everybody
    )


def test_every_notice_of_incidents_says_whom_it_may_reach_but_for_one_about_a_colleague():
    own = [notice for kind, notice in notices.items() if kind.startswith("incidents.")]

    silent = {notice.kind for notice in own if notice.readers is None}
    assert (len(own) > 50, silent) == (True, {"incidents.incident.exported"})


def test_what_waits_for_somebody_or_is_theirs_is_not_subscribed_to():
    personal = {
        "incidents.incident.reported",
        "incidents.incident.neighbours_told",
        "incidents.request.amendment_prepared",
        "incidents.offer.accepted",
        "incidents.report.submitted",
        "incidents.recommendation.reminded",
    }

    assert {kind for kind in personal if notices[kind].topics_of is not no_topics} == set()
