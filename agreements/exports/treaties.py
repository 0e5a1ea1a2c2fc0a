import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from agreements.exports.reservations import PER_STATE, ledger_rows_of, per_state
from agreements.formats.ledger_acts import acts_of
from agreements.formats.ledgers import COLUMNS, ledger_rows
from agreements.models import EntryCalculation, Instrument, LedgerEntry
from agreements.queries.places import places_of
from agreements.queries.treaty import TreatyRow
from agreements.services.calculations import inputs_of

VERIFIER = Path(__file__).with_name("verify_ledger.py")
STATUS_COLUMNS = (
    "participant",
    "code",
    "signed_on",
    "signature",
    "domestic_steps",
    "deposited_on",
    "deposit",
    "enters_into_force_on",
    "withdrawn_on",
    "withdrawal_effective_on",
    *PER_STATE,
)
_MEMBERS = ("ledger.json", "ledger.csv", "verify_ledger.py", "README.txt")
README = """\
The ledger of {title}, as the depositary keeps it.

ledger.json       every entry and notification as it was hashed, with its digest; the rule, and what was
                  calculated from which acts
ledger.csv        the acts that count, as manage.py entry_into_force reads them; below them reservations,
                  objections, declarations, corrections of errors and the registration
verify_ledger.py  checks ledger.json and ledger.csv: python3 verify_ledger.py
                  with a digest that you kept before: python3 verify_ledger.py . DIGEST
"""


def status_data(instrument: Instrument, rows: Iterable[TreatyRow]) -> list[dict[str, Any]]:
    """Return a State per row, days in ISO 8601, None where nothing is known."""
    places = places_of(instrument)
    return [{**_status_of(row), **per_state(row, places)} for row in rows]


def _status_of(row: TreatyRow) -> dict[str, Any]:
    kind = "ad_referendum" if row.is_ad_referendum else "full"
    return {
        "participant": row.participant.name,
        "code": row.participant.pk,
        "signed_on": row.signed_on_date,
        "signature": kind if row.signed_on_date else None,
        "domestic_steps": [f"{step.kind} {step.on_date}" for step in row.domestic_steps],
        "deposited_on": row.deposit.acted_on_date if row.deposit else None,
        "deposit": row.deposit.kind if row.deposit else None,
        "enters_into_force_on": (row.in_force or {}).get("enters_into_force"),
        "withdrawn_on": row.withdrawal.acted_on_date if row.withdrawal else None,
        "withdrawal_effective_on": row.withdrawal.effective_date if row.withdrawal else None,
    }


def status_csv(instrument: Instrument, rows: Iterable[TreatyRow]) -> bytes:
    told = status_data(instrument, rows)
    lines = [[_cell(one[name]) for name in STATUS_COLUMNS] for one in told]
    return _csv(STATUS_COLUMNS, lines)


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(value)
    return "" if value is None else str(value)


def ledger_csv(instrument: Instrument) -> bytes:
    """
    Return the acts as ``manage.py entry_into_force`` reads them, and below them what it passes over.

    That is reservations and what States said to them, declarations, corrections and the registration.
    """
    entries = list(instrument.ledger.select_related("participant").order_by("number"))
    return _ledger_csv(instrument, entries)


def _ledger_csv(instrument: Instrument, entries: Sequence[LedgerEntry]) -> bytes:
    return _csv(COLUMNS, [*ledger_rows(acts_of(instrument, entries)), *ledger_rows_of(entries)])


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    # A spreadsheet takes what begins like this for a formula.
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t")) else cell


def bundle(instrument: Instrument, calculation: EntryCalculation | None) -> bytes:
    """Return the ZIP that a ministry verifies offline."""
    # Read once: an entry that is made meanwhile is in neither file, or the bundle would not be in order.
    entries = list(
        instrument.ledger.select_related("notification", "participant").order_by("number")
    )
    told = {
        "format": "ots-ledger-1",
        "treaty": instrument.code,
        "titles": instrument.titles,
        "entries": [{"body": entry.body, "digest": entry.digest} for entry in entries],
        "notifications": [
            {"body": entry.notification.body, "digest": entry.notification.digest}
            for entry in entries
            if hasattr(entry, "notification")
        ],
        "rule": calculation.rule if calculation else None,
        "calculation": calculation.proof if calculation else None,
        "inputs": inputs_of(calculation) if calculation else "",
        "inputs_digest": calculation.inputs_digest if calculation else "",
        "ledger_number": calculation.ledger_number if calculation else 0,
    }
    contents = (
        json.dumps(told, ensure_ascii=False, indent=1).encode(),
        _ledger_csv(instrument, entries),
        VERIFIER.read_bytes(),
        README.format(title=instrument.titles.get("en", instrument.code)).encode(),
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in zip(_MEMBERS, contents, strict=True):
            archive.writestr(name, content)
    return file.getvalue()
