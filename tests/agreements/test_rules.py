"""Who may do what: a row per role, with the sentence a refusal gives."""

import pytest

from agreements.rules import facts, instruments, provisions
from agreements.statuses import INSTRUMENTS
from tests.factories.agreements import DomesticStepFactory, MilestoneFactory

# What a person takes: the portal itself lets a treaty enter into force.
TAKEN = [step.verb for step in INSTRUMENTS.steps.values() if not step.automatic]

HEAD_ONLY = "Only the head of the secretariat moves an instrument from one phase to the next."
SECRETARIAT_ONLY = "Only the secretariat keeps the record of an instrument."
TEXT_ONLY = "Only the secretariat writes into the text; a State tables a proposal."
EVERYBODY = (
    "reader_a", "editor_a", "head_a", "editor_b", "head_b", "observer", "officer", "secretary",
    "administrator", "auditor", "machine_a",
)  # fmt: skip


def reason_for(user, allowed, sentence):
    return "" if user in allowed else sentence


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("verb", TAKEN)
def test_who_moves_an_instrument(request, on_the_table, who, verb):
    rule = getattr(instruments, f"may_{verb}")

    verdict = rule(request.getfixturevalue(who), on_the_table)

    assert str(verdict.reason) == reason_for(who, {"secretary"}, HEAD_ONLY)


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_keeps_the_record(request, on_the_table, who):
    user = request.getfixturevalue(who)
    expected = reason_for(who, {"officer", "secretary"}, SECRETARIAT_ONLY)

    verdicts = [
        facts.may_record_milestone(user, on_the_table),
        facts.may_record_domestic_step(user, on_the_table),
        facts.may_supersede_milestone(user, MilestoneFactory()),
        facts.may_supersede_domestic_step(user, DomesticStepFactory()),
    ]

    assert [str(verdict.reason) for verdict in verdicts] == [expected] * 4


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_writes_into_the_text(request, article, who):
    verdict = provisions.may_update_provision(request.getfixturevalue(who), article)

    assert str(verdict.reason) == reason_for(who, {"officer", "secretary"}, TEXT_ONLY)


def test_a_text_with_a_bracket_is_not_closed(article, secretary):
    verdict = instruments.may_close_ad_referendum(secretary, article.instrument)

    assert str(verdict.reason) == (
        "1 bracket is still open: a text is closed when none is left. "
        f"In the way: {article}: 1 bracket."
    )


def test_a_bracket_of_what_is_gone_keeps_no_text_open(article, secretary):
    type(article).objects.filter(pk=article.pk).update(is_live=False)

    assert instruments.may_close_ad_referendum(secretary, article.instrument)
