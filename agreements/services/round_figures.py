"""The figures that a round keeps of each provision when it begins and when it ends."""

from datetime import datetime
from typing import Any
from uuid import UUID

from agreements.models import Round, RoundFigure
from agreements.queries.rounds import standings_of

_AT_ONCE = 500


def keep_figures(negotiating_round: Round, point: str, *, at: datetime) -> list[RoundFigure]:
    """Keep how each provision stands; the instrument's row is held, so nothing changes meanwhile."""
    before = _latest(negotiating_round)
    figures = [
        RoundFigure(
            round=negotiating_round,
            point=point,
            taken_at=at,
            provision=one.provision,
            unit=one.unit,
            position=one.provision.position,
            kind=one.provision.kind,
            number=one.provision.number,
            status=one.provision.status,
            bracket_count=len(one.brackets),
            brackets=one.brackets,
            reserve_count=len(one.reserves),
            reserves=one.reserves,
            is_changed=before.get(one.provision.pk, _UNTOUCHED) != one.told,
        )
        for one in standings_of(negotiating_round.instrument)
    ]
    return RoundFigure.objects.bulk_create(figures, batch_size=_AT_ONCE)


# A provision of which no figure was kept yet: it is told of once something happens to it.
_UNTOUCHED: tuple[Any, ...] = ("open", [], [])


def _latest(negotiating_round: Round) -> dict[UUID, tuple[Any, ...]]:
    """Return how each provision stood in the newest figure that there is of it."""
    kept = RoundFigure.objects.filter(round__instrument=negotiating_round.instrument_id)
    rows = kept.order_by("taken_at", "round__number")
    return {
        key: (status, brackets, reserves)
        for key, status, brackets, reserves in rows.values_list(
            "provision", "status", "brackets", "reserves"
        )
    }
