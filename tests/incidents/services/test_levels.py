from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from incidents.models import LevelChange
from incidents.services import incidents as services
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.notifications import services as notifications
from ots_portal.notifications.models import Delivery, OutboxRow
from ots_portal.verdicts import Refused
from tests.factories.incidents import IncidentFactory, a_draft, reported


def history(incident):
    return list(incident.level_changes.values_list("old", "new", "reason"))


def test_the_history_begins_with_the_level_of_the_report(editor_a):
    incident = reported(by=editor_a)

    assert history(incident) == [("", "red", "")]


def test_a_draft_has_no_history(editor_a, now):
    incident = services.create(a_draft(), by=editor_a, at=now)
    services.update(
        incident, a_draft(facts={"alert_level": "green"}), by=editor_a, at=now, version=1
    )

    assert history(incident) == []


def test_who_lowers_a_level_says_why(editor_a, now):
    incident = reported(by=editor_a)

    with pytest.raises(ValidationError) as refusal:
        services.set_level(incident, alert_level="green", by=editor_a, at=now, reason=" ")

    incident.refresh_from_db()
    assert list(refusal.value.error_dict) == ["reason"]
    assert (incident.alert_level, history(incident)) == ("red", [("", "red", "")])


def test_every_change_stands_in_the_history(editor_a, now):
    incident = reported(by=editor_a)
    services.set_level(
        incident, alert_level="green", by=editor_a, at=now, reason="Less than feared."
    )
    services.set_level(incident, alert_level="orange", by=editor_a, at=now)

    assert sorted(history(incident)) == sorted(
        [("", "red", ""), ("red", "green", "Less than feared."), ("green", "orange", "")]
    )
    assert (incident.alert_level, incident.version) == ("orange", 4)
    assert '"alert_level":"orange"' in incident.row_json


def test_raised_and_lowered_are_entries_of_their_own(editor_a, now):
    incident = reported(by=editor_a)
    services.set_level(incident, alert_level="orange", by=editor_a, at=now, reason="Less.")
    services.set_level(incident, alert_level="red", by=editor_a, at=now)

    kinds = AuditEntry.objects.filter(kind__contains="level_").values_list("kind", flat=True)
    assert sorted(kinds) == ["incidents.incident.level_lowered", "incidents.incident.level_raised"]


def test_the_same_level_again_is_no_change(editor_a, now):
    with pytest.raises(ValidationError, match="another level"):
        services.set_level(reported(by=editor_a), alert_level="red", by=editor_a, at=now)


def test_who_saw_another_level_is_told(editor_a, second_editor_a, now):
    incident = reported(by=editor_a)
    services.set_level(incident, alert_level="orange", by=second_editor_a, at=now, reason="Less.")

    with pytest.raises(StaleVersion):
        services.set_level(
            incident, alert_level="green", seen="red", by=editor_a, at=now, reason="Less."
        )


def test_an_old_copy_does_not_change_what_is_closed(editor_a, turkiye, now):
    old_copy = IncidentFactory(participant=turkiye, status="active")
    services.close(type(old_copy).objects.get(pk=old_copy.pk), by=editor_a, at=now)

    with pytest.raises(WrongStatus):
        services.set_level(old_copy, alert_level="red", by=editor_a, at=now)


@pytest.mark.parametrize("status", ["draft", "closed", "archived", "merged", "rejected"])
def test_only_an_open_incident_changes_its_level(editor_a, turkiye, now, status):
    incident = IncidentFactory(participant=turkiye, status=status)

    with pytest.raises(Refused) as refusal:
        services.set_level(incident, alert_level="red", by=editor_a, at=now)

    assert refusal.value.verdict.code == "wrong_status"


def test_the_form_with_a_lower_level_asks_for_the_reason(editor_a, now):
    incident = reported(by=editor_a)
    draft = a_draft(facts={"alert_level": "orange"})

    with pytest.raises(ValidationError) as refusal:
        services.update(incident, draft, by=editor_a, at=now, version=incident.version)
    incident.refresh_from_db()
    services.update(
        incident,
        replace(draft, level_reason="Less."),
        by=editor_a,
        at=now,
        version=incident.version,
    )

    assert list(refusal.value.error_dict) == ["reason"]
    assert ("red", "orange", "Less.") in history(incident)


def test_the_history_cannot_be_rewritten(editor_a):
    incident = reported(by=editor_a)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LevelChange.objects.filter(incident=incident).update(new="green")


def test_officers_on_duty_are_alerted_of_a_rise_and_told_once_of_a_fall(
    editor_a, second_editor_a, editor_b, now, settings
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    incident = services.verify(reported(by=editor_a), by=second_editor_a, at=now)
    OutboxRow.objects.all().delete()
    services.set_level(incident, alert_level="green", by=editor_a, at=now, reason="Less.")
    services.set_level(incident, alert_level="red", by=editor_a, at=now)
    notifications.work_through(clock=lambda: now)

    told = Delivery.objects.filter(recipient=editor_b).order_by("entry__kind", "channel")
    assert list(told.values_list("entry__kind", "channel", "is_alert")) == [
        ("incidents.incident.level_lowered", "inbox", False),
        ("incidents.incident.level_lowered", "mail", False),
        ("incidents.incident.level_raised", "inbox", True),
        ("incidents.incident.level_raised", "mail", True),
    ]
