"""Who hears of situation reports and reviews, and in which words."""

from datetime import timedelta

import pytest

from incidents.services import recommendations, reviews
from incidents.services import reports as services
from ots_portal.audit.models import AuditEntry
from ots_portal.notifications.wording import wording_for
from ots_portal.plugs import notices
from tests.factories.incidents import IncidentFactory
from tests.factories.reports import MORNING, drafted, published, submitted
from tests.factories.reviews import a_recommendation, a_review


@pytest.fixture
def incident(turkiye):
    return IncidentFactory(participant=turkiye, status="active", countries=["TR"])


def told(kind):
    notice, entry = notices[kind], AuditEntry.objects.get(kind=kind)
    return set(notice.recipients(entry)), entry


def words(kind, recipient):
    notice, entry = notices[kind], AuditEntry.objects.get(kind=kind)
    record = notice.record_for(recipient, entry.subject_id)
    assert record is not None
    return wording_for(notice, entry, record, recipient)


def test_those_on_duty_hear_of_a_published_report(incident, editor_a, head_a, editor_b, reader_a):
    published(incident, by=editor_a, head=head_a)

    assert told("incidents.report.published")[0] == {editor_b}


def test_the_mail_of_a_published_report_says_whose_it_is(incident, editor_a, head_a, editor_b):
    editor_b.language = "en"
    published(incident, by=editor_a, head=head_a)

    mail = words("incidents.report.published", editor_b)

    assert mail.subject == f"{incident.number}: Türkiye has published situation report 1"
    assert "The search goes on." in mail.text
    assert "The search goes on." in mail.html


def test_a_joint_report_is_the_secretariats_in_its_mail(incident, officer, secretary, editor_b):
    editor_b.language = "en"
    published(incident, figures=[], by=officer, head=secretary)

    mail = words("incidents.report.published", editor_b)

    assert "The secretariat has published situation report 1" in mail.text


def test_an_exercise_says_so_in_subject_and_text(turkiye, editor_a, head_a, editor_b):
    editor_b.language = "en"
    exercise = IncidentFactory(
        participant=turkiye, status="active", is_exercise=True, number="EX-2026-0009"
    )
    published(exercise, by=editor_a, head=head_a)

    mail = words("incidents.report.published", editor_b)

    assert mail.subject.startswith("EXERCISE: EX-2026-0009")
    assert "nothing of it happens" in mail.text


def test_heads_hear_that_a_report_waits(incident, editor_a, head_a, head_b, secretary):
    submitted(incident, by=editor_a)

    assert told("incidents.report.submitted")[0] == {head_a}
    assert "waits for publication" in words("incidents.report.submitted", head_a).subject


def test_the_secretariats_head_hears_of_a_joint_one(incident, officer, head_a, secretary):
    submitted(incident, figures=[], by=officer)

    assert told("incidents.report.submitted")[0] == {secretary}


def test_authors_hear_why_it_was_sent_back(incident, editor_a, second_editor_a, head_a):
    report = services.submit(drafted(incident, by=editor_a), by=second_editor_a, at=MORNING)
    services.send_back(report, by=head_a, at=MORNING, reason="Which source?")

    assert told("incidents.report.sent_back")[0] == {editor_a, second_editor_a}
    assert "Which source?" in words("incidents.report.sent_back", editor_a).text


def test_those_on_duty_hear_of_a_withdrawal_with_its_reason(incident, editor_a, head_a, editor_b):
    report = published(incident, by=editor_a, head=head_a)
    services.withdraw(report, by=head_a, at=MORNING, reason="Counted twice.")

    assert told("incidents.report.withdrawn")[0] == {editor_b}
    assert "Counted twice." in words("incidents.report.withdrawn", editor_b).html


def test_nobody_is_told_of_what_they_may_not_read(incident, editor_a, head_a, editor_b):
    incident.classification = "named"
    incident.save()
    published(incident, by=editor_a, head=head_a)

    assert told("incidents.report.published")[0] == set()


@pytest.mark.parametrize(
    ("verb", "kind", "sentence"),
    [
        ("report_done", "incidents.recommendation.reported_done", "Close it, or send it back"),
        ("send_back", "incidents.recommendation.sent_back", "it is open again"),
    ],
)
def test_owner_and_secretariat_hear_of_each_other(
    incident, editor_a, second_editor_a, officer, secretary, verb, kind, sentence
):
    one = a_recommendation(a_review(incident, "published"), by=editor_a)
    recommendations.report_done(one, by=editor_a, at=MORNING, report="Agreed.")
    if verb == "send_back":
        recommendations.send_back(one, by=officer, at=MORNING, reason="Where is it?")

    people, _entry = told(kind)

    assert people == (
        {officer, secretary} if verb == "report_done" else {editor_a, second_editor_a}
    )
    assert sentence in words(kind, next(iter(people))).text


@pytest.mark.parametrize(("days", "word"), [(0, "until"), (7, "was yours")])
def test_owners_are_reminded(incident, editor_a, days, word):

    one = a_recommendation(
        a_review(incident, "published"), by=editor_a, due_date=MORNING.date() - timedelta(days=days)
    )
    recommendations.remind(at=MORNING)

    people, _entry = told("incidents.recommendation.reminded")
    mail = words("incidents.recommendation.reminded", editor_a)
    assert (people, one.texts["en"] in mail.text, word in mail.text) == ({editor_a}, True, True)


def test_keepers_are_reminded_of_a_review(incident, editor_a, officer):
    review = a_review(incident)
    review.due_date = MORNING.date()
    review.save()
    recommendations.remind(at=MORNING)

    people, _entry = told("incidents.review.reminded")
    assert people == {editor_a, officer}
    assert "not yet published" in words("incidents.review.reminded", officer).text


def test_heads_and_owners_hear_of_a_published_review(
    incident, editor_a, editor_b, head_b, secretary
):

    review = a_review(incident, by=editor_b)
    a_recommendation(review, by=editor_b)
    reviews.publish(review, by=secretary, at=MORNING)

    people, _entry = told("incidents.review.published")
    assert people == {editor_b, head_b}
    assert "The teams met late." in words("incidents.review.published", head_b).text
