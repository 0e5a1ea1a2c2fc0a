from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from meetings.models import Decision
from meetings.queries import decisions as queries
from meetings.rules import meetings as meeting_rules
from meetings.services import attendance, sittings
from meetings.services import decisions as services
from meetings.services.decision_numbers import prefix_of
from meetings.services.decisions import NoQuorum, VotesSayOtherwise, Wording
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.silence import services as silence
from ots_portal.silence.models import SilenceProcedure
from ots_portal.verdicts import Refused
from tests.factories.meetings import AgendaItemFactory, MeetingFactory
from tests.factories.sittings import ActionItemFactory, DecisionFactory, SeriesFactory
from tests.meetings.in_session.conftest import OPENED, after

WORDING = Wording({"en": "A common exercise"}, {"en": "The meeting decides on a common exercise."})


@pytest.fixture
def decision(meeting, officer, item):
    return services.propose(
        meeting, Wording(WORDING.titles, WORDING.texts, item), by=officer, at=OPENED
    )


@pytest.fixture
def quorate(sitting, officer, delegate_a, delegate_b):
    """Two of three members are there, and it was found that they are enough."""
    for delegate in (delegate_a, delegate_b):
        attendance.arrive(sitting, delegate=delegate, mode="in_room", by=officer, at=OPENED)
    return sittings.check_quorum(sitting, by=officer, at=after(1))


def adopted(decision, *, by, minutes=5, mode="consensus", **more):
    return services.adopt(decision, mode=mode, by=by, at=after(minutes), **more)


# ── proposing ───────────────────────────────────────────────────────────────────────────────────
def test_a_proposed_decision_has_no_number(decision):
    assert (decision.status, decision.number) == ("proposed", None)


def test_proposing_is_the_secretariats(meeting, head_a):
    with pytest.raises(Refused, match="Only the secretariat"):
        services.propose(meeting, WORDING, by=head_a, at=OPENED)


@pytest.mark.parametrize(
    ("wording", "field"),
    [
        (lambda: Wording({}, {"en": "Text."}), "titles"),
        (lambda: Wording({"en": "Title"}, {"en": ""}), "texts"),
        (lambda: Wording({"en": "Title"}, {"en": "a\u202eb"}), "texts"),
        (lambda: Wording({"en": "Title"}, {"en": "Text."}, AgendaItemFactory()), "item"),
    ],
)
def test_what_cannot_be_proposed_is_refused_beside_its_field(meeting, officer, wording, field):
    with pytest.raises(ValidationError) as refusal:
        services.propose(meeting, wording(), by=officer, at=OPENED)

    assert list(refusal.value.message_dict) == [field]


def test_two_who_reword_it_do_not_overwrite_each_other(decision, officer):
    services.update(decision, WORDING, by=officer, at=after(1), version=1)

    with pytest.raises(StaleVersion):
        services.update(decision, WORDING, by=officer, at=after(2), version=1)


def test_the_audit_keeps_no_proposed_text(decision, officer):
    reworded = Wording({"en": "Secret"}, {"en": "Secret text."})
    services.update(decision, reworded, by=officer, at=after(1), version=1)

    entry = AuditEntry.objects.get(kind="meetings.decision.updated")
    assert ("Secret" in entry.body, set(entry.data["changes"])) == (False, {"titles", "texts"})


# ── adopting ────────────────────────────────────────────────────────────────────────────────────
def test_decisions_are_numbered_as_they_are_adopted(meeting, quorate, decision, officer):
    other = services.propose(meeting, WORDING, by=officer, at=after(2))

    first, second = adopted(other, by=officer), adopted(decision, by=officer)

    assert (first.number, second.number) == ("D/EG-3/1", "D/EG-3/2")


def test_what_is_refused_takes_no_number(meeting, quorate, decision, officer):
    services.propose(meeting, WORDING, by=officer, at=after(2))
    with pytest.raises(StaleVersion):
        adopted(decision, by=officer, version=decision.version + 1)

    assert adopted(decision, by=officer).number == "D/EG-3/1"


