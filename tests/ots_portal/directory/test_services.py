from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from ots_portal.audit.models import AuditEntry
from ots_portal.directory import services
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.participants.models import ContactPoint, EmergencyNumber
from ots_portal.verdicts import Refused
from tests.factories.directory import (
    ENTERED_AT,
    AuthorityFactory,
    ContactPointFactory,
    EmergencyNumberFactory,
)

CHECK = {"checked_on_date": date(2026, 11, 20), "source_text": "Called", "confidence": "single"}


def _correct(room, by, at, **fields):
    fields = fields or {"phones": [{"number": "+903125550202", "extension": ""}]}
    return services.correct(room, reason="Moved house", by=by, at=at, **fields)


@pytest.fixture
def room(turkiye):
    return ContactPointFactory(participant=turkiye)


# ── enter ───────────────────────────────────────────────────────────────────────────────────────


def test_enter_keeps_who_and_when(turkiye, editor_a, now):
    draft = ContactPointFactory.build(participant=turkiye)

    room = services.enter(draft, by=editor_a, at=now)

    stored = ContactPoint.objects.get(pk=room.pk)
    assert (stored.entered_by, stored.entered_at, stored.is_superseded) == (editor_a, now, False)


def test_enter_is_refused_to_others(turkiye, editor_b, now):
    with pytest.raises(Refused):
        services.enter(ContactPointFactory.build(participant=turkiye), by=editor_b, at=now)

    assert ContactPoint.objects.count() == 0


def test_enter_twice_is_refused_with_the_way_out(room, turkiye, editor_a, now):
    with pytest.raises(ValidationError, match="correct that one"):
        services.enter(ContactPointFactory.build(participant=turkiye), by=editor_a, at=now)

    assert ContactPoint.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"source_text": " "}, "source_text"),
        ({"checked_on_date": None}, "checked_on_date"),
        ({"checked_on_date": date(2026, 11, 22)}, "checked_on_date"),
        ({"confidence": "confirmed"}, "confidence"),
        ({"confidence": "gossip"}, "confidence"),
        ({"phones": [{"number": "0312 555", "extension": ""}]}, "phones"),
        ({"phones": [{"number": "+00000010001", "extension": ""}]}, "phones"),
        ({"phones": "112"}, "phones"),
        ({"time_zone": "Europe/Ankara"}, "time_zone"),
        ({"visibility": "nobody"}, "visibility"),
        ({"source_text": "\u202eegaugnal"}, "source_text"),
    ],
)
def test_enter_is_refused_on_what_cannot_be(turkiye, editor_a, now, fields, field):
    draft = ContactPointFactory.build(participant=turkiye, **fields)

    with pytest.raises(ValidationError) as refused:
        services.enter(draft, by=editor_a, at=now)

    assert (list(refused.value.error_dict), ContactPoint.objects.count()) == ([field], 0)


@pytest.mark.parametrize(
    "fields",
    [
        {"phones": [], "email": "", "radio": ""},
        {"is_always_open": False},
        {"is_always_open": False, "opens_at": "09:00", "closes_at": "09:00"},
    ],
)
def test_an_office_that_is_never_reached_is_refused(turkiye, editor_a, now, fields):
    with pytest.raises(ValidationError):
        services.enter(
            ContactPointFactory.build(participant=turkiye, **fields), by=editor_a, at=now
        )


def test_confirmed_needs_two_sources(turkiye, editor_a, now):
    draft = EmergencyNumberFactory.build(
        participant=turkiye, confidence="confirmed", sources=["https://authority.example/"]
    )

    assert services.enter(draft, by=editor_a, at=now).confidence == "confirmed"


# ── correct ─────────────────────────────────────────────────────────────────────────────────────


def test_correct_leaves_the_old_version_as_it_was(room, editor_a, now):
    new = _correct(room, editor_a, now)

    old = ContactPoint.objects.get(pk=room.pk)
    assert (old.phones[0]["number"], new.phones[0]["number"]) == ("+903125550101", "+903125550202")
    assert (old.superseded_by, old.superseded_at, old.supersede_reason, old.ended_by, old.ending) == (
        new, now, "Moved house", editor_a, "corrected",
    )  # fmt: skip
    assert (new.names, new.kind, new.entered_by) == (room.names, room.kind, editor_a)


def test_correct_an_old_version_is_refused_with_the_one_that_stands(room, editor_a, now):
    first = _correct(room, editor_a, now)

    with pytest.raises(StaleVersion) as stale:
        _correct(room, editor_a, now)

    assert (stale.value.current, ContactPoint.objects.count()) == (first, 2)


def test_correct_without_a_difference_is_refused(room, editor_a, now):
    with pytest.raises(ValidationError, match="check it again"):
        _correct(room, editor_a, now, email=room.email)


@pytest.mark.parametrize("reason", ["", "  "])
def test_correct_without_a_reason_is_refused(room, editor_a, now, reason):
    with pytest.raises(ValidationError) as refused:
        services.correct(room, reason=reason, by=editor_a, at=now, email="x@authority.example")

    assert list(refused.value.error_dict) == ["reason"]


def test_a_correction_that_cannot_be_leaves_the_old_version_standing(room, editor_a, now):
    with pytest.raises(ValidationError):
        _correct(room, editor_a, now, phones=[], email="")

    room.refresh_from_db()
    assert (room.is_superseded, ContactPoint.objects.count()) == (False, 1)


