import pytest
from django.contrib.auth.models import AnonymousUser

from agreements import queries
from agreements.models import Instrument
from agreements.statuses import InstrumentStatus
from ots_portal import plugs
from tests.factories.agreements import (
    DomesticStepFactory,
    InstrumentFactory,
    MilestoneFactory,
    ProvisionFactory,
    SignatoryFactory,
)

PUBLIC = {"signed", "in_force", "terminated"}
EVERYTHING = set(InstrumentStatus.values)
BEYOND_MANDATE = EVERYTHING - {"mandated"}
READERS = {
    "reader_a": BEYOND_MANDATE,
    "editor_a": BEYOND_MANDATE,
    "head_a": BEYOND_MANDATE,
    "editor_b": BEYOND_MANDATE,
    "machine_a": BEYOND_MANDATE,
    "officer": EVERYTHING,
    "secretary": EVERYTHING,
    "observer": PUBLIC,
    "administrator": PUBLIC,
    "auditor": PUBLIC,
}


def statuses_read_by(user):
    return set(queries.visible_to(user).values_list("status", flat=True))


@pytest.fixture
def one_of_each():
    return [InstrumentFactory(status=status) for status in InstrumentStatus]


@pytest.mark.parametrize(("who", "expected"), READERS.items())
def test_who_reads_an_instrument_in_which_status(request, one_of_each, who, expected):
    assert statuses_read_by(request.getfixturevalue(who)) == expected


def test_a_visitor_reads_what_has_been_signed(one_of_each):
    assert statuses_read_by(AnonymousUser()) == PUBLIC


@pytest.mark.parametrize("status", sorted(PUBLIC))
def test_a_training_text_is_never_public(status):
    InstrumentFactory(status=status, is_training=True)
    shown = InstrumentFactory(status=status)

    assert list(queries.visible_to(AnonymousUser())) == [shown]


@pytest.mark.parametrize("who", sorted(READERS))
def test_records_and_texts_are_read_by_whoever_reads_the_instrument(request, who):
    user = request.getfixturevalue(who)
    for status in ("mandated", "negotiation", "signed"):
        instrument = InstrumentFactory(status=status)
        MilestoneFactory(instrument=instrument)
        DomesticStepFactory(instrument=instrument)
        ProvisionFactory(instrument=instrument)
    readable = set(queries.visible_to(user))

    assert {m.instrument for m in queries.milestones_visible_to(user)} == readable
    assert {s.instrument for s in queries.domestic_steps_visible_to(user)} == readable
    assert {p.instrument for p in queries.provisions_visible_to(user)} == readable


GONE_READERS = {"reader_a", "editor_a", "head_a", "editor_b", "machine_a", "officer", "secretary"}


@pytest.mark.parametrize("who", sorted(READERS))
def test_what_is_gone_from_a_text_is_read_by_those_who_negotiate_and_never_searched(request, who):
    user = request.getfixturevalue(who)
    instrument = InstrumentFactory(status="signed")
    live = ProvisionFactory(instrument=instrument)
    gone = ProvisionFactory(instrument=instrument, is_live=False)

    expected = {live, gone} if who in GONE_READERS else {live}
    assert set(queries.provisions_visible_to(user)) == expected
    assert set(_searched(user)) == {live}


def test_a_visitor_reads_nothing_that_is_gone_from_a_text():
    gone = ProvisionFactory(instrument__status="signed", is_live=False)

    assert gone not in queries.provisions_visible_to(AnonymousUser())
    assert gone not in _searched(AnonymousUser())


def _searched(user):
    return plugs.searchables["agreements.provision"].visible_to(user)


def test_words_are_found_without_their_marks():
    found = InstrumentFactory(titles={"az": "Mülki Müdafiə Mexanizmi"})
    InstrumentFactory(titles={"en": "Something else"})

    assert list(queries.matching(Instrument.objects.all(), q="MUDAFIE mulki")) == [found]


def test_domestic_steps_are_no_deposits_and_approve_nothing_before_parliament(turkiye, azerbaijan):
    instrument = InstrumentFactory(status="signed")
    DomesticStepFactory(instrument=instrument, participant=turkiye, kind="government")
    DomesticStepFactory(instrument=instrument, participant=azerbaijan, kind="parliament")

    assert queries.approving_states(instrument) == {"azerbaijan"}


def test_each_state_has_one_row_with_its_signature_apart_from_its_steps(turkiye, azerbaijan):
    instrument = InstrumentFactory(status="signed")
    signature = SignatoryFactory(instrument=instrument, participant=turkiye)
    step = DomesticStepFactory(instrument=instrument, participant=azerbaijan)

    read = queries.with_facts(Instrument.objects.all()).get(pk=instrument.pk)
    rows = [(r.participant, r.signatory, r.domestic_steps) for r in queries.state_rows(read)]

    assert rows == [(azerbaijan, None, [step]), (turkiye, signature, [])]


def test_the_latest_steps_are_those_of_readable_instruments_newest_first(observer):
    signed = InstrumentFactory(status="signed")
    MilestoneFactory(instrument=InstrumentFactory(status="negotiation"), on_date="2026-05-01")
    older = MilestoneFactory(instrument=signed, on_date="2024-11-06")
    newer = DomesticStepFactory(instrument=signed, on_date="2025-06-13")

    assert queries.latest_steps(observer, 5) == [newer, older]
