"""The pages and endpoints of rounds, confirmations, silences about texts and the history."""

import pytest
from django.urls import reverse

from agreements.models import Confirmation, Provision, Round, TextSilence
from agreements.portal import texts_to_confirm
from agreements.services import rounds
from ots_portal.crossrefs import services as crossrefs
from tests.factories import meetings
from tests.factories.negotiation import (
    FAR_AWAY,
    RoundFactory,
    TextSilenceFactory,
    bracketed,
    closed_text,
    frozen_text,
    negotiated_by,
)
from tests.factories.sessions import sign_in


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
def standing(turkiye, azerbaijan):
    return closed_text(turkiye, azerbaijan)


def page(name, record):
    return reverse(f"agreements:{name}", args=[record.pk])


def text_of(response):
    return " ".join(response.content.decode().split())


# ── rounds ──────────────────────────────────────────────────────────────────────────────────────
def test_the_page_says_how_far_the_text_has_come(
    client, planned, azerbaijan, officer, editor_a, now
):
    bracketed(planned.instrument, number="9", held_by=azerbaijan)
    rounds.begin(planned, by=officer, at=now)
    client.force_login(editor_a)

    shown = text_of(client.get(page("round_list", planned.instrument)))

    assert "1 bracket, in Article 9, held by Azerbaijan." in shown
    assert 'aria-label="Open brackets: Before 1 1' in shown


def test_the_figures_are_taken_away_as_csv(client, planned, officer, editor_a, now):
    rounds.begin(planned, by=officer, at=now)
    client.force_login(editor_a)

    answer = client.get(page("round_list", planned.instrument), {"format": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()

    assert (lines[0].split(",")[0], lines[1]) == (
        "Point",
        "Before 1,2026-11-20T12:00:00+00:00,0,0,1,0,,",
    )


def test_an_officer_plans_begins_and_closes_a_round(client, table, frozen, turkiye, officer):
    client.force_login(officer)

    client.post(page("round_new", table), {"chair": "turkiye", "base_revision": str(frozen.pk)})
    one = Round.objects.get()
    client.post(page("round_begin", one))
    client.post(page("round_close", one))

    one.refresh_from_db()
    assert (one.chair, one.status, one.result_revision.number) == (turkiye, "closed", 2)


def test_a_round_without_a_chair_comes_back_beside_the_field(client, table, officer):
    client.force_login(officer)

    answer = client.post(page("round_new", table), {"chair": "nowhere"})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["chair"])


def test_a_stale_correction_shows_both(client, planned, officer):
    client.force_login(officer)
    words = {"chair": "azerbaijan", "base_revision": "", "version": "9"}

    stale = client.post(page("round_edit", planned), words)
    again = client.post(
        page("round_edit", planned),
        {**words, "version": str(stale.context["form"]["version"].value())},
    )

    planned.refresh_from_db()
    assert (stale.status_code, again.url, planned.chair_id) == (
        409,
        planned.get_absolute_url(),
        "azerbaijan",
    )


def test_a_round_and_its_meeting_show_each_other(client, planned, officer, editor_a, now):
    meeting = meetings.MeetingFactory(status="convened")
    crossrefs.tie(planned, to=meeting, by=officer, at=now)
    client.force_login(editor_a)

    of_round = text_of(client.get(planned.get_absolute_url()))
    of_meeting = text_of(client.get(meeting.get_absolute_url()))

    assert meeting.title in of_round
    assert planned.get_absolute_url() in of_meeting


def test_rounds_for_programs(client, table, frozen, officer):
    sign_in(client, officer)
    body = {"instrument": str(table.pk), "chair": "turkiye"}

    made = client.post("/api/v1/rounds/", body, content_type="application/json")
    address = made["Location"]
    changed = client.patch(
        address,
        {"chair": "azerbaijan"},
        content_type="application/json",
        HTTP_IF_MATCH=made["ETag"],
    )
    stale = client.patch(
        address, {"chair": "turkiye"}, content_type="application/json", HTTP_IF_MATCH=made["ETag"]
    )
    begun = client.post(f"{address}begin/", content_type="application/json")

    assert [one.status_code for one in (made, changed, stale, begun)] == [201, 200, 412, 200]
    assert (begun.json()["chair"], begun.json()["convergence"][0]["point"]) == (
        "azerbaijan",
        "begun",
    )


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"instrument": "00000000-0000-4000-8000-000000000000"}, "#/instrument"),
        ({"chair": "nowhere"}, "#/chair"),
        ({"base_revision": "00000000-0000-4000-8000-000000000000"}, "#/base_revision"),
    ],
    ids=["instrument", "chair", "base_revision"],
)
def test_what_a_program_names_wrongly_is_said_at_its_field(client, table, officer, change, where):
    sign_in(client, officer)
    body = {"instrument": str(table.pk), "chair": "turkiye", **change}

    answer = client.post("/api/v1/rounds/", body, content_type="application/json")

    assert (answer.status_code, [one["pointer"] for one in answer.json()["errors"]]) == (
        400,
        [where],
    )


