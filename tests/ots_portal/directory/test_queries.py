import pytest
from django.contrib.auth.models import AnonymousUser

from ots_portal.directory import queries
from ots_portal.participants.models import ContactPointKind, ContactVisibility
from ots_portal.people.models import Role
from tests.factories.directory import ContactPointFactory
from tests.factories.people import UserFactory

ALL = {"members", "observers", "public"}


@pytest.fixture
def _points(turkiye):
    kinds = (
        ContactPointKind.OPERATIONS_ROOM,
        ContactPointKind.FOCAL_POINT,
        ContactPointKind.DEPUTY,
    )
    for kind, visibility in zip(kinds, ContactVisibility, strict=True):
        ContactPointFactory(participant=turkiye, kind=kind, visibility=visibility)


@pytest.mark.usefixtures("_points")
@pytest.mark.parametrize(
    ("person", "seen"),
    [
        ("reader_a", ALL),
        ("editor_a", ALL),
        ("machine_a", ALL),
        ("head_b", ALL),
        ("machine_b", ALL),
        ("observer", {"observers", "public"}),
        ("officer", ALL),
        ("secretary", ALL),
        ("administrator", {"public"}),
        ("auditor", {"public"}),
    ],
)
def test_a_contact_point_is_seen_by_whom_it_is_open_to(request, person, seen):
    found = queries.contact_points_visible_to(request.getfixturevalue(person))

    assert {point.visibility for point in found} == seen


@pytest.mark.usefixtures("_points")
def test_visitors_see_what_is_public():
    found = queries.contact_points_visible_to(AnonymousUser())

    assert [point.visibility for point in found] == ["public"]


def test_an_observers_staff_see_their_own(hungary):
    editor = UserFactory(participant=hungary, role=Role.EDITOR)
    own = ContactPointFactory(participant=hungary)

    assert list(queries.contact_points_visible_to(editor)) == [own]
