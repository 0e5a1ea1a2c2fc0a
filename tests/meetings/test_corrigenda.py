"""Corrections of adopted minutes: laid over the text, which itself never changes."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from meetings.models import Corrigendum, Minutes
from meetings.queries import corrigenda as queries
from meetings.queries.minutes_texts import (
    corrected,
    corrected_text,
    issued_corrigenda,
    settled_text,
)
from meetings.rules import corrigenda as rules
from meetings.services import corrigenda
from meetings.services.corrigenda import Change
from ots_portal.lifecycle import WrongStatus
from ots_portal.silence import services as silence
from ots_portal.silence.models import SilenceProcedure
from tests.factories.minutes import (
    AFTER,
    CIRCULATED_AT,
    a_corrigendum,
    circulated,
    key_of,
    settled,
)

WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AFTER, tick=False) as traveller:
        yield traveller


@pytest.fixture
def record(turkiye, azerbaijan):
    return settled({"en": "They opened the depot at Baku."}, classification="public")


def correct(record, *pairs, by, language="en"):
    changes = [Change(key_of(record), language, old, new) for old, new in pairs]
    return corrigenda.correct(record, changes, reason="A slip.", by=by, at=AFTER)


def issue(record, old, new, *, by):
    made = correct(record, (old, new), by=by)
    Corrigendum.objects.filter(pk=made.pk).update(status="under_silence")
    return corrigenda.issue(made, at=AFTER)


def read(record):
    paragraph = settled_text(record)[0]
    return [(one.kind, one.text) for one in corrected(paragraph, "en", issued_corrigenda(record))]


# ── proposing ───────────────────────────────────────────────────────────────────────────────────
def test_a_proposal_changes_nothing_that_anybody_reads(record, secretary):
    made = correct(record, ("Baku", "Ganja"), by=secretary)

    assert (made.status, made.number, read(record)) == (
        "proposed",
        None,
        [("same", "They opened the depot at Baku.")],
    )


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("Sheki", "Ganja", "old_1"),
        ("e", "a", "old_1"),
        ("", "a", "old_1"),
        ("Baku", "Baku", "new_1"),
        ("Baku", "\u202e", "new_1"),
        ("Baku", "x" * 20_001, "new_1"),
    ],
)
def test_a_bad_change_is_told_by_its_field(record, secretary, old, new, field):
    with pytest.raises(ValidationError) as refused:
        correct(record, (old, new), by=secretary)

    assert set(refused.value.message_dict) == {field}


@pytest.mark.parametrize(
    ("change", "field"),
    [({"paragraph": "0" * 32}, "paragraph_1"), ({"language": "tr"}, "language_1")],
)
def test_a_change_at_no_place_is_told_by_its_field(record, secretary, change, field):
    values = {"paragraph": key_of(record), "language": "en", "old": "Baku", "new": "Ganja"} | change

    with pytest.raises(ValidationError) as refused:
        corrigenda.correct(record, [Change(**values)], reason="x", by=secretary, at=AFTER)

    assert set(refused.value.message_dict) == {field}


def test_two_changes_of_one_paragraph_are_put_into_one(record, secretary):
    with pytest.raises(ValidationError) as refused:
        correct(record, ("Baku", "Ganja"), ("depot", "hall"), by=secretary)

    assert set(refused.value.message_dict) == {"paragraph_2"}


@pytest.mark.parametrize("count", [0, 51])
def test_a_corrigendum_has_a_change_and_not_too_many(record, secretary, count):
    with pytest.raises(ValidationError, match="between 1 and 50"):
        correct(record, *[("Baku", "Ganja")] * count, by=secretary)


def test_one_correction_is_open_at_a_time(record, secretary):
    first = correct(record, ("Baku", "Ganja"), by=secretary)

    with pytest.raises(WrongStatus, match="Another correction"):
        correct(record, ("depot", "hall"), by=secretary)
    corrigenda.discard(first, by=secretary, at=AFTER)

    assert correct(record, ("depot", "hall"), by=secretary).pk


def test_minutes_are_corrected_once_they_are_adopted(secretary):
    assert rules.may_correct(secretary, circulated()).code == "wrong_status"


@pytest.mark.parametrize(
    ("name", "may"), [("secretary", True), ("officer", False), ("head_a", False)]
)
def test_the_head_of_the_secretariat_corrects(request, record, name, may):
    assert bool(rules.may_correct(request.getfixturevalue(name), record)) == may


def test_the_database_keeps_what_a_corrigendum_changes(record, secretary):
    made = correct(record, ("Baku", "Ganja"), by=secretary)

    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Corrigendum.objects.filter(pk=made.pk).update(changes=[])


# ── laid over the text ──────────────────────────────────────────────────────────────────────────
def test_old_and_new_words_stand_beside_each_other(record, secretary):
    issue(record, "Baku", "Ganja", by=secretary)

    assert read(record) == [
        ("same", "They opened the depot at "),
        ("removed", "Baku"),
        ("added", "Ganja"),
        ("same", "."),
    ]


def test_a_correction_may_correct_an_earlier_one(record, secretary):
    issue(record, "Baku", "Ganja", by=secretary)
    issue(record, "at Ganja", "near Sheki", by=secretary)

    text = corrected_text(settled_text(record)[0], "en", issued_corrigenda(record))
    assert (text, [one.number for one in issued_corrigenda(record)]) == (
        "They opened the depot near Sheki.",
        [1, 2],
    )
    assert "".join(text for kind, text in read(record) if kind == "same") == (
        "They opened the depot ."
    )


def test_words_are_struck_without_others_in_their_place(record, secretary):
    issue(record, " at Baku", "", by=secretary)

    assert corrected_text(settled_text(record)[0], "en", issued_corrigenda(record)) == (
        "They opened the depot."
    )


def test_the_first_and_the_last_words_can_be_corrected(record, secretary):
    issue(record, "They", "All", by=secretary)
    issue(record, "Baku.", "Ganja.", by=secretary)

    assert corrected_text(settled_text(record)[0], "en", issued_corrigenda(record)) == (
        "All opened the depot at Ganja."
    )


def test_the_frozen_text_is_the_same_after_a_correction(record, secretary):
    before = record.revisions.get().sha256
    issue(record, "Baku", "Ganja", by=secretary)

    assert record.revisions.get().sha256 == before


# ── silence ─────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def silent(record, secretary):
    made = correct(record, ("Baku", "Ganja"), by=secretary)
    return corrigenda.put_under_silence(
        made, expires_at=AFTER + WEEK, time_zone="Europe/Istanbul", by=secretary, at=AFTER
    )


def test_silence_that_nobody_breaks_issues_it_with_the_next_number(silent, record, clock):
    clock.move_to(AFTER + WEEK)
    version = Minutes.objects.get(pk=record.pk).version
    silence.settle_due(clock=lambda: AFTER + WEEK)

    silent.refresh_from_db()
    record.refresh_from_db()
    assert (silent.status, silent.number, record.version) == ("issued", 1, version + 1)


def test_an_objection_leaves_the_text_as_it_was(silent, record, head_a):
    procedure = SilenceProcedure.objects.get()
    silence.object_to(procedure, kind="objection", reason="It was Baku.", by=head_a, at=AFTER)

    silent.refresh_from_db()
    assert (silent.status, read(record)) == (
        "objected",
        [("same", "They opened the depot at Baku.")],
    )


def test_withdrawn_silence_makes_it_a_proposal_again(silent, secretary):
    silence.withdraw(SilenceProcedure.objects.get(), reason="Wrong day.", by=secretary, at=AFTER)

    silent.refresh_from_db()
    assert silent.status == "proposed"


def test_too_short_a_silence_puts_nothing_under_it(record, secretary):
    made = correct(record, ("Baku", "Ganja"), by=secretary)

    with pytest.raises(ValidationError, match="at least"):
        corrigenda.put_under_silence(
            made, expires_at=AFTER + timedelta(hours=1), time_zone="UTC", by=secretary, at=AFTER
        )

    made.refresh_from_db()
    assert (made.status, SilenceProcedure.objects.count()) == ("proposed", 0)


def test_a_corrigendum_is_put_under_silence_once(silent, secretary):
    with pytest.raises(WrongStatus):
        corrigenda.put_under_silence(
            silent, expires_at=AFTER + WEEK, time_zone="UTC", by=secretary, at=AFTER
        )


# ── who reads ───────────────────────────────────────────────────────────────────────────────────
READERS = [
    ("proposed", ["secretary"]),
    ("discarded", ["secretary"]),
    ("under_silence", ["secretary", "reader_a"]),
    ("objected", ["secretary", "reader_a"]),
    ("issued", ["secretary", "reader_a", "observer", "anonymous"]),
]


@pytest.mark.parametrize(("status", "expected"), READERS)
def test_a_corrigendum_is_read_as_its_status_says(request, secretary, status, expected):
    with time_machine.travel(CIRCULATED_AT):
        made = a_corrigendum(status, by=secretary)

    names = ("secretary", "reader_a", "observer", "anonymous")
    seen = [
        name
        for name in names
        if queries.visible_to(request.getfixturevalue(name)).filter(pk=made.pk).exists()
    ]
    assert seen == expected
