"""The endpoints of sittings, speakers, decisions and actions, as a partner's program meets them."""

import pytest

from meetings.services import interventions as speakers
from meetings.services import sittings
from tests.factories.meetings import MeetingFactory
from tests.factories.sittings import ActionItemFactory, DecisionFactory
from tests.meetings.in_session.conftest import OPENED, after


@pytest.fixture
def post(client, officer):
    client.force_login(officer)

    def posted(address, body=None, **headers):
        return client.post(
            f"/api/v1/{address}", body or {}, content_type="application/json", headers=headers
        )

    return posted


def test_a_sitting_from_its_call_to_its_end(post, meeting, delegate_a):
    called = post("sittings/", {"meeting": str(meeting.pk)}).json()
    address = f"sittings/{called['id']}/"
    there = post(f"{address}arrive/", {"delegate": str(delegate_a.pk), "mode": "remote"}).json()
    checked = post(f"{address}check-quorum/").json()
    risen = post(f"{address}rise/").json()

    assert (called["number"], there["attendance"][0]["mode"]) == (1, "remote")
    assert (checked["quorum_checks"][0]["present"], risen["ended_at"] is None) == (
        ["turkiye"],
        False,
    )


def test_the_floor_and_what_was_said(post, sitting, item, delegation_a):
    one = post(
        "interventions/",
        {
            "sitting": str(sitting.pk),
            "participant": "turkiye",
            "item": str(item.pk),
            "kind": "statement",
        },
    ).json()
    address = f"interventions/{one['id']}/"
    post(f"{address}give-floor/")
    body = {"language": "en", "text": "A agreed.", "seen": 0}
    said = post(f"{address}summarise/", body)
    stale = post(f"{address}summarise/", {**body, "text": "Otherwise."})

    assert (said.json()["summaries"], stale.status_code) == ({"en": "A agreed."}, 412)


def test_what_was_said_is_told_to_the_secretariat_alone(client, sitting, item, delegation_a, officer, head_b):  # fmt: skip
    one = speakers.ask_for_the_floor(
        sitting, delegation=delegation_a, item=item, kind="statement", by=officer, at=OPENED
    )
    speakers.summarise(one, language="en", text="Secret.", seen=0, by=officer, at=after(1))
    client.force_login(head_b)

    told = client.get(f"/api/v1/interventions/{one.pk}/").json()

    assert (told["participant"], told["summaries"]) == ("turkiye", {})


def test_nothing_is_adopted_unseen(post, sitting):
    decision = DecisionFactory(meeting=sitting.meeting)
    address = f"decisions/{decision.pk}/adopt/"
    body = {"mode": "consensus", "ruling": "All agree."}

    unseen = post(address, body)
    stale = post(address, body, **{"If-Match": '"7.seen"'})
    adopted = post(address, body, **{"If-Match": '"1.seen"'})

    assert (unseen.status_code, stale.status_code, adopted.json()["number"]) == (
        428,
        412,
        "D/EG-3/1",
    )


def test_without_a_quorum_the_refusal_says_so(post, sitting, officer):
    sittings.check_quorum(sitting, by=officer, at=after(1))
    decision = DecisionFactory(meeting=sitting.meeting)

    answer = post(
        f"decisions/{decision.pk}/adopt/", {"mode": "consensus"}, **{"If-Match": '"1.seen"'}
    )

    assert (answer.status_code, "The last check found no quorum" in answer.json()["detail"]) == (
        409,
        True,
    )


def test_impossible_values_are_named_by_their_pointer(post, meeting):
    answer = post("decisions/", {"meeting": str(meeting.pk), "titles": {"en": "T"}, "texts": {}})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "#/texts")


def test_lists_tell_what_was_changed_since(client, officer):
    old = DecisionFactory(updated_at=OPENED)
    new = DecisionFactory(updated_at=after(60))
    client.force_login(officer)

    found = client.get("/api/v1/decisions/", {"updated_since": "2026-11-20T07:30:00Z"}).json()

    assert ([row["id"] for row in found["results"]], str(old.pk) == str(new.pk)) == (
        [str(new.pk)],
        False,
    )


def test_actions_are_listed_by_participant_and_day(client, officer, turkiye, azerbaijan):
    mine = ActionItemFactory(responsible=turkiye, due_on=OPENED.date())
    ActionItemFactory(responsible=azerbaijan, due_on=OPENED.date())
    client.force_login(officer)

    found = client.get("/api/v1/actions/", {"participant": "turkiye", "due": "overdue"}).json()

    assert [row["id"] for row in found["results"]] == [str(mine.pk)]


def test_an_action_is_given_and_its_day_moved(post, meeting, turkiye):
    decision = DecisionFactory(meeting=meeting, status="adopted")
    given = post(
        "actions/",
        {
            "decision": str(decision.pk),
            "titles": {"en": "List"},
            "responsible": "turkiye",
            "due_on": "2099-01-01",
        },
    )
    address = f"actions/{given.json()['id']}/move-due/"
    moved = post(
        address, {"due_on": "2099-02-01", "reason": "By the chair."}, **{"If-Match": '"1.x"'}
    )

    assert (given.status_code, moved.json()["due_moves"][0]["before"]) == (201, "2099-01-01")


def test_visitors_read_adopted_decisions_of_public_meetings(client):
    public = MeetingFactory(status="closed", visibility="public")
    adopted = DecisionFactory(meeting=public, status="adopted")
    DecisionFactory(meeting=public)

    found = client.get("/api/v1/decisions/").json()

    assert [row["id"] for row in found["results"]] == [str(adopted.pk)]


def test_opening_may_call_the_first_sitting_to_order(post, item, meeting):
    meeting.status = "convened"
    meeting.save()

    post(f"meetings/{meeting.pk}/open/", {"call_to_order": True})

    assert meeting.sittings.count() == 1
