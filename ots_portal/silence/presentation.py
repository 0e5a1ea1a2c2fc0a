"""What the pages of the silence procedure show: values made ready, so that templates neither query nor compute."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from ots_portal import plugs
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.queries import history_of, names_of_actors
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.silence import queries, rules
from ots_portal.silence.advice import is_weekend
from ots_portal.silence.models import SilenceProcedure
from ots_portal.silence.statuses import TONES, ProcedureStatus
from ots_portal.texts import fold

STARTED = "silence.procedure.started"
INBOX = "inbox"
HISTORY_WORDS: dict[str, str | Promise] = {
    "silence.procedure.started": pgettext_lazy("silence procedure", "Put under silence"),
    "silence.procedure.reminded": pgettext_lazy("silence procedure", "Reminded of the end"),
    "silence.procedure.broken": pgettext_lazy("silence procedure", "Broken"),
    "silence.procedure.adopted": pgettext_lazy("silence procedure", "Adopted, as nobody objected"),
    "silence.procedure.withdrawn": pgettext_lazy("silence procedure", "Withdrawn"),
}
TONES_OF_HISTORY = {
    "silence.procedure.broken": "severe",
    "silence.procedure.adopted": "good",
}


@dataclass(frozen=True)
class Row:
    """A line of the list; ``left`` says how long it still lasts, "" once it has ended."""

    url: str
    title: str
    kind: plugs.Text
    expires_at: datetime
    left: str
    status: plugs.Text
    tone: str


@dataclass(frozen=True)
class Capital:
    """A clock by which the instant is shown; ``is_weekend`` in the capital of somebody who is asked."""

    place: str
    zone: str
    is_weekend: bool


@dataclass(frozen=True)
class PersonTold:
    name: str
    role: str
    told_at: datetime | None
    read_at: datetime | None


@dataclass(frozen=True)
class Delivered:
    """That a delegation was told: when first, how many people, by mail too, and how many opened it."""

    participant: Participant
    first_told_at: datetime | None
    told_count: int
    mailed_count: int
    opened_count: int
    people: Sequence[PersonTold]


@dataclass(frozen=True)
class HistoryLine:
    at: datetime
    title: str | Promise
    actor: str
    text: str = ""
    tone: str = "info"


def kind_of(procedure: SilenceProcedure) -> plugs.Text:
    """Return what is under silence, in a word; its label where its app does not say it any more."""
    plug = plugs.silent_subjects.get(procedure.subject_type)
    return plug.title if plug else procedure.subject_type


def rows(procedures: Sequence[SilenceProcedure], *, at: datetime) -> list[Row]:
    return [
        Row(
            procedure.get_absolute_url(),
            procedure.title,
            kind_of(procedure),
            procedure.expires_at,
            left_text(procedure.expires_at, at=at) if procedure.is_running else "",
            *status_words(procedure, at=at),
        )
        for procedure in procedures
    ]


def status_words(procedure: SilenceProcedure, *, at: datetime) -> tuple[plugs.Text, str]:
    """Return the status and its tone; of one whose time is over, that its result is being written."""
    if procedure.is_running and procedure.is_over_at(at):
        return gettext_lazy("Time is over"), "neutral"
    return procedure.get_status_display(), TONES[ProcedureStatus(procedure.status)]


def left_text(expires_at: datetime, *, at: datetime) -> str:
    """Return "2 days, 4 hours": the two largest parts of the time that is left, cut to whole minutes."""
    minutes = (expires_at - at) // timedelta(minutes=1)
    if expires_at <= at:
        return _("The time is over")
    if not minutes:
        return _("less than a minute")
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [
        (days, ngettext("%(count)s day", "%(count)s days", days)),
        (hours, ngettext("%(count)s hour", "%(count)s hours", hours)),
        (minutes, ngettext("%(count)s minute", "%(count)s minutes", minutes)),
    ]
    words = [text % {"count": count} for count, text in parts if count]
    return ", ".join(words[:2])


# ── one procedure ───────────────────────────────────────────────────────────────────────────────
def whole(procedure: SilenceProcedure, *, reader: User, at: datetime) -> dict[str, Any]:
    """Return everything the page of one procedure shows to this reader."""
    asked = by_name(procedure.participants.all())
    subject = queries.subject_for(reader, procedure)
    status, tone = status_words(procedure, at=at)
    may_act = procedure.is_running and not procedure.is_over_at(at)
    entries = list(history_of(procedure))
    return {
        "procedure": procedure,
        "kind": kind_of(procedure),
        "subject_url": address_of(subject),
        "status": status,
        "tone": tone,
        "asked": asked,
        "capitals": capitals(procedure.expires_at, asked, act_zone=procedure.time_zone),
        "objections": procedure.objections.all(),
        "may_object": rules.may_object_to(reader, procedure) if may_act else None,
        "may_withdraw": rules.may_withdraw(reader, procedure) if may_act else None,
        "is_asked": any(one.pk == reader.participant_id for one in asked) and reader.is_national,
        "delivered": delivered(entries, asked, reader=reader),
        "history": history(entries),
        **clock(procedure, at=at),
    }


def clock(procedure: SilenceProcedure, *, at: datetime) -> dict[str, Any]:
    """Return what the part shows that asks again: how long it still lasts, and what came of it."""
    return {
        "procedure": procedure,
        "is_over": procedure.is_over_at(at),
        "left": left_text(procedure.expires_at, at=at),
        "objections": procedure.objections.all(),
    }


def address_of(subject: Model | None) -> str:
    """Return the page of what is under silence; "" where the reader has none."""
    address = getattr(subject, "get_absolute_url", None)
    return str(address()) if address else ""


def by_name(participants: Iterable[Participant]) -> list[Participant]:
    return sorted(participants, key=lambda participant: fold(participant.name))


def capitals(
    moment: datetime, participants: Iterable[Participant], *, act_zone: str = ""
) -> list[Capital]:
    """Return the clocks of all who are asked, of the act, where that is another one, and UTC."""
    found = [
        Capital(one.name, one.time_zone, is_weekend(moment, one.time_zone)) for one in participants
    ]
    if act_zone not in {"", "UTC", *(capital.zone for capital in found)}:
        found.append(Capital(_("By the clock of the act"), act_zone, is_weekend=False))
    return [*found, Capital(_("Everywhere"), "UTC", is_weekend=False)]


# ── proof of delivery ───────────────────────────────────────────────────────────────────────────
def delivered(
    entries: Sequence[AuditEntry], asked: Sequence[Participant], *, reader: User
) -> list[Delivered]:
    """
    Return for each participant who may break it, when and how its people were told that it began.

    Names are shown to the secretariat, and of the own people.
    """
    keys = [entry.pk for entry in entries if entry.kind == STARTED]
    tellings = [one for tell in plugs.tellings for one in tell(keys)]
    return [
        _delivered(
            participant,
            [one for one in tellings if one.person.participant_id == participant.pk],
            names=reader.is_secretariat or reader.serves(participant.pk),
        )
        for participant in asked
    ]


def _delivered(
    participant: Participant, tellings: Sequence[plugs.Telling], *, names: bool
) -> Delivered:
    items = [one for one in tellings if one.channel == INBOX]
    moments = [one.told_at for one in tellings if one.told_at]
    return Delivered(
        participant,
        min(moments, default=None),
        told_count=len(items),
        mailed_count=sum(one.told_at is not None for one in tellings if one.channel != INBOX),
        opened_count=sum(one.read_at is not None for one in items),
        people=[_person_told(one) for one in items] if names else [],
    )


def _person_told(item: plugs.Telling) -> PersonTold:
    return PersonTold(item.person.name, item.person.get_role_display(), item.told_at, item.read_at)


def history(entries: Sequence[AuditEntry]) -> list[HistoryLine]:
    """Return what happened to it, newest first."""
    known = [entry for entry in entries if entry.kind in HISTORY_WORDS]
    names = names_of_actors(known)
    return [
        HistoryLine(
            entry.recorded_at,
            HISTORY_WORDS[entry.kind],
            str(names.get(entry.actor_id, "")) if entry.actor_id else _("The portal"),
            tone=TONES_OF_HISTORY.get(entry.kind, "info"),
        )
        for entry in reversed(known)
    ]
