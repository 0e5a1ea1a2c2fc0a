"""
What the requester decides on the lines of an offer, and what follows from it in the same transaction.

Locks are taken in one order: the request's row, the offer's, its lines by number, capacities.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from incidents.models import AssistanceRequest, Decision, Offer, OfferItem, RequestItem
from incidents.queries import deployments as deployment_queries
from incidents.queries import offers as queries
from incidents.rules import offers as rules
from incidents.services.bookings import hold_together
from incidents.services.involvements import add_assisting
from incidents.services.reasons import needed_reason
from incidents.services.requests import settle
from incidents.services.steps import hold_open
from incidents.statuses import (
    ACCEPTED_OFFERS,
    DECIDABLE,
    OFFERS,
    WAITING_OFFERS,
    OfferStatus,
    Outcome,
)
from incidents.vocabularies.units import counted
from ots_portal import lifecycle
from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import User

_VERB_TO = {
    OfferStatus.ACCEPTED: "accept",
    OfferStatus.PARTIALLY_ACCEPTED: "accept_in_part",
    OfferStatus.PROVISIONAL: "accept_provisionally",
    OfferStatus.DECLINED: "decline",
}
# Something stays taken, or everything is given back.
_AFTER_ACCEPTANCE = (*ACCEPTED_OFFERS, OfferStatus.DECLINED)


class OverAccepted(Exception):
    """A line of the request has less left than was to be accepted; says which line, and how much."""

    def __init__(self, item: RequestItem, wanted: int) -> None:
        self.line, self.left = item.line, max(item.needed - item.accepted, 0)
        sentence = (
            _("Line %(line)s of the request was cancelled: nothing can be accepted for it.")
            if item.cancelled_at
            else _(
                "Line %(line)s of the request still needs %(left)s; %(wanted)s more cannot be accepted."
            )
        )
        super().__init__(
            sentence
            % {
                "line": item.line,
                "left": counted(self.left, item.unit),
                "wanted": counted(wanted, item.unit),
            }
        )


@dataclass(frozen=True)
class LineDecision:
    """
    What is decided on one line of an offer.

    ``accepted`` is how much of it is taken; left out (0) where it is all of it, or none.
    """

    line: int
    outcome: str
    accepted: int = 0
    reason: str = ""


@transaction.atomic
def decide(
    offer: Offer, decisions: Sequence[LineDecision], *, by: User, at: datetime, verb: str
) -> Offer:
    """
    Write the decisions down, move the sums, and let the statuses follow; the caller has asked the rule.

    ``verb`` is the step the person took: it says what is refused as "not possible any more".

    :raises WrongStatus: when the offer or its request cannot be decided on any more
    :raises OverAccepted: when a line of the request has less left
    :raises BookedTwice: when more of a capacity would be taken than there is
    :raises ValidationError: when a line is unknown or a decision does not fit it
    """
    why_not = _hold(offer, verb=verb, at=at)
    items = {item.line: item for item in _items(offer)}
    moved = [
        _decide_line(_found(items, one.line), one, by=by, at=at, why_not=why_not)
        for one in sorted(decisions, key=lambda one: one.line)
    ]
    if not moved:
        raise ValidationError({"decisions": _("Decide on one line at least.")})
    hold_together(offer, wanted=_promised(offer, items))
    _move(offer, by=by, at=at, decided=moved)
    if any(item.accepted for item in items.values()):
        add_assisting(offer.incident, offer.participant, by=by, at=at)
    if offer.request:
        settle(offer.request, at=at)
    return offer


def _hold(offer: Offer, *, verb: str, at: datetime) -> str:
    """
    Hold what the offer answers and the offer; return why nothing more can be taken of it, "" where it can.

    What was taken can be given back whatever became of the request: neither side is left holding it.

    :raises WrongStatus: unless the offer can be decided on, now and until this is committed
    """
    why_not = _hold_request(offer.request_id, at=at) if offer.request_id else _hold_incident(offer)
    standing = Offer.objects.filter(pk=offer.pk).filter(
        Q(status__in=WAITING_OFFERS, valid_until__gt=at) | Q(status__in=ACCEPTED_OFFERS),
        status__in=OFFERS.steps[verb].sources,
    )
    is_held = standing.update(decided_at=at, updated_at=at)
    offer.refresh_from_db()
    if not is_held:
        raise WrongStatus(_why_not(offer, at=at))
    return why_not or _why_no_more(offer, at=at)


def _why_no_more(offer: Offer, *, at: datetime) -> str:
    if offer.rest_withdrawn_at:
        return str(rules.REST_WITHDRAWN.reason)
    return _time_is_over() if offer.valid_until <= at else ""


def _hold_incident(offer: Offer) -> str:
    try:
        hold_open(offer.incident_id)
    except WrongStatus as error:
        return str(error)
    return ""


def _hold_request(pk: UUID, *, at: datetime) -> str:
    request = AssistanceRequest.objects.filter(pk=pk)
    if request.filter(status__in=DECIDABLE).update(updated_at=at):
        return ""
    request.update(updated_at=at)
    return _("The request does not take anything any more: it is fulfilled, closed or withdrawn.")


def _why_not(offer: Offer, *, at: datetime) -> str:
    if offer.status in WAITING_OFFERS and offer.valid_until <= at:
        return _time_is_over()
    return lifecycle.wrong_status_sentence(offer)


def _time_is_over() -> str:
    return _("The offer's time is over: it cannot be accepted any more.")


def _items(offer: Offer) -> list[OfferItem]:
    return list(offer.items.select_related("request_item", "capacity").order_by("line"))


def _found(items: dict[int, OfferItem], line: int) -> OfferItem:
    if line in items:
        return items[line]
    raise ValidationError({"decisions": _("The offer has no line %(line)s.") % {"line": line}})


def _decide_line(
    item: OfferItem, decision: LineDecision, *, by: User, at: datetime, why_not: str
) -> dict[str, Any]:
    """
    Move the sums by the difference, append the decision; return what the audit keeps of it.

    :raises WrongStatus: with the sentence ``why_not``, where there is one and more would be taken
    """
    outcome, accepted = _fitting(item, decision)
    before = item.accepted
    if why_not and (accepted > before or outcome == Outcome.PROVISIONAL):
        raise WrongStatus(why_not)
    _move_sums(item, accepted)
    Decision.objects.create(
        offer_item=item,
        outcome=outcome,
        accepted=item.offered if outcome == Outcome.PROVISIONAL else accepted,
        reason=_reason(outcome, decision.reason),
        by=by,
        at=at,
    )
    return {"line": item.line, "outcome": str(outcome), "before": before, "accepted": accepted}


def _fitting(item: OfferItem, decision: LineDecision) -> tuple[Outcome, int]:
    """Return the outcome and how much it takes; a part that is all of it is an acceptance."""
    if decision.outcome not in Outcome.values:
        raise _refused(item, _("choose what you decide."))
    outcome = Outcome(decision.outcome)
    if outcome == Outcome.PROVISIONAL and item.accepted:
        raise _refused(item, _("it is accepted already: accept less of it, or decline it."))
    if outcome in (Outcome.DECLINE, Outcome.PROVISIONAL):
        return outcome, 0
    if outcome == Outcome.ACCEPT:
        return outcome, item.offered
    if not 1 <= decision.accepted <= item.offered:
        sentence = _("accept between 1 and %(offered)s.") % {"offered": item.offered}
        raise _refused(item, sentence)
    return (Outcome.ACCEPT if decision.accepted == item.offered else outcome), decision.accepted


def _refused(item: OfferItem, sentence: str) -> ValidationError:
    words = {"line": item.line, "sentence": sentence}
    return ValidationError({"decisions": _("Line %(line)s: %(sentence)s") % words})


def _reason(outcome: Outcome, text: str) -> str:
    return needed_reason(text) if outcome == Outcome.DECLINE or text.strip() else ""


def _move_sums(item: OfferItem, accepted: int) -> None:
    difference = accepted - item.accepted
    # Where the old sum still stands: two decisions on one line at the same moment do not add up.
    rows = OfferItem.objects.filter(pk=item.pk, accepted=item.accepted)
    if not rows.update(accepted=accepted):
        raise WrongStatus(lifecycle.wrong_status_sentence(item.offer))
    if difference < 0:
        _refuse_below_deployed(item, accepted)
    item.accepted = accepted
    if item.request_item_id and difference:
        _move_counter(item.request_item_id, difference)


def _move_counter(pk: Any, difference: int) -> None:
    """Move the line's counter in one conditional UPDATE: it never passes what is needed."""
    line = RequestItem.objects.filter(pk=pk)
    if difference > 0:
        fits = Q(allows_over_acceptance=True) | Q(needed__gte=F("accepted") + difference)
        line = line.filter(fits, cancelled_at=None)
    if not line.update(accepted=F("accepted") + difference):
        raise OverAccepted(RequestItem.objects.get(pk=pk), difference)


