"""What the pages of several records show alike: figures, steps, texts in languages, what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from incidents.queries.histories import OUTSIDER, OWNER, PARTY, shows_reason
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.queries import history_of
from ots_portal.people.models import User
from ots_portal.texts import say
from ots_portal.verdicts import Verdict


@dataclass(frozen=True)
class HistoryLine:
    at: datetime
    title: str | Promise
    text: str
    tone: str
    actor: str


@dataclass(frozen=True)
class TextVersion:
    code: str
    language: str
    text: str
    is_readers: bool = True  # in the language this reader reads
    is_authentic: bool = False


@dataclass(frozen=True)
class Figure:
    label: str
    value: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class TrackStep:
    label: str | Promise
    is_done: bool
    is_current: bool


@dataclass(frozen=True)
class StepView:
    """A button: the step, and whether and why not this reader may take it."""

    verb: str
    url: str
    label: str | Promise
    verdict: Verdict
    tone: str
    asks_for_reason: bool
    confirm: str


def texts_of(texts: Mapping[str, str]) -> list[TextVersion]:
    """Return a text in every language it was written in, the reader's own first."""
    names = dict(settings.LANGUAGES)
    first = say(texts).language
    codes = sorted((code for code, text in texts.items() if text), key=lambda code: code != first)
    return [
        TextVersion(code, names.get(code, code), texts[code], is_readers=is_readers_language(code))
        for code in codes
    ]


def is_readers_language(code: str) -> bool:
    return code == (get_language() or "en").partition("-")[0]


def history_lines(
    record: Any,
    *,
    words: Mapping[str, str | Promise],
    with_names: bool,
    hidden: Sequence[str] = (),
    is_party: bool = False,
) -> list[HistoryLine]:
    """
    Return what happened to a record, newest first.

    With names for colleagues and the secretariat; others read which participant it was. Why, they and the
    other party read; everybody else where queries.histories says so.
    """
    nearness = OWNER if with_names else PARTY if is_party else OUTSIDER
    entries = [entry for entry in history_of(record) if entry.kind not in hidden]
    actors = {entry.actor_id for entry in entries if entry.actor_id}
    people = {user.pk: user for user in User.objects.filter(pk__in=actors)}
    return [
        HistoryLine(
            at=entry.recorded_at,
            title=words.get(entry.kind, entry.kind),
            text=_reason(entry, nearness),
            tone="info",
            actor=_actor(entry, people, with_name=with_names),
        )
        for entry in reversed(entries)
    ]


def _reason(entry: AuditEntry, nearness: int) -> str:
    is_shown = shows_reason(entry, nearness=nearness)
    return str(entry.data.get("reason", "") or "") if is_shown else ""


def _actor(entry: AuditEntry, people: Mapping[Any, User], *, with_name: bool) -> str:
    if entry.actor_id is None:
        return _("The portal")
    user = people.get(entry.actor_id)
    if user is None:
        return _("A former user")
    if not with_name:
        return user.participant.name
    return user.name if user.forgotten_at else f"{user.name}, {user.participant.name}"
