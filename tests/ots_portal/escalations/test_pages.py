"""The board, its figures, and the cards of the front page."""

import pytest
from django.urls import reverse

from ots_portal import plugs
from ots_portal.escalations import presentation, rules
from ots_portal.escalations.models import Clock
from ots_portal.home.front_page import front_page_of
from ots_portal.notifications import services as notifications
from tests.factories.escalations import AcknowledgedFactory, ClockFactory, UnansweredFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.notifications import DeliveryPauseFactory
from tests.factories.people import UserFactory
from tests.factories.requests import circulated

BOARD = reverse("escalations:list")


@pytest.fixture
def incident(turkiye, kazakhstan, editor_b):
    """Both who were told have people who can acknowledge."""
    UserFactory(participant=kazakhstan)
    return IncidentFactory(
        participant=turkiye, status="verified", titles={"en": "Pazarcık earthquake"}
    )


@pytest.fixture
def running(incident, azerbaijan):
    return ClockFactory(subject=incident, participant=azerbaijan)


@pytest.fixture
def unanswered(incident, kazakhstan):
    return UnansweredFactory(subject=incident, participant=kazakhstan)


def shown(client, person, **wishes) -> list[str]:
    """The participants of the clocks on the board, in English."""
    person.language = "en"
    person.save()
    client.force_login(person)
    answer = client.get(BOARD, wishes)
    assert answer.status_code == 200
    text = answer.content.decode()
    names = [one.participant.name for one in Clock.objects.order_by("participant")]
    return [name for name in names if f">{name}</a>" in text]


def test_the_secretariat_sees_all_that_is_waited_for(client, officer, running, unanswered):
    assert shown(client, officer) == ["Azerbaijan", "Kazakhstan"]


@pytest.mark.parametrize("who", ["editor_b", "head_b"])
def test_a_participants_people_see_their_own(client, request, running, unanswered, who):
    assert shown(client, request.getfixturevalue(who)) == ["Azerbaijan"]


def test_a_head_sees_also_who_was_told_of_the_own_records_and_an_editor_does_not(
    client, head_a, editor_a, running, unanswered
):
    assert shown(client, head_a) == ["Azerbaijan", "Kazakhstan"]
    assert shown(client, editor_a) == []


def test_the_board_is_narrowed_by_status_participant_record_and_exercise(
    client, officer, editor_b, incident, running, unanswered
):
    done = AcknowledgedFactory(
        subject=IncidentFactory(participant=incident.participant, status="active"),
        participant=running.participant,
        stopped_by=editor_b,
        is_exercise=True,
    )

    assert shown(client, officer, status="unanswered") == ["Kazakhstan"]
    assert shown(client, officer, status="acknowledged") == ["Azerbaijan"] * 2
    assert shown(client, officer, participant="kazakhstan") == ["Kazakhstan"]
    assert shown(client, officer, status="all", subject=done.subject_id) == ["Azerbaijan"] * 2
    assert shown(client, officer, status="all", exercise="only") == ["Azerbaijan"] * 2
    assert shown(client, officer, exercise="only") == []
    assert shown(client, officer, kind="incidents.request.circulated") == []


def test_a_row_says_what_since_when_how_far_and_what_comes_next(client, officer, running):
    client.force_login(officer)

    text = " ".join(client.get(BOARD).content.decode().split())

    for part in (
        "Pazarcık earthquake", "An incident is verified", "Officer on duty told", "20 Nov 2026, 12:00",
        "Next: the deputy", "20 Nov 2026, 12:05",
    ):  # fmt: skip
        assert part in text


def test_who_acknowledged_is_named_to_colleagues_and_the_secretariat_alone(
    client, officer, head_a, editor_b, incident
):
    AcknowledgedFactory(
        subject=incident, participant=editor_b.participant, stopped_by=editor_b, is_by_link=True
    )

    texts = {}
    for person in (officer, editor_b, head_a):
        client.force_login(person)
        texts[person] = client.get(BOARD, {"status": "all"}).content.decode()

    named = [person for person, text in texts.items() if "· Editor of B" in " ".join(text.split())]
    assert named == [officer, editor_b]
    assert "3 minutes" in texts[head_a]
    assert "by the link of the mail" in texts[officer]


def test_of_a_record_out_of_sight_nothing_is_said(client, incident, running, editor_b):
    editor_b.language = "en"
    editor_b.save()
    incident.classification = "named"
    incident.save()
    editor_b.language = "en"
    editor_b.save()
    client.force_login(editor_b)

    text = client.get(BOARD).content.decode()

    assert "Pazarcık" not in text
    assert "This record is no longer available to you." in text


def test_acknowledge_on_the_board(client, editor_b, incident, running):
    client.force_login(editor_b)

    client.post(reverse("escalations:acknowledge", args=[running.pk]))
    again = client.post(reverse("escalations:acknowledge", args=[running.pk]))

    running.refresh_from_db()
    assert (running.status, running.stopped_by, running.is_by_link) == (
        "acknowledged", editor_b, False,
    )  # fmt: skip
    assert (incident.acknowledgements.get().by, again.status_code) == (editor_b, 409)


