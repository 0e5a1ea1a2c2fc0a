import json

import pytest
from django.contrib.auth.models import AnonymousUser

from agreements import portal
from agreements.models import (
    Alternative,
    DomesticStep,
    Finding,
    Instrument,
    Milestone,
    Provision,
    Signatory,
)
from agreements.statuses import DomesticStepKind
from ots_portal.audit.models import AuditEntry
from ots_portal.notifications.models import OutboxRow
from ots_portal.plugs import menu
from tests.agreements.conftest import FIVE
from tests.factories.agreements import InstrumentFactory, MilestoneFactory


def test_loading_twice_enters_everything_once(loaded, now):
    tables = (Instrument, Signatory, Milestone, DomesticStep, Finding, Provision, Alternative)
    before = [table.objects.count() for table in tables]

    portal.load_demo(now)

    assert [table.objects.count() for table in tables] == before == [2, 5, 10, 8, 17, 4, 7]


def test_loading_leaves_an_audit_entry_of_what_is_entered_and_tells_nobody(loaded):
    kinds = sorted(AuditEntry.objects.values_list("kind", flat=True))

    # Only the protocol has a text, and so a revision of it. All are of one moment: their order is nobody's.
    entered = ["agreements.instrument.entered"] * 2
    assert (sorted(kinds), OutboxRow.objects.count()) == (
        [*entered, "agreements.revision.opened"],
        0,
    )


def test_the_agreement_is_signed_and_not_known_to_be_in_force(cpm):
    assert cpm.headline == "Signed 6 November 2024; not known to be in force."


def test_the_agreement_was_signed_by_five_under_their_own_names(cpm):
    names = dict(cpm.signatories.values_list("participant", "party_name"))

    assert (tuple(names), names["kyrgyzstan"]) == (
        FIVE,
        "Cabinet of Ministers of the Kyrgyz Republic",
    )


def test_the_azerbaijani_name_is_civil_defence(cpm):
    assert "Mülki Müdafiə Mexanizminin" in cpm.titles["az"]


def test_the_portal_holds_no_provision_of_the_agreement(cpm):
    assert not cpm.provisions.exists()


def test_of_turkiye_no_approval_is_known(cpm):
    approving = set(cpm.domestic_steps.values_list("participant", flat=True))

    assert approving == {"azerbaijan", "kazakhstan", "kyrgyzstan", "uzbekistan"}


def test_no_kind_of_domestic_step_is_a_deposit():
    assert not {"deposit", "ratification"} & set(DomesticStepKind.values)


def test_the_training_protocol_is_marked_and_has_no_sources_to_lean_on(training):
    assert (training.is_training, training.milestones.count()) == (True, 0)


def test_the_training_protocol_has_articles_in_every_condition(training):
    conditions = [(p.number, p.status, p.bracket_count) for p in training.provisions.all()]

    assert conditions == [
        ("1", "agreed_ad_ref", 0),
        ("2", "bracketed", 2),
        ("3", "bracketed", 1),
        ("4", "reserved", 0),
    ]


def test_every_alternative_has_a_sponsor_and_every_quote_stands_in_its_text_once(training):
    for provision in training.provisions.all():
        text = provision.texts.get(language="en").text
        for bracket in provision.brackets.all():
            sponsors = [a.sponsor_names for a in bracket.alternatives.all()]
            assert (text.count(bracket.quote), all(sponsors)) == (1, True)


@pytest.mark.parametrize("name", portal.RECORDS)
def test_the_data_files_say_as_of_when(name):
    told = json.loads((portal.DATA / name).read_text(encoding="utf-8"))

    assert told["as_of_date"] == "2026-05-31"


def test_the_card_shows_the_five_latest_steps_of_what_is_readable(cpm):
    lines = portal.latest_steps(AnonymousUser())

    assert [(line.note.split(" · ")[0], line.badge) for line in lines] == [
        ("11 Mar 2026", "Kazakhstan"),
        ("28 Jan 2026", "Kazakhstan"),
        ("31 Oct 2025", "Kyrgyzstan"),
        ("24 Sep 2025", "Kyrgyzstan"),
        ("26 Jun 2025", "Uzbekistan"),
    ]


def test_the_card_marks_training(reader_a):
    MilestoneFactory(instrument=InstrumentFactory(is_training=True))

    assert [(line.badge, line.tone) for line in portal.latest_steps(reader_a)] == [
        ("Training", "warning")
    ]


def test_the_menu_leads_to_the_list():
    entry = next(entry for entry in menu if entry.url_name == "agreements:list")

    assert (str(entry.title), entry.position, entry.visible(AnonymousUser())) == (
        "Agreements",
        30,
        True,
    )
