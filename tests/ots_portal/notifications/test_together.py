"""Two tabs of one person at the same moment."""

from functools import partial

import pytest
from django.core.exceptions import ValidationError

from ots_portal.notifications import subscriptions
from ots_portal.notifications.models import Subscription
from ots_portal.plugs import Wish
from ots_portal.verdicts import Refused
from tests.factories.notifications import SubscriptionFactory
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def adding(person, name, now):
    return partial(subscriptions.add, person, Wish(name), by=person, at=now)


def test_two_tabs_do_not_pass_the_end_of_subscriptions(reader_a, now):
    for _ in range(subscriptions.MOST - 1):
        SubscriptionFactory(user=reader_a)

    answers = together([adding(reader_a, f"Tab {number}", now) for number in range(4)])

    assert sorted(type(answer).__name__ for answer in answers) == ["Refused"] * 3 + ["Subscription"]
    refused = next(answer for answer in answers if isinstance(answer, Refused))
    assert str(refused) == "You have 20 subscriptions already. Remove one first."
    assert Subscription.objects.filter(user=reader_a).count() == subscriptions.MOST


def test_two_tabs_do_not_give_one_name_twice(reader_a, now):
    answers = together([adding(reader_a, "Quakes", now)] * 4)

    assert [type(answer) for answer in answers].count(ValidationError) == 3
    assert Subscription.objects.filter(user=reader_a).count() == 1
