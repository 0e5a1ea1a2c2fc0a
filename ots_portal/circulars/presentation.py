"""What the pages of circulars show: values made ready, so that templates neither query nor compute."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ots_portal.audit.queries import history_of, names_of_actors
from ots_portal.circulars import queries, rules
from ots_portal.circulars.models import Circular, Receipt
from ots_portal.circulars.services import addressed_of
from ots_portal.circulars.statuses import CIRCULARS, TONES, CircularStatus
from ots_portal.notifications import recall
from ots_portal.notifications.recall import Window
from ots_portal.notifications.recipients import MOST_NAMED
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.participants.presentation import GROUPS
from ots_portal.people.models import Role, User
from ots_portal.texts import say
from ots_portal.verdicts import Verdict

HISTORY_WORDS = {
    "circulars.circular.drafted": gettext_lazy("Draft begun"),
    "circulars.circular.updated": gettext_lazy("Changed"),
    "circulars.circular.discarded": gettext_lazy("Discarded"),
    "circulars.circular.issued": pgettext_lazy("circular", "Issued"),
    "circulars.circular.recalled": gettext_lazy("Recalled before anybody was told"),
}
STEP_WORDS: dict[str, tuple[str | Promise, str, str | Promise]] = {
    "issue": (gettext_lazy("Issue…"), "primary", ""),
    "discard": (
        gettext_lazy("Discard the draft"),
        "secondary",
        gettext_lazy("A discarded draft does not come back."),
    ),
}


@dataclass(frozen=True)
class Row:
    """A line of the list; ``receipt`` says how it stands with the reader's own, "" where none is wanted."""

    url: str
    number: str
    title: str
    sender: str
    at: datetime
    status: str
    tone: str
    receipt: str
    receipt_tone: str


@dataclass(frozen=True)
class TextVersion:
    code: str
    language: str
    title: str
    text: str


@dataclass(frozen=True)
class StepView:
    verb: str
    url: str
    label: str | Promise
    verdict: Verdict
    tone: str
    confirm: str | Promise


@dataclass(frozen=True)
class ReaderLine:
    """Somebody who was told; ``opened_at``: from the inbox, None where that was not."""

    name: str
    role: str
    opened_at: datetime | None
    confirmed_at: datetime | None


@dataclass(frozen=True)
class ReaderGroup:
    participant: Participant
    count: int
    opened_count: int
    confirmed_count: int
    people: Sequence[ReaderLine]


@dataclass(frozen=True)
class HistoryLine:
    at: datetime
    title: str | Promise
    actor: str
    text: str = ""
    tone: str = "info"


# ── the list ────────────────────────────────────────────────────────────────────────────────────
def rows(circulars: Sequence[Circular], *, reader: User) -> list[Row]:
    """Return the lines of one page of the list, in two more queries however many there are."""
    keys = [circular.pk for circular in circulars]
    given = set(
        queries.receipts_given_by(reader)
        .filter(circular__in=keys)
        .values_list("circular", flat=True)
    )
    asked = set(
        queries.unconfirmed(Circular.objects.filter(pk__in=keys), reader).values_list(
            "pk", flat=True
        )
    )
    return [
        _row(circular, given=circular.pk in given, asked=circular.pk in asked)
        for circular in circulars
    ]


def _row(circular: Circular, *, given: bool, asked: bool) -> Row:
    status = CircularStatus(circular.status)
    return Row(
        url=circular.get_absolute_url(),
        number=circular.number or "—",
        title=circular.title,
        sender=circular.participant.name,
        at=circular.listed_at,
        status=str(status.label),
        tone=TONES[status],
        receipt=_("Confirmed") if given else _("Please confirm") if asked else "",
        receipt_tone="good" if given else "warning",
    )


# ── one circular ────────────────────────────────────────────────────────────────────────────────
def whole(circular: Circular, *, reader: User, at: datetime) -> dict[str, Any]:
    """Return everything the page of one circular shows to this reader."""
    is_own = rules.is_own(reader, circular)
    return {
        "circular": circular,
        "tone": TONES[CircularStatus(circular.status)],
        "versions": versions_of(circular),
        "to": addressees_of(circular),
        "steps": steps_for(circular, reader=reader) if is_own else [],
        "may_update": rules.may_update(reader, circular),
        "recall": recall_of(circular, reader=reader, at=at) if is_own else None,
        "is_own": is_own,
        "history": history(circular) if is_own else [],
        "readers": groups_of_readers(circular) if is_own else [],
        **_receipt(circular, reader),
    }


