from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from incidents.models import Incident
from incidents.services import incidents as services
from incidents.services.incidents import KnownAlready, Name
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.notifications.models import OutboxRow
from ots_portal.verdicts import Refused
from tests.factories.incidents import a_draft, reported

USGS = Name(scheme="usgs", value="us6000jllz")


def kinds() -> list[str]:
    return list(AuditEntry.objects.order_by("recorded_at", "id").values_list("kind", flat=True))


def test_a_draft_belongs_to_the_reporters_participant_and_has_no_number(editor_a, now):
    incident = services.create(a_draft(), by=editor_a, at=now)

    assert (incident.participant_id, incident.status, incident.number) == ("turkiye", "draft", None)


def test_the_way_from_draft_to_active_leaves_an_entry_for_each_step(editor_a, second_editor_a, now):
    incident = services.create(a_draft(), by=editor_a, at=now)
    incident = services.report(incident, by=editor_a, at=now + timedelta(minutes=1))
    incident = services.verify(incident, by=second_editor_a, at=now + timedelta(minutes=2))
    incident = services.activate(incident, by=second_editor_a, at=now + timedelta(minutes=3))

    assert (incident.status, incident.number) == ("active", "OTS-2026-0001")
    assert kinds() == [
        "incidents.incident.drafted",
        "incidents.incident.reported",
        "incidents.incident.verified",
        "incidents.incident.activated",
    ]


def test_verified_stands_with_its_entry_and_its_outbox_row(editor_a, second_editor_a, now):
    incident = reported(by=editor_a)

    services.verify(incident, by=second_editor_a, at=now)

    entry = AuditEntry.objects.get(kind="incidents.incident.verified")
    assert OutboxRow.objects.filter(entry=entry).count() == 1
    assert entry.data["status"] == {"before": "reported", "after": "verified"}


def test_when_the_transaction_fails_neither_step_nor_entry_nor_outbox_row_stand(
    editor_a, second_editor_a, now
):
    incident = reported(by=editor_a)

    with transaction.atomic():
        services.verify(incident, by=second_editor_a, at=now)
        transaction.set_rollback(True)

    incident.refresh_from_db()
    assert incident.status == "reported"
    assert not AuditEntry.objects.filter(kind="incidents.incident.verified").exists()
    assert not OutboxRow.objects.filter(entry__kind="incidents.incident.verified").exists()


def test_the_reporter_does_not_verify_the_own_report(editor_a, now):
    incident = reported(by=editor_a)

    with pytest.raises(Refused) as refusal:
        services.verify(incident, by=editor_a, at=now)

    assert refusal.value.verdict.code == "same_person"


def test_verify_twice_is_refused(editor_a, second_editor_a, head_a, now):
    incident = services.verify(reported(by=editor_a), by=second_editor_a, at=now)

    with pytest.raises(WrongStatus, match="Verified"):
        services.verify(incident, by=head_a, at=now)


def test_exercises_are_numbered_apart(editor_a):
    numbers = [
        reported(by=editor_a).number,
        reported(by=editor_a, is_exercise=True).number,
        reported(by=editor_a).number,
    ]

    assert numbers == ["OTS-2026-0001", "EX-2026-0001", "OTS-2026-0002"]


def test_a_refused_report_leaves_no_gap_in_the_numbers(editor_a, now):
    first = reported(by=editor_a)
    with pytest.raises(WrongStatus):
        services.report(first, by=editor_a, at=now)

    assert reported(by=editor_a).number == "OTS-2026-0002"


def test_the_affected_participants_get_their_part(editor_a, azerbaijan, now):
    incident = services.create(
        a_draft(facts={"countries": ["AZ", "SY", "TR"]}), by=editor_a, at=now
    )

    assert list(incident.involvements.values_list("participant_id", "role")) == [
        ("azerbaijan", "affected"),
        ("turkiye", "affected"),
    ]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"onset_at": None}, "onset_at"),
        ({"hazard": "XX"}, "hazard"),
        ({"alert_level": "purple"}, "alert_level"),
        ({"latitude": 37.0, "longitude": None}, "longitude"),
        ({"place": "a\u202eb"}, "place"),
    ],
)
def test_an_impossible_value_is_refused_and_nothing_is_saved(editor_a, now, facts, field):
    with pytest.raises(ValidationError) as refusal:
        services.create(a_draft(facts=facts), by=editor_a, at=now)

    assert list(refusal.value.error_dict) == [field]
    assert not Incident.objects.exists()


def test_a_beginning_in_the_future_is_refused(editor_a, now):
    with pytest.raises(ValidationError, match="future"):
        services.create(
            a_draft(facts={"onset_at": now + timedelta(seconds=1)}), by=editor_a, at=now
        )


