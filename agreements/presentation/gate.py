"""The clean-text gate as a checklist: what is done, what is left, each with the way to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import Instrument
from agreements.queries.gate import (
    Obstacle,
    ObstacleKind,
    obstacles_in,
    presides,
    sentence_of,
    silent_states,
)
from agreements.queries.positions import ON_THE_TABLE, negotiating_states, standings_among
from agreements.queries.words import text_now
from ots_portal.participants.models import Participant
from ots_portal.people.models import User

SHOWN = 12


@dataclass(frozen=True)
class Line:
    """One obstacle and where it is dealt with; ``url`` "" where the reader is not told where."""

    text: str
    url: str


@dataclass(frozen=True)
class Check:
    """One thing that a clean text has not: ``lines`` say where it has it; ``more_count`` are not listed."""

    done: str
    left: str
    lines: Sequence[Line]
    count: int
    more_count: int

    @property
    def is_done(self) -> bool:
        return not self.count


@dataclass(frozen=True)
class Checklist:
    checks: Sequence[Check]
    # What States have not spoken yet: no obstacle, and worth knowing.
    silent: str
    # Said to who is not told of everything.
    reservation: str
    matrix_url: str

    @property
    def is_clean(self) -> bool:
        return all(check.is_done for check in self.checks)


def checklist_for(user: User, instrument: Instrument) -> Checklist:
    """Return the checklist as this reader is told of it: nine queries."""
    text = text_now(instrument)
    states = negotiating_states(instrument)
    standings = standings_among(text, ON_THE_TABLE)
    found = obstacles_in(text, standings, {one.pk: one for one in states}, user)
    page = reverse("agreements:matrix", args=[instrument.pk])
    told_all = presides(user, instrument) or user.is_secretariat
    hidden = _("What States have told the chair alone is not listed here.")
    silent = silent_states(text, standings, states) if presides(user, instrument) else []
    return Checklist(
        [_check(kind, [one for one in found if one.kind == kind], page) for kind in ObstacleKind],
        _silent_sentence(silent),
        "" if told_all else hidden,
        page,
    )


def _silent_sentence(silent: Sequence[Participant]) -> str:
    if not silent:
        return ""
    names = ", ".join(state.name for state in silent)
    return _("Without a position on some provisions: %(states)s.") % {"states": names}


def _check(kind: ObstacleKind, found: Sequence[Obstacle], page: str) -> Check:
    count = sum(one.count for one in found)
    done, left = _words(kind, count)
    lines = [Line(sentence_of(one), _address(one, page)) for one in found[:SHOWN]]
    return Check(done, left, lines, count, len(found) - len(lines))


def _address(obstacle: Obstacle, page: str) -> str:
    if obstacle.provision is None:
        return ""
    if obstacle.kind == ObstacleKind.BRACKET:
        return str(obstacle.provision.get_absolute_url())
    state = obstacle.participant.pk if obstacle.participant else ""
    return f"{reverse('agreements:position_list', args=[obstacle.provision.pk])}?state={state}"


def _words(kind: ObstacleKind, count: int) -> tuple[str, str]:
    told = {"count": count}
    if kind == ObstacleKind.BRACKET:
        left = ngettext("%(count)s open bracket", "%(count)s open brackets", count)
        return _("No bracket is open."), left % told
    if kind == ObstacleKind.OPPOSITION:
        left = ngettext("%(count)s opposition", "%(count)s oppositions", count)
        return _("No State opposes a provision."), left % told
    if kind == ObstacleKind.RESERVE:
        left = ngettext("%(count)s reserve", "%(count)s reserves", count)
        return _("No State has a reserve."), left % told
    left = ngettext(
        "%(count)s position on earlier words", "%(count)s positions on earlier words", count
    )
    return _("All positions are on the present words."), left % told
