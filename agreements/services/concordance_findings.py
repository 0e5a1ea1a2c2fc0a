from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.models import ConcordanceFinding, LanguageText, Provision
from agreements.queries import languages as queries
from agreements.queries.languages import SideRow
from agreements.rules import concordance_findings as rules
from agreements.rules.concordance import Found, Told, check_texts, fingerprint
from agreements.rules.concordance.words import STATE_NAMES
from agreements.services.entering import checked_reason
from agreements.services.translations import hold_written
from agreements.statuses import CONCORDANCE_FINDINGS, CheckKind, ConcordanceStatus
from agreements.vocabularies.languages import SCRIPT_OF, Script
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import require

_take_step = partial(lifecycle.take_step, lifecycle=CONCORDANCE_FINDINGS)
# Of one language: more is no concordance but another text.
MOST_FINDINGS = 2000
# Of both languages together; more is the worker's.
MOST_LETTERS_AT_ONCE = 200_000
_ATTEMPTS = 3
_AT_ONCE = 500


# ── checking ────────────────────────────────────────────────────────────────────────────────────


def is_long_work(language_text: LanguageText) -> bool:
    """Return whether a worker should run the checks."""
    return _letters(queries.version_rows(language_text)) > MOST_LETTERS_AT_ONCE


def _letters(rows: Sequence[SideRow]) -> int:
    return sum(len(cell.text) for row in rows for cell in (row.original, row.cells[0]))


def require_checkable(language_text: LanguageText, *, by: User) -> None:
    """:raises Refused: unless ``rules.may_check``"""
    require(rules.may_check(by, language_text))


def run_checks(language_text: LanguageText, *, by: User, at: datetime) -> LanguageText:
    """
    Hold a language against the original, and keep what differs; what was decided about the same stays.

    :raises Refused: unless ``rules.may_check``
    :raises WrongStatus: once the language is certified or the instrument authenticated, or while the words keep
        changing
    """
    require_checkable(language_text, by=by)
    for _attempt in range(_ATTEMPTS):
        rows = queries.version_rows(language_text)
        # Read outside of the transaction: the checks take a while, and nobody should wait for them.
        found = _found(language_text, rows)
        digest = queries.digest_of(rows, 0)
        if _keep(language_text, found, digest, rows, by=by, at=at):
            return language_text
    raise WrongStatus(
        _("The words keep changing while they are checked. Run the checks once they rest.")
    )


def _found(language_text: LanguageText, rows: Sequence[SideRow]) -> list[Found]:
    original = queries.original_tag(language_text.instrument)
    tags = original, language_text.tag
    here = [_told(row, row.original.heading, row.original.text) for row in rows]
    there = [_told(row, row.cells[0].heading, row.cells[0].text) for row in rows]
    behind = [
        # Of which words it is behind is part of what it is: accepted once, it is no answer to the next change.
        Found(CheckKind.BEHIND, row.provision.key, (row.original.sha256[:_SHORT_HASH],))
        for row in rows
        if row.cells[0].is_behind
    ]
    names = _names(queries.parties())
    return [*behind, *check_texts(here, there, tags=tags, names=names)]


_SHORT_HASH = 12


def _told(row: SideRow, heading: str, text: str) -> Told:
    provision = row.provision
    return Told(provision.key, provision.kind, provision.number, heading, text, row.depth)


def _names(parties: Sequence[Participant]) -> dict[str, dict[str, list[str]]]:
    """Return what each State is called by language version: the directory's names, else those of our table."""
    found: dict[str, dict[str, list[str]]] = {}
    for party in parties:
        said: dict[str, list[str]] = {}
        for names in (party.names, party.official_names):
            for code, name in names.items():
                said.setdefault(code, []).append(name)
        known = STATE_NAMES.get(party.iso2 or "", {})
        for tag in SCRIPT_OF:
            if tag in known and not _is_in_script(said.get(tag, []), SCRIPT_OF[tag]):
                said[tag] = known[tag].split("|")
        found[party.slug] = said
    return found


def _is_in_script(names: Sequence[str], script: str) -> bool:
    """Return whether the directory's names of a language are written in this script of it."""
    letters = "".join(names)
    is_cyrillic = any("а" <= letter.lower() <= "я" for letter in letters)
    return bool(letters) and is_cyrillic == (script == Script.CYRILLIC)


@dataclass(frozen=True)
class _Seen:
    found: Found
    position: int