def test_latitude_91_is_refused_by_the_database_itself(editor_a, now):
    incident = services.create(a_draft(), by=editor_a, at=now)

    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(latitude=91)


def test_a_form_that_comes_twice_makes_one_incident(editor_a, now):
    key = "0b8c4f2e-6a2f-4f9a-8f86-2f1f0d9a4b11"

    first = services.create(a_draft(), by=editor_a, at=now, submission_key=key)
    second = services.create(a_draft(), by=editor_a, at=now, submission_key=key)

    assert (first.pk, Incident.objects.count()) == (second.pk, 1)


def test_the_same_foreign_name_shows_the_incident_that_is_there(editor_a, second_editor_a, now):
    first = services.create(a_draft(), by=editor_a, at=now, name=USGS)

    with pytest.raises(KnownAlready) as known:
        services.create(a_draft(), by=second_editor_a, at=now, name=USGS)

    assert known.value.incident == first


def test_anothers_draft_of_the_same_name_is_not_betrayed(editor_a, editor_b, now):
    services.create(a_draft(), by=editor_a, at=now, name=USGS)

    own = services.create(a_draft(), by=editor_b, at=now, name=USGS)

    assert own.participant_id == "azerbaijan"


def test_an_update_keeps_the_text_in_other_languages(editor_a, now):
    incident = services.create(a_draft(), by=editor_a, at=now)

    services.update(
        incident, a_draft(language="tr", title="Pazarcık depremi"), by=editor_a, at=now, version=1
    )

    incident.refresh_from_db()
    assert incident.titles == {"en": "Pazarcık earthquake", "tr": "Pazarcık depremi"}


def test_a_stale_update_saves_nothing(editor_a, second_editor_a, now):
    incident = services.create(a_draft(), by=editor_a, at=now)
    services.update(incident, a_draft(title="First"), by=editor_a, at=now, version=1)

    with pytest.raises(StaleVersion):
        services.update(incident, a_draft(title="Second"), by=second_editor_a, at=now, version=1)

    incident.refresh_from_db()
    assert (incident.titles, incident.version) == ({"en": "First"}, 2)


def test_an_update_tells_what_changed_from_what_to_what(editor_a, now):
    incident = services.create(a_draft(), by=editor_a, at=now)

    services.update(
        incident, a_draft(facts={"alert_level": "green"}), by=editor_a, at=now, version=1
    )

    entry = AuditEntry.objects.get(kind="incidents.incident.updated")
    assert entry.data["changes"] == {"alert_level": {"before": "red", "after": "green"}}


def test_an_update_of_a_named_incident_tells_field_names_and_hashes_only(editor_a, now):
    incident = services.create(a_draft(classification="named"), by=editor_a, at=now)
    draft = a_draft(title="The dam of Keban", classification="named")

    services.update(incident, draft, by=editor_a, at=now, version=1)

    entry = AuditEntry.objects.get(kind="incidents.incident.updated")
    assert (
        list(entry.data["changes"]),
        set(entry.data["changes"]["titles"]),
        "Keban" in entry.body,
    ) == (
        ["titles"],
        {"before_sha256", "after_sha256"},
        False,
    )


def test_exercise_mode_and_a_reported_classification_do_not_change(editor_a, now):
    incident = reported(by=editor_a)
    draft = a_draft(is_exercise=True, classification="named")

    services.update(incident, draft, by=editor_a, at=now, version=incident.version)

    incident.refresh_from_db()
    assert (incident.is_exercise, incident.classification) == (False, "members")


def test_reject_without_a_reason_is_refused(editor_a, second_editor_a, now):
    incident = reported(by=editor_a)

    with pytest.raises(ValidationError, match="why"):
        services.reject(incident, by=second_editor_a, at=now, reason="  ")


def test_the_stored_row_follows_every_change(editor_a, second_editor_a, now):
    incident = services.verify(reported(by=editor_a), by=second_editor_a, at=now)

    incident.refresh_from_db()
    assert '"status":"verified"' in incident.row_json
    assert f'"version":{incident.version}' in incident.row_json


def test_the_entry_tells_the_status_that_stood_not_the_one_remembered(
    editor_a, second_editor_a, now
):
    incident = services.verify(reported(by=editor_a), by=second_editor_a, at=now)
    remembered = services.activate(incident, by=editor_a, at=now)
    services.stabilise(Incident.objects.get(pk=incident.pk), by=editor_a, at=now)

    services.close(remembered, by=editor_a, at=now)

    entry = AuditEntry.objects.get(kind="incidents.incident.closed")
    assert entry.data["status"] == {"before": "stabilising", "after": "closed"}