@pytest.mark.parametrize(
    ("facts", "prefix"),
    [
        ({"ordinal": 3}, "D/expert_group-3"),
        ({"ordinal": None, "starts_at": OPENED}, "D/expert_group-20261120"),
        ({"ordinal": 3, "is_training": True}, "D/TRAINING-expert_group-3"),
    ],
)
def test_a_number_names_its_meeting(facts, prefix):
    assert prefix_of(MeetingFactory(**facts)) == prefix


def test_two_meetings_with_one_name_have_numbers_of_their_own(officer):
    numbers = []
    for _round in range(2):
        meeting = MeetingFactory(status="in_session", ordinal=None, starts_at=OPENED)
        sittings.call_to_order(meeting, by=officer, at=OPENED)
        decision = services.propose(meeting, WORDING, by=officer, at=OPENED)
        numbers.append(adopted(decision, by=officer, ruling="Agreed by all.").number)

    assert numbers == ["D/expert_group-20261120/1", "D/expert_group-20261120-2/1"]


def test_an_adopted_text_is_frozen(quorate, decision, officer):
    one = adopted(decision, by=officer)

    with pytest.raises(WrongStatus, match="this one was decided on"):
        services.update(one, WORDING, by=officer, at=after(9), version=one.version)
    assert one.text_sha256 == services.digest_of(Decision.objects.get(pk=one.pk))


def test_the_text_that_was_read_is_adopted_or_nothing_is(quorate, decision, officer):
    read = decision.version
    services.update(decision, WORDING, by=officer, at=after(3), version=read)

    with pytest.raises(StaleVersion):
        adopted(decision, by=officer, version=read)
    decision.refresh_from_db()
    assert decision.status == "proposed"


def test_a_decision_is_adopted_once(quorate, decision, officer):
    adopted(decision, by=officer)

    with pytest.raises(WrongStatus, match="Adopted"):
        adopted(decision, by=officer)


def test_nothing_is_decided_while_nobody_sits(meeting, decision, officer):
    with pytest.raises(WrongStatus, match="No sitting is going on"):
        adopted(decision, by=officer, ruling="The chair says so.")


def test_silence_is_no_way_to_decide_in_the_room(quorate, decision, officer):
    with pytest.raises(ValidationError, match="consensus, vote or acclamation"):
        adopted(decision, by=officer, mode="silence")


# ── the quorum ──────────────────────────────────────────────────────────────────────────────────
def test_nothing_is_decided_before_the_quorum_is_checked(sitting, decision, officer):
    with pytest.raises(NoQuorum, match="has not been checked"):
        adopted(decision, by=officer)


def test_nothing_is_decided_without_a_quorum(sitting, decision, officer):
    sittings.check_quorum(sitting, by=officer, at=after(1))

    with pytest.raises(NoQuorum, match="The last check found no quorum"):
        adopted(decision, by=officer)


def test_the_check_of_an_earlier_sitting_does_not_count(quorate, decision, officer):
    sittings.rise(quorate.sitting, by=officer, at=after(10))
    sittings.call_to_order(decision.meeting, by=officer, at=after(20))

    with pytest.raises(NoQuorum, match="has not been checked"):
        adopted(decision, by=officer, minutes=21)


def test_the_chairs_ruling_lets_the_meeting_decide(sitting, decision, officer):
    check = sittings.check_quorum(sitting, by=officer, at=after(1))

    one = adopted(decision, by=officer, ruling="Nobody asked for a quorum (rule 12).")

    assert (one.status, one.ruling, one.quorum_check) == (
        "adopted",
        {"en": "Nobody asked for a quorum (rule 12)."},
        check,
    )


def test_where_there_is_a_quorum_no_ruling_is_kept(quorate, decision, officer):
    one = adopted(decision, by=officer, ruling="Needless.")

    assert (one.ruling, one.quorum_check) == ({}, quorate)


# ── votes ───────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("votes", "rule", "is_carried"),
    [
        ("yes yes abstain", "consensus", True),
        ("yes yes no", "consensus", False),
        ("abstain", "consensus", False),
        ("yes yes no", "simple_majority", True),
        ("yes no", "simple_majority", False),
        ("yes abstain abstain", "simple_majority", True),
        ("yes yes no", "two_thirds", True),
        ("yes yes no no", "two_thirds", False),
        ("yes yes no abstain abstain", "two_thirds", True),
        ("abstain", "two_thirds", False),
    ],
)
def test_votes_are_counted_by_the_rule_of_the_series(votes, rule, is_carried):
    assert queries.carried(dict(enumerate(votes.split())), rule) is is_carried


