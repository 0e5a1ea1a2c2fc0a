"""What is played stands marked on the front page, among what really happens."""

import pytest

from incidents.services import amendments
from incidents.services import offers as offer_services
from ots_portal.plugs import cards
from tests.factories.incidents import IncidentFactory, reported
from tests.factories.offers import OFFERED_AT, drafted_offer, submitted_offer
from tests.factories.requests import asked, circulated, drafted, lines
from tests.factories.sessions import open_session

EXERCISE = "Exercise"


@pytest.fixture
def played(editor_a, head_a, editor_b, head_b):
    """An exercise in which something of every kind waits for somebody, and nothing else."""
    exercise = IncidentFactory(participant=editor_a.participant, status="active", is_exercise=True)
    reported(by=editor_a, is_exercise=True)
    drafted(by=editor_a, incident=exercise)
    request = circulated(by=editor_a, incident=exercise)
    changed = asked(lines=lines(20))
    amendments.prepare(request, changed, reason="More.", by=editor_a, at=OFFERED_AT, version=0)
    drafted_offer(request, 1, by=editor_b)
    submitted_offer(request, 1, by=editor_b)
    taken = submitted_offer(request, 1, by=editor_b)
    offer_services.accept(taken, by=head_a, at=OFFERED_AT)
    return exercise


def _lines_of(person):
    shown = [card for card in cards if card.visible(person)]
    return {
        str(line.title): line.is_exercise or line.badge == EXERCISE
        for card in shown
        for line in card.lines(person)
        if "/incidents/" in line.url
    }


def test_every_line_of_every_card_says_that_it_is_of_an_exercise(
    played, editor_a, head_a, editor_b, head_b, officer, secretary, reader_a
):
    people = (editor_a, head_a, editor_b, head_b, officer, secretary, reader_a)
    found = {title: mark for person in people for title, mark in _lines_of(person).items()}

    assert [title for title, is_marked in found.items() if not is_marked] == []
    assert {"Draft of a request", "EXR-2026-0001", "Draft of an offer", "EXO-2026-0001"} <= {
        title.partition(" · ")[0] for title in found
    }


def test_the_page_shows_the_mark(played, head_a):
    page = open_session(head_a).get("/").content.decode()

    row = page[page.index("EXO-2026-0001") :]
    assert EXERCISE in row[: row.index("</li>")]
