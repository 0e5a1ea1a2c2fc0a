"""The exercise agreement of the demonstration, played through the services."""

from datetime import timedelta

import pytest

from agreements import portal
from agreements.demo.stage import PEOPLE
from agreements.models import (
    Comment,
    DepositaryNotification,
    Instrument,
    NotificationReceipt,
    RoundFigure,
)
from ots_portal.notifications.models import OutboxRow
from ots_portal.people.models import Role
from tests.agreements.conftest import FIVE
from tests.factories.people import ParticipantFactory, UserFactory

ROLES = {
    "officer": Role.SECRETARIAT_OFFICER,
    "head@secretariat": Role.SECRETARIAT_HEAD,
    "duty": Role.EDITOR,
    "head": Role.HEAD,
}


@pytest.fixture
def cast(five_members):
    """The demonstration's people who act in it."""
    ParticipantFactory(slug="secretariat", kind="secretariat")
    for name in PEOPLE:
        job, slug = name.split("@")
        role = ROLES.get(name) or ROLES[job]
        participant = ParticipantFactory(slug=slug)
        UserFactory(email=f"{name}.example", participant=participant, role=role)


@pytest.fixture
def played(cast, now) -> Instrument:
    portal.load_demo(now)
    return Instrument.objects.get(code="training-exercise-agreement")


def test_the_exercise_agreement_is_in_force_with_a_mistake_that_was_annulled(played, now):
    kinds = list(played.ledger.order_by("number").values_list("kind", flat=True))

    assert (played.status, played.is_training) == ("in_force", True)
    assert kinds[:2] == ["adoption", "authentication"]
    assert (kinds.count("annulment"), kinds[-1]) == (1, "entry_into_force")
    assert played.calculations.first().date == (now - timedelta(days=18)).date()


def test_its_notifications_are_of_the_exercise_series_and_tell_nobody(played):
    numbers = DepositaryNotification.objects.values_list("number", flat=True)

    assert {number.partition(".")[0] for number in numbers} == {"EX-CN"}
    assert OutboxRow.objects.count() == 0
    assert set(NotificationReceipt.objects.values_list("status", flat=True)) == {"sent", "received"}


def test_something_waits_so_that_it_is_seen(played):
    assert played.full_powers.filter(status="queried").count() == 1
    assert played.state_instruments.filter(status="examined").count() == 1
    assert played.waivers.count() == 1


def test_loading_again_plays_nothing_twice(played, now):
    count = played.ledger.count()

    portal.load_demo(now + timedelta(days=1))

    assert (Instrument.objects.count(), played.ledger.count()) == (3, count)


def test_the_real_agreement_stays_as_it_is_known(played):
    real = Instrument.objects.get(code="cpm-agreement")

    assert (real.status, real.ledger.count(), real.signatories.count()) == ("signed", 0, len(FIVE))


# ── the training protocol ───────────────────────────────────────────────────────────────────────
@pytest.fixture
def negotiated(cast, now) -> Instrument:
    portal.load_demo(now)
    return Instrument.objects.get(code="training-protocol")


def test_a_round_is_closed_and_one_is_open(negotiated):
    told = [(one.number, one.status, one.chair_id) for one in negotiated.rounds.order_by("number")]
    points = RoundFigure.objects.filter(round__instrument=negotiated, round__number=1)
    counts = {
        point: sum(one.bracket_count for one in points.filter(point=point))
        for point in ("begun", "closed")
    }

    assert told == [(1, "closed", "turkiye"), (2, "open", "azerbaijan")]
    assert negotiated.chair_id == "azerbaijan"
    assert counts == {"begun": 4, "closed": 3}


def test_states_propose_say_and_translate_and_nobody_is_told(negotiated):
    proposed = sorted(negotiated.proposals.values_list("status", flat=True))
    said = sorted(
        Comment.objects.filter(provision__instrument=negotiated).values_list("scope", flat=True)
    )
    turkish = negotiated.language_texts.get(language="tr")

    assert proposed == ["draft", "lapsed", "tabled", "tabled"]
    assert said == ["all", "own"]
    assert turkish.status == "drafting"
    assert negotiated.provisions.filter(texts__language="tr").count() == 2
    assert OutboxRow.objects.count() == 0
