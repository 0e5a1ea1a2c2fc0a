"""Alerts of our own: drafted, approved by a second person, issued, updated, cancelled, over."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from lxml import etree

from incidents.formats import cap
from incidents.models import Alert
from incidents.notices.alerts import readers_on_duty_of_alert
from incidents.queries import alerts as queries
from incidents.rules import alerts as rules
from incidents.services import alerts as services
from incidents.services.alert_content import begun_from, content_of
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.alerts import WORDS, known_sender, own, take_in, written
from tests.factories.incidents import IncidentFactory
from tests.samples import shared_sample


@pytest.fixture
def issued(editor_a, head_a, now) -> Alert:
    return own("issued", editor=editor_a, head=head_a, at=now)


def message_of(alert: Alert) -> cap.Alert:
    return cap.read(alert.xml.encode())


# ── drafting ────────────────────────────────────────────────────────────────────────────────────


def test_a_draft_says_what_the_incident_says(editor_a, now):
    incident = IncidentFactory(
        participant=editor_a.participant,
        status="active",
        alert_level="red",
        latitude=37.2256,
        longitude=37.0143,
        titles={"en": "Quake", "tr": "Deprem"},
    )

    alert = services.draft(incident, by=editor_a, at=now)

    content = content_of(alert)
    assert (content.severity, content.urgency, content.categories, content.circles) == (
        "Extreme",
        "Immediate",
        ("Geo",),
        ("37.2256,37.0143 50",),
    )
    assert {code: (texts.event, texts.headline) for code, texts in content.texts.items()} == {
        "en": ("Earthquake", "Quake"),
        "tr": ("Deprem", "Deprem"),
    }
    assert ("UNDRR-ISC:2025", "GH0101") in content.event_codes
    assert content.parameters == (("OTS:incident", incident.number),)


def test_the_area_of_the_incident_becomes_polygons(editor_a, now):
    box = {"type": "Polygon", "coordinates": [[[37, 37], [38, 37], [38, 38], [37, 38], [37, 37]]]}
    incident = IncidentFactory(participant=editor_a.participant, status="active", area=box)

    assert begun_from(incident, at=now).polygons == ("37,37 37,38 38,38 38,37 37,37",)


def test_an_outsider_drafts_nothing(editor_b, editor_a, now):
    incident = IncidentFactory(participant=editor_a.participant, status="active")

    with pytest.raises(Refused, match="have a part in the incident"):
        services.draft(incident, by=editor_b, at=now)


def test_a_participant_with_a_part_drafts_in_its_own_name(editor_b, editor_a, now):
    incident = IncidentFactory(
        participant=editor_a.participant, status="active", involved=[editor_b.participant]
    )

    assert services.draft(incident, by=editor_b, at=now).participant == editor_b.participant


def test_a_closed_incident_is_not_drafted_from(editor_a, now):
    incident = IncidentFactory(participant=editor_a.participant, status="closed", closed_at=now)

    with pytest.raises(WrongStatus):
        services.draft(incident, by=editor_a, at=now)


def test_saving_over_somebody_elses_version_is_refused(editor_a, now):
    incident = IncidentFactory(participant=editor_a.participant, status="active")
    alert = services.draft(incident, by=editor_a, at=now)
    written(alert, by=editor_a, at=now)

    with pytest.raises(StaleVersion):
        services.update(alert, content_of(alert), scope="Public", by=editor_a, at=now, version=1)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"polygons": ("91,1 2,2 3,3",)}, "polygons", "beyond a pole"),
        ({"circles": ("here 5",)}, "circles", "is not a pair of latitude,longitude"),
    ],
)
def test_an_impossible_shape_is_refused_where_it_is_written(
    changes, field, sentence, editor_a, now
):
    incident = IncidentFactory(participant=editor_a.participant, status="active")
    alert = services.draft(incident, by=editor_a, at=now)

    with pytest.raises(ValidationError) as refused:
        written(alert, by=editor_a, at=now, **changes)

    assert sentence in refused.value.message_dict[field][0]


def test_an_alert_ends_after_it_begins(editor_a, now):
    incident = IncidentFactory(participant=editor_a.participant, status="active")
    alert = services.draft(incident, by=editor_a, at=now)

    with pytest.raises(ValidationError, match="must end after it begins"):
        written(alert, by=editor_a, at=now, onset=now + timedelta(days=9))


# ── approving ───────────────────────────────────────────────────────────────────────────────────


def test_the_head_approves_what_an_editor_wrote(editor_a, head_a, now):
    alert = own("approved", editor=editor_a, head=head_a, at=now)

    assert (alert.status, alert.approved_by, alert.approved_at) == ("approved", head_a, now)


def test_whoever_wrote_a_part_of_it_does_not_approve_it(editor_a, head_a, now):
    alert = own("draft", editor=editor_a, head=head_a, at=now)
    alert = services.update(
        alert, content_of(alert), scope="Public", by=head_a, at=now, version=alert.version
    )

    with pytest.raises(Refused) as refused:
        services.approve(alert, by=head_a, at=now)

    assert refused.value.verdict.code == "same_person"


def test_an_editor_approves_nothing(editor_a, second_editor_a, head_a, now):
    alert = own("draft", editor=editor_a, head=head_a, at=now)

    with pytest.raises(Refused, match="the head of the authority does this"):
        services.approve(alert, by=second_editor_a, at=now)


def test_another_number_in_one_language_stands_in_the_way(editor_a, head_a, now):
    alert = own("draft", editor=editor_a, head=head_a, at=now)
    texts = {**WORDS, "kk": replace(WORDS["kk"], description="Су 4,5 м.")}
    alert = services.update(
        alert,
        replace(content_of(alert), texts=texts),
        scope="Public",
        by=editor_a,
        at=now,
        version=alert.version,
    )

    with pytest.raises(ValidationError) as refused:
        services.approve(alert, by=head_a, at=now)

    assert refused.value.messages == [
        "In “description”, “3.5” stands in en and not in kk.",
        "In “description”, “4,5” stands in kk and not in en.",
    ]


def test_what_is_missing_is_named(editor_a, now):
    incident = IncidentFactory(
        participant=editor_a.participant, status="active", titles={"en": "Quake"}
    )
    alert = services.draft(incident, by=editor_a, at=now)

    assert services.obstacles(alert, at=now) == [
        "“description” is missing in en.",
        "The area has no name in en.",
    ]


def test_an_exercise_needs_a_note(editor_a, head_a, now):
    incident = IncidentFactory(participant=editor_a.participant, status="active", is_exercise=True)
    alert = written(services.draft(incident, by=editor_a, at=now), by=editor_a, at=now)

    assert services.obstacles(alert, at=now) == [
        "An exercise alert says in its note that it is an exercise."
    ]


# ── issuing ─────────────────────────────────────────────────────────────────────────────────────


def test_an_issued_alert_is_a_message_with_one_text_per_language(issued, now):
    message = message_of(issued)

    assert (message.identifier, message.sender, message.sent, message.status, message.msg_type) == (
        "CAP-TR-2026-0001",
        "turkiye@127.0.0.1",
        now,
        "Actual",
        "Alert",
    )
    assert [info.language for info in message.infos] == ["en", "kk"]
    assert cap.disagreements(message.infos) == []
    assert issued.issued_at == now


def test_an_issued_alert_is_valid_by_the_oasis_schema(issued):
    oasis = etree.XMLSchema(etree.parse(shared_sample("cap/CAP-v1.2.xsd")))

    assert oasis.validate(etree.fromstring(issued.xml.encode())), oasis.error_log
    assert "Z</" not in issued.xml


def test_times_are_the_participants_own(editor_a, head_a, now):
    editor_a.participant.time_zone = "Asia/Almaty"
    editor_a.participant.save()

    alert = own("issued", editor=editor_a, head=head_a, at=now)

    assert "<sent>2026-11-20T17:00:00+05:00</sent>" in alert.xml


def test_utc_is_written_with_a_minus(issued):
    assert "<sent>2026-11-20T12:00:00-00:00</sent>" in issued.xml


def test_an_exercise_goes_out_as_one(editor_a, head_a, now):
    incident = IncidentFactory(participant=editor_a.participant, status="active", is_exercise=True)

    message = message_of(own("issued", editor=editor_a, head=head_a, at=now, incident=incident))

    assert (message.status, message.note, message.identifier) == (
        "Exercise",
        "A drill.",
        "EX-CAP-TR-2026-0001",
    )


def test_an_alert_whose_time_is_over_is_not_issued(editor_a, head_a, now):
    alert = own("approved", editor=editor_a, head=head_a, at=now)

    with pytest.raises(ValidationError, match="would be over"):
        services.issue(alert, by=head_a, at=now + timedelta(days=3))


def test_an_alert_is_issued_once(issued, head_a, now):
    with pytest.raises(WrongStatus):
        services.issue(issued, by=head_a, at=now)


def test_a_draft_is_not_issued(editor_a, head_a, now):
    with pytest.raises(WrongStatus):
        services.issue(own("draft", editor=editor_a, head=head_a, at=now), by=head_a, at=now)


# ── update, cancellation, end ───────────────────────────────────────────────────────────────────


def _followed(issued: Alert, message_type: str, *, editor, head, at) -> Alert:
    alert = services.follow_up(issued, message_type=message_type, by=editor, at=at)
    for verb in ("approve", "issue"):
        alert = getattr(services, verb)(alert, by=head, at=at)
    issued.refresh_from_db()
    return alert


def test_an_update_names_and_replaces_what_it_follows(issued, editor_a, head_a, now):
    later = now + timedelta(hours=1)

    update = _followed(issued, "Update", editor=editor_a, head=head_a, at=later)

    message = message_of(update)
    assert (message.msg_type, message.references) == ("Update", (message_of(issued).reference,))
    assert (issued.status, update.status) == ("updated", "issued")


def test_a_cancellation_names_and_cancels_what_it_follows(issued, editor_a, head_a, now):
    later = now + timedelta(hours=1)

    cancelling = _followed(issued, "Cancel", editor=editor_a, head=head_a, at=later)

    message = message_of(cancelling)
    assert (message.msg_type, message.references, message.infos[0].response_types) == (
        "Cancel",
        (message_of(issued).reference,),
        ("AllClear",),
    )
    assert issued.status == "cancelled"


def test_two_updates_of_one_alert_do_not_both_go_out(issued, editor_a, head_a, now):
    first = services.follow_up(issued, message_type="Update", by=editor_a, at=now)
    second = services.follow_up(issued, message_type="Cancel", by=editor_a, at=now)
    for alert in (first, second):
        services.approve(alert, by=head_a, at=now)
    services.issue(first, by=head_a, at=now)

    with pytest.raises(WrongStatus):
        services.issue(second, by=head_a, at=now)

    assert Alert.objects.get(pk=second.pk).status == "approved"


def test_pressing_twice_begins_one_update(issued, editor_a, now):
    first = services.follow_up(issued, message_type="Update", by=editor_a, at=now)

    assert services.follow_up(issued, message_type="Update", by=editor_a, at=now) == first


def test_what_was_cancelled_is_not_updated(issued, editor_a, head_a, now):
    _followed(issued, "Cancel", editor=editor_a, head=head_a, at=now)

    with pytest.raises(WrongStatus):
        services.follow_up(issued, message_type="Update", by=editor_a, at=now)


def test_an_alert_ends_by_itself(issued, now):
    assert services.expire_due(at=now) == 0
    assert services.expire_due(at=now + timedelta(days=1)) == 1
    issued.refresh_from_db()
    assert issued.status == "expired"


def test_a_live_alert_keeps_its_incident_open(issued, editor_a, head_a, now):
    before = list(queries.live_alerts_of(issued.incident))

    _followed(issued, "Cancel", editor=editor_a, head=head_a, at=now)

    assert (before, list(queries.live_alerts_of(issued.incident))) == ([issued], [])


def test_answers_from_outside_are_found(issued, secretary, now):
    known_sender("other@example.org")
    ack = take_in(
        at=now,
        identifier="A1",
        sender="other@example.org",
        sent="2026-11-20T12:05:00+00:00",
        msgType="Ack",
        extra=f"<references>turkiye@127.0.0.1,{issued.identifier},2026-11-20T12:00:00-00:00</references>",
        info="",
    ).alert

    assert queries.answers_to(issued, reader=secretary) == [ack]


def test_nobody_brings_our_own_alert_in_from_outside(issued, now):
    used, unused = [
        take_in(at=now, sender="turkiye@127.0.0.1", identifier=identifier)
        for identifier in (issued.identifier, "CAP-TR-2026-9999")
    ]

    assert used.sentences == unused.sentences
    assert used.sentences == (
        "The sender “turkiye@127.0.0.1” is this portal: what it sends is not taken in again.",
    )


def test_a_foreign_message_may_have_a_number_like_ours(issued, now):
    known_sender()

    assert take_in(at=now, identifier=issued.identifier).outcome == "accepted"


def test_an_answer_to_another_senders_message_is_none_to_ours(issued, secretary, now):
    known_sender("other@example.org")
    take_in(
        at=now,
        sender="other@example.org",
        sent="2026-11-20T12:05:00+00:00",
        msgType="Ack",
        extra=f"<references>kyrgyzstan@127.0.0.1,{issued.identifier},2026-11-20T12:00:00-00:00</references>",
        info="",
    )

    assert queries.answers_to(issued, reader=secretary) == []


# ── incidents that named participants know ──────────────────────────────────────────────────────


@pytest.fixture
def named(editor_a, editor_b):
    return IncidentFactory(
        participant=editor_a.participant,
        status="active",
        classification="named",
        involved=[editor_b.participant],
    )


def test_an_alert_about_a_named_incident_is_restricted_unless_it_says_otherwise(
    named, editor_b, now
):
    alert = services.draft(named, by=editor_b, at=now)

    assert (alert.scope, content_of(alert).restriction) == (
        "Restricted",
        "The participants that the incident is open to.",
    )


def test_only_the_owner_makes_a_named_incident_public(
    named, editor_a, head_a, editor_b, head_b, now
):
    theirs, ours = [
        written(services.draft(named, by=editor, at=now, scope="Public"), by=editor, at=now)
        for editor in (editor_b, editor_a)
    ]

    with pytest.raises(ValidationError, match="open to named participants only"):
        services.approve(theirs, by=head_b, at=now)
    issued = services.issue(services.approve(ours, by=head_a, at=now), by=head_a, at=now)

    assert named.number not in issued.xml
    assert named.number not in str(issued.content)


def test_a_restricted_alert_names_its_incident(named, editor_a, head_a, now):
    issued = own("issued", editor=editor_a, head=head_a, at=now, incident=named)

    assert message_of(issued).incidents == (named.number,)


# ── who sees and hears what ─────────────────────────────────────────────────────────────────────


def test_who_sees_which_alert(
    editor_a, head_a, editor_b, observer, officer, administrator, auditor, now
):
    public = own("issued", editor=editor_a, head=head_a, at=now)
    drafted = own("draft", editor=editor_a, head=head_a, at=now)
    named = IncidentFactory(
        participant=editor_a.participant, status="active", classification="named"
    )
    private = own("issued", editor=editor_a, head=head_a, at=now, incident=named)
    Alert.objects.filter(pk=private.pk).update(scope="Private")

    people = (editor_a, editor_b, observer, officer, administrator, auditor)
    assert [set(queries.visible_to(user)) for user in people] == [
        {public, drafted, private},
        {public},
        {public},
        {public, private},
        set(),
        set(),
    ]


def test_the_feed_holds_public_and_real_alerts_only(editor_a, head_a, editor_b, now):
    public = own("issued", editor=editor_a, head=head_a, at=now)
    drill = IncidentFactory(participant=editor_a.participant, status="active", is_exercise=True)
    own("issued", editor=editor_a, head=head_a, at=now, incident=drill)
    restricted = own("issued", editor=editor_a, head=head_a, at=now)
    Alert.objects.filter(pk=restricted.pk).update(scope="Restricted")
    own("expired", editor=editor_a, head=head_a, at=now)

    assert list(queries.published_for(editor_a)) == [public]


def test_the_officers_on_duty_elsewhere_hear_of_it(editor_b, head_a, issued):
    editor_b.is_on_duty = head_a.is_on_duty = True
    editor_b.save()
    head_a.save()
    entry = AuditEntry.objects.get(kind="incidents.alert.issued")

    assert list(readers_on_duty_of_alert(entry)) == [editor_b]


@pytest.mark.parametrize(
    ("who", "verb", "code"),
    [
        ("reader_a", "update", "not_allowed"),
        ("machine_a", "update", ""),
        ("machine_a", "discard", "not_allowed"),
        ("machine_a", "approve", "not_allowed"),
        ("editor_a", "approve", "not_allowed"),
        ("editor_a", "issue", "not_allowed"),
        ("head_a", "approve", ""),
        ("head_b", "approve", "not_allowed"),
        ("officer", "issue", "not_allowed"),
        ("secretary", "issue", "not_allowed"),
    ],
)
def test_who_may_do_what(who, verb, code, request, editor_a, head_a, now):
    alert = own("draft", editor=editor_a, head=head_a, at=now)

    verdict = getattr(rules, f"may_{verb}")(request.getfixturevalue(who), alert)

    assert (bool(verdict), verdict.code if not verdict else "") == (not code, code)