# ── confirmations ───────────────────────────────────────────────────────────────────────────────
def test_the_board_says_who_has_confirmed(client, standing, turkiye, head_a, editor_b):
    own = Confirmation.objects.get(participant=turkiye)
    sign_in(client, head_a)
    client.post(page("confirmation_confirm", own))
    client.force_login(editor_b)

    board = client.get(page("confirmations", standing.instrument)).context["standing"]

    assert [figure["value"] for figure in board["figures"]] == [1, 1, 0]


def test_a_head_sees_what_waits_and_confirms_it(client, standing, turkiye, head_a):
    own = Confirmation.objects.get(participant=turkiye)
    before = [line.url for line in texts_to_confirm(head_a)]
    sign_in(client, head_a)

    shown = client.get(page("confirmation_confirm", own))
    done = client.post(page("confirmation_confirm", own))

    assert standing.revision.sha256 in text_of(shown)
    assert (before, list(texts_to_confirm(head_a)), done.url) == (
        [own.get_absolute_url()],
        [],
        own.get_absolute_url(),
    )


def test_a_refusal_without_a_reason_comes_back(client, standing, turkiye, head_a):
    client.force_login(head_a)

    answer = client.post(page("confirmation_refuse", Confirmation.objects.get(participant=turkiye)))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["reason"])


def test_adopt_says_on_the_page_whose_word_is_missing(client, standing, secretary):
    client.force_login(secretary)

    shown = text_of(client.get(standing.instrument.get_absolute_url()))

    assert "Missing: Azerbaijan, Türkiye." in shown


def test_a_program_does_not_confirm_without_a_fresh_sign_in(client, standing, turkiye, head_a):
    client.force_login(head_a)
    own = Confirmation.objects.get(participant=turkiye)

    answer = client.post(
        f"/api/v1/confirmations/{own.pk}/confirm/", content_type="application/json"
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "step_up_required")


def test_closed_texts_for_programs_with_the_words_of_their_states(client, standing, editor_a):
    client.force_login(editor_a)

    told = client.get(f"/api/v1/ad-referendum/{standing.pk}/").json()

    assert [(one["participant"], one["status"]) for one in told["confirmations"]] == [
        ("azerbaijan", "pending"),
        ("turkiye", "pending"),
    ]


# ── silence ─────────────────────────────────────────────────────────────────────────────────────
def test_the_head_of_the_secretariat_proposes_silence_and_is_led_on(client, standing, secretary):
    client.force_login(secretary)

    client.post(page("text_silence_new", standing.revision), {"purpose": "confirmation"})
    one = TextSilence.objects.get()
    shown = text_of(client.get(one.get_absolute_url()))
    led = client.post(page("text_silence_put_under_silence", one))

    start = reverse("silence:start", args=["agreements.textsilence", one.pk])
    assert (led.url, start in shown) == (start, True)