def test_in_a_pause_the_board_says_that_the_clocks_stand_still(client, officer, running):
    DeliveryPauseFactory()
    client.force_login(officer)

    assert "the clocks stand still" in client.get(BOARD).content.decode()


def test_the_board_asks_for_itself_again_and_is_not_sent_when_nothing_has_changed(
    client, officer, running
):
    client.force_login(officer)
    page = client.get(BOARD, {"status": "all"}).content.decode()
    (address,) = [
        part.split('"')[1].replace("&amp;", "&")
        for part in page.split("hx-get=")[1:]
        if "part=board" in part.split('"')[1]
    ]
    ask = {"HTTP_HX_REQUEST": "true"}

    same = client.get(address, **ask)
    Clock.objects.update(status="deputies_told")
    other = client.get(address, **ask)

    assert (same.status_code, other.status_code) == (204, 200)
    assert "Deputy told" in other.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_board_takes_the_same_queries_for_one_row_and_for_three(
    client, officer, turkiye, azerbaijan, editor_b, count, django_assert_num_queries
):
    for _ in range(count):
        incident = IncidentFactory(participant=turkiye, status="verified")
        ClockFactory(subject=incident, participant=azerbaijan)
    client.force_login(officer)
    client.get(BOARD)

    with django_assert_num_queries(9):
        client.get(BOARD)


@pytest.mark.parametrize("count", [1, 3])
def test_the_board_of_requests_takes_one_query_more_for_their_incidents(
    client, officer, editor_a, editor_b, now, count, django_assert_num_queries
):
    for _ in range(count):
        circulated(by=editor_a)
    notifications.fan_out_waiting(clock=lambda: now)
    client.force_login(officer)
    client.get(BOARD)

    with django_assert_num_queries(10):
        client.get(BOARD)


def test_a_request_stands_with_the_incident_it_belongs_to(client, officer, editor_a, clock, told):
    told.incident.titles = {"en": "Pazarcık earthquake"}
    told.incident.save()
    client.force_login(officer)

    text = " ".join(client.get(BOARD).content.decode().split())

    assert (told.number in text, str(told.incident) in text) == (True, True)
    assert lines(officer, "Nobody has acknowledged") == []
    Clock.objects.update(status="unanswered", next_at=None)
    cards = front_page_of(officer).waiting
    notes = [line.note for card in cards for line in card.lines]
    assert f"Assistance is asked for: {told.number} · {told.incident}" in notes


def test_the_title_of_an_incident_is_shown_to_those_alone_who_may_read_it(
    told, officer, editor_b, observer
):
    found = {
        ("incidents.assistancerequest", str(told.pk)): (
            plugs.audited["incidents.assistancerequest"],
            told,
        )
    }

    seen = {
        person: list(presentation.records_above(found, person).values())
        for person in (officer, editor_b, observer)
    }

    assert seen == {officer: [told.incident], editor_b: [told.incident], observer: []}


def test_the_board_tells_one_after_the_other_whom_the_portal_told(
    client, officer, clock, deputy_b, head_b, at, work, azerbaijan
):
    UserFactory(participant=azerbaijan, is_on_duty=True)
    for minute in (3, 5, 10):
        work(at(minute))
    client.force_login(officer)

    text = " ".join(client.get(BOARD).content.decode().split())

    words = ("Change of watch: told", "Deputy told", "Head told")
    lines = [f'<div class="muted small">{one},' for one in words]
    assert [text.count(line) for line in lines] == [1, 1, 1]
    assert sorted(lines, key=text.index) == lines


def test_an_observer_has_a_board_only_where_it_was_brought_in(client, observer, hungary, incident):
    client.force_login(observer)
    before = client.get(BOARD).status_code
    is_in_menu = rules.may_read_board(observer)
    ClockFactory(subject=incident, participant=hungary)

    after = client.get(BOARD)

    assert (before, is_in_menu, after.status_code) == (404, False, 200)
    assert rules.may_read_board(observer)


@pytest.mark.parametrize("who", ["administrator", "auditor"])
def test_whom_no_clock_can_concern_has_no_board(client, request, running, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(BOARD).status_code == 404


def test_an_empty_board_says_what_that_means(client, officer):
    client.force_login(officer)

    assert "Nothing waits for an acknowledgement." in client.get(BOARD).content.decode()


# ── the front page ──────────────────────────────────────────────────────────────────────────────


def lines(person, title: str) -> list[tuple[str, str]]:
    cards = [card for card in front_page_of(person).waiting if str(card.title).startswith(title)]
    return [(line.title, str(line.badge)) for card in cards for line in card.lines]


def test_what_nobody_acknowledged_stays_red_on_the_secretariats_front_page(
    officer, running, unanswered
):
    assert lines(officer, "Nobody has acknowledged") == [
        ("Kazakhstan", "Not acknowledged by anybody")
    ]


def test_what_waits_for_the_own_participant_stands_on_the_front_page_of_who_can_acknowledge(
    editor_b, azerbaijan, editor_a, incident, running, unanswered
):
    reader = UserFactory(participant=azerbaijan, role="reader")

    found = {person: lines(person, "Acknowledge") for person in (editor_b, reader, editor_a)}

    assert found == {
        editor_b: [(str(incident), "Officer on duty told")],
        reader: [],
        editor_a: [],
    }
