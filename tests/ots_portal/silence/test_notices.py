"""Who hears of silence, when, and in which words."""

from datetime import timedelta

import pytest

from ots_portal import plugs
from ots_portal.audit.models import AuditEntry
from ots_portal.notifications.models import Delivery
from ots_portal.notifications.services import fan_out_waiting
from ots_portal.notifications.wording import wording_for
from ots_portal.silence import services
from tests.factories.silence import EXPIRES_AT, STARTED_AT
from tests.ots_portal.silence.test_services import objected, remind_at, settled_at, started

HOUR = timedelta(hours=1)


def told(kind):
    fan_out_waiting(clock=lambda: EXPIRES_AT + HOUR)
    items = Delivery.objects.filter(channel="inbox", entry__kind=f"silence.procedure.{kind}")
    return {item.recipient for item in items}


def words(kind, recipient):
    entry = AuditEntry.objects.get(kind=f"silence.procedure.{kind}")
    notice = plugs.notices[entry.kind]
    record = notice.record_for(recipient, entry.subject_id)
    return wording_for(notice, entry, record, recipient)


def test_heads_and_editors_of_those_asked_hear_that_it_began(
    incident, officer, head_a, editor_a, reader_a, head_b, head_of_h, machine_b
):
    started(incident, by=officer)

    assert told("started") == {head_a, editor_a, head_b}


def test_the_message_says_the_instant_in_the_recipients_zone(incident, officer, head_a):
    head_a.time_zone = "Europe/Istanbul"
    head_a.save()
    procedure = started(incident, by=officer)

    wording = words("started", head_a)

    assert wording.subject.endswith(
        "Under silence until 23 Nov 2026, 15:00 UTC+3: " + procedure.title
    )
    assert "unless a State objects before that very moment" in wording.text
    assert procedure.get_absolute_url() in wording.text


def test_the_same_people_are_reminded(incident, officer, head_a, editor_a, reader_a):
    started(incident, by=officer)
    remind_at(EXPIRES_AT - HOUR)

    assert told("reminded") == {head_a, editor_a}


@pytest.mark.parametrize("kind", ["broken", "adopted", "withdrawn"])
def test_everybody_who_reads_it_hears_of_the_result(
    kind, incident, officer, secretary, head_b, reader_a, head_of_h, observer
):
    procedure = started(incident, by=officer)
    if kind == "broken":
        objected(procedure, by=head_b, at=STARTED_AT)
    elif kind == "adopted":
        settled_at(EXPIRES_AT)
    else:
        services.withdraw(procedure, reason="Late.", by=officer, at=STARTED_AT)

    assert told(kind) == {officer, secretary, head_b, reader_a}


def test_a_broken_silence_names_the_state_and_leaves_its_reasons_on_the_page(
    incident, officer, head_a, head_b
):
    objected(started(incident, by=officer), by=head_b, at=STARTED_AT)

    wording = words("broken", head_a)

    assert "Silence is broken by Azerbaijan" in wording.subject
    assert "It names no depot" not in wording.text


def test_whoever_may_not_read_it_any_more_hears_nothing(incident, officer, head_b):
    procedure = started(incident, by=officer)
    incident.classification = "named"
    incident.save()

    assert plugs.notices["silence.procedure.started"].record_for(head_b, str(procedure.pk)) is None


def test_what_takes_a_right_away_cannot_be_switched_off():
    kinds = {
        kind: notice.is_optional
        for kind, notice in plugs.notices.items()
        if kind.startswith("silence.")
    }

    assert [kind for kind, is_optional in kinds.items() if is_optional] == [
        "silence.procedure.reminded"
    ]


# ── on the record's own page ────────────────────────────────────────────────────────────────────
def shown_on(record, reader):
    from django.template import Context, Template  # noqa: PLC0415 -- for these tests alone

    page = Template("{% load silence %}{% silence_of record %}")
    return " ".join(page.render(Context({"record": record, "user": reader})).split())


def test_the_records_page_says_until_when(incident, officer, head_b):
    procedure = started(incident, by=officer)

    page = shown_on(incident, head_b)

    assert "Under silence until" in page
    assert "23 Nov 2026, 12:00" in page
    assert procedure.get_absolute_url() in page


def test_the_records_page_leads_those_who_may_to_the_beginning(incident, officer, head_b):
    to_officer, to_head = shown_on(incident, officer), shown_on(incident, head_b)

    assert (f"/silence/start/incidents.incident/{incident.pk}/" in to_officer, to_head) == (
        True,
        "",
    )


def test_the_records_page_says_what_came_of_it(incident, officer, head_b):
    objected(started(incident, by=officer), by=head_b, at=STARTED_AT)

    assert "The silence was broken" in shown_on(incident, head_b)
