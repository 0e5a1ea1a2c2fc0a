"""A head who recalls, and workers who take the letter up, at the same moment."""

from datetime import timedelta
from functools import partial

import pytest

from ots_portal.circulars import services
from ots_portal.circulars.models import Circular
from ots_portal.lifecycle import WrongStatus
from ots_portal.notifications.models import Delivery
from ots_portal.notifications.services import fan_out_waiting
from tests.factories.circulars import WRITTEN_AT, drafted, issued
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)
AT = WRITTEN_AT + timedelta(seconds=60)


def test_either_everybody_is_told_or_the_letter_is_recalled(officer, secretary, editor_b, head_b):
    for _round in range(10):
        circular = issued(by=officer, head=secretary)

        recalled, *_taken = together(
            [
                partial(services.recall, circular, by=secretary, at=AT),
                *[partial(fan_out_waiting, clock=lambda: AT)] * 2,
            ]
        )

        told = Delivery.objects.filter(entry=circular.issue_entry_id, channel="inbox").count()
        status = Circular.objects.get(pk=circular.pk).status
        outcome = (type(recalled), status, told)
        assert outcome in ((Circular, "recalled", 0), (WrongStatus, "issued", 2))


def test_twice_at_once_it_is_issued_once(officer, secretary, editor_b):
    circular = drafted(by=officer)

    answers = together([partial(services.issue, circular, by=secretary, at=WRITTEN_AT)] * 4)

    assert [type(answer) for answer in answers].count(WrongStatus) == 3
    assert Circular.objects.get(pk=circular.pk).number == "CIRC-2026-0001"


def test_a_receipt_given_twice_at_once_is_one(officer, secretary, editor_b):
    circular = issued(by=officer, head=secretary, needs_receipt=True)
    fan_out_waiting(clock=lambda: AT)

    together([partial(services.confirm, circular, by=editor_b, at=AT)] * 4)

    assert circular.receipts.count() == 1
