"""Who hears from the depositary, and in which words."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from agreements.services import full_powers, notifications, state_instruments
from ots_portal import plugs
from ots_portal.audit.models import AuditEntry
from ots_portal.notifications.wording import wording_for
from tests.factories.agreements import InstrumentFactory
from tests.factories.treaties import (
    FullPowersFactory,
    StateInstrumentFactory,
    an_entry,
)


def entry_of(kind: str) -> AuditEntry:
    return AuditEntry.objects.get(kind=kind)


def words_for(reader, kind: str):
    """Word the notice of the one entry of this kind, as the reader gets it."""
    notice, entry = plugs.notices[kind], entry_of(kind)
    record = notice.record_for(reader, entry.subject_id)
    return wording_for(notice, entry, record, reader)


def test_a_notification_tells_heads_and_editors_of_the_states_it_was_sent_to(
    secretary, turkiye, now, head_a, editor_a, reader_a, machine_a, editor_b, observer
):
    entry = an_entry(secretary, participant=turkiye)
    notifications.issue(entry, texts={"en": "Türkiye deposited."}, by=secretary, at=now)

    told = plugs.notices["agreements.depositary_notification.issued"]
    issued = entry_of("agreements.depositary_notification.issued")
    assert set(told.recipients(issued)) == {head_a, editor_a}
    words = words_for(editor_a, issued.kind)
    assert words.subject == "Depositary notification CN.1.2026"
    assert "Türkiye deposited." in words.text


def test_a_query_tells_the_state_whose_full_powers_they_are(
    secretary, turkiye, now, editor_a, editor_b, head_a
):
    document = FullPowersFactory(participant=turkiye)
    full_powers.query(document, reason="Which office issued them?", by=secretary, at=now)

    queried = entry_of("agreements.full_powers.queried")
    told = plugs.notices["agreements.full_powers.queried"]
    assert set(told.recipients(queried)) == {editor_a, head_a}
    assert "Which office issued them?" in words_for(editor_a, queried.kind).text


def test_a_returned_instrument_tells_its_state_why(secretary, turkiye, now, editor_a, editor_b):
    document = StateInstrumentFactory(participant=turkiye)
    state_instruments.send_back(document, reason="It bears no seal.", by=secretary, at=now)

    returned = entry_of("agreements.state_instrument.returned")
    told = plugs.notices["agreements.state_instrument.returned"]
    assert set(told.recipients(returned)) == {editor_a}
    assert "It bears no seal." in words_for(editor_a, returned.kind).text
    # Another State does not read what is between these two.
    assert told.record_for(editor_b, str(document.pk)) is None


@pytest.fixture
def training_treaty():
    return InstrumentFactory(status="signed", is_training=True)


def test_a_training_text_has_numbers_of_its_own(secretary, turkiye, training_treaty, now):
    real = an_entry(secretary, participant=turkiye)
    training = an_entry(secretary, participant=turkiye, instrument=training_treaty)

    numbers = [
        notifications.issue(entry, texts={"en": "Deposited."}, by=secretary, at=now).number
        for entry in (training, real)
    ]

    assert numbers == ["EX-CN.1.2026", "CN.1.2026"]


def test_the_year_of_a_number_is_the_same_in_every_zone(secretary, turkiye):
    entry = an_entry(secretary, participant=turkiye)
    at = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    with timezone.override("Asia/Tashkent"):
        issued = notifications.issue(entry, texts={"en": "Deposited."}, by=secretary, at=at)

    assert issued.number == "CN.1.2026"


def test_the_mails_about_a_training_text_say_so(secretary, turkiye, training_treaty, now, editor_a):
    common = {"participant": turkiye, "instrument": training_treaty}
    notifications.issue(
        an_entry(secretary, **common), texts={"en": "Deposited."}, by=secretary, at=now
    )
    full_powers.query(FullPowersFactory(**common), reason="Who?", by=secretary, at=now)
    document = StateInstrumentFactory(**common)
    state_instruments.send_back(document, reason="No seal.", by=secretary, at=now)

    for kind in (
        "agreements.depositary_notification.issued",
        "agreements.full_powers.queried",
        "agreements.state_instrument.returned",
    ):
        words = words_for(editor_a, kind)
        assert words.subject.startswith("[Training] "), kind
        assert "Training text: not a text of the Organization." in words.text
        assert "Training text: not a text of the Organization." in words.html
