"""Situation reports and reviews for programs."""

import pytest
from django.urls import reverse

from incidents.models import SituationReport
from tests.factories.api import bearer
from tests.factories.incidents import IncidentFactory
from tests.factories.reports import MORNING, a_report, an_entry, drafted, published
from tests.factories.reviews import a_recommendation, a_review
from tests.factories.sessions import sign_in

FIGURE = {
    "country": "TR", "indicator": "death", "value": 12, "source": "AFAD", "as_of": "2026-11-20T09:00:00Z",
}  # fmt: skip


@pytest.fixture
def incident(turkiye):
    return IncidentFactory(participant=turkiye, status="active", countries=["TR", "SY"])


@pytest.fixture
def machine(machine_a):
    return bearer(machine_a, "incidents:read incidents:write")


def send(client, method, address, body, **headers):
    return getattr(client, method)(address, body, content_type="application/json", **headers)


def reports_of(incident):
    return reverse("api:incidents-reports", args=[incident.pk])


def detail_of(report):
    return reverse("api:reports-detail", args=[report.pk])


def test_a_partner_system_drafts_a_report_with_its_figures(client, incident, machine):
    body = {"language": "tr", "situation": "Arama sürüyor.", "figures": [FIGURE]}

    answer = send(client, "post", reports_of(incident), body, **machine)

    told = answer.json()
    report = SituationReport.objects.get()
    assert (answer.status_code, answer["Location"]) == (201, detail_of(report))
    assert (told["status"], told["kind"], told["situations"]) == (
        "draft", "initial", {"tr": "Arama sürüyor."},
    )  # fmt: skip
    assert told["figures"] == [
        {
            **FIGURE, "subdivision": "", "exposure": "all_people", "value_to": None, "unit": "count",
            "estimate": "primary", "confidence": "some",
        }
    ]  # fmt: skip


def test_a_report_that_says_nothing_new_starts_from_the_last(
    client, incident, editor_a, head_a, machine
):
    published(incident, an_entry(12), by=editor_a, head=head_a)

    told = send(client, "post", reports_of(incident), {}, **machine).json()

    assert (told["kind"], [one["value"] for one in told["figures"]]) == ("update", [12])


def test_the_second_draft_is_a_conflict(client, incident, machine):
    send(client, "post", reports_of(incident), {}, **machine)
    answer = send(client, "post", reports_of(incident), {}, **machine)

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_status")


def test_the_same_key_makes_one_report(client, incident, machine):
    key = {"HTTP_IDEMPOTENCY_KEY": "report-1"}
    first = send(client, "post", reports_of(incident), {}, **machine, **key)
    second = send(client, "post", reports_of(incident), {}, **machine, **key)

    assert (first.json(), SituationReport.objects.count()) == (second.json(), 1)


def test_an_incident_that_is_not_visible_has_no_reports(client, incident, machine_b):
    incident.classification = "named"
    incident.save()
    headers = bearer(machine_b, "incidents:read incidents:write")

    assert client.get(reports_of(incident), **headers).status_code == 404
    assert send(client, "post", reports_of(incident), {}, **headers).status_code == 404


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"value": None}, "#/figures/0/value"),
        ({"value": "12"}, "#/figures/0/value"),
        ({"value": -1}, "#/figures/0/value"),
        ({"indicator": "sadness"}, "#/figures/0/indicator"),
        ({"source": ""}, "#/figures/0/source"),
        ({"as_of": "yesterday"}, "#/figures/0/as_of"),
        ({"mood": "bad"}, "#/figures/0/mood"),
    ],
)
def test_a_wrong_field_is_pointed_at(client, incident, machine, changes, pointer):
    body = {"figures": [{**FIGURE, **changes}]}

    answer = send(client, "post", reports_of(incident), body, **machine)

    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("changes", [{"country": "AZ"}, {"value_to": 3}, {"exposure": "roads"}])
def test_an_impossible_figure_is_refused_with_its_number(client, incident, machine, changes):
    body = {"figures": [{**FIGURE, **changes}]}

    answer = send(client, "post", reports_of(incident), body, **machine)

    assert answer.status_code == 400
    assert "Figure 1:" in answer.json()["errors"][0]["detail"]


def test_changes_name_the_version_that_was_seen(client, incident, editor_a, machine):
    report = drafted(incident, by=editor_a)
    tag = client.get(detail_of(report), **machine)["ETag"]

    without = send(client, "patch", detail_of(report), {"kind": "final"}, **machine)
    first = send(
        client, "patch", detail_of(report), {"kind": "final"}, HTTP_IF_MATCH=tag, **machine
    )
    second = send(
        client, "patch", detail_of(report), {"kind": "update"}, HTTP_IF_MATCH=tag, **machine
    )

    assert [one.status_code for one in (without, first, second)] == [428, 200, 412]
    assert [one["value"] for one in first.json()["figures"]] == [12]


def test_a_partner_system_submits_and_does_not_publish(client, incident, editor_a, machine):
    report = drafted(incident, by=editor_a)
    steps = {
        verb: send(client, "post", reverse(f"api:reports-{verb}", args=[report.pk]), {}, **machine)
        for verb in ("submit", "publish")
    }

    assert {verb: one.status_code for verb, one in steps.items()} == {"submit": 200, "publish": 403}


