"""Alerts that come in: what becomes of them, and what one does to another."""

from datetime import timedelta

import pytest

from incidents.formats import cap
from incidents.models import AlertReceipt, ExternalReference, KnownSender, ReceivedAlert
from incidents.notices.alerts import officers_on_duty_there, the_secretariat
from incidents.presentation.received_alerts import status_word
from incidents.queries import received_alerts as queries
from incidents.rules import received_alerts as rules
from incidents.services import alert_proposals, known_senders, receipts
from incidents.services import received_alerts as services
from incidents.services.received_alerts import Outcome
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import WrongStatus
from ots_portal.notifications.fan_out import insert_deliveries
from ots_portal.notifications.models import Delivery
from ots_portal.notifications.wording import wording_for
from ots_portal.plugs import notices
from ots_portal.verdicts import Refused
from tests.factories.alerts import AT, SENDER, known_sender, received, references, take_in
from tests.factories.incidents import IncidentFactory
from tests.samples import shared_sample
from tests.samples.alerts import alert_xml, area_xml, info_xml

IN_TURKIYE = info_xml(area=area_xml("39.0,32.0 39.0,33.0 40.0,33.0 40.0,32.0 39.0,32.0"))


def kinds() -> list[str]:
    entries = AuditEntry.objects.order_by("recorded_at", "id")
    return [entry.kind.rpartition(".")[2] for entry in entries]


def statuses() -> dict[str, str]:
    return dict(ReceivedAlert.objects.values_list("identifier", "status"))


# ── taking in ───────────────────────────────────────────────────────────────────────────────────


def test_an_alert_of_a_known_sender_is_accepted():
    known_sender()

    answer = take_in(info=IN_TURKIYE)

    assert (answer.outcome, answer.sentences) == (Outcome.ACCEPTED, ())
    assert answer.alert is not None
    assert (answer.alert.countries, answer.alert.severity, answer.alert.sent_text) == (
        ["TR"],
        "Severe",
        "2026-03-12T14:30:00+05:00",
    )


def test_an_alert_of_an_unknown_sender_is_held_in_quarantine():
    answer = take_in()

    assert (answer.outcome, answer.sentences) == (
        Outcome.QUARANTINED,
        (f"The sender “{SENDER}” is not on the list of known senders.",),
    )


def test_a_sender_that_was_removed_is_unknown(officer):
    known_senders.remove(known_sender(), by=officer, at=AT)

    assert take_in().outcome == Outcome.QUARANTINED


def test_a_message_twice_changes_nothing_and_tells_nobody():
    known_sender()
    first = take_in()
    entries = AuditEntry.objects.count()

    again = take_in(at=AT + timedelta(hours=1))

    assert (again.outcome, again.alert, again.sentences) == (Outcome.REPEATED, first.alert, ())
    assert (AuditEntry.objects.count(), ReceivedAlert.objects.count()) == (entries, 1)


def test_another_content_under_the_same_name_changes_nothing():
    known_sender()
    take_in()

    again = take_in(scope="Private", extra="<addresses>a</addresses>")

    assert again.sentences == (
        "A message of this name came in before with another content: that one stays.",
    )
    assert ReceivedAlert.objects.get().scope == "Public"


def test_a_refused_file_leaves_sentences_and_an_entry_without_its_text(editor_a):
    answer = take_in(by=editor_a, scope="")

    assert (answer.outcome, answer.alert) == (Outcome.REFUSED, None)
    assert answer.sentences == (
        "Line 1, element “alert”: The required element “scope” is missing.",
    )
    entry = AuditEntry.objects.get(kind="incidents.received_alert.refused")
    assert set(entry.data) == {"source", "sha256", "problem_count"}


def test_a_message_from_the_far_future_is_refused():
    known_sender()

    answer = take_in(at=AT - timedelta(days=2))

    assert answer.outcome == Outcome.REFUSED
    assert "more than a day in the future" in answer.sentences[0]


def test_a_message_some_hours_ahead_is_taken_in_with_a_warning():
    known_sender()

    answer = take_in(at=AT - timedelta(hours=5))

    assert (answer.outcome, answer.sentences) == (
        Outcome.ACCEPTED,
        ("The alert says that it was sent in the future.",),
    )


