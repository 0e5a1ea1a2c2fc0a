from datetime import timedelta

import pytest

from incidents.exports import record as paper
from incidents.models import Offer
from incidents.presentation import timeline
from incidents.queries.histories import HISTORIES
from incidents.queries.timeline import CHILDREN
from incidents.services import incidents as services
from ots_portal import plugs
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.services import record
from tests.factories.deployments import planned
from tests.factories.incidents import ONSET, IncidentFactory, a_draft, reported
from tests.factories.offers import submitted_offer
from tests.factories.people import UserFactory
from tests.factories.requests import circulated


@pytest.fixture
def incident(editor_a):
    return reported(by=editor_a)


def titles(incident, reader):
    page = timeline.page_of_incident(incident, reader=reader)
    return [str(line.title) for line in page.rows]


def test_the_newest_stands_first(incident, editor_a, second_editor_a):
    services.verify(incident, by=second_editor_a, at=ONSET + timedelta(minutes=5))

    newest, *before = titles(incident, editor_a)
    assert (newest, set(before)) == (
        "An incident is verified",
        {"An incident is drafted", "A report waits for verification"},
    )


def test_colleagues_read_who_others_read_which_participant(incident, editor_a, editor_b):
    own, foreign = (
        timeline.page_of_incident(incident, reader=reader).rows[0].actor
        for reader in (editor_a, editor_b)
    )

    assert (own, foreign) == (
        f"{editor_a.full_name}, {editor_a.participant.name}",
        editor_a.participant.name,
    )


def test_which_fields_changed_is_told_to_the_owner_alone(incident, editor_a, editor_b):
    services.update(
        incident,
        a_draft(title="Strong earthquake"),
        by=editor_a,
        at=ONSET + timedelta(minutes=1),
        version=incident.version,
    )

    own, foreign = (
        timeline.page_of_incident(incident, reader=reader).rows[0].text
        for reader in (editor_a, editor_b)
    )
    assert (own, foreign) == ("Title", "")


def test_another_incident_s_entries_are_not_in_it(incident, editor_a, turkiye):
    other = IncidentFactory(participant=turkiye, status="active")
    record("incidents.incident.closed", subject=other, by=editor_a, at=ONSET)

    assert "An incident is closed" not in titles(incident, editor_a)


def test_pages_follow_each_other(incident, editor_a):
    for n in range(3):
        record(
            "incidents.incident.updated",
            subject=incident,
            by=editor_a,
            at=ONSET + timedelta(minutes=n + 1),
        )

    first = timeline.page_of_incident(incident, reader=editor_a, size=2)
    second = timeline.page_of_incident(incident, reader=editor_a, size=2, cursor=first.older)

    assert (len(first.rows), len(second.rows), bool(second.newer)) == (2, 2, True)
    assert not {line.at for line in first.rows} & {line.at for line in second.rows}


# ── what others do not read ─────────────────────────────────────────────────────────────────────
SECRET = "Our last reserve is gone."


def told(incident, reader):
    page = timeline.page_of_incident(incident, reader=reader)
    return [(str(line.title), line.text) for line in page.rows]


@pytest.fixture
def stranger(kazakhstan):
    return UserFactory(participant=kazakhstan, role="editor")


def note(kind, subject, by, **data):
    record(kind, subject=subject, by=by, at=ONSET + timedelta(days=30), **data)


def test_an_unsigned_amendment_is_the_requester_s_alone(editor_a, editor_b, officer):
    request = circulated(by=editor_a)
    note("incidents.request.amendment_prepared", request, editor_a, reason=SECRET)

    seen = {
        reader: [text for _title, text in told(request.incident, reader) if text == SECRET]
        for reader in (editor_a, editor_b, officer)
    }

    assert seen == {editor_a: [SECRET], editor_b: [], officer: []}
    assert not [title for title, _text in told(request.incident, editor_b) if "mendment" in title]


def test_why_a_request_is_withdrawn_others_read(editor_a, editor_b):
    request = circulated(by=editor_a)
    note("incidents.request.withdrawn", request, editor_a, reason="The dam holds.")

    assert told(request.incident, editor_b)[0][1] == "The dam holds."


