"""The page of the state, and the pages on which somebody decides about many messages."""

from datetime import timedelta

import pytest
from django.urls import reverse

from ots_portal.audit.models import AuditEntry
from ots_portal.clock import database_now
from ots_portal.dispatch.presentation import cause_in_words
from ots_portal.dispatch.state.presentation import age_in_words
from ots_portal.notifications import health, pauses
from ots_portal.notifications.models import Attempt, OutboxRow
from tests.factories.incidents import IncidentFactory
from tests.factories.notifications import MessageFactory
from tests.factories.people import UserFactory
from tests.factories.sessions import sign_in
from tests.factories.webhooks import EndpointFactory

STATE, LIST = reverse("dispatch:state"), reverse("dispatch:list")
RETRY, WITHDRAW = reverse("dispatch:retry_all"), reverse("dispatch:withdraw_all")


@pytest.fixture
def incident():
    return IncidentFactory(status="reported", titles={"en": "Quake near Elbistan"})


@pytest.fixture
def failed(incident, editor_b):
    message = MessageFactory(subject=incident, recipient=editor_b, status="failed", attempt_count=9)
    detail = f"550 5.1.1 <{editor_b.email}> unknown"
    Attempt.objects.create(
        delivery=message, started_at=database_now(), outcome="refused", detail=detail
    )
    return message


def text_of(client, user, address=STATE):
    sign_in(client, user)
    return " ".join(client.get(address).content.decode().split())


def test_the_state_says_how_late_the_oldest_is_and_why_others_failed(
    client, incident, failed, editor_b, head_b
):
    due_at = database_now() - timedelta(seconds=400)
    MessageFactory(subject=incident, recipient=editor_b, due_at=due_at, attempt_count=1)

    text = text_of(client, head_b)

    said = ("Very late", "6 minutes", "Editor of B", "The mail server refuses it (550).")
    assert [sentence in text for sentence in said] == [True] * 4
    assert (editor_b.email in text, "Elbistan" in text) == (False, False)


def test_a_head_sees_the_state_of_the_own_people_alone(
    client, incident, failed, editor_a, head_a, head_b
):
    assert "The mail server refuses it (550)." in text_of(client, head_b)
    text = text_of(client, head_a)

    assert "Every message that was tried has arrived." in text
    assert ("Nobody told yet" in text, "Editor of B" in text) == (False, False)


def test_a_slow_webhook_does_not_make_people_late(client, incident, administrator, machine_b):
    due_at = database_now() - timedelta(seconds=400)
    MessageFactory(
        subject=incident, recipient=machine_b, channel="webhook", due_at=due_at,
        endpoint=EndpointFactory(owner=machine_b),
    )  # fmt: skip
    OutboxRow.objects.update(fanned_out_at=due_at)

    text = text_of(client, administrator)

    late = text[text.index('id="late"') : text.index('id="channels"')]
    people, webhooks = late.split("Webhooks")
    assert ("On time" in people, "Very late" in people) == (True, False)
    assert "Very late" in webhooks
    assert "0 seconds" in text[: text.index('id="late"')]


def test_what_waits_for_a_webhook_left_in_peace_is_for_later(
    client, incident, administrator, machine_b
):
    at = database_now()
    rests = EndpointFactory(
        owner=machine_b, failure_count=5, failing_since=at, retry_at=at + timedelta(minutes=5)
    )
    MessageFactory(
        subject=incident, recipient=machine_b, channel="webhook", endpoint=rests,
        due_at=at - timedelta(seconds=400),
    )  # fmt: skip

    text = text_of(client, administrator)

    row = text[text.index("channel=webhook") : text.index('id="causes"')]
    assert "On time" in row
    assert [
        f'data-label="{word}">{count}' in row for word, count in (("Due now", 0), ("For later", 1))
    ] == [True] * 2


def test_a_pause_is_said_on_the_page_of_the_state(client, administrator, now):
    pauses.pause(by=administrator, at=now)

    assert "Deliveries are paused since 20 Nov 2026" in text_of(client, administrator)


def test_webhooks_that_do_not_answer_stand_on_the_page(client, administrator, machine_b):
    EndpointFactory(owner=machine_b, is_disabled=True, description="Operations centre of B")

    assert "Operations centre of B" in text_of(client, administrator)


def test_the_live_part_is_sent_again_only_where_it_changed(client, failed, administrator):
    sign_in(client, administrator)
    headers = {"HX-Request": "true"}

    first = client.get(f"{STATE}?part=live", headers=headers)
    text = first.content.decode()

    assert (first.status_code, "<html" in text, "Channels" in text) == (200, False, True)