def _refuse_below_deployed(item: OfferItem, accepted: int) -> None:
    sent = deployment_queries.sent_of(item)
    if accepted < sent:
        sentence = _("%(sent)s of it are deployed already; not less can be accepted.")
        raise _refused(item, sentence % {"sent": sent})


def _promised(offer: Offer, items: dict[int, OfferItem]) -> dict[Any, int]:
    """Return what counts of each line against the register: once something is taken, only that."""
    is_taken = any(item.accepted for item in items.values())
    return {item.pk: item.accepted if is_taken else item.offered for item in items.values()}


def _move(offer: Offer, *, by: User, at: datetime, decided: list[dict[str, Any]]) -> None:
    """Bring the offer to the status that all its lines make; where it stands already, only record it."""
    target = status_of(offer)
    if offer.status in ACCEPTED_OFFERS and target not in _AFTER_ACCEPTANCE:
        sentence = _("Nothing of the offer would stay accepted: decline it as a whole.")
        raise ValidationError({"decisions": sentence})
    verb = _VERB_TO.get(target) if target else None
    more: dict[str, Any] = {"decided": decided, "recipient": offer.recipient_id}
    step = partial(lifecycle.take_step, lifecycle=OFFERS, participant=offer.participant_id)
    if verb and (target != offer.status or offer.status in OFFERS.steps[verb].sources):
        step(offer, verb, by=by, at=at, **more)
        return
    Offer.objects.filter(pk=offer.pk).update(version=F("version") + 1)
    offer.refresh_from_db()
    slug = offer.participant_id
    record("incidents.offer.decided", subject=offer, by=by, at=at, participant=slug, **more)


def status_of(offer: Offer) -> OfferStatus | None:
    """Return the status that the decisions on all lines make; None while some lines only wait."""
    items = list(offer.items.all())
    if all(item.accepted == item.offered for item in items):
        return OfferStatus.ACCEPTED
    if any(item.accepted for item in items):
        return OfferStatus.PARTIALLY_ACCEPTED
    outcomes = queries.newest_outcomes(offer)
    if Outcome.PROVISIONAL in outcomes.values():
        return OfferStatus.PROVISIONAL
    is_all_declined = all(outcomes.get(item.pk) == Outcome.DECLINE for item in items)
    return OfferStatus.DECLINED if is_all_declined else None
