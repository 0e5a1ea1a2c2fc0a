from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Incident, Involvement, Offer
from incidents.queries import incidents as incident_queries
from incidents.services import incidents as incident_services
from incidents.services import involvements as services
from incidents.services.involvements import Statement
from ots_portal import plugs
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import StaleVersion
from ots_portal.notifications import services as notifications
from ots_portal.notifications.models import Delivery
from ots_portal.verdicts import Refused
from tests.factories.incidents import ONSET, IncidentFactory, a_draft, reported

SAID = Statement(
    {"status": "responding", "national_class": "Level 4", "subdivisions": ["tr-46", "TR-31"]},
    language="tr",
    public_text="Ekipler yolda.",
)


@pytest.fixture
def incident(turkiye):
    return IncidentFactory(participant=turkiye, status="active")


@pytest.fixture
def own_part(incident, turkiye):
    return Involvement.objects.create(incident=incident, participant=turkiye, role="affected")


def roles(incident):
    return dict(incident.involvements.values_list("participant_id", "role"))


def test_who_gets_a_part_reads_the_incident_and_stands_in_its_row(
    incident, editor_a, hungary, observer, now
):
    part = services.add(incident, participant=hungary, role="neighbour", by=editor_a, at=now)

    incident.refresh_from_db()
    assert (part.role, incident.version) == ("neighbour", 2)
    assert incident in incident_queries.visible_to(observer)
    assert '{"participant":"hungary","role":"neighbour"}' in incident.row_json


def test_the_secretariat_prepares_parts_but_names_nobody(incident, officer, hungary, turkiye, now):
    services.add(incident, participant=hungary, role="at_risk", by=officer, at=now)
    restricted = IncidentFactory(participant=turkiye, status="active", classification="named")

    with pytest.raises(Refused, match="named participants"):
        services.add(restricted, participant=hungary, role="at_risk", by=officer, at=now)

    assert (roles(incident), roles(restricted)) == ({"hungary": "at_risk"}, {})


def test_a_part_is_given_once(incident, editor_a, hungary, now):
    services.add(incident, participant=hungary, role="neighbour", by=editor_a, at=now)

    with pytest.raises(ValidationError, match="has a part already"):
        services.add(incident, participant=hungary, role="at_risk", by=editor_a, at=now)


@pytest.mark.parametrize("role", ["affected", "owner", ""])
def test_who_is_affected_follows_from_the_countries(incident, editor_a, hungary, now, role):
    with pytest.raises(ValidationError) as refusal:
        services.add(incident, participant=hungary, role=role, by=editor_a, at=now)

    assert list(refusal.value.error_dict) == ["role"]


def test_the_affected_ones_are_not_taken_out(own_part, editor_a, now):
    with pytest.raises(Refused, match="countries of the incident"):
        services.remove(own_part, by=editor_a, at=now)


def test_another_part_keeps_what_the_participant_said(
    incident, editor_a, editor_b, azerbaijan, now
):
    part = services.add(incident, participant=azerbaijan, role="neighbour", by=editor_a, at=now)
    said = replace(SAID, facts={"status": "responding"}, language="az")
    services.update(part, said, by=editor_b, at=now, version=1)

    services.change_role(part, role="at_risk", by=editor_a, at=now)

    assert (part.role, part.status, part.public_texts) == (
        "at_risk",
        "responding",
        {"az": "Ekipler yolda."},
    )


def test_who_loses_the_part_reads_a_named_incident_no_more(
    turkiye, head_a, azerbaijan, editor_b, now
):
    named = IncidentFactory(
        participant=turkiye, status="active", classification="named", involved=[azerbaijan]
    )
    services.remove(named.involvements.get(), by=head_a, at=now)

    assert named not in incident_queries.visible_to(editor_b)


def test_who_helps_keeps_its_part(incident, editor_a, azerbaijan, turkiye, now):
    part = services.add(incident, participant=azerbaijan, role="assisting", by=editor_a, at=now)
    Offer.objects.create(
        incident=incident, participant=azerbaijan, recipient=turkiye, prepared_by=editor_a, status="submitted",
        number="OTS-OFF-2026-0001", digest="x", signed_at=ONSET, valid_until=now, created_at=ONSET, updated_at=ONSET,
    )  # fmt: skip

    with pytest.raises(ValidationError, match="live offer"):
        services.remove(part, by=editor_a, at=now)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, "assisting"),
        ("neighbour", "assisting"),
        ("at_risk", "at_risk"),
        ("affected", "affected"),
        ("assisting", "assisting"),
    ],
)
def test_whose_offer_is_accepted_assists(incident, editor_a, azerbaijan, now, before, after):
    if before:
        Involvement.objects.create(incident=incident, participant=azerbaijan, role=before)

    services.add_assisting(incident, azerbaijan, editor_a, now)

    changed = AuditEntry.objects.filter(kind="incidents.incident.participant_assists").count()
    assert (roles(incident), changed) == ({"azerbaijan": after}, int(before != after))


