import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from agreements.vocabularies.acts import CONSENTS, ActKind
from ots_portal.texts import fold


@dataclass(frozen=True)
class Act:
    """
    One line of a ledger: what a State did, and on which day.

    ``effective_date`` is when a withdrawal takes effect, or a succession reaches back to; None where
    the ledger does not say. ``key`` is what one State is recognised by; its folded name by default.
    ``is_bracketed``: the UN's table prints it in square brackets, so it no longer has effect.
    """

    participant: str
    kind: str
    date: dt.date
    effective_date: dt.date | None = None
    is_entitled: bool = True
    is_bracketed: bool = False
    is_supposed: bool = False
    key: str = ""
    note: str = ""

    @property
    def state(self) -> str:
        """What this State is recognised by, whichever way its name is written."""
        return self.key or fold(self.participant)

    @property
    def kind_label(self) -> str:
        return str(ActKind(self.kind).label)

    @property
    def is_consent(self) -> bool:
        return self.kind in CONSENTS

    @property
    def order(self) -> tuple[dt.date, str, str]:
        return self.date, fold(self.participant), self.kind


@dataclass(frozen=True)
class Consent:
    """A State's consent to be bound, and the day from which it stands no more, if there is one."""

    act: Act
    ended_on: dt.date | None = None
    following: tuple[Act, ...] = ()

    def stands_on(self, day: dt.date) -> bool:
        return self.act.date <= day and (self.ended_on is None or day < self.ended_on)


def consents_of(acts: Iterable[Act]) -> list[Consent]:
    """
    Return each State's consents by their days: of two that stand at once the first one counts.

    A withdrawal ends the consent that stands; one without a consent before it ends nothing.
    """
    by_state: dict[str, list[Act]] = {}
    for act in acts:
        if act.is_consent or act.kind == ActKind.WITHDRAWAL:
            by_state.setdefault(act.state, []).append(act)
    consents = [consent for state in by_state.values() for consent in _consents_of_one(state)]
    return sorted(consents, key=lambda consent: consent.act.order)


def _consents_of_one(acts: list[Act]) -> list[Consent]:
    consents: list[Consent] = []
    for act in sorted(acts, key=_in_time):
        standing = consents[-1] if consents else None
        is_open = standing is not None and standing.stands_on(_when(act))
        if act.kind == ActKind.WITHDRAWAL:
            if standing is not None and is_open:
                consents[-1] = Consent(standing.act, _when(act), standing.following)
        elif standing is not None and is_open:
            consents[-1] = Consent(standing.act, None, (*standing.following, act))
        else:
            consents.append(Consent(act))
    return consents


def _when(act: Act) -> dt.date:
    """Return the day on which the act changes whether its State consents."""
    if act.kind == ActKind.WITHDRAWAL:
        return act.effective_date or act.date
    return act.date


def _in_time(act: Act) -> tuple[dt.date, bool, str]:
    # On one day the withdrawal comes after the deposit that it withdraws.
    return _when(act), act.kind == ActKind.WITHDRAWAL, act.kind


def kinds_text(kinds: Iterable[str]) -> str:
    """Return "ratification, accession" in the active language, in the order of the UN's columns."""
    chosen = set(kinds)
    return ", ".join(str(kind.label).lower() for kind in ActKind if kind in chosen)


def names_text(acts: Iterable[Act], most: int = 12) -> str:
    """Return the States' names once each; beyond ``most`` of them how many more there are."""
    names = list(dict.fromkeys(act.participant for act in acts))
    shown = ", ".join(names[:most])
    if len(names) <= most:
        return shown
    return _("%(names)s and %(count)s more") % {"names": shown, "count": len(names) - most}