def test_correct_is_refused_to_others(room, head_b, now):
    with pytest.raises(Refused):
        _correct(room, head_b, now)


# ── confirm ─────────────────────────────────────────────────────────────────────────────────────


def test_confirm_keeps_the_number_with_a_new_check_date(turkiye, editor_a, now):
    number = EmergencyNumberFactory(participant=turkiye)

    checked = services.confirm(number, by=editor_a, at=now, **CHECK)

    number.refresh_from_db()
    assert (checked.number, checked.checked_on_date, number.checked_on_date, number.ending) == (
        "112", date(2026, 11, 20), date(2026, 11, 1), "confirmed",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (date(2026, 11, 21), "The day lies in the future."),
        (date(2026, 10, 31), "It was checked on a later day already."),
    ],
)
def test_confirm_is_refused_on_an_impossible_day(room, editor_a, now, day, sentence):
    with pytest.raises(ValidationError, match=sentence):
        services.confirm(room, by=editor_a, at=now, **{**CHECK, "checked_on_date": day})


def test_confirm_twice_on_the_same_page_is_refused(room, editor_a, now):
    services.confirm(room, by=editor_a, at=now, **CHECK)

    with pytest.raises(StaleVersion):
        services.confirm(room, by=editor_a, at=now, **CHECK)


# ── withdraw ────────────────────────────────────────────────────────────────────────────────────


def test_withdraw_leaves_the_entry_readable(room, editor_a, now):
    services.withdraw(room, reason="Closed", by=editor_a, at=now)

    gone = ContactPoint.objects.get(pk=room.pk)
    assert (gone.ending, gone.superseded_by, gone.supersede_reason) == ("withdrawn", None, "Closed")
    assert services.standing(gone) is None


def test_withdraw_twice_is_refused(room, editor_a, now):
    services.withdraw(room, reason="Closed", by=editor_a, at=now)

    with pytest.raises(WrongStatus):
        services.withdraw(room, reason="Closed", by=editor_a, at=now)


def test_what_was_withdrawn_can_be_entered_anew(room, turkiye, editor_a, now):
    services.withdraw(room, reason="Closed", by=editor_a, at=now)

    anew = services.enter(ContactPointFactory.build(participant=turkiye), by=editor_a, at=now)

    assert list(ContactPoint.objects.filter(superseded_at=None)) == [anew]


# ── the record of it ────────────────────────────────────────────────────────────────────────────


def test_the_audit_entry_of_a_contact_point_holds_names_of_fields_and_no_number(
    room, editor_a, now
):
    new = _correct(room, editor_a, now)

    entry = AuditEntry.objects.get(kind="directory.contact_point.corrected")
    assert (entry.subject_id, entry.actor_id, entry.participant, entry.data) == (
        str(new.pk),
        editor_a.pk,
        "turkiye",
        {"record": "operations_room", "supersedes": str(room.pk), "changed": ["phones"]},
    )
    assert "555" not in entry.body


def test_the_audit_entry_of_an_emergency_number_says_what_it_was(turkiye, editor_a, now):
    number = EmergencyNumberFactory(participant=turkiye, number="110")

    services.correct(number, reason="Merged", by=editor_a, at=now, number="112")

    entry = AuditEntry.objects.get(kind="directory.emergency_number.corrected")
    assert entry.data["number"] == {"before": "110", "after": "112"}


def test_every_verb_leaves_an_entry(turkiye, head_a, now):
    ministry = services.enter(AuthorityFactory.build(participant=turkiye), by=head_a, at=now)
    ministry = services.correct(ministry, reason="Renamed", by=head_a, at=now, acronym="MoI")
    ministry = services.confirm(ministry, by=head_a, at=now + timedelta(days=1), **CHECK)
    services.withdraw(ministry, reason="Dissolved", by=head_a, at=now)

    kinds = AuditEntry.objects.values_list("kind", flat=True)
    assert sorted(kinds) == [
        "directory.authority.confirmed",
        "directory.authority.corrected",
        "directory.authority.entered",
        "directory.authority.withdrawn",
    ]


# ── what the database holds ─────────────────────────────────────────────────────────────────────


def test_two_of_a_kind_cannot_stand_at_once(turkiye):
    EmergencyNumberFactory(participant=turkiye)

    with pytest.raises(IntegrityError), transaction.atomic():
        EmergencyNumberFactory(participant=turkiye, number="911")

    assert EmergencyNumber.objects.count() == 1


@pytest.mark.parametrize(
    "end",
    [
        {"superseded_at": ENTERED_AT},
        {"superseded_at": ENTERED_AT, "ending": "withdrawn"},
        {"superseded_at": ENTERED_AT, "ending": "corrected", "supersede_reason": "Why"},
        {"ending": "withdrawn", "supersede_reason": "Why"},
        {"superseded_at": ENTERED_AT, "ending": "lost", "supersede_reason": "Why"},
    ],
)
def test_a_version_ends_whole_or_not_at_all(room, end):
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactPoint.objects.filter(pk=room.pk).update(**end)


def test_what_a_person_entered_has_a_source(room, editor_a):
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactPoint.objects.filter(pk=room.pk).update(entered_by=editor_a, source_text="")


def test_the_moment_is_the_one_given(room, editor_a):
    at = datetime.fromisoformat("2026-11-21T00:00:00Z")

    assert _correct(room, editor_a, at).entered_at == at