def test_a_reader_takes_nothing_in(reader_a):
    with pytest.raises(Refused):
        take_in(by=reader_a)


@pytest.mark.parametrize("cap_status", ["Test", "System", "Draft", "Exercise"])
def test_what_is_not_real_is_stored_as_that_and_left_out_of_lists(cap_status, secretary):
    known_sender()
    alert = take_in(status=cap_status).alert

    seen = queries.visible_to(secretary)

    assert alert is not None
    assert (alert.status, alert.cap_status) == ("accepted", cap_status)
    assert list(queries.filtered(seen, {})) == []
    assert list(queries.filtered(seen, {"unreal": True})) == [alert]


# ── updates and cancellations ───────────────────────────────────────────────────────────────────


def test_an_update_replaces_what_it_names():
    first = received()

    take_in(
        identifier="B", msgType="Update", sent="2026-03-12T15:00:00+05:00", extra=references(first)
    )

    assert statuses() == {"KZ-2026-0001": "superseded", "B": "accepted"}
    first.refresh_from_db()
    assert first.replaced_by is not None
    assert first.replaced_by.identifier == "B"


def test_a_cancellation_cancels_what_it_names():
    first = received()

    take_in(
        identifier="B", msgType="Cancel", sent="2026-03-12T15:00:00+05:00", extra=references(first)
    )

    assert statuses() == {"KZ-2026-0001": "cancelled", "B": "accepted"}


def test_an_older_message_never_replaces_a_newer_one():
    first = received()

    take_in(
        identifier="B", msgType="Cancel", sent="2026-03-12T14:00:00+05:00", extra=references(first)
    )

    assert statuses() == {"KZ-2026-0001": "accepted", "B": "accepted"}


def test_an_update_that_came_first_replaces_its_predecessor_when_it_comes():
    known_sender()
    extra = f"<references>{SENDER},KZ-2026-0001,2026-03-12T14:30:00+05:00</references>"
    take_in(identifier="B", msgType="Update", sent="2026-03-12T15:00:00+05:00", extra=extra)

    take_in()

    assert statuses() == {"KZ-2026-0001": "superseded", "B": "accepted"}


def test_another_sender_cancels_nothing():
    first = received()
    known_sender("mallory@example.org")

    take_in(
        identifier="B",
        sender="mallory@example.org",
        msgType="Cancel",
        sent="2026-03-12T15:00:00+05:00",
        extra=references(first),
    )

    assert statuses() == {"KZ-2026-0001": "accepted", "B": "accepted"}


def test_an_exercise_cancels_nothing_real():
    first = received()

    take_in(
        identifier="B",
        status="Exercise",
        msgType="Cancel",
        sent="2026-03-12T15:00:00+05:00",
        extra=f"<note>Drill</note>{references(first)}",
    )

    assert statuses() == {"KZ-2026-0001": "accepted", "B": "accepted"}


def test_a_message_in_quarantine_does_nothing_until_it_is_released(officer):
    first = received()
    KnownSender.objects.all().delete()
    held = take_in(
        identifier="B", msgType="Cancel", sent="2026-03-12T15:00:00+05:00", extra=references(first)
    ).alert
    before = statuses()

    assert held is not None
    services.release(held, by=officer, at=AT)

    assert (before, statuses()) == (
        {"KZ-2026-0001": "accepted", "B": "quarantined"},
        {"KZ-2026-0001": "cancelled", "B": "accepted"},
    )


def test_an_update_takes_over_the_incident(editor_a):
    incident = IncidentFactory(participant=editor_a.participant, status="active")
    first = services.link_to(received(), incident, by=editor_a, at=AT)

    update = take_in(
        identifier="B", msgType="Update", sent="2026-03-12T15:00:00+05:00", extra=references(first)
    ).alert

    assert update is not None
    assert (update.status, update.incident) == ("linked", incident)