def test_publishing_needs_a_fresh_second_factor(client, incident, editor_a, head_a):
    report = a_report(incident, "submitted", by=editor_a)
    address = reverse("api:reports-publish", args=[report.pk])
    sign_in(client, head_a, minutes_ago=11)
    late = send(client, "post", address, {})
    sign_in(client, head_a)
    fresh = send(client, "post", address, {})

    assert (late.json()["code"], fresh.json()["number"]) == ("step_up_required", 1)


def test_an_author_is_told_that_a_second_person_is_needed(client, incident, head_a):
    report = a_report(incident, "submitted", by=head_a)
    sign_in(client, head_a)

    answer = send(client, "post", reverse("api:reports-publish", args=[report.pk]), {})

    assert (answer.status_code, answer.json()["code"]) == (403, "same_person")


@pytest.mark.parametrize(
    ("query", "count"),
    [("", 2), ("?participant=joint", 1), ("?participant=turkiye", 1), ("?status=draft", 0), ("?exercise=true", 3)],
)  # fmt: skip
def test_the_list_is_narrowed(client, incident, turkiye, editor_a, officer, machine, query, count):
    a_report(incident, "published", by=editor_a)
    a_report(incident, "published", by=officer, joint=True)
    exercise = IncidentFactory(participant=turkiye, status="active", is_exercise=True)
    a_report(exercise, "published", by=editor_a)

    rows = client.get(reverse("api:reports-list") + query, **machine).json()["results"]

    assert len(rows) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_database_equally_often(
    client, incident, editor_a, reader_a, django_assert_num_queries, count
):
    for number in range(count):
        report = a_report(incident, "superseded", by=editor_a)
        SituationReport.objects.filter(pk=report.pk).update(number=number + 10)
    sign_in(client, reader_a)

    with django_assert_num_queries(4):
        client.get(reverse("api:reports-list"))


def test_the_totals_have_their_parts(client, incident, editor_a, head_a, machine):
    regions = [
        an_entry(60, subdivision="TR-31"),
        an_entry(30, value_to=35, subdivision="TR-27", source="Governor"),
    ]
    published(incident, *regions, by=editor_a, head=head_a)
    address = reverse("api:incidents-figures", args=[incident.pk])

    answer = client.get(address, **machine)
    again = client.get(address, HTTP_IF_NONE_MATCH=answer["ETag"], **machine)

    (total,) = answer.json()["results"]
    (country,) = total["countries"]
    assert (total["indicator"], total["low"], total["high"]) == ("death", 90, 95)
    assert (country["country"], country["region_count"]) == ("TR", 2)
    assert [(one["subdivision"], one["value"], one["source"]) for one in country["counted"]] == [
        ("TR-27", 30, "Governor"), ("TR-31", 60, "AFAD"),
    ]  # fmt: skip
    assert again.status_code == 304


# ── reviews ─────────────────────────────────────────────────────────────────────────────────────
def test_a_review_is_read_and_written_by_programs(client, incident, machine):
    review = a_review(incident)
    address = reverse("api:reviews-detail", args=[review.pk])
    tag = client.get(address, **machine)["ETag"]

    body = {"language": "tr", "summary": "Geç."}
    changed = send(client, "patch", address, body, HTTP_IF_MATCH=tag, **machine)
    finding = {"language": "en", "text": "Radios did not fit."}
    added = send(
        client, "post", reverse("api:reviews-findings", args=[review.pk]), finding, **machine
    )

    assert changed.json()["summaries"] == {"en": "The teams met late.", "tr": "Geç."}
    assert (added.status_code, added.json()["findings"][0]["participant"]) == (201, "turkiye")


def test_a_recommendation_is_added_by_a_program(client, incident, machine):
    review = a_review(incident)
    body = {
        "language": "en",
        "text": "One frequency.",
        "participant": "turkiye",
        "due_date": "2099-01-01",
    }
    address = reverse("api:reviews-recommendations", args=[review.pk])

    answer = send(client, "post", address, body, **machine)
    unknown = send(client, "post", address, {**body, "participant": "atlantis"}, **machine)

    assert (answer.status_code, unknown.status_code) == (201, 400)
    assert review.recommendations.get().texts == {"en": "One frequency."}


def test_an_owner_reports_and_the_secretariat_closes(client, incident, editor_a, officer):
    one = a_recommendation(a_review(incident, "published"), by=editor_a)
    sign_in(client, editor_a)
    done = send(
        client,
        "post",
        reverse("api:recommendations-report_done", args=[one.pk]),
        {"report": "Agreed."},
    )
    sign_in(client, officer)
    closed = send(client, "post", reverse("api:recommendations-close", args=[one.pk]), {})

    assert (done.json()["status"], closed.json()["status"]) == ("reported_done", "closed")
    assert done.json()["steps"] == []


def test_a_report_keeps_its_moment(client, incident, machine):
    body = {"as_of": MORNING.isoformat(), "figures": []}

    told = send(client, "post", reports_of(incident), body, **machine).json()

    assert told["as_of"] == "2026-11-20T09:00:00Z"
