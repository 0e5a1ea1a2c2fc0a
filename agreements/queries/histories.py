"""The negotiating history of a text or an article: the preparatory work (Vienna Convention, article 32)."""

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from agreements.models import (
    AdReferendum,
    Bracket,
    BracketResolution,
    Comment,
    Confirmation,
    FrozenProvision,
    Instrument,
    Position,
    Proposal,
    Provision,
    Round,
    RoundFigure,
    TextRevision,
    TextSilence,
)
from agreements.models.rounds import FigurePoint
from agreements.queries import (
    comments,
    confirmations,
    positions,
    proposals,
    revisions,
    rounds,
    text_silences,
)
from agreements.statuses import Audience
from ots_portal import plugs
from ots_portal.clock import parse_moment
from ots_portal.paging import BadCursor
from ots_portal.plugs import HistoryAsked, HistoryLine, HistoryPlace

INSTRUMENT, PROVISION = "agreements.instrument", "agreements.provision"


@dataclass(frozen=True)
class Wishes:
    """What of a history somebody asks for: kinds (names of sources; none: all), a State, a period, an order."""

    kinds: tuple[str, ...] = ()
    participant: str = ""
    since: datetime | None = None
    until: datetime | None = None
    is_oldest_first: bool = False


@dataclass(frozen=True)
class HistoryPage:
    """Lines in the order that was asked for; ``next`` is the cursor of what follows, "" at the end."""

    lines: list[HistoryLine]
    next: str


def ends_of(instrument: Instrument, provision: Provision | None = None) -> dict[str, QuerySet[Any]]:
    """
    Return what the history is about: the whole instrument, or a provision with all that stands under it.

    What stood there in an earlier text, and is gone, is part of it.
    """
    if provision is None:
        every = Provision.objects.filter(instrument=instrument).order_by()
        return {
            INSTRUMENT: Instrument.objects.filter(pk=instrument.pk).order_by().values("pk"),
            PROVISION: every.values("pk"),
        }
    inside = Provision.objects.filter(pk__in=_under(instrument, provision)).order_by()
    return {PROVISION: inside.values("pk")}


def _under(instrument: Instrument, provision: Provision) -> list[UUID]:
    """Return the keys of the provision and of all that it holds, or held; one query."""
    holders = dict(Provision.objects.filter(instrument=instrument).values_list("pk", "parent"))
    return [key for key in holders if provision.pk in _holders(key, holders)]


def _holders(key: UUID, holders: dict[UUID, Any]) -> Iterator[UUID]:
    seen: set[UUID] = set()
    step: UUID | None = key
    while step and step not in seen:
        seen.add(step)
        yield step
        step = holders.get(step)


def history_of(  # noqa: PLR0913 -- keywords only behind what is asked
    user: Any,
    instrument: Instrument,
    provision: Provision | None,
    wishes: Wishes,
    *,
    cursor: str = "",
    size: int = 50,
) -> HistoryPage:
    """
    Return a page of the history that this user may read, from all sources; the instrument was found by its boundary.

    Each source answers in a fixed number of queries, however long the history is.

    :raises BadCursor: when the cursor was not given out by this function
    """
    asked = HistoryAsked(
        ends_of(instrument, provision),
        participant=wishes.participant,
        since=wishes.since,
        until=wishes.until,
        behind=_read(cursor) if cursor else None,
        is_oldest_first=wishes.is_oldest_first,
        limit=size + 1,
    )
    lines = [line for source in sources_for(wishes) for line in source.lines(user, asked)]
    lines.sort(
        key=lambda line: (line.at, line.kind, UUID(line.key)), reverse=not wishes.is_oldest_first
    )
    shown = lines[:size]
    return HistoryPage(shown, _cursor(shown[-1].place) if len(lines) > size else "")


def whole_history(
    user: Any, instrument: Instrument, provision: Provision | None, wishes: Wishes
) -> Iterator[HistoryLine]:
    """Yield all lines, some hundred with each page: none of them stands in memory longer than it is written."""
    cursor, is_first = "", True
    while cursor or is_first:
        page = history_of(user, instrument, provision, wishes, cursor=cursor, size=200)
        yield from page.lines
        cursor, is_first = page.next, False


def sources_for(wishes: Wishes) -> list[plugs.HistorySource]:
    """Return the sources that take part: where one State's acts are asked for, those that have any."""
    return [
        source
        for source in plugs.histories.values()
        if (not wishes.kinds or source.name in wishes.kinds)
        and (not wishes.participant or source.has_participants)
    ]


