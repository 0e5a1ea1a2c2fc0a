"""Many keys are asked for at once, with the same answer on both databases."""

import uuid

import pytest
from django.db import connection

from ots_portal.people.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_it_finds_what_in_finds(editor_a, editor_b, head_a):
    keys = {editor_a.pk, head_a.pk, uuid.uuid4()}

    found = User.objects.filter(pk__among=keys)

    assert set(found) == {editor_a, head_a}
    assert (" = ANY(" in str(found.query)) == (connection.vendor == "postgresql")


def test_among_none_is_nobody(editor_a, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert list(User.objects.filter(pk__among=[])) == []
