"""
Verify an export of the OTS portal's audit (JSON Lines), with nothing but Python 3.

    python3 verify_export.py audit.jsonl [--expect NUMBER:DIGEST]

Ends with 0 when nothing was touched, with 1 and a sentence otherwise. docs/audit.md describes the format.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def verify(lines: Iterator[str], expected: dict[int, str]) -> str | int:
    head, blocks, previous, entries, unsealed = json.loads(next(lines)), {}, (0, ""), 0, 0
    if head.get("format") != "ots-audit-1":
        return "This is no export of the audit."
    for line in map(json.loads, lines):
        if "block" in line:
            number, digest = line["block"], line["digest"]
            if digest != sha256("\n".join([line["previous"], *line["digests"]])):
                return f"Seal {number} does not match the entries it seals."
            if previous[0] + 1 == number and previous[1] != line["previous"]:
                return f"Seal {number} does not follow the one before it."
            if expected.get(number, digest) != digest:
                return f"Seal {number} is not the one that was written down."
            blocks[number], previous = line["digests"], (number, digest)
            continue
        entries += 1
        digests = blocks.get(line["in"], [])
        if (
            sha256(line["body"]) != line["digest"]
            or json.loads(line["body"])["id"] != line["entry"]
        ):
            return f"Entry {line['entry']} does not match its digest."
        if line["in"] is None:
            unsealed += 1
        elif digests[line["position"] : line["position"] + 1] != [line["digest"]]:
            return f"Entry {line['entry']} is not the one that was sealed."
    if entries != head["entry_count"]:
        return f"{head['entry_count']} entries were exported, {entries} are here."
    if missing := expected.keys() - blocks.keys():
        return f"Seal {min(missing)}, which was written down, is not in this file."
    others = sum(map(len, blocks.values())) - entries + unsealed
    print(
        f"{entries} entries in {len(blocks)} seals, {unsealed} entries not sealed yet, "
        f"{others} of the same seals not in this file: nothing was touched."
    )
    return 0


parser = argparse.ArgumentParser(description="Verify an export of the OTS portal's audit.")
parser.add_argument("file", type=Path)
parser.add_argument("--expect", action="append", default=[], metavar="NUMBER:DIGEST")
options = parser.parse_args()
anchors = {int(text.split(":")[0]): text.split(":")[1] for text in options.expect}
with options.file.open(encoding="utf-8") as export:
    sys.exit(verify(export, anchors))