def test_of_an_offer_others_read_what_was_decided_and_not_why(editor_a, editor_b, stranger):
    offer = submitted_offer(circulated(by=editor_a), 2, by=editor_b)
    Offer.objects.filter(pk=offer.pk).update(status="accepted")
    note("incidents.offer.accepted", offer, editor_a, reason=SECRET)

    seen = {
        reader: [
            (title.split(":")[0], text)
            for title, text in told(offer.incident, reader)
            if offer.number in title
        ]
        for reader in (editor_a, editor_b, stranger)
    }

    assert SECRET in dict(seen[editor_a]).values()
    assert SECRET in dict(seen[editor_b]).values()
    assert SECRET not in dict(seen[stranger]).values()
    assert [len(seen[reader]) for reader in (stranger, editor_a)] == [2, 2]  # submitted, accepted
    assert len(seen[editor_b]) > 2


def test_a_waiver_s_reason_is_for_the_two_parties(editor_a, editor_b, officer, stranger):
    deployment = planned(by=editor_b)
    note("incidents.deployment.check_waived", deployment, deployment.created_by, reason=SECRET)

    assert [
        SECRET in dict(told(deployment.incident, reader)).values()
        for reader in (deployment.created_by, officer, stranger)
    ] == [True, True, False]


def test_paper_says_no_more_than_the_page(editor_a, editor_b):
    request = circulated(by=editor_a)
    note("incidents.request.amendment_prepared", request, editor_a, reason=SECRET)

    own, foreign = (
        str(paper._timeline(request.incident, reader).rows) for reader in (editor_a, editor_b)
    )

    assert (SECRET in own, SECRET in foreign) == (True, False)


def test_the_owner_reads_the_reason_that_the_audit_holds_as_a_hash(
    turkiye, editor_a, second_editor_a, azerbaijan, editor_b
):
    named = IncidentFactory(
        participant=turkiye, status="closed", classification="named", involved=[azerbaijan]
    )
    services.reopen(named, by=editor_a, at=ONSET + timedelta(days=30), reason=SECRET)

    (entry,) = AuditEntry.objects.filter(kind="incidents.incident.reopened")
    assert SECRET not in entry.body
    assert told(named, editor_a)[0][1] == SECRET
    assert told(named, editor_b)[0][1] == SECRET  # it has a part, and reads why


def test_a_part_is_in_the_timeline_and_its_fields_are_its_participant_s(
    editor_a, editor_b, azerbaijan, turkiye
):
    incident = IncidentFactory(participant=turkiye, status="active", involved=[azerbaijan])
    changes = {"status": {"before": "monitoring", "after": "responding"}}
    note("incidents.involvement.updated", incident.involvements.get(), editor_b, changes=changes)

    ((title, own),) = told(incident, editor_b)
    ((_title, foreign),) = told(incident, editor_a)
    assert (title.endswith(": azerbaijan"), own != "", foreign) == (True, True, "")


def test_every_kind_of_entry_is_either_open_or_the_owners():
    """What is in neither list is hidden from others: it must not be forgotten in both."""
    kinds = {
        kind for kind in (*plugs.notices, *plugs.audit_labels) if kind.startswith("incidents.")
    }
    known = {kind for history in HISTORIES.values() for kind in (*history.open, *history.own)}
    prefixes = {kind.rpartition(".")[0] for kind in known}

    assert {kind for kind in kinds if kind.rpartition(".")[0] in prefixes} - known == set()
    assert not [history for history in HISTORIES.values() if set(history.open) & set(history.own)]
    assert not [h for h in HISTORIES.values() if set(h.reasons) - set(h.open)]
    assert set(CHILDREN) < set(HISTORIES)


def test_an_unknown_kind_is_the_owners_until_somebody_says_it_is_open(incident, editor_a, editor_b):
    note("incidents.incident.new_kind", incident, editor_a, reason=SECRET)

    own, foreign = ([text for _t, text in told(incident, one)] for one in (editor_a, editor_b))
    assert (SECRET in own, SECRET in foreign) == (True, False)