def test_an_acknowledgement_from_outside_answers_what_it_names(secretary):
    first = received()
    known_sender("other@example.org")

    ack = take_in(
        identifier="ACK-1",
        sender="other@example.org",
        msgType="Ack",
        sent="2026-03-12T15:00:00+05:00",
        extra=references(first),
        info="",
    ).alert

    assert queries.answering(first, reader=secretary) == [ack]
    assert (
        queries.answering_ours(
            first.identifier, participant="x", sent_at=first.sent_at, reader=secretary
        )
        == []
    )
    assert statuses()["KZ-2026-0001"] == "accepted"


def test_what_is_over_expires():
    first, held = received(), received("quarantined", identifier="B")

    assert services.expire_due(at=AT) == 0
    assert services.expire_due(at=AT + timedelta(days=2)) == 1
    assert statuses() == {first.identifier: "expired", held.identifier: "quarantined"}


# ── what people do ──────────────────────────────────────────────────────────────────────────────


def test_releasing_may_put_the_sender_on_the_list(officer):
    held = take_in().alert

    assert held is not None
    services.release(held, by=officer, at=AT, trust_sender=True, sender_name="Service")

    known = KnownSender.objects.get()
    assert (known.sender, known.name, held.status) == (SENDER, "Service", "accepted")
    assert sorted(kinds()) == ["added", "quarantined", "released"]


def test_a_released_alert_is_not_released_again(officer):
    with pytest.raises(WrongStatus):
        services.release(received(), by=officer, at=AT)


@pytest.mark.parametrize(
    ("cap_status", "is_exercise", "reason"),
    [
        ("Actual", False, ""),
        ("Exercise", True, ""),
        ("Actual", True, "An exercise alert is linked to an exercise only, and a real one never."),
        (
            "Exercise",
            False,
            "An exercise alert is linked to an exercise only, and a real one never.",
        ),
        (
            "Test",
            False,
            "A test, a draft or a message between systems is never tied to an incident.",
        ),
        (
            "System",
            True,
            "A test, a draft or a message between systems is never tied to an incident.",
        ),
        (
            "Draft",
            False,
            "A test, a draft or a message between systems is never tied to an incident.",
        ),
    ],
)
def test_real_and_exercise_never_touch(cap_status, is_exercise, reason, editor_a):
    alert = _received_as(cap_status)
    incident = IncidentFactory(
        participant=editor_a.participant, status="active", is_exercise=is_exercise
    )

    if reason:
        with pytest.raises(Refused) as refused:
            services.link(alert, incident=incident.pk, by=editor_a, at=AT)
        assert str(refused.value) == reason
    else:
        linked = services.link(alert, incident=incident.pk, by=editor_a, at=AT)
        assert (linked.status, linked.incident) == ("linked", incident)


def _received_as(cap_status: str) -> ReceivedAlert:
    known_sender()
    alert = take_in(status=cap_status, info=IN_TURKIYE).alert
    assert alert is not None
    return alert


def test_a_link_can_be_taken_away(editor_a):
    incident = IncidentFactory(participant=editor_a.participant, status="active")
    linked = services.link_to(received(), incident, by=editor_a, at=AT)

    free = services.unlink(linked, by=editor_a, at=AT)

    assert (free.status, free.incident) == ("accepted", None)


def test_outsiders_of_an_incident_link_nothing_to_it(editor_a, editor_b):
    incident = IncidentFactory(participant=editor_a.participant, status="active")

    with pytest.raises(Refused, match="has a part in the incident"):
        services.link_to(received(), incident, by=editor_b, at=AT)


def test_the_alert_becomes_a_draft_of_whose_country_it_is_about(editor_a):
    alert = _received_as("Actual")

    incident = alert_proposals.propose(alert, by=editor_a, at=AT)

    alert.refresh_from_db()
    assert (incident.status, incident.participant, incident.title, incident.hazard) == (
        "draft",
        editor_a.participant,
        "Flood",
        "MH0600",
    )
    assert (incident.alert_level, incident.countries, alert.incident, alert.status) == (
        "orange",
        ["TR"],
        incident,
        "linked",
    )
    assert ExternalReference.objects.get().value == f"{SENDER},KZ-2026-0001"


