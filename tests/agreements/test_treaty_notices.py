"""Who hears from the depositary, and in which words."""

from agreements.services import full_powers, notifications, state_instruments
from ots_portal import plugs
from ots_portal.audit.models import AuditEntry
from ots_portal.notifications.wording import wording_for
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
    notifications.issue(entry, text="Türkiye deposited.", by=secretary, at=now)

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
