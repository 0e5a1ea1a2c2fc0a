"""Tying records together: who may, what is refused, and what each reader is shown of it."""

from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from ots_portal.audit.models import AuditEntry
from ots_portal.crossrefs import queries, services
from ots_portal.crossrefs.models import CrossReference
from ots_portal.lifecycle import WrongStatus
from tests.conftest import NOON
from tests.factories.agreements import InstrumentFactory, ProvisionFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.meetings import AgendaItemFactory, MeetingFactory
from tests.together import together


@pytest.fixture
def item(turkiye):
    """An agenda item that members read and the secretariat works on."""
    return AgendaItemFactory(meeting=MeetingFactory(status="convened", host=turkiye))


@pytest.fixture
def incident(turkiye):
    return IncidentFactory(participant=turkiye, status="active")


@pytest.fixture
def for_a_few(turkiye):
    """An incident that B and the secretariat's auditors do not see."""
    return IncidentFactory(participant=turkiye, status="active", classification="named")


def tied(item, to, *, by, relation="concerns"):
    return services.tie(item, to=to, relation=relation, by=by, at=NOON)


def labels(record, reader):
    return [(str(tie.relation), tie.label) for tie in queries.ties_of(record, reader)]


# ── tying ───────────────────────────────────────────────────────────────────────────────────────
def test_tie_is_shown_at_both_ends(item, incident, officer, editor_b):
    tied(item, incident, by=officer)

    assert labels(item, editor_b) == [("Concerns", str(incident))]
    assert labels(incident, editor_b) == [("Spoken of in", f"{item.title}, {item.meeting.title}")]


def test_tie_leaves_a_trace_without_words(item, incident, officer):
    reference = tied(item, incident, by=officer)

    entry = AuditEntry.objects.get(kind="crossrefs.tie.made")
    assert (entry.subject_id, entry.actor_id) == (str(reference.pk), officer.pk)
    assert entry.data == {
        "relation": "concerns",
        "from_type": "meetings.agendaitem",
        "from_id": str(item.pk),
        "to_type": "incidents.incident",
        "to_id": str(incident.pk),
    }


def test_tie_is_for_whoever_may_edit_the_first_record(item, incident, head_a):
    with pytest.raises(PermissionDenied):
        tied(item, incident, by=head_a)


def test_tie_from_a_record_that_only_is_a_target_is_refused(item, incident, officer):
    with pytest.raises(PermissionDenied, match="Nothing is tied to a record of this kind"):
        tied(incident, item, by=officer)


def test_tie_after_the_meeting_is_refused_as_it_stands(item, incident, officer):
    item.meeting.status = "closed"

    with pytest.raises(WrongStatus, match="The meeting is over"):
        tied(item, incident, by=officer)


def test_tie_to_itself_is_refused(item, officer):
    with pytest.raises(ValidationError, match="not tied to itself"):
        tied(item, item, by=officer)


def test_tie_to_what_one_may_not_read_is_refused_as_if_it_were_missing(item, officer, turkiye):
    draft = IncidentFactory(participant=turkiye, status="draft")

    with pytest.raises(ValidationError, match="no such record, or you may not read it"):
        tied(item, draft, by=officer)


def test_tie_with_an_unknown_relation_is_refused(item, incident, officer):
    with pytest.raises(ValidationError, match="not a valid choice"):
        tied(item, incident, by=officer, relation="resembles")


def test_tie_twice_is_refused_another_relation_is_another_tie(item, incident, officer):
    tied(item, incident, by=officer)
    tied(item, incident, by=officer, relation="follows_from")

    with pytest.raises(WrongStatus, match="tied in this way already"):
        tied(item, incident, by=officer)
    assert CrossReference.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_tie_twice_at_once_is_one(item, incident, officer):
    answers = together([partial(tied, item, incident, by=officer)] * 4)

    assert [type(answer) for answer in answers].count(WrongStatus) == 3
    assert CrossReference.objects.count() == 1


# ── untying ─────────────────────────────────────────────────────────────────────────────────────
def test_untie_removes_it_and_leaves_a_trace(item, incident, officer):
    services.untie(tied(item, incident, by=officer), by=officer, at=NOON)

    assert not CrossReference.objects.exists()
    assert AuditEntry.objects.filter(kind="crossrefs.tie.removed").count() == 1


