"""
Verify the ledger of a treaty, with nothing but Python 3.

    python3 verify_ledger.py [FOLDER]

FOLDER holds ledger.json as it came with this file. Ends with 0 when nothing was touched, with 1 and a sentence
otherwise. Keep the last digest of each copy: a ledger that was written anew does not end in it.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def problem_of(bundle: dict[str, Any], kept: str) -> str:
    previous, digests = "", dict[int, str]()
    for number, entry in enumerate(bundle["entries"], start=1):
        told = json.loads(entry["body"])
        if sha256(entry["body"]) != entry["digest"]:
            return f"Entry {number} does not match its digest."
        if told["number"] != number:
            return f"Where entry {number} should stand is entry {told['number']}."
        if told["previous"] != previous:
            return f"Entry {number} does not follow the one before it."
        previous = digests[number] = entry["digest"]
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


def main(arguments: list[str]) -> None:
    folder = Path(arguments[0]) if arguments else Path(__file__).parent
    bundle = json.loads((folder / "ledger.json").read_text("utf-8"))
    if problem := problem_of(bundle, arguments[1] if len(arguments) > 1 else ""):
        sys.exit(problem)
    count, last = (
        len(bundle["entries"]),
        bundle["entries"][-1]["digest"] if bundle["entries"] else "none",
    )
    sys.stdout.write(
        f"{count} entries, {len(bundle['notifications'])} notifications: nothing was touched.\n"
    )
    sys.stdout.write(f"Last digest: {last}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
