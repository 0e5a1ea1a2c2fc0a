"""Throw-away servers for the tests: each on a free port, in a folder of its own, ended by its own pid."""

import asyncio
import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import psycopg2
import redis
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ots_portal.operation.processes import Running, refuse_dead

START_TIMEOUT_SECONDS = 30
STOP_TIMEOUT_SECONDS = 10
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


# ── what is installed ───────────────────────────────────────────────────────────────────────────
def postgresql_programs() -> Path | None:
    """Return the folder of initdb and postgres; Debian keeps them off the PATH."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: int(path.parts[-3]), default=None)
    return newest.parent if newest else None


def nginx_program() -> str | None:
    """Debian keeps it where only root's PATH leads."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")


def chromium_program() -> str | None:
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


@dataclass(frozen=True)
class Part:
    """A part of the suite that needs a program: how to see that it is there, and how to get it."""

    name: str
    package: str
    find: Callable[[], object]

    @property
    def is_missing(self) -> bool:
        return not self.find()

    @property
    def how_to_get_it(self) -> str:
        return f"{self.name} is not installed: {install_line([self])}"


POSTGRESQL = Part("PostgreSQL", "postgresql", postgresql_programs)
REDIS = Part("Redis", "redis-server", lambda: shutil.which("redis-server"))
CHROMIUM = Part("Chromium", "chromium", chromium_program)
GETTEXT = Part("gettext", "gettext", lambda: shutil.which("msgmerge"))
NGINX = Part("nginx", "nginx-light", nginx_program)
PARTS = (POSTGRESQL, REDIS, CHROMIUM, GETTEXT, NGINX)


def install_line(parts: list[Part]) -> str:
    return "sudo apt-get install -y " + " ".join(part.package for part in parts)


def wait_until(
    happened: Callable[[], object], *, programs: Sequence[Running] = (), seconds: float = 20
) -> None:
    """Return once it has happened; fail when it takes longer, or when one of the programs ends."""
    deadline = time.monotonic() + seconds
    while not happened():
        refuse_dead(programs)
        assert time.monotonic() < deadline, f"did not happen within {seconds} s"
        time.sleep(0.1)


# ── processes ───────────────────────────────────────────────────────────────────────────────────
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(
    command: list[str], *, is_ready: Callable[[], bool], stop_by: int, **options: Any
) -> Iterator[int]:
    """Run a server until the block ends; give its pid once `is_ready` says so."""
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **options,
        )
        try:
            _wait(server, is_ready=is_ready, log=log)
            yield server.pid
        finally:
            _stop(server, stop_by=stop_by)


def _wait(server: subprocess.Popen[bytes], *, is_ready: Callable[[], bool], log: Any) -> None:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        if is_ready():
            return
        time.sleep(0.05)
    log.seek(0)
    message = f"{server.args!r} did not start:\n{log.read().decode(errors='replace')}"
    raise RuntimeError(message)


