"""The servers that other tests lean on do what they promise."""

import smtplib
import subprocess
import sys
from email.message import EmailMessage

import pytest
import redis
from django.conf import settings

from ots_portal.audit.models import Seal
from ots_portal.audit.services import record
from ots_portal.participants.models import Participant
from tests import servers


def test_redis_server_starts_empty(redis_server):
    """The session's own is not asked: other tests may have used it."""
    with servers.redis_server() as address, redis.Redis.from_url(address) as client:
        assert client.dbsize() == 0


def a_mail(*, to: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "portal@ots.example", to, "Zəlzələ"
    mail.set_content("ğ ə ı")
    return mail


def test_smtp_sink_keeps_envelope_and_message(smtp_sink):
    with smtplib.SMTP("127.0.0.1", smtp_sink.port) as client:
        client.send_message(a_mail(to="duty@turkiye.example"))

    (received,) = smtp_sink.received
    assert (received.sender, received.recipients, received.message["Subject"]) == (
        "portal@ots.example",
        ["duty@turkiye.example"],
        "Zəlzələ",
    )


def test_smtp_sink_answers_as_told_and_then_accepts(smtp_sink):
    smtp_sink.answer("duty@turkiye.example", "451 4.3.0 Later")

    with smtplib.SMTP("127.0.0.1", smtp_sink.port) as client:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            client.send_message(a_mail(to="duty@turkiye.example"))
        client.send_message(a_mail(to="duty@turkiye.example"))

    assert refused.value.recipients == {"duty@turkiye.example": (451, b"4.3.0 Later")}
    assert len(smtp_sink.received) == 1


@pytest.mark.browser
def test_the_browser_runs_scripts(chromium_page):
    chromium_page.set_content("<title>Portal</title><script>document.title += ' ready'</script>")

    assert chromium_page.title() == "Portal ready"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_what_a_transactional_test_commits_is_gone_after_it(time, turkiye):
    assert list(Participant.objects.values_list("slug", flat=True)) == ["turkiye"]


@pytest.mark.django_db(transaction=True)
def test_another_process_sees_what_a_transactional_test_committed(turkiye, outside_environment):
    read = "from ots_portal.participants.models import Participant as P; print(*P.objects.all())"

    shell = subprocess.run(
        [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", read],
        cwd=settings.BASE_DIR,
        env=outside_environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert shell.stdout == f"{turkiye}\n"


@pytest.mark.slow
@pytest.mark.both
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broker", ["folder", "redis"])
def test_a_real_worker_and_beat_do_the_work_that_waits(
    broker, request, turkiye, now, celery_processes, outside_environment
):
    if broker == "redis":
        outside_environment["OTS_REDIS_URL"] = request.getfixturevalue("redis_server")
    entry = record("participants.participant.entered", subject=turkiye, by=None, at=now)

    programs = celery_processes(outside_environment)

    # Their start counts, too: on a busy machine it alone takes twenty seconds.
    is_sealed = Seal.objects.filter(entry=entry).exists
    servers.wait_until(is_sealed, programs=programs, seconds=60)


def test_a_missing_program_is_named_with_the_line_that_installs_it():
    part = servers.Part("Chromium", "chromium", lambda: None)

    assert (part.is_missing, part.how_to_get_it) == (
        True,
        "Chromium is not installed: sudo apt-get install -y chromium",
    )
