import uuid
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from incidents.services import incidents as services_of_incidents
from ots_portal import plugs
from ots_portal.audit.services import record
from ots_portal.search import index, services, tasks
from ots_portal.search.models import IndexedRecord, WaitingRecord
from tests.conftest import NOON
from tests.factories.incidents import IncidentFactory
from tests.factories.meetings import AgendaItemFactory, MeetingFactory
from tests.factories.reports import a_report
from tests.factories.search import found, indexed


def changed(subject, *, by=None, at=NOON):
    """Say in the audit that something happened to it, as every service does."""
    record("incidents.incident.updated", subject=subject, by=by, at=at)


@pytest.fixture
def incident(turkiye):
    return IncidentFactory(status="active", participant=turkiye, titles={"en": "Kura"})


# ── what waits ──────────────────────────────────────────────────────────────────────────────────
def test_whatever_is_told_in_the_audit_waits_to_be_indexed(incident, reader_a):
    changed(incident)
    before = found(reader_a, "kura")

    taken = services.index_waiting(at=NOON)

    assert (before, taken, found(reader_a, "kura"), WaitingRecord.objects.count()) == (
        [], 1, [incident], 0,
    )  # fmt: skip


def test_a_service_of_an_app_lets_its_record_wait(editor_a, second_editor_a):
    incident = IncidentFactory(
        status="reported",
        participant=editor_a.participant,
        created_by=editor_a,
        reported_by=editor_a,
    )

    services_of_incidents.verify(incident, by=second_editor_a, at=NOON)

    assert [(one.subject_type, one.subject_id) for one in WaitingRecord.objects.all()] == [
        ("incidents.incident", str(incident.pk))
    ]


def test_a_change_that_is_rolled_back_leaves_nothing_waiting(incident):
    with transaction.atomic():
        changed(incident)
        transaction.set_rollback(True)

    assert not WaitingRecord.objects.exists()


def test_what_is_not_searched_does_not_wait(reader_a):
    record("people.user.entered", subject=reader_a, by=None, at=NOON)

    assert not WaitingRecord.objects.exists()


def test_indexing_twice_leaves_one_row(incident):
    indexed(incident)
    first = IndexedRecord.objects.get()
    indexed(incident)

    assert IndexedRecord.objects.get() == first


def test_a_changed_title_is_found_by_its_new_words_alone(incident, reader_a):
    indexed(incident)
    incident.titles = {"en": "Aras"}
    incident.save()
    indexed(incident)

    assert (found(reader_a, "kura"), found(reader_a, "aras")) == ([], [incident])


def test_a_changed_moment_moves_the_hit(incident, reader_a, turkiye):
    other = IncidentFactory(status="active", participant=turkiye, titles={"en": "Kura"})
    indexed(incident, other)
    incident.onset_at += timedelta(days=1)
    incident.save()
    indexed(incident)

    assert found(reader_a, "kura") == [incident, other]


def test_what_follows_a_record_is_indexed_with_it(incident, editor_a):
    report = a_report(incident, "published", by=editor_a)
    incident.titles = {"en": "Renamed"}
    incident.save()
    changed(incident)

    services.index_waiting(at=NOON)

    assert found(editor_a, "renamed", kinds=["incidents.situationreport"]) == [report]


def test_a_deleted_record_leaves_the_index(turkiye):
    meeting = MeetingFactory(host=turkiye)
    AgendaItemFactory(meeting=meeting)
    indexed(meeting)
    record("meetings.meeting.updated", subject=meeting, by=None, at=NOON)
    meeting.agenda_items.all().delete()
    meeting.delete()

    services.index_waiting(at=NOON)

    assert not IndexedRecord.objects.exists()


def test_one_record_that_cannot_be_read_holds_up_no_other(incident, turkiye, reader_a, monkeypatch):
    broken = IncidentFactory(status="active", participant=turkiye, titles={"en": "Broken"})
    whole = plugs.searchables["incidents.incident"]

    def texts_of(one):
        if one == broken:
            raise RuntimeError
        return whole.texts_of(one)

    monkeypatch.setitem(plugs.searchables, whole.key, replace(whole, texts_of=texts_of))
    changed(broken)
    changed(incident)
    services.index_waiting(at=NOON)

    waiting = WaitingRecord.objects.get()
    assert (found(reader_a, "kura"), waiting.subject_id, waiting.due_at) == (
        [incident], str(broken.pk), NOON + services.TRIED_AGAIN_AFTER,
    )  # fmt: skip
    assert services.index_waiting(at=NOON) == 0