def _receipt(circular: Circular, reader: User) -> dict[str, Any]:
    if not circular.needs_receipt or circular.status != CircularStatus.ISSUED:
        return {"confirmed_at": None, "may_confirm": False}
    given = circular.receipts.filter(person=reader).first()
    return {
        "confirmed_at": given.confirmed_at if given else None,
        "may_confirm": given is None and bool(rules.may_confirm(reader, circular)),
    }


def versions_of(circular: Circular) -> list[TextVersion]:
    """Return the letter in every language it was written in, the reader's own first."""
    names = dict(settings.LANGUAGES)
    first = say(circular.texts).language or say(circular.titles).language
    codes = sorted({*circular.titles, *circular.texts}, key=lambda code: (code != first, code))
    return [
        TextVersion(
            code,
            names.get(code, code),
            circular.titles.get(code, ""),
            circular.texts.get(code, ""),
        )
        for code in codes
    ]


def addressees_of(circular: Circular) -> dict[str, list[str]]:
    """Return to whom it is addressed in words: ``places`` (kinds, then participants) and ``roles``."""
    addressed = addressed_of(circular)
    named = Participant.objects.filter(pk__in=addressed.participants).order_by("slug")
    kinds = [str(GROUPS[kind]) for kind in ParticipantKind if kind in addressed.kinds]
    return {
        "places": [*kinds, *(participant.name for participant in named)],
        "roles": [str(role.label) for role in Role if role in addressed.roles],
    }


def steps_for(circular: Circular, *, reader: User) -> list[StepView]:
    return [
        _step_view(step.verb, circular, reader)
        for step in CIRCULARS.steps_from(circular.status)
        if step.verb in STEP_WORDS
    ]


def _step_view(verb: str, circular: Circular, reader: User) -> StepView:
    label, tone, confirm = STEP_WORDS[verb]
    verdict = getattr(rules, f"may_{verb}")(reader, circular)
    if verdict and verb == "issue":
        verdict = rules.ready_to_issue(circular)
    url = reverse(f"circulars:{verb}", args=[circular.pk])
    return StepView(verb, url, label, verdict, tone, confirm)


def recall_of(circular: Circular, *, reader: User, at: datetime) -> Window | None:
    """Return how long this reader can recall the circular; None where that cannot be."""
    if circular.status != CircularStatus.ISSUED or not rules.may_recall(reader, circular):
        return None
    return recall.window_of(circular, rules.ISSUED_KIND, at=at)


def groups_of_readers(circular: Circular) -> list[ReaderGroup]:
    """Return who was told, who opened it and who confirmed it, by participant; at most MOST_NAMED by name."""
    if circular.issue_entry_id is None:
        return []
    receipts = queries.receipts_of(circular)
    found: dict[Participant, list[ReaderLine]] = {}
    for item in queries.inbox_items_of(circular):
        line = _reader_line(item.recipient, item.read_at, receipts.pop(item.recipient_id, None))
        found.setdefault(item.recipient.participant, []).append(line)
    # Whoever came into a role later has read it without having been told.
    for receipt in receipts.values():
        line = _reader_line(receipt.person, None, receipt)
        found.setdefault(receipt.person.participant, []).append(line)
    return list(_grouped(found))


def _reader_line(person: User, opened_at: datetime | None, receipt: Receipt | None) -> ReaderLine:
    confirmed_at = receipt.confirmed_at if receipt else None
    return ReaderLine(person.name, str(Role(person.role).label), opened_at, confirmed_at)


def _grouped(found: Mapping[Participant, Sequence[ReaderLine]]) -> Iterable[ReaderGroup]:
    left = MOST_NAMED
    for participant, lines in found.items():
        yield ReaderGroup(
            participant,
            len(lines),
            sum(line.opened_at is not None for line in lines),
            sum(line.confirmed_at is not None for line in lines),
            lines[: max(left, 0)],
        )
        left -= len(lines)


def history(circular: Circular) -> list[HistoryLine]:
    """Return what happened to it, newest first; receipts stand with those who gave them."""
    entries = list(history_of(circular).filter(kind__in=HISTORY_WORDS))
    names = names_of_actors(entries)
    return [
        HistoryLine(
            entry.recorded_at,
            HISTORY_WORDS[entry.kind],
            str(names.get(entry.actor_id, "")) if entry.actor_id else _("The portal"),
        )
        for entry in reversed(entries)
    ]
