"""The pages of sittings, decisions and actions, as a secretary and a delegation meet them."""

from datetime import date

import pytest
from django.urls import reverse

from meetings.models import ActionItem, Decision, Intervention
from meetings.services import attendance, sittings
from meetings.services import interventions as speakers
from tests.factories.meetings import MeetingFactory
from tests.factories.sittings import (
    ActionItemFactory,
    DecisionFactory,
    DelegateFactory,
    DelegationFactory,
    InterventionFactory,
)
from tests.meetings.in_session.conftest import OPENED, after


def session_of(meeting):
    return reverse("meetings:session", args=[meeting.pk])


def at(name, record, *more):
    return reverse(f"meetings:{name}", args=[record.pk, *more])


@pytest.fixture
def spoken(sitting, item, officer, delegation_a):
    one = speakers.ask_for_the_floor(
        sitting, delegation=delegation_a, item=item, kind="statement", by=officer, at=OPENED
    )
    return speakers.give_floor(one, by=officer, at=after(1))


# ── the page of a sitting ───────────────────────────────────────────────────────────────────────
def test_a_meeting_without_a_sitting_offers_to_call_it_to_order(client, meeting, officer):
    client.force_login(officer)

    page = client.get(session_of(meeting))

    address = reverse("meetings:call_to_order", args=[meeting.pk])
    assert (page.status_code, address in page.content.decode()) == (200, True)


def test_the_roll_call_shows_who_is_there_and_how(client, sitting, officer, delegate_a, delegate_b):
    attendance.arrive(sitting, delegate=delegate_a, mode="remote", by=officer, at=OPENED)
    client.force_login(officer)

    words = client.get(session_of(sitting.meeting)).content.decode()

    assert ("Ayşe" in words, words.count('aria-pressed="true"'), "Rauf" in words) == (True, 1, True)


def test_one_click_records_an_arrival(client, sitting, officer, delegate_a):
    client.force_login(officer)

    answer = client.post(
        at("sitting_arrive", sitting), {"delegate": delegate_a.pk, "mode": "in_room"}
    )

    assert (answer.status_code, sitting.attendances.get().delegate) == (302, delegate_a)


def test_what_stands_in_the_way_is_said_in_the_part_that_is_swapped(
    client, sitting, officer, delegate_a
):
    sittings.rise(sitting, by=officer, at=after(60))
    client.force_login(officer)

    answer = client.post(
        at("sitting_arrive", sitting),
        {"delegate": delegate_a.pk, "mode": "in_room"},
        headers={"HX-Request": "true"},
        follow=True,
    )

    assert "No sitting is going on" in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_a_sitting_needs_a_constant_number_of_queries(
    client, sitting, item, officer, rows, django_assert_num_queries
):
    for _row in range(rows):
        delegation = DelegationFactory(
            meeting=sitting.meeting,
            participant__slug=f"state-{_row}",
            created_by=officer,
        )
        attendance.arrive(
            sitting, delegate=DelegateFactory(delegation=delegation), mode="in_room", by=officer,
            at=OPENED,
        )  # fmt: skip
        InterventionFactory(sitting=sitting, item=item, delegation=delegation)
        InterventionFactory(
            sitting=sitting, item=item, delegation=delegation, started_at=OPENED,
            ended_at=after(1),
        )  # fmt: skip
        DecisionFactory(meeting=sitting.meeting)
    client.force_login(officer)

    with django_assert_num_queries(19):
        client.get(session_of(sitting.meeting))


def test_a_delegation_asks_for_the_floor_from_its_own_laptop(
    client, sitting, item, delegation_a, editor_a
):
    client.force_login(editor_a)

    page = client.get(session_of(sitting.meeting)).content.decode()
    answer = client.post(
        at("intervention_ask", sitting),
        {"delegation": delegation_a.pk, "item": item.pk, "kind": "point_of_order"},
    )

    assert ("Put on the list" in page, "What was said" in page) == (True, False)
    assert (answer.status_code, Intervention.objects.get().delegation) == (302, delegation_a)


