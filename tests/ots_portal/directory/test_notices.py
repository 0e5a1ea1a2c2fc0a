from datetime import date

import pytest

from ots_portal.audit.models import AuditEntry
from ots_portal.directory import demo, services
from ots_portal.directory.notices import contact_point_for, officers_on_duty_elsewhere
from ots_portal.notifications.models import OutboxRow
from ots_portal.notifications.wording import wording_for
from ots_portal.participants.models import ContactPoint, ContactPointKind
from ots_portal.people.models import Role
from ots_portal.plugs import notices
from tests.factories.directory import ContactPointFactory
from tests.factories.people import UserFactory

PHONES = [{"number": "+903125550202", "extension": "7"}]


@pytest.fixture
def _on_duty(turkiye, editor_b, observer, officer, hungary):
    UserFactory(participant=turkiye, is_on_duty=True)
    UserFactory(participant=hungary, role=Role.EDITOR, is_on_duty=True)
    UserFactory(participant=editor_b.participant)
    UserFactory(participant=editor_b.participant, is_on_duty=True, is_active=False)


def _heard(kind):
    entry = AuditEntry.objects.get(kind=kind)
    return list(officers_on_duty_elsewhere(entry))


@pytest.mark.usefixtures("_on_duty")
@pytest.mark.parametrize(
    ("fields", "is_heard"),
    [
        ({"phones": PHONES}, True),
        ({"email": "new@authority.example"}, True),
        ({"radio": "HF 7.060 MHz"}, True),
        ({"time_zone": "Asia/Baku"}, True),
        ({"notes": {"en": "Ring twice"}}, False),
        ({"languages": ["tr"]}, False),
        ({"visibility": "public"}, False),
    ],
)
def test_those_on_duty_elsewhere_hear_when_an_operations_room_is_reached_otherwise(
    turkiye, editor_a, editor_b, now, fields, is_heard
):
    room = ContactPointFactory(participant=turkiye)

    services.correct(room, reason="Moved", by=editor_a, at=now, **fields)

    heard = _heard("directory.contact_point.corrected")
    assert heard == ([editor_b] if is_heard else [])


@pytest.mark.usefixtures("_on_duty")
def test_nobody_hears_of_another_contact_point(turkiye, editor_a, now):
    office = ContactPointFactory(participant=turkiye, kind=ContactPointKind.FOCAL_POINT)

    services.correct(office, reason="Moved", by=editor_a, at=now, phones=PHONES)

    assert _heard("directory.contact_point.corrected") == []


@pytest.mark.usefixtures("_on_duty")
def test_they_hear_of_a_new_and_of_a_withdrawn_room(turkiye, editor_a, editor_b, now):
    room = services.enter(ContactPointFactory.build(participant=turkiye), by=editor_a, at=now)
    services.withdraw(room, reason="Closed", by=editor_a, at=now)

    kinds = ("directory.contact_point.entered", "directory.contact_point.withdrawn")
    assert [_heard(kind) for kind in kinds] == [[editor_b], [editor_b]]


@pytest.mark.usefixtures("_on_duty")
def test_the_demonstration_tells_nobody(turkiye, now):
    demo.load(now)

    assert (AuditEntry.objects.exists(), OutboxRow.objects.count()) == (True, 0)


def test_no_alert_is_made_of_it():
    kinds = [kind for kind in notices if kind.startswith("directory.")]

    assert [(notices[kind].is_alert, notices[kind].channels) for kind in kinds] == [
        (False, ("inbox", "mail"))
    ] * 3


@pytest.mark.parametrize("verb", ["entered", "corrected", "withdrawn"])
def test_the_message_says_how_the_room_is_reached(turkiye, editor_b, now, verb):
    room = ContactPointFactory(participant=turkiye)
    services._record(
        {"entered": "enter", "corrected": "correct", "withdrawn": "withdraw"}[verb],
        room,
        by=None,
        at=now,
    )
    kind = f"directory.contact_point.{verb}"
    entry = AuditEntry.objects.get(kind=kind)
    editor_b.language = "en"

    wording = wording_for(notices[kind], entry, room, editor_b)

    assert "operations room" in wording.subject
    assert "+903 125 550 101 ext. 12" in wording.text
    assert "+903 125 550 101 ext. 12" in wording.html
    assert f"/participants/turkiye/#contact-{room.pk}" in wording.text


def test_who_may_not_see_the_contact_point_any_more_gets_no_message(turkiye, observer, editor_b):
    room = ContactPointFactory(participant=turkiye)

    found = [contact_point_for(user, str(room.pk)) for user in (observer, editor_b)]

    assert found == [None, room]


# ── the demonstration's data ────────────────────────────────────────────────────────────────────


def test_every_number_of_the_demonstration_is_invented(turkiye, kazakhstan, now):
    demo.load(now)

    points = list(ContactPoint.objects.all())
    numbers = [phone["number"] for point in points for phone in point.phones]
    assert len(numbers) == 6
    assert {number[:5] for number in numbers} == {"+0000"}
    assert {(point.is_demo, point.email.rpartition(".")[2]) for point in points} == {
        (True, "example")
    }


def test_the_demonstration_is_loaded_once_and_leaves_corrections(turkiye, editor_a, now):
    demo.load(now)
    room = ContactPoint.objects.get(kind="operations_room")
    services.withdraw(room, reason="Not needed", by=editor_a, at=now)

    demo.load(now)

    assert ContactPoint.objects.filter(kind="operations_room").count() == 1


def test_a_correction_of_an_invented_number_stays_marked(turkiye, editor_a, now):
    demo.load(now)
    room = ContactPoint.objects.get(kind="operations_room")

    new = services.correct(room, reason="Tried", by=editor_a, at=now, phones=PHONES)

    assert (new.is_demo, new.checked_on_date < date(2026, 11, 20)) == (True, True)
