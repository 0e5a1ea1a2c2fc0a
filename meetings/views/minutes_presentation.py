"""What the pages of minutes show: text with its corrigenda, deadlines in every capital, comments side by side."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import get_language

from meetings.models import Corrigendum, Meeting, Minutes, MinutesComment
from meetings.queries.minutes_comments import commenting_participants
from meetings.queries.minutes_paragraphs import visible_to as paragraphs_visible_to
from meetings.queries.minutes_texts import Paragraph, Piece, corrected, language_name, languages_of
from meetings.rules import minutes_comments as comment_rules
from meetings.statuses import DISPOSITION_TONES, MINUTES_COMMENTS, Disposition
from ots_portal.crossrefs.presentation import Row as TieRow
from ots_portal.crossrefs.presentation import rows_of_each
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.texts import say
from ots_portal.ui.moments import in_zone, moment_text, offset_label
from ots_portal.verdicts import Verdict


@dataclass(frozen=True)
class ShownParagraph:
    """A paragraph in the language that is read; ``pieces`` are its words with the corrigenda laid over them."""

    number: int
    key: str
    language: str
    is_foreign: bool
    pieces: list[Piece]
    decision: str
    action: str
    ties: TieRow | None = None


@dataclass(frozen=True)
class Section:
    """Paragraphs that follow each other and report on the same agenda item ("": on no item)."""

    item: str
    number: str
    titles: dict[str, str]
    paragraphs: list[ShownParagraph]

    @property
    def anchor(self) -> str:
        return f"item-{self.item}"


@dataclass(frozen=True)
class Version:
    """A language in which the text can be read, and where."""

    code: str
    name: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Capital:
    """A moment by the clock of one or several participants' capitals."""

    zone: str
    names: str
    moment: str
    offset: str
    iso: str


def language_read(paragraphs: Sequence[Paragraph], asked: str) -> str:
    """Return the language version that is shown: the one asked for, else the reader's, else the first there is."""
    carried = languages_of(paragraphs)
    own = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return next((code for code in (asked, own) if code in carried), carried[0] if carried else own)


def versions_of(paragraphs: Sequence[Paragraph], *, current: str, query: str = "") -> list[Version]:
    """Return the language versions of a text; none where there is no choice."""
    carried = languages_of(paragraphs)
    if len(carried) < 2:  # noqa: PLR2004 -- one is no choice
        return []
    more = f"&{query}" if query else ""
    return [
        Version(code, language_name(code), f"?language={code}{more}", code == current)
        for code in carried
    ]


def sections(
    paragraphs: Iterable[Paragraph],
    corrigenda: Sequence[Corrigendum],
    *,
    language: str,
    ties: Mapping[UUID, TieRow] = MappingProxyType({}),
) -> list[Section]:
    """Put the paragraphs under the headings of their agenda items, each beside what it is tied to by its key."""
    found: list[Section] = []
    for paragraph in paragraphs:
        item = paragraph["item"] or ""
        if not found or found[-1].item != item:
            found.append(Section(item, paragraph["item_number"], paragraph["item_titles"], []))
        words = shown(paragraph, corrigenda, language=language)
        tied = ties.get(UUID(paragraph["key"]))
        found[-1].paragraphs.append(replace(words, ties=tied))
    return found


def ties_of(minutes: Minutes, user: User | AnonymousUser) -> Mapping[UUID, TieRow]:
    """Return what the paragraphs that this reader knows are tied to, by their keys; as many queries for one as for all."""
    return rows_of_each(list(paragraphs_visible_to(user).filter(minutes=minutes)), user)


def shown(
    paragraph: Paragraph, corrigenda: Sequence[Corrigendum], *, language: str
) -> ShownParagraph:
    said = say(paragraph["texts"], language)
    own = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return ShownParagraph(
        number=paragraph["number"],
        key=paragraph["key"],
        language=said.language,
        is_foreign=bool(said.language) and said.language != own,
        pieces=corrected(paragraph, said.language, corrigenda),
        decision=paragraph["decision"] or "",
        action=paragraph["action"] or "",
    )


def capitals(moment: datetime, participants: Iterable[Participant]) -> list[Capital]:
    """Return the moment by the clocks of these participants, those with the same clock together, west first."""
    by_zone: dict[str, list[str]] = {}
    for participant in participants:
        by_zone.setdefault(participant.time_zone, []).append(participant.name)
    found = [(in_zone(moment, zone), zone, names) for zone, names in by_zone.items()]
    return [
        Capital(
            zone, ", ".join(names), moment_text(local), offset_label(local),
            local.isoformat(timespec="seconds"),
        )
        for local, zone, names in sorted(found, key=lambda one: (one[0].utcoffset(), one[1]))
    ]  # fmt: skip


def capitals_of(moment: datetime | None, meeting: Meeting) -> list[Capital]:
    """Return a deadline by the clock of each State that it binds; none where there is no deadline."""
    return capitals(moment, commenting_participants(meeting)) if moment else []


# ── comments ────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class ShownComment:
    """A comment with its answer, and what this reader may do with it now."""

    comment: MinutesComment
    tone: str
    verbs: frozenset[str]
    may_take_in: Verdict
    offers_take_in: bool

    @property
    def is_disposable(self) -> bool:
        return bool(self.verbs & {"accept", "accept_partly", "decline"})


@dataclass(frozen=True)
class Commented:
    """A paragraph beside the comments on it."""

    paragraph: ShownParagraph
    comments: list[ShownComment]
    may_comment: bool


def commented(  # noqa: PLR0913 -- keywords only
    paragraphs: Sequence[Paragraph],
    comments: Sequence[MinutesComment],
    *,
    user: User | AnonymousUser,
    language: str,
    may_comment: bool,
    narrowed: bool,
    revision: int = 0,
) -> list[Commented]:
    """
    Return the paragraphs of a revision beside the comments on it and on those before it.

    ``revision`` is its number: whoever commented on an earlier one can comment again. A narrowed list leaves out
    the paragraphs without comments.
    """
    by_key: dict[str, list[ShownComment]] = {}
    for comment in comments:
        by_key.setdefault(comment.paragraph, []).append(shown_comment(comment, user))
    own = {
        one.paragraph
        for one in comments
        if one.participant_id == getattr(user, "participant_id", "")
        and one.status != Disposition.WITHDRAWN
        and one.revision.number == revision
    }
    found = [
        Commented(
            shown(one, (), language=language),
            by_key.pop(one["key"], []),
            may_comment and one["key"] not in own,
        )
        for one in paragraphs
        if not narrowed or one["key"] in by_key
    ]
    # Of paragraphs that a later revision does not have any more.
    gone = [
        Commented(_as_it_was(group[0].comment, language), group, may_comment=False)
        for group in by_key.values()
    ]
    return found + gone


def _as_it_was(comment: MinutesComment, language: str) -> ShownParagraph:
    frozen = next(one for one in comment.revision.paragraphs if one["key"] == comment.paragraph)
    return shown(frozen, (), language=language)


def shown_comment(comment: MinutesComment, user: Any) -> ShownComment:
    steps = MINUTES_COMMENTS.steps_from(comment.status)
    verbs = frozenset(
        step.verb for step in steps if getattr(comment_rules, f"may_{step.verb}")(user, comment)
    )
    may = comment_rules.may_take_in(user, comment)
    ready = comment_rules.ready_to_take_in(comment)
    return ShownComment(
        comment=comment,
        tone=DISPOSITION_TONES[Disposition(comment.status)],
        verbs=verbs,
        may_take_in=may and ready,
        offers_take_in=bool(may) and comment.status == Disposition.ACCEPTED,
    )
