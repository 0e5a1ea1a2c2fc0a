"""The pages of after-action reviews and recommendations."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents.models import AfterActionReview, Recommendation
from incidents.services import reviews as services
from ots_portal.notifications.services import fan_out_waiting
from tests.factories.incidents import IncidentFactory
from tests.factories.people import UserFactory
from tests.factories.reviews import a_recommendation, a_review
from tests.factories.sessions import sign_in


@pytest.fixture
def incident(turkiye, azerbaijan):
    return IncidentFactory(
        participant=turkiye, status="closed", countries=["TR"], involved=[azerbaijan]
    )


def page(name, subject):
    return reverse(f"incidents:{name}", args=[subject.pk])


def in_days(count):
    return (timezone.now() + timedelta(days=count)).date()


def test_the_review_is_read_on_its_page_and_from_the_incident(client, incident, editor_a, editor_b):
    review = a_review(incident, by=editor_b)
    a_recommendation(review, by=editor_b)
    sign_in(client, editor_a)

    own = client.get(review.get_absolute_url()).content.decode()
    from_incident = client.get(f"{incident.get_absolute_url()}?whole=1").content.decode()

    assert all(
        text in own for text in ("The teams met late.", "Radios did not fit.", "Agree on one radio")
    )
    assert (review.get_absolute_url() in from_incident, "1 finding" in from_incident) == (
        True,
        True,
    )


def test_while_it_is_written_others_do_not_see_it(client, incident, kazakhstan, editor_b, reader_a):
    review = a_review(incident)
    editor_b.participant = kazakhstan
    editor_b.save()
    sign_in(client, editor_b)

    assert client.get(review.get_absolute_url()).status_code == 404
    assert review.get_absolute_url() not in client.get(incident.get_absolute_url()).content.decode()


def test_the_summary_is_saved_in_one_language(client, incident, editor_a):
    review = a_review(incident)
    sign_in(client, editor_a)

    answer = client.post(
        f"{page('review_edit', review)}?language=tr", {"summary": "Geç.", "version": 1}
    )

    review.refresh_from_db()
    assert (answer.status_code, review.summaries["tr"], len(review.summaries)) == (302, "Geç.", 2)


def test_a_stale_summary_shows_both_texts(client, incident, editor_a, second_editor_a):
    review = a_review(incident)
    services.update(
        review, summary="Theirs.", language="en", by=second_editor_a, at=timezone.now(), version=1
    )
    sign_in(client, editor_a)

    answer = client.post(
        f"{page('review_edit', review)}?language=en", {"summary": "Mine.", "version": 1}
    )

    text = answer.content.decode()
    assert (answer.status_code, "Theirs." in text, "Mine." in text) == (409, True, True)


def test_a_finding_is_added_and_removed(client, incident, editor_b):
    review = a_review(incident)
    sign_in(client, editor_b)
    form = {"is_strength": "yes", "text": "The border was open.", "language": "en"}

    client.post(page("finding_new", review), form)
    finding = review.findings.get()
    client.post(page("finding_remove", finding))

    assert (finding.is_strength, review.findings.count()) == (True, 0)


def test_a_recommendation_is_added(client, incident, editor_a):
    review = a_review(incident)
    sign_in(client, editor_a)
    form = {
        "text": "One frequency.",
        "language": "en",
        "participant": "azerbaijan",
        "due_date": in_days(30),
    }

    answer = client.post(page("recommendation_new", review), form)

    assert (answer.status_code, Recommendation.objects.get().participant_id) == (302, "azerbaijan")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text": ""}, "This field is required"),
        ({"due_date": "2001-01-01"}, "lies in the past"),
        ({"participant": "kazakhstan"}, "valid choice"),
    ],
)
def test_a_refused_recommendation_says_why(
    client, incident, editor_a, kazakhstan, changes, sentence
):
    review = a_review(incident)
    sign_in(client, editor_a)
    form = {
        "text": "x",
        "language": "en",
        "participant": "azerbaijan",
        "due_date": in_days(3),
        **changes,
    }

    answer = client.post(page("recommendation_new", review), form)

    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)


def test_the_head_publishes_after_a_fresh_confirmation(client, incident, head_a, editor_b):
    review = a_review(incident, by=editor_b)
    sign_in(client, head_a, minutes_ago=11)
    stale = client.post(page("review_publish", review))
    sign_in(client, head_a)
    fresh = client.post(page("review_publish", review))

    review.refresh_from_db()
    assert "reauthenticate" in stale["Location"]
    assert (fresh.status_code, review.status) == (302, "published")


def test_who_publishes_a_review_sees_before_whom_it_will_reach(
    client, incident, head_a, editor_b, head_b
):
    a_recommendation(review := a_review(incident, by=editor_b), by=editor_b)
    sign_in(client, head_a)

    text = client.get(page("review_publish", review)).content.decode()

    told = " ".join(text[text.index('id="recipients"') :].split())
    # The head of B, and the editor there as owner of a recommendation; not who publishes.
    assert "2 people will be told." in told
    assert '<strong>Azerbaijan</strong> <span class="muted">(2)</span>' in told
    assert "2 more people are not named here." in told


def test_a_review_just_published_can_be_recalled(client, incident, head_a, editor_b, kazakhstan):
    review = a_review(incident, by=editor_b)
    services.publish(review, by=head_a, at=timezone.now())
    sign_in(client, head_a)

    before = client.get(review.get_absolute_url()).content.decode()
    answer = client.post(page("review_recall", review), follow=True)

    review.refresh_from_db()
    assert "you can still recall this" in before
    assert (review.status, review.published_at, review.published_by) == ("open", None, None)
    assert "Recalled before anybody was told" in answer.content.decode()
    assert "you can still recall this" not in answer.content.decode()
    # Who has no part in the incident reads it no more.
    sign_in(client, UserFactory(participant=kazakhstan))
    assert client.get(review.get_absolute_url()).status_code == 404


def test_others_do_not_see_that_a_review_can_be_recalled(client, incident, head_a, editor_b):
    review = a_review(incident, by=editor_b)
    services.publish(review, by=head_a, at=timezone.now())
    sign_in(client, editor_b)

    text = client.get(review.get_absolute_url()).content.decode()

    assert "The teams met late." in text
    assert "data-seconds-left" not in text


def test_once_people_were_told_a_review_is_only_reopened(client, incident, head_a, editor_b):
    review = a_review(incident, by=editor_b)
    services.publish(review, by=head_a, at=timezone.now() - timedelta(minutes=2))
    fan_out_waiting(clock=timezone.now)
    sign_in(client, head_a)

    text = client.get(review.get_absolute_url()).content.decode()
    answer = client.post(page("review_recall", review))

    review.refresh_from_db()
    assert ("you can still recall this" in text, "Reopen" in text) == (False, True)
    assert (answer.status_code, review.status) == (409, "published")
    assert "The messages have gone out" in answer.content.decode()


def test_reopening_asks_why(client, incident, head_a):
    review = a_review(incident, "published")
    sign_in(client, head_a)

    without = client.post(page("review_reopen", review), {})
    given = client.post(page("review_reopen", review), {"reason": "A voice is missing."})

    assert (without.status_code, given.status_code) == (422, 302)
    assert AfterActionReview.objects.get().status == "open"


def test_a_recommendation_goes_its_way(client, incident, editor_b, officer):
    one = a_recommendation(a_review(incident, "published"), by=editor_b)
    sign_in(client, editor_b)
    client.post(page("recommendation_report_done", one), {"report": "Agreed in Baku."})
    sign_in(client, officer)
    text = client.get(one.get_absolute_url()).content.decode()
    client.post(page("recommendation_close", one))

    one.refresh_from_db()
    assert ("Agreed in Baku." in text, one.status) == (True, "closed")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Late", "Early"}),
        ("?overdue=on", {"Late"}),
        ("?participant=turkiye", {"Early"}),
        ("?status=closed", set()),
        ("?exercise=on", {"Late", "Early", "Drill"}),
    ],
)
def test_the_list_is_narrowed(client, incident, turkiye, editor_a, editor_b, query, found):
    review = a_review(incident, "published")
    a_recommendation(review, by=editor_b, texts={"en": "Late"}, due_date=in_days(-5))
    a_recommendation(review, by=editor_a, texts={"en": "Early"}, due_date=in_days(5))
    exercise = IncidentFactory(participant=turkiye, status="closed", is_exercise=True)
    a_recommendation(a_review(exercise, "published"), by=editor_a, texts={"en": "Drill"})
    sign_in(client, editor_a)

    text = client.get(reverse("incidents:recommendation_list") + query).content.decode()

    assert {word for word in ("Late", "Early", "Drill") if f">{word}<" in text} == found


def test_reviews_that_are_being_written_stand_above_the_list(client, incident, editor_a):
    review = a_review(incident)
    sign_in(client, editor_a)

    text = client.get(reverse("incidents:recommendation_list")).content.decode()

    assert (review.get_absolute_url() in text, "Reviews that are being written" in text) == (
        True,
        True,
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_database_equally_often(
    client, incident, editor_a, django_assert_num_queries, count
):
    review = a_review(incident, "published")
    for _number in range(count):
        a_recommendation(review, by=editor_a)
    sign_in(client, editor_a)
    address = reverse("incidents:recommendation_list")
    client.get(address)

    with django_assert_num_queries(6):
        client.get(address)


@pytest.mark.parametrize("count", [1, 3])
def test_the_review_asks_the_database_equally_often(
    client, incident, editor_a, django_assert_num_queries, count
):
    review = a_review(incident, by=editor_a)
    for _number in range(count):
        a_recommendation(review, by=editor_a)
    sign_in(client, editor_a)
    client.get(review.get_absolute_url())

    with django_assert_num_queries(9):
        client.get(review.get_absolute_url())


@pytest.mark.parametrize(
    ("kind", "begins"), [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("pdf", b"%PDF")]
)
def test_the_list_is_taken_along_as_a_file(client, incident, editor_a, kind, begins):
    a_recommendation(a_review(incident, "published"), by=editor_a)
    sign_in(client, editor_a)

    answer = client.get(reverse("incidents:recommendation_export", args=[kind]))

    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert (answer.status_code, content.startswith(begins)) == (200, True)


def test_a_file_of_another_kind_is_not_there(client, editor_a):
    sign_in(client, editor_a)

    assert client.get("/incidents/recommendations/list.exe").status_code == 404