def _cursor(place: HistoryPlace) -> str:
    text = f"{place.at.isoformat()} {place.kind} {place.key}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str) -> HistoryPlace:
    try:
        text = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)).decode()
        moment, kind, key = text.split(" ")
        at = parse_moment(moment)
        if at is None or kind not in plugs.histories:
            raise BadCursor(cursor)
        return HistoryPlace(at, kind, str(UUID(key)))
    except (ValueError, binascii.Error, UnicodeError) as error:
        raise BadCursor(cursor) from error


# ── what this app keeps ─────────────────────────────────────────────────────────────────────────
def _provisions(asked: HistoryAsked) -> Any:
    return asked.ends.get(PROVISION, Provision.objects.none().values("pk"))


def frozen_words(user: Any, asked: HistoryAsked, *, kind: str) -> list[FrozenProvision]:
    """Return the words of frozen revisions where they are not those of the revision before, or are new."""
    same = FrozenProvision.objects.filter(
        revision=OuterRef("revision__base"),
        provision=OuterRef("provision"),
        language=OuterRef("language"),
        heading=OuterRef("heading"),
        text=OuterRef("text"),
    )
    found = FrozenProvision.objects.filter(
        ~Exists(same),
        revision__in=revisions.visible_to(user).order_by().values("pk"),
        provision__in=_provisions(asked),
    )
    named = found.select_related("revision", "provision")
    rows: list[FrozenProvision] = list(asked.narrowed(named, at="revision__frozen_at", kind=kind))
    return rows


def words_before(rows: Sequence[FrozenProvision]) -> dict[tuple[Any, ...], FrozenProvision]:
    """Return the words that stood before each of these rows, by (revision, provision, language); one query."""
    bases = {row.revision_id: row.revision.base_id for row in rows if row.revision.base_id}
    found = FrozenProvision.objects.filter(
        revision__in=set(bases.values()), provision__in={row.provision_id for row in rows}
    )
    standing: dict[tuple[Any, ...], FrozenProvision] = {
        (one.revision_id, one.provision_id, one.language): one for one in found
    }
    pairs = (
        (row, standing.get((bases.get(row.revision_id), row.provision_id, row.language)))
        for row in rows
    )
    return {
        (row.revision_id, row.provision_id, row.language): before
        for row, before in pairs
        if before is not None
    }


def gone_words(user: Any, asked: HistoryAsked, *, kind: str) -> list[FrozenProvision]:
    """
    Return the words of provisions that are no part of the next frozen revision any more.

    Each has ``gone_at`` and ``gone_from``, moment and number of that revision.
    """
    later = TextRevision.objects.filter(
        base=OuterRef("revision"), frozen_at__isnull=False
    ).order_by("number")
    stands = FrozenProvision.objects.filter(
        revision__base=OuterRef("revision"),
        provision=OuterRef("provision"),
        language=OuterRef("language"),
    )
    found = FrozenProvision.objects.filter(
        Exists(later),
        ~Exists(stands),
        revision__in=revisions.visible_to(user).order_by().values("pk"),
        provision__in=_provisions(asked),
    ).annotate(
        gone_at=Subquery(later.values("frozen_at")[:1]),
        gone_from=Subquery(later.values("number")[:1]),
    )
    named = found.select_related("revision", "provision")
    return list(asked.narrowed(named, at="gone_at", kind=kind))


def changed_figures(user: Any, asked: HistoryAsked, *, kind: str) -> list[RoundFigure]:
    """Return the figures in which brackets, reserves or status of a provision are not as in the one before."""
    found = RoundFigure.objects.filter(
        is_changed=True,
        round__in=rounds.visible_to(user).order_by().values("pk"),
        provision__in=_provisions(asked),
    )
    named = found.select_related("round", "provision")
    return list(asked.narrowed(named, at="taken_at", kind=kind))


def figures_before(rows: Sequence[RoundFigure]) -> dict[UUID, RoundFigure]:
    """Return the figure that stood before each of these, by its key; one query."""
    earlier = RoundFigure.objects.filter(
        provision__in={row.provision_id for row in rows},
        round__instrument__in={row.round.instrument_id for row in rows},
    ).select_related("round")
    by_provision: dict[UUID, list[RoundFigure]] = {}
    for one in earlier:
        by_provision.setdefault(one.provision_id, []).append(one)
    found = {}
    for row in rows:
        before = [one for one in by_provision[row.provision_id] if _order(one) < _order(row)]
        if before:
            found[row.pk] = max(before, key=_order)
    return found


def _order(figure: RoundFigure) -> tuple[int, bool]:
    return figure.round.number, figure.point == FigurePoint.CLOSED