def test_untie_is_for_whoever_may_edit_the_first_record(item, incident, officer, head_a):
    reference = tied(item, incident, by=officer)

    with pytest.raises(PermissionDenied):
        services.untie(reference, by=head_a, at=NOON)


def test_untie_twice_says_that_somebody_was_faster(item, incident, officer):
    reference = tied(item, incident, by=officer)
    again = CrossReference.objects.get(pk=reference.pk)
    services.untie(reference, by=officer, at=NOON)

    with pytest.raises(WrongStatus, match="somebody else has removed it"):
        services.untie(again, by=officer, at=NOON)


# ── what each reader is shown ───────────────────────────────────────────────────────────────────
def test_an_end_that_one_may_not_read_is_neither_shown_nor_counted(
    item, incident, for_a_few, officer, editor_b, head_a
):
    tied(item, incident, by=officer)
    tied(item, for_a_few, by=officer)

    assert [len(queries.ties_of(item, reader)) for reader in (head_a, editor_b)] == [2, 1]
    assert [queries.visible_to(reader).count() for reader in (head_a, editor_b)] == [2, 1]


def test_the_other_end_is_not_shown_to_whoever_may_not_read_the_first(
    turkiye, incident, officer, editor_b
):
    planned = AgendaItemFactory(
        meeting=MeetingFactory(status="planned", host=turkiye, announced_at=None)
    )
    tied(planned, incident, by=officer)

    assert (labels(incident, editor_b), len(labels(incident, officer))) == ([], 1)


def test_visitors_are_shown_what_is_public(item, officer, turkiye):
    from django.contrib.auth.models import AnonymousUser  # noqa: PLC0415 -- for this test alone

    public = InstrumentFactory(status="in_force")
    mandated = InstrumentFactory(status="mandated")
    for instrument in (public, mandated):
        tied(item, instrument, by=officer)

    assert labels(item, AnonymousUser()) == [("Concerns", str(public))]


@pytest.mark.parametrize("count", [1, 3])
def test_the_ties_of_a_record_are_asked_for_once_for_each_kind(
    item, officer, turkiye, count, django_assert_num_queries
):
    instrument = InstrumentFactory(status="negotiation")
    for number in range(count):
        tied(item, IncidentFactory(participant=turkiye, status="active"), by=officer)
        provision = ProvisionFactory(
            instrument=instrument, key=f"art_{number + 50}", position=number + 50
        )
        tied(item, provision, by=officer)

    with django_assert_num_queries(3):
        ties = queries.ties_of(item, officer)
    assert len(ties) == 2 * count


# ── looking for a record ────────────────────────────────────────────────────────────────────────
def found(text, reader, **more):
    return [(str(one.kind), one.label) for one in queries.search(text, reader, **more)]


def test_search_finds_records_of_every_kind_that_one_may_read(item, officer, turkiye, editor_b):
    item.titles = {"en": "Quake in Elazığ"}
    item.save()
    seen = IncidentFactory(participant=turkiye, status="active", titles={"en": "Elazığ quake"})
    hidden = IncidentFactory(
        participant=turkiye, status="active", titles={"en": "Elazığ quake"}, classification="named"
    )

    to_b, to_officer = found("elazig", editor_b), found("elazig", officer)

    about_item = ("Agenda item", f"Quake in Elazığ, {item.meeting.title}")
    assert to_b == [about_item, ("Incident", str(seen))] or set(to_b) == {
        about_item,
        ("Incident", str(seen)),
    }
    assert ("Incident", str(hidden)) in to_officer


def test_search_finds_an_incident_by_its_number(incident, officer):
    assert found(incident.number.lower(), officer) == [("Incident", str(incident))]


def test_search_finds_a_provision_by_its_number_and_agreement(officer):
    instrument = InstrumentFactory(
        status="negotiation", code="no-number", titles={"en": "Civil protection"}
    )
    provision = ProvisionFactory(instrument=instrument, kind="article", number="4")
    ProvisionFactory(instrument=instrument, kind="article", number="5", key="art_5", position=5)

    assert found("article 4 civil", officer) == [("Provision", f"{provision}, Civil protection")]


def test_search_for_nothing_finds_nothing(incident, officer):
    assert found("  ", officer) == []


def test_search_leaves_out_the_record_itself(item, officer):
    assert found(item.title, officer, but_not=item) == []
    assert found(item.title, officer) != []
