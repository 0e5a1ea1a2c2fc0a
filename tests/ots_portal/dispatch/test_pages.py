from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from ots_portal.dispatch.presentation import without_addresses
from ots_portal.notifications import pauses
from ots_portal.notifications.models import Attempt, DeliveryPause
from tests.factories.incidents import IncidentFactory
from tests.factories.notifications import TOLD_AT, InboxItemFactory, MessageFactory
from tests.factories.people import UserFactory
from tests.factories.sessions import sign_in

LIST = reverse("dispatch:list")


@pytest.fixture
def incident():
    return IncidentFactory(status="reported", titles={"en": "Quake near Elbistan"})


@pytest.fixture
def failed(incident, editor_b):
    message = MessageFactory(subject=incident, recipient=editor_b, status="failed", attempt_count=9)
    Attempt.objects.create(
        delivery=message,
        started_at=TOLD_AT,
        outcome="refused",
        detail=f"550 5.1.1 <{editor_b.email}> unknown",
    )
    return message


def page(client, user, address=LIST):
    sign_in(client, user)
    return client.get(address).content.decode()


def test_the_administrator_sees_to_whom_and_why_not_and_no_word_of_the_message(
    client, failed, editor_b, administrator
):
    text = page(client, administrator)

    seen = ("Editor of B" in text, "550 5.1.1 … unknown" in text, "Failed" in text)
    assert seen == (True, True, True)
    assert ("Elbistan" in text, editor_b.email in text) == (False, False)


def test_a_head_sees_the_messages_to_the_own_people_only(
    client, failed, incident, editor_a, head_b
):
    MessageFactory(subject=incident, recipient=editor_a)

    text = page(client, head_b)

    assert ("Editor of B" in text, "Editor of A" in text) == (True, False)


def test_what_people_have_read_in_their_inbox_is_their_own_business(
    client, incident, editor_b, administrator
):
    InboxItemFactory(subject=incident, recipient=editor_b)

    assert "The portal has not written a message yet." in page(client, administrator)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    client, incident, administrator, count, django_assert_num_queries
):
    for _ in range(count):
        MessageFactory(subject=incident, recipient=UserFactory(), status="failed")
    sign_in(client, administrator)

    # session, user, pause and last check for the banners, unread, participants of the filter, rows,
    # those to settle, figures, pause
    with django_assert_num_queries(10):
        client.get(LIST)


def test_filters_narrow_by_status_kind_participant_and_name(
    client, incident, failed, editor_a, administrator
):
    MessageFactory(subject=incident, recipient=editor_a, status="sent")
    narrowed = {
        "status": "to_look_at",
        "kind": failed.entry.kind,
        "participant": "azerbaijan",
        "q": "editor of b",
    }

    for name, value in narrowed.items():
        text = page(client, administrator, f"{LIST}?{name}={value}")
        assert "Editor of B" in text, name
        assert ("Editor of A" in text) == (name == "kind"), name


def test_filters_that_fit_nothing_say_so(client, failed, administrator):
    assert "No message fits these filters." in page(client, administrator, f"{LIST}?q=nobody")


def test_an_impossible_filter_is_an_error_beside_its_field_and_narrows_nothing(
    client, failed, administrator
):
    text = page(client, administrator, f"{LIST}?status=lost")

    assert ("Select a valid choice" in text, "Editor of B" in text) == (True, True)


def test_a_cursor_that_was_not_given_out_is_no_page(client, administrator):
    sign_in(client, administrator)

    assert client.get(f"{LIST}?cursor=x").status_code == 404


def test_pages_lead_to_older_messages_with_the_filter_kept(client, incident, administrator):
    for n in range(51):
        MessageFactory(
            subject=incident,
            recipient=UserFactory(full_name=f"Recipient {n:02}"),
            status="failed",
            created_at=TOLD_AT + timedelta(minutes=n),
        )

    sign_in(client, administrator)
    first = client.get(f"{LIST}?status=failed")
    second = client.get(f"{LIST}{first.context['older']}")

    assert "status=failed" in first.context["older"]
    assert [row.recipient for row in second.context["rows"]] == ["Recipient 00"]


def test_htmx_gets_the_rows_alone(client, failed, administrator):
    sign_in(client, administrator)

    text = client.get(LIST, headers={"HX-Request": "true"}).content.decode()

    assert ("Editor of B" in text, "<html" in text) == (True, False)