def test_an_exercise_alert_becomes_the_draft_of_an_exercise(editor_a):
    incident = alert_proposals.propose(_received_as("Exercise"), by=editor_a, at=AT)

    assert incident.is_exercise


def test_a_country_that_the_alert_is_not_about_drafts_nothing(editor_b):
    with pytest.raises(Refused, match="about no part of your country"):
        alert_proposals.propose(_received_as("Actual"), by=editor_b, at=AT)


def test_incidents_near_in_place_and_time_are_proposed(editor_a):
    alert = _received_as("Actual")
    near = IncidentFactory(participant=editor_a.participant, status="active", onset_at=AT)
    IncidentFactory(
        participant=editor_a.participant, status="active", onset_at=AT - timedelta(days=30)
    )
    IncidentFactory(
        participant=editor_a.participant, status="active", onset_at=AT, countries=["AZ"]
    )

    assert queries.proposals_for(alert, reader=editor_a) == [near]


# ── answers to the sender ───────────────────────────────────────────────────────────────────────


def test_an_acknowledgement_is_a_message_that_can_be_read(editor_a):
    alert = received()
    receipt = receipts.acknowledge(alert, by=editor_a, at=AT)

    message = cap.read(receipt.xml.encode())
    assert (message.msg_type, message.status, message.identifier, message.addresses) == (
        "Ack",
        "Actual",
        "ACK-TR-2026-0001",
        (SENDER,),
    )
    assert message.references == (cap.Reference(SENDER, alert.identifier, alert.sent_at),)


def test_a_second_acknowledgement_is_the_first(editor_a, head_a):
    alert = received()
    first = receipts.acknowledge(alert, by=editor_a, at=AT)

    assert receipts.acknowledge(alert, by=head_a, at=AT) == first
    assert AlertReceipt.objects.count() == 1


def test_an_error_says_why(editor_a):
    receipt = receipts.report_error(received(), reason="Wrong area.", by=editor_a, at=AT)

    message = cap.read(receipt.xml.encode())
    assert (message.msg_type, message.note, message.warnings) == ("Error", "Wrong area.", ())


def test_an_exercise_is_acknowledged_as_one(editor_a):
    receipt = receipts.acknowledge(_received_as("Exercise"), by=editor_a, at=AT)

    message = cap.read(receipt.xml.encode())
    assert (message.status, bool(message.note)) == ("Exercise", True)


# ── who sees and hears what ─────────────────────────────────────────────────────────────────────


def test_who_sees_which_alert(
    officer, editor_a, editor_b, observer, administrator, auditor, machine_a
):
    known_sender()
    public = take_in().alert
    restricted = take_in(
        identifier="R", scope="Restricted", extra="<restriction>Members</restriction>"
    ).alert
    KnownSender.objects.all().delete()
    held = take_in(identifier="Q", by=editor_a).alert

    def seen_by(user):
        return set(queries.visible_to(user))

    assert [
        seen_by(user)
        for user in (officer, editor_a, machine_a, editor_b, observer, administrator, auditor)
    ] == [
        {public, restricted, held},
        {public, restricted, held},
        {public, restricted, held},
        {public, restricted},
        {public},
        set(),
        set(),
    ]


def test_the_secretariat_hears_of_quarantine(officer, secretary, administrator, editor_a):
    take_in()
    entry = AuditEntry.objects.get(kind="incidents.received_alert.quarantined")

    assert set(the_secretariat(entry)) == {officer, secretary}


def test_a_grave_alert_is_told_to_the_officers_on_duty_there(editor_a, editor_b):
    editor_a.is_on_duty = editor_b.is_on_duty = True
    editor_a.save()
    editor_b.save()
    _received_as("Actual")
    entry = AuditEntry.objects.get(kind="incidents.received_alert.accepted")

    assert list(officers_on_duty_there(entry)) == [editor_a]


def test_an_old_alert_that_says_no_end_wakes_nobody(editor_a):
    editor_a.is_on_duty = True
    editor_a.save()
    _received_as("Actual")
    entry = AuditEntry.objects.get(kind="incidents.received_alert.accepted")
    for days, is_woken in ((1, True), (3, False)):
        sent_at = entry.recorded_at - timedelta(days=days)
        ReceivedAlert.objects.update(sent_at=sent_at, expires_at=None)

        assert (list(officers_on_duty_there(entry)) == [editor_a]) == is_woken