def test_votes_and_what_they_came_to_are_kept(meeting, quorate, decision, officer):
    meeting.series.decision_rule = "simple_majority"
    meeting.series.save()

    one = adopted(
        decision, by=officer, mode="vote", votes={"turkiye": "yes", "azerbaijan": "abstain"}
    )

    assert (one.mode, one.votes, one.tally) == (
        "vote",
        {"turkiye": "yes", "azerbaijan": "abstain"},
        {"rule": "simple_majority", "yes": 1, "no": 0, "abstain": 1},
    )


@pytest.mark.parametrize(
    ("votes", "sentence"),
    [
        ({}, "one member at least"),
        ({"turkiye": "maybe"}, "yes, no or abstain"),
        ({"hungary": "yes"}, "Only members vote"),
        ({"kazakhstan": "yes"}, "is not present"),
    ],
)
def test_votes_that_cannot_be_are_refused(quorate, decision, officer, votes, sentence):
    with pytest.raises(ValidationError, match=sentence):
        adopted(decision, by=officer, mode="vote", votes=votes)


def test_where_nobody_votes_there_are_no_votes(quorate, decision, officer):
    with pytest.raises(ValidationError, match="only where the meeting votes"):
        adopted(decision, by=officer, votes={"turkiye": "yes"})


def test_votes_against_it_do_not_adopt_it(quorate, decision, officer):
    with pytest.raises(VotesSayOtherwise, match="1 yes, 1 no, 0 abstentions"):
        adopted(decision, by=officer, mode="vote", votes={"turkiye": "yes", "azerbaijan": "no"})


def rejected(decision, *, by, mode="consensus", **more):
    return services.reject(decision, mode=mode, by=by, at=after(5), **more)


def test_votes_for_it_do_not_reject_it(quorate, decision, officer):
    with pytest.raises(VotesSayOtherwise, match="this is adopted"):
        rejected(decision, by=officer, mode="vote", votes={"turkiye": "yes"})


def test_a_lost_vote_is_recorded_without_a_number(quorate, decision, officer):
    one = rejected(decision, by=officer, mode="vote", votes={"turkiye": "no"})

    assert (one.status, one.number, one.tally["no"]) == ("not_adopted", None, 1)


def test_why_there_was_no_consensus_is_said(quorate, decision, officer):
    with pytest.raises(ValidationError, match="stood in the way"):
        rejected(decision, by=officer)

    assert rejected(decision, by=officer, reason="B asks for time.").reason == {
        "en": "B asks for time."
    }


def test_a_decision_is_deferred_with_a_reason(sitting, decision, officer):
    with pytest.raises(ValidationError, match="Say why"):
        services.defer(decision, reason="", by=officer, at=after(2))

    one = services.defer(decision, reason="No time left.", by=officer, at=after(2))

    assert (one.status, one.reason) == ("deferred", {"en": "No time left."})


# ── silence ─────────────────────────────────────────────────────────────────────────────────────
EXPIRES = OPENED + timedelta(days=10)


@pytest.fixture
def silent(decision, officer, time_machine_at_opening):
    return services.put_under_silence(
        decision, expires_at=EXPIRES, time_zone="Europe/Istanbul", by=officer, at=OPENED
    )


@pytest.fixture
def time_machine_at_opening():
    import time_machine  # noqa: PLC0415 -- slow import

    with time_machine.travel(OPENED, tick=False) as traveller:
        yield traveller


def test_silence_is_asked_of_all_members_about_the_text_as_it_stands(silent):
    procedure = SilenceProcedure.objects.get()

    assert (
        silent.status,
        silent.mode,
        procedure.text_sha256,
        sorted(procedure.participants.values_list("slug", flat=True)),
    ) == (
        "under_silence",
        "silence",
        services.digest_of(silent),
        ["azerbaijan", "kazakhstan", "turkiye"],
    )


def test_where_nobody_objects_it_is_adopted_at_the_instant_of_expiry(silent):
    silence.settle_due(clock=lambda: EXPIRES + timedelta(minutes=7))

    silent.refresh_from_db()
    assert (silent.status, silent.number, silent.adopted_at, silent.text_sha256) == (
        "adopted",
        "D/EG-3/1",
        EXPIRES,
        services.digest_of(silent),
    )


