"""Where what States said meets days, wholes and parts, and consents that come later than what was said."""

import io
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from agreements.exports import treaties as exports
from agreements.formats.notification_texts import proposed_texts
from agreements.models import Reservation
from agreements.queries.reservations import contracting_states
from agreements.rules.reservation_effects import last_day_to_object
from agreements.services import calculations, chain, instruments, objections, reservations
from agreements.services.reservation_relations import standing_of
from agreements.views.steps import step_verdict
from ots_portal.lifecycle import WrongStatus
from tests.factories.agreements import InstrumentFactory, ProvisionFactory
from tests.factories.people import ParticipantFactory
from tests.factories.reservations import last_entry, notify
from tests.factories.sittings import DecisionFactory
from tests.factories.treaties import FinalClausesFactory, SignatureFactory, an_entry

CONSENTED = date(2026, 10, 21)
BEFORE = CONSENTED - timedelta(days=1)


@pytest.fixture
def kazakhstan():
    return ParticipantFactory(slug="kazakhstan")


@pytest.fixture
def treaty(turkiye, kazakhstan, secretary):
    """Both have signed, Türkiye has deposited on 21 October 2026."""
    instrument = InstrumentFactory(status="signed")
    for state in (turkiye, kazakhstan):
        SignatureFactory(instrument=instrument, participant=state)
    an_entry(secretary, instrument=instrument, participant=turkiye)
    return instrument


def reserving(participant, **fields) -> dict:
    return {
        "participant": participant,
        "made_with": "consent",
        "received_on_date": CONSENTED,
        "provisions": ["Article 5"],
        "texts": {"en": "Article 5 does not bind it."},
        **fields,
    }


@pytest.fixture
def circulated(treaty, turkiye, secretary, now) -> Reservation:
    made = reservations.formulate(treaty, by=secretary, at=now, **reserving(turkiye))
    notify(last_entry(treaty), secretary, now)
    made.refresh_from_db()
    return made


def consenting(treaty, state, on, by, at, kind="ratification", **fields) -> None:
    chain.write(treaty, kind, participant=state, on=on, by=by, at=at, **fields)


# ── days ────────────────────────────────────────────────────────────────────────────────────────
def test_nobody_accepts_before_the_reservation_was_made(circulated, kazakhstan, secretary, now):
    with pytest.raises(ValidationError) as refused:
        reservations.accept(circulated, participant=kazakhstan, on=BEFORE, by=secretary, at=now)

    assert list(refused.value.message_dict) == ["on"]
    assert not circulated.acceptances.exists()


def test_nobody_objects_before_the_reservation_was_made(circulated, kazakhstan, secretary, now):
    with pytest.raises(ValidationError) as refused:
        objections.record_objection(
            circulated, participant=kazakhstan, received_on_date=BEFORE, texts={"en": "No."}, by=secretary, at=now
        )  # fmt: skip

    assert list(refused.value.message_dict) == ["received_on_date"]
    assert not circulated.objections.exists()


def test_no_organ_decides_before_the_reservation_was_made(circulated, secretary, now):
    FinalClausesFactory(instrument=circulated.instrument, reservation_acceptance="organ")
    decision = DecisionFactory(status="adopted")

    with pytest.raises(ValidationError) as refused:
        reservations.accept_by_decision(
            circulated, decision=decision.pk, on=BEFORE, by=secretary, at=now
        )

    assert list(refused.value.message_dict) == ["on"]


# ── consents that come later ────────────────────────────────────────────────────────────────────
def test_who_accepted_before_its_consent_establishes_it_with_its_consent(
    circulated, treaty, kazakhstan, secretary, now
):
    reservations.accept(circulated, participant=kazakhstan, on=now.date(), by=secretary, at=now)
    assert circulated.status == "circulated"
    later = now + timedelta(days=5)
    consenting(treaty, kazakhstan, later.date(), secretary, later)

    reservations.accept_tacitly_what_is_due(at=later)
    reservations.accept_tacitly_what_is_due(at=later)

    circulated.refresh_from_db()
    entry = treaty.ledger.get(kind="reservation_established")
    assert (circulated.status, entry.acted_on_date) == ("established", later.date())


def test_who_objected_before_its_consent_is_counted_with_its_consent(
    circulated, treaty, kazakhstan, secretary, now
):
    objections.record_objection(
        circulated, participant=kazakhstan, received_on_date=now.date(), texts={"en": "No."}, by=secretary, at=now
    )  # fmt: skip
    later = now + timedelta(days=5)
    consenting(treaty, kazakhstan, later.date(), secretary, later)

    reservations.accept_tacitly_what_is_due(at=later)

    circulated.refresh_from_db()
    assert circulated.status == "objected"


