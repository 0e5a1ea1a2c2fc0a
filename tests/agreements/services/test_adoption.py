"""A text is adopted and authenticated by what is on record (Vienna Convention, articles 9 and 10)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from agreements.models import AdoptionAct, Confirmation
from agreements.rules.adoption import count_of
from agreements.services import adoption as services
from agreements.services import instruments
from ots_portal.audit.queries import history_of
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.agreements import InstrumentFactory
from tests.factories.negotiation import closed_text
from tests.factories.people import ParticipantFactory
from tests.factories.sittings import DecisionFactory

ADOPTED_ON = date(2026, 10, 10)
SLUGS = ("azerbaijan", "kazakhstan", "turkiye")


@pytest.fixture
def states():
    return [ParticipantFactory(slug=slug) for slug in SLUGS]


@pytest.fixture
def text(states):
    instrument = InstrumentFactory(status="ad_referendum")
    instrument.negotiating_states.set(states)
    return instrument


def consent_of(states, how="statement") -> list[dict]:
    return [{"participant": one, "how": how, "on_date": ADOPTED_ON} for one in states]


def votes_of(states, *votes) -> list[dict]:
    return [{"participant": one, "vote": vote} for one, vote in zip(states, votes, strict=True)]


def by_consent(text, states, *, by, at, version=0, **fields):
    told = {"method": "consent", "on_date": ADOPTED_ON, "acts": consent_of(states), **fields}
    return services.record_adoption(text, version=version, by=by, at=at, **told)


def by_vote(text, states, votes, *, by, at, **fields):
    told = {
        "method": "conference_vote",
        "conference": "Conference in Bishkek",
        "on_date": ADOPTED_ON,
        "acts": votes_of(states, *votes),
        **fields,
    }
    return services.record_adoption(text, version=0, by=by, at=at, **told)


# ── consent ─────────────────────────────────────────────────────────────────────────────────────
def test_a_text_is_adopted_once_all_that_negotiated_consent(text, states, officer, secretary, now):
    by_consent(text, states, by=officer, at=now, place="Bishkek")

    instruments.adopt(text, by=secretary, at=now)

    entry = text.ledger.get()
    assert (text.status, entry.kind, entry.acted_on_date) == ("adopted", "adoption", ADOPTED_ON)
    assert [(act["participant"], act["how"]) for act in entry.details["acts"]] == [
        (slug, "statement") for slug in SLUGS
    ]


def test_without_a_record_nothing_is_adopted(text, secretary, now):
    with pytest.raises(WrongStatus, match="not on record how the text was adopted"):
        instruments.adopt(text, by=secretary, at=now)

    text.refresh_from_db()
    assert (text.status, text.ledger.count()) == ("ad_referendum", 0)


def test_the_consent_of_one_that_is_missing_is_named(text, states, officer, secretary, now):
    by_consent(text, states[:2], by=officer, at=now)

    with pytest.raises(WrongStatus, match=f"Missing: {states[2].name}"):
        instruments.adopt(text, by=secretary, at=now)


def test_a_text_that_nobody_negotiates_is_not_adopted(officer, secretary, now):
    text = InstrumentFactory(status="ad_referendum")
    by_consent(text, [], by=officer, at=now)

    with pytest.raises(WrongStatus, match="No negotiating State"):
        instruments.adopt(text, by=secretary, at=now)


def test_a_consent_after_the_adoption_is_refused(text, states, officer, now):
    acts = [{"participant": states[0], "how": "note", "on_date": ADOPTED_ON + timedelta(days=1)}]

    with pytest.raises(ValidationError, match="once the last State has consented"):
        by_consent(text, states, by=officer, at=now, acts=acts)


def test_the_record_is_corrected_until_the_text_is_adopted(text, states, officer, secretary, now):
    by_consent(text, states[:1], by=officer, at=now)

    corrected = by_consent(text, states, by=officer, at=now, version=1, place="Ankara")
    instruments.adopt(text, by=secretary, at=now)

    assert (corrected.version, corrected.acts.count()) == (2, 3)
    assert [one.kind for one in history_of(corrected)] == ["agreements.adoption.recorded"] * 2
    with pytest.raises(WrongStatus):
        by_consent(text, states, by=officer, at=now, version=2)


def test_who_corrects_what_somebody_else_corrected_is_told(text, states, officer, now):
    by_consent(text, states, by=officer, at=now)

    with pytest.raises(StaleVersion):
        by_consent(text, states[:1], by=officer, at=now, version=0)

    assert AdoptionAct.objects.count() == 3


def test_a_member_state_records_nothing(text, states, head_a, now):
    with pytest.raises(Refused, match="Only the secretariat records"):
        by_consent(text, states, by=head_a, at=now)


def test_a_state_stands_in_the_record_once(text, states, officer, now):
    with pytest.raises(ValidationError, match="twice"):
        by_consent(text, states, by=officer, at=now, acts=consent_of([states[0], states[0]]))


def test_the_decision_of_a_meeting_is_tied_to_the_agreement(text, states, secretary, now):
    decision = DecisionFactory(status="adopted")

    for version in (0, 1):
        by_consent(text, states, by=secretary, at=now, version=version, decision_id=decision.pk)

    from ots_portal.crossrefs.models import CrossReference  # noqa: PLC0415 -- of this test alone

    assert CrossReference.objects.filter(from_id=decision.pk, to_id=text.pk).count() == 1


def test_a_decision_that_does_not_exist_is_refused(text, states, secretary, now):
    with pytest.raises(ValidationError, match="no such decision"):
        by_consent(text, states, by=secretary, at=now, decision_id=text.pk)


# ── the vote of a conference ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("votes", "rule", "is_enough"),
    [
        (("for", "for", "against"), "two_thirds", True),
        (("for", "against", "absent"), "two_thirds", False),
        # Who abstains or is absent does not vote: one of one is all.
        (("for", "abstain", "absent"), "two_thirds", True),
        (("abstain", "absent", "absent"), "two_thirds", False),
        (("against", "against", "against"), "simple_majority", False),
        (("for", "against", "absent"), "simple_majority", False),
        (("for", "for", "against"), "three_quarters", False),
        (("for", "for", "against"), "unanimity", False),
        (("for", "for", "abstain"), "unanimity", True),
    ],
)
def test_the_votes_for_it_are_counted_among_those_present_and_voting(votes, rule, is_enough):
    assert count_of(votes).reaches(rule) == is_enough


def test_two_thirds_of_those_present_and_voting_adopt(text, states, officer, secretary, now):
    by_vote(text, states, ("for", "for", "against"), by=officer, at=now)

    instruments.adopt(text, by=secretary, at=now)

    details = text.ledger.get().details
    assert (text.status, details["votes"]) == (
        "adopted",
        {"for": 2, "against": 1, "abstain": 0, "absent": 0},
    )


def test_less_than_two_thirds_do_not_adopt(text, states, officer, secretary, now):
    by_vote(text, states, ("for", "against", "abstain"), by=officer, at=now)

    with pytest.raises(WrongStatus, match="not adopted: 1 for and 1 against"):
        instruments.adopt(text, by=secretary, at=now)

    assert text.ledger.count() == 0


def test_what_is_on_record_of_an_earlier_text_does_not_adopt_the_next(
    states, officer, secretary, now
):
    text = closed_text(*states).instrument
    by_vote(text, states, ("for", "for", "for"), by=officer, at=now)
    instruments.reopen(text, reason="Article 9 goes too far.", by=secretary, at=now)
    later = now + timedelta(days=1)
    instruments.close_ad_referendum(
        text, confirm_by=later + timedelta(days=9), by=secretary, at=later
    )

    with pytest.raises(WrongStatus, match="Missing: "):
        instruments.adopt(text, by=secretary, at=later)
    Confirmation.objects.update(status="confirmed", answered_at=later)
    with pytest.raises(WrongStatus, match="not on record how the text was adopted"):
        instruments.adopt(text, by=secretary, at=later)

    told = {"method": "consent", "on_date": ADOPTED_ON, "acts": consent_of(states)}
    services.record_adoption(text, version=1, by=officer, at=later, **told)
    assert instruments.adopt(text, by=secretary, at=later).status == "adopted"


def test_another_rule_takes_two_thirds_itself(text, states, officer, secretary, now):
    told = {"voting_rule": "simple_majority", "rule_on_date": ADOPTED_ON}
    votes = ("for", "for", "against")

    with pytest.raises(ValidationError, match="needs two thirds") as refused:
        by_vote(
            text, states, votes, by=officer, at=now, **told, rule_for_count=1, rule_against_count=1
        )
    by_vote(text, states, votes, by=officer, at=now, **told, rule_for_count=2, rule_against_count=1)
    instruments.adopt(text, by=secretary, at=now)

    assert list(refused.value.message_dict) == ["rule_for_count"]
    details = text.ledger.get().details
    assert (details["voting_rule"], details["rule_for_count"]) == ("simple_majority", 2)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"conference": " "}, "conference"),
        ({"voting_rule": "unanimity"}, "rule_for_count"),
        ({"on_date": date(2099, 1, 1)}, "on_date"),
    ],
)
def test_what_a_vote_does_not_say_is_named(text, states, officer, now, fields, field):
    with pytest.raises(ValidationError) as refused:
        by_vote(text, states, ("for", "for", "for"), by=officer, at=now, **fields)

    assert list(refused.value.message_dict) == [field]


def test_a_state_whose_vote_is_not_told_is_named(text, states, officer, secretary, now):
    by_vote(text, states[:2], ("for", "for"), by=officer, at=now)

    with pytest.raises(WrongStatus, match="how it voted, or that it was absent"):
        instruments.adopt(text, by=secretary, at=now)


# ── authentication ──────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def adopted(states):
    instrument = InstrumentFactory(status="adopted")
    instrument.negotiating_states.set(states)
    return instrument


def authenticated_by(text, *, by, at, **fields):
    told = {
        "procedure": "initialling",
        "document": "text",
        "on_date": ADOPTED_ON,
        "place": "Bishkek",
        "acts": [],
        "version": 0,
        **fields,
    }
    return services.record_authentication(text, by=by, at=at, **told)


def test_the_representatives_initial_the_text(adopted, states, officer, secretary, now):
    acts = [{"participant": state, "signed_by": "The Minister"} for state in states]
    authenticated_by(adopted, acts=acts, by=officer, at=now)

    instruments.authenticate(adopted, by=secretary, at=now)

    entry = adopted.ledger.get()
    assert (adopted.status, entry.kind, entry.details["place"]) == (
        "authenticated",
        "authentication",
        "Bishkek",
    )
    assert len(entry.details["acts"]) == 3


def test_who_did_not_initial_is_named(adopted, states, officer, secretary, now):
    acts = [{"participant": states[0], "signed_by": "The Minister"}]
    authenticated_by(adopted, acts=acts, by=officer, at=now)

    with pytest.raises(WrongStatus, match=f"Missing: {states[1].name}, {states[2].name}"):
        instruments.authenticate(adopted, by=secretary, at=now)


def test_without_a_record_nothing_is_authenticated(adopted, secretary, now):
    with pytest.raises(WrongStatus, match="not on record how the text was authenticated"):
        instruments.authenticate(adopted, by=secretary, at=now)


def test_an_agreed_procedure_needs_no_signature_but_its_place(adopted, officer, secretary, now):
    with pytest.raises(ValidationError) as refused:
        authenticated_by(adopted, procedure="agreed", by=officer, at=now)
    authenticated_by(
        adopted,
        procedure="agreed",
        agreed_in="Article 21",
        by=officer,
        at=now,
        document="final_act",
    )
    instruments.authenticate(adopted, by=secretary, at=now)

    assert list(refused.value.message_dict) == ["agreed_in"]
    assert adopted.ledger.get().details["document"] == "final_act"


def test_a_text_is_not_authenticated_before_it_is_adopted(text, states, officer, secretary, now):
    by_consent(text, states, by=officer, at=now)
    instruments.adopt(text, by=secretary, at=now)

    with pytest.raises(ValidationError, match="once it is adopted"):
        authenticated_by(text, on_date=ADOPTED_ON - timedelta(days=1), by=officer, at=now)
