"""
``make bench``, second part: a fan-out to 10,000 people, from the commit to the mail server.

    python -m tests.bench.notifications --people 10000 --rounds 3

Nothing is asserted: the goal stands beside each figure. What goes over the wire is held against a loop of
smtplib over one kept connection to the same sink, played right before and after. Quote the ratios.
"""

import argparse
import os
import smtplib
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from tests import servers
from tests.bench.load import cpu_seconds

ROOT = Path(__file__).resolve().parents[2]
ALERTS = 40  # told while a digest of all people goes out


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="ots-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        sink = stack.enter_context(_sink())
        sink_of_groups = stack.enter_context(_sink(groups=True))
        _environment(folder, stack, mail_port=sink)
        _prepare(options.people)
        _tell_rows(options)
        _tell_rates(options, sink=sink, what="a server that takes commands one by one")
        _tell_rates(options, sink=sink_of_groups, what="a server that takes them in groups")
        _tell_latency(options, folder)
        _tell_memory(options, folder)
    _tell_idle()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=20_000, help="for the memory of a worker")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--messages", type=int, default=2_000, help="of a round")
    return parser.parse_args()


# ── the stage ───────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _sink(*, times: Path | None = None, groups: bool = False) -> Iterator[int]:
    """
    Run a mail server in a process of its own; give its port.

    ``times``: where it notes the arrivals. ``groups``: it takes commands in groups.
    """
    port = servers.free_port()
    command = [sys.executable, "-m", "tests.bench.mail_sink", str(port)]
    command += ["--times", str(times)] if times else []
    command += ["--groups"] if groups else []
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        servers.wait_until(lambda: _listens(port))
        yield port
    finally:
        process.terminate()
        process.wait()


def _listens(port: int) -> bool:
    try:
        smtplib.SMTP("127.0.0.1", port, timeout=1).close()
    except OSError:
        return False
    return True


def _environment(folder: Path, stack: ExitStack, *, mail_port: int) -> None:
    os.environ.update(
        DJANGO_SETTINGS_MODULE="ots_portal.settings",
        OTS_VAR_DIR=str(folder / "var"),
        OTS_EMAIL_URL=f"smtp://127.0.0.1:{mail_port}",
        OTS_DATABASE_URL=stack.enter_context(servers.postgresql_cluster()).rpartition("/")[0]
        + "/postgres",
        OTS_REDIS_URL=stack.enter_context(servers.redis_server()),
    )


def _prepare(people: int) -> None:
    import django  # noqa: PLC0415 -- the settings are chosen above

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 -- app ready

    call_command("migrate", verbosity=0)
    call_command("load_reference_data", verbosity=0)
    print(f"Writing {people} officers on duty …", flush=True)
    _write_people(people, first=0)


def _write_people(count: int, *, first: int) -> None:
    from django.conf import settings  # noqa: PLC0415 -- app ready

    from ots_portal.people.models import Role, User  # noqa: PLC0415 -- app ready

    languages = [code for code, _name in settings.LANGUAGES]
    User.objects.bulk_create(
        (
            User(
                email=f"officer-{n}@kazakhstan.example",
                full_name=f"Officer {n}",
                participant_id="kazakhstan",
                role=Role.EDITOR,
                is_on_duty=True,
                language=languages[n % len(languages)],
                time_zone="Asia/Almaty",
            )
            for n in range(first, first + count)
        ),
        batch_size=2_000,
    )


def _verified() -> Any:
    """Report and verify an incident of Türkiye: every officer on duty elsewhere is alerted."""
    from incidents.services import incidents  # noqa: PLC0415 -- app ready
    from ots_portal.clock import database_now  # noqa: PLC0415 -- app ready
    from ots_portal.people.models import Role, User  # noqa: PLC0415 -- app ready
    from tests.factories.incidents import reported  # noqa: PLC0415 -- app ready

    writer, second = (
        User.objects.get_or_create(
            email=f"{name}@turkiye.example",
            defaults={"full_name": name, "participant_id": "turkiye", "role": Role.EDITOR},
        )[0]
        for name in ("writer", "second")
    )
    at = database_now()
    return incidents.verify(reported(by=writer, at=at), by=second, at=at)


