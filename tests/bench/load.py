"""One client that keeps its connection, and what the server's processes used meanwhile."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles


@dataclass
class Variant:
    """An address to measure; ``twin`` names the ready-made variant it is held against."""

    name: str
    path: str
    headers: dict[str, str]
    twin: str = ""
    goal: float = 0
    queries: int = 0
    rates: list[float] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    size: int = 0

    @property
    def rate(self) -> float:
        return median(self.rates)

    @property
    def p99(self) -> float:
        return quantiles(self.milliseconds, n=100)[-1]


def fetch(port: int, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    names = {name.lower(): value for name, value in answer.getheaders()}
    found = answer.status, names, answer.read()
    connection.close()
    return found


def play(variant: Variant, *, port: int, seconds: float, server: int) -> None:
    """Ask for one address over one kept connection for that long; note rate, times and processor."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    count, used = 0, cpu_seconds(server)
    start = now = time.perf_counter()
    while now - start < seconds:
        connection.request("GET", variant.path, headers=variant.headers)
        answer = connection.getresponse()
        variant.size = len(answer.read())
        assert answer.status in (200, 304), (variant.path, answer.status)
        after = time.perf_counter()
        variant.milliseconds.append((after - now) * 1000)
        now, count = after, count + 1
    connection.close()
    variant.rates.append(count / (now - start))
    variant.cpu.append((cpu_seconds(server) - used) / count * 1000)


def play_together(
    variant: Variant, *, port: int, seconds: float, server: int, clients: int
) -> None:
    """Do the same with several clients at once; the rate is that of all of them together."""
    one = [replace(variant, rates=[], milliseconds=[], cpu=[]) for _ in range(clients)]
    used = cpu_seconds(server)
    with ThreadPoolExecutor(max_workers=clients) as pool:
        for done in [
            pool.submit(play, each, port=port, seconds=seconds, server=server) for each in one
        ]:
            done.result()
    counts = sum(len(each.milliseconds) for each in one)
    variant.size = one[0].size
    variant.rates.append(sum(each.rates[0] for each in one))
    variant.milliseconds += [each for client in one for each in client.milliseconds]
    variant.cpu.append((cpu_seconds(server) - used) / counts * 1000)


def cpu_seconds(server: int) -> float:
    """Return the processor time of the server and its children so far, by Linux's own accounting."""
    ticks = 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            ticks += _ticks(folder, server)
    return ticks / os.sysconf("SC_CLK_TCK")


def _ticks(folder: Path, server: int) -> int:
    try:
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has ended meanwhile
        return 0
    parent, utime, stime = int(fields[1]), int(fields[11]), int(fields[12])
    return utime + stime if server in (parent, int(folder.name)) else 0
