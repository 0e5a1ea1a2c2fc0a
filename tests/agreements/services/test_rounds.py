"""A round begins with a frozen text, freezes what came of it, and keeps how each provision stood."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from agreements.models import Bracket, Provision, Round, RoundFigure, TextRevision
from agreements.services import revisions
from agreements.services import rounds as services
from agreements.statuses import ROUNDS, RoundStatus
from ots_portal.audit.queries import history_of
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.agreements import RevisionFactory
from tests.factories.negotiation import (
    RoundFactory,
    TextSilenceFactory,
    bracketed,
    frozen_text,
    negotiated_by,
)
from tests.factories.proposals import a_proposal, a_text


@pytest.fixture
def table(turkiye, azerbaijan):
    return negotiated_by(turkiye, azerbaijan)


@pytest.fixture
def frozen(table):
    return frozen_text(table)


@pytest.fixture
def planned(table, frozen, turkiye):
    return RoundFactory(instrument=table, number=1, chair=turkiye, base_revision=frozen)


@pytest.fixture
def begun(planned, officer, now):
    return services.begin(planned, by=officer, at=now)


def test_plan_round_numbers_them_without_a_gap(table, turkiye, azerbaijan, officer, now):
    first = services.plan_round(table, chair=turkiye, by=officer, at=now)
    second = services.plan_round(table, chair=azerbaijan, by=officer, at=now)

    assert [(one.number, one.status, one.chair) for one in (first, second)] == [
        (1, "planned", turkiye),
        (2, "planned", azerbaijan),
    ]


def test_whoever_was_to_chair_and_is_not_any_more_does_not_begin_it(
    planned, azerbaijan, head_a, officer, now
):
    opened = Round.objects.select_related("chair", "instrument").get(pk=planned.pk)
    assert opened.chair_id == "turkiye"
    services.update_round(
        planned, chair=azerbaijan, base_revision=planned.base_revision, version=planned.version, by=officer, at=now
    )  # fmt: skip

    with pytest.raises(Refused):
        services.begin(opened, by=head_a, at=now)

    assert Round.objects.get().status == "planned"


def test_the_chair_negotiates(table, kazakhstan, officer, now):
    with pytest.raises(ValidationError) as refusal:
        services.plan_round(table, chair=kazakhstan, by=officer, at=now)

    assert refusal.value.message_dict == {
        "chair": ["The chair is the delegation of a negotiating State."]
    }


def test_a_text_that_is_worked_on_is_no_base(table, turkiye, officer, now):
    working = RevisionFactory(instrument=table)

    with pytest.raises(ValidationError) as refusal:
        services.plan_round(table, chair=turkiye, base_revision=working, by=officer, at=now)

    assert list(refusal.value.message_dict) == ["base_revision"]


def test_a_text_of_another_agreement_is_no_base(table, turkiye, officer, now):
    with pytest.raises(ValidationError, match="no revision of this agreement"):
        services.plan_round(
            table,
            chair=turkiye,
            base_revision=frozen_text(negotiated_by(turkiye)),
            by=officer,
            at=now,
        )


def test_a_delegation_plans_no_round(table, turkiye, head_a, now):
    with pytest.raises(Refused, match="Only the secretariat plans"):
        services.plan_round(table, chair=turkiye, by=head_a, at=now)


def test_a_planned_round_is_corrected(planned, azerbaijan, officer, now):
    corrected = services.update_round(
        planned, chair=azerbaijan, base_revision=None, version=1, by=officer, at=now
    )

    assert (corrected.chair, corrected.base_revision, corrected.version) == (azerbaijan, None, 2)
    assert history_of(corrected).get().data["changes"]["chair"] == {
        "before": "turkiye",
        "after": "azerbaijan",
    }


def test_a_stale_correction_is_refused(planned, azerbaijan, officer, now):
    with pytest.raises(StaleVersion):
        services.update_round(
            planned, chair=azerbaijan, base_revision=None, version=7, by=officer, at=now
        )


def test_a_round_that_began_is_not_corrected(begun, azerbaijan, officer, now):
    with pytest.raises(WrongStatus, match="before it begins"):
        services.update_round(
            begun, chair=azerbaijan, base_revision=None, version=begun.version, by=officer, at=now
        )


@pytest.mark.parametrize("verb", ROUNDS.steps)
@pytest.mark.parametrize("status", RoundStatus.values)
def test_each_step_leads_on_from_its_own_statuses_only(verb, status, planned, officer, now):
    if status != "planned":
        services.begin(planned, by=officer, at=now)
    if status == "closed":
        services.close(planned, by=officer, at=now)
    step = ROUNDS.steps[verb]

    if status in step.sources:
        getattr(services, verb)(planned, by=officer, at=now)
    else:
        with pytest.raises(WrongStatus):
            getattr(services, verb)(planned, by=officer, at=now)

    assert Round.objects.get().status == (step.target if status in step.sources else status)


def test_begin_opens_a_revision_and_keeps_how_the_text_stands(begun, frozen, now):
    working = TextRevision.objects.get(status="working")
    figure = RoundFigure.objects.get()

    assert (begun.status, begun.opened_at, working.base) == ("open", now, frozen)
    assert (figure.point, figure.status, figure.bracket_count, figure.is_changed) == (
        "begun",
        "open",
        0,
        False,
    )


def test_a_round_without_a_chosen_text_begins_with_the_one_frozen_last(
    table, frozen, turkiye, officer, now
):
    planned = RoundFactory(instrument=table, number=1, chair=turkiye)

    assert services.begin(planned, by=officer, at=now).base_revision == frozen


def test_a_round_does_not_begin_without_a_frozen_text(table, turkiye, officer, now):
    RevisionFactory(instrument=table)
    planned = RoundFactory(instrument=table, number=1, chair=turkiye)

    with pytest.raises(WrongStatus, match="freeze the text, then choose it"):
        services.begin(planned, by=officer, at=now)


def test_a_round_does_not_begin_with_a_text_that_was_superseded(planned, table, officer, now):
    revisions.open_revision(table, kind="rolling", by=officer, at=now)
    revisions.freeze(TextRevision.objects.get(status="working"), by=officer, at=now)

    with pytest.raises(WrongStatus, match="frozen last"):
        services.begin(planned, by=officer, at=now)


def test_one_round_is_open_at_a_time(begun, table, azerbaijan, officer, now):
    second = RoundFactory(instrument=table, number=2, chair=azerbaijan)

    with pytest.raises(WrongStatus, match="Another round is open"):
        services.begin(second, by=officer, at=now)


def test_the_head_of_the_chair_begins_and_closes_it(planned, head_a, now):
    begun = services.begin(planned, by=head_a, at=now)

    assert services.close(begun, by=head_a, at=now).status == "closed"


@pytest.mark.parametrize("who", ["head_b", "editor_a", "observer", "machine_a"])
def test_nobody_else_begins_it(request, planned, who, now):
    with pytest.raises(Refused, match="the head of the delegation that chairs"):
        services.begin(planned, by=request.getfixturevalue(who), at=now)


def test_no_round_begins_while_the_text_is_under_silence(planned, frozen, officer, now):
    TextSilenceFactory(revision=frozen, status="under_silence")

    with pytest.raises(WrongStatus, match="under silence"):
        services.begin(planned, by=officer, at=now)


def test_the_delegation_that_chairs_takes_the_chair_when_the_round_begins(
    planned, table, turkiye, officer, now
):
    services.begin(planned, by=officer, at=now)

    table.refresh_from_db()
    [entry] = history_of(table).filter(kind="agreements.instrument.chair_named")
    assert (table.chair, entry.data["changes"]["chair"]["after"]) == (turkiye, "turkiye")


def test_closing_a_round_lets_lapse_what_is_tabled_and_keeps_brackets(
    planned, table, editor_a, editor_b, officer, now
):
    services.begin(planned, by=officer, at=now)
    a_text(table)
    tabled = a_proposal(editor_a, instrument=table)
    in_brackets = a_proposal(editor_b, "bracketed", instrument=table, text="within a day")

    services.close(planned, by=officer, at=now)

    for one in (tabled, in_brackets):
        one.refresh_from_db()
    assert (tabled.status, in_brackets.status) == ("lapsed", "bracketed")
    assert tabled.outcome_reason == "Round 1 closed without consensus on it."


def test_close_freezes_the_text_as_its_result(begun, frozen, officer, now):
    working = TextRevision.objects.get(status="working")

    closed = services.close(begun, by=officer, at=now + timedelta(hours=1))

    frozen.refresh_from_db()
    assert (closed.result_revision, closed.closed_at) == (working, now + timedelta(hours=1))
    assert (closed.result_revision.status, frozen.status) == ("frozen", "superseded")


def test_where_the_text_was_frozen_already_that_one_is_the_result(begun, officer, now):
    working = TextRevision.objects.get(status="working")
    revisions.freeze(working, by=officer, at=now)

    assert services.close(begun, by=officer, at=now).result_revision == working


def test_close_keeps_who_holds_what(begun, table, azerbaijan, officer, now):
    provision = bracketed(table, number="9", held_by=azerbaijan)

    services.close(begun, by=officer, at=now)

    figure = RoundFigure.objects.get(point="closed", provision=provision)
    assert (figure.bracket_count, figure.is_changed, figure.status) == (1, True, "bracketed")
    assert figure.brackets[0]["alternatives"][0]["sponsors"] == ["azerbaijan"]


def test_what_did_not_change_is_marked_so(begun, officer, now):
    services.close(begun, by=officer, at=now)

    assert [one.is_changed for one in RoundFigure.objects.all()] == [False, False]


def test_a_status_that_changed_is_marked(begun, officer, now):
    Provision.objects.update(status="agreed_ad_ref")

    services.close(begun, by=officer, at=now)

    assert RoundFigure.objects.get(point="closed").is_changed


def test_a_reserve_counts(begun, officer, now):
    Provision.objects.update(status="reserved")

    services.close(begun, by=officer, at=now)

    figure = RoundFigure.objects.get(point="closed")
    assert (figure.reserve_count, figure.reserves) == (
        1,
        [{"participant": "", "kind": "reserved"}],
    )


def test_what_lapses_at_closure_lapses_before_the_text_is_frozen(
    begun, table, azerbaijan, officer, now, monkeypatch
):
    bracketed(table, number="9", held_by=azerbaijan)
    seen = []

    def lapse(closing, *, by, at):
        seen.append((closing.pk, by, at))
        Bracket.objects.all().delete()

    monkeypatch.setattr(services, "on_close", [lapse])
    services.close(begun, by=officer, at=now)

    figures = RoundFigure.objects.filter(point="closed")
    assert (seen, [one.bracket_count for one in figures]) == ([(begun.pk, officer, now)], [0, 0])


def test_where_what_follows_fails_the_round_stays_open(begun, officer, now, monkeypatch):
    def refuse(closing, *, by, at):
        raise WrongStatus("Not yet.")

    monkeypatch.setattr(services, "on_close", [refuse])
    with pytest.raises(WrongStatus, match="Not yet"):
        services.close(begun, by=officer, at=now)

    assert Round.objects.get().status == "open"


def test_figures_are_never_changed(begun):
    with pytest.raises(DatabaseError), transaction.atomic():
        RoundFigure.objects.update(bracket_count=0)


def test_a_suspended_negotiation_closes_no_round(begun, table, secretary, officer, now):
    from agreements.services import instruments  # noqa: PLC0415 -- this test alone

    instruments.suspend(table, by=secretary, at=now)

    with pytest.raises(WrongStatus, match="Suspended"):
        services.close(begun, by=officer, at=now)
