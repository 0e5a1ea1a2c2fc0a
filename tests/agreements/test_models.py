from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from agreements.models import Finding
from agreements.models.sourced import validate_sources
from agreements.statuses import InstrumentStatus
from tests.factories.agreements import (
    AlternativeFactory,
    DomesticStepFactory,
    InstrumentFactory,
    MilestoneFactory,
    SignatoryFactory,
)

SIGNED_ON = date(2024, 11, 6)


def test_the_headline_of_a_signed_instrument_is_computed_from_its_signatures():
    signatory = SignatoryFactory(signed_on_date=SIGNED_ON)

    assert signatory.instrument.headline == "Signed 6 November 2024; not known to be in force."


def test_the_headline_names_both_ends_when_states_signed_on_several_days(turkiye, azerbaijan):
    instrument = InstrumentFactory(status="signed")
    SignatoryFactory(instrument=instrument, participant=turkiye, signed_on_date=SIGNED_ON)
    SignatoryFactory(
        instrument=instrument, participant=azerbaijan, signed_on_date=date(2024, 12, 1)
    )

    assert instrument.headline == (
        "Signed between 6 November 2024 and 1 December 2024; not known to be in force."
    )


def test_the_headline_of_a_signed_instrument_without_a_known_day_says_so_much():
    assert InstrumentFactory(status="signed").headline == "Signed; not known to be in force."


@pytest.mark.parametrize("status", InstrumentStatus)
def test_every_status_has_a_headline_and_only_one_says_in_force(status):
    says_so = InstrumentFactory(status=status).headline == "In force."

    assert says_so == (status == InstrumentStatus.IN_FORCE)


def test_the_title_is_never_translated_only_chosen():
    instrument = InstrumentFactory(titles={"en": "Civil Protection", "az": "Mülki Müdafiə"})

    with translation.override("az"):
        in_azerbaijani = instrument.title
    with translation.override("tr"):
        in_turkish = instrument.title

    assert (in_azerbaijani, in_turkish) == ("Mülki Müdafiə", "Civil Protection")


@pytest.mark.parametrize(
    "sources",
    [
        ["javascript:alert(1)"],
        ["data:text/html,x"],
        ["//one.example/a"],
        ["one.example"],
        "https://one.example",
        [None],
        ["https://one.example/a"] * 21,
    ],
)
def test_what_is_no_web_address_is_no_source(sources):
    with pytest.raises(ValidationError):
        validate_sources(sources)


REFUSED_BY_THE_DATABASE = [
    (MilestoneFactory, {"sources": []}),
    (MilestoneFactory, {"texts": {}}),
    (MilestoneFactory, {"kind": "party"}),
    (MilestoneFactory, {"confidence": "sure"}),
    (MilestoneFactory, {"on_date": date(2026, 6, 1)}),
    (MilestoneFactory, {"supersede_reason": "because"}),
    (DomesticStepFactory, {"sources": []}),
    (DomesticStepFactory, {"kind": "deposit"}),
    (DomesticStepFactory, {"on_date": date(2026, 6, 1)}),
    (SignatoryFactory, {"sources": []}),
    (InstrumentFactory, {"status": "ratified"}),
    (AlternativeFactory, {"text": ""}),
    (AlternativeFactory, {"is_deletion": True}),
]


@pytest.mark.parametrize(("factory", "fields"), REFUSED_BY_THE_DATABASE)
def test_the_database_itself_refuses(factory, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        factory(**fields)


def test_content_without_a_source_is_refused_by_the_database():
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.create(
            instrument=InstrumentFactory(),
            kind="content",
            position=1,
            texts={"en": "It is said."},
            as_of_date=SIGNED_ON,
        )


def test_a_domestic_step_stands_once(turkiye):
    step = DomesticStepFactory(participant=turkiye)

    with pytest.raises(IntegrityError), transaction.atomic():
        DomesticStepFactory(instrument=step.instrument, participant=turkiye)
