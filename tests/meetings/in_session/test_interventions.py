import pytest
from django.core.exceptions import ValidationError

from meetings.models import Intervention
from meetings.queries import sittings as queries
from meetings.services import interventions as services
from meetings.services import sittings
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.meetings import AgendaItemFactory
from tests.factories.sittings import DecisionFactory, DelegateFactory, InterventionFactory
from tests.meetings.in_session.conftest import OPENED, after


@pytest.fixture
def ask(sitting, item, officer):
    def asked(delegation, kind="statement", *, by=None, minutes=0, **more):
        details = {"item": item, **more}
        return services.ask_for_the_floor(
            sitting,
            delegation=delegation,
            kind=kind,
            by=by or officer,
            at=after(minutes),
            **details,
        )

    return asked


def order(sitting):
    return [(one.delegation.participant_id, one.kind) for one in queries.waiting_in(sitting)]


# ── the list ────────────────────────────────────────────────────────────────────────────────────
def test_those_who_ask_wait_in_their_order_and_points_of_order_go_first(
    sitting, ask, delegation_a, delegation_b
):
    ask(delegation_a)
    ask(delegation_b, "right_of_reply")
    ask(delegation_b, "point_of_order")
    ask(delegation_a, "point_of_order")

    assert order(sitting) == [
        ("azerbaijan", "point_of_order"),
        ("turkiye", "point_of_order"),
        ("turkiye", "statement"),
        ("azerbaijan", "right_of_reply"),
    ]


@pytest.mark.parametrize("name", ["editor_a", "head_a"])
def test_an_editor_or_head_asks_for_the_own_delegation(request, ask, delegation_a, name):
    person = request.getfixturevalue(name)

    assert ask(delegation_a, by=person).created_by == person


@pytest.mark.parametrize("name", ["editor_b", "reader_a", "observer"])
def test_nobody_asks_for_another_delegation(request, ask, delegation_a, name):
    with pytest.raises(Refused, match="for the own delegation"):
        ask(delegation_a, by=request.getfixturevalue(name))


def test_what_is_not_of_this_meeting_is_refused_beside_its_field(ask, delegation_a, delegation_b):
    of_another = InterventionFactory().delegation
    wrong = [
        ({"delegation": of_another}, "delegation"),
        ({"delegation": delegation_a, "item": AgendaItemFactory()}, "item"),
        (
            {"delegation": delegation_a, "delegate": DelegateFactory(delegation=delegation_b)},
            "delegate",
        ),
        (
            {"delegation": delegation_a, "kind": "explanation", "decision": DecisionFactory()},
            "decision",
        ),
    ]
    fields = []
    for given, _field in wrong:
        with pytest.raises(ValidationError) as refusal:
            ask(**given)
        fields += refusal.value.message_dict

    assert fields == [field for _given, field in wrong]


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"direction": "up"}, [1, 3, 2]),
        ({"direction": "down"}, [1, 2, 3]),
        ({"place": 1}, [3, 1, 2]),
        ({"place": 99}, [1, 2, 3]),
    ],
)
def test_the_list_is_put_in_another_order(sitting, ask, officer, delegation_a, wish, expected):
    people = [ask(delegation_a) for _ in range(3)]

    services.move(people[2], by=officer, at=OPENED, **wish)

    assert [people.index(one) + 1 for one in queries.waiting_in(sitting)] == expected


def test_a_delegation_does_not_put_itself_before_others(ask, delegation_a, editor_a):
    with pytest.raises(Refused, match="Only the secretariat"):
        services.move(ask(delegation_a), by=editor_a, at=OPENED, direction="up")


def test_a_delegation_may_do_without_the_floor(sitting, ask, delegation_a, editor_a, editor_b):
    waiting = ask(delegation_a)

    with pytest.raises(Refused):
        services.strike(waiting, by=editor_b, at=OPENED)
    services.strike(waiting, by=editor_a, at=OPENED)

    assert order(sitting) == []


# ── the floor ───────────────────────────────────────────────────────────────────────────────────
def test_giving_the_floor_ends_the_one_before(ask, officer, delegation_a, delegation_b):
    first, second = ask(delegation_a), ask(delegation_b)
    services.give_floor(first, by=officer, at=after(1))

    services.give_floor(second, by=officer, at=after(6))

    first.refresh_from_db()
    assert (first.ended_at, second.started_at, second.ended_at) == (after(6), after(6), None)


def test_the_floor_is_given_out_of_turn_and_the_others_keep_their_order(
    sitting, ask, officer, delegation_a, delegation_b
):
    ask(delegation_a)
    ask(delegation_b)
    urgent = ask(delegation_b, "right_of_reply")

    services.give_floor(urgent, by=officer, at=after(1))

    assert order(sitting) == [("turkiye", "statement"), ("azerbaijan", "statement")]
    assert urgent.position < queries.waiting_in(sitting)[0].position


def test_the_floor_is_given_once(ask, officer, delegation_a):
    one = ask(delegation_a)
    services.give_floor(one, by=officer, at=after(1))

    with pytest.raises(WrongStatus, match="does not wait"):
        services.give_floor(one, by=officer, at=after(2))


def test_ending_the_floor_of_somebody_who_does_not_speak_is_refused(ask, officer, delegation_a):
    with pytest.raises(WrongStatus, match="does not have the floor"):
        services.end_floor(ask(delegation_a), by=officer, at=after(2))


