"""What of reports and reviews waits for whom on the front page."""

import pytest

from ots_portal import plugs
from tests.factories.incidents import IncidentFactory
from tests.factories.reports import a_report
from tests.factories.reviews import a_recommendation, a_review

REPORTS = "Situation reports that wait for your publication"
RECOMMENDATIONS = "Recommendations that are yours to carry out"


@pytest.fixture
def incident(turkiye):
    return IncidentFactory(participant=turkiye, status="active", countries=["TR"])


def lines(title, user):
    (card,) = [card for card in plugs.cards if str(card.title) == title]
    return [line.url for line in card.lines(user)] if card.visible(user) else None


def test_a_submitted_report_waits_for_the_head(incident, editor_a, head_a, head_b, secretary):
    report = a_report(incident, "submitted", by=editor_a)

    assert lines(REPORTS, head_a) == [report.get_absolute_url()]
    assert (lines(REPORTS, head_b), lines(REPORTS, secretary)) == ([], [])
    assert lines(REPORTS, editor_a) is None


def test_a_joint_report_waits_for_the_secretariats_head(incident, officer, secretary, head_a):
    report = a_report(incident, "submitted", by=officer, joint=True)

    assert (lines(REPORTS, secretary), lines(REPORTS, head_a)) == ([report.get_absolute_url()], [])


def test_open_recommendations_wait_for_their_owner(incident, editor_a, editor_b, reader_a):
    review = a_review(incident, "published")
    one = a_recommendation(review, by=editor_a)
    a_recommendation(review, "closed", by=editor_a)

    assert lines(RECOMMENDATIONS, editor_a) == [one.get_absolute_url()]
    assert lines(RECOMMENDATIONS, editor_b) == []
    assert lines(RECOMMENDATIONS, reader_a) is None
