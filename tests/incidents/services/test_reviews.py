"""What was learnt from an incident, and what becomes of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.queries import reviews as queries
from incidents.services import recommendations, reviews
from incidents.services.reviews import Advice
from incidents.tasks import remind_of_recommendations
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.notifications.models import Delivery, OutboxRow
from ots_portal.notifications.services import fan_out_waiting
from ots_portal.verdicts import Refused
from tests.factories.incidents import IncidentFactory
from tests.factories.reviews import DUE, OPENED, a_recommendation, a_review


@pytest.fixture
def incident(turkiye, azerbaijan):
    return IncidentFactory(
        participant=turkiye, status="closed", countries=["TR"], involved=[azerbaijan]
    )


@pytest.fixture
def review(incident, editor_b):
    return a_review(incident, by=editor_b)


def advice(participant, **changes):
    values = {"text": "Agree on one frequency.", "language": "en", "due_date": DUE, **changes}
    return Advice(participant=participant, **values)


def kinds():
    return list(AuditEntry.objects.order_by("recorded_at").values_list("kind", flat=True))


# ── the review ──────────────────────────────────────────────────────────────────────────────────
def test_a_review_is_due_sixty_days_after_the_closing(incident):
    assert reviews.open_for(incident, OPENED).due_date == date(2027, 1, 19)


def test_a_review_that_is_there_gets_the_new_day(incident):
    first = reviews.open_for(incident, OPENED)
    second = reviews.open_for(incident, OPENED + timedelta(days=10))

    assert (first, second.due_date) == (second, date(2027, 1, 29))


def test_a_published_review_stays_as_it_is(incident):
    a_review(incident, "published")

    assert reviews.open_for(incident, OPENED + timedelta(days=10)).due_date == DUE


def test_saving_one_language_keeps_the_others(review, editor_a, now):
    reviews.update(review, summary="Geç.", language="tr", by=editor_a, at=now, version=1)

    assert review.summaries == {"en": "The teams met late.", "tr": "Geç."}


def test_a_stale_summary_is_refused(review, editor_a, second_editor_a, now):
    reviews.update(review, summary="One.", language="en", by=editor_a, at=now, version=1)

    with pytest.raises(StaleVersion):
        reviews.update(review, summary="Two.", language="en", by=second_editor_a, at=now, version=1)


def test_of_a_recalled_review_nobody_is_told(review, head_a, head_b, now):
    reviews.publish(review, by=head_a, at=now)
    reviews.recall(review, by=head_a, at=now + timedelta(seconds=30))
    fan_out_waiting(clock=lambda: now + timedelta(minutes=5))

    assert (review.status, review.published_at) == ("open", None)
    assert kinds()[-2:] == ["incidents.review.published", "incidents.review.recalled"]
    assert not Delivery.objects.exists()


def test_a_review_published_again_after_its_recall_is_told_of_once(review, head_a, head_b, now):
    reviews.publish(review, by=head_a, at=now)
    reviews.recall(review, by=head_a, at=now + timedelta(seconds=30))
    reviews.publish(review, by=head_a, at=now + timedelta(seconds=40))
    fan_out_waiting(clock=lambda: now + timedelta(minutes=5))

    told = Delivery.objects.filter(channel="inbox", entry__kind="incidents.review.published")
    assert [item.recipient for item in told] == [head_b]


def test_a_review_reopened_before_anybody_was_told_is_told_of_to_nobody(
    review, head_a, head_b, now
):
    reviews.publish(review, by=head_a, at=now)
    reviews.reopen(review, by=head_a, at=now + timedelta(seconds=30), reason="A voice is missing.")
    fan_out_waiting(clock=lambda: now + timedelta(minutes=5))

    assert review.status == "open"
    assert not Delivery.objects.exists()


def test_those_who_helped_say_what_was_learnt(review, editor_b, now):
    finding = reviews.add_finding(
        review, text="The border was open.", language="en", is_strength=True, by=editor_b, at=now
    )

    assert (finding.participant_id, finding.is_strength) == ("azerbaijan", True)


def test_a_finding_is_removed_by_its_own_participant_only(review, editor_a, editor_b, now):
    finding = review.findings.get()

    with pytest.raises(Refused):
        reviews.remove_finding(finding, by=editor_a, at=now)
    reviews.remove_finding(finding, by=editor_b, at=now)

    assert review.findings.count() == 0


def test_a_recommendation_has_an_owner_and_a_day(review, editor_a, azerbaijan, now):
    one = reviews.recommend(review, advice(azerbaijan), by=editor_a, at=now)

    assert (one.participant, one.due_date, one.status) == (azerbaijan, DUE, "open")


@pytest.mark.parametrize(
    ("changes", "name"),
    [({"text": ""}, "text"), ({"due_date": date(2020, 1, 1)}, "due_date"), ({"text": "x" * 5000}, "text")],
)  # fmt: skip
def test_an_impossible_recommendation_is_refused(review, editor_a, azerbaijan, now, changes, name):
    with pytest.raises(ValidationError) as caught:
        reviews.recommend(review, advice(azerbaijan, **changes), by=editor_a, at=now)

    assert list(caught.value.message_dict) == [name]


def test_only_those_with_a_part_can_be_given_a_recommendation(review, editor_a, kazakhstan, now):
    with pytest.raises(ValidationError, match="no part"):
        reviews.recommend(review, advice(kazakhstan), by=editor_a, at=now)


def test_the_head_publishes_and_nothing_is_added_then(review, head_a, editor_b, now):
    reviews.publish(review, by=head_a, at=now)

    assert (review.status, review.published_by) == ("published", head_a)
    with pytest.raises(WrongStatus):
        reviews.add_finding(
            review, text="Late.", language="en", is_strength=False, by=editor_b, at=now
        )


def test_the_secretariats_head_may_publish_too(review, secretary, now):
    assert reviews.publish(review, by=secretary, at=now).status == "published"


def test_who_wrote_the_summary_does_not_publish_it(review, head_a, now):
    reviews.update(review, summary="Mine.", language="en", by=head_a, at=now, version=1)

    with pytest.raises(Refused) as caught:
        reviews.publish(review, by=head_a, at=now)

    assert caught.value.verdict.code == "same_person"


def test_a_review_that_says_nothing_is_not_published(incident, head_a, now):
    with pytest.raises(WrongStatus, match="summary and at least one finding"):
        reviews.publish(a_review(incident), by=head_a, at=now)


def test_a_published_review_is_reopened_with_a_reason(review, head_a, now):
    reviews.publish(review, by=head_a, at=now)
    reviews.reopen(review, by=head_a, at=now, reason="A voice is missing.")

    assert (review.status, review.published_at) == ("open", None)


# ── recommendations ─────────────────────────────────────────────────────────────────────────────
def test_the_way_of_a_recommendation(incident, editor_b, officer, now):
    one = a_recommendation(a_review(incident, "published"), by=editor_b)
    recommendations.report_done(one, by=editor_b, at=now, report="Agreed in Baku.")
    recommendations.send_back(one, by=officer, at=now, reason="Where is the text?")
    recommendations.report_done(one, by=editor_b, at=now, report="It is attached.")
    recommendations.close(one, by=officer, at=now)

    assert (one.status, one.report) == ("closed", "It is attached.")


def test_only_its_owner_reports_on_it(incident, editor_a, editor_b, now):
    one = a_recommendation(a_review(incident, "published"), by=editor_b)

    with pytest.raises(Refused):
        recommendations.report_done(one, by=editor_a, at=now, report="Done.")


def test_it_holds_once_the_review_is_published(review, editor_b, now):
    one = a_recommendation(review, by=editor_b)

    with pytest.raises(WrongStatus, match="once its review is published"):
        recommendations.report_done(one, by=editor_b, at=now, report="Done.")


def test_nobody_judges_an_own_report(incident, officer, secretary, now):
    one = a_recommendation(a_review(incident, "published"), by=officer)
    recommendations.report_done(one, by=officer, at=now, report="Done.")

    with pytest.raises(Refused):
        recommendations.close(one, by=officer, at=now)
    assert recommendations.close(one, by=secretary, at=now).status == "closed"


def test_overdue_is_what_is_open_after_its_day(incident, editor_b):
    review = a_review(incident, "published")
    late = a_recommendation(review, by=editor_b)
    a_recommendation(review, "closed", by=editor_b)
    found = queries.recommendations_visible_to(editor_b)

    on_the_day = queries.filtered(found, {"overdue": True}, today=DUE)
    after = queries.filtered(found, {"overdue": True}, today=DUE + timedelta(days=1))

    assert (list(on_the_day), list(after)) == ([], [late])


# ── reminders ───────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("days", "expected"),
    [(-15, None), (-14, -14), (-4, -14), (-3, -3), (-1, -3), (0, 0), (6, 0), (7, 7), (300, 7)],
)
def test_the_day_of_a_reminder(days, expected):
    assert recommendations.day_of_reminder(DUE, today=DUE + timedelta(days=days)) == expected


def noon(days):
    return datetime(DUE.year, DUE.month, DUE.day, 12, tzinfo=UTC) + timedelta(days=days)


def test_each_day_reminds_once_however_often_the_job_runs(incident, editor_b):
    a_recommendation(a_review(incident, "published"), by=editor_b)

    told = [
        recommendations.remind(at=noon(days))
        for days in (-20, -14, -14, -13, -3, -3, 0, 0, 7, 7, 30)
    ]

    assert told == [0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 0]
    assert kinds() == ["incidents.recommendation.reminded"] * 4


def test_a_new_day_reminds_anew(incident, editor_b):
    one = a_recommendation(a_review(incident, "published"), by=editor_b)
    recommendations.remind(at=noon(0))
    one.due_date = DUE + timedelta(days=10)
    one.save()

    assert recommendations.remind(at=noon(0)) == 1


@pytest.mark.parametrize("status", ["reported_done", "closed"])
def test_what_is_done_reminds_nobody(incident, editor_b, status):
    a_recommendation(a_review(incident, "published"), status, by=editor_b)

    assert recommendations.remind(at=noon(0)) == 0


def test_a_review_not_yet_published_reminds_its_keepers(review):
    assert (recommendations.remind(at=noon(-3)), kinds()) == (1, ["incidents.review.reminded"])


def test_an_exercise_reminds_nobody(turkiye, editor_a):
    exercise = IncidentFactory(participant=turkiye, status="closed", is_exercise=True)
    a_recommendation(a_review(exercise, "published"), by=editor_a)

    assert recommendations.remind(at=noon(0)) == 0


def test_the_task_reminds_by_the_databases_clock(incident, editor_b):
    a_recommendation(
        a_review(incident, "published"), by=editor_b, due_date=datetime.now(UTC).date()
    )

    assert (remind_of_recommendations(), OutboxRow.objects.count()) == (1, 1)