def test_who_has_spoken_is_not_taken_off_the_list(ask, officer, delegation_a):
    one = ask(delegation_a)
    services.give_floor(one, by=officer, at=after(1))

    with pytest.raises(WrongStatus, match="does not wait"):
        services.strike(one, by=officer, at=after(2))
    assert Intervention.objects.filter(pk=one.pk).exists()


def test_the_time_is_added_up_by_delegation_and_by_item(
    sitting, ask, officer, item, delegation_a, delegation_b
):
    other = AgendaItemFactory(meeting=sitting.meeting)
    for delegation, about, since in ((delegation_a, item, 0), (delegation_b, other, 3)):
        services.give_floor(ask(delegation, item=about), by=officer, at=after(since))
    services.give_floor(ask(delegation_a, item=other), by=officer, at=after(4))

    spoken = list(queries.spoken_in(sitting.meeting))
    by_delegation = queries.times(spoken, by="delegation_id", at=after(6))
    by_item = queries.times(spoken, by="item_id", at=after(6))

    assert [(one.key, one.minutes_text, one.count) for one in by_delegation] == [
        (delegation_a.pk, "5:00", 2),
        (delegation_b.pk, "1:00", 1),
    ]
    assert {one.key: one.seconds for one in by_item} == {item.pk: 180, other.pk: 180}


# ── what was said ───────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def spoken(ask, officer, delegation_a):
    return services.give_floor(ask(delegation_a), by=officer, at=after(1))


def summarised(intervention, text, *, by, seen, language="en"):
    return services.summarise(
        intervention, language=language, text=text, seen=seen, by=by, at=after(9)
    )


def test_each_language_has_a_version_of_its_own(spoken, officer):
    summarised(spoken, "A said yes.", by=officer, seen=0)
    summarised(spoken, "A evet dedi.", by=officer, seen=0, language="tr")
    summarised(spoken, "A said yes, twice.", by=officer, seen=1)

    spoken.refresh_from_db()
    assert (spoken.summaries, spoken.summary_versions) == (
        {"en": "A said yes, twice.", "tr": "A evet dedi."},
        {"en": 2, "tr": 1},
    )


def test_two_who_write_one_text_do_not_overwrite_each_other(spoken, officer):
    summarised(spoken, "What the first wrote.", by=officer, seen=0)

    with pytest.raises(StaleVersion) as stale:
        summarised(spoken, "What the second wrote.", by=officer, seen=0)

    spoken.refresh_from_db()
    assert (spoken.summaries["en"], stale.value.current.summaries["en"]) == (
        "What the first wrote.",
        "What the first wrote.",
    )


def test_saving_again_what_stands_is_no_conflict(spoken, officer):
    """The answer to the first time may have been lost on a bad line."""
    summarised(spoken, "Once.", by=officer, seen=0)
    summarised(spoken, "Once.", by=officer, seen=0)

    spoken.refresh_from_db()
    assert spoken.summary_versions == {"en": 1}


def test_an_emptied_text_is_gone(spoken, officer):
    summarised(spoken, "Wrong.", by=officer, seen=0)
    summarised(spoken, "", by=officer, seen=1)

    spoken.refresh_from_db()
    assert (spoken.summaries, spoken.summary_versions) == ({}, {"en": 2})


def test_the_audit_keeps_no_text_of_what_was_said(spoken, officer):
    summarised(spoken, "Secret words.", by=officer, seen=0)

    entry = AuditEntry.objects.get(kind="meetings.intervention.summarised")
    assert ("Secret" in entry.body, entry.data["language"]) == (False, "en")


@pytest.mark.parametrize(
    ("text", "language", "field"),
    [("x" * 20_001, "en", "text"), ("a\u202eb", "en", "text"), ("Oui.", "fr", "language")],
)
def test_texts_that_cannot_be_kept_are_refused(spoken, officer, text, language, field):
    with pytest.raises(ValidationError) as refusal:
        summarised(spoken, text, by=officer, seen=0, language=language)

    assert list(refusal.value.message_dict) == [field]


def test_summaries_are_written_after_the_sitting_too_until_the_meeting_is_closed(spoken, officer):
    meeting = spoken.sitting.meeting
    sittings.rise(spoken.sitting, by=officer, at=after(60))
    summarised(spoken, "Afterwards.", by=officer, seen=0)
    meeting.status = "closed"
    meeting.save()

    with pytest.raises(WrongStatus, match="stays as it is"):
        summarised(Intervention.objects.get(pk=spoken.pk), "Later.", by=officer, seen=1)


def test_an_explanation_of_position_is_tied_to_a_decision(ask, officer, meeting, delegation_a):
    decision = DecisionFactory(meeting=meeting, status="adopted")
    one = ask(delegation_a, "explanation")

    services.tie_to_decision(one, decision=decision, by=officer, at=after(2))

    assert list(decision.explanations.all()) == [one]


def test_a_statement_explains_no_decision(ask, officer, meeting, delegation_a):
    with pytest.raises(ValidationError, match="Only an explanation"):
        services.tie_to_decision(
            ask(delegation_a), decision=DecisionFactory(meeting=meeting), by=officer, at=after(2)
        )
