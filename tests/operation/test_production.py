"""The production stack, started from docs/production and walked through as a visitor over HTTPS."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import psycopg2
import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.management import get_commands

from meetings.models import Minutes
from ots_portal.audit.models import AuditEntry
from tests import production, servers
from tests.production import HOST, UNITS, Visitor, commands_of, read_unit

pytestmark = [pytest.mark.slow]

PASSWORD = "a-long-pass-phrase-nobody-may-read"
PEOPLE = """
import json
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from ots_portal.clock import database_now
from ots_portal.people.models import User
from tests.factories.incidents import reported
made = {}
for name, participant, on_duty in (
    ("reporter", "turkiye", False), ("second", "turkiye", False), ("neighbour", "azerbaijan", True)
):
    user = User.objects.create_user(
        f"{name}@ots.int", "a-long-pass-phrase-nobody-may-read",
        full_name=name.title(), participant_id=participant, role="editor", is_on_duty=on_duty,
    )
    made[name] = generate_totp_secret()
    TOTP.activate(user, made[name])
incident = reported(by=User.objects.get(email="reporter@ots.int"), at=database_now(), title="Pazarcık deprem")
print(json.dumps({**made, "incident": str(incident.pk)}))
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """The servers around the portal, with what operations.md says before the first start done."""
    for part in (servers.POSTGRESQL, servers.REDIS, servers.NGINX):
        if part.is_missing:
            pytest.skip(part.how_to_get_it)
    with production.prepared_stack(tmp_path_factory.mktemp("production")) as prepared:
        for command in commands_of("4. First start"):
            if _exists(command[1:]):
                prepared.said[" ".join(command[1:])] = prepared.manage(*command[1:])
        yield prepared


def _exists(command: list[str]) -> bool:
    return next(word for word in command if not word.startswith("--")) in get_commands()


@pytest.fixture(scope="module")
def services(stack):
    with production.running_stack(stack) as started:
        yield started


@pytest.fixture(scope="module")
def made(stack):
    """Three people with a second factor and a report; the secrets of the factors, the report's id."""
    done = stack.manage("shell", "--verbosity", "0", "-c", PEOPLE)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def visitor(stack, services) -> Visitor:
    return Visitor(stack)


def sign_in(visitor: Visitor, made, name: str) -> Visitor:
    visitor.get("/accounts/login/")
    visitor.post("/accounts/login/", login=f"{name}@ots.int", password=PASSWORD)
    answer = visitor.post("/accounts/2fa/authenticate/", code=_code(made[name]))
    assert answer.status == 302, answer.text
    return visitor


def _code(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


# ── before the first start ──────────────────────────────────────────────────────────────────────


def test_the_documented_commands_succeed(stack):
    failed = {line: done.stderr for line, done in stack.said.items() if done.returncode}

    assert (failed, len(stack.said) >= 5) == ({}, True)


def test_check_deploy_is_clean_with_the_example_filled_in(stack):
    done = stack.manage("check", "--deploy", "--fail-level", "WARNING")

    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "System check identified no issues (0 silenced).\n",
        "",
    )


def test_the_example_as_it_is_starts_nothing(stack):
    place = stack.places.folder / "etc" / "environment"
    filled = place.read_text("utf-8")
    example = (production.FILES / "environment.example").read_text("utf-8")
    try:
        place.write_text(stack.places.rendered(example), "utf-8")
        done = stack.manage("check", "--deploy")
    finally:
        place.write_text(filled, "utf-8")

    assert (done.returncode, "Set OTS_SECRET_KEY" in done.stderr) == (1, True)


