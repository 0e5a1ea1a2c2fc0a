"""Mail over a real connection to a real server."""

from datetime import timedelta

import pytest

from incidents.services import incidents
from ots_portal.notifications import services
from ots_portal.notifications.models import Attempt, Delivery, OutboxRow
from tests.factories.incidents import reported
from tests.factories.people import UserFactory


@pytest.fixture
def _mail_by_smtp(settings, smtp_sink):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp_sink.port
    settings.EMAIL_USE_TLS = False
    settings.EMAIL_TIMEOUT = 2


@pytest.fixture
def verified(editor_a, second_editor_a, editor_b, now, _mail_by_smtp):
    incident = reported(by=editor_a)
    OutboxRow.objects.update(fanned_out_at=now)
    return incidents.verify(incident, by=second_editor_a, at=now)


def work(at):
    services.work_through(clock=lambda: at)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "has verified incident"), ("tr", "olayını doğruladı"), ("az", "hadisəsini təsdiqlədi")],
)
def test_each_recipient_reads_the_own_language(verified, editor_b, smtp_sink, now, language, words):
    editor_b.language = language
    editor_b.save()

    work(now)

    (received,) = smtp_sink.received
    assert received.message["Content-Language"] == language
    assert words in received.message.get_body(("plain",)).get_content()


def test_nobody_learns_who_else_was_told(verified, editor_b, kazakhstan, smtp_sink, now):
    UserFactory(participant=kazakhstan, email="second@kz.example", is_on_duty=True)

    work(now)

    told = {
        (tuple(received.recipients), str(received.message["To"])) for received in smtp_sink.received
    }
    assert told == {
        ((editor_b.email,), editor_b.email),
        (("second@kz.example",), "second@kz.example"),
    }


def test_the_message_id_stays_the_same_on_a_second_try_and_mails_are_threaded_by_record(
    verified, editor_b, smtp_sink, now
):
    smtp_sink.answer(editor_b.email, "451 4.3.0 Later")

    work(now)
    work(now + timedelta(minutes=1))

    (received,) = smtp_sink.received
    delivery = Delivery.objects.get(channel="mail")
    assert received.message["Message-ID"] == f"<{delivery.pk}@127.0.0.1>"
    assert received.message["References"].strip() == f"<incidents.incident.{verified.pk}@127.0.0.1>"
    assert list(Attempt.objects.values_list("outcome", flat=True)) == ["deferred", "sent"]


def test_a_refused_address_fails_alone(verified, kazakhstan, editor_b, smtp_sink, now):
    UserFactory(participant=kazakhstan, email="second@kz.example", is_on_duty=True)
    smtp_sink.answer(editor_b.email, "550 5.1.1 No such user")

    work(now)

    assert dict(
        Delivery.objects.filter(channel="mail").values_list("recipient__email", "status")
    ) == {
        editor_b.email: "failed",
        "second@kz.example": "sent",
    }


def test_a_server_that_is_away_defers_the_mail(verified, settings, smtp_sink, now):
    settings.EMAIL_PORT = 1  # nobody listens there

    work(now)

    assert Delivery.objects.get(channel="mail").status == "waiting"
    assert Attempt.objects.get().outcome == "deferred"


def test_a_title_with_a_line_break_makes_one_subject(verified, smtp_sink, now):
    verified.titles = {
        "en": "Quake\nBcc: evil@example.org",
        "az": "Zəlzələ\r\nBcc: evil@example.org",
    }
    verified.save()

    work(now)

    (received,) = smtp_sink.received
    assert received.message["Bcc"] is None
    assert "\n" not in received.message["Subject"]
