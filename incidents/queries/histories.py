"""
What others than a record's own side read of its history, on its page, in the timeline and on paper.

Nothing unless it stands here: neither that it happened, nor why.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, Value, When

from ots_portal.audit.models import AuditEntry
from ots_portal.participants.models import ParticipantKind
from ots_portal.people.models import User

# How near a reader is to a record.
OUTSIDER, PARTY, OWNER = 0, 1, 2
NOBODY = Q(pk__in=())
EVERYBODY = ~NOBODY


@dataclass(frozen=True)
class History:
    """
    Who reads what of one kind of record.

    ``owners`` read everything; ``parties`` what is open, and why; others what is open, and the reasons of
    ``reasons`` alone. ``own`` is what only the owners read.
    """

    open: tuple[str, ...]
    own: tuple[str, ...]
    owners: Callable[[User], Q]
    parties: Callable[[User], Q] = lambda _reader: NOBODY
    reasons: tuple[str, ...] = ()


def _kinds(prefix: str, *names: str) -> tuple[str, ...]:
    return tuple(f"incidents.{prefix}.{name}" for name in names)


def _of(reader: User, *columns: str) -> Q:
    """Return the records in one of whose columns the reader's own participant stands."""
    found = NOBODY
    if reader.is_national:
        for column in columns:
            found |= Q(**{column: reader.participant_id})
    return found


def _secretariat(reader: User) -> Q:
    return EVERYBODY if reader.is_secretariat else NOBODY


def _requester(reader: User) -> Q:
    """The requester's own people; for a third State, which has nobody here, the secretariat."""
    is_third = Q(participant__kind=ParticipantKind.THIRD)
    return is_third if reader.is_secretariat else _of(reader, "participant")


HISTORIES = {
    "incidents.incident": History(
        open=_kinds(
            "incident",
            "drafted", "entered", "updated", "discarded", "reported", "verified", "rejected", "activated",
            "stabilised", "closed", "reopened", "archived", "merged", "unmerged", "told_apart", "level_raised",
            "level_lowered", "restricted", "opened_to_members", "participant_added", "participant_assists",
            "participant_role_changed", "participant_removed", "neighbours_told", "reference_added",
            "reference_updated", "reference_withdrawn", "reference_removed", "acknowledged",
        ),
        own=_kinds("incident", "opening_proposed", "kept_restricted", "exported"),
        owners=lambda reader: _of(reader, "participant") | _secretariat(reader),
        reasons=_kinds(
            "incident", "rejected", "reopened", "merged", "level_raised", "level_lowered", "opened_to_members"
        ),
    ),
    "incidents.involvement": History(
        open=_kinds("involvement", "updated"), own=(), owners=lambda reader: _of(reader, "participant")
    ),
    "incidents.assistancerequest": History(
        open=_kinds(
            "request",
            "signed", "discarded", "circulated", "suspended", "resumed", "fulfilled", "closed", "withdrawn",
            "uncovered", "partly_covered", "covered", "amended", "acknowledged",
        ),
        own=_kinds("request", "drafted", "updated", "amendment_prepared", "amendment_dropped"),
        owners=_requester,
        reasons=_kinds("request", "suspended", "closed", "withdrawn", "amended"),
    ),
    "incidents.offer": History(
        open=_kinds(
            "offer",
            "submitted", "taken_under_review", "accepted", "accepted_in_part", "accepted_provisionally", "decided",
            "declined", "withdrawn", "rest_withdrawn", "expired", "confirmed",
        ),
        own=_kinds("offer", "drafted", "updated", "signed", "discarded"),
        owners=lambda reader: _of(reader, "participant"),
        parties=lambda reader: _of(reader, "recipient") | _secretariat(reader),
    ),
    "incidents.deployment": History(
        open=_kinds(
            "deployment",
            "planned", "mobilised", "departed", "arrived", "operational", "demobilised", "recalled", "returned",
            "cancelled", "extended", "logged", "updated", "extension_proposed", "extension_declined", "check_done",
            "check_waived", "check_reopened", "manifest_changed", "manifest_taken",
        ),
        own=(),
        owners=lambda reader: _of(reader, "participant", "host") | _secretariat(reader),
    ),
    "incidents.situationreport": History(
        open=_kinds("report", "published", "recalled", "withdrawn", "superseded"),
        own=_kinds("report", "drafted", "updated", "submitted", "sent_back", "discarded"),
        owners=lambda reader: Q(participant=None) if reader.is_secretariat else _of(reader, "participant"),
        reasons=_kinds("report", "withdrawn"),
    ),
    "incidents.alert": History(
        open=_kinds("alert", "issued", "superseded", "cancelled", "expired"),
        own=_kinds("alert", "drafted", "updated", "approved", "sent_back", "discarded"),
        owners=lambda reader: _of(reader, "participant") | _secretariat(reader),
    ),
    "incidents.receivedalert": History(
        open=_kinds(
            "received_alert",
            "accepted", "quarantined", "released", "ignored", "linked", "unlinked", "superseded", "cancelled",
            "expired", "acknowledged", "objected", "refused",
        ),
        own=(),
        owners=lambda reader: _secretariat(reader) | _of(reader, "received_by__participant"),
    ),
    "incidents.afteractionreview": History(
        open=_kinds(
            "review", "updated", "finding_added", "finding_removed", "published", "recalled", "reopened",
            "reminded",
        ),
        own=(),
        owners=_secretariat,
        reasons=_kinds("review", "reopened"),
    ),
    "incidents.recommendation": History(
        open=_kinds("recommendation", "added", "reported_done", "sent_back", "closed", "reminded"),
        own=(),
        owners=lambda reader: _of(reader, "participant") | _secretariat(reader),
        reasons=_kinds("recommendation", "sent_back"),
    ),
}  # fmt: skip


def hidden(label: str) -> tuple[str, ...]:
    """Return the kinds of entries that only the owners of such a record read."""
    return HISTORIES[label].own


def nearness(label: str, reader: User) -> Case:
    """Return the expression for how near the reader is to each record."""
    history = HISTORIES[label]
    return Case(
        When(history.owners(reader), then=Value(OWNER)),
        When(history.parties(reader), then=Value(PARTY)),
        default=Value(OUTSIDER),
        output_field=IntegerField(),
    )


def shows_reason(entry: AuditEntry, *, nearness: int) -> bool:
    history = HISTORIES.get(entry.subject_type)
    return nearness >= PARTY or (history is not None and entry.kind in history.reasons)


def about(label: str, keys: list[str], *, nearness: int) -> Q:
    """Return the entries about records of one kind that a reader so near to them reads."""
    found = Q(subject_type=label, subject_id__in=keys)
    return found if nearness == OWNER else found & Q(kind__in=HISTORIES[label].open)
