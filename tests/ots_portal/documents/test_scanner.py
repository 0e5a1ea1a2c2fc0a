import socket

import pytest
from django.core.checks import run_checks

from ots_portal.documents.scanner import ScannerFailed, scan
from tests.ots_portal.documents.clamd import EICAR, fake_clamd


@pytest.mark.parametrize("place", ["tcp", "unix"])
def test_the_whole_file_is_sent_in_chunks(tmp_path, place):
    with fake_clamd(str(tmp_path / "s") if place == "unix" else "") as clamd:
        verdict = scan(clamd.address, [b"one ", b"", b"two"])

    assert (verdict, clamd.scanned) == ("", [b"one two"])


def test_what_is_found_is_named():
    with fake_clamd() as clamd:
        assert scan(clamd.address, [EICAR[:20], EICAR[20:]]) == "Eicar-Signature"


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (b"stream: \x01 FOUND\0", "?"),
        (b"stream: Win.Test \x1b[31m(2) FOUND\0", "Win.Test [31m(2)"),
        (b"stream: " + b"x" * 300 + b" FOUND\0", "x" * 100),
    ],
)
def test_a_name_that_cannot_be_shown_is_a_find_all_the_same(answer, name):
    with fake_clamd() as clamd:
        clamd.answer = answer

        assert scan(clamd.address, [b"a"]) == name


@pytest.mark.parametrize(
    "answer",
    [
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: Can't allocate memory ERROR\0",
        b"stream: FOUND\0",
        b"stream: ok\0",
        b"OK\0",
        b"\0",
        b"",
        b"\xff" * 10_000,
    ],
)
def test_anything_else_is_no_verdict(answer):
    with fake_clamd() as clamd:
        clamd.answer = answer

        with pytest.raises(ScannerFailed):
            scan(clamd.address, [b"a"])


def test_a_scanner_that_is_not_there_gives_no_verdict(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"clamd://127.0.0.1:{free.getsockname()[1]}"

    for address in (nobody, f"unix://{tmp_path}/nobody"):
        with pytest.raises(ScannerFailed):
            scan(address, [b"a"])


def test_a_scanner_that_hangs_gives_no_verdict(monkeypatch):
    monkeypatch.setattr("ots_portal.documents.scanner.TIMEOUT_SECONDS", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()

        with pytest.raises(ScannerFailed, match="Timeout"):
            scan(f"clamd://127.0.0.1:{silent.getsockname()[1]}", [b"a"])


@pytest.mark.parametrize(
    ("address", "faults"),
    [
        ("", []),
        ("clamd://127.0.0.1:3310", []),
        ("unix:///run/clamav/clamd.ctl", []),
        ("127.0.0.1:3310", ["documents.E001"]),
        ("http://127.0.0.1", ["documents.E001"]),
        ("unix://", ["documents.E001"]),
    ],
)
def test_an_address_that_names_no_scanner_is_found_at_the_start(settings, address, faults):
    settings.PORTAL_SCANNER = address

    assert [found.id for found in run_checks() if found.id.startswith("documents.")] == faults
