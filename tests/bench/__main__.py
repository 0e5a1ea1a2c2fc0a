"""
``make bench``: the list of incidents, page and API, against the same bytes ready-made; the audit's check.

    make bench ARGS="--rows 100000 --rounds 5 --seconds 2"

Nothing is asserted: the goal stands beside each figure. Quote the ratios, never the seconds.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from tests import servers
from tests.bench.load import Variant, fetch, play, play_together

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "var" / "bench.json"
API = "/api/v1/incidents/?limit=50"


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="ots-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        engine = _environment(folder, stack)
        session, token, minutes = _prepare(options.rows)
        with _server(folder) as (port, pid):
            variants = _variants(port, folder, session=session, token=token)
            variants += _of_meetings(port, folder, minutes)
            for variant in variants:
                play(variant, port=port, seconds=0.5, server=pid)  # warm up
                variant.rates, variant.milliseconds, variant.cpu = [], [], []
            for _round in range(options.rounds):
                for variant in variants:
                    play(variant, port=port, seconds=options.seconds, server=pid)
        _tell(variants, rows=options.rows, engine=engine)
        _tell_of_meetings(variants, folder, options)
        _tell_of_the_audit(options)
        _tell_of_the_search(options)
    return 0


def _tell_of_the_search(options: argparse.Namespace) -> None:
    from tests.bench import search  # noqa: PLC0415 -- app ready

    search.fill()
    search.tell(rounds=options.rounds)


def _tell_of_the_audit(options: argparse.Namespace) -> None:
    from tests.bench import audit  # noqa: PLC0415 -- app ready

    audit.fill(options.entries)
    audit.tell(count=options.entries, rounds=options.rounds)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--entries", type=int, default=100_000, help="of the audit")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0)
    return parser.parse_args()


def _environment(folder: Path, stack: ExitStack) -> str:
    """Start PostgreSQL and Redis where they are installed, and point this process and its children at them."""
    os.environ.update(
        DJANGO_SETTINGS_MODULE="tests.bench.settings",
        OTS_VAR_DIR=str(folder / "var"),
        OTS_BENCH_DIR=str(folder),
        OTS_SECOND_FACTOR_REQUIRED="0",
        OTS_API_RATE="100000000/min",
    )
    used = ["SQLite"]
    if not servers.POSTGRESQL.is_missing:
        address = stack.enter_context(servers.postgresql_cluster())
        # Tests make a database of their own beside the one named; here the cluster's first one serves.
        os.environ["OTS_DATABASE_URL"] = address.rpartition("/")[0] + "/postgres"
        used = ["PostgreSQL"]
    if not servers.REDIS.is_missing:
        os.environ["OTS_REDIS_URL"] = stack.enter_context(servers.redis_server())
        used.append("Redis")
    return ", ".join(used)


def _prepare(rows: int) -> tuple[str, str, tuple[str, str]]:
    import django  # noqa: PLC0415 -- the settings are chosen above

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 -- app ready
    from django.db import connection, connections  # noqa: PLC0415 -- app ready

    from tests.bench import data, meetings  # noqa: PLC0415 -- app ready

    call_command("migrate", verbosity=0)
    call_command("load_reference_data", verbosity=0)
    print(f"Writing {rows} incidents …", flush=True)
    data.fill(rows)
    session, token = data.somebody_signed_in(), data.a_partner_system()
    minutes = meetings.fill()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    connections.close_all()
    return session, token, minutes


@contextmanager
def _server(folder: Path, *, workers: int = 1) -> Iterator[tuple[int, int]]:
    from ots_portal.operation.processes import running, web_server  # noqa: PLC0415 -- app ready

    port = servers.free_port()
    program = web_server(port=port, workers=workers)
    with running([program], folder=ROOT, environment=os.environ, logs=folder / "log") as started:
        servers.wait_until(lambda: _answers(port), programs=started)
        yield port, started[0].process.pid


def _answers(port: int) -> bool:
    try:
        return fetch(port, "/healthz", {})[0] == 200
    except OSError:
        return False


def _variants(port: int, folder: Path, *, session: str, token: str) -> list[Variant]:
    person = {"Cookie": f"sessionid={session}"}
    system = {"Authorization": f"Bearer {token}"}
    _status, _headers, page = fetch(port, "/incidents/", person)
    (folder / "page").write_bytes(page)
    status, headers, body = fetch(port, API, system)
    assert status == 200, body
    (folder / "api").write_bytes(body)
    held = {**system, "If-None-Match": headers["etag"]}
    queries = _queries(session, token)
    return [
        Variant("page, ready-made", "/bench/page/", person),
        Variant("page of 50", "/incidents/", person, "page, ready-made", 0.08, queries["page"]),
        Variant(
            "its rows by htmx",
            "/incidents/",
            {**person, "HX-Request": "true"},
            "page, ready-made",
            0.08,
        ),
        Variant("API, ready-made", "/api/bench/", system),
        Variant("API list of 50", API, system, "API, ready-made", 0.40, queries["api"]),
        Variant("API list, 304", API, held, "API, ready-made", 0.60),
    ]


def _of_meetings(port: int, folder: Path, addresses: tuple[str, str]) -> list[Variant]:
    """A meeting with 12 items, and its published minutes of 13 paragraphs, as visitors read them."""
    meeting, minutes = addresses
    status, _headers, body = fetch(port, minutes, {})
    assert status == 200, body
    (folder / "minutes").write_bytes(body)
    ready = "minutes, ready-made"
    return [
        Variant(ready, "/bench/minutes/", {}),
        Variant("page of a meeting", meeting, {}, ready, queries=_queries_of_a_visitor(meeting)),
        Variant("published minutes", minutes, {}, ready, queries=_queries_of_a_visitor(minutes)),
    ]


def _queries_of_a_visitor(path: str) -> int:
    from django.db import connection  # noqa: PLC0415 -- app ready
    from django.test import Client  # noqa: PLC0415 -- app ready
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 -- app ready

    with CaptureQueriesContext(connection) as caught:
        Client().get(path)
    return len(caught)


def _tell_of_meetings(variants: list[Variant], folder: Path, options: argparse.Namespace) -> None:
    """Play the pages of visitors as Indico's were: two worker processes, as many clients at once."""
    from tests.bench import meetings  # noqa: PLC0415 -- app ready

    print()
    with _server(folder, workers=meetings.WORKERS) as (port, pid):
        for one in variants:
            if one.twin != "minutes, ready-made":
                continue
            page = Variant(one.name, one.path, one.headers)
            for played in range(options.rounds + 1):
                if played == 1:  # the first round warms up
                    page.rates, page.milliseconds, page.cpu = [], [], []
                play_together(
                    page, port=port, seconds=options.seconds, server=pid, clients=meetings.WORKERS
                )
            print(
                f"{page.name}, {meetings.WORKERS} processes and clients: {page.rate:.0f} requests a second,"
                f" {page.rate / meetings.INDICO:.0f} times Indico 3.3 (goal: ≥ 10); {median(page.cpu):.1f} ms of a"
                " processor each."
            )


