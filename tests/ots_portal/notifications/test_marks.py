"""That a message went out is noted before the next one can arrive, and only by whoever holds it."""

import uuid

import pytest
from django.db import connection

from ots_portal.notifications.marks import FEWEST_ALONGSIDE, Alongside, InTurn, marks_for
from ots_portal.notifications.models import Attempt
from tests.factories.notifications import InboxItemFactory
from tests.factories.people import UserFactory


def held(turkiye, token, **values):
    return InboxItemFactory(
        recipient=UserFactory(participant=turkiye),
        subject=turkiye,
        channel="mail",
        status="waiting",
        lease_token=token,
        **values,
    )


def note_both(marks, turkiye, now):
    """Note one that is held and one that somebody else has taken; return what was said of each, and stands there."""
    token = uuid.uuid4()
    said, tries = [], []
    for delivery in (held(turkiye, token), held(turkiye, uuid.uuid4())):
        attempt = Attempt.objects.create(delivery=delivery, started_at=now)
        marks.begin(attempt.pk, delivery.pk, token=token, at=now)
        said.append(marks.settle())
        tries.append(attempt.pk)
    stands = [Attempt.objects.get(pk=key) for key in tries]
    return said, [(one.outcome, one.finished_at) for one in stands]


@pytest.mark.django_db
def test_inside_a_transaction_each_is_noted_at_once(turkiye, now):
    marks = marks_for(FEWEST_ALONGSIDE)

    assert isinstance(marks, InTurn)
    assert note_both(marks, turkiye, now) == ([True, False], [("sent", now), ("", None)])


@pytest.mark.django_db
def test_nothing_was_begun_nothing_is_noted(turkiye, now):
    assert not marks_for(1).settle()


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_a_large_batch_is_noted_alongside_where_the_database_can(turkiye, now):
    marks = marks_for(FEWEST_ALONGSIDE)
    try:
        assert isinstance(marks, Alongside) == (connection.vendor == "postgresql")
        assert note_both(marks, turkiye, now) == ([True, False], [("sent", now), ("", None)])
    finally:
        marks.close()