def test_an_exercise_wakes_nobody(editor_a):
    editor_a.is_on_duty = True
    editor_a.save()
    _received_as("Exercise")
    entry = AuditEntry.objects.get(kind="incidents.received_alert.accepted")

    assert list(officers_on_duty_there(entry)) == []


# ── the real files ──────────────────────────────────────────────────────────────────────────────

REAL = {
    "gdacs-cap_1001150.xml": (Outcome.QUARANTINED, "“info-gdacs@gdacs.org” is not on the list"),
    "google-canada.cap": (Outcome.QUARANTINED, "“cap@ec.gc.ca” is not on the list"),
    "google-canada_signed.cap": (Outcome.QUARANTINED, "“cap-pac@ec.gc.ca” is not on the list"),
    "google-earthquake.cap": (Outcome.REFUSED, "This is CAP 1.1"),
    "google-invalid.cap": (Outcome.REFUSED, "The required element “scope” is missing."),
    "google-no_optional_fields.cap": (Outcome.REFUSED, "This is CAP 1.1"),
    "google-xee.cap": (Outcome.REFUSED, "A document type (DTD) is never accepted"),
    "ie-2.49.0.1.372.0.250413231648.N_Norm002_SmallCraft.xml": (
        Outcome.QUARANTINED,
        "“forecasts@met.ie” is not on the list",
    ),
    "kz-2.49.0.0.398.0-20250306-133701-0284797-00-EN.xml": (Outcome.ACCEPTED, "drawn repaired"),
    "oasis-cap12-appendix-a1.xml": (Outcome.QUARANTINED, "is not on the list"),
    "oasis-cap12-appendix-a2.xml": (Outcome.QUARANTINED, "is not on the list"),
    "oasis-cap12-appendix-a4.xml": (Outcome.QUARANTINED, "is not on the list"),
    "CAP-v1.2.xsd": (Outcome.REFUSED, "The document is not a CAP alert."),
}


@pytest.mark.parametrize(
    ("name", "outcome", "reason"), [(name, *told) for name, told in REAL.items()]
)
def test_a_real_file_gets_the_answer_in_its_meaning(name, outcome, reason):
    content = shared_sample(f"cap/{name}").read_bytes()
    known_sender("kalmenova_a@meteo.kz")

    answer = services.take_in(content, source="file", by=None, at=AT)

    assert answer.outcome == outcome
    assert reason in " ".join(answer.sentences)


def test_the_kazakh_alert_lies_in_kazakhstan():
    content = shared_sample("cap/kz-2.49.0.0.398.0-20250306-133701-0284797-00-EN.xml").read_bytes()
    known_sender("kalmenova_a@meteo.kz")

    alert = services.take_in(content, source="file", by=None, at=AT).alert

    assert alert is not None
    assert (alert.countries, alert.headline, alert.signature, alert.xml.encode() == content) == (
        ["KZ"],
        "Freezing rain, icing",
        "absent",
        True,
    )


def test_a_signature_is_present_and_never_called_verified():
    content = shared_sample("cap/google-canada_signed.cap").read_bytes()

    alert = services.take_in(content, source="file", by=None, at=AT).alert

    assert alert is not None
    assert alert.signature == "present"


def test_the_original_comes_back_byte_for_byte():
    content = alert_xml().decode()
    originals = [
        f'<?xml version="1.0" encoding="{name}"?>{content}'.encode(name)
        for name in ("utf-8", "windows-1251", "utf-8-sig")
    ]

    assert [cap.bytes_of(cap.text_of(original)) for original in originals] == originals


# ── who speaks for whom ─────────────────────────────────────────────────────────────────────────