def _queries(session: str, token: str) -> dict[str, int]:
    """Count the queries of one request of each kind, in this process."""
    from django.db import connection  # noqa: PLC0415 -- app ready
    from django.test import Client  # noqa: PLC0415 -- app ready
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 -- app ready

    client = Client()
    client.cookies["sessionid"] = session
    counts = {}
    for name, path, headers in (
        ("page", "/incidents/", {}),
        ("api", API, {"Authorization": f"Bearer {token}"}),
    ):
        with CaptureQueriesContext(connection) as caught:
            client.get(path, headers=headers)
        counts[name] = len(caught)
    return counts


def _tell(variants: list[Variant], *, rows: int, engine: str) -> None:
    """Print the table, and keep it as JSON."""
    by_name = {variant.name: variant for variant in variants}
    print(f"\n{rows} incidents, {engine}; ratios are medians of rounds played side by side.\n")
    print("| measure | of ready-made | goal | CPU ms | p50 ms | p99 ms | queries | bytes |")
    print("|---|---|---|---|---|---|---|---|")
    kept = []
    for variant in variants:
        pairs = zip(variant.rates, by_name[variant.twin].rates, strict=True) if variant.twin else []
        ratio = median([mine / ready for mine, ready in pairs] or [1.0])
        goal = f"≥ {variant.goal}" if variant.goal else ""
        print(
            f"| {variant.name} | {ratio:.2f} | {goal} | {median(variant.cpu):.2f} |"
            f" {median(variant.milliseconds):.2f} | {variant.p99:.2f} | {variant.queries or ''} | {variant.size} |"
        )
        kept.append(
            {
                "measure": variant.name,
                "ratio": ratio,
                "goal": variant.goal,
                "queries": variant.queries,
            }
        )
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(
        json.dumps({"rows": rows, "engine": engine, "results": kept}, indent=1), "utf-8"
    )


if __name__ == "__main__":
    sys.exit(main())
