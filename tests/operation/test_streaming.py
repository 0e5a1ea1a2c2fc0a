"""docs/backup.md, "Streaming for PostgreSQL", as it stands there: the server dies, no committed row does."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings

from tests import servers

ROWS_COUNT = 200
DOCUMENT = Path(settings.BASE_DIR) / "docs" / "backup.md"


class Host:
    """A database host that may die, and a place beside it that keeps what it streams."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"
        self.programs = servers.postgresql_programs()
        self.owner = servers._unprivileged_owner()
        self.port = servers.free_port()
        (folder / "password").write_text("of this test")
        for name in ("archive", "received"):
            (folder / name).mkdir()
        for path in (folder, *folder.iterdir()):
            if self.owner:
                shutil.chown(path, self.owner["user"], self.owner["group"])
        self.environment = {
            **os.environ,
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": "ots",
            "PGPASSWORD": "of this test",
        }
        servers._make_cluster(self.programs, folder, self.owner)

    @property
    def address(self) -> str:
        return f"postgres://ots:of%20this%20test@127.0.0.1:{self.port}/postgres"

    def configure(self, lines: str) -> None:
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(lines.replace("/srv/wal", str(self.folder)))

    @contextmanager
    def running(self):
        command = [str(self.programs / "postgres"), "-D", str(self.data), "-p", str(self.port)]
        command += ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
        with servers.serving(
            command,
            is_ready=lambda: servers._accepts_connections(self.address),
            stop_by=signal.SIGINT,
            cwd=self.folder,
            **self.owner,
        ) as pid:
            yield pid

    def run(self, *command: str) -> None:
        subprocess.run(
            [str(self.programs / command[0]), *command[1:]],
            check=True, capture_output=True, cwd=self.folder, env=self.environment, **self.owner,
        )  # fmt: skip

    @contextmanager
    def receiving(self):
        """Keep a copy of all WAL from now on, as the service on the backup host does."""
        command = ["pg_receivewal", "-D", str(self.folder / "received"), "--slot=portal_stream", "--synchronous"]  # fmt: skip
        receiver = subprocess.Popen(
            [str(self.programs / command[0]), *command[1:]],
            cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self.owner,
        )  # fmt: skip
        try:
            yield
        finally:
            receiver.kill()
            receiver.wait()

    def execute(self, *statements: str) -> list[tuple]:
        with closing(psycopg2.connect(self.address)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []


def settings_in(document: str, *names: str) -> str:
    """Return the lines of those settings as the document tells the operator to write them."""
    found = [re.search(rf"^{name} = .*$", document, re.MULTILINE) for name in names]
    return "\n".join(line.group() for line in found) + "\n"


@pytest.mark.slow
def test_no_committed_row_is_lost_with_the_server_that_streams_its_wal():
    if servers.POSTGRESQL.is_missing:
        pytest.skip(servers.POSTGRESQL.how_to_get_it)
    document = DOCUMENT.read_text("utf-8")
    with tempfile.TemporaryDirectory(prefix="ots-streaming-") as name:
        host = Host(Path(name))
        host.configure(settings_in(document, "wal_level", "archive_mode", "archive_command"))
        host.configure("synchronous_standby_names = 'pg_receivewal'\n")
        base = host.folder / "base"

        with host.running() as pid:
            host.execute("SELECT pg_create_physical_replication_slot('portal_stream')")
            with host.receiving():
                host.run(
                    "pg_basebackup", "-D", str(base), "--wal-method=stream", "--checkpoint=fast"
                )
                host.run("pg_verifybackup", str(base))
                host.execute("CREATE TABLE accepted (number int)")
                for number in range(ROWS_COUNT):
                    host.execute(f"INSERT INTO accepted VALUES ({number})")  # noqa: S608 -- a number
                os.kill(pid, signal.SIGKILL)
        shutil.rmtree(host.data)

        base.rename(host.data)
        for part in (host.folder / "received").glob("*.partial"):
            part.rename(part.with_suffix(""))
        host.configure(settings_in(document, "restore_command", "recovery_target_action"))
        host.configure("archive_mode = off\nsynchronous_standby_names = ''\n")
        (host.data / "recovery.signal").touch()
        with host.running():
            servers.wait_until(lambda: host.execute("SELECT pg_is_in_recovery()") == [(False,)])
            assert host.execute("SELECT count(*) FROM accepted") == [(ROWS_COUNT,)]