@transaction.atomic
def _keep(  # noqa: PLR0913 -- what was found, of which words
    language_text: LanguageText,
    found: Sequence[Found],
    digest: str,
    rows: Sequence[SideRow],
    *,
    by: User,
    at: datetime,
) -> bool:
    """Keep what was found; returns False where the words have changed since they were read."""
    hold_written(language_text, at=at)
    if queries.digest_of(queries.version_rows(language_text), 0) != digest:
        return False
    provisions = {row.provision.key: row.provision for row in rows}
    seen = _in_order(found, list(provisions))
    kept = {one.fingerprint: one for one in language_text.findings.all()}
    _settle(kept, seen, at=at)
    new = [
        _finding(language_text, key, one, provisions.get(one.found.key), at=at)
        for key, one in seen.items()
        if key not in kept
    ]
    room = max(0, MOST_FINDINGS - len(kept.keys() & seen.keys()))
    ConcordanceFinding.objects.bulk_create(new[:room], batch_size=_AT_ONCE)
    left_out = len(new[room:])
    checked = {"checked_at": at, "checked_digest": digest, "left_out_count": left_out}
    LanguageText.objects.filter(pk=language_text.pk).update(**checked)
    language_text.refresh_from_db()
    open_count = language_text.findings.filter(status=ConcordanceStatus.OPEN).count() + left_out
    record(
        "agreements.language_text.checked",
        subject=language_text,
        by=by,
        at=at,
        found=len(seen),
        open=open_count,
    )
    return True


def _in_order(found: Sequence[Found], keys: Sequence[str]) -> dict[str, _Seen]:
    """Return each finding once, by its fingerprint, with its place in the order of the text."""
    places = {key: place for place, key in enumerate(keys, start=1)}
    return {fingerprint(one): _Seen(one, places.get(one.key, 0)) for one in found}


def _settle(kept: dict[str, ConcordanceFinding], seen: dict[str, _Seen], *, at: datetime) -> None:
    """Close what is gone, open again what came back, and put the others where they stand now."""
    moved = []
    for key, finding in kept.items():
        if key not in seen:
            if finding.status != ConcordanceStatus.FIXED:
                fix(finding, at=at)
            continue
        if finding.status == ConcordanceStatus.FIXED:
            recur(finding, at=at)
        if finding.position != seen[key].position:
            finding.position = seen[key].position
            moved.append(finding)
    ConcordanceFinding.objects.bulk_update(moved, ["position"], batch_size=_AT_ONCE)


def _finding(
    language_text: LanguageText,
    key: str,
    one: _Seen,
    provision: Provision | None,
    *,
    at: datetime,
) -> ConcordanceFinding:
    details: dict[str, Any] = {
        "original": list(one.found.original),
        "translation": list(one.found.translation),
    }
    return ConcordanceFinding(
        language_text=language_text,
        provision=provision,
        kind=one.found.kind,
        details=details,
        fingerprint=key,
        position=one.position,
        created_at=at,
        updated_at=at,
    )


# ── deciding ────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def accept(
    finding: ConcordanceFinding, *, reason: str, by: User, at: datetime
) -> ConcordanceFinding:
    """
    Say why the two languages may differ here.

    :raises Refused: unless ``rules.may_accept``
    :raises WrongStatus: unless it is open, of a language that is not certified
    :raises ValidationError: without a reason
    """
    require(rules.may_accept(by, finding))
    hold_written(finding.language_text, at=at)
    changes = {"reason": checked_reason(reason), "decided_by": by}
    return _take_step(finding, "accept", by=by, at=at, changes=changes)


@transaction.atomic
def reopen(finding: ConcordanceFinding, *, by: User, at: datetime) -> ConcordanceFinding:
    """
    Take back that a difference is accepted.

    :raises Refused: unless ``rules.may_reopen``
    :raises WrongStatus: unless it is accepted, of a language that is not certified
    """
    require(rules.may_reopen(by, finding))
    hold_written(finding.language_text, at=at)
    return _take_step(finding, "reopen", by=by, at=at, changes={"reason": "", "decided_by": None})


def fix(finding: ConcordanceFinding, *, at: datetime) -> ConcordanceFinding:
    """Close what the checks do not find any more."""
    return _take_step(finding, "fix", by=None, at=at)


def recur(finding: ConcordanceFinding, *, at: datetime) -> ConcordanceFinding:
    """Open again what the checks find once more: the decision about it was about other words."""
    return _take_step(finding, "recur", by=None, at=at, changes={"reason": "", "decided_by": None})