def test_the_portals_role_adds_and_reads_what_is_written_once_and_no_more(stack, made):
    table = AuditEntry._meta.db_table
    answers = []
    for statement in ("SELECT 1 FROM", "UPDATE", "DELETE FROM", "TRUNCATE", "DROP TABLE"):
        more = " SET kind = 'forged'" if statement == "UPDATE" else ""
        with psycopg2.connect(stack.environment["OTS_DATABASE_URL"]) as connection:
            try:
                connection.cursor().execute(f"{statement} {table}{more}")
                answers.append("done")
            except psycopg2.errors.InsufficientPrivilege:
                answers.append("refused")
        connection.close()

    assert answers == ["done", "refused", "refused", "refused", "refused"]


# ── the files ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("unit", UNITS)
def test_every_service_is_shut_in(unit):
    service = read_unit(unit)
    wanted = {
        "User": "ots",
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "PrivateTmp": "yes",
        "PrivateDevices": "yes",
        "CapabilityBoundingSet": "",
        "SystemCallFilter": "@system-service",
    }

    assert {name: service[name][-1] for name in wanted} == wanted
    assert service["MemoryMax"][-1].endswith(("M", "G"))


def test_systemd_reads_the_units_without_a_complaint(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed: sudo apt-get install -y systemd")
    folder = tmp_path / "units"
    shutil.copytree(production.FILES, folder)
    for unit in UNITS:  # the programs lie elsewhere here
        path = folder / f"{unit}.service"
        text = path.read_text("utf-8").replace("/opt/ots-portal/.venv/bin/", f"{_programs()}/")
        path.write_text(text, "utf-8")

    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(folder / f"{unit}.service") for unit in UNITS)],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{folder}:", "SYSTEMD_LOG_LEVEL": "warning"},
        capture_output=True,
        text=True,
        check=False,
    )

    ours = [line for line in done.stderr.splitlines() if "ots-" in line]
    assert (ours, done.returncode) == ([], 0), done.stderr


def _programs() -> Path:
    import sys  # noqa: PLC0415 -- only here

    return Path(sys.executable).parent


# ── over HTTPS ──────────────────────────────────────────────────────────────────────────────────


def test_the_sign_in_page_comes_with_strict_headers_and_host_bound_cookies(visitor):
    answer = visitor.get("/accounts/login/")

    assert answer.status == 200, answer.text
    assert (
        answer.headers["Strict-Transport-Security"]
        == "max-age=31536000; includeSubDomains; preload"
    )
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    (csrf,) = answer.cookies
    assert csrf.startswith("__Host-csrf=")
    assert {"Secure", "Path=/"} <= set(csrf.split("; "))
    assert "Domain" not in csrf


def test_who_signs_in_gets_a_host_bound_session(stack, visitor, made):
    visitor.get("/accounts/login/")
    visitor.post("/accounts/login/", login="reporter@ots.int", password=PASSWORD)
    answer = visitor.post("/accounts/2fa/authenticate/", code=_code(made["reporter"]))

    session = next(line for line in answer.cookies if line.startswith("__Host-session="))
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(session.split("; "))
    assert visitor.get("/incidents/").status == 200


