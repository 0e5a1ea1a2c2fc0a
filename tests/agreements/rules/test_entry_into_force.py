"""The calculator: a rule and a ledger give a day with its proof."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreements.rules.entry_into_force import Act, Delay, WrongRule, calculate, parse_rule, suppose
from agreements.vocabularies.acts import CONSENTS

DAY = date(2026, 3, 10)
RATIFIED = "ratification"
THREE = {"kind": "nth_deposit_days", "n": 3, "days": 30, "counts": [RATIFIED, "accession"]}


def act(participant: str, day: date = DAY, kind: str = RATIFIED, **fields) -> Act:
    return Act(participant, kind, day, **fields)


def days_later(count: int) -> date:
    return DAY + timedelta(days=count)


def day_of(rule: dict, acts: list[Act], **arguments) -> date | None:
    return calculate(parse_rule(rule), acts, **arguments).date


def three_deposits() -> list[Act]:
    return [act("Azerbaijan"), act("Kazakhstan", days_later(1)), act("Kyrgyzstan", days_later(5))]


def test_the_thirtieth_day_following_is_counted_from_the_day_after():
    assert Delay(days=30).after(date(1979, 12, 28)) == date(1980, 1, 27)


@pytest.mark.parametrize(
    ("delay", "day", "expected"),
    [
        (Delay(), date(2026, 3, 10), date(2026, 3, 10)),
        (Delay(days=30), date(2024, 1, 31), date(2024, 3, 1)),
        (Delay(months=3), date(2025, 11, 30), date(2026, 2, 28)),
        (Delay(months=3), date(2023, 11, 30), date(2024, 2, 29)),
        (Delay(months=12), date(2024, 2, 29), date(2025, 2, 28)),
        # European practice: the month that follows three months after the fifth ratification.
        # Convention on Cybercrime, article 36: 18 March 2004, in force 1 July 2004.
        (Delay(first_of_month=4), date(2004, 3, 18), date(2004, 7, 1)),
        (Delay(first_of_month=1), date(2026, 12, 31), date(2027, 1, 1)),
        (Delay(first_of_month=1), date(2026, 12, 1), date(2027, 1, 1)),
        (Delay(days=60, first_of_month=1), date(2002, 4, 11), date(2002, 7, 1)),
        (Delay(months=1), date(9999, 12, 31), None),
        (Delay(days=1), date(9999, 12, 31), None),
    ],
)
def test_a_delay_ends_on_its_day(delay, day, expected):
    assert delay.after(day) == expected


def test_the_nth_deposit_is_the_trigger_and_each_is_numbered():
    result = calculate(parse_rule(THREE), three_deposits())

    assert result.date == days_later(35)
    assert (result.trigger.number, result.trigger.act.participant) == (3, "Kyrgyzstan")
    assert [(one.number, one.act.participant) for one in result.counted] == [
        (1, "Azerbaijan"),
        (2, "Kazakhstan"),
        (3, "Kyrgyzstan"),
    ]


def test_what_is_missing_is_said_with_what_counts_so_far():
    result = calculate(parse_rule(THREE), three_deposits()[:2])

    assert (result.date, result.trigger, len(result.counted)) == (None, None, 2)
    assert result.missing == (
        "1 of 3 deposits is missing; counted so far: 2 (ratification, accession)."
    )


def test_deposits_of_one_day_count_together_in_the_order_of_names():
    acts = [act("Uzbekistan"), act("Azerbaijan"), act("Türkiye"), act("Kazakhstan")]

    result = calculate(parse_rule(THREE), acts)

    assert (result.date, result.trigger.number, len(result.counted)) == (days_later(30), 3, 4)


def test_a_kind_that_is_not_listed_does_not_count_and_is_said():
    acts = [*three_deposits()[:2], act("Slovenia", kind="succession")]

    result = calculate(parse_rule(THREE), acts)

    assert result.date is None
    assert [(one.act.participant, one.reason) for one in result.not_counted] == [
        ("Slovenia", "Succession is not among the kinds that count.")
    ]
    assert result.notes[0].startswith("Slovenia succeeded (d) to a predecessor.")


def test_a_dissolved_predecessor_keeps_its_day_and_counts():
    acts = [*three_deposits()[:2], act("Slovenia", kind="succession"), act("Yugoslavia")]

    assert day_of(THREE, acts) == days_later(31)


def test_a_state_counts_once_whatever_it_deposits():
    acts = [*three_deposits()[:2], act("AZERBAIJAN", days_later(2), "accession")]

    result = calculate(parse_rule(THREE), acts)

    assert (result.date, [one.reason for one in result.not_counted]) == (
        None,
        ["This State had consented already."],
    )


def test_a_deposit_that_was_withdrawn_before_does_not_count():
    withdrawal = act("Azerbaijan", days_later(2), "withdrawal")

    result = calculate(parse_rule(THREE), [*three_deposits(), withdrawal])

    assert result.date is None
    assert [one.reason for one in result.not_counted] == ["It was withdrawn before."]


def test_a_withdrawal_counts_from_the_day_it_takes_effect():
    withdrawal = act("Azerbaijan", days_later(2), "withdrawal", effective_date=days_later(400))

    result = calculate(parse_rule(THREE), [*three_deposits(), withdrawal])

    assert (result.date, result.date_of("azerbaijan").ended_on) == (
        days_later(35),
        days_later(400),
    )


def test_a_withdrawal_after_does_not_end_what_is_in_force():
    withdrawal = act("Azerbaijan", days_later(90), "withdrawal")

    assert day_of(THREE, [*three_deposits(), withdrawal]) == days_later(35)


def test_a_state_that_comes_back_counts_from_its_new_deposit():
    acts = [
        *three_deposits(),
        act("Azerbaijan", days_later(2), "withdrawal"),
        act("Azerbaijan", days_later(20), "accession"),
    ]

    assert day_of(THREE, acts) == days_later(50)


def test_a_state_that_was_not_entitled_does_not_count():
    acts = [*three_deposits()[:2], act("Atlantis", is_entitled=False)]

    result = calculate(parse_rule(THREE), acts)

    assert (result.date, [one.reason for one in result.not_counted]) == (
        None,
        ["The treaty is not open to this State."],
    )


def test_only_the_states_that_the_rule_names_count():
    rule = {**THREE, "n": 2, "only_states": ["KAZAKHSTAN", "Kyrgyzstan"]}

    assert day_of(rule, three_deposits()) == days_later(35)


def test_states_that_the_rule_leaves_out_do_not_count():
    assert day_of({**THREE, "except_states": ["Azerbaijan"]}, three_deposits()) is None


def test_a_required_state_is_waited_for_and_is_the_trigger():
    rule = {**THREE, "n": 2, "required_states": ["Kyrgyzstan"]}

    result = calculate(parse_rule(rule), three_deposits())

    assert (result.date, result.trigger.act.participant) == (days_later(35), "Kyrgyzstan")


def test_a_required_state_that_is_missing_is_named():
    rule = {**THREE, "required_states": ["Türkiye"]}

    assert calculate(parse_rule(rule), three_deposits()).missing == (
        "Required and missing: Türkiye."
    )


def test_what_came_after_the_day_of_the_calculation_is_not_known():
    result = calculate(parse_rule(THREE), three_deposits(), as_of=days_later(4))

    assert result.date is None
    assert result.notes == ("1 act after the day of the calculation is left out: Kyrgyzstan.",)


def test_a_supposed_deposit_may_lie_after_the_day_of_the_calculation():
    rule, acts = parse_rule(THREE), three_deposits()[:2]
    supposed = suppose(rule, acts, "Türkiye", days_later(100))

    result = calculate(rule, [*acts, supposed], as_of=days_later(4))

    assert (result.date, result.trigger.act.kind) == (days_later(130), "accession")


def test_a_signatory_is_supposed_to_ratify():
    signed = [act("Türkiye", kind="signature")]

    supposed = suppose(parse_rule(THREE), signed, "TÜRKİYE", days_later(1))

    assert (supposed.participant, supposed.kind) == ("Türkiye", RATIFIED)


SIGNED = [act("Azerbaijan", kind="signature"), act("Türkiye", kind="signature")]


def test_all_signatories_are_waited_for():
    rule = {"kind": "all_signatories_days", "days": 30}
    acts = [*SIGNED, act("Azerbaijan", days_later(10)), act("Türkiye", days_later(20))]

    assert (day_of(rule, acts[:3]), day_of(rule, acts)) == (None, days_later(50))


def test_the_signatory_that_is_missing_is_named():
    rule = parse_rule({"kind": "all_signatories_days", "days": 30})

    result = calculate(rule, [*SIGNED, act("Azerbaijan", days_later(10))])

    assert result.missing == "1 signatory has not consented: Türkiye."


def test_whoever_signs_after_the_entry_into_force_does_not_undo_it():
    rule = {"kind": "all_signatories_days", "days": 30}
    acts = [*SIGNED, act("Azerbaijan", days_later(10)), act("Türkiye", days_later(20))]

    assert day_of(rule, [*acts, act("Kazakhstan", days_later(51), "signature")]) == days_later(50)
    assert day_of(rule, [*acts, act("Kazakhstan", days_later(50), "signature")]) is None


def test_without_a_signature_the_rule_asks_who_must_consent():
    rule = parse_rule({"kind": "last_notification"})

    assert "required_states" in calculate(rule, [act("Azerbaijan")]).missing


def test_it_enters_into_force_with_the_last_notification():
    rule = {"kind": "last_notification", "required_states": ["Azerbaijan", "Türkiye"]}
    acts = [act("Azerbaijan", kind="notification"), act("Türkiye", days_later(9), "notification")]

    assert day_of(rule, acts) == days_later(9)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"n": 2}, date(2026, 5, 1)),  # alone, n is the month after the last
        ({"months": 2}, date(2026, 5, 1)),
        ({"months": 1, "n": 1}, date(2026, 4, 1)),
        ({"months": 1, "n": 1, "days": 60}, date(2026, 6, 1)),
    ],
)
def test_the_first_of_a_month(fields, expected):
    rule = {"kind": "first_of_nth_month", **fields}
    acts = [*SIGNED, act("Azerbaijan"), act("Türkiye", days_later(9))]

    assert day_of(rule, acts) == expected


FIXED = {"kind": "fixed_date", "date": "2026-06-01"}


def test_on_a_fixed_day_two_have_consented_before():
    result = calculate(parse_rule(FIXED), three_deposits()[:2])

    assert (result.date, result.trigger, result.missing) == (date(2026, 6, 1), None, "")
    assert len(result.counted) == 2


@pytest.mark.parametrize("count", [0, 1])
def test_a_fixed_day_binds_nobody_alone(count):
    result = calculate(parse_rule(FIXED), three_deposits()[:count])

    assert (result.date, result.missing) == (None, "Two States or more must have consented.")


def test_after_the_fixed_day_it_waits_for_the_second_consent():
    late = replace(three_deposits()[1], date=date(2026, 7, 15))

    assert day_of(FIXED, [three_deposits()[0], late]) == date(2026, 7, 15)


@pytest.mark.parametrize(
    ("kind", "acts", "expected"),
    [
        ("all_of", three_deposits(), date(2026, 6, 1)),
        ("all_of", three_deposits()[:1], None),
        ("any_of", three_deposits(), days_later(35)),
        ("any_of", three_deposits()[:2], date(2026, 6, 1)),
        ("any_of", [], None),
    ],
)
def test_rules_together(kind, acts, expected):
    assert day_of({"kind": kind, "rules": [FIXED, THREE]}, acts) == expected


def test_the_deciding_part_gives_the_trigger_and_the_unmet_one_what_is_missing():
    both = parse_rule({"kind": "all_of", "rules": [FIXED, THREE]})

    assert calculate(both, three_deposits()).trigger is None
    assert "2 of 3 deposits are missing" in calculate(both, three_deposits()[:1]).missing


LATER = act("Uzbekistan", days_later(100))


@pytest.mark.parametrize(
    ("per_state", "expected"),
    [
        (30, days_later(130)),
        ({"months": 1}, date(2026, 7, 18)),
        ({"first_of_month": 2}, date(2026, 8, 1)),
        (None, days_later(100)),  # article 24, 3: the day of the deposit
    ],
)
def test_a_later_deposit_binds_its_state_later(per_state, expected):
    rule = parse_rule({**THREE, "per_state_after": per_state})

    result = calculate(rule, [*three_deposits(), LATER])

    assert (result.date_of("uzbekistan").date, result.date_of("azerbaijan").date) == (
        expected,
        days_later(35),
    )


def test_a_deposit_between_the_last_needed_and_the_day_is_not_bound_before_the_treaty_is():
    between = act("Uzbekistan", days_later(6))

    result = calculate(parse_rule(THREE), [*three_deposits(), between])

    assert result.date_of("uzbekistan").date == days_later(35)


def test_a_successor_has_no_day_unless_the_ledger_says_it():
    acts = [
        *three_deposits(),
        act("Slovenia", days_later(90), "succession"),
        act("Croatia", days_later(90), "succession", effective_date=days_later(60)),
    ]

    result = calculate(parse_rule(THREE), acts)

    assert (result.date_of("slovenia").date, result.date_of("croatia").date) == (
        None,
        days_later(60),
    )


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({}, "kind"),
        ({"kind": "some_day"}, "kind"),
        ({**THREE, "n": None}, "n"),
        ({**THREE, "n": 0}, "n"),
        ({**THREE, "n": True}, "n"),
        ({**THREE, "n": "35"}, "n"),
        ({**THREE, "days": -1}, "days"),
        ({**THREE, "days": 30.5}, "days"),
        ({**THREE, "months": 3}, "months"),
        ({**THREE, "counts": []}, "counts"),
        ({**THREE, "counts": ["ratified"]}, "counts"),
        ({**THREE, "counts": ["withdrawal"]}, "counts"),
        ({**THREE, "counts": None}, "counts"),
        ({**THREE, "counts": [["ratification"]]}, "counts"),
        ({**THREE, "counts": [{}]}, "counts"),
        ({**THREE, "required_states": "Türkiye"}, "required_states"),
        ({**THREE, "deys": 30}, "deys"),
        ({**THREE, "per_state_after": {"weeks": 3}}, "per_state_after"),
        ({**THREE, "per_state_after": {"days": -3}}, "per_state_after.days"),
        ({"kind": "fixed_date"}, "date"),
        ({"kind": "fixed_date", "date": "1980-02-30"}, "date"),
        ({"kind": "first_of_nth_month"}, "months"),
        ({"kind": "first_of_nth_month", "n": 60}, "n"),
        ({"kind": "all_of"}, "rules"),
        ({"kind": "all_of", "rules": [FIXED]}, "rules"),
        ({"kind": "all_of", "rules": [FIXED, {**THREE, "n": 0}]}, "rules[1].n"),
        ({"kind": "any_of", "rules": [FIXED, 3]}, "rules[1]"),
    ],
)
def test_a_wrong_rule_is_refused_naming_the_field(told, field):
    with pytest.raises(WrongRule) as refused:
        parse_rule(told)

    assert [place for place, _sentence in refused.value.problems] == [field]
    assert f"“{field}”" in str(refused.value)


def test_a_rule_that_is_no_object_is_refused():
    with pytest.raises(WrongRule, match="JSON object"):
        parse_rule([THREE])


@pytest.mark.parametrize(
    "told",
    [
        {**THREE, "required_states": ["T\ud800"]},
        {**THREE, "only_states": ["T\0"]},
        {**THREE, "\udfff": 1},
        {"kind": "any_of", "rules": [THREE, {**THREE, "counts": ["\ud800"]}]},
        {"kind": "\0"},
    ],
)
def test_what_is_no_text_is_refused_and_never_said_again(told):
    with pytest.raises(WrongRule) as refused:
        parse_rule(told)

    assert str(refused.value) == "The rule contains a character that cannot be shown. Remove it."


@pytest.mark.parametrize(
    "states", [{"except_states": ["uzbekistan"]}, {"only_states": ["Türkiye", "Azerbaijan"]}]
)
def test_whom_the_rule_leaves_out_is_not_waited_for(states):
    rule = {"kind": "all_signatories_days", "days": 30, **states}
    names = ("Türkiye", "Azerbaijan", "Uzbekistan")
    acts = [act(name, DAY, "signature") for name in names]
    acts += [act(name, DAY, "ratification") for name in names[:2]]

    assert day_of({**rule, "except_states": [], "only_states": []}, acts) is None
    assert day_of(rule, acts) == days_later(30)


def test_rules_within_rules_have_an_end():
    rule = FIXED
    for _depth in range(6):
        rule = {"kind": "any_of", "rules": [rule, FIXED]}

    with pytest.raises(WrongRule, match="five deep"):
        parse_rule(rule)


# A machine that does other things as well is no fault of the rule.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


# ── whatever the ledger ─────────────────────────────────────────────────────────────────────────
STATES = ["Azerbaijan", "Kazakhstan", "Kyrgyzstan", "Türkiye", "Uzbekistan", "Hungary"]
days = st.dates(date(2020, 1, 1), date(2023, 12, 31))
deposits = st.builds(Act, st.sampled_from(STATES), st.sampled_from(sorted(CONSENTS)), days)
withdrawals = st.builds(Act, st.sampled_from(STATES), st.just("withdrawal"), days)
signatures = st.builds(Act, st.sampled_from(STATES), st.just("signature"), days)
ledgers = st.lists(st.one_of(deposits, withdrawals, signatures), max_size=14)
counts = st.lists(st.sampled_from(sorted(CONSENTS)), min_size=1, unique=True)
delays = st.fixed_dictionaries({"days": st.integers(0, 400)})
leaves = st.one_of(
    st.builds(
        lambda n, kinds, delay: {"kind": "nth_deposit_days", "n": n, "counts": kinds, **delay},
        st.integers(1, 6),
        counts,
        delays,
    ),
    st.builds(
        lambda kinds, delay: {"kind": "all_signatories_days", "counts": kinds, **delay},
        counts,
        delays,
    ),
    st.builds(
        lambda month, kinds: {"kind": "first_of_nth_month", "n": month, "counts": kinds},
        st.integers(1, 12),
        counts,
    ),
    st.builds(
        lambda states, kinds: {
            "kind": "last_notification",
            "required_states": states,
            "counts": kinds,
        },
        st.lists(st.sampled_from(STATES), min_size=1, max_size=3, unique=True),
        counts,
    ),
    st.builds(lambda day: {"kind": "fixed_date", "date": day.isoformat()}, days),
)
rules = st.one_of(
    leaves,
    st.builds(
        lambda kind, parts: {"kind": kind, "rules": parts},
        st.sampled_from(["all_of", "any_of"]),
        st.lists(leaves, min_size=2, max_size=3),
    ),
)


@unhurried
@given(told=rules, acts=ledgers, more=deposits)
def test_one_deposit_more_never_makes_it_later(told, acts, more):
    before, after = day_of(told, acts), day_of(told, [*acts, more])

    assert before is None or (after is not None and after <= before)


@unhurried
@given(told=rules, acts=ledgers, random=st.randoms(use_true_random=False))
def test_the_order_of_the_rows_makes_no_difference(told, acts, random):
    mixed = list(acts)
    random.shuffle(mixed)

    assert calculate(parse_rule(told), mixed) == calculate(parse_rule(told), acts)


@unhurried
@given(told=rules, acts=ledgers)
def test_no_state_is_bound_before_the_treaty_is_in_force(told, acts):
    result = calculate(parse_rule(told), acts)

    assert all(one.date is None or one.date >= result.date for one in result.states)


@unhurried
@given(told=rules, acts=ledgers, as_of=days)
def test_what_is_not_known_yet_makes_no_difference(told, acts, as_of):
    known = [one for one in acts if one.date <= as_of]

    assert day_of(told, acts, as_of=as_of) == day_of(told, known)
