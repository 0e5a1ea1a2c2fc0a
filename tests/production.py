"""
The production stack as docs/production describes it, on free ports and in a folder of the test.

Everything is read from those files: where they drift from what works, the test that uses this fails.
Left out are only the account `ots` and the sandbox, which need systemd.
"""

import http.client
import os
import re
import shlex
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg2
from django.conf import settings

from ots_portal.operation.processes import Program, Running, running
from tests.servers import (
    Certificate,
    SmtpSink,
    free_port,
    make_certificate,
    nginx_program,
    postgresql_cluster,
    postgresql_programs,
    redis_server,
    serving,
    smtp_sink,
    wait_until,
)

ROOT = Path(settings.BASE_DIR)
FILES = ROOT / "docs" / "production"
UNITS = ("ots-web", "ots-worker", "ots-alerts", "ots-webhooks", "ots-jobs", "ots-beat")
HOST = "portal.test"
MAIL_PASSWORD = "p@ss/w:rd +%"
DATABASE_PASSWORD = "d@ta/base:%"


# ── reading the files ───────────────────────────────────────────────────────────────────────────
def read_unit(name: str) -> dict[str, list[str]]:
    """Return the [Service] of a unit together with what its drop-in adds: name → values."""
    found: dict[str, list[str]] = {}
    for path in (FILES / "ots-.service.d" / "portal.conf", FILES / f"{name}.service"):
        section = ""
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("["):
                section = line
            elif section == "[Service]" and "=" in line and not line.startswith("#"):
                key, _sign, value = line.partition("=")
                found.setdefault(key, []).append(value)
    return found


def read_environment(path: Path) -> dict[str, str]:
    """Read an EnvironmentFile as systemd does, as far as these files go: single quotes, # lines."""
    lines = [line for line in path.read_text("utf-8").splitlines() if line and line[0] != "#"]
    pairs = [line.partition("=") for line in lines]
    assert all(re.fullmatch("'[^']*'", value) for _name, _sign, value in pairs), lines
    return {name: value[1:-1] for name, _sign, value in pairs}


def commands_of(heading: str, *, program: str = "ots-manage") -> list[list[str]]:
    """Return the lines of that program under a heading of docs/operations.md."""
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    section = text.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return [shlex.split(line) for line in section.splitlines() if line.startswith(f"{program} ")]


# ── the stack ───────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Places:
    """Where this test keeps what the files keep in /etc, /run and /var/lib."""

    folder: Path
    web_port: int = field(default_factory=free_port)
    http_port: int = field(default_factory=free_port)
    https_port: int = field(default_factory=free_port)

    def rendered(self, text: str) -> str:
        """Put the test's places and ports where the file has a host's."""
        replaced = {
            "/opt/ots-portal/.venv/bin/": f"{Path(sys.executable).parent}/",
            "exec runuser --user ots -- .venv/bin/python": f"exec {sys.executable}",
            "/opt/ots-portal": str(ROOT),
            "/etc/ots-portal": str(self.folder / "etc"),
            "/etc/ssl/ots-portal": str(self.folder / "ssl"),
            "/run/ots-web": str(self.folder / "run"),
            "/var/lib/ots-portal": str(self.folder / "state"),
            "/var/log/nginx": str(self.folder / "log"),
            "/var/www": str(self.folder / "www"),
            "127.0.0.1:8000": f"127.0.0.1:{self.web_port}",
            "--port 8000": f"--port {self.web_port}",
            "portal.example.org": HOST,
        }
        for old, new in replaced.items():
            text = text.replace(old, new)
        text = re.sub(r"^\s*listen \[::\].*\n", "", text, flags=re.MULTILINE)
        text = re.sub(r"listen 443\b", f"listen 127.0.0.1:{self.https_port}", text)
        return re.sub(r"listen 80\b", f"listen 127.0.0.1:{self.http_port}", text)

    def make(self) -> None:
        for name in ("etc", "ssl", "run", "state", "log", "www"):
            (self.folder / name).mkdir()


@dataclass(frozen=True)
class Stack:
    places: Places
    certificate: Certificate
    mails: SmtpSink
    owner_database: str
    environment: dict[str, str]
    # What the commands before the first start said, by their lines.
    said: dict[str, "subprocess.CompletedProcess[str]"] = field(default_factory=dict)

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the repository's ots-manage."""
        script = self.places.folder / "ots-manage"
        return subprocess.run(
            ["/bin/sh", str(script), *arguments],
            cwd="/",
            env=outside(),
            capture_output=True,
            text=True,
            check=False,
        )

    def program(self, unit: str) -> Program:
        """Return what systemd would start, its environment put before it."""
        service = read_unit(unit)
        (line,) = service["ExecStart"]
        environment = [
            *(f"{name}={value}" for name, value in self.environment.items()),
            *map(self.places.rendered, service.get("Environment", [])),
        ]
        return Program(unit, ["env", *environment, *shlex.split(self.places.rendered(line))])

    def log(self, unit: str) -> str:
        return (self.places.folder / "log" / f"{unit}.log").read_text("utf-8")


def outside(**more: str) -> dict[str, str]:
    """Return an environment like that of a service: none of the caller's."""
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", **more}


@contextmanager
def prepared_stack(folder: Path) -> Iterator[Stack]:
    """Start the servers around the portal, and do what operations.md says before the first start."""
    places = Places(folder)
    places.make()
    certificate = make_certificate(places.folder / "ssl", HOST)
    shutil.copy(certificate.file, places.folder / "ssl" / "fullchain.pem")
    shutil.copy(certificate.key_file, places.folder / "ssl" / "privkey.pem")
    with ExitStack() as servers:
        cluster = servers.enter_context(postgresql_cluster())
        broker = servers.enter_context(redis_server())
        mails = servers.enter_context(
            smtp_sink(starttls=certificate, accounts={"portal": MAIL_PASSWORD})
        )
        make_roles(cluster)
        environment = write_settings(places, cluster=cluster, broker=broker, mails=mails)
        # The authority of the mail server's certificate, as operations.md says.
        environment["SSL_CERT_FILE"] = str(certificate.file)
        yield Stack(places, certificate, mails, database(cluster, "ots_owner"), environment)


