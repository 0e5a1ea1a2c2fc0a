"""The rosters of the demonstration."""

from datetime import timedelta

import pytest

from ots_portal.duty import demo
from ots_portal.duty.models import Roster, Shift, Swap
from ots_portal.duty.queries.coverage import gaps_of
from ots_portal.home import demo as home
from ots_portal.notifications.models import OutboxRow
from ots_portal.participants import reference
from ots_portal.people.demo import DEMO_ACCOUNTS
from ots_portal.people.models import User
from tests.conftest import NOON


@pytest.fixture(autouse=True)
def _people():
    reference.load(at=NOON)
    home._load_people(NOON)


def test_around_now_each_has_somebody_on_duty_and_it_is_who_the_accounts_say():
    demo.load(NOON)

    on_duty = set(User.objects.filter(is_on_duty=True).values_list("email", flat=True))
    assert on_duty == {account.email for account in DEMO_ACCOUNTS if account.is_on_duty}
    assert Roster.objects.filter(is_kept=True).count() == len(demo.WATCHES)


def test_one_roster_has_a_gap_that_is_not_near_and_one_swap_is_asked_for():
    demo.load(NOON)

    found = {
        watch.participant: gaps_of(
            watch.participant, since=NOON, until=NOON + timedelta(days=14), at=NOON
        )
        for watch in demo.WATCHES
    }
    assert [slug for slug, gaps in found.items() if gaps] == ["kazakhstan"]
    assert found["kazakhstan"][0].starts_at > NOON + timedelta(days=4)
    assert Swap.objects.count() == 1


def test_loading_twice_changes_nothing():
    demo.load(NOON)
    before = Shift.objects.count()

    demo.load(NOON + timedelta(days=1))

    assert Shift.objects.count() == before


def test_the_demonstration_tells_nobody_of_it():
    home.load(NOON)

    assert (OutboxRow.objects.count(), Shift.objects.exists()) == (0, True)
