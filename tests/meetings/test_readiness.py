"""What a meeting still lacks, and until when."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from meetings.models import Delegation, HeadOfDelegation
from meetings.queries import readiness
from meetings.services import meetings, papers
from ots_portal import plugs
from tests.conftest import NOON
from tests.factories.meetings import AgendaItemFactory, MeetingFactory, MinutesFactory
from tests.factories.people import ParticipantFactory
from tests.factories.sittings import (
    DelegateFactory,
    DelegationFactory,
    InvitationFactory,
    SeriesFactory,
)

DAY = timedelta(days=1)


@pytest.fixture
def series():
    return SeriesFactory(
        rules_source="Rules", invite_days=30, document_days=14, minutes_days=10, comment_days=5
    )


@pytest.fixture
def meeting(series, turkiye):
    return MeetingFactory(
        series=series, status="convened", host=turkiye,
        starts_at=datetime(2026, 12, 10, 7, 0, tzinfo=UTC),
    )  # fmt: skip


def page(response):
    return response.content.decode()


def deadlines(meeting):
    return {one.name: one for one in readiness.of_meeting(meeting).deadlines}


def test_each_deadline_is_an_exact_instant(meeting):
    found = deadlines(meeting)

    assert {name: one.due_at for name, one in found.items()} == {
        "invitations": datetime(2026, 11, 10, 7, 0, tzinfo=UTC),
        "documents": datetime(2026, 11, 26, 7, 0, tzinfo=UTC),
        "minutes": None,
        "comments": None,
    }


def test_days_before_the_opening_keep_the_hour_of_the_place(series, turkiye):
    # The clocks in Budapest go back on 25 October 2026: 30 days before 9:00 is 9:00 there.
    meeting = MeetingFactory(
        series=series, host=turkiye, status="convened", time_zone="Europe/Budapest",
        starts_at=datetime(2026, 11, 10, 8, 0, tzinfo=UTC),
    )  # fmt: skip

    assert deadlines(meeting)["invitations"].due_at == datetime(2026, 10, 11, 7, 0, tzinfo=UTC)


def test_overdue_is_what_is_not_met_at_its_instant(meeting, azerbaijan):
    due_at = deadlines(meeting)["invitations"].due_at

    before, at, met = (
        deadlines(meeting)["invitations"].is_overdue(due_at - timedelta(milliseconds=1)),
        deadlines(meeting)["invitations"].is_overdue(due_at),
        None,
    )
    InvitationFactory(meeting=meeting, participant=azerbaijan, status="sent", sent_at=NOON)
    met = deadlines(meeting)["invitations"].is_overdue(due_at)

    assert (before, at, met) == (False, True, False)


def test_minutes_are_due_from_the_adjournment_and_comments_from_the_circulation(
    secretary, meeting, now
):
    type(meeting).objects.update(status="in_session")
    meeting.refresh_from_db()
    meetings.adjourn(meeting, by=secretary, at=now)
    MinutesFactory(meeting=meeting, status="circulated", circulated_at=now + 3 * DAY)

    found = deadlines(meeting)

    assert (found["minutes"].due_at, found["minutes"].is_met, found["comments"].due_at) == (
        now + 10 * DAY,
        True,
        now + 8 * DAY,
    )


def test_a_document_is_missing_once_it_is_expected_and_named_by_its_kind(meeting, officer, now):
    before = list(readiness.missing_documents(meeting))
    papers.expect(meeting, kind="report", languages=["en", "tr"], by=officer, at=now)

    missing = [(one.title, one.languages) for one in readiness.missing_documents(meeting)]

    assert (before, missing) == ([], [("Report", ("en", "tr"))])


def test_minutes_under_revision_are_not_adopted(meeting, now):
    MinutesFactory(meeting=meeting, status="revised", circulated_at=now)

    board = readiness.of_meeting(meeting)

    assert [one.is_met for one in board.deadlines if one.name == "comments"] == [False]


def test_the_board_shows_answers_heads_and_credentials(
    sign_in, reader_a, meeting, azerbaijan, kazakhstan
):
    InvitationFactory(meeting=meeting, participant=kazakhstan, status="accepted", sent_at=NOON)
    DelegationFactory(meeting=meeting, participant=azerbaijan, credentials="queried")

    shown = page(sign_in(reader_a).get(reverse("meetings:readiness", args=[meeting.pk])))

    words = ("Accepted, no delegation announced", "No head named", "Queried", "Missing")
    assert [word in shown for word in words] == [True] * 4


def test_the_board_tells_members_nothing_of_drafts(sign_in, reader_a, officer, meeting, azerbaijan):
    InvitationFactory(meeting=meeting, participant=azerbaijan, status="draft")
    MinutesFactory(meeting=meeting, status="draft")
    address = reverse("meetings:readiness", args=[meeting.pk])

    member, secretariat = (page(sign_in(user).get(address)) for user in (reader_a, officer))

    assert ("drafted and not sent" in member, "Azerbaijan" in member) == (False, False)
    assert "drafted and not sent" in secretariat
    assert ("Not circulated yet" in member, "Not circulated yet" in secretariat) == (True, False)


def test_an_invited_observer_has_no_board(sign_in, observer, hungary, meeting):
    InvitationFactory(meeting=meeting, participant=hungary, status="sent", sent_at=NOON)

    answer = sign_in(observer).get(reverse("meetings:readiness", args=[meeting.pk]))

    assert answer.status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_board_costs_the_same_with_more_participants(meeting, django_assert_num_queries, count):
    for number in range(count):
        state = ParticipantFactory(slug=f"state-{number}")
        InvitationFactory(meeting=meeting, participant=state, status="sent", sent_at=NOON)
        DelegationFactory(meeting=meeting, participant=state)

    with django_assert_num_queries(5):
        readiness.of_meeting(meeting)


def lines(user):
    (card,) = (one for one in plugs.cards if str(one.title) == "Next meetings: what is missing")
    return (
        [(line.title, str(line.note)) for line in card.lines(user)] if card.visible(user) else None
    )


def test_the_front_page_tells_the_secretariat_what_is_missing(officer, reader_a, turkiye, azerbaijan, kazakhstan):  # fmt: skip
    start = datetime(2099, 1, 1, tzinfo=UTC)
    lacking = MeetingFactory(
        status="convened", starts_at=start, titles={"en": "Lacking"}, host=turkiye
    )
    whole = MeetingFactory(status="convened", starts_at=start, titles={"en": "Whole"}, host=turkiye)
    for status in ("draft", "sent"):
        participant = azerbaijan if status == "draft" else kazakhstan
        InvitationFactory(meeting=lacking, participant=participant, status=status)
    DelegationFactory(meeting=lacking, participant=azerbaijan)
    AgendaItemFactory(meeting=whole)
    delegation = DelegationFactory(meeting=whole, participant=azerbaijan, credentials="in_order")
    head = DelegateFactory(delegation=delegation, capacity="head")
    HeadOfDelegation.objects.create(delegation=delegation, delegate=head, since=NOON)

    expected = (
        "1 invitation not sent · 1 invitation unanswered · 1 delegation without a head · "
        "1 delegation without credentials in order · no agenda"
    )
    assert (lines(officer), lines(reader_a)) == ([("Lacking", expected)], None)
    assert Delegation.objects.count() == 2
