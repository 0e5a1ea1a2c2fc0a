import pytest

from agreements.services import instruments as services
from agreements.statuses import INSTRUMENTS, InstrumentStatus
from ots_portal.audit.queries import history_of
from ots_portal.lifecycle import WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.agreements import InstrumentFactory
from tests.factories.negotiation import FAR_AWAY, STEP_WORDS
from tests.factories.treaties import SignatureFactory, on_record

TAKEN = [step.verb for step in INSTRUMENTS.steps.values() if not step.automatic]
WAYS = [(verb, status) for verb in TAKEN for status in InstrumentStatus]


def _somebody_signed(instrument):
    # Without it the signing is not concluded, and without a record the text neither adopted nor authenticated.
    SignatureFactory(instrument=instrument)
    on_record(instrument)


@pytest.mark.parametrize(("verb", "status"), WAYS)
def test_each_step_leads_on_from_its_own_statuses_only(secretary, now, verb, status):
    instrument = InstrumentFactory(status=status)
    _somebody_signed(instrument)
    step = INSTRUMENTS.steps[verb]

    if status in step.sources:
        getattr(services, verb)(instrument, by=secretary, at=now, **STEP_WORDS.get(verb, {}))
    else:
        with pytest.raises(WrongStatus):
            getattr(services, verb)(instrument, by=secretary, at=now, **STEP_WORDS.get(verb, {}))

    instrument.refresh_from_db()
    assert instrument.status == (step.target if status in step.sources else status)


@pytest.mark.parametrize("verb", TAKEN)
def test_a_step_leaves_an_audit_entry(secretary, now, verb):
    step = INSTRUMENTS.steps[verb]
    instrument = InstrumentFactory(status=step.sources[0])
    _somebody_signed(instrument)

    getattr(services, verb)(instrument, by=secretary, at=now, **STEP_WORDS.get(verb, {}))

    entry = history_of(instrument).get()
    assert (entry.kind, entry.actor_id, entry.data) == (
        step.records,
        secretary.pk,
        {"status": {"before": step.sources[0], "after": step.target}},
    )


def test_an_officer_does_not_suspend(on_the_table, officer, now):
    with pytest.raises(Refused, match="Only the head of the secretariat"):
        services.suspend(on_the_table, by=officer, at=now)


def test_close_ad_referendum_is_refused_while_a_bracket_is_open(article, secretary, now):
    with pytest.raises(Refused, match="1 bracket is still open"):
        services.close_ad_referendum(article.instrument, confirm_by=FAR_AWAY, by=secretary, at=now)

    article.instrument.refresh_from_db()
    assert (article.instrument.status, history_of(article.instrument).count()) == ("negotiation", 0)