def test_who_came_back_was_bound_before_it_left(treaty, kazakhstan, secretary, now):
    consenting(treaty, kazakhstan, date(2020, 1, 1), secretary, now)
    consenting(
        treaty, kazakhstan, date(2021, 6, 1), secretary, now, "withdrawal", effective=date(2022, 6, 1)
    )  # fmt: skip
    consenting(treaty, kazakhstan, date(2024, 1, 1), secretary, now)

    on = {
        day: contracting_states(treaty, day).get(kazakhstan.pk)
        for day in (date(2021, 1, 1), date(2022, 1, 1), date(2023, 1, 1), date(2025, 1, 1))
    }

    assert list(on.values()) == [date(2020, 1, 1), date(2020, 1, 1), None, date(2024, 1, 1)]


# ── wholes and parts ────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def text(treaty):
    article = ProvisionFactory(instrument=treaty, key="art-5", number="5", position=1)
    ProvisionFactory(
        instrument=treaty, key="art-5.para-2", kind="paragraph", number="2", position=2, parent=article
    )  # fmt: skip


def test_a_whole_article_has_the_paragraph_that_is_prohibited(
    treaty, text, turkiye, secretary, now
):
    FinalClausesFactory(
        instrument=treaty, reservation_terms="except", reservation_provisions=["art-5.para-2"]
    )

    with pytest.raises(ValidationError, match="prohibit reservations to Article 5, Paragraph 2"):
        reservations.formulate(treaty, by=secretary, at=now, **reserving(turkiye))


@pytest.mark.parametrize(
    ("terms", "clause", "to", "is_made"),
    [
        ("except", "Article 5", "Article 5, Paragraph 2", False),
        ("except", "Article 5, Paragraph 2", "Article 5", False),
        ("except", "Article 5, Paragraph 2", "Article 5, Paragraph 1", True),
        ("except", "Article 5", "Article 50", True),
        ("only", "Article 5", "Article 5, Paragraph 2", True),
        ("only", "Article 5, Paragraph 2", "Article 5", False),
    ],
)
def test_where_the_text_is_elsewhere_names_say_what_is_part_of_what(
    treaty, turkiye, secretary, now, terms, clause, to, is_made
):
    FinalClausesFactory(instrument=treaty, reservation_terms=terms, reservation_provisions=[clause])
    told = reserving(turkiye, provisions=[to])

    if is_made:
        assert reservations.formulate(treaty, by=secretary, at=now, **told).provisions == [to]
    else:
        with pytest.raises(ValidationError, match="reservations"):
            reservations.formulate(treaty, by=secretary, at=now, **told)


# ── one clock ───────────────────────────────────────────────────────────────────────────────────
def test_the_time_ends_on_one_day_in_whichever_zone_it_is_read(circulated):
    circulated.circulated_at = datetime(2026, 11, 26, 20, tzinfo=UTC)
    days = set()
    for zone in ("UTC", "Asia/Bishkek", "Europe/Istanbul"):
        with timezone.override(ZoneInfo(zone)):
            days.add(last_day_to_object(standing_of(circulated), None))

    assert days == {date(2027, 11, 26)}


def test_signing_is_not_concluded_where_the_only_signature_was_annulled(turkiye, secretary, now):
    treaty = InstrumentFactory(status="open_for_signature")
    SignatureFactory(instrument=treaty, participant=turkiye, status="annulled")

    with pytest.raises(WrongStatus, match="No State has signed it yet"):
        instruments.conclude_signature(treaty, by=secretary, at=now)

    assert step_verdict(secretary, treaty, "conclude_signature").reason == (
        "No State has signed it yet."
    )


def test_an_entry_that_is_made_while_the_bundle_is_packed_is_in_neither_file(
    circulated, treaty, kazakhstan, secretary, now, tmp_path, monkeypatch
):
    FinalClausesFactory(instrument=treaty)
    calculation = calculations.recalculate(treaty, at=now)

    def meanwhile(calculation):
        consenting(treaty, kazakhstan, now.date(), secretary, now)
        return calculation.inputs

    monkeypatch.setattr(exports, "inputs_of", meanwhile)
    packed = exports.bundle(treaty, calculation)

    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(tmp_path)
    said = subprocess.run(
        [sys.executable, tmp_path / "verify_ledger.py"], capture_output=True, text=True, check=False
    )
    assert (said.returncode, said.stderr) == (0, "")


# ── what the States are told ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("clauses", "is_by_silence", "end"),
    [
        ({}, True, "Article 5 does not bind it."),
        ({"reservation_acceptance": "organ"}, False, "article 20, 3)."),
        ({"reservation_terms": "authorized"}, False, "they need no acceptance."),
    ],
)
def test_no_state_is_told_to_object_where_its_silence_accepts_nothing(
    circulated, treaty, clauses, is_by_silence, end
):
    FinalClausesFactory(instrument=treaty, **clauses)

    texts = proposed_texts(treaty.ledger.get(kind="reservation"))

    assert ("twelve months" in texts["en"]) is is_by_silence
    assert "Article 5 does not bind it." in texts["en"]
    assert texts["en"].endswith(end)
    assert len(set(texts.values())) == len(texts)