# ── the own part ────────────────────────────────────────────────────────────────────────────────
def test_a_participant_says_how_its_own_part_goes(own_part, editor_a, now):
    services.update(own_part, SAID, by=editor_a, at=now, version=1)

    assert (own_part.status, own_part.national_class, own_part.subdivisions, own_part.version) == (
        "responding",
        "Level 4",
        ["TR-31", "TR-46"],
        2,
    )


def test_writing_one_language_never_touches_another(own_part, editor_a, now):
    services.update(own_part, SAID, by=editor_a, at=now, version=1)
    english = Statement({}, language="en", public_text="Teams are on the way.")
    services.update(own_part, english, by=editor_a, at=now, version=2)
    services.update(own_part, replace(english, public_text=""), by=editor_a, at=now, version=3)

    assert own_part.public_texts == {"tr": "Ekipler yolda."}


@pytest.mark.parametrize("name", ["editor_b", "officer", "secretary", "reader_a"])
def test_nobody_speaks_for_another_participant(request, own_part, name, now):
    with pytest.raises(Refused):
        services.update(own_part, SAID, by=request.getfixturevalue(name), at=now, version=1)

    own_part.refresh_from_db()
    assert (own_part.status, own_part.public_texts) == ("monitoring", {})


def test_the_owner_of_the_incident_does_not_write_what_others_say(
    incident, editor_a, azerbaijan, now
):
    part = Involvement.objects.create(incident=incident, participant=azerbaijan, role="at_risk")

    with pytest.raises(Refused, match="itself says"):
        services.update(part, SAID, by=editor_a, at=now, version=1)


def test_a_stale_statement_is_refused(own_part, editor_a, second_editor_a, now):
    services.update(own_part, SAID, by=second_editor_a, at=now, version=1)

    with pytest.raises(StaleVersion):
        services.update(own_part, SAID, by=editor_a, at=now, version=1)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"status": "asleep"}, "status"),
        ({"subdivisions": ["AZ-BA"]}, "subdivisions"),
        ({"subdivisions": ["Hatay"]}, "subdivisions"),
        ({"subdivisions": [f"TR-{n}" for n in range(101)]}, "subdivisions"),
        ({"national_class": "a\u202eb"}, "national_class"),
        ({"national_class": "x" * 61}, "national_class"),
    ],
)
def test_an_impossible_value_is_named(own_part, editor_a, now, facts, field):
    with pytest.raises(ValidationError) as refusal:
        services.update(own_part, Statement(facts), by=editor_a, at=now, version=1)

    assert list(refusal.value.error_dict) == [field]


def test_the_audit_of_a_named_incident_keeps_no_text(turkiye, editor_a, now):
    named = IncidentFactory(participant=turkiye, status="active", classification="named")
    part = Involvement.objects.create(incident=named, participant=turkiye, role="affected")

    services.update(part, SAID, by=editor_a, at=now, version=1)

    entry = AuditEntry.objects.get(kind="incidents.involvement.updated")
    assert "Ekipler" not in entry.body
    assert set(entry.data["changes"]) == {
        "status",
        "national_class",
        "subdivisions",
        "public_texts",
    }


def test_an_archived_incident_is_finished(own_part, editor_a, now):
    Incident.objects.filter(pk=own_part.incident_id).update(status="archived")
    own_part.refresh_from_db()

    with pytest.raises(Refused, match="finished"):
        services.update(own_part, SAID, by=editor_a, at=now, version=1)


# ── countries ───────────────────────────────────────────────────────────────────────────────────
def test_a_neighbour_whose_country_is_hit_becomes_affected(editor_a, azerbaijan, turkiye, now):
    incident = reported(by=editor_a)
    services.add(incident, participant=azerbaijan, role="neighbour", by=editor_a, at=now)

    draft = a_draft(facts={"countries": ["AZ", "TR"]})
    incident_services.update(incident, draft, by=editor_a, at=now, version=incident.version)

    assert roles(incident) == {"azerbaijan": "affected", "turkiye": "affected"}


def test_who_is_not_affected_after_all_keeps_what_it_said(
    editor_a, editor_b, azerbaijan, kazakhstan, now
):
    countries = ["AZ", "KZ", "TR"]
    incident = reported(by=editor_a, facts={"countries": countries})
    part = incident.involvements.get(participant=azerbaijan)
    said = Statement({"status": "responding"})
    services.update(part, said, by=editor_b, at=now, version=1)

    draft = a_draft(facts={"countries": ["TR"]})
    incident_services.update(incident, draft, by=editor_a, at=now, version=incident.version)

    assert roles(incident) == {"azerbaijan": "at_risk", "turkiye": "affected"}


