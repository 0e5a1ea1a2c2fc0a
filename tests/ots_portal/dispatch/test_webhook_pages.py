"""The pages on which a head looks after the webhooks of the own partner systems."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ots_portal.audit.models import AuditEntry
from ots_portal.egress import addresses
from ots_portal.notifications.models import Attempt, Delivery
from ots_portal.webhooks import secrets, signing
from ots_portal.webhooks.models import Endpoint
from tests.factories.incidents import IncidentFactory
from tests.factories.notifications import MessageFactory
from tests.factories.people import MachineFactory
from tests.factories.sessions import sign_in
from tests.factories.webhooks import SECRET, EndpointFactory

LIST = reverse("dispatch:webhook_list")
CREATE = reverse("dispatch:webhook_create")
KIND = "incidents.incident.verified"


@pytest.fixture
def machine(turkiye):
    return MachineFactory(participant=turkiye, full_name="Operations centre of A")


@pytest.fixture
def endpoint(machine):
    return EndpointFactory(owner=machine, url="https://hooks.example/portal", description="Map")


@pytest.fixture(autouse=True)
def _names(monkeypatch):
    """hooks.example is a computer of the internet; nobody asks a name server."""
    known = {"hooks.example": ["8.8.8.8"], "inside.example": ["8.8.8.8", "10.0.0.1"]}
    monkeypatch.setattr(addresses, "resolve", lambda host, port: known.get(host, [host]))


def message(endpoint, *, status="failed", **attempt):
    sent = MessageFactory(
        subject=IncidentFactory(status="verified"),
        recipient=endpoint.owner,
        channel="webhook",
        endpoint=endpoint,
        status=status,
        attempt_count=9,
        created_at=timezone.now(),
    )
    if attempt:
        Attempt.objects.create(delivery=sent, started_at=sent.created_at, **attempt)
    return sent


def address(verb, endpoint, *more):
    return reverse(f"dispatch:webhook_{verb}", args=[endpoint.pk, *more])


def secret_on(page):
    (found,) = set(re.findall(r"whsec_[A-Za-z0-9+/=]+", page.content.decode()))
    return found


# ── adding ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_head_adds_a_webhook_and_is_shown_the_secret_once(client, machine, head_a):
    sign_in(client, head_a)

    page = client.post(
        CREATE,
        {
            "owner": machine.pk,
            "url": "https://hooks.example/portal",
            "description": "Map",
            "kinds": [KIND],
        },
    )

    made = Endpoint.objects.get()
    assert (page.status_code, page["Cache-Control"]) == (200, "no-store")
    assert secrets.decrypted(made.secret) == secret_on(page)
    assert (made.participant_id, made.owner, made.created_by) == ("turkiye", machine, head_a)
    assert [wanted.kind for wanted in made.wanted_kinds.all()] == [KIND]
    assert "whsec_" not in client.get(made.get_absolute_url()).content.decode()


def test_the_audit_knows_the_host_and_never_address_or_secret(client, machine, head_a):
    sign_in(client, head_a)

    page = client.post(CREATE, {"owner": machine.pk, "url": "https://hooks.example/in?key=s3cr3t"})

    entry = AuditEntry.objects.get(kind="webhooks.endpoint.created")
    assert entry.data["host"] == "hooks.example"
    assert ("s3cr3t" in entry.body, secret_on(page) in entry.body) == (False, False)


def test_the_first_page_asks_who_is_there(client, machine, head_a):
    sign_in(client, head_a, minutes_ago=11)

    answers = [
        client.get(CREATE),
        client.post(CREATE, {"owner": machine.pk, "url": "https://hooks.example/"}),
    ]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/",
        "https://inside.example/",  # one of its two addresses is not of the internet
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/",
        "https://[::1]/",
        "https://2130706433/",
        "https://user:word@hooks.example/",
        "https://hooks.example:22/",
        "https://hooks.example/#part",
        "ftp://hooks.example/",
        "https://hooks.example/" + "x" * 500,
        "hooks.example",
    ],
)
def test_an_address_that_may_not_be_spoken_to_is_refused_beside_its_field(
    client, machine, head_a, url
):
    sign_in(client, head_a)

    page = client.post(CREATE, {"owner": machine.pk, "url": url})

    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["url"]
    assert not Endpoint.objects.exists()


def test_the_system_of_another_authority_cannot_be_chosen(client, machine, head_a, azerbaijan):
    sign_in(client, head_a)
    other = MachineFactory(participant=azerbaijan)

    page = client.post(CREATE, {"owner": other.pk, "url": "https://hooks.example/"})

    assert (page.status_code, list(page.context["form"].errors)) == (422, ["owner"])


def test_one_system_has_an_address_once(client, endpoint, head_a):
    sign_in(client, head_a)

    page = client.post(CREATE, {"owner": endpoint.owner_id, "url": endpoint.url})

    assert (page.status_code, list(page.context["form"].errors)) == (422, ["url"])
    assert Endpoint.objects.count() == 1


def test_without_a_partner_system_the_page_says_who_makes_one(client, head_a):
    sign_in(client, head_a)

    assert "Make one; then it can have webhooks" in client.get(LIST).content.decode()
    assert "Make one; then it can have webhooks" in client.get(CREATE).content.decode()


def test_kinds_about_people_are_not_offered(client, machine, head_a):
    sign_in(client, head_a)

    text = client.get(CREATE).content.decode()

    assert (f'value="{KIND}"' in text, 'value="people.' in text) == (True, False)


# ── changing ────────────────────────────────────────────────────────────────────────────────────────


def test_another_address_begins_with_a_clean_slate(client, endpoint, head_a):
    Endpoint.objects.update(failure_count=7, failing_since=timezone.now(), retry_at=timezone.now())
    sign_in(client, head_a)

    client.post(address("change", endpoint), {"url": "https://hooks.example/other", "version": 1})

    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.version) == ("https://hooks.example/other", 2)
    assert (endpoint.failure_count, endpoint.failing_since, endpoint.retry_at) == (0, None, None)


def test_who_saves_over_somebody_elses_change_sees_both(client, endpoint, head_a):
    Endpoint.objects.update(description="Changed meanwhile", version=2)
    sign_in(client, head_a)

    page = client.post(
        address("change", endpoint),
        {"url": endpoint.url, "description": "Mine", "version": 1},
    )

    (difference,) = page.context["differences"]
    assert (page.status_code, difference.now, difference.yours) == (
        409,
        "Changed meanwhile",
        "Mine",
    )
    assert 'name="version" value="2"' in page.content.decode()


def test_a_new_secret_is_shown_once_and_the_former_signs_along(client, endpoint, head_a):
    sign_in(client, head_a)

    page = client.post(address("rotate", endpoint))

    endpoint.refresh_from_db()
    now = timezone.now()
    assert signing.secrets_of(endpoint, at=now) == [secret_on(page), SECRET]
    assert signing.secrets_of(endpoint, at=now + timedelta(hours=25)) == [secret_on(page)]


def test_the_administrator_can_stop_a_webhook_and_nothing_else(client, endpoint, administrator):
    sign_in(client, administrator)

    text = client.get(endpoint.get_absolute_url()).content.decode()
    client.post(address("disable", endpoint))

    endpoint.refresh_from_db()
    shown = [verb for verb in ("test", "rotate", "disable") if address(verb, endpoint) in text]
    assert (shown, endpoint.disabled_because) == (["disable"], "by_hand")


def test_whoever_only_watches_does_not_see_the_path_which_may_hold_a_key(
    client, endpoint, head_a, administrator
):
    Endpoint.objects.update(url="https://hooks.example/in?key=s3cr3t", description="")

    def seen_by(person):
        sign_in(client, person)
        text = client.get(endpoint.get_absolute_url()).content.decode()
        return ("https://hooks.example/" in text, "s3cr3t" in text)

    assert (seen_by(head_a), seen_by(administrator)) == ((True, True), (True, False))


# ── how it fares ────────────────────────────────────────────────────────────────────────────────────


def test_whoever_only_watches_sees_neither_answers_nor_where_the_other_side_sends_on_to(
    client, endpoint, administrator, head_a
):
    # A system may repeat what it was told: that is of the authority and of nobody else.
    failure = {
        "code": "redirect",
        "details": {"host": "hooks.example", "location": "https://new.example/key-4711"},
    }
    message(endpoint, answer="got: Flood in the closed valley", failure=failure)
    page = reverse("dispatch:webhook_detail", args=[endpoint.pk])

    sign_in(client, administrator)
    watched = client.get(page).content.decode()
    sign_in(client, head_a)
    looked_after = client.get(page).content.decode()

    for secret in ("closed valley", "key-4711"):
        assert (secret in watched, secret in looked_after) == (False, True)
    assert "sends on to https://new.example/…" in watched


def test_a_failure_is_said_in_the_readers_language_and_the_answer_is_escaped(
    client, endpoint, head_a
):
    failure = {"code": "answered", "details": {"host": "hooks.example", "status": 500}}
    message(endpoint, outcome="deferred", failure=failure, answer="<script>alert(1)</script>")
    sign_in(client, head_a)

    text = client.get(endpoint.get_absolute_url()).content.decode()

    assert "hooks.example answered with the status 500." in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>alert(1)" not in text


@pytest.mark.parametrize(
    ("columns", "word"),
    [
        ({}, "Not tried yet"),
        ({"succeeded_at": timezone.now()}, "Answers"),
        ({"failing_since": timezone.now(), "failure_count": 1}, "Fails now and then"),
        ({"failing_since": timezone.now(), "failure_count": 5}, "Does not answer"),
        (
            {"failing_since": timezone.now(), "retry_at": timezone.now() + timedelta(days=1)},
            "Asked for patience",
        ),
        (
            {"status": "disabled", "disabled_because": "gone", "disabled_at": timezone.now()},
            "Disabled",
        ),
    ],
)
def test_the_list_says_how_each_fares(client, endpoint, head_a, columns, word):
    Endpoint.objects.update(**columns)
    sign_in(client, head_a)

    assert word in client.get(LIST).content.decode()


def test_a_message_is_sent_once_more_under_its_id(client, endpoint, head_a):
    Endpoint.objects.update(retry_at=timezone.now() + timedelta(hours=1))
    sent = message(endpoint, status="sent")
    sign_in(client, head_a)

    client.post(address("redeliver", endpoint, sent.pk))

    sent.refresh_from_db()
    endpoint.refresh_from_db()
    assert (sent.status, sent.attempt_count, endpoint.retry_at) == ("waiting", 0, None)
    assert AuditEntry.objects.filter(kind="notifications.delivery.retried").count() == 1


def test_all_that_failed_lately_is_sent_once_more(client, endpoint, head_a):
    lately = [message(endpoint), message(endpoint)]
    long_ago = message(endpoint)
    Delivery.objects.filter(pk=long_ago.pk).update(created_at=timezone.now() - timedelta(days=6))
    sign_in(client, head_a)
    page = client.get(endpoint.get_absolute_url()).content.decode()

    client.post(address("redeliver_failed", endpoint))

    waiting = Delivery.objects.filter(status="waiting").values_list("pk", flat=True)
    assert "2 messages of the last five days did not arrive." in page
    assert set(waiting) == {one.pk for one in lately}
    assert AuditEntry.objects.get(kind="webhooks.endpoint.redelivered").data == {"count": 2}


def test_a_message_of_another_webhook_is_not_found_there(client, endpoint, machine, head_a):
    other = message(EndpointFactory(owner=machine))
    sign_in(client, head_a)

    assert client.post(address("redeliver", endpoint, other.pk)).status_code == 404


def test_a_lost_secret_is_told_on_the_page(client, endpoint, head_a):
    Endpoint.objects.update(secret="nothing that this portal encrypted")
    sign_in(client, head_a)

    assert "cannot be read any more" in client.get(endpoint.get_absolute_url()).content.decode()


def test_the_live_part_is_not_sent_again_while_nothing_changes(client, endpoint, head_a):
    sign_in(client, head_a)
    first = client.get(f"{endpoint.get_absolute_url()}?part=live", headers={"HX-Request": "true"})
    (seen,) = re.findall(r"seen=([0-9a-f]+)", first.content.decode())

    again = client.get(
        f"{endpoint.get_absolute_url()}?part=live&seen={seen}", headers={"HX-Request": "true"}
    )

    assert (first.status_code, again.status_code) == (200, 204)


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_ask_the_same_number_of_queries(
    client, machine, head_a, django_assert_num_queries, count
):
    endpoints = [EndpointFactory(owner=machine) for _ in range(count)]
    for _ in range(count):
        message(endpoints[0], outcome="deferred", detail="x")
        message(endpoints[0], outcome="deferred", detail="x")
    sign_in(client, head_a)
    client.get(LIST)

    with django_assert_num_queries(5):
        client.get(LIST)
    with django_assert_num_queries(10):
        client.get(endpoints[0].get_absolute_url())
