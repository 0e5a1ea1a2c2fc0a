"""
The clean-text gate: what stands between a text and its closure, computed and never typed.

A clean text has no bracket, no reserve, no opposition and no position on other words. That a State has said nothing
yet is shown beside, and is no obstacle: who is silent has not objected (docs/positions.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import Instrument, Position, Provision
from agreements.queries.positions import (
    ON_THE_TABLE,
    Standings,
    negotiating_states,
    standings_among,
)
from agreements.queries.words import TextNow, text_now
from agreements.statuses import RESERVES, Audience, Stance
from ots_portal.participants.models import Participant
from ots_portal.people.models import User

_NAMED = 5


class ObstacleKind(StrEnum):
    BRACKET = "bracket"
    OPPOSITION = "opposition"
    RESERVE = "reserve"
    STALE = "stale"


# A text goes to the capitals with their reserves: that is what "ad referendum" means. It is adopted without.
TO_CLOSE = frozenset({ObstacleKind.BRACKET, ObstacleKind.OPPOSITION, ObstacleKind.STALE})
TO_ADOPT = frozenset(ObstacleKind)


@dataclass(frozen=True)
class Obstacle:
    """
    What obstructs: ``count`` brackets of a provision, or what one State says of it.

    ``participant`` is None of brackets. ``is_confidential``: told to the chair, and the reader is not the chair; then
    neither provision nor State is said.
    """

    kind: ObstacleKind
    provision: Provision | None
    participant: Participant | None = None
    name: str = ""  # of the provision, as a sentence names it
    stance: str = ""
    count: int = 1
    is_confidential: bool = False


def obstacles(instrument: Instrument, reader: User | None = None) -> list[Obstacle]:
    """
    Return what obstructs a clean text, in the order of the text: nine queries, however long it is.

    ``reader`` None: all of it, for rules and figures that name nobody. To a reader who does not preside what was told
    to the chair is nameless (the secretariat, which closes the text), or is not there (States).
    """
    text = text_now(instrument)
    states = {one.pk: one for one in negotiating_states(instrument)}
    standings = standings_among(text, ON_THE_TABLE)
    return obstacles_in(text, standings, states, reader)


def obstacles_in(
    text: TextNow, standings: Standings, states: dict[str, Participant], reader: User | None
) -> list[Obstacle]:
    """The same from what was fetched already; ``standings`` are those on the table."""
    by_provision: dict[object, list[Position]] = {}
    for (state, pk), position in standings.current.items():
        if state in states:
            by_provision.setdefault(pk, []).append(position)
    found: list[Obstacle] = []
    for provision in text.provisions:
        name = text.name_of(provision)
        if count := len(provision.brackets.all()):
            found.append(Obstacle(ObstacleKind.BRACKET, provision, name=name, count=count))
        ordered = sorted(by_provision.get(provision.pk, []), key=lambda one: one.participant.name)
        for position in ordered:
            for kind in _kinds(standings, position):
                told = Obstacle(
                    kind, provision, states[position.participant_id], name, position.stance
                )
                found += _as_told(told, position, text.instrument, reader)
    # Nameless ones last: their place among the others would say which provision and State they are of.
    return sorted(found, key=lambda one: (one.is_confidential, one.is_confidential and one.kind))


def _kinds(standings: Standings, position: Position) -> list[ObstacleKind]:
    kinds = []
    if position.stance in RESERVES:
        kinds.append(ObstacleKind.RESERVE)
    if position.stance == Stance.OPPOSE:
        kinds.append(ObstacleKind.OPPOSITION)
    if standings.is_stale(position):
        kinds.append(ObstacleKind.STALE)
    return kinds


def _as_told(
    obstacle: Obstacle, position: Position, instrument: Instrument, reader: User | None
) -> list[Obstacle]:
    if reader is None or position.visibility == Audience.ALL:
        return [obstacle]
    if presides(reader, instrument) or reader.serves(position.participant_id):
        return [obstacle]
    if reader.is_secretariat:
        return [Obstacle(obstacle.kind, None, is_confidential=True)]
    return []


def presides(user: User, instrument: Instrument) -> bool:
    """Return whether somebody belongs to whoever chairs: the delegation that was named, else the secretariat."""
    if instrument.chair_id:
        return user.serves(instrument.chair_id)
    return user.is_secretariat


def silent_states(
    text: TextNow, standings: Standings, states: Sequence[Participant]
) -> list[Participant]:
    """Return the States that have said nothing of some provision on which States take positions."""
    units = [one for one in text.units if is_stood_on(text, one)]
    return [
        state for state in states if any(standings.of(state.pk, unit).is_missing for unit in units)
    ]


def is_stood_on(text: TextNow, provision: Provision) -> bool:
    """Return whether States take positions on it: not on a heading that holds articles and no words."""
    words = text.words_of(provision)
    return len(words.parts) > 1 or any(part["text"] or part["brackets"] for part in words.parts)


# ── in words ────────────────────────────────────────────────────────────────────────────────────


def sentence_of(obstacle: Obstacle) -> str:
    """Return "Article 5: 2 brackets", "Article 7: general reserve of Kazakhstan"."""
    if obstacle.is_confidential:
        return {
            ObstacleKind.RESERVE: _("a reserve that only the chair was told of"),
            ObstacleKind.OPPOSITION: _("an opposition that only the chair was told of"),
        }.get(obstacle.kind, _("a position on earlier words that only the chair was told of"))
    told = {
        "provision": obstacle.name,
        "count": obstacle.count,
        "state": obstacle.participant.name if obstacle.participant else "",
        "stance": Stance(obstacle.stance).label if obstacle.stance else "",
    }
    if obstacle.kind == ObstacleKind.BRACKET:
        text = ngettext(
            "%(provision)s: %(count)s bracket", "%(provision)s: %(count)s brackets", obstacle.count
        )
    elif obstacle.kind == ObstacleKind.STALE:
        text = _("%(provision)s: %(state)s has not reconfirmed its position on the present words")
    elif obstacle.kind == ObstacleKind.OPPOSITION:
        text = _("%(provision)s: %(state)s opposes it")
    else:
        text = _("%(provision)s: %(state)s, %(stance)s")
    return text % told


def sentence_of_all(found: Sequence[Obstacle]) -> str:
    """Return the first of them as one sentence, and how many more there are."""
    named = "; ".join(sentence_of(one) for one in found[:_NAMED])
    rest = len(found) - _NAMED
    if rest <= 0:
        return _("In the way: %(obstacles)s.") % {"obstacles": named}
    text = ngettext(
        "In the way: %(obstacles)s; and %(count)s more.",
        "In the way: %(obstacles)s; and %(count)s more.",
        rest,
    )
    return text % {"obstacles": named, "count": rest}
