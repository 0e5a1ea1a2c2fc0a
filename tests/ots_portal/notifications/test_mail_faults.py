"""What befalls the mail server: nobody is left without the message, nobody waits for another, none is seen twice."""

import time
from collections import Counter

import pytest

from ots_portal.clock import database_now
from ots_portal.notifications import services, tries
from ots_portal.notifications.models import Attempt, Delivery
from tests import servers
from tests.ots_portal.notifications.faults import ids_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_mail_by_smtp"),
]


@pytest.fixture
def _mail_by_smtp(settings, smtp_sink, monkeypatch):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp_sink.port
    settings.EMAIL_USE_TLS = False
    settings.EMAIL_TIMEOUT = 1
    monkeypatch.setattr("random.uniform", lambda low, high: 1.0)


def work(at):
    services.work_through(clock=lambda: at)


def mail_statuses() -> Counter[str]:
    return Counter(Delivery.objects.filter(channel="mail").values_list("status", flat=True))


def test_a_mail_server_that_is_down_costs_one_try_and_everything_goes_out_later(
    settings, smtp_sink, tell, now
):
    expected = tell(3)
    settings.EMAIL_PORT = servers.free_port()
    at = database_now()

    work(at)

    # One message found nobody there; the others were not tried in vain.
    assert list(Attempt.objects.values_list("outcome", flat=True)) == ["deferred"]
    settings.EMAIL_PORT = smtp_sink.port
    work(at + tries.PAUSES[0])
    assert (mail_statuses(), len(ids_of(smtp_sink))) == (Counter(sent=expected), expected)


def test_a_server_that_closes_its_connections_costs_no_message_a_try(smtp_sink, tell):
    expected = tell(1)
    smtp_sink.most_per_connection = 4
    smtp_sink.answer("officer-5@kz.example", "421 4.4.2 Timeout")

    work(database_now())

    assert (mail_statuses(), len(smtp_sink.received)) == (Counter(sent=expected), expected)
    assert set(Delivery.objects.filter(channel="mail").values_list("attempt_count")) == {(1,)}
    assert smtp_sink.connection_count >= expected / 4


def test_a_server_that_is_shutting_down_costs_one_message_one_try(smtp_sink, tell):
    expected = tell(3)
    smtp_sink.is_closing = True
    at = database_now()

    work(at)

    # Two connections were opened for one message; then it was left alone, as one that is down.
    (attempt,) = Attempt.objects.all()
    assert (attempt.outcome, attempt.detail, smtp_sink.connection_count) == (
        "deferred", "421 4.3.2 Service shutting down", 2,
    )  # fmt: skip
    smtp_sink.is_closing = False
    work(at + tries.PAUSES[0])
    assert (mail_statuses(), len(ids_of(smtp_sink))) == (Counter(sent=expected), expected)


def test_one_that_is_put_off_and_one_that_is_refused_keep_nobody_waiting(smtp_sink, tell):
    expected = tell(1)
    smtp_sink.answer("officer-1@kz.example", "451 4.3.0 Greylisted", "451 4.3.0 Greylisted")
    smtp_sink.answer("officer-2@kz.example", "550 5.1.1 No such user")
    at = database_now()

    work(at)
    assert mail_statuses() == Counter(sent=expected - 2, waiting=1, failed=1)

    work(at + tries.PAUSES[0])
    work(at + tries.PAUSES[0] + tries.PAUSES[1])
    assert mail_statuses() == Counter(sent=expected - 1, failed=1)
    failed = Attempt.objects.get(delivery__status="failed")
    assert (failed.outcome, failed.detail) == ("refused", "550 5.1.1 No such user")


def test_a_message_the_server_hangs_on_is_cut_off_and_the_others_go_out(smtp_sink, tell, settings):
    expected = tell(1)
    smtp_sink.hanging.add("officer-3@kz.example")
    started = time.monotonic()

    work(database_now())

    assert mail_statuses() == Counter(sent=expected - 1, waiting=1)
    assert time.monotonic() - started < settings.EMAIL_TIMEOUT + 10
    assert "timed out" in Attempt.objects.get(outcome="deferred").detail


def test_a_message_taken_without_an_answer_comes_again_under_the_same_id(smtp_sink, tell):
    expected = tell(1)
    smtp_sink.dropping.add("officer-4@kz.example")
    at = database_now()

    work(at)
    assert mail_statuses() == Counter(sent=expected - 1, waiting=1)

    work(at + tries.PAUSES[0])
    ids = ids_of(smtp_sink)
    assert (mail_statuses(), len(ids), sum(ids.values())) == (
        Counter(sent=expected),
        expected,
        expected + 1,
    )