# ── figures ─────────────────────────────────────────────────────────────────────────────────────


def _tell_rows(options: argparse.Namespace) -> None:
    from django.db import connection  # noqa: PLC0415 -- app ready

    from ots_portal.clock import database_now  # noqa: PLC0415 -- app ready
    from ots_portal.notifications import services  # noqa: PLC0415 -- app ready
    from ots_portal.notifications.models import Delivery, OutboxRow  # noqa: PLC0415 -- app ready

    seconds = []
    for _round in range(options.rounds):
        Delivery.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "VACUUM"
            )  # as PostgreSQL does by itself: nobody deletes and alerts in one second
        _verified()
        OutboxRow.objects.exclude(entry__kind="incidents.incident.verified").update(
            fanned_out_at=database_now()
        )
        seconds.append(_timed(lambda: services.fan_out_waiting(clock=database_now)))
    count = Delivery.objects.count()
    print(f"\n{count} rows of one alert written in {median(seconds):.2f} s (goal: at most 0.5 s).")


def _tell_rates(options: argparse.Namespace, *, sink: int, what: str) -> None:
    os.environ["OTS_EMAIL_URL"] = f"smtp://127.0.0.1:{sink}"
    alone, together = [], []
    for _round in range(options.rounds):
        for processes, ratios in ((1, alone), (2, together)):
            before = _bare_rate(sink, options.messages, processes=processes)
            mine = _own_rate(options.messages, processes=processes)
            after = _bare_rate(sink, options.messages, processes=processes)
            ratios.append((mine / ((before + after) / 2), mine))
    ratio = median(ratio for ratio, _rate in alone)
    growth = median(rate for _r, rate in together) / median(rate for _r, rate in alone)
    print(
        f"Mails a second to {what}, of a bare loop over one kept connection: {ratio:.2f} with one process"
        f" (goal: at least 0.30), {median(r for r, _rate in together):.2f} with two beside two loops;"
        f" two processes send {growth:.2f} times as many as one, on {os.cpu_count()} cores that also run"
        " the database and the sink."
    )


BARE = """
import smtplib, sys, time
port, count, raw = int(sys.argv[1]), int(sys.argv[2]), sys.stdin.buffer.read()
connection = smtplib.SMTP("127.0.0.1", port)
started = time.perf_counter()
for _ in range(count):
    connection.sendmail("portal@ots.example", ["somebody@ots.example"], raw)
print(time.perf_counter() - started)
connection.quit()
"""
OWN = """
import sys, time
import django; django.setup()
from ots_portal.clock import database_now
from ots_portal.notifications import services
from ots_portal.notifications.services import Share
from ots_portal.notifications.sending import Run
count, run, done = int(sys.argv[1]), Run(database_now), 0
services.deliver_due(clock=database_now, run=run)
started = time.perf_counter()
while done < count and (batch := services.deliver_due(clock=database_now, run=run)):
    done += batch
print((time.perf_counter() - started) * count / max(done, 1))
"""


def _bare_rate(port: int, count: int, *, processes: int) -> float:
    return _rate([sys.executable, "-c", BARE, str(port), str(count)], count, processes, _raw())


def _own_rate(count: int, *, processes: int) -> float:
    from ots_portal.clock import database_now  # noqa: PLC0415 -- app ready
    from ots_portal.notifications.models import Delivery  # noqa: PLC0415 -- app ready

    # The same rows again and again: they wait, in a random order.
    waiting = {
        "status": "waiting",
        "finished_at": None,
        "attempt_count": 0,
        "due_at": database_now(),
    }
    Delivery.objects.filter(channel="mail").update(**waiting)
    return _rate([sys.executable, "-c", OWN, str(count)], count, processes, b"")


