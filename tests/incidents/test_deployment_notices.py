"""Who is told of what a deployment does, in which words."""

from datetime import timedelta

import pytest
from django.core import mail

from incidents.services import capacities, extensions
from incidents.services import deployments as services
from ots_portal.notifications import services as notifications
from ots_portal.people.models import User
from tests.factories.deployments import (
    AT,
    CapacityFactory,
    DeploymentFactory,
    accepted_line,
    planned,
    settle,
)
from tests.factories.incidents import IncidentFactory


@pytest.fixture(autouse=True)
def _mail(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture(autouse=True)
def _languages(editor_b, head_a, officer):
    User.objects.update(language="en")


def told():
    """Send what waits; return the subjects by recipient."""
    notifications.work_through(clock=lambda: AT)
    return sorted((message.to[0], message.subject) for message in mail.outbox)


def test_the_host_and_the_secretariat_hear_of_a_departure(
    turkiye, azerbaijan, editor_b, head_a, officer
):
    deployment = DeploymentFactory(status="mobilising", number="DEP-2026-0001", name="AZE-01")

    services.depart(deployment, by=editor_b, at=AT)

    subject = "DEP-2026-0001: AZE-01 has set out"
    assert told() == sorted([(head_a.email, subject), (officer.email, subject)])


def test_the_sender_hears_of_an_arrival_that_the_host_saw(
    turkiye, azerbaijan, editor_b, head_a, officer
):
    deployment = DeploymentFactory(status="en_route", number="DEP-2026-0001", name="AZE-01")

    services.arrive(deployment, by=head_a, at=AT)

    subject = "DEP-2026-0001: AZE-01 has arrived"
    assert told() == sorted([(editor_b.email, subject), (officer.email, subject)])


def test_a_recall_says_why(turkiye, azerbaijan, editor_b, head_a, officer):
    services.recall(
        DeploymentFactory(status="en_route"), by=editor_b, at=AT, reason="The airport is closed."
    )

    told()
    assert all("The airport is closed." in message.body for message in mail.outbox)


def test_a_proposed_stay_reaches_the_other_side(
    turkiye, azerbaijan, editor_b, head_a, officer, now
):
    deployment = DeploymentFactory(status="operational", number="DEP-2026-0001", name="AZE-01")

    extensions.propose(deployment, by=head_a, at=AT, until_at=now.replace(year=2027))

    subject = "DEP-2026-0001: a longer stay of AZE-01 is proposed"
    assert told() == sorted([(editor_b.email, subject), (officer.email, subject)])


def test_an_exercise_is_marked_in_the_subject(turkiye, azerbaijan, editor_b, head_a, officer):
    incident = IncidentFactory(participant=turkiye, status="active", is_exercise=True)

    settle(planned(by=editor_b, line=accepted_line(incident=incident)))

    assert {subject for _to, subject in told()} == {"EXERCISE: EX-DEP-2026-0001: AZE-01 is planned"}


@pytest.mark.parametrize(("days", "word"), [(60, "ends on"), (0, "ended on")])
def test_editors_and_heads_hear_of_a_certificate(
    azerbaijan, editor_b, head_b, editor_a, days, word
):
    CapacityFactory(name="FHN", certified_until=AT.date() + timedelta(days=days))

    capacities.remind_of_certificates(at=AT)

    assert told() == sorted(
        (user.email, "The certificate of FHN ends") for user in (editor_b, head_b)
    )
    assert all(word in message.body for message in mail.outbox)