def test_nobody_speaks_for_the_sender_of_another_participant(editor_a, editor_b):
    first = received()
    KnownSender.objects.update(participant=editor_a.participant)
    cancel = {"identifier": "B", "msgType": "Cancel", "sent": "2026-03-12T15:00:00+05:00"}

    answer = take_in(by=editor_b, extra=references(first), **cancel)

    assert answer.outcome == Outcome.QUARANTINED
    assert "You do not speak for the sender" in answer.sentences[0]
    assert statuses()["KZ-2026-0001"] == "accepted"


def test_an_editor_does_not_speak_for_a_sender_that_is_no_participants(editor_a):
    known_sender()

    assert take_in(by=editor_a).outcome == Outcome.QUARANTINED


@pytest.mark.parametrize("who", ["editor_a", "machine_a", "officer"])
def test_the_own_participant_and_the_secretariat_speak_for_it(who, request, editor_a):
    known_sender(participant=editor_a.participant)

    assert take_in(by=request.getfixturevalue(who)).outcome == Outcome.ACCEPTED


# ── brought again by who speaks for the sender ──────────────────────────────────────────────────

FORGED = {"scope": "Restricted", "extra": "<restriction>Made up</restriction>"}


@pytest.fixture
def senders_own(editor_a):
    """The sender speaks for the participant of editor_a."""
    return known_sender(participant=editor_a.participant)


def released():
    return AuditEntry.objects.filter(kind="incidents.received_alert.released")


@pytest.mark.parametrize("who", ["editor_a", "machine_a", "officer", None])
def test_what_another_brought_is_accepted_when_its_sender_brings_it(
    who, request, senders_own, editor_b
):
    held = take_in(by=editor_b).alert
    by = request.getfixturevalue(who) if who else None

    answer = take_in(by=by, at=AT + timedelta(hours=1))

    alert = ReceivedAlert.objects.get()
    assert (answer.outcome, answer.alert, alert, alert.status) == (
        Outcome.ACCEPTED,
        held,
        held,
        "accepted",
    )
    assert answer.sentences == (
        "It was in quarantine and is released: who brings it now speaks for its sender.",
    )


def test_the_record_of_the_quarantine_stays(senders_own, editor_a, editor_b):
    held = take_in(by=editor_b).alert

    take_in(by=editor_a, at=AT + timedelta(hours=1))

    alert = ReceivedAlert.objects.get()
    entry = released().get()
    assert kinds() == ["quarantined", "released"]
    assert (alert.received_by, alert.received_at) == (editor_b, AT)
    assert (entry.actor_id, entry.recorded_at, entry.data) == (
        editor_a.pk,
        AT + timedelta(hours=1),
        {
            "status": {"before": "quarantined", "after": "accepted"},
            "source": "file",
            "sha256": held.digest,
        },
    )


def test_what_was_held_for_an_unknown_sender_is_accepted_once_it_is_known(officer, editor_a):
    take_in(by=editor_a)
    known_senders.add(SENDER, name="Service", participant=editor_a.participant, by=officer, at=AT)

    assert take_in(by=editor_a).outcome == Outcome.ACCEPTED


@pytest.mark.parametrize("changes", [{}, FORGED])
def test_what_the_same_stranger_brings_again_stays_held(changes, senders_own, editor_b):
    held = take_in(by=editor_b, **changes).alert

    again = take_in(by=editor_b, at=AT + timedelta(hours=1), **changes)

    assert (again.outcome, again.alert, again.sentences) == (Outcome.REPEATED, held, ())
    assert (statuses(), released().exists()) == ({held.identifier: "quarantined"}, False)


def test_a_sender_that_is_not_known_releases_nothing(editor_b, officer):
    take_in(by=editor_b)

    assert [take_in(by=by).outcome for by in (officer, None)] == [Outcome.REPEATED] * 2
    assert ReceivedAlert.objects.get().status == "quarantined"


def test_once_it_is_accepted_it_is_repeated_whoever_brings_it(senders_own, editor_a, editor_b):
    for by in (editor_b, editor_a):
        take_in(by=by)
    count = AuditEntry.objects.count()

    outcomes = [take_in(by=by).outcome for by in (editor_a, editor_b)]

    assert (outcomes, AuditEntry.objects.count()) == ([Outcome.REPEATED] * 2, count)