def test_silence_for_programs(client, standing, secretary):
    sign_in(client, secretary)
    body = {"revision": str(standing.revision_id), "purpose": "adoption"}
    end = {"expires_at": FAR_AWAY.isoformat(), "time_zone": "Asia/Tashkent"}

    made = client.post("/api/v1/text-silences/", body, content_type="application/json")
    put = client.post(f"{made['Location']}put_under_silence/", end, content_type="application/json")
    wrong = client.post(
        "/api/v1/text-silences/", {**body, "purpose": "peace"}, content_type="application/json"
    )

    assert (made.status_code, put.status_code, put.json()["status"], wrong.status_code) == (
        201,
        200,
        "under_silence",
        400,
    )


def test_a_text_that_is_worked_on_again_says_why_it_is_not_put_under_silence(
    client, table, frozen, secretary, officer, now
):
    one = TextSilenceFactory(revision=frozen)
    rounds.begin(RoundFactory(instrument=table, number=1), by=officer, at=now)
    client.force_login(secretary)

    answer = client.post(page("text_silence_put_under_silence", one))

    assert answer.status_code == 409
    assert "being worked on" in text_of(answer)


# ── history ─────────────────────────────────────────────────────────────────────────────────────
def test_the_history_of_an_article_stands_on_its_page(client, table, frozen, editor_a):
    client.force_login(editor_a)

    shown = text_of(client.get(page("provision_history", Provision.objects.get())))

    assert "New words in revision 1 (Rolling text)" in shown
    assert "The host answers within one hour." in shown


def test_filters_that_make_no_sense_are_said(client, table, editor_a):
    client.force_login(editor_a)
    asked = {"since": "2026-02-02", "until": "2026-01-01", "kind": "agreements.text"}

    answer = client.get(page("history", table), asked)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["until"])


@pytest.mark.parametrize(
    "asked", [{"kind": "nothing"}, {"participant": "nowhere"}, {"order": "x"}, {"since": "x"}]
)
def test_unknown_filters_are_no_fault(client, table, editor_a, asked):
    client.force_login(editor_a)

    assert client.get(page("history", table), asked).status_code == 422


def test_a_cursor_that_nobody_gave_out_finds_no_page(client, table, editor_a):
    client.force_login(editor_a)

    assert client.get(page("history", table), {"cursor": "x"}).status_code == 404


@pytest.mark.parametrize("zone", ["Asia/Almaty", "America/New_York"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "9999-12-30"])
def test_the_ends_of_the_calendar_are_days_as_well(client, table, frozen, editor_a, day, zone):
    editor_a.time_zone = zone
    editor_a.save()
    client.force_login(editor_a)

    for name in ("since", "until"):
        assert client.get(page("history", table), {name: day}).status_code == 200


def test_the_history_is_taken_away_as_csv(client, table, frozen, editor_a):
    client.force_login(editor_a)

    answer = client.get(page("history", table), {"format": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()

    assert (lines[0].split(",")[:2], len(lines) > 1) == (["Moment", "Kind"], True)


def test_the_history_is_taken_away_as_pdf(client, table, frozen, editor_a):
    client.force_login(editor_a)

    answer = client.get(page("history", table), {"format": "pdf"})

    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")


def test_the_history_for_programs_goes_on_where_a_page_ends(
    client, table, planned, officer, editor_a, now
):
    rounds.close(rounds.begin(planned, by=officer, at=now), by=officer, at=now)
    client.force_login(editor_a)

    first = client.get(
        "/api/v1/negotiating-history/", {"instrument": str(table.pk), "limit": "1"}
    ).json()
    second = client.get(first["next"]).json()

    assert [one["results"][0]["kind"] for one in (first, second)] == [
        "agreements.round_closed",
        "agreements.round_begun",
    ]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 400),
        ({"instrument": "x"}, 400),
        ({"provision": "00000000-0000-4000-8000-000000000000"}, 404),
        ({"instrument": "00000000-0000-4000-8000-000000000000", "limit": "0"}, 400),
        ({"nothing": "1"}, 400),
    ],
)
def test_a_program_asks_for_a_history_that_there_is(client, editor_a, asked, status):
    client.force_login(editor_a)

    assert client.get("/api/v1/negotiating-history/", asked).status_code == status