def test_a_record_that_changes_while_it_is_indexed_waits_again(incident, monkeypatch):
    changed(incident)
    index_records = services.index_records

    def and_meanwhile(searchable, keys):
        if not WaitingRecord.objects.filter(subject_id="meanwhile").exists():
            WaitingRecord.objects.create(subject_type="none", subject_id="meanwhile", due_at=NOON)
        return index_records(searchable, keys)

    monkeypatch.setattr(services, "index_records", and_meanwhile)
    services.index_waiting(at=NOON)

    assert [one.subject_id for one in WaitingRecord.objects.all()] == ["meanwhile"]


def test_many_are_worked_off_in_batches(turkiye, monkeypatch):
    monkeypatch.setattr(services, "BATCH", 2)
    for _ in range(5):
        changed(IncidentFactory(status="active", participant=turkiye))

    taken = services.work_through(clock=lambda: NOON)

    assert (taken, IndexedRecord.objects.count()) == (5, 5)


def test_the_other_workers_work_is_no_error(incident, monkeypatch):
    changed(incident)

    def taken_meanwhile(*_):
        raise IntegrityError

    monkeypatch.setattr(services, "_index_batch", lambda *_, **__: taken_meanwhile())

    assert (services.index_waiting(at=NOON), WaitingRecord.objects.count()) == (0, 1)


def test_the_worker_indexes_by_the_clock_of_the_database(incident, reader_a):
    changed(incident)

    assert (tasks.index(), found(reader_a, "kura")) == (1, [incident])


def test_a_very_long_record_is_found_by_what_it_begins_with(turkiye, reader_a):
    long = " ".join(f"word{number}" for number in range(200_000))
    incident = IncidentFactory(
        status="active", participant=turkiye, titles={"en": "Kura"}, descriptions={"en": long}
    )
    indexed(incident)

    words = IndexedRecord.objects.get().words
    assert (found(reader_a, "word7 kura"), len(words) <= services.MOST_WORD_LETTERS) == (
        [incident],
        True,
    )


# ── all of it ───────────────────────────────────────────────────────────────────────────────────
def test_reindex_builds_all_anew_and_takes_out_what_is_gone(incident, reader_a):
    indexed(incident)
    IndexedRecord.objects.create(
        id=1, kind="incidents.incident", record_id=uuid.uuid4(), at=NOON, words="ghost"
    )
    IndexedRecord.objects.create(
        id=2, kind="gone.gone", record_id=uuid.uuid4(), at=NOON, words="ghost"
    )
    IndexedRecord.objects.filter(record_id=incident.pk).update(words="wrong")
    told = StringIO()

    call_command("reindex", stdout=told)

    assert ("incidents.incident: 1" in told.getvalue(), found(reader_a, "kura")) == (
        True,
        [incident],
    )
    assert IndexedRecord.objects.count() == 1


def test_reindex_of_one_kind_leaves_the_others(incident):
    indexed(incident)
    IndexedRecord.objects.update(words="left")

    call_command("reindex", "meetings.meeting", stdout=StringIO())

    assert IndexedRecord.objects.get().words == "left"


def test_reindex_of_a_kind_that_is_unknown_names_those_there_are():
    with pytest.raises(CommandError, match=r"no such kind: nothing\..*incidents\.incident"):
        call_command("reindex", "nothing", stdout=StringIO())


def test_what_no_entry_told_of_is_found_within_minutes(incident, reader_a):
    IndexedRecord.objects.create(
        id=1, kind="meetings.meeting", record_id=uuid.uuid4(), at=NOON, words="ghost"
    )

    assert (tasks.catch_up(), tasks.catch_up(), found(reader_a, "kura")) == (1, 0, [incident])
    assert IndexedRecord.objects.count() == 1


def test_the_index_is_made_again_from_the_rows_where_it_is_missing(incident, reader_a):
    indexed(incident)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE search_indexedrecord DROP COLUMN vector")
        else:
            cursor.execute("DROP TABLE search_words")
    missing = [error.id for error in index.check_index(None)]

    index.install()

    assert (missing, index.check_index(None), found(reader_a, "kura")) == (
        ["search.E001"],
        [],
        [incident],
    )


def test_every_kind_is_indexed_by_the_models_own_label():
    assert [
        one.model
        for one in plugs.searchables.values()
        if services.model_of(one)._meta.label_lower != one.model
    ] == []


def test_two_kinds_of_one_name_are_refused():
    with pytest.raises(ValueError, match="Two kinds of search"):
        plugs.plug_searchable(plugs.searchables["incidents.incident"])