def test_a_delegation_cannot_choose_another_one(client, sitting, item, delegation_a, delegation_b, editor_a):  # fmt: skip
    client.force_login(editor_a)

    answer = client.post(
        at("intervention_ask", sitting),
        {"delegation": delegation_b.pk, "item": item.pk, "kind": "statement"},
    )

    assert (answer.status_code, Intervention.objects.count()) == (422, 0)


def test_an_observer_with_a_delegation_sees_no_names_of_others(
    client, sitting, officer, delegate_a, delegation_h, observer
):
    attendance.arrive(sitting, delegate=delegate_a, mode="in_room", by=officer, at=OPENED)
    sitting.meeting.visibility = "observers"
    sitting.meeting.save()
    client.force_login(observer)

    page = client.get(session_of(sitting.meeting))

    assert (page.status_code, "Ayşe" in page.content.decode()) == (200, False)


# ── texts that save themselves ──────────────────────────────────────────────────────────────────
SELF = {"X-Autosave": "1"}


def saved(client, intervention, text, *, seen=0, headers=SELF, language="en"):
    return client.post(
        at("intervention_summary", intervention, language),
        {"text": text, "seen": seen},
        headers=headers,
    )


def test_a_text_that_saves_itself_is_told_its_version(client, spoken, officer):
    client.force_login(officer)

    answer = saved(client, spoken, "A agreed.")

    spoken.refresh_from_db()
    assert (answer.status_code, 'data-version="1"' in answer.content.decode()) == (200, True)
    assert spoken.summaries == {"en": "A agreed."}


def test_where_somebody_saved_meanwhile_both_texts_are_shown(client, spoken, officer):
    client.force_login(officer)
    saved(client, spoken, "What the first wrote.")

    answer = saved(client, spoken, "What the second wrote.")

    words = answer.content.decode()
    assert (answer.status_code, "What the first wrote." in words, 'data-version="1"' in words) == (
        409,
        True,
        True,
    )


def test_without_a_script_both_texts_stand_on_a_page(client, spoken, officer):
    client.force_login(officer)
    saved(client, spoken, "What the first wrote.")

    answer = saved(client, spoken, "What the second wrote.", headers={})

    words = answer.content.decode()
    assert (answer.status_code, "What the first wrote." in words) == (409, True)
    assert "What the second wrote.</textarea>" in words


def test_without_a_script_the_button_saves(client, spoken, officer):
    client.force_login(officer)

    answer = saved(client, spoken, "A agreed.", headers={})

    assert (answer.status_code, answer["Location"]) == (
        302,
        f"{session_of(spoken.sitting.meeting)}#{spoken.anchor}",
    )


@pytest.mark.parametrize(("headers", "status"), [(SELF, 422), ({}, 422)])
def test_a_text_that_cannot_be_kept_is_refused(client, spoken, officer, headers, status):
    client.force_login(officer)

    answer = saved(client, spoken, "a\u202eb", headers=headers)

    assert (answer.status_code, "cannot be shown" in answer.content.decode()) == (status, True)


# ── corrections ─────────────────────────────────────────────────────────────────────────────────
def test_hours_are_corrected_by_the_clocks_of_the_place(client, sitting, officer):
    sittings.rise(sitting, by=officer, at=after(60))
    client.force_login(officer)

    answer = client.post(
        at("sitting_correct", sitting),
        {
            "begins": "2026-11-20T10:00",
            "ends": "2026-11-20T11:30",
            "reason": "Seen late.",
            "version": sitting.version,
        },
    )

    sitting.refresh_from_db()
    assert (answer.status_code, sitting.started_at, sitting.ended_at) == (302, OPENED, after(90))


def test_a_refused_correction_says_why_beside_its_field(client, sitting, officer):
    sittings.rise(sitting, by=officer, at=after(60))
    client.force_login(officer)

    answer = client.post(
        at("sitting_correct", sitting),
        {"begins": "2026-11-20T12:00", "ends": "2026-11-20T11:00", "reason": "So.", "version": 2},
    )

    assert (answer.status_code, "A sitting ends after it starts." in answer.content.decode()) == (
        422,
        True,
    )