def _rate(command: list[str], count: int, processes: int, given: bytes) -> float:
    """Return how many messages a second that many processes send together."""
    started = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(processes)
    ]
    texts: list[bytes] = [b""] * processes

    def talk(number: int) -> None:
        texts[number] = started[number].communicate(given)[0]

    threads = [threading.Thread(target=talk, args=[n]) for n in range(processes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(count / float(text.split()[-1]) for text in texts)


def _raw() -> bytes:
    """Return a mail as the portal makes it."""
    from ots_portal.notifications.channels.mail import message_for  # noqa: PLC0415 -- app ready
    from ots_portal.notifications.models import Delivery  # noqa: PLC0415 -- app ready
    from ots_portal.notifications.wording import wording_for  # noqa: PLC0415 -- app ready
    from ots_portal.plugs import notices  # noqa: PLC0415 -- app ready

    delivery = Delivery.objects.filter(channel="mail").select_related("entry", "recipient")[0]
    notice = notices[delivery.entry.kind]
    record = notice.record_for(delivery.recipient, delivery.entry.subject_id)
    wording = wording_for(notice, delivery.entry, record, delivery.recipient)
    made: Any = message_for(delivery, wording).message()
    return bytes(made.as_bytes(linesep="\r\n"))


def _workers(folder: Path, *, queues: Sequence[str]) -> Any:
    from ots_portal.operation.processes import (  # noqa: PLC0415 -- app ready
        celery_beat,
        running,
        worker,
    )

    programs = [*(worker(queue, queues=queue) for queue in queues), celery_beat()]
    return running(programs, folder=ROOT, environment=os.environ, logs=folder / "log")


def _tell_latency(options: argparse.Namespace, folder: Path) -> None:
    """Alert one officer of another participant, again and again, while a message to all goes out."""
    from ots_portal.clock import database_now  # noqa: PLC0415 -- app ready
    from ots_portal.notifications.models import Delivery, OutboxRow  # noqa: PLC0415 -- app ready
    from ots_portal.people.models import Role, User  # noqa: PLC0415 -- app ready

    User.objects.filter(participant="kazakhstan").update(is_on_duty=False)
    User.objects.get_or_create(
        email="alerted@azerbaijan.example",
        defaults={
            "full_name": "Alerted",
            "participant_id": "azerbaijan",
            "role": Role.EDITOR,
            "is_on_duty": True,
        },
    )
    times = folder / "times"
    with ExitStack() as stack:
        port = stack.enter_context(_sink(times=times))
        os.environ["OTS_EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
        OutboxRow.objects.filter(fanned_out_at=None).update(fanned_out_at=database_now())
        Delivery.objects.filter(channel="mail").update(
            status="waiting", finished_at=None, is_alert=False, due_at=database_now()
        )
        stack.enter_context(_workers(folder, queues=("celery", "alerts")))
        servers.wait_until(lambda: times.exists() and times.stat().st_size > 0, seconds=120)
        committed, waited = {}, []
        for _alert in range(ALERTS):
            _refill(options.people)
            incident = _verified()
            committed[str(incident.pk)] = time.time()
            time.sleep(0.25)
            waited.append(_waiting().filter(is_alert=False).count())
        wanted = Delivery.objects.filter(channel="mail", is_alert=True).filter(
            entry__subject_id__in=committed, recipient__email="alerted@azerbaijan.example"
        )
        servers.wait_until(lambda: wanted.filter(status="sent").count() == ALERTS, seconds=120)
        arrived = dict(reversed(line.split()) for line in times.read_text().splitlines())
        delays = [
            float(arrived[f"<{delivery.pk}@127.0.0.1>"]) - committed[delivery.entry.subject_id]
            for delivery in wanted.select_related("entry")
        ]
    print(
        f"Commit to mail of an alert while messages to {options.people} went out (at least {min(waited)} waited at"
        f" any time): p50 {median(delays):.3f} s, p99 {quantiles(delays, n=100)[-1]:.3f} s (goal: at most 1 s)."
    )


def _refill(count: int) -> None:
    """Let so many messages wait that are no alerts, so that there is something to overtake all the time."""
    from ots_portal.clock import database_now  # noqa: PLC0415 -- app ready
    from ots_portal.notifications.models import Delivery  # noqa: PLC0415 -- app ready

    missing = count - _waiting().filter(is_alert=False).count()
    # A quarter at a time: to write them all anew would keep the database from what is measured.
    if missing < count // 4:
        return
    sent = Delivery.objects.filter(channel="mail", status="sent", is_alert=False)
    Delivery.objects.filter(pk__in=list(sent.values_list("pk", flat=True)[:missing])).update(
        status="waiting", finished_at=None, attempt_count=0, due_at=database_now()
    )


def _tell_memory(options: argparse.Namespace, folder: Path) -> None:
    from ots_portal.clock import database_now  # noqa: PLC0415 -- app ready
    from ots_portal.notifications.models import Delivery  # noqa: PLC0415 -- app ready
    from ots_portal.people.models import User  # noqa: PLC0415 -- app ready

    _write_people(max(0, options.many - options.people), first=options.people)
    User.objects.filter(participant="kazakhstan").update(is_on_duty=False)
    with ExitStack() as stack:
        port = stack.enter_context(_sink())
        os.environ["OTS_EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
        Delivery.objects.filter(status="waiting").update(status="sent", finished_at=database_now())
        alerts, _beat = stack.enter_context(_workers(folder, queues=("alerts",)))
        sizes = []
        for count in (1_000, options.many):
            chosen = User.objects.filter(participant="kazakhstan").order_by("email")[:count]
            User.objects.filter(pk__in=list(chosen.values_list("pk", flat=True))).update(
                is_on_duty=True
            )
            incident = _verified()
            # By their number: a thousand may come and go between two looks at what waits.
            sent = Delivery.objects.filter(
                channel="mail", status="sent", entry__subject_id=str(incident.pk)
            )
            servers.wait_until(lambda sent=sent, count=count: sent.count() >= count, seconds=1_200)
            sizes.append(_resident_mb(alerts.process.pid))
    print(
        f"Memory of a worker after 1,000 recipients {sizes[0]:.0f} MB, after {options.many} more"
        f" {sizes[1]:.0f} MB: {sizes[1] / sizes[0]:.2f} times (goal: flat)."
    )


def _waiting() -> Any:
    from ots_portal.notifications.models import Delivery  # noqa: PLC0415 -- app ready

    return Delivery.objects.filter(channel="mail", status="waiting")


def _resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _tell_idle(*, seconds: float = 120) -> None:
    """Run workers and beat as `make demo` does, on SQLite and a folder, with nothing to do."""
    from ots_portal.operation.processes import (  # noqa: PLC0415 -- app ready
        celery_beat,
        celery_worker,
        jobs_worker,
        running,
    )

    with tempfile.TemporaryDirectory(prefix="ots-bench-") as name:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("OTS_")}
        environment = {**kept, "OTS_VAR_DIR": str(Path(name) / "var")}
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v", "0"],
            cwd=ROOT,
            env=environment,
            check=True,
        )
        programs = [celery_worker(), jobs_worker(), celery_beat()]
        with running(
            programs, folder=ROOT, environment=environment, logs=Path(name) / "log"
        ) as started:
            time.sleep(30)
            before = [cpu_seconds(one.process.pid) for one in started]
            time.sleep(seconds)
            used = [
                cpu_seconds(one.process.pid) - start
                for one, start in zip(started, before, strict=True)
            ]
    shares = [spent / seconds * 100 for spent in used]
    print(
        f"Idle: worker {shares[0]:.1f} %, worker for jobs {shares[1]:.1f} %, beat {shares[2]:.1f} % of a core"
        " (goal: at most 1 % each)."
    )


def _timed(work: Any) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
