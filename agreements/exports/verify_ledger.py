"""
Verify the ledger of a treaty, with nothing but Python 3.

    python3 verify_ledger.py [FOLDER [DIGEST]]

FOLDER holds ledger.json and ledger.csv as they came with this file. Ends with 0 when nothing was touched, with 1 and
a sentence otherwise. Keep the last digest of each copy: a ledger that was written anew does not end in it.
"""

import csv
import hashlib
import json
import sys
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

NO_ACTS = {
    "signature_ad_referendum",
    "withdrawal_revoked",
    "entry_into_force",
    "adoption",
    "authentication",
}
# In the CSV, but nothing is calculated from them.
BESIDE_ACTS = {
    "reservation",
    "reservation_confirmed",
    "reservation_accepted",
    "reservation_established",
    "reservation_not_permitted",
    "reservation_withdrawn",
    "objection",
    "objection_withdrawn",
    "communication",
    "declaration",
    "declaration_withdrawn",
    "correction_proposed",
    "correction_objected",
    "correction_effected",
    "registration_submitted",
    "registration",
    "registration_published",
}
SIGNATURES = {"signature", "signature_ad_referendum", "definitive_signature"}


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def problem_of(bundle: dict[str, Any], kept: str) -> str:
    previous, digests, annulled = "", dict[int, str](), set[int]()
    for number, entry in enumerate(bundle["entries"], start=1):
        told = json.loads(entry["body"])
        if sha256(entry["body"]) != entry["digest"]:
            return f"Entry {number} does not match its digest."
        if told["number"] != number:
            return f"Where entry {number} should stand is entry {told['number']}."
        if told["previous"] != previous:
            return f"Entry {number} does not follow the one before it."
        if (of := told.get("annuls")) is not None and (of not in digests or of in annulled):
            return f"Entry {number} annuls entry {of}, which does not stand before it."
        previous = digests[number] = entry["digest"]
        annulled |= {of} if of else set()
    if kept and kept not in digests.values():
        return "The digest that was kept is not in this ledger."
    return problem_of_notifications(bundle["notifications"], digests)


def problem_of_notifications(notifications: list[dict[str, str]], digests: dict[int, str]) -> str:
    for notification in notifications:
        told = json.loads(notification["body"])
        if sha256(notification["body"]) != notification["digest"]:
            return f"Notification {told['number']} does not match its digest."
        if digests.get(told["entry"]) != told["entry_digest"]:
            return f"Notification {told['number']} is about another entry."
    return ""


def acts_of(entries: list[dict[str, Any]]) -> tuple[list[tuple[str, ...]], set[str]]:
    """Return the acts that have effect (State, kind, day, effective day) and the States whose signature stands."""
    gone = {told["annuls"] for told in entries if "annuls" in told}
    standing = [told for told in entries if told["number"] not in gone and "annuls" not in told]
    gone = {told["details"]["number"] for told in standing if told["kind"] == "withdrawal_revoked"}
    acts = [
        (told["participant"] or "", told["kind"], told["acted_on"], told["effective_on"] or "")
        for told in standing
        if told["kind"] in BESIDE_ACTS
        or (told["participant"] and told["kind"] not in NO_ACTS and told["number"] not in gone)
    ]
    return sorted(acts), {told["participant"] for told in standing if told["kind"] in SIGNATURES}


def differ(rows: Iterable[dict[str, Any]], entries: list[dict[str, Any]]) -> bool:
    """Tell whether acts are others than those of the ledger; signatures by public sources alone are left out."""
    acts, signed = acts_of(entries)
    found = [(row["code"], row["kind"], row["date"], row["effective_date"] or "") for row in rows]
    return acts != sorted(row for row in found if row[1] != "signature" or row[0] in signed)


def problem_of_calculation(  # noqa: PLR0911 -- a sentence for each thing that may be wrong
    bundle: dict[str, Any], entries: list[dict[str, Any]]
) -> str:
    if not bundle["inputs"]:
        return "The calculation has no inputs." if bundle["calculation"] else ""
    inputs, proof, rule = json.loads(bundle["inputs"]), bundle["calculation"], bundle["rule"] or {}
    if sha256(bundle["inputs"]) != bundle["inputs_digest"]:
        return "The inputs of the calculation do not match their digest."
    if inputs["rule"] != rule:
        return "The rule is not the one that was calculated with."
    known_then = entries[: bundle["ledger_number"]]
    if differ(inputs["acts"], [told for told in known_then if told["kind"] not in BESIDE_ACTS]):
        return "The calculation was made from other acts than the ledger's."
    known = {(act["code"], act["kind"], act["date"]) for act in inputs["acts"]}
    if any((act["code"], act["kind"], act["date"]) not in known for act in proof["counted"]):
        return "The calculation counts an act that it was not made from."
    if rule.get("kind") == "nth_deposit_days" and proof["trigger"] and rule.get("months") is None:
        days = sorted(act["date"] for act in proof["counted"])
        day = date.fromisoformat(proof["trigger"]["date"]) + timedelta(days=rule.get("days") or 0)
        if (
            len(days) < rule["n"]
            or proof["trigger"]["date"] not in days
            or day.isoformat() != proof["date"]
        ):
            return "The day of entry into force does not follow from rule and acts."
    for told in entries:
        made = told["details"].get("inputs_digest") if told["kind"] == "entry_into_force" else None
        if made == bundle["inputs_digest"] and told["acted_on"] != proof["date"]:
            return f"Entry {told['number']} has another day than the calculation."
    return ""


def main(arguments: list[str]) -> None:
    folder = Path(arguments[0]) if arguments else Path(__file__).parent
    bundle = json.loads((folder / "ledger.json").read_text("utf-8"))
    problem = problem_of(bundle, arguments[1] if len(arguments) > 1 else "")
    entries = [json.loads(entry["body"]) for entry in bundle["entries"]]
    problem = problem or problem_of_calculation(bundle, entries)
    with (folder / "ledger.csv").open(encoding="utf-8-sig", newline="") as file:
        if not problem and differ(csv.DictReader(file), entries):
            problem = "ledger.csv has other acts than the ledger."
    if problem:
        sys.exit(problem)
    last = bundle["entries"][-1]["digest"] if bundle["entries"] else "none"
    count = f"{len(entries)} entries, {len(bundle['notifications'])} notifications"
    sys.stdout.write(f"{count}: nothing was touched.\nLast digest: {last}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