# ── decisions ───────────────────────────────────────────────────────────────────────────────────
def test_a_decision_is_proposed_and_shown(client, meeting, officer):
    client.force_login(officer)

    answer = client.post(
        reverse("meetings:decision_new", args=[meeting.pk]),
        {"title_en": "Exercise", "text_en": "The meeting decides."},
        follow=True,
    )

    assert (answer.status_code, Decision.objects.get().title) == (200, "Exercise")
    assert "No number before it is adopted" in answer.content.decode()


def test_a_decision_without_a_text_is_refused_beside_the_field(client, meeting, officer):
    client.force_login(officer)

    answer = client.post(
        reverse("meetings:decision_new", args=[meeting.pk]), {"title_en": "Exercise"}
    )

    assert (
        answer.status_code,
        "Write it in one language at least." in answer.content.decode(),
    ) == (
        422,
        True,
    )


def test_rewording_what_somebody_reworded_shows_both(client, meeting, officer):
    decision = DecisionFactory(meeting=meeting, version=2, texts={"en": "As it stands."})
    client.force_login(officer)

    answer = client.post(
        at("decision_edit", decision), {"title_en": "T", "text_en": "As I wrote.", "version": 1}
    )

    words = answer.content.decode()
    assert (answer.status_code, "As it stands." in words, "As I wrote." in words) == (
        409,
        True,
        True,
    )


def test_adopting_without_a_quorum_asks_for_the_ruling(client, sitting, officer):
    decision = DecisionFactory(meeting=sitting.meeting)
    client.force_login(officer)
    form = {"mode": "consensus", "version": 1}

    refused = client.post(at("decision_adopt", decision), form)
    ruled = client.post(at("decision_adopt", decision), {**form, "ruling": "All agree."})

    decision.refresh_from_db()
    assert ("has not been checked" in refused.content.decode(), refused.status_code) == (True, 409)
    assert (ruled.status_code, decision.number) == (302, "D/EG-3/1")


def test_votes_are_asked_of_those_who_are_present(client, sitting, officer, delegate_a, delegate_b):
    for delegate in (delegate_a, delegate_b):
        attendance.arrive(sitting, delegate=delegate, mode="in_room", by=officer, at=OPENED)
    sittings.check_quorum(sitting, by=officer, at=after(1))
    decision = DecisionFactory(meeting=sitting.meeting)
    client.force_login(officer)
    votes = {"mode": "vote", "version": 1, "vote_turkiye": "yes", "vote_azerbaijan": "no"}

    page = client.get(at("decision_adopt", decision)).content.decode()
    refused = client.post(at("decision_adopt", decision), votes)
    lost = client.post(at("decision_reject", decision), votes, follow=True)

    assert ("vote_turkiye" in page, "vote_kazakhstan" in page) == (True, False)
    assert (refused.status_code, "1 yes, 1 no" in refused.content.decode()) == (409, True)
    assert "Yes: 1, no: 1, abstentions: 0" in lost.content.decode()


def test_a_text_that_was_reworded_meanwhile_is_shown_before_it_is_adopted(client, sitting, officer):
    decision = DecisionFactory(meeting=sitting.meeting, version=4, texts={"en": "The new text."})
    client.force_login(officer)

    answer = client.post(
        at("decision_adopt", decision), {"mode": "consensus", "version": 3, "ruling": "So."}
    )

    assert (answer.status_code, "The new text." in answer.content.decode()) == (409, True)


def test_putting_under_silence_leads_to_the_page_that_asks_until_when(client, meeting, officer):
    decision = DecisionFactory(meeting=meeting)
    client.force_login(officer)

    answer = client.get(at("decision_put_under_silence", decision))
    page = client.get(answer["Location"])

    assert (answer.status_code, page.status_code) == (302, 200)