def proposals_tabled(user: Any, asked: HistoryAsked, *, kind: str) -> list[Proposal]:
    return list(asked.narrowed(_proposals(user, asked), at="tabled_at", kind=kind))


def proposals_settled(user: Any, asked: HistoryAsked, *, kind: str) -> list[Proposal]:
    """Return the proposals of which something became: merged, given way, withdrawn, lapsed."""
    return list(asked.narrowed(_proposals(user, asked), at="settled_at", kind=kind))


def _proposals(user: Any, asked: HistoryAsked) -> QuerySet[Proposal]:
    # The first words of an empty text are proposed beside no provision: they are about the whole.
    about = Q(provision__in=_provisions(asked)) | Q(instrument__in=_of_instrument(asked))
    found = proposals.visible_to(user).filter(about, tabled_at__isnull=False)
    if asked.participant:
        found = found.filter(participant=asked.participant)
    return found.select_related("participant", "provision", "superseded_by")


def positions_taken(user: Any, asked: HistoryAsked, *, kind: str) -> list[Position]:
    """Return what States said for all to read; what was told to the chair, or to nobody, stands in no history."""
    found = positions.visible_to(user).filter(positions.TO_ALL, provision__in=_provisions(asked))
    if asked.participant:
        found = found.filter(participant=asked.participant)
    return list(asked.narrowed(found, at="taken_at", kind=kind))


def comments_released(user: Any, asked: HistoryAsked, *, kind: str) -> list[Comment]:
    """Return the comments that heads released to all; nothing of a delegation's room."""
    found = comments.visible_to(user).filter(scope=Audience.ALL, provision__in=_provisions(asked))
    if asked.participant:
        found = found.filter(participant=asked.participant)
    return list(asked.narrowed(found, at="released_at", kind=kind))


def brackets_opened(user: Any, asked: HistoryAsked, *, kind: str) -> list[Bracket]:
    """
    Return the brackets that somebody opened and that stand; those that came with the text are told with it.

    Of one that is resolved its resolution tells.
    """
    readable = positions.negotiations_visible_to(user).order_by().values("pk")
    found = Bracket.objects.filter(
        created_by__isnull=False,
        provision__instrument__in=readable,
        provision__in=_provisions(asked),
    ).select_related("provision__instrument")
    return list(asked.narrowed(found, at="created_at", kind=kind))


def brackets_resolved(user: Any, asked: HistoryAsked, *, kind: str) -> list[BracketResolution]:
    found = positions.resolutions_visible_to(user).filter(provision__in=_provisions(asked))
    return list(asked.narrowed(found, at="resolved_at", kind=kind))


def _of_instrument(asked: HistoryAsked) -> Any:
    return asked.ends.get(INSTRUMENT, Instrument.objects.none().values("pk"))


def rounds_begun(user: Any, asked: HistoryAsked, *, kind: str) -> list[Round]:
    found = rounds.visible_to(user).filter(instrument__in=_of_instrument(asked))
    if asked.participant:
        found = found.filter(chair=asked.participant)
    return list(asked.narrowed(found, at="opened_at", kind=kind))


def rounds_closed(user: Any, asked: HistoryAsked, *, kind: str) -> list[Round]:
    found = rounds.with_texts(rounds.visible_to(user)).filter(instrument__in=_of_instrument(asked))
    if asked.participant:
        found = found.filter(chair=asked.participant)
    return list(asked.narrowed(found, at="closed_at", kind=kind))


def closures(user: Any, asked: HistoryAsked, *, kind: str) -> list[AdReferendum]:
    found = confirmations.visible_to(user).filter(instrument__in=_of_instrument(asked))
    return list(asked.narrowed(found, at="closed_at", kind=kind))


def closures_ended(user: Any, asked: HistoryAsked, *, kind: str) -> list[AdReferendum]:
    found = confirmations.visible_to(user).filter(instrument__in=_of_instrument(asked))
    if asked.participant:
        found = found.filter(ended_by=asked.participant)
    named = found.select_related("ended_by")
    return list(asked.narrowed(named, at="ended_at", kind=kind))


def answers(user: Any, asked: HistoryAsked, *, kind: str) -> list[Confirmation]:
    found = confirmations.confirmations_visible_to(user).filter(
        ad_referendum__instrument__in=_of_instrument(asked)
    )
    if asked.participant:
        found = found.filter(participant=asked.participant)
    return list(asked.narrowed(found, at="answered_at", kind=kind))


def silences_ended(user: Any, asked: HistoryAsked, *, kind: str) -> list[TextSilence]:
    found = text_silences.visible_to(user).filter(revision__instrument__in=_of_instrument(asked))
    return list(asked.narrowed(found, at="result_at", kind=kind))