def _plainly(port: int, path: str, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def test_plain_http_is_sent_to_https(stack, services):
    answer = _plainly(stack.places.http_port, "/incidents/?q=x", Host=HOST)

    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/incidents/?q=x")


def test_another_name_is_not_answered(stack, services, visitor):
    with pytest.raises(http.client.RemoteDisconnected):
        _plainly(stack.places.http_port, "/", Host="evil.example")
    with pytest.raises(http.client.RemoteDisconnected):
        visitor.get("/", Host="evil.example")


def test_what_is_too_large_is_refused_before_it_reaches_the_portal(visitor):
    answer = visitor.send("POST", "/accounts/login/", b"x" * (24 * 1024 * 1024 + 1))

    assert answer.status == 413


def test_static_files_may_be_kept_for_years_and_come_compressed(visitor):
    page = visitor.get("/accounts/login/").text
    path = page.partition('rel="stylesheet" href="')[2].partition('"')[0]

    answer = visitor.get(path, **{"Accept-Encoding": "br"})

    assert (answer.status, answer.headers["Content-Encoding"]) == (200, "br")
    assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"


def test_a_forged_address_or_token_does_not_open_what_is_the_hosts(stack, visitor):
    token = stack.environment["OTS_METRICS_TOKEN"]
    answers = [
        visitor.get("/readyz", **{"X-Forwarded-For": "127.0.0.1"}),
        visitor.get("/readyz", Authorization=f"Bearer {token}"),
    ]

    assert [json.loads(answer.body).keys() for answer in answers] == [{"status"}, {"status"}]
    figures = visitor.get("/metrics", Authorization=f"Bearer {token}")
    assert (figures.status, figures.body) == (404, visitor.get("/nothing/here").body)


def test_the_host_itself_learns_the_parts_over_loopback(stack, services):
    def parts() -> dict:
        connection = http.client.HTTPConnection("127.0.0.1", stack.places.web_port, timeout=10)
        connection.request("GET", "/readyz")
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return {name: part["status"] for name, part in answer["parts"].items()}

    wanted = dict.fromkeys(("database", "migrations", "queue", "webhooks", "workers"), "ok")
    servers.wait_until(lambda: parts() == wanted, programs=services, seconds=90)


def _figures(stack) -> dict[str, float]:
    connection = http.client.HTTPConnection("127.0.0.1", stack.places.web_port, timeout=10)
    token = stack.environment["OTS_METRICS_TOKEN"]
    connection.request("GET", "/metrics", headers={"Authorization": f"Bearer {token}"})
    text = connection.getresponse().read().decode()
    connection.close()
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _space, value in lines}


def test_two_processes_serve_and_count_together(stack, services, visitor):
    web = services[0].process
    children = Path(f"/proc/{web.pid}/task/{web.pid}/children").read_text().split()
    name = 'ots_requests_total{method="GET",route="robots",status="200"}'
    before = _figures(stack).get(name, 0)

    for _ in range(12):
        visitor.get("/robots.txt")

    counted = [_figures(stack)[name] - before for _ in range(6)]
    assert (len(children), counted) == (2, [12] * 6)


def test_a_verified_incident_is_told_by_mail_under_tls(stack, visitor, made):
    sign_in(visitor, made, "second")
    before = len(stack.mails.received)

    answer = visitor.post(f"/incidents/{made['incident']}/verify/")

    assert answer.status == 302, answer.text
    servers.wait_until(lambda: len(stack.mails.received) >= before + 1, seconds=60)
    told = [mail for mail in stack.mails.received if "neighbour@ots.int" in mail.recipients]
    assert [mail.sender for mail in told] == ["portal@ots.int"]


def test_a_request_that_is_under_way_is_answered_after_the_stop(stack, services, tmp_path):
    """Its query waits for a table that another session holds; meanwhile the service is told to stop."""
    second = production.Places(tmp_path)
    second.make()
    own = production.Stack(
        second, stack.certificate, stack.mails, stack.owner_database, stack.environment
    )
    web = [own.program("ots-web")]
    with production.running(
        web, folder=production.ROOT, environment=production.outside(), logs=tmp_path / "log"
    ) as (started,):
        servers.wait_until(lambda: production.is_listening(second.web_port), seconds=60)
        call = _SlowCall(second.web_port)
        call.warm_up()
        with psycopg2.connect(stack.owner_database) as holder:
            holder.cursor().execute(f"LOCK TABLE {Minutes._meta.db_table} IN ACCESS EXCLUSIVE MODE")
            call.start()
            time.sleep(0.7)
            os.kill(started.process.pid, signal.SIGTERM)
            time.sleep(0.7)
            is_waiting = call.is_alive()
        holder.close()
        call.join(timeout=20)
        started.process.wait(timeout=30)

    assert (is_waiting, call.status, started.process.returncode) == (True, 200, 0)


class _SlowCall(threading.Thread):
    """GET of the front page, straight from the web server."""

    status = 0

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.port = port

    def warm_up(self) -> None:
        self.run()

    def run(self) -> None:
        headers = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
        self.status = _plainly(self.port, "/", **headers).status