def make_roles(cluster: str) -> None:
    """Run roles.sql as PostgreSQL's administrator; then give the roles passwords."""
    programs = postgresql_programs()
    assert programs is not None
    administrator = cluster.rpartition("/")[0] + "/postgres"
    done = subprocess.run(
        [str(programs / "psql"), "--quiet", "--file", str(FILES / "roles.sql"), administrator],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    connection = psycopg2.connect(administrator)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for role in ("ots_owner", "ots_app"):
            cursor.execute(f"ALTER ROLE {role} PASSWORD %s", [DATABASE_PASSWORD])
    connection.close()


def database(cluster: str, role: str) -> str:
    place = cluster.partition("@")[2].partition("/")[0]
    return f"postgres://{role}:{quote(DATABASE_PASSWORD, safe='')}@{place}/ots"


def write_settings(places: Places, *, cluster: str, broker: str, mails: SmtpSink) -> dict[str, str]:
    """Fill in the two files of settings, and put the script beside them; return what was filled in."""
    filled = {
        "OTS_SECRET_KEY": "Zt0q" * 4 + os.urandom(40).hex(),
        "OTS_METRICS_TOKEN": os.urandom(24).hex(),
        "OTS_DATABASE_URL": database(cluster, "ots_app"),
        "OTS_REDIS_URL": broker,
        "OTS_EMAIL_URL": (
            f"smtp+tls://portal:{quote(MAIL_PASSWORD, safe='')}@127.0.0.1:{mails.port}"
        ),
        "OTS_MAIL_FROM": "OTS Emergency Portal <portal@ots.int>",
    }
    example = read_environment(FILES / "environment.example")
    assert set(filled) <= set(example)
    values = {name: places.rendered(value) for name, value in {**example, **filled}.items()}
    owner = {
        name: database(cluster, "ots_owner") for name in read_environment(FILES / "owner.example")
    }
    _write(places.folder / "etc" / "environment", values)
    _write(places.folder / "etc" / "owner", owner)
    script = places.rendered((FILES / "ots-manage").read_text("utf-8"))
    assert "runuser" not in script
    (places.folder / "ots-manage").write_text(script, "utf-8")
    return values


def _write(path: Path, values: Mapping[str, str]) -> None:
    path.write_text("".join(f"{name}='{value}'\n" for name, value in values.items()), "utf-8")


@contextmanager
def running_stack(stack: Stack) -> Iterator[list[Running]]:
    """Start the four services and nginx; give the services once a page is answered through nginx."""
    programs = [stack.program(unit) for unit in UNITS]
    logs = stack.places.folder / "log"
    with running(programs, folder=ROOT, environment=outside(), logs=logs) as services:
        wait_until(lambda: is_listening(stack.places.web_port), programs=services, seconds=60)
        with running_nginx(stack.places):
            yield services


@contextmanager
def running_nginx(places: Places) -> Iterator[int]:
    """Run nginx in the foreground with the repository's site; give its pid."""
    program = nginx_program()
    assert program is not None
    site = places.folder / "site.conf"
    site.write_text(places.rendered((FILES / "nginx.conf").read_text("utf-8")), "utf-8")
    bodies = "".join(
        f"    {kind}_temp_path {places.folder}/nginx-{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = places.folder / "nginx.conf"
    main.write_text(
        f"pid {places.folder}/nginx.pid;\ndaemon off;\nworker_processes 1;\n{'user root;' if os.geteuid() == 0 else ''}\n"
        f"error_log {places.folder}/log/nginx.log;\nevents {{}}\nhttp {{\n{bodies}    include {site};\n}}\n",
        "utf-8",
    )
    command = [program, "-c", str(main), "-p", str(places.folder), "-e", "stderr"]
    with serving(command, is_ready=lambda: is_listening(places.https_port), stop_by=15) as pid:
        yield pid


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


# ── a visitor ───────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def cookies(self) -> list[str]:
        return self.headers.get_all("Set-Cookie") or []


class Visitor:
    """
    A browser's half: one connection a request through nginx, cookies, forms with their token.

    It comes from 127.0.0.2, so that the portal does not take it for the host itself.
    """

    def __init__(self, stack: Stack) -> None:
        self.port = stack.places.https_port
        self.trust = ssl.create_default_context(cafile=str(stack.certificate.file))
        self.cookies: dict[str, str] = {}

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, **headers)

    def post(self, path: str, **fields: Any) -> Answer:
        form = urlencode({"csrfmiddlewaretoken": self.cookies.get("__Host-csrf", ""), **fields})
        kind = "application/x-www-form-urlencoded"
        return self.send("POST", path, form.encode(), **{"Content-Type": kind})

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPSConnection(HOST, self.port, context=self.trust, timeout=30)
        plain = socket.create_connection(
            ("127.0.0.1", self.port), timeout=30, source_address=("127.0.0.2", 0)
        )
        connection.sock = self.trust.wrap_socket(plain, server_hostname=HOST)
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Host": HOST, "Origin": f"https://{HOST}", "Cookie": jar, **headers}
        try:
            connection.request(method, path, body, {name: v for name, v in sent.items() if v})
            found = connection.getresponse()
            answer = Answer(found.status, found.headers, found.read())
        finally:
            connection.close()
        self._keep(answer)
        return answer

    def _keep(self, answer: Answer) -> None:
        for line in answer.cookies:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
