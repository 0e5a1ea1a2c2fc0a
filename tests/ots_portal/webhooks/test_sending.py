"""From an entry to the endpoint: who is told, in which words, signed by whom, and what an answer means."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.services import incidents
from ots_portal.api import clients
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.services import record
from ots_portal.escalations import services as escalations
from ots_portal.notifications import pauses, posting
from ots_portal.notifications import services as notifications
from ots_portal.notifications.models import Attempt, Delivery
from ots_portal.notifications.pauses import Unknown
from ots_portal.notifications.silence import telling_nobody
from ots_portal.webhooks import queries, secrets, services
from ots_portal.webhooks.kinds import notices_for_systems, scope_of
from ots_portal.webhooks.models import Endpoint, WantedKind
from tests.conftest import NOON
from tests.factories.api import ClientFactory
from tests.factories.incidents import reported
from tests.factories.people import MachineFactory
from tests.factories.webhooks import SECRET, EndpointFactory
from tests.ots_portal.webhooks.story import Clock, fan_out, statuses, tell, webhooks_of

A_DAY = timedelta(days=1)
STEPS_OF_CLOCKS = [
    f"escalations.clock.{deed}" for deed in ("deputies_told", "heads_told", "secretariat_told")
]


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def endpoint(azerbaijan, sink):
    machine = MachineFactory(participant=azerbaijan, full_name="Operations centre of B")
    return EndpointFactory(owner=machine, url=sink.url())


@pytest.fixture
def verified(editor_a, second_editor_a):
    """Let A verify an incident: one message for whoever may see it."""

    def verify(**more):
        with telling_nobody():
            incident = reported(by=editor_a, at=NOON, **more)
        return incidents.verify(incident, by=second_editor_a, at=NOON)

    return verify


# ── who is told of what ─────────────────────────────────────────────────────────────────────────────


def test_a_partner_system_is_told_what_it_may_see(endpoint, sink, clock, verified):
    incident = verified()

    tell(clock)

    (received,) = sink.received
    assert received.payload == {
        "type": "incidents.incident.verified",
        "timestamp": "2026-11-20T12:00:00Z",
        "data": {
            "number": incident.number,
            "title": received.payload["data"]["title"],
            "subject": {"type": "incidents.incident", "id": str(incident.pk)},
            "address": f"http://127.0.0.1:8000/incidents/{incident.pk}/",
            "participant": "turkiye",
            "is_alert": True,
            "is_exercise": False,
        },
    }
    assert received.payload["data"]["title"].startswith(incident.number)
    assert received.fields["content-type"] == "application/json"


def test_the_title_is_in_the_language_of_the_partner_system(endpoint, sink, clock, verified):
    endpoint.owner.language = "az"
    endpoint.owner.save()
    verified()

    tell(clock)

    titles = [one.payload["data"]["title"] for one in sink.received]
    assert any("xəbərdarlıq" in title.lower() or "səviyyə" in title.lower() for title in titles)


def test_what_the_machine_user_may_not_see_is_not_told(endpoint, sink, clock, verified):
    verified(classification="named")
    own = EndpointFactory(owner=MachineFactory(participant_id="turkiye"), url=sink.url("/own"))
    verified(classification="named")

    tell(clock)

    assert (statuses(endpoint), sink.at("/hook")) == ([], [])
    assert "incidents.incident.verified" in {one.payload["type"] for one in sink.at("/own")}
    assert statuses(own)


def test_who_lost_the_right_between_the_fan_out_and_the_sending_is_not_told(
    endpoint, sink, clock, verified
):
    verified()
    fan_out(clock)
    endpoint.owner.is_active = False
    endpoint.owner.save()

    posting.post_due(clock=clock)

    assert sink.received == []
    assert set(statuses(endpoint)) == {"withdrawn"}
    assert set(Attempt.objects.values_list("outcome", flat=True)) == {"withdrawn"}


def test_an_endpoint_that_chose_kinds_hears_of_these_alone(endpoint, sink, clock, verified):
    chosen = EndpointFactory(owner=endpoint.owner, url=sink.url("/chosen"))
    WantedKind.objects.create(endpoint=chosen, kind="incidents.request.circulated")
    WantedKind.objects.create(endpoint=chosen, kind="incidents.incident.level_raised")

    verified()
    tell(clock)

    assert statuses(endpoint) == ["sent"]
    assert (statuses(chosen), sink.at("/chosen")) == ([], [])


def test_what_concerns_people_is_never_told_to_machines(endpoint, sink, clock, head_b):
    services.change(
        endpoint,
        services.Wishes(endpoint.url, "Another name", frozenset()),
        version=1,
        by=head_b,
        at=NOON,
    )

    tell(clock)

    assert Delivery.objects.filter(recipient=head_b, channel="mail").count() == 1
    assert statuses(endpoint) == []


def test_a_client_hears_only_of_what_its_scopes_read(endpoint, sink, clock, verified):
    client = ClientFactory(user=endpoint.owner)
    clients.limit(client, ["meetings:read"], at=NOON)
    verified()
    tell(clock)
    without = statuses(endpoint)
    clients.limit(client, ["meetings:read", "incidents:read"], at=NOON)
    verified()
    tell(clock)

    assert (without, statuses(endpoint)) == ([], ["sent"])
    assert len(sink.received) == 1


def test_who_lost_the_scope_between_the_fan_out_and_the_sending_is_not_told(
    endpoint, sink, clock, verified
):
    verified()
    fan_out(clock)
    clients.limit(ClientFactory(user=endpoint.owner), ["meetings:read"], at=NOON)

    posting.post_due(clock=clock)

    assert (sink.received, statuses(endpoint)) == ([], ["withdrawn"])


def test_a_test_needs_no_scope(endpoint, sink, clock, head_b):
    clients.limit(ClientFactory(user=endpoint.owner), ["incidents:write"], at=NOON)
    services.test(endpoint, by=head_b, at=NOON)

    tell(clock)

    assert [one.payload["type"] for one in sink.received] == ["webhooks.endpoint.tested"]


def test_a_kind_beyond_the_scopes_cannot_be_chosen(endpoint, head_b):
    clients.limit(ClientFactory(user=endpoint.owner), ["meetings:read"], at=NOON)
    wishes = services.Wishes(endpoint.url, "", frozenset({"incidents.incident.verified"}))

    with pytest.raises(ValidationError, match=r"lacks the scopes .* incidents:read") as refused:
        services.change(endpoint, wishes, version=1, by=head_b, at=NOON)

    assert list(refused.value.message_dict) == ["kinds"]


def test_the_scope_of_every_kind_is_one_that_there_is(settings):
    scopes = {scope_of(notice.kind) for notice in notices_for_systems()}

    assert scopes - {""} <= settings.OAUTH2_PROVIDER["SCOPES"].keys()
    assert {"incidents:read", "meetings:read", "circulars:read", "participants:read"} <= scopes


@pytest.mark.parametrize("kind", STEPS_OF_CLOCKS)
def test_steps_of_clocks_go_only_where_they_were_chosen(endpoint, kind):
    chosen = EndpointFactory(owner=endpoint.owner)
    WantedKind.objects.create(endpoint=chosen, kind=kind)
    entry = record(kind, subject=endpoint.participant, by=None, at=NOON)

    assert list(queries.wanting(entry)) == [chosen]


def test_who_wants_every_kind_gets_no_steps_of_clocks_while_one_runs(
    endpoint, sink, clock, verified, editor_b, head_b
):
    verified()
    tell(clock)
    for _ in range(3):
        clock.go_on(6 * 60)
        escalations.work_through(clock=clock)
        tell(clock)

    told = set(AuditEntry.objects.filter(kind__in=STEPS_OF_CLOCKS).values_list("kind", flat=True))
    assert told
    assert {one.payload["type"] for one in sink.received} == {"incidents.incident.verified"}


def test_two_endpoints_of_one_machine_user_are_both_told_once(endpoint, sink, clock, verified):
    second = EndpointFactory(owner=endpoint.owner, url=sink.url("/second"))
    verified()

    tell(clock)
    tell(clock)

    assert (len(sink.at("/hook")), len(sink.at("/second"))) == (1, 1)
    assert (statuses(endpoint), statuses(second)) == (["sent"], ["sent"])


def test_a_disabled_endpoint_hears_of_nothing(endpoint, sink, clock, verified, head_b):
    services.disable(endpoint, by=head_b, at=NOON)
    verified()

    tell(clock)

    assert (sink.received, statuses(endpoint)) == ([], [])


# ── signatures ──────────────────────────────────────────────────────────────────────────────────────


def test_the_message_is_signed_by_the_secret_over_id_moment_and_body(
    endpoint, sink, clock, verified
):
    verified()

    tell(clock)

    (received,) = sink.at("/hook")
    assert received.signatures == [received.signature_by(SECRET)]
    assert received.id == str(webhooks_of(endpoint).get().pk)
    assert received.fields["webhook-timestamp"] == str(int(NOON.timestamp()))


def test_while_the_secret_is_rotated_both_sign_and_a_day_later_the_new_one_alone(
    endpoint, sink, clock, verified, head_b
):
    fresh = services.rotate(endpoint, by=head_b, at=NOON).secret
    verified()
    tell(clock)
    clock.at = NOON + A_DAY
    verified()
    tell(clock)

    first, second = sink.at("/hook")
    assert first.signatures == [first.signature_by(fresh), first.signature_by(SECRET)]
    assert second.signatures == [second.signature_by(fresh)]


def test_a_secret_that_cannot_be_read_any_more_sends_nothing_unsigned(
    endpoint, sink, clock, verified, settings
):
    verified()
    settings.SECRET_KEY = "another-key-than-the-one-that-encrypted"

    tell(clock)

    assert (sink.received, statuses(endpoint)) == ([], ["waiting"])
    assert Attempt.objects.get().detail == "SecretLost"
    endpoint.refresh_from_db()
    assert endpoint.failure_count == 0


def test_a_secret_is_stored_encrypted_and_a_former_key_still_reads_it(settings):
    stored = secrets.encrypted(SECRET)
    former, settings.SECRET_KEY = settings.SECRET_KEY, "the-next-key-of-the-portal"
    settings.SECRET_KEY_FALLBACKS = [former]

    assert "MfKQ9r8" not in stored
    assert secrets.decrypted(stored) == SECRET


# ── answers ─────────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_is_kept_cut_and_without_what_cannot_be_shown(endpoint, sink, clock, verified):
    sink.answers["/hook"] = (202, {}, b"<b>ok</b>\x00\x1b[31m\r\n" + b"x" * 100_000)
    verified()

    tell(clock)

    attempt = Attempt.objects.get(delivery__endpoint=endpoint)
    assert (attempt.outcome, attempt.failure) == ("sent", None)
    assert attempt.answer.startswith("<b>ok</b>��[31m\nxxx")
    assert len(attempt.answer) == 2_001
    assert attempt.answer.endswith("x…")


@pytest.mark.parametrize("status", [400, 404, 500, 503])
def test_every_other_status_is_tried_again_by_the_schedule(endpoint, sink, clock, verified, status):
    sink.answers["/hook"] = (status, {}, b"no")
    verified()
    tell(clock)
    sink.answers["/hook"] = (204, {}, b"")
    tell(clock)
    clock.go_on(7)
    tell(clock)

    assert [one.id for one in sink.at("/hook")] == [str(webhooks_of(endpoint).get().pk)] * 2
    assert statuses(endpoint) == ["sent"]
    failed, arrived = Attempt.objects.order_by("started_at")
    assert failed.failure == {
        "code": "answered",
        "details": {"host": "127.0.0.1", "status": status},
    }
    assert (failed.answer, arrived.failure) == ("no", None)


def test_a_redirect_is_not_followed(endpoint, sink, clock, verified):
    sink.answers["/hook"] = (307, {"Location": "/elsewhere"}, b"")
    verified()

    tell(clock)

    assert (len(sink.at("/hook")), sink.at("/elsewhere")) == (1, [])
    assert Attempt.objects.get().failure["code"] == "redirect"
    assert statuses(endpoint) == ["waiting"]


def test_410_ends_it_and_tells_the_head(endpoint, sink, clock, verified, head_b):
    sink.answers["/hook"] = (410, {}, b"")
    verified()
    verified()

    tell(clock)
    tell(clock)

    endpoint.refresh_from_db()
    assert (endpoint.status, endpoint.disabled_because) == ("disabled", "gone")
    assert len(sink.at("/hook")) == 1
    assert statuses(endpoint) == ["failed", "failed"]
    mails = Delivery.objects.filter(recipient=head_b, channel="mail")
    assert [mail.entry.kind for mail in mails] == ["webhooks.endpoint.given_up"]


@pytest.mark.parametrize(
    ("status", "retry_after", "seconds"),
    [
        (429, "120", 120),
        (503, "Fri, 20 Nov 2026 12:10:00 GMT", 600),
        (429, "86400", 3600),  # an hour at most
        (429, "9" * 90, 3600),
    ],
)
def test_who_asks_to_be_left_alone_is_left_alone(
    endpoint, sink, clock, verified, status, retry_after, seconds
):
    sink.answers["/hook"] = (status, {"Retry-After": retry_after}, b"")
    verified()
    tell(clock)
    sink.answers.clear()
    verified()
    clock.go_on(seconds - 1)
    tell(clock)
    before = len(sink.at("/hook"))
    clock.go_on(1)
    tell(clock)

    assert (before, len(sink.at("/hook"))) == (1, 3)
    endpoint.refresh_from_db()
    assert (endpoint.failure_count, endpoint.retry_at) == (0, None)


@pytest.mark.parametrize("text", ["", "soon", "-5", "1.5", "99", "Fri, 20 Nov 2026 12:00:05"])
def test_a_retry_after_on_another_status_or_without_sense_changes_nothing(
    endpoint, sink, clock, verified, text
):
    sink.answers["/hook"] = (500 if text == "99" else 429, {"Retry-After": text}, b"")
    verified()

    tell(clock)

    endpoint.refresh_from_db()
    assert (endpoint.failure_count, endpoint.retry_at) == (1, None)


# ── the breaker ─────────────────────────────────────────────────────────────────────────────────────


def fail(endpoint, clock, *, count):
    """Let so many messages fail in a row, whatever the schedule says."""
    for _ in range(count):
        Endpoint.objects.filter(pk=endpoint.pk).update(retry_at=None)
        webhooks_of(endpoint).update(
            status="waiting", due_at=clock.at, finished_at=None, attempt_count=0
        )
        posting.post_due(clock=clock)
        clock.go_on(1)
    endpoint.refresh_from_db()


def test_after_some_failures_in_a_row_the_endpoint_is_left_in_peace(
    endpoint, sink, clock, verified
):
    sink.answers["/hook"] = (500, {}, b"")
    verified()
    fan_out(clock)
    fail(endpoint, clock, count=5)
    tried = len(sink.at("/hook"))

    verified()
    tell(clock)

    assert (tried, len(sink.at("/hook"))) == (5, 5)
    assert endpoint.retry_at > clock.at
    due = webhooks_of(endpoint).values_list("due_at", flat=True)
    assert all(at >= endpoint.retry_at for at in due)  # nothing of it counts as late


def test_one_message_probes_and_all_others_follow_when_it_arrives(endpoint, sink, clock, verified):
    sink.answers["/hook"] = (500, {}, b"")
    verified()
    fan_out(clock)
    fail(endpoint, clock, count=5)
    verified()
    verified()
    tell(clock)
    clock.at = endpoint.retry_at
    tell(clock)
    probed = len(sink.at("/hook"))
    endpoint.refresh_from_db()
    sink.answers.clear()
    clock.at = endpoint.retry_at
    tell(clock)

    endpoint.refresh_from_db()
    assert (probed, len(sink.at("/hook"))) == (6, 9)
    assert statuses(endpoint) == ["sent"] * 3
    assert (endpoint.failure_count, endpoint.failing_since, endpoint.retry_at) == (0, None, None)


def test_after_fifty_failures_in_a_row_it_is_given_up_and_its_head_is_told(
    endpoint, sink, clock, verified, head_b
):
    sink.answers["/hook"] = (500, {}, b"")
    verified()
    fan_out(clock)
    Endpoint.objects.filter(pk=endpoint.pk).update(failure_count=48, failing_since=NOON)
    fail(endpoint, clock, count=1)
    still = endpoint.status
    fail(endpoint, clock, count=1)
    tell(clock)

    assert (still, endpoint.status, endpoint.disabled_because) == (
        "active",
        "disabled",
        "failures",
    )
    assert statuses(endpoint) == ["failed"]
    told = Delivery.objects.filter(recipient=head_b, channel="mail").values_list("entry__kind")
    assert list(told) == [("webhooks.endpoint.given_up",)]


def test_after_five_days_of_failures_it_is_given_up(endpoint, sink, clock, verified):
    sink.answers["/hook"] = (429, {"Retry-After": "1"}, b"")
    verified()
    tell(clock)
    clock.at = NOON + 5 * A_DAY - timedelta(seconds=1)
    tell(clock)
    endpoint.refresh_from_db()
    still = endpoint.status
    verified()
    clock.at = NOON + 5 * A_DAY + timedelta(hours=1)
    tell(clock)

    endpoint.refresh_from_db()
    assert (still, endpoint.disabled_because) == ("active", "too_long")


# ── test, enable, pause ─────────────────────────────────────────────────────────────────────────────


def test_a_test_goes_to_this_endpoint_alone_and_says_that_nothing_happened(
    endpoint, sink, clock, head_b
):
    EndpointFactory(owner=endpoint.owner, url=sink.url("/second"))
    services.test(endpoint, by=head_b, at=NOON)

    tell(clock)

    (received,) = sink.received
    assert (received.path, received.payload["type"]) == ("/hook", "webhooks.endpoint.tested")
    assert received.payload["data"]["subject"] == {
        "type": "webhooks.endpoint",
        "id": str(endpoint.pk),
    }


def test_a_test_probes_an_endpoint_in_the_pause_of_its_breaker(
    endpoint, sink, clock, verified, head_b
):
    sink.answers["/hook"] = (500, {}, b"")
    verified()
    fan_out(clock)
    fail(endpoint, clock, count=5)
    sink.answers.clear()

    services.test(endpoint, by=head_b, at=clock.at)
    tell(clock)

    assert sink.at("/hook")[-1].payload["type"] == "webhooks.endpoint.tested"


def test_a_message_that_failed_is_sent_again_under_the_same_id(
    endpoint, sink, clock, verified, head_b
):
    sink.answers["/hook"] = (410, {}, b"")
    verified()
    tell(clock)
    endpoint.refresh_from_db()
    sink.answers.clear()
    services.enable(endpoint, by=head_b, at=clock.at)
    pauses.retry(webhooks_of(endpoint).get(), by=head_b, at=clock.at)

    tell(clock)

    first, again = [one.id for one in sink.at("/hook") if "verified" in one.payload["type"]]
    assert first == again
    assert statuses(endpoint) == ["sent"]


def test_in_a_pause_of_deliveries_nothing_leaves(endpoint, sink, clock, verified, administrator):
    pauses.pause(by=administrator, at=NOON)
    verified()
    tell(clock)
    during = len(sink.received)
    pauses.resume(unknown=Unknown.SEND, by=administrator, at=NOON)
    tell(clock)

    assert (during, len(sink.received)) == (0, 1)


# ── what heads are told ─────────────────────────────────────────────────────────────────────────────


def test_the_mail_about_a_given_up_webhook_says_why_and_since_when(
    endpoint, sink, clock, verified, head_b, mailoutbox
):
    sink.answers["/hook"] = (410, {}, b"")
    verified()
    tell(clock)

    notifications.work_through(clock=clock)

    (mail,) = [one for one in mailoutbox if one.to == [head_b.email]]
    assert mail.subject == f"A webhook is given up: {endpoint.description}"
    assert "The other side said that it wants nothing more (410)." in mail.body
    assert "No good answer since: 20 Nov 2026, 12:00 (UTC)" in mail.body


def test_the_mail_about_a_new_webhook_names_the_host_and_no_path(
    endpoint, sink, clock, head_b, mailoutbox
):
    wishes = services.Wishes("https://hooks.example/in?key=s3cr3t", "<b>Map</b>", frozenset())
    services.create(wishes, owner=endpoint.owner, by=head_b, at=NOON)

    notifications.work_through(clock=clock)

    (mail,) = mailoutbox
    html = mail.alternatives[0][0]
    assert "go to https://hooks.example/." in mail.body
    assert ("s3cr3t" in mail.body + html, "&lt;b&gt;Map&lt;/b&gt;" in html) == (False, True)


def test_a_partner_system_has_no_more_webhooks_than_a_sender_can_serve(
    endpoint, head_b, monkeypatch
):
    monkeypatch.setattr(services, "MOST_ENDPOINTS", 1)
    wishes = services.Wishes("https://hooks.example/second", "Map", frozenset())

    with pytest.raises(ValidationError, match="has 1 webhook"):
        services.create(wishes, owner=endpoint.owner, by=head_b, at=NOON)
