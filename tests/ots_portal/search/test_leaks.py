"""Who finds what: the hand-written permission matrix, held against the search of every kind of record."""

import pytest
from django.contrib.auth.models import AnonymousUser

from ots_portal import plugs
from tests.factories.search import a_word_of, found, indexed
from tests.test_permission_matrix import PRINCIPALS, ROWS, SUBJECTS

# The objects of the matrix whose records are searched.
SEARCHED = {
    "incident", "incident_named", "incident_named_with_h", "incident_with_h", "incident_merged",
    "report", "report_joint", "report_named", "request", "request_named", "request_of_third",
    "alert", "alert_private_on_named", "received_alert",
    "meeting", "meeting_for_observers", "meeting_public", "minutes", "minutes_for_observers", "minutes_public",
    "paper", "paper_for_heads", "paper_for_observers", "paper_public",
    "decision", "decision_for_observers", "decision_public",
    "instrument", "instrument_training",
    "circular", "circular_of_head", "circular_to_readers", "circular_to_observers",
}  # fmt: skip
READ = [row for row in ROWS if row.action == "read" and row.object in SEARCHED]


def reader(name, request):
    fixture = PRINCIPALS[name]
    return request.getfixturevalue(fixture) if fixture else AnonymousUser()


@pytest.mark.parametrize("row", READ, ids=lambda row: row.id)
def test_a_record_is_found_by_whoever_the_matrix_lets_read_it_and_by_nobody_else(row, request):
    readers = {name: reader(name, request) for name in PRINCIPALS}
    people = {name: one for name, one in readers.items() if name != "an"}
    record = SUBJECTS[row.object](people, row.status)
    indexed(record)
    word = a_word_of(record)

    finders = {name for name, one in readers.items() if record in found(one, word)}

    assert finders == {name for name, letter in row.answers.items() if letter == "Y"}


def test_the_matrix_has_rows_of_every_object_named_here():
    assert SEARCHED - {row.object for row in READ} == set()


# ── kinds whose reading is not a row of its own: a document, a part, a provision ────────────────
def test_every_kind_that_is_searched_is_tested_for_leaks():
    by_matrix = {
        "incidents.incident", "incidents.situationreport", "incidents.assistancerequest", "incidents.alert",
        "incidents.receivedalert", "meetings.meeting", "meetings.minutes", "meetings.paper",
        "meetings.decision", "agreements.instrument", "circulars.circular",
    }  # fmt: skip
    below = {
        "documents.document", "incidents.involvement", "agreements.provision", "meetings.agendaitem",
    }  # fmt: skip

    assert set(plugs.searchables) == by_matrix | below


PARENTS = {
    "item": ("meeting", "convened"), "document": ("incident", "active"), "part": ("incident_named", "active"),
    "provision": ("instrument", "signed"), "provision of a training text": ("instrument_training", "signed"),
}  # fmt: skip


def _child(kind, parent, people):
    from incidents.models import Involvement  # noqa: PLC0415
    from tests.factories.agreements import ProvisionTextFactory  # noqa: PLC0415
    from tests.factories.documents import DocumentFactory  # noqa: PLC0415
    from tests.factories.meetings import AgendaItemFactory  # noqa: PLC0415

    if kind == "item":
        return AgendaItemFactory(meeting=parent, titles={"en": "Sizdirma"})
    if kind == "document":
        return DocumentFactory(owner=parent, uploaded_by=people["eA"], title="Sizdirma")
    if kind == "part":
        return Involvement.objects.create(
            incident=parent, participant=people["eA"].participant, role="affected", public_texts={"en": "Sizdirma"}
        )  # fmt: skip
    return ProvisionTextFactory(provision__instrument=parent, text="Sizdirma").provision


@pytest.mark.parametrize("kind", PARENTS)
def test_what_hangs_on_a_record_is_found_by_whoever_reads_the_record(kind, request):
    readers = {name: reader(name, request) for name in PRINCIPALS}
    people = {name: one for name, one in readers.items() if name != "an"}
    parent_name, status = PARENTS[kind]
    child = _child(kind, SUBJECTS[parent_name](people, status), people)
    indexed(child)
    (row,) = [row for row in READ if (row.object, row.status) == PARENTS[kind]]

    finders = {name for name, one in readers.items() if child in found(one, "sizdirma")}

    assert finders == {name for name, letter in row.answers.items() if letter == "Y"}