@pytest.mark.parametrize("count", [1, 3])
def test_the_state_costs_the_same_for_one_and_for_three(
    client, incident, administrator, count, django_assert_num_queries
):
    for number in range(count):
        message = MessageFactory(subject=incident, recipient=UserFactory(), status="failed")
        Attempt.objects.create(
            delivery=message, started_at=database_now(), outcome="refused", detail=f"55{number} no"
        )
    sign_in(client, administrator)

    # session, user, pause and last check for the banners, unread, clock, pause, outbox, two of channels,
    # two of throughput, oldest, figures, causes, rounds, webhooks
    with django_assert_num_queries(QUERIES):
        client.get(STATE)


QUERIES = 16


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 seconds"), (1, "1 second"), (61, "1 minute"), (7200, "2 hours"), (200_000, "2 days")],
)
def test_an_age_is_told_in_whole_units(seconds, words):
    assert age_in_words(seconds) == words


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ("451", "The mail server asks to be tried later (451)."),
        ("550", "The mail server refuses it (550)."),
        ("TimeoutError:", "The mail server cannot be reached (TimeoutError)."),
        ("KeyError", "A fault of the portal (KeyError)."),
        ("egress answered 500", "… answered with the status 500."),
        ("egress too_slow", "… did not answer in full within … seconds."),
        (health.NO_TRY, "No try was made."),
        (health.UNINTELLIGIBLE, "The mail server refuses it (…)."),
    ],
)
def test_every_cause_has_a_sentence(cause, words):
    assert cause_in_words(cause) == words


# ── deciding about many ─────────────────────────────────────────────────────────────────────────


def test_a_cause_leads_to_its_messages_and_to_trying_all_of_them_again(
    client, incident, failed, editor_a, administrator
):
    other = MessageFactory(subject=incident, recipient=editor_a, status="failed")
    Attempt.objects.create(
        delivery=other, started_at=database_now(), outcome="refused", detail="554 no"
    )
    sign_in(client, administrator)

    state = client.get(STATE).content.decode()
    client.post(f"{RETRY}?channel=mail&cause=550&status=failed", {"reason": "Corrected."})

    failed.refresh_from_db()
    other.refresh_from_db()
    assert f"{RETRY}?channel=mail&amp;cause=550&amp;status=failed" in state
    assert (failed.status, other.status) == ("waiting", "failed")


def test_before_many_are_withdrawn_the_page_says_which_and_how_many(client, failed, administrator):
    text = text_of(client, administrator, f"{WITHDRAW}?status=failed&q=editor")

    seen = ("1 message", "A report waits for verification · Azerbaijan: 1", "editor")
    assert [sentence in text for sentence in seen] == [True] * 3


def test_many_are_withdrawn_with_a_reason_only(client, failed, administrator):
    sign_in(client, administrator)

    without = client.post(f"{WITHDRAW}?status=failed", {"reason": ""})
    done = client.post(f"{WITHDRAW}?status=failed", {"reason": "Closed."}, follow=True)

    failed.refresh_from_db()
    assert (without.status_code, failed.status) == (422, "withdrawn")
    assert "1 message is withdrawn." in done.content.decode()


def test_the_audit_keeps_no_name_that_many_messages_were_chosen_by(client, failed, administrator):
    sign_in(client, administrator)

    client.post(f"{reverse('dispatch:withdraw_all')}?q=Editor&status=failed", {"reason": "Closed"})

    entry = AuditEntry.objects.get(kind="participants.participant.messages_withdrawn")
    assert entry.data["narrowed"] == {"q": "…", "status": "failed"}


def test_what_was_written_after_the_page_was_shown_is_left_alone(client, failed, administrator):
    sign_in(client, administrator)
    before = (failed.created_at - timedelta(seconds=1)).isoformat()

    client.post(f"{WITHDRAW}?status=failed", {"reason": "Closed.", "seen_at": before})

    failed.refresh_from_db()
    assert failed.status == "failed"


def test_a_filter_that_means_nothing_decides_about_nothing(client, failed, administrator):
    sign_in(client, administrator)

    answer = client.post(f"{WITHDRAW}?status=lost", {"reason": "Closed."})

    failed.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}?status=lost")
    assert failed.status == "failed"


def test_where_nothing_fits_there_is_nothing_to_decide(client, administrator):
    assert "There is nothing to do" in text_of(client, administrator, RETRY)


def test_one_message_is_withdrawn_on_a_page_of_its_own(client, failed, administrator):
    sign_in(client, administrator)
    address = reverse("dispatch:withdraw", args=[failed.pk])

    page = client.get(address).content.decode()
    client.post(address, {"reason": "Closed."})

    failed.refresh_from_db()
    assert ("Editor of B" in page, failed.status) == (True, "withdrawn")


def test_an_alert_that_waits_has_no_way_to_be_withdrawn(client, incident, editor_b, administrator):
    alert = MessageFactory(subject=incident, recipient=editor_b, is_alert=True)

    address = reverse("dispatch:withdraw", args=[alert.pk])
    assert address not in text_of(client, administrator, LIST)
    assert client.post(address, {"reason": "No."}).status_code == 409