def test_what_is_released_by_it_takes_effect_and_wakes_the_officers_on_duty(
    senders_own, editor_a, editor_b
):
    editor_a.is_on_duty = True
    editor_a.save()
    first = take_in(by=editor_a).alert
    update = {
        "identifier": "B", "msgType": "Update", "sent": "2026-03-12T15:00:00+05:00",
        "extra": references(first), "info": IN_TURKIYE,
    }  # fmt: skip
    take_in(by=editor_b, **update)
    before = statuses()

    take_in(by=editor_a, **update)

    assert before == {"KZ-2026-0001": "accepted", "B": "quarantined"}
    assert statuses() == {"KZ-2026-0001": "superseded", "B": "accepted"}
    assert list(officers_on_duty_there(released().get())) == [editor_a]


def test_another_content_under_its_name_keeps_the_name_from_nobody(
    senders_own, editor_a, editor_b, secretary
):
    forged = take_in(by=editor_b, **FORGED).alert

    answer = take_in(by=editor_a, at=AT + timedelta(hours=1))

    assert (answer.outcome, answer.sentences) == (Outcome.ACCEPTED, ())
    forged.refresh_from_db()
    assert (forged.status, forged.scope, forged.replaced_by) == (
        "ignored",
        "Restricted",
        answer.alert,
    )
    assert (answer.alert.status, answer.alert.scope) == ("accepted", "Public")
    assert sorted(kinds()) == ["accepted", "ignored", "quarantined"]
    aside = AuditEntry.objects.get(kind="incidents.received_alert.ignored")
    assert (aside.actor_id, aside.data["sha256"]) == (None, forged.digest)
    seen = queries.visible_to(secretary)
    assert set(seen) == {forged, answer.alert}


def test_after_that_both_contents_are_repeated(senders_own, editor_a, editor_b):
    forged = take_in(by=editor_b, **FORGED).alert
    own = take_in(by=editor_a).alert

    answers = [take_in(by=editor_b, **FORGED), take_in(by=editor_b), take_in(by=editor_a)]

    assert [(one.outcome, one.alert) for one in answers] == [
        (Outcome.REPEATED, forged),
        (Outcome.REPEATED, own),
        (Outcome.REPEATED, own),
    ]


def test_what_the_secretariat_has_put_aside_is_not_taken_in_again(
    senders_own, editor_a, editor_b, officer
):
    held = take_in(by=editor_b).alert
    services.ignore(held, by=officer, at=AT)

    answer = take_in(by=editor_a)

    assert (answer.outcome, answer.sentences) == (
        Outcome.REPEATED,
        ("The secretariat has put this message aside: it is not taken in again.",),
    )
    assert statuses() == {held.identifier: "ignored"}


def test_another_content_that_was_put_aside_keeps_the_name_from_nobody(
    senders_own, editor_a, editor_b, officer
):
    forged = take_in(by=editor_b, **FORGED).alert
    services.ignore(forged, by=officer, at=AT)

    assert take_in(by=editor_a).outcome == Outcome.ACCEPTED
    forged.refresh_from_db()
    assert (forged.status, forged.replaced_by) == ("ignored", None)


def test_a_second_message_of_a_name_is_not_released_beside_the_accepted_one(
    senders_own, editor_a, editor_b, officer
):
    forged = take_in(by=editor_b, **FORGED).alert
    take_in(by=editor_a)
    # As when it came in while the other one was being accepted.
    ReceivedAlert.objects.filter(pk=forged.pk).update(status="quarantined")

    with pytest.raises(WrongStatus, match="this one can only be ignored"):
        services.release(forged, by=officer, at=AT)
    forged.refresh_from_db()
    assert forged.status == "quarantined"
    assert not released().exists()