def test_an_objection_ends_it(silent, head_b):
    silence.object_to(
        SilenceProcedure.objects.get(), kind="objection", reason="Too soon.", by=head_b, at=after(9)
    )

    silent.refresh_from_db()
    assert (silent.status, silent.number) == ("not_adopted", None)


def test_taken_back_from_silence_it_is_a_proposal_again(silent, officer):
    silence.withdraw(SilenceProcedure.objects.get(), reason="A slip.", by=officer, at=after(9))

    silent.refresh_from_db()
    assert (silent.status, silent.mode) == ("proposed", "consensus")


def test_the_text_under_silence_is_not_reworded(silent, officer):
    with pytest.raises(WrongStatus, match="Only a proposed decision"):
        services.update(silent, WORDING, by=officer, at=after(9), version=silent.version)


def test_the_rules_of_the_series_lengthen_silence(meeting, decision, officer):
    meeting.series.silence_hours = 24 * 20
    meeting.series.save()

    with pytest.raises(ValidationError, match="at least 480 hours"):
        services.put_under_silence(
            decision, expires_at=EXPIRES, time_zone="Europe/Istanbul", by=officer, at=OPENED
        )
    decision.refresh_from_db()
    assert decision.status == "proposed"


def test_a_meeting_is_not_closed_over_a_decision_under_silence(silent):
    assert "under silence" in str(meeting_rules.ready_to_close(silent.meeting).reason)


# ── afterwards ──────────────────────────────────────────────────────────────────────────────────
def test_a_decision_is_implemented_once_its_actions_are_settled(officer):
    decision = DecisionFactory(status="adopted")
    action = ActionItemFactory(decision=decision)
    with pytest.raises(WrongStatus, match="still open"):
        services.implement(decision, by=officer, at=after(9))
    action.status = "done"
    action.save()

    assert services.implement(decision, by=officer, at=after(9)).status == "implemented"


def test_a_later_decision_supersedes_an_earlier_one(officer):
    earlier = DecisionFactory(status="adopted")
    later = DecisionFactory(status="adopted", adopted_at=after(60))

    one = services.supersede(earlier, by_decision=later.pk, by=officer, at=after(90))

    assert (one.status, one.superseded_by, one.number is None) == ("superseded", later, False)


def test_neither_itself_nor_a_proposal_nor_an_earlier_one_supersedes(officer):
    decision = DecisionFactory(status="adopted", adopted_at=after(60))
    for other in (decision, DecisionFactory(), DecisionFactory(status="adopted")):
        with pytest.raises(ValidationError, match="adopted later"):
            services.supersede(decision, by_decision=other.pk, by=officer, at=after(90))


# ── who sees them ───────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def shelf():
    """Of every visibility a proposed and an adopted one; and one of a meeting nobody knows of."""
    made = {
        (visibility, status): DecisionFactory(
            meeting=MeetingFactory(status="in_session", visibility=visibility), status=status
        )
        for visibility in ("members", "observers", "public")
        for status in ("proposed", "adopted")
    }
    made["planned", "proposed"] = DecisionFactory(
        meeting=MeetingFactory(status="planned", visibility="public")
    )
    return made


@pytest.mark.parametrize(
    ("name", "visibilities", "statuses"),
    [
        ("officer", {"members", "observers", "public", "planned"}, {"proposed", "adopted"}),
        ("reader_a", {"members", "observers", "public"}, {"proposed", "adopted"}),
        ("observer", {"observers", "public"}, {"adopted"}),
        ("anonymous", {"public"}, {"adopted"}),
        ("auditor", {"public"}, {"adopted"}),
    ],
)
def test_decisions_are_as_visible_as_their_meeting_and_to_outsiders_once_adopted(
    request, shelf, name, visibilities, statuses
):
    seen = set(queries.visible_to(request.getfixturevalue(name)))

    wanted = {
        decision
        for (visibility, status), decision in shelf.items()
        if visibility in visibilities and status in statuses
    }
    assert seen == wanted


def test_the_series_without_a_rule_of_its_own_decides_by_consensus():
    assert queries.rule_of(MeetingFactory(series=SeriesFactory())) == "consensus"
