"""Article × State: who stands where, for the page, for programs and for what is taken away."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from agreements.models import Instrument, Provision
from agreements.queries.gate import is_stood_on
from agreements.queries.positions import (
    Standing,
    Standings,
    negotiating_states,
    standings_for,
)
from agreements.queries.words import TextNow, text_now
from agreements.statuses import Audience, Problem, ProvisionStatus, Stance
from ots_portal.participants.models import Participant
from ots_portal.people.models import User

Text = str | Promise


# Mark, tone: the mark says in letters what the tone says in colour.
MARKS: dict[str, tuple[Text, str]] = {
    Stance.ACCEPT: (pgettext_lazy("mark of a position", "A"), "good"),
    Stance.ACCEPT_AD_REF: (pgettext_lazy("mark of a position", "AR"), "good"),
    Stance.SCRUTINY_RESERVE: (pgettext_lazy("mark of a position", "SR"), "warning"),
    Stance.PARLIAMENTARY_RESERVE: (pgettext_lazy("mark of a position", "PR"), "warning"),
    Stance.GENERAL_RESERVE: (pgettext_lazy("mark of a position", "GR"), "severe"),
    Stance.OPPOSE: (pgettext_lazy("mark of a position", "OP"), "extreme"),
    Stance.NONE: ("–", "neutral"),
}
STALE_TONE = "draft"
PROVISION_TONES = {
    ProvisionStatus.BRACKETED: "warning",
    ProvisionStatus.RESERVED: "severe",
    ProvisionStatus.AGREED_AD_REF: "good",
    ProvisionStatus.AGREED: "good",
}


@dataclass(frozen=True)
class Cell:
    """Where one State stands on one article, as the reader is told."""

    state: Participant
    standing: Standing

    @property
    def mark(self) -> Text:
        return MARKS[self.standing.stance][0]

    @property
    def tone(self) -> str:
        return STALE_TONE if self.standing.is_stale else MARKS[self.standing.stance][1]

    @property
    def label(self) -> str:
        return str(self.standing.stance.label)

    @property
    def visibility(self) -> str:
        """Who reads it beside its State; "" where all do, or where there is nothing."""
        position = self.standing.position
        hidden = position and position.visibility != Audience.ALL
        return str(position.get_visibility_display()) if position and hidden else ""

    @property
    def problems(self) -> set[Problem]:
        found = set()
        if self.standing.is_reserved:
            found.add(Problem.RESERVE)
        if self.standing.is_opposed:
            found.add(Problem.OPPOSITION)
        if self.standing.is_stale:
            found.add(Problem.STALE)
        if self.standing.is_missing:
            found.add(Problem.MISSING)
        return found


@dataclass(frozen=True)
class Row:
    """An article, recital or annex with where each State stands on it."""

    provision: Provision
    heading: str
    digest: str
    bracket_count: int
    cells: Sequence[Cell]

    @property
    def tone(self) -> str:
        return PROVISION_TONES.get(ProvisionStatus(self.provision.status), "neutral")

    @property
    def problems(self) -> set[Problem]:
        found = set().union(*(cell.problems for cell in self.cells)) if self.cells else set()
        return found | ({Problem.BRACKET} if self.bracket_count else set())


@dataclass
class Matrix:
    """All rows; ``shown`` are those that the filters let pass, with the States they let pass."""

    instrument: Instrument
    text: TextNow
    states: list[Participant]
    rows: list[Row]
    shown: list[Row] = field(init=False)
    columns: list[Participant] = field(init=False)

    def __post_init__(self) -> None:
        self.shown, self.columns = self.rows, self.states

    def narrow(self, *, state: str = "", problem: str = "", article: str = "") -> None:
        """Keep what is asked for; an empty value narrows nothing, a problem counts in the States that are left."""
        if state:
            self.columns = [one for one in self.states if one.pk == state]
        kept = [
            Row(
                row.provision,
                row.heading,
                row.digest,
                row.bracket_count,
                [cell for cell in row.cells if cell.state in self.columns],
            )
            for row in self.rows
            if not article or row.provision.key == article
        ]
        self.shown = [row for row in kept if not problem or Problem(problem) in row.problems]

    def count(self, problem: Problem) -> int:
        return sum(problem in row.problems for row in self.rows)


def matrix_for(user: User, instrument: Instrument) -> Matrix:
    """Return the matrix as this reader is told of it: eight queries, however many articles and States."""
    text = text_now(instrument)
    states = negotiating_states(instrument)
    standings = standings_for(user, text)
    rows = [_row(unit, text, standings, states) for unit in text.units if is_stood_on(text, unit)]
    return Matrix(instrument, text, states, rows)


def _row(
    unit: Provision, text: TextNow, standings: Standings, states: Sequence[Participant]
) -> Row:
    words = unit.shown_text
    return Row(
        unit,
        words.heading if words else "",
        text.digest_of(unit),
        sum(one.bracket_count for one in text.with_below(unit)),
        [Cell(state, standings.of(state.pk, unit)) for state in states],
    )


def told(matrix: Matrix) -> dict[str, Any]:
    """Return the matrix for programs: codes and hashes, never labels."""
    return {
        "instrument": str(matrix.instrument.pk),
        "language": matrix.text.language,
        "states": [one.pk for one in matrix.columns],
        "rows": [_told_row(row) for row in matrix.shown],
    }


def _told_row(row: Row) -> dict[str, Any]:
    return {
        "provision": str(row.provision.pk),
        "key": row.provision.key,
        "kind": row.provision.kind,
        "number": row.provision.number,
        "status": row.provision.status,
        "version": row.provision.version,
        "sha256": row.digest,
        "brackets": row.bracket_count,
        "positions": {
            cell.state.pk: {
                "stance": cell.standing.stance.value,
                "is_stale": cell.standing.is_stale,
                "position": str(cell.standing.position.pk) if cell.standing.position else None,
            }
            for cell in row.cells
        },
    }