# ── warnings, and what is none ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("message_type", ["Cancel", "Ack", "Error"])
def test_only_a_warning_stands_and_is_linked(message_type, editor_a, secretary):
    extra = f"<references>{SENDER},X,2026-03-12T14:00:00+05:00</references>"
    other = received(identifier="B", msgType=message_type, extra=extra, info=IN_TURKIYE)
    alert = received(info=IN_TURKIYE)
    seen = queries.visible_to(secretary)

    assert list(queries.filtered(seen, {"status": "standing"})) == [alert]
    assert [bool(rules.may_link(editor_a, one)) for one in (alert, other)] == [True, False]
    assert [bool(rules.may_propose(editor_a, one)) for one in (alert, other)] == [True, False]
    assert status_word(other) == "Noted"


def test_a_private_answer_is_shown_to_whom_it_is_open(editor_a, observer, secretary):
    first = received()
    ack = received(
        identifier="A",
        msgType="Ack",
        scope="Private",
        sent="2026-03-12T15:00:00+05:00",
        extra=f"<addresses>x@example.org</addresses>{references(first)}",
        info="",
    )

    assert queries.answering(first, reader=secretary) == [ack]
    assert queries.answering(first, reader=observer) == []


def test_an_update_that_comes_too_late_is_accepted_all_the_same():
    first = received()
    stale = ReceivedAlert.objects.get(pk=first.pk)
    services.expire(first, at=AT)
    update = received(identifier="B", msgType="Update", extra=references(first))

    services._replace(stale, update, at=AT)

    assert statuses() == {"KZ-2026-0001": "expired", "B": "accepted"}


def test_many_references_are_no_burden():
    first = received()
    names = " ".join(f"{SENDER},M{number},2026-03-12T14:00:00+05:00" for number in range(199))
    extra = references(first).replace("<references>", f"<references>{names} ")

    take_in(identifier="B", msgType="Update", sent="2026-03-12T15:00:00+05:00", extra=extra)

    assert statuses()["KZ-2026-0001"] == "superseded"


# ── who is told ─────────────────────────────────────────────────────────────────────────────────


def test_a_release_and_a_cancellation_wake_the_officers_on_duty(editor_a, officer):
    editor_a.is_on_duty = True
    editor_a.save()
    held = take_in(info=IN_TURKIYE).alert
    assert held is not None
    services.release(held, by=officer, at=AT, trust_sender=True)
    take_in(
        identifier="B", msgType="Cancel", sent="2026-03-12T15:00:00+05:00", extra=references(held)
    )

    for kind in ("released", "cancelled"):
        notice = notices[f"incidents.received_alert.{kind}"]
        entry = AuditEntry.objects.get(kind=notice.kind)
        assert list(notice.recipients(entry)) == [editor_a]
        wording = wording_for(notice, entry, held, editor_a)
        assert ("cancelled" in wording.subject, SENDER in wording.text) == (
            kind == "cancelled",
            True,
        )


def test_the_quarantine_is_mailed_once_per_sender_and_hour(officer):
    notice = notices["incidents.received_alert.quarantined"]
    moments = (AT, AT + timedelta(minutes=30), AT + timedelta(minutes=59), AT + timedelta(hours=1))
    for number, at in enumerate(moments):
        take_in(identifier=f"Q{number}", at=at)
    take_in(identifier="other", sender="other@example.org", at=AT + timedelta(minutes=31))

    entries = AuditEntry.objects.filter(kind=notice.kind).order_by("recorded_at")
    mailed = [notice.is_mailed(entry) for entry in entries]

    assert mailed == [True, False, True, False, True]
    for entry in entries:
        insert_deliveries(notice, entry, at=AT)
    channels = [Delivery.objects.filter(channel=name).count() for name in ("inbox", "mail")]
    assert channels == [5, 3]


@pytest.mark.parametrize(
    ("cap_status", "mark"),
    [
        ("Test", "[Test] "),
        ("System", "[Between systems] "),
        ("Actual", ""),
    ],
)
def test_what_is_not_real_says_so_in_the_mail(cap_status, mark, secretary):
    held = take_in(status=cap_status).alert
    notice = notices["incidents.received_alert.quarantined"]
    entry = AuditEntry.objects.get(kind=notice.kind)

    wording = wording_for(notice, entry, held, secretary)

    assert wording.subject == f"{mark}An alert of {SENDER} is in quarantine"
    assert (mark in wording.text, mark.strip() in wording.html) == (True, True)
