"""Everything that changes a circular."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from ots_portal import lifecycle
from ots_portal.audit.queries import history_of
from ots_portal.audit.services import record
from ots_portal.circulars import queries, rules
from ots_portal.circulars.models import Addressee, Circular, Receipt
from ots_portal.circulars.statuses import CIRCULARS, CircularStatus
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.notifications import recall as recalling
from ots_portal.notifications.recipients import recipients_of
from ots_portal.numbering.services import next_number
from ots_portal.participants.models import Participant
from ots_portal.people.models import NATIONAL_ROLES, SECRETARIAT_ROLES, User
from ots_portal.verdicts import Verdict, require

SERIES = "CIRC"
ROLES_WRITTEN_TO = (*NATIONAL_ROLES, *SECRETARIAT_ROLES)


@dataclass(frozen=True)
class Addressed:
    """To whom: these roles, of all participants of these kinds and of these participants (slugs)."""

    roles: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    participants: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Content:
    """What is written. Titles and texts by language; what is empty in a language is left out."""

    titles: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    addressed: Addressed = Addressed()
    needs_receipt: bool = False


# ── the draft ───────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def create(content: Content, *, by: User, at: datetime) -> Circular:
    """
    Begin a circular in the name of the author's authority.

    :raises Refused: unless ``rules.may_create``
    :raises ValidationError: without a title, or when it is addressed to others than the author may write to
    """
    require(rules.may_create(by))
    circular = Circular(
        participant=by.participant, created_by=by, created_at=at, updated_at=at, listed_at=at
    )
    _write(circular, content, by=by)
    _record(circular, "circulars.circular.drafted", by=by, at=at)
    return circular


@transaction.atomic
def update(
    circular: Circular, content: Content, *, by: User, at: datetime, version: int
) -> Circular:
    """
    Save the draft; ``version`` is the one that the person saw.

    :raises Refused: unless ``rules.may_update``
    :raises WrongStatus: once it was issued or discarded
    :raises StaleVersion: when somebody else has saved since
    :raises ValidationError: as ``create``
    """
    _require_now(rules.may_update(by, circular))
    standing = Circular.objects.filter(pk=circular.pk, status=CircularStatus.DRAFT, version=version)
    claimed = standing.update(version=F("version") + 1, updated_at=at)
    circular.refresh_from_db()
    if not claimed:
        if circular.status != CircularStatus.DRAFT:
            raise WrongStatus(lifecycle.wrong_status_sentence(circular))
        raise StaleVersion(circular)
    _write(circular, content, by=by)
    _record(circular, "circulars.circular.updated", by=by, at=at)
    return circular


def _write(circular: Circular, content: Content, *, by: User) -> None:
    circular.titles = _without_blanks(content.titles)
    circular.texts = _without_blanks(content.texts)
    circular.needs_receipt = content.needs_receipt
    if not circular.titles:
        raise ValidationError({"titles": _("Give it a title in one language at least.")})
    circular.clean_fields(exclude={one.name for one in circular._meta.fields} - {"titles", "texts"})
    addressees = _addressees(content.addressed, by=by)
    circular.save()
    circular.addressees.all().delete()
    for one in addressees:
        one.circular = circular
    Addressee.objects.bulk_create(addressees)


def _without_blanks(texts: Mapping[str, str]) -> dict[str, str]:
    return {language: text.strip() for language, text in texts.items() if text.strip()}


def _addressees(addressed: Addressed, *, by: User) -> list[Addressee]:
    """Return unsaved rows, one for each role of each kind and participant."""
    written_to = set(queries.those_written_to(by).values_list("pk", flat=True))
    kinds = set(queries.KINDS_WRITTEN_TO) if by.is_secretariat else set()
    if addressed.participants - written_to or addressed.kinds - kinds:
        sentence = _(
            "You can write to your own people only, or as the secretariat to participants."
        )
        raise ValidationError({"participants": sentence})
    if addressed.roles - set(ROLES_WRITTEN_TO):
        raise ValidationError({"roles": _("Circulars are not addressed to this role.")})
    roles = sorted(addressed.roles)
    of_kinds = [
        Addressee(kind=kind, role=role) for kind, role in product(sorted(addressed.kinds), roles)
    ]
    of_participants = [
        Addressee(participant_id=slug, role=role)
        for slug, role in product(sorted(addressed.participants), roles)
    ]
    return [*of_kinds, *of_participants]


def addressed_of(circular: Circular) -> Addressed:
    """Return to whom it is addressed, as it was entered."""
    rows = list(circular.addressees.all())
    return Addressed(
        roles=frozenset(row.role for row in rows),
        kinds=frozenset(row.kind for row in rows if row.kind),
        participants=frozenset(row.participant_id for row in rows if row.participant_id),
    )


def discard(circular: Circular, *, by: User, at: datetime) -> Circular:
    """
    Give up a draft; it stays where its authors find it.

    :raises Refused: unless ``rules.may_discard``
    :raises WrongStatus: unless it is a draft
    """
    require(rules.may_discard(by, circular))
    return _take_step(circular, "discard", by=by, at=at)


# ── out into the world ──────────────────────────────────────────────────────────────────────────
@transaction.atomic
def issue(
    circular: Circular,
    *,
    by: User,
    at: datetime,
    version: int | None = None,
    recipient_count: int | None = None,
) -> Circular:
    """
    Issue the circular with the next number of its authority; people are told after PORTAL_RECALL_SECONDS.

    ``version`` is the one that the head has read; None: whatever stands. ``recipient_count`` is how many
    people the head knows it to reach: needed where they are more than PORTAL_CIRCULAR_CONFIRM_ABOVE, and
    wherever it is given it must be right.

    :raises Refused: unless ``rules.may_issue``
    :raises WrongStatus: unless it is a draft with words and recipients
    :raises StaleVersion: when it was changed since
    :raises ValidationError: when the number of recipients is another one, or missing
    """
    require(rules.may_issue(by, circular))
    # Whoever edits it at this moment waits, and finds it issued.
    Circular.objects.select_for_update(of=("self",), no_key=True).get(pk=circular.pk)
    circular.refresh_from_db()
    if circular.status != CircularStatus.DRAFT:
        raise WrongStatus(lifecycle.wrong_status_sentence(circular))
    if version not in (None, circular.version):
        raise StaleVersion(circular)
    _require_now(rules.ready_to_issue(circular))
    count = _checked_count(circular, recipient_count, by=by, at=at)
    number = next_number(series_of(circular.participant), year=at.year)
    issued = _take_step(
        circular, "issue", by=by, at=at,
        changes={"number": number, "issued_at": at, "issued_by": by, "listed_at": at},
        number=number, recipient_count=count, sha256=digest_of(circular),
    )  # fmt: skip
    issued.issue_entry = history_of(issued).get(kind=rules.ISSUED_KIND)
    issued.save()
    return issued


def reach_of(circular: Circular, *, by: User, at: datetime) -> int:
    """Return how many people would be told if this head issued it now."""
    return recipients_of(rules.ISSUED_KIND, circular, by=by, at=at).count


def _checked_count(circular: Circular, expected: int | None, *, by: User, at: datetime) -> int:
    count = reach_of(circular, by=by, at=at)
    if not count:
        raise WrongStatus(
            _("Nobody would be told: no active person has a role it is addressed to.")
        )
    if expected is None and count <= settings.PORTAL_CIRCULAR_CONFIRM_ABOVE:
        return count
    if expected != count:
        sentence = _("It will reach %(count)s people. Type this number to confirm it.")
        raise ValidationError({"recipient_count": sentence % {"count": count}})
    return count


def series_of(participant: Participant) -> str:
    """Return the series of numbers: "CIRC" of the secretariat, "CIRC-TUR" of Türkiye's own letters."""
    if participant.kind == "secretariat":
        return SERIES
    return f"{SERIES}-{(participant.iso3 or participant.slug).upper()}"[:20]