# ── the log ─────────────────────────────────────────────────────────────────────────────────────

TOKEN = "Zq8" + "tokEn" * 8


def test_no_secret_and_no_text_reaches_any_log(stack, services, visitor, made):
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    sign_in(visitor, made, "neighbour")
    stranger = Visitor(stack)
    stranger.get("/accounts/login/")
    asked = [
        stranger.post("/accounts/login/", login="reporter@ots.int", password=PASSWORD + "wrong"),
        stranger.get(f"/accounts/password/reset/key/{TOKEN}/"),
        visitor.get(f"/incidents/?q=deprem&token={TOKEN}"),
        visitor.get(f"/incidents/{made['incident']}/"),
        stranger.get("/api/v1/incidents/?q=deprem", Authorization=f"Bearer {TOKEN}"),
        stranger.get(f"/api/v1/incidents/?access_token={TOKEN}"),
        stranger.send(
            "POST",
            "/oauth/token/",
            f"grant_type=client_credentials&client_id=reporter&client_secret={TOKEN}".encode(),
            **kind,
        ),
        visitor.post("/language/", language="deprem", next="/x?deprem"),
        visitor.get("/documents/harita-gizli.pdf"),
        visitor.get("/%00deprem"),
        visitor.get("/", **{"Accept-Language": "deprem" * 50, "User-Agent": TOKEN}),
        visitor.send("POST", "/", b"deprem", **{"Content-Type": "text/plain"}),
        stranger.get("/", Cookie=f"__Host-session={TOKEN}"),
    ]

    statuses = [answer.status for answer in asked]
    assert statuses == [200, 404, 200, 200, 401, 401, 401, 400, 404, 400, 200, 403, 200]
    servers.wait_until(lambda: stack.log("ots-web").count('"route":"oauth_token"'), seconds=5)
    written = {unit: stack.log(unit) for unit in UNITS}
    written["nginx"] = (stack.places.folder / "log" / "ots-portal.log").read_text("utf-8")
    lines = {
        name: [json.loads(line) for line in text.splitlines()] for name, text in written.items()
    }
    secrets = [
        PASSWORD, "tokEn", "deprem", "harita", "gizli", "@ots.int", "Reporter", "reporter", "__Host",
        stack.environment["OTS_METRICS_TOKEN"], stack.environment["OTS_SECRET_KEY"],
    ]  # fmt: skip
    found = {(name, each) for name, text in written.items() for each in secrets if each in text}

    assert found == set()
    assert any(line.get("kind") == "people.user.sign_in_failed" for line in lines["ots-web"])
    told = {line["request_id"] for line in lines["ots-web"] if line["event"] == "request"}
    through_nginx = {line["request_id"] for line in lines["nginx"]}
    assert len(told & through_nginx) >= len(asked) - 1  # static files aside, one id for both


def test_the_portals_processes_say_nothing_but_json(stack, services):
    for unit in UNITS:
        for line in stack.log(unit).splitlines():
            assert json.loads(line)["event"], line


def test_a_port_in_the_units_is_the_port_in_nginx():
    (line,) = read_unit("ots-web")["ExecStart"]
    site = (production.FILES / "nginx.conf").read_text("utf-8")

    assert ("--host 127.0.0.1 --port 8000" in line, "server 127.0.0.1:8000;" in site) == (
        True,
        True,
    )


def test_a_socket_of_the_web_server_is_open_to_this_host_only(stack, services):
    with socket.create_connection(("127.0.0.1", stack.places.web_port)) as there:
        assert there.getpeername()[0] == "127.0.0.1"
    listening = Path("/proc/net/tcp").read_text().splitlines()
    port = f":{stack.places.web_port:04X}"
    places = {line.split()[1] for line in listening if line.split()[1].endswith(port)}
    assert {place.partition(":")[0] for place in places} == {"0100007F"}
