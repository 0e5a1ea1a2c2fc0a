"""What follows from the words and what States say of them: statuses of provisions, and who is asked anew."""

from datetime import datetime

from django.utils.translation import gettext as _

from agreements.models import (
    Instrument,
    Position,
    Provision,
    ReconfirmationRequest,
    Reopening,
)
from agreements.queries.positions import (
    TO_ALL,
    Standings,
    last_told,
    negotiating_states,
    standings_among,
)
from agreements.queries.words import TextNow, text_now
from agreements.statuses import AGREED_STATUSES, INNER_KINDS, ProvisionStatus, Stance
from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import User


def words_changed(instrument: Instrument, *, by: User | None, at: datetime) -> None:
    """
    Let follow what follows from a change of the text: delegations are asked anew, statuses move.

    Every service that writes words or brackets calls it, last, in its transaction.
    """
    text = text_now(instrument)
    ask_to_reconfirm(text, by=by, at=at)
    follow(text)


# ── statuses ────────────────────────────────────────────────────────────────────────────────────


def follow(text: TextNow) -> None:
    """
    Bring the statuses of provisions into line with brackets and with the positions that all were told of.

    What is agreed stays so: its words do not change, and only a State's reopening leads back.
    """
    states = [one.pk for one in negotiating_states(text.instrument)]
    standings = standings_among(text, TO_ALL)
    moved = []
    for provision in text.provisions:
        status = _status_of(provision, text, standings, states)
        if status != provision.status:
            provision.status = status
            moved.append(provision)
    Provision.objects.bulk_update(moved, ["status"], batch_size=500)
    gone = Provision.objects.filter(instrument=text.instrument, is_live=False)
    gone.exclude(status=ProvisionStatus.DELETED).update(status=ProvisionStatus.DELETED)


def _status_of(provision: Provision, text: TextNow, standings: Standings, states: list[str]) -> str:
    found = _derived(provision, text, standings, states)
    if provision.status == ProvisionStatus.AGREED:
        return ProvisionStatus.AGREED
    if provision.status == ProvisionStatus.AGREED_AD_REF and found != ProvisionStatus.AGREED:
        return ProvisionStatus.AGREED_AD_REF
    return found


def _derived(
    provision: Provision, text: TextNow, standings: Standings, states: list[str]
) -> ProvisionStatus:
    if any(one.brackets.all() for one in text.with_below(provision)):
        return ProvisionStatus.BRACKETED
    said = [standings.of(state, provision) for state in states]
    if any(one.is_reserved or one.is_opposed for one in said):
        return ProvisionStatus.RESERVED
    if not said or not all(one.is_accepted for one in said):
        return ProvisionStatus.OPEN
    if all(one.stance == Stance.ACCEPT for one in said):
        return ProvisionStatus.AGREED
    return ProvisionStatus.AGREED_AD_REF


def refuse_if_agreed(provision: Provision) -> None:
    """:raises WrongStatus: when the words of the provision, or of the article it belongs to, are agreed"""
    holder: Provision | None = provision
    while holder is not None:
        if holder.status in AGREED_STATUSES:
            sentence = _(
                "%(provision)s is agreed: its words change only after a State has reopened it."
            )
            raise WrongStatus(sentence % {"provision": holder})
        holder = holder.parent if holder.kind in INNER_KINDS else None


# ── positions on words that are gone ────────────────────────────────────────────────────────────


def ask_to_reconfirm(
    text: TextNow, *, by: User | None, at: datetime
) -> list[ReconfirmationRequest]:
    """
    Ask each delegation, once for each position, whether it holds for the present words.

    A delegation gets one entry, and by it one message, however many of its provisions a change touches.
    """
    asked: dict[str, list[ReconfirmationRequest]] = {}
    for position in _unasked(text):
        request = ReconfirmationRequest(
            position=position,
            participant_id=position.participant_id,
            instrument=text.instrument,
            asked_at=at,
        )
        asked.setdefault(position.participant_id, []).append(request)
    made = [request for requests in asked.values() for request in requests]
    ReconfirmationRequest.objects.bulk_create(made, batch_size=500)
    for state, requests in asked.items():
        record(
            "agreements.reconfirmation_request.made",
            subject=requests[0],
            by=by,
            at=at,
            participant=state,
            count=len(requests),
        )
    return made


def _unasked(text: TextNow) -> list[Position]:
    """Return positions on other words of which nobody was asked: the last told to all, to the chair, to nobody."""
    of_text = Position.objects.filter(
        provision__instrument=text.instrument, reconfirmation__isnull=True
    )
    reopenings = list(Reopening.objects.filter(provision__instrument=text.instrument))
    standings = Standings(text, (), reopenings)
    return [one for one in last_told(of_text) if standings.is_stale(one)]