@transaction.atomic
def recall(circular: Circular, *, by: User, at: datetime) -> Circular:
    """
    Take back a circular that was issued a moment ago: nobody is told, nobody reads it; its number stays.

    :raises Refused: unless ``rules.may_recall``
    :raises WrongStatus: once people are being told
    """
    _require_now(rules.may_recall(by, circular))
    recalling.stop(circular, rules.ISSUED_KIND, by=by, at=at)
    return _take_step(circular, "recall", by=by, at=at)


@transaction.atomic
def confirm(circular: Circular, *, by: User, at: datetime) -> Circular:
    """
    Confirm that the circular has arrived; a second time changes nothing.

    :raises Refused: unless ``rules.may_confirm``
    :raises WrongStatus: where it asks for no receipt
    """
    _require_now(rules.may_confirm(by, circular))
    _receipt, is_new = Receipt.objects.get_or_create(
        circular=circular,
        person=by,
        defaults={"participant": by.participant, "confirmed_at": at},
    )
    if is_new:
        record("circulars.circular.confirmed", subject=circular, by=by, at=at)
    return circular


def digest_of(circular: Circular) -> str:
    """Return the SHA-256 of what the circular says, as canonical JSON."""
    said = {"titles": circular.titles, "texts": circular.texts}
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _take_step(
    circular: Circular,
    verb: str,
    *,
    by: User,
    at: datetime,
    changes: dict[str, Any] | None = None,
    **data: Any,
) -> Circular:
    return lifecycle.take_step(
        circular, verb, lifecycle=CIRCULARS, by=by, at=at, participant=circular.participant_id,
        changes=changes, **data,
    )  # fmt: skip


def _record(circular: Circular, kind: str, *, by: User, at: datetime) -> None:
    """The audit keeps a digest of a draft, never its text."""
    record(
        kind, subject=circular, by=by, at=at, participant=circular.participant_id,
        sha256=digest_of(circular), languages=sorted(circular.titles),
    )  # fmt: skip


def _require_now(verdict: Verdict) -> None:
    """
    Go on only when the verdict allows it; tell "not you" from "not now".

    :raises Refused: when this person may not
    :raises WrongStatus: when nobody may, as things stand
    """
    if verdict.code in ("wrong_status", rules.NOT_READY):
        raise WrongStatus(str(verdict.reason))
    require(verdict)
