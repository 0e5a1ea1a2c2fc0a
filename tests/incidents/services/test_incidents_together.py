"""What happens when two people do the same at the same moment."""

import uuid
from functools import partial

import pytest

from incidents.models import AssistanceRequest, Incident
from incidents.services import incidents as services
from incidents.services import requests
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.notifications import services as notifications
from ots_portal.notifications.models import Delivery
from ots_portal.numbering.models import Counter
from tests.factories.incidents import IncidentFactory, a_draft, reported
from tests.factories.requests import drafted
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_numbers_stay_gap_free_when_many_report_at_once(editor_a, now):
    drafts = [services.create(a_draft(), by=editor_a, at=now) for _ in range(12)]

    together([partial(services.report, draft, by=editor_a, at=now) for draft in drafts])

    numbers = sorted(Incident.objects.values_list("number", flat=True))
    assert numbers == [f"OTS-2026-{n:04d}" for n in range(1, 13)]
    assert Counter.objects.get().last == 12


def test_a_form_submitted_twice_at_once_makes_one_incident(editor_a, now):
    key = uuid.uuid4()
    submit = partial(services.create, a_draft(), by=editor_a, at=now, submission_key=key)

    first, second = together([submit, submit])

    assert (first.pk, Incident.objects.count(), AuditEntry.objects.count()) == (second.pk, 1, 1)


def test_of_two_who_verify_at_once_one_is_told_that_the_other_was_faster(
    editor_a, second_editor_a, head_a, now
):
    incident = reported(by=editor_a)

    results = together(
        [partial(services.verify, incident, by=by, at=now) for by in (second_editor_a, head_a)]
    )

    assert sorted(type(result) for result in results if isinstance(result, Exception)) == [
        WrongStatus
    ]
    assert AuditEntry.objects.filter(kind="incidents.incident.verified").count() == 1


def test_of_two_who_save_the_same_version_one_gets_the_others_text(editor_a, second_editor_a, now):
    incident = services.create(a_draft(), by=editor_a, at=now)
    saves = [
        partial(
            services.update,
            Incident.objects.get(pk=incident.pk),
            a_draft(title=by.full_name),
            by=by,
            at=now,
            version=1,
        )
        for by in (editor_a, second_editor_a)
    ]

    results = together(saves)

    assert [type(result) for result in results if isinstance(result, Exception)] == [StaleVersion]
    incident.refresh_from_db()
    assert (incident.version, incident.titles["en"]) in (
        (2, "Editor of A"),
        (2, "Second editor of A"),
    )


def test_two_workers_at_once_make_one_delivery_each(
    editor_a, second_editor_a, editor_b, now, settings, tmp_path
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    services.verify(reported(by=editor_a), by=second_editor_a, at=now)

    results = together([partial(notifications.work_through, clock=lambda: now)] * 4)
    assert [result for result in results if isinstance(result, Exception)] == []

    mails = Delivery.objects.filter(channel="mail", recipient=editor_b)
    assert list(mails.values_list("status", "attempt_count")) == [("sent", 1)]


def test_of_closing_and_signing_at_once_one_gives_way(editor_a, head_a, now):
    """Invariant 9 of the design also holds for what begins at the very moment of the closing."""
    for _round in range(10):
        request = drafted(by=editor_a)
        incident = Incident.objects.get(pk=request.incident_id)

        together(
            [
                partial(services.close, incident, by=editor_a, at=now),
                partial(requests.sign, request, by=head_a, at=now),
            ]
        )

        ends = (
            Incident.objects.get(pk=incident.pk).status,
            AssistanceRequest.objects.get(pk=request.pk).status,
        )
        assert ends in {("closed", "draft"), ("active", "signed")}


def test_two_incidents_that_are_merged_into_each_other_at_once_do_not_vanish(
    editor_a, editor_b, now
):
    for _round in range(10):
        one = IncidentFactory(participant=editor_a.participant, status="active")
        other = IncidentFactory(participant=editor_b.participant, status="active")

        results = together(
            [
                partial(services.merge, one, by=editor_a, at=now, into=other.pk, reason="x"),
                partial(services.merge, other, by=editor_b, at=now, into=one.pk, reason="x"),
            ]
        )

        ends = sorted(
            Incident.objects.filter(pk__in=[one.pk, other.pk]).values_list("status", flat=True)
        )
        assert ends == ["active", "merged"], results


def test_of_two_who_lower_a_level_at_once_one_sees_the_others(editor_a, second_editor_a, now):
    incident = reported(by=editor_a)
    calls = [
        partial(
            services.set_level,
            Incident.objects.get(pk=incident.pk),
            alert_level=level,
            by=by,
            at=now,
            reason="Less.",
        )
        for level, by in (("orange", editor_a), ("green", second_editor_a))
    ]

    results = together(calls)

    assert [type(result) for result in results if isinstance(result, Exception)] == [StaleVersion]
    assert incident.level_changes.count() == 2