def test_visitors_see_adopted_decisions_of_public_meetings(client):
    public = MeetingFactory(status="adjourned", visibility="public")
    adopted = DecisionFactory(meeting=public, status="adopted", titles={"en": "Open to all"})
    DecisionFactory(meeting=public, titles={"en": "Still a draft"})

    words = client.get(reverse("meetings:decision_list")).content.decode()
    page = client.get(adopted.get_absolute_url())

    assert ("Open to all" in words, "Still a draft" in words, page.status_code) == (
        True,
        False,
        200,
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_decisions_needs_a_constant_number_of_queries(
    client, meeting, officer, rows, django_assert_num_queries
):
    for _row in range(rows):
        DecisionFactory(meeting=meeting)
    client.force_login(officer)

    with django_assert_num_queries(4):
        client.get(reverse("meetings:decision_list"))


# ── actions ─────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def action(turkiye):
    return ActionItemFactory(
        responsible=turkiye, titles={"en": "Send the list"}, due_on=date(2026, 1, 10)
    )


def test_an_action_is_given_to_several(client, meeting, officer, turkiye, azerbaijan):
    decision = DecisionFactory(meeting=meeting, status="adopted")
    client.force_login(officer)

    answer = client.post(
        at("action_new", decision),
        {
            "title_en": "Send the list",
            "responsible": ["turkiye", "azerbaijan"],
            "due_on": "2099-01-10",
        },
    )

    assert (answer.status_code, ActionItem.objects.count()) == (302, 2)


def test_the_board_shows_what_is_overdue_by_participant(client, action, head_b):
    client.force_login(head_b)

    words = client.get(reverse("meetings:action_list")).content.decode()

    assert ("Send the list" in words, "Overdue" in words, "?participant=turkiye" in words) == (
        True,
        True,
        True,
    )


def test_an_empty_board_says_so(client, head_b):
    client.force_login(head_b)

    assert b"Nothing is to be done" in client.get(reverse("meetings:action_list")).content


def test_the_board_is_narrowed_by_its_filters(client, action, head_b):
    client.force_login(head_b)

    page = client.get(reverse("meetings:action_list"), {"status": "done"}).content.decode()

    assert "No action fits these filters." in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_board_needs_a_constant_number_of_queries(
    client, head_b, turkiye, rows, django_assert_num_queries
):
    for _row in range(rows):
        ActionItemFactory(responsible=turkiye)
    client.force_login(head_b)

    with django_assert_num_queries(9):
        client.get(reverse("meetings:action_list"))


def test_the_board_is_taken_away_as_csv_and_xlsx(client, action, head_b):
    client.force_login(head_b)
    address = reverse("meetings:action_file")

    csv = b"".join(client.get(address, {"format": "csv"})).decode("utf-8-sig")
    xlsx = client.get(address, {"format": "xlsx"})

    assert ("Send the list" in csv, xlsx.content[:2]) == (True, b"PK")
    assert client.get(address, {"format": "exe"}).status_code == 404


def test_the_way_of_an_action_by_its_pages(client, action, editor_a, officer):
    client.force_login(editor_a)
    client.post(at("action_start", action))
    empty = client.post(at("action_report", action), {"report": ""})
    client.post(at("action_report", action), {"report": "Sent."})
    client.force_login(officer)
    client.post(at("action_send_back", action), {"reason": "Which list?"})
    page = client.get(action.get_absolute_url()).content.decode()

    action.refresh_from_db()
    assert (empty.status_code, action.status, "Which list?" in page) == (
        422,
        "in_progress",
        True,
    )


def test_a_moved_day_is_shown_with_its_reason(client, action, officer):
    client.force_login(officer)

    client.post(
        at("action_move_due", action),
        {"due_on": "2099-02-01", "reason": "By the chair.", "version": 1},
    )
    page = client.get(action.get_absolute_url()).content.decode()

    assert ("By the chair." in page, "10 Jan 2026" in page) == (True, True)


def test_the_front_page_shows_the_own_actions(client, action, editor_a):
    client.force_login(editor_a)

    words = client.get("/").content.decode()

    assert ("Your actions" in words, "Send the list" in words) == (True, True)


def test_the_front_page_of_the_secretariat_shows_what_is_reported(client, turkiye, officer):
    ActionItemFactory(responsible=turkiye, status="reported", titles={"en": "Send the list"})
    client.force_login(officer)

    words = client.get("/").content.decode()

    assert ("Actions reported as done" in words, "Send the list" in words) == (True, True)


def test_the_page_of_a_meeting_leads_to_its_sittings_and_decisions(client, meeting, officer):
    DecisionFactory(meeting=meeting, titles={"en": "Exercise"})
    client.force_login(officer)

    words = client.get(meeting.get_absolute_url()).content.decode()

    assert ("Exercise" in words, session_of(meeting) in words) == (True, True)