def test_pausing_says_who_and_why_on_the_page_and_on_every_other(client, administrator):
    sign_in(client, administrator)

    client.post(reverse("dispatch:pause"), {"note": "The mail server is replaced."})

    text = client.get(LIST).content.decode()
    assert "Administrator paused deliveries on" in text
    assert "The mail server is replaced." in text
    assert "Deliveries are paused: no message leaves the portal." in page(
        client, administrator, reverse("participants:list")
    )


def test_a_note_that_is_too_long_is_refused_beside_its_field(client, administrator):
    sign_in(client, administrator)

    answer = client.post(reverse("dispatch:pause"), {"note": "x" * 201})

    assert (answer.status_code, DeliveryPause.objects.count()) == (422, 0)
    assert "at most 200 characters" in answer.content.decode()


def test_nobody_else_sees_the_banner_or_pays_for_it(
    client, administrator, editor_a, now, django_assert_num_queries
):
    sign_in(client, editor_a)
    address = reverse("people:settings")
    with django_assert_num_queries(3):  # session, user, unread
        client.get(address)
    pauses.pause(by=administrator, at=now)

    with django_assert_num_queries(3):
        text = client.get(address).content.decode()

    assert "Deliveries are paused" not in text


def test_after_a_restore_the_page_says_so_and_offers_both_ways_out(
    client, incident, editor_b, administrator, now
):
    MessageFactory(subject=incident, recipient=editor_b)
    pauses.pause_after_restore(backup_taken_at=now - timedelta(hours=1), at=now)

    text = page(client, administrator)

    assert "from a backup of 20 Nov 2026, 11:00 (UTC)" in text
    assert "1 message may have been sent already by the portal that was lost." in text
    assert (reverse("dispatch:resume_and_send") in text) == (
        reverse("dispatch:resume_and_withdraw") in text
    )


@pytest.mark.parametrize(
    ("way", "status", "sentence"),
    [
        ("resume_and_send", "waiting", "with 1 message that may arrive twice"),
        ("resume_and_withdraw", "withdrawn", "1 message was withdrawn"),
    ],
)
def test_resuming_says_what_became_of_them(
    client, incident, editor_b, administrator, now, way, status, sentence
):
    message = MessageFactory(subject=incident, recipient=editor_b)
    pauses.pause_after_restore(backup_taken_at=now, at=now)
    sign_in(client, administrator)

    answer = client.post(reverse(f"dispatch:{way}"), follow=True)

    message.refresh_from_db()
    assert (message.status, sentence in answer.content.decode()) == (status, True)


def test_a_retry_in_a_pause_says_that_it_waits(client, failed, administrator, now):
    pauses.pause(by=administrator, at=now)
    sign_in(client, administrator)

    answer = client.post(reverse("dispatch:retry", args=[failed.pk]), follow=True)

    assert "as soon as deliveries are resumed" in answer.content.decode()


def test_resuming_what_somebody_else_resumed_is_a_page_that_says_so(client, administrator):
    sign_in(client, administrator)

    answer = client.post(reverse("dispatch:resume_and_send"))

    assert (answer.status_code, "Deliveries are not paused." in answer.content.decode()) == (
        409,
        True,
    )


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("550 <a@b.example>: gone", "550 …: gone"),
        ("450 a.b@c.example later", "450 … later"),
        ("451 greylisted", "451 greylisted"),
    ],
)
def test_an_answer_that_repeats_the_address_is_shown_without_it(answer, shown):
    assert without_addresses(answer) == shown


# ── the same at the terminal ────────────────────────────────────────────────────────────────────
def run(*arguments):
    out = StringIO()
    call_command("deliveries", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_the_command_pauses_tells_and_resumes():
    assert run("pause", "--why", "SMTP is down") == ["Deliveries are paused."]
    assert run("status")[1:] == ["0 waiting, 0 of unknown state."]
    assert run("resume") == ["Deliveries go out again; 0 of unknown state were sent on."]
    assert run("status")[0] == "Deliveries go out."


def test_the_command_resumes_nothing_of_unknown_state_unless_told_how(incident, editor_b, now):
    MessageFactory(subject=incident, recipient=editor_b)
    pauses.pause_after_restore(backup_taken_at=now, at=now)

    with pytest.raises(CommandError, match="1 messages may have been sent already"):
        run("resume")

    assert run("resume", "--withdraw-unknown") == [
        "Deliveries go out again; 1 of unknown state were withdrawn."
    ]


def test_the_command_says_where_there_is_nothing_to_resume():
    with pytest.raises(CommandError, match="not paused"):
        run("resume")
