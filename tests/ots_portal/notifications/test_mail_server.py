"""A mail server by setting: what OTS_EMAIL_URL means, and that nothing leaves in clear that should not."""

import socket
from urllib.parse import quote

import pytest

from ots_portal.notifications.channels import mail
from ots_portal.notifications.channels.results import Outcome
from ots_portal.notifications.wording import Wording
from ots_portal.plugs import Thread
from tests.factories.notifications import InboxItemFactory
from tests.factories.people import UserFactory
from tests.servers import make_certificate, smtp_sink

PASSWORD = "p@ss/w:rd?#%& +1"  # every character that means something in an address
SEND = (
    "from django.core.mail import send_mail;"
    "send_mail('Subject', 'Text', None, ['duty@turkiye.example'])"
)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("certificate"))


READ = (
    "print([settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_HOST_USER,"
    " settings.EMAIL_HOST_PASSWORD, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL,"
    " settings.EMAIL_TIMEOUT, settings.EMAIL_BACKEND.rpartition('.')[0].rpartition('.')[2]])"
)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://relay.test", ["relay.test", 25, None, None, False, False, 10, "smtp"]),
        ("smtp+tls://mx.test", ["mx.test", 587, None, None, True, False, 10, "smtp"]),
        ("smtp+ssl://mx.test", ["mx.test", 465, None, None, False, True, 10, "smtp"]),
        (
            f"smtp+tls://portal%40ots.int:{quote(PASSWORD, safe='')}@mx.test:2525",
            ["mx.test", 2525, "portal@ots.int", PASSWORD, True, False, 10, "smtp"],
        ),
    ],
)
def test_the_forms_of_the_setting(with_settings, url, expected):
    said = with_settings(READ, OTS_EMAIL_URL=url)

    assert eval(said.stdout or "None") == expected, said.stderr  # noqa: S307 -- our own print


def test_a_form_that_is_none_is_refused(with_settings):
    said = with_settings("settings.EMAIL_HOST", OTS_EMAIL_URL="mail.test:25")

    assert "Invalid email schema" in said.stderr


def test_mail_goes_out_after_starttls_with_name_and_password(with_settings, certificate):
    with smtp_sink(starttls=certificate, accounts={"portal": PASSWORD}) as sink:
        said = with_settings(
            SEND,
            OTS_EMAIL_URL=f"smtp+tls://portal:{quote(PASSWORD, safe='')}@127.0.0.1:{sink.port}",
            SSL_CERT_FILE=str(certificate.file),
        )

    assert [mail.recipients for mail in sink.received] == [["duty@turkiye.example"]], said.stderr


def test_mail_goes_out_under_tls_from_the_first_byte(with_settings, certificate):
    with smtp_sink(tls=certificate) as sink:
        said = with_settings(
            SEND,
            OTS_EMAIL_URL=f"smtp+ssl://127.0.0.1:{sink.port}",
            SSL_CERT_FILE=str(certificate.file),
        )

    assert [mail.recipients for mail in sink.received] == [["duty@turkiye.example"]], said.stderr


def test_a_server_without_tls_gets_nothing_in_clear(with_settings):
    with smtp_sink() as sink:
        said = with_settings(SEND, OTS_EMAIL_URL=f"smtp+tls://127.0.0.1:{sink.port}")

    assert (sink.received, "STARTTLS extension not supported" in said.stderr) == ([], True)


@pytest.mark.parametrize("scheme", ["smtp+tls", "smtp+ssl"])
def test_a_server_with_a_certificate_nobody_trusts_gets_nothing(with_settings, certificate, scheme):
    server = {"starttls": certificate} if scheme == "smtp+tls" else {"tls": certificate}
    with smtp_sink(**server) as sink:
        said = with_settings(SEND, OTS_EMAIL_URL=f"{scheme}://127.0.0.1:{sink.port}")

    assert (sink.received, "CERTIFICATE_VERIFY_FAILED" in said.stderr) == ([], True)


def a_thread():
    return Thread("incidents.incident", "1")


def _send_one(turkiye):
    delivery = InboxItemFactory(
        recipient=UserFactory(participant=turkiye), subject=turkiye, channel="mail"
    )
    with mail.opened() as mailbox:
        return mailbox.send(delivery, Wording("Subject", "Text", "<p>Text</p>", a_thread()))


def test_a_silent_server_is_tried_again_later(settings, turkiye):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        settings.EMAIL_TIMEOUT = 0.2

        result = _send_one(turkiye)

    assert (result.outcome, "timed out" in result.detail) == (Outcome.DEFERRED, True)


def test_a_server_that_lost_its_tls_is_tried_again_later(settings, turkiye):
    with smtp_sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        settings.EMAIL_USE_TLS = True

        result = _send_one(turkiye)

    assert (result.outcome, sink.received) == (Outcome.DEFERRED, [])