def _stop(server: subprocess.Popen[bytes], *, stop_by: int) -> None:
    server.send_signal(stop_by)
    with contextlib.suppress(subprocess.TimeoutExpired):
        server.wait(timeout=STOP_TIMEOUT_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()


# ── PostgreSQL ──────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL that can be started and ended; ``address`` is of a database in it, for OTS_DATABASE_URL."""

    address: str
    command: list[str]
    folder: Path
    owner: dict[str, Any]

    @contextmanager
    def running(self, *, stop_by: int = signal.SIGINT) -> Iterator[None]:
        """
        Run it until the block ends.

        :param stop_by: SIGINT does not wait for clients; SIGQUIT breaks off as a crash would
        """
        with serving(
            self.command,
            is_ready=lambda: _accepts_connections(self.address),
            stop_by=stop_by,
            cwd=self.folder,
            **self.owner,
        ):
            yield


@contextmanager
def new_cluster(**settings: object) -> Iterator[Cluster]:
    """Make an empty cluster; ``settings`` are PostgreSQL's own, beside those for tests."""
    programs = postgresql_programs()
    assert programs is not None, POSTGRESQL.how_to_get_it
    owner = _unprivileged_owner()
    with tempfile.TemporaryDirectory(prefix="ots-postgresql-") as name:
        folder = Path(name)
        password = secrets.token_hex(16)
        (folder / "password").write_text(password)
        for path in (folder, folder / "password"):
            if owner:
                shutil.chown(path, owner["user"], owner["group"])
        port = free_port()
        _make_cluster(programs, folder, owner)
        command = _postgres_command(programs, folder, port=port, more=settings)
        yield Cluster(
            f"postgres://ots:{password}@127.0.0.1:{port}/postgres", command, folder, owner
        )


@contextmanager
def postgresql_cluster() -> Iterator[str]:
    """Start an empty cluster and give the address of a database in it, as OTS_DATABASE_URL takes it."""
    with new_cluster() as cluster, cluster.running():
        yield cluster.address.removesuffix("postgres") + "ots"


def _unprivileged_owner() -> dict[str, Any]:
    """PostgreSQL refuses to run as root; return what makes subprocess run it as somebody else."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _make_cluster(programs: Path, folder: Path, owner: dict[str, Any]) -> None:
    command = [str(programs / "initdb"), "--pgdata", str(folder / "data"), "--username", "ots"]
    command += ["--pwfile", str(folder / "password"), "--auth", "scram-sha-256", "--no-sync"]
    # Folds the case of every alphabet and is on every Debian; plain C would fold a to z only.
    command += ["--encoding", "UTF8", "--locale", "C.UTF-8"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, **owner)
    if done.returncode:
        message = f"initdb failed:\n{done.stdout}{done.stderr}"
        raise RuntimeError(message)


def _postgres_command(
    programs: Path, folder: Path, *, port: int, more: Mapping[str, object]
) -> list[str]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": folder,
        # The cluster lives as long as the tests: nothing in it must survive a power cut.
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        **more,
    }
    command = [str(programs / "postgres"), "-D", str(folder / "data")]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    return command


def _accepts_connections(address: str) -> bool:
    try:
        psycopg2.connect(address).close()
    except psycopg2.OperationalError:
        return False
    return True


# ── Redis ───────────────────────────────────────────────────────────────────────────────────────
@contextmanager
def redis_server() -> Iterator[str]:
    """Start an empty Redis that keeps nothing on disk, and give its address."""
    with redis_server_with_pid() as (address, _pid):
        yield address


@contextmanager
def redis_server_with_pid(*, port: int | None = None) -> Iterator[tuple[str, int]]:
    """Do the same for a test that ends or stops it; ``port``: where one was before."""
    program = shutil.which("redis-server")
    assert program is not None, REDIS.how_to_get_it
    port = port or free_port()
    with tempfile.TemporaryDirectory(prefix="ots-redis-") as folder:
        command = [program, "--port", str(port), "--bind", "127.0.0.1"]
        command += ["--save", "", "--appendonly", "no", "--dir", folder]
        address = f"redis://127.0.0.1:{port}/0"
        with serving(command, is_ready=lambda: _answers(address), stop_by=signal.SIGTERM) as pid:
            yield address, pid


def _answers(address: str) -> bool:
    with redis.Redis.from_url(address) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False


# ── TLS ─────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Certificate:
    """A certificate for this machine that nobody trusts who was not given its file."""

    file: Path
    key_file: Path

    def context(self) -> ssl.SSLContext:
        """What a server needs to speak TLS with it."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.file, self.key_file)
        return context


def make_certificate(folder: Path, *names: str) -> Certificate:
    """Write a self-signed certificate for 127.0.0.1 and the host names, valid today, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "OTS test")])
    hosts = [x509.IPAddress(ip_address("127.0.0.1")), *map(x509.DNSName, names)]
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate = Certificate(folder / "certificate.pem", folder / "key.pem")
    certificate.file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    certificate.key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate


# ── SMTP ────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Received:
    """A mail as it came over the wire."""

    sender: str
    recipients: list[str]
    message: EmailMessage


class SmtpSink:
    """
    A mail server that keeps what it gets, and refuses when told to.

    ``sink.answer("x@example.org", "451 4.3.0 Later", "250 OK")``: first that, then this; after the
    last one the recipient is accepted.
    """

    def __init__(self, *, accounts: dict[str, str] | None = None) -> None:
        self.accounts = accounts or {}
        self.received: list[Received] = []
        self.answers: dict[str, list[str]] = {}
        # How long it takes over each message.
        self.delay_seconds = 0.0
        # Recipients whose message is taken, but the answer to it is lost with the connection.
        self.dropping: set[str] = set()
        # Recipients on whose message the server falls silent.
        self.hanging: set[str] = set()
        # After so many messages of one connection the server closes it; None: it takes as many as come.
        self.most_per_connection: int | None = None
        # While it shuts down it takes nothing from anybody.
        self.is_closing = False
        self.connection_count = 0
        self.port = free_port()

    @property
    def url(self) -> str:
        """The address as OTS_EMAIL_URL takes it."""
        return f"smtp://127.0.0.1:{self.port}"

    def answer(self, recipient: str, *answers: str) -> None:
        self.answers[recipient] = list(answers)

    async def handle_EHLO(  # noqa: N802 -- aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connection_count += 1
        session.host_name = hostname
        session.taken_count = 0
        return responses

    async def handle_MAIL(  # noqa: N802 -- as above
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.is_closing or session.taken_count == self.most_per_connection:
            return "421 4.3.2 Service shutting down"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 -- as above
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        waiting = self.answers.get(address)
        answer = waiting.pop(0) if waiting else "250 OK"
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 -- as above
        if self.hanging.intersection(envelope.rcpt_tos):
            await asyncio.sleep(3600)
        await asyncio.sleep(self.delay_seconds)
        message = message_from_bytes(envelope.content, policy=policy.default)
        session.taken_count += 1
        self.received.append(Received(envelope.mail_from, list(envelope.rcpt_tos), message))
        if dropped := self.dropping.intersection(envelope.rcpt_tos):
            self.dropping -= dropped
            server.transport.abort()
        return "250 Message accepted for delivery"

    def let_in(
        self, server: Any, session: Any, envelope: Any, mechanism: str, shown: Any
    ) -> AuthResult:
        known = self.accounts.get(shown.login.decode()) == shown.password.decode()
        return AuthResult(success=known)


@contextmanager
def smtp_sink(
    *,
    starttls: "Certificate | None" = None,
    tls: "Certificate | None" = None,
    accounts: dict[str, str] | None = None,
) -> Iterator[SmtpSink]:
    """
    Start a mail server; in clear, or with a certificate.

    :param starttls: takes mail only after STARTTLS
    :param tls: speaks TLS from the first byte
    :param accounts: with `starttls`: who may send, with their passwords; by default everybody
    """
    sink = SmtpSink(accounts=accounts)
    more: dict[str, Any] = {}
    if starttls:
        more |= {"tls_context": starttls.context(), "require_starttls": True}
    if accounts:
        more |= {"authenticator": sink.let_in, "auth_required": True}
    controller = Controller(
        sink,
        hostname="127.0.0.1",
        port=sink.port,
        ssl_context=tls.context() if tls else None,
        **more,
    )
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
