import csv
import io
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as project
from django.urls import reverse

from ots_portal import paging
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.services import record, seal
from ots_portal.clock import database_now
from ots_portal.notifications.models import Delivery
from ots_portal.notifications.services import work_through
from ots_portal.oversight import services
from ots_portal.oversight.models import Export
from tests.factories.people import UserFactory

EXPORT = reverse("oversight:export")
WHOLE = (
    "6 entries in 2 seals, 0 entries not sealed yet, 0 of the same seals not in this file: "
    "nothing was touched.\n"
)
VERIFIER = Path(project.BASE_DIR) / "docs" / "verify_export.py"


def taken(response):
    return b"".join(response.streaming_content).decode()


def table(response):
    return list(csv.DictReader(io.StringIO(taken(response).removeprefix("\ufeff"), newline="")))


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def verify(path, *arguments):
    return subprocess.run(
        [sys.executable, str(VERIFIER), str(path), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def few(monkeypatch):
    """A mass export begins with the third entry."""
    monkeypatch.setattr(services, "SMALL_EXPORT", 2)


def test_the_table_holds_what_the_filters_leave(as_, auditor, entries):
    response = as_(auditor).post(EXPORT, {"format": "csv", "query": "participant=azerbaijan"})

    rows = table(response)
    assert [(row["kind"], row["actor"], row["seal"], row["position"]) for row in rows] == [
        ("people.user.signed_in", "Editor of B", "1", "4"),
        ("people.user.signed_out", "Editor of B", "1", "5"),
    ]


def test_a_head_takes_out_the_own_participants_only(as_, head_a, entries):
    rows = table(as_(head_a).post(EXPORT, {"format": "csv", "query": "participant=azerbaijan"}))

    assert {row["participant"] for row in rows} == {"turkiye"}


def test_the_file_is_an_attachment_that_nobody_keeps(as_, auditor, entries):
    response = as_(auditor).post(EXPORT, {"format": "csv"})

    assert (
        response["Content-Type"],
        response["Content-Disposition"].startswith('attachment; filename="audit-'),
        response["Cache-Control"],
    ) == ("text/csv; charset=utf-8", True, "no-store, private")


@pytest.mark.parametrize(
    "reason", ['=HYPERLINK("x")', "+1", "-1", "@x", "\t=1", "  =1", "＝1", "|calc", "\r=1"]
)
def test_no_cell_begins_a_formula(as_, auditor, editor_a, now, reason):
    record("incidents.incident.rejected", subject=editor_a, by=editor_a, at=now, reason=reason)

    (row,) = table(as_(auditor).post(EXPORT, {"format": "csv"}))

    assert row["reason"] == f"'{reason}"


def test_separators_quotes_and_lines_are_read_back_equal(as_, auditor, editor_a, now):
    reason = 'He said "no", then;\nleft — ğüşiöç 東'
    record("incidents.incident.rejected", subject=editor_a, by=editor_a, at=now, reason=reason)

    (row,) = table(as_(auditor).post(EXPORT, {"format": "csv"}))

    assert row["reason"] == reason


# ── with digests ────────────────────────────────────────────────────────────────────────────────


def test_an_outsider_can_verify_the_whole_chain(as_, auditor, entries, editor_a, now, tmp_path):
    record("people.user.signed_in", subject=editor_a, by=editor_a, at=now + timedelta(hours=6))
    seal(at=now + timedelta(hours=6))
    path = tmp_path / "audit.jsonl"
    path.write_text(taken(as_(auditor).post(EXPORT, {"format": "jsonl"})), "utf-8")

    answer = verify(path)

    assert (answer.returncode, answer.stdout) == (
        0,
        WHOLE,
    )


def test_a_part_of_the_chain_can_be_verified(as_, head_b, entries, tmp_path):
    path = tmp_path / "audit.jsonl"
    path.write_text(taken(as_(head_b).post(EXPORT, {"format": "jsonl"})), "utf-8")

    assert verify(path).stdout.startswith(
        "2 entries in 1 seals, 0 entries not sealed yet, 3 of the same seals not in this file"
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("It goes on.", "It ended."),
        lambda text: text.replace('"position":1', '"position":2'),
        lambda text: text.replace('"digests":["', '"digests":["0'),
        lambda text: "\n".join(line for line in text.splitlines() if "reopened" not in line),
    ],
    ids=["body", "position", "digests", "missing"],
)
def test_an_outsider_finds_what_was_touched(as_, auditor, entries, tmp_path, change):
    path = tmp_path / "audit.jsonl"
    path.write_text(change(taken(as_(auditor).post(EXPORT, {"format": "jsonl"}))), "utf-8")

    assert verify(path).returncode == 1


def test_an_outsider_compares_with_an_anchor(as_, auditor, entries, tmp_path):
    path = tmp_path / "audit.jsonl"
    text = taken(as_(auditor).post(EXPORT, {"format": "jsonl"}))
    path.write_text(text, "utf-8")
    (block,) = [line for line in lines(text) if "block" in line]

    good = verify(path, "--expect", f"1:{block['digest']}")
    bad = verify(path, "--expect", f"1:{'0' * 64}")

    unknown = verify(path, "--expect", f"2:{block['digest']}")
    assert (good.returncode, bad.returncode, unknown.returncode) == (0, 1, 1)


def test_what_is_not_sealed_yet_is_told_as_such(as_, auditor, editor_a, now):
    record("people.user.signed_in", subject=editor_a, by=editor_a, at=now)

    told = lines(taken(as_(auditor).post(EXPORT, {"format": "jsonl"})))

    assert [line["in"] for line in told if "entry" in line] == [None]


# ── what an export leaves ───────────────────────────────────────────────────────────────────────


def test_an_export_is_recorded_per_participant_without_names(as_, auditor, editor_a, entries):
    as_(auditor).post(EXPORT, {"format": "csv", "query": "person=editor+of+a"})

    entry = AuditEntry.objects.get(kind="oversight.export.taken")
    assert (entry.participant, entry.data) == (
        "turkiye",
        {"entry_count": 3, "format": "csv", "filters": {"people": [str(editor_a.pk)]}},
    )


@pytest.mark.usefixtures("few")
def test_a_mass_export_asks_first_who_is_there(as_, auditor, entries):
    response = as_(auditor, minutes_ago=11).post(EXPORT, {"format": "csv"})

    assert (
        response.status_code,
        "reauthenticate" in response["Location"],
        Export.objects.count(),
    ) == (
        302,
        True,
        0,
    )


def test_a_small_export_asks_nothing(as_, auditor, entries):
    assert as_(auditor, minutes_ago=11).post(EXPORT, {"format": "csv"}).status_code == 200


@pytest.mark.usefixtures("few")
def test_the_heads_hear_of_a_mass_export_of_their_own(
    as_, auditor, head_a, head_b, secretary, entries, now
):
    as_(auditor).post(EXPORT, {"format": "csv"})

    work_through(clock=database_now)

    told = Delivery.objects.filter(entry__kind="oversight.export.taken_in_mass", channel="inbox")
    counts = {one.recipient: one.entry.data["entry_count"] for one in told}
    assert counts == {head_a: 3, head_b: 2}


@pytest.mark.usefixtures("few")
def test_a_head_who_takes_out_the_own_entries_is_not_told_but_the_others_are(
    as_, head_a, turkiye, entries, now
):
    other = UserFactory(participant=turkiye, role="head")
    as_(head_a).post(EXPORT, {"format": "csv"})

    work_through(clock=database_now)

    told = Delivery.objects.filter(entry__kind="oversight.export.taken_in_mass", channel="inbox")
    assert {one.recipient for one in told} == {other}


@pytest.mark.parametrize(
    "sent", [{}, {"format": "xlsx"}, {"format": "csv", "query": "kind=nonsense"}]
)
def test_an_impossible_export_takes_nothing_out(as_, auditor, entries, sent):
    response = as_(auditor).post(EXPORT, sent)

    assert (response.status_code, Export.objects.count()) == (302, 0)


def test_long_exports_are_read_in_chunks(as_, auditor, entries, monkeypatch):
    monkeypatch.setattr(paging.chunks_of, "__kwdefaults__", {"size": 2})

    rows = table(as_(auditor).post(EXPORT, {"format": "csv"}))

    assert [row["entry_id"] for row in rows] == [str(entry.pk) for entry in entries]
