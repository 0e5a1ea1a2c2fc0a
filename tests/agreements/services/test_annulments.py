"""A wrong entry is annulled by a later one: two heads, a reason, and everything that follows it."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from agreements.formats.ledger_acts import acts_of
from agreements.models import Annulment, DepositaryNotification
from agreements.queries.treaty import has_consented, latest_calculation, signed_on
from agreements.services import annulments as services
from agreements.services import calculations
from agreements.services import signatures as signing
from agreements.services import state_instruments as deposits
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import Role
from ots_portal.verdicts import Refused
from tests.factories.agreements import InstrumentFactory
from tests.factories.people import ParticipantFactory, UserFactory
from tests.factories.treaties import (
    FinalClausesFactory,
    SignatureFactory,
    StateInstrumentFactory,
    an_entry,
)

SIGNED_ON, DEPOSITED_ON = date(2026, 10, 10), date(2026, 11, 1)
REASON = "The day was read wrongly."


@pytest.fixture
def second_head(secretary):
    return UserFactory(participant=secretary.participant, role=Role.SECRETARIAT_HEAD)


@pytest.fixture
def treaty(turkiye):
    instrument = InstrumentFactory(status="signed")
    instrument.negotiating_states.add(turkiye)
    return instrument


def signed(treaty, state, *, by, at, **fields):
    told = {
        "participant": state,
        "kind": "subject_to_ratification",
        "signed_by": "The President",
        "office": "head_of_state",
        "signed_on_date": SIGNED_ON,
        "place": "Bishkek",
        **fields,
    }
    return signing.record_signature(treaty, by=by, at=at, **told)


def deposited(treaty, state, *, by, at):
    SignatureFactory(instrument=treaty, participant=state)
    document = StateInstrumentFactory(instrument=treaty, participant=state, status="examined")
    return deposits.deposit(document, on=DEPOSITED_ON, by=by, at=at)


def annul(entry, *, by, confirmed_by, at, **more):
    proposed = services.propose(entry, reason=REASON, by=by, at=at, **more)
    return services.confirm(proposed, by=confirmed_by, at=at)


def test_a_deposit_that_was_annulled_establishes_no_consent(
    treaty, turkiye, secretary, second_head, now
):
    document = deposited(treaty, turkiye, by=secretary, at=now)
    entry = treaty.ledger.get()

    annulment = annul(entry, by=secretary, confirmed_by=second_head, at=now)

    document.refresh_from_db()
    written = treaty.ledger.get(kind="annulment")
    assert (annulment.status, annulment.written, written.annuls) == ("confirmed", written, entry)
    assert (document.status, acts_of(treaty)) == ("annulled", [])
    assert has_consented(treaty, turkiye, DEPOSITED_ON) is False


def test_the_states_are_notified_of_an_annulment_with_its_reason(
    treaty, turkiye, secretary, second_head, now
):
    signed(treaty, turkiye, by=secretary, at=now)

    annul(treaty.ledger.get(), by=secretary, confirmed_by=second_head, at=now)

    issued = DepositaryNotification.objects.get()
    assert (issued.entry.kind, issued.told["annuls"]) == ("annulment", 1)
    assert (REASON in issued.texts["en"], sorted(issued.texts)) == (True, ["az", "en", "tr"])
    assert issued.receipts.get().participant == turkiye


def test_the_day_is_calculated_anew(treaty, five_members, secretary, second_head, now):
    FinalClausesFactory(instrument=treaty)
    for state in five_members[:3]:
        an_entry(secretary, instrument=treaty, participant=state)
    calculations.recalculate(treaty, at=now)
    before = latest_calculation(treaty).date

    annul(treaty.ledger.get(number=2), by=secretary, confirmed_by=second_head, at=now)

    after = latest_calculation(treaty)
    assert (before, after.date, len(after.proof["counted"])) == (date(2026, 11, 20), None, 2)


def test_a_state_signs_anew_once_its_signature_is_annulled(
    treaty, turkiye, secretary, second_head, now
):
    wrong = signed(treaty, turkiye, by=secretary, at=now)
    annul(treaty.ledger.get(), by=secretary, confirmed_by=second_head, at=now)

    signed(treaty, turkiye, by=secretary, at=now, signed_on_date=date(2026, 10, 9))

    wrong.refresh_from_db()
    assert (wrong.status, signed_on(treaty, turkiye)) == ("annulled", date(2026, 10, 9))


def test_a_confirmation_that_was_annulled_leaves_it_ad_referendum(
    treaty, turkiye, secretary, second_head, now
):
    signature = signed(treaty, turkiye, by=secretary, at=now, kind="ad_referendum")
    signing.confirm(signature, on=date(2026, 10, 30), by=secretary, at=now)

    annul(treaty.ledger.get(number=2), by=secretary, confirmed_by=second_head, at=now)

    signature.refresh_from_db()
    assert (signature.status, signature.confirmed_on_date) == ("ad_referendum", None)
    assert signed_on(treaty, turkiye) is None


def test_a_revocation_that_was_annulled_lets_the_withdrawal_stand(
    treaty, turkiye, secretary, second_head, now
):
    deposited(treaty, turkiye, by=secretary, at=now)
    notice = StateInstrumentFactory(
        instrument=treaty, participant=turkiye, kind="withdrawal", status="examined"
    )
    deposits.deposit(notice, on=date(2026, 11, 2), by=secretary, at=now)
    deposits.revoke(notice, by=secretary, at=now)

    annul(treaty.ledger.get(number=3), by=secretary, confirmed_by=second_head, at=now)

    notice.refresh_from_db()
    assert (notice.status, [act.kind for act in acts_of(treaty)].count("withdrawal")) == (
        "deposited",
        1,
    )


# ── what is refused ─────────────────────────────────────────────────────────────────────────────
def test_who_proposed_it_does_not_confirm_it(treaty, turkiye, secretary, now):
    entry = an_entry(secretary, instrument=treaty, participant=turkiye)
    proposed = services.propose(entry, reason=REASON, by=secretary, at=now)

    with pytest.raises(Refused, match="a second person") as refused:
        services.confirm(proposed, by=secretary, at=now)

    assert (refused.value.verdict.code, treaty.ledger.count()) == ("same_person", 1)


def test_an_officer_proposes_nothing(treaty, turkiye, secretary, officer, now):
    entry = an_entry(secretary, instrument=treaty, participant=turkiye)

    with pytest.raises(Refused, match="Only the head"):
        services.propose(entry, reason=REASON, by=officer, at=now)


def test_the_head_of_the_depositary_state_confirms(treaty, turkiye, secretary, head_a, now):
    treaty.depositary = turkiye
    treaty.save()
    entry = an_entry(secretary, instrument=treaty, participant=turkiye)

    done = annul(entry, by=secretary, confirmed_by=head_a, at=now)

    assert (done.status, treaty.ledger.count()) == ("confirmed", 2)


def test_an_entry_is_not_annulled_without_a_reason(treaty, turkiye, secretary, now):
    entry = an_entry(secretary, instrument=treaty, participant=turkiye)

    with pytest.raises(ValidationError, match="Say why"):
        services.propose(entry, reason=" ", by=secretary, at=now)


def test_an_entry_is_annulled_once(treaty, turkiye, secretary, second_head, now):
    entry = an_entry(secretary, instrument=treaty, participant=turkiye)
    proposed = services.propose(entry, reason=REASON, by=secretary, at=now)

    with pytest.raises(WrongStatus, match="proposed or confirmed already"):
        services.propose(entry, reason=REASON, by=second_head, at=now)
    services.confirm(proposed, by=second_head, at=now)
    with pytest.raises(WrongStatus, match="annulled already"):
        services.propose(entry, reason=REASON, by=secretary, at=now)
    with pytest.raises(WrongStatus, match="decided already"):
        services.confirm(proposed, by=second_head, at=now)

    assert treaty.ledger.filter(kind="annulment").count() == 1


def test_one_that_was_rejected_may_be_proposed_again(treaty, turkiye, secretary, now):
    entry = an_entry(secretary, instrument=treaty, participant=turkiye)
    proposed = services.propose(entry, reason=REASON, by=secretary, at=now)

    rejected = services.reject(proposed, reason="It was right.", by=secretary, at=now)
    services.propose(entry, reason=REASON, by=secretary, at=now)

    assert (rejected.status, rejected.answer, Annulment.objects.count()) == (
        "rejected",
        "It was right.",
        2,
    )


def test_what_a_later_act_of_the_state_rests_on_is_not_annulled(treaty, turkiye, secretary, now):
    signed(treaty, turkiye, by=secretary, at=now)
    an_entry(secretary, instrument=treaty, participant=turkiye)

    with pytest.raises(WrongStatus, match="Entry 2 of the same State came later"):
        services.propose(treaty.ledger.get(number=1), reason=REASON, by=secretary, at=now)


@pytest.mark.parametrize("kind", ["entry_into_force", "adoption", "authentication"])
def test_what_no_state_did_is_not_annulled(treaty, secretary, now, kind):
    entry = an_entry(secretary, instrument=treaty, kind=kind)

    with pytest.raises(WrongStatus, match="Only what a State did"):
        services.propose(entry, reason=REASON, by=secretary, at=now)


# ── what brought the treaty into force ──────────────────────────────────────────────────────────
@pytest.fixture
def in_force(treaty, five_members, secretary, now):
    """A treaty that three deposits brought into force."""
    FinalClausesFactory(instrument=treaty)
    for state in five_members[:3]:
        an_entry(secretary, instrument=treaty, participant=state)
    calculations.recalculate(treaty, at=now)
    type(treaty).objects.filter(pk=treaty.pk).update(status="in_force")
    treaty.refresh_from_db()
    return treaty


def test_what_brought_it_into_force_is_not_annulled_without_saying_so(in_force, secretary, now):
    with pytest.raises(ValidationError) as refused:
        services.propose(in_force.ledger.get(number=1), reason=REASON, by=secretary, at=now)

    assert list(refused.value.message_dict) == ["says_in_force"]


def test_the_treaty_stays_in_force_and_the_states_are_told(in_force, secretary, second_head, now):
    entry = in_force.ledger.get(number=1)

    annul(entry, by=secretary, confirmed_by=second_head, at=now, says_in_force=True)

    in_force.refresh_from_db()
    calculation = latest_calculation(in_force)
    assert (in_force.status, calculation.date) == ("in_force", date(2026, 11, 20))
    assert "It has been in force since 2026-11-20" in calculation.proof["notes"][0]
    assert "The treaty stays in force" in DepositaryNotification.objects.get().texts["en"]


def test_a_deposit_that_did_not_count_needs_no_such_word(in_force, secretary, second_head, now):
    entry = an_entry(secretary, instrument=in_force, participant=ParticipantFactory(slug="japan"))

    assert annul(entry, by=secretary, confirmed_by=second_head, at=now).status == "confirmed"