# ── who hears of it ─────────────────────────────────────────────────────────────────────────────
def test_an_added_participant_is_told(
    incident, editor_a, editor_b, head_b, azerbaijan, now, mailoutbox
):
    services.add(incident, participant=azerbaijan, role="at_risk", by=editor_a, at=now)
    notifications.work_through(clock=lambda: now)

    told = set(Delivery.objects.values_list("recipient", "is_alert"))
    assert told == {(editor_b.pk, True), (head_b.pk, True)}
    assert len(mailoutbox) == 2


def test_of_a_part_in_a_draft_nobody_hears(editor_a, head_b, azerbaijan, now):
    draft = incident_services.create(a_draft(), by=editor_a, at=now)
    services.add(draft, participant=azerbaijan, role="at_risk", by=editor_a, at=now)
    notifications.work_through(clock=lambda: now)

    assert not Delivery.objects.exists()


# ── who reads an incident for named participants ────────────────────────────────────────────────
@pytest.fixture
def named(turkiye):
    return IncidentFactory(
        participant=turkiye, status="active", classification="named", countries=["TR"]
    )


def with_countries(incident, countries, by, now):
    draft = a_draft(facts={"countries": countries}, classification=incident.classification)
    return incident_services.update(incident, draft, by=by, at=now, version=incident.version)


@pytest.mark.parametrize("name", ["editor_a", "machine_a"])
def test_countries_open_a_named_incident_by_the_head_alone(
    request, named, azerbaijan, head_a, editor_b, now, name
):
    with pytest.raises(Refused, match="head of authority"):
        with_countries(named, ["TR", "AZ"], request.getfixturevalue(name), now)
    named.refresh_from_db()
    before = roles(named)

    with_countries(named, ["TR", "AZ"], head_a, now)

    assert "azerbaijan" not in before
    assert named in incident_queries.visible_to(editor_b)


def test_parts_in_a_named_incident_are_the_head_s_to_give_and_to_take(
    named, azerbaijan, editor_a, head_a, now
):
    given = {"participant": azerbaijan, "role": "neighbour", "at": now}
    with pytest.raises(Refused, match="head of authority"):
        services.add(named, by=editor_a, **given)
    part = services.add(named, by=head_a, **given)

    with pytest.raises(Refused, match="head of authority"):
        services.remove(part, by=editor_a, at=now)
    services.remove(part, by=head_a, at=now)

    assert "azerbaijan" not in roles(named)


def test_of_a_named_draft_an_editor_says_who_is_affected(editor_a, azerbaijan, now):
    draft = a_draft(classification="named")
    incident = incident_services.create(draft, by=editor_a, at=now)

    with_countries(incident, ["AZ"], editor_a, now)

    assert roles(incident) == {"azerbaijan": "affected"}


def test_who_is_newly_affected_is_told(incident, editor_a, azerbaijan, head_b, now):
    with_countries(incident, ["TR", "AZ"], editor_a, now)

    entry = AuditEntry.objects.get(
        kind="incidents.incident.participant_added", body__contains='"taking_part":"azerbaijan"'
    )
    notice = plugs.notices[entry.kind]
    assert (notice.is_alert, list(notice.recipients(entry))) == (True, [head_b])


def test_a_helper_whose_country_is_taken_out_assists_and_goes_on_reading(
    incident, editor_a, azerbaijan, turkiye, now
):
    with_countries(incident, ["TR", "AZ"], editor_a, now)
    Offer.objects.create(
        incident=incident, participant=azerbaijan, recipient=turkiye, prepared_by=editor_a, status="submitted",
        number="OTS-OFF-2026-0001", digest="x", signed_at=ONSET, valid_until=now, created_at=ONSET, updated_at=ONSET,
    )  # fmt: skip

    with_countries(incident, ["TR"], editor_a, now)

    entry = AuditEntry.objects.get(kind="incidents.incident.participant_role_changed")
    assert roles(incident)["azerbaijan"] == "assisting"
    assert (entry.data["taking_part"], entry.data["before"]) == ("azerbaijan", "affected")


def test_who_is_not_affected_after_all_loses_the_part_and_that_is_written_down(
    incident, editor_a, azerbaijan, now
):
    with_countries(incident, ["TR", "AZ"], editor_a, now)
    with_countries(incident, ["TR"], editor_a, now)

    entry = AuditEntry.objects.get(kind="incidents.incident.participant_removed")
    assert (entry.data["taking_part"], "azerbaijan" in roles(incident)) == ("azerbaijan", False)
