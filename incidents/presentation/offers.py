"""What the pages of offers show: values made ready, so that templates neither query nor compute."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.models import Decision, Offer, OfferItem
from incidents.presentation.records import HistoryLine, TrackStep, history_lines, texts_of
from incidents.presentation.requests import OFFER_TONES, offer_in_words
from incidents.presentation.steps import Button, Words, buttons_of
from incidents.queries import histories
from incidents.queries import offers as queries
from incidents.rules import offers as rules
from incidents.rules.parties import stands_for
from incidents.statuses import ACCEPTED_OFFERS, OFFERS, WAITING_OFFERS, OfferStatus, Outcome
from incidents.vocabularies.units import counted
from ots_portal.people.models import User
from ots_portal.texts import in_language

TONES = OFFER_TONES
OUTCOME_TONES = {
    "accept": "good",
    "partial": "good",
    "provisional": "warning",
    "decline": "neutral",
}
WORDS = {
    "incidents.offer.drafted": gettext_lazy("Draft kept"),
    "incidents.offer.updated": gettext_lazy("Draft changed"),
    "incidents.offer.signed": gettext_lazy("Signed"),
    "incidents.offer.discarded": gettext_lazy("Discarded"),
    "incidents.offer.submitted": gettext_lazy("Submitted"),
    "incidents.offer.taken_under_review": gettext_lazy("Under review"),
    "incidents.offer.accepted": gettext_lazy("Accepted"),
    "incidents.offer.accepted_in_part": gettext_lazy("Accepted in part"),
    "incidents.offer.accepted_provisionally": gettext_lazy("Provisionally accepted"),
    "incidents.offer.decided": gettext_lazy("Decided on some lines"),
    "incidents.offer.declined": gettext_lazy("Declined"),
    "incidents.offer.withdrawn": gettext_lazy("Withdrawn"),
    "incidents.offer.rest_withdrawn": gettext_lazy("Rest withdrawn"),
    "incidents.offer.expired": gettext_lazy("Expired"),
    "incidents.offer.confirmed": gettext_lazy("Confirmed: it still stands"),
}
_BEFORE_SUBMISSION = histories.hidden("incidents.offer")

STEP_WORDS = {
    "sign": Words(
        gettext_lazy("Sign"),
        gettext_lazy("The offer is signed. It can be submitted now."),
        confirm=gettext_lazy("You sign in the name of your State. The text does not change after this."),
    ),
    "submit": Words(
        gettext_lazy("Submit"),
        gettext_lazy("The offer is submitted. The requester is being told."),
        confirm=gettext_lazy("The requester reads the offer from now on."),
    ),
    "review": Words(
        gettext_lazy("Take under review"), gettext_lazy("The offer is under review."), "secondary"
    ),
    "accept": Words(
        gettext_lazy("Accept everything"),
        gettext_lazy("The offer is accepted."),
        confirm=gettext_lazy("You accept every line in full, in the name of your State."),
    ),
    "accept_in_part": Words(
        gettext_lazy("Decide line by line…"), gettext_lazy("The decision is recorded."), "secondary",
        on_own_page=True,
    ),
    "accept_provisionally": Words(
        gettext_lazy("Accept provisionally…"),
        gettext_lazy("The offer is provisionally accepted: nothing is taken by it yet."),
        "secondary",
        on_own_page=True,
    ),
    "decline": Words(
        gettext_lazy("Decline…"), gettext_lazy("The offer is declined."), "secondary", on_own_page=True
    ),
    "withdraw": Words(
        gettext_lazy("Withdraw"), gettext_lazy("The offer is withdrawn."), "secondary",
        gettext_lazy("A withdrawn offer does not come back."),
    ),
    "withdraw_rest": Words(
        gettext_lazy("Withdraw the rest…"),
        gettext_lazy("The rest of the offer is withdrawn. What was accepted stays."),
        "secondary",
        on_own_page=True,
    ),
    "discard": Words(
        gettext_lazy("Discard the draft"), gettext_lazy("The draft is discarded."), "secondary",
        gettext_lazy("A discarded draft does not come back."),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class RowView:
    """A line of the list; everything is text already."""

    url: str
    number: str
    offerer: str
    recipient: str
    answers: str
    what: str
    status: str
    status_tone: str
    valid_until: datetime
    is_exercise: bool
    is_outdated: bool
    is_rest_withdrawn: bool


@dataclass(frozen=True)
class LineView:
    """
    One line of an offer with what was last decided on it, or that the offerer took it back before.

    The decision is for the parties alone.
    """

    line: int
    request_line: int | None
    what: str
    text: str
    offered: str
    accepted: str
    has_accepted: bool
    capacity: str
    ready_from: datetime | None
    available_until: datetime | None
    hours: int | None
    days: int | None
    transport: str
    outcome: str
    outcome_tone: str
    reason: str
    plan_url: str


def rows(offers: Iterable[Offer], *, reader: User) -> list[RowView]:
    """Make the lines of a list; no query (parts and items are fetched with the rows)."""
    return [
        RowView(
            url=offer.get_absolute_url(),
            number=offer.number or _("Draft"),
            offerer=offer.participant.name,
            recipient=offer.recipient.name,
            answers=str(offer.request or offer.incident),
            what=offer_in_words(offer, reader=reader),
            status=offer.get_status_display(),
            status_tone=TONES[offer.status],
            valid_until=offer.valid_until,
            is_exercise=offer.is_exercise,
            is_outdated=offer.is_outdated,
            is_rest_withdrawn=offer.rest_withdrawn_at is not None,
        )
        for offer in offers
    ]


def whole(offer: Offer, *, reader: User) -> dict[str, Any]:
    """Return everything the page of one offer shows to this reader."""
    is_party = queries.is_party(reader, offer)
    is_own = reader.serves(offer.participant_id)
    decisions = list(queries.decisions_on(offer)) if is_party else []
    return {
        "offer": offer,
        "incident": offer.incident,
        "request_": offer.request,
        "tone": TONES[offer.status],
        "track": track(offer),
        "buttons": buttons(offer, reader=reader),
        "may_update": is_own and bool(rules.may_update(reader, offer)),
        "may_confirm": is_own and bool(rules.may_confirm(reader, offer)),
        "lines": lines(
            queries.items_of(offer, reader),
            decisions,
            is_party=is_party,
            may_plan=stands_for(reader, offer.participant) and offer.status in ACCEPTED_OFFERS,
        ),
        "conditions": texts_of(offer.conditions),
        "is_party": is_party,
        "is_outdated": offer.is_outdated and offer.status in (*WAITING_OFFERS, *ACCEPTED_OFFERS),
        "is_accepted": offer.status in ACCEPTED_OFFERS,
        "history": history(offer, reader=reader),
        "decisions": list(reversed(decisions)),
    }


def lines(
    items: Iterable[OfferItem],
    decisions: Sequence[Decision],
    *,
    is_party: bool,
    may_plan: bool = False,
) -> list[LineView]:
    newest = {decision.offer_item_id: decision for decision in decisions}
    return [
        _line(
            item,
            newest.get(item.pk),
            is_party=is_party,
            plan_url=reverse("incidents:deployment_new", args=[item.pk])
            if may_plan and item.accepted
            else "",
        )
        for item in items
    ]


def is_withdrawn(item: OfferItem, newest: Decision | None) -> bool:
    """Return whether the offerer took the whole line back before it was decided for good; needs ``offer``."""
    is_decided = item.accepted > 0 or (newest is not None and newest.outcome == Outcome.DECLINE)
    return item.offer.rest_withdrawn_at is not None and not is_decided


def _line(item: OfferItem, decision: Decision | None, *, is_party: bool, plan_url: str) -> LineView:
    outcome, tone, reason = _decided(item, decision) if is_party else ("", "neutral", "")
    return LineView(
        line=item.line,
        request_line=item.request_item.line if item.request_item else None,
        what=item.what,
        text=in_language(item.descriptions) if item.capacity_type else "",
        offered=counted(item.offered, item.unit) if is_party else "",
        accepted=counted(item.accepted, item.unit),
        has_accepted=item.accepted > 0,
        capacity=item.capacity.name if item.capacity and is_party else "",
        ready_from=item.ready_from,
        available_until=item.available_until,
        hours=item.departs_within_hours,
        days=item.self_sufficient_days,
        transport=_transport(item),
        outcome=outcome,
        outcome_tone=tone,
        reason=reason,
        plan_url=plan_url,
    )


def _decided(item: OfferItem, decision: Decision | None) -> tuple[str, str, str]:
    """Return how the line stands, the tone of that, and why; "" while it waits."""
    if is_withdrawn(item, decision):
        return str(OfferStatus.WITHDRAWN.label), TONES[OfferStatus.WITHDRAWN], ""
    if decision is None:
        return "", "neutral", ""
    tone = OUTCOME_TONES.get(decision.outcome, "neutral")
    return decision.get_outcome_display(), tone, decision.reason


def _transport(item: OfferItem) -> str:
    if not item.needs_transport:
        return ""
    return item.transport_needs or _("needed")


def buttons(offer: Offer, *, reader: User) -> list[Button]:
    """Return the steps of this reader's side; the other side's are not shown."""
    is_decider = stands_for(reader, offer.recipient)
    if not is_decider and not reader.serves(offer.participant_id):
        return []
    found = buttons_of(
        offer,
        reader=reader,
        lifecycle=OFFERS,
        rules=rules,
        words=STEP_WORDS,
        page="offer_",
        ready={"sign": rules.ready_to_sign},
    )
    own = ("review", "accept", "accept_in_part", "accept_provisionally", "decline")
    return [button for button in found if (button.verb in own) == is_decider]


@dataclass(frozen=True)
class Rest:
    """What is taken back with the rest of an offer, and what stays, line by line in words."""

    withdrawn: Sequence[str]
    kept: Sequence[str]


def rest(offer: Offer) -> Rest:
    items = offer.items.select_related("request_item").filter(accepted__gte=1).order_by("line")
    return Rest(
        withdrawn=[item.in_words_of(item.rest) for item in queries.rest_of(offer)],
        kept=[item.accepted_in_words for item in items],
    )


MAIN_ROAD = ("draft", "signed", "submitted", "under_review", "decided")


def track(offer: Offer) -> list[TrackStep]:
    """Return the main road with where it stands; a withdrawn, expired or discarded one has left it."""
    if offer.status in (OfferStatus.WITHDRAWN, OfferStatus.EXPIRED, OfferStatus.DISCARDED):
        return []
    labels: dict[str, Any] = {**dict(OfferStatus.choices), "decided": _("Decided")}
    decided = (*ACCEPTED_OFFERS, OfferStatus.DECLINED, OfferStatus.PROVISIONAL)
    if offer.status in decided:
        labels["decided"] = offer.get_status_display()
    here = MAIN_ROAD.index("decided" if offer.status in decided else offer.status)
    return [
        TrackStep(labels[status], is_done=n < here, is_current=n == here)
        for n, status in enumerate(MAIN_ROAD)
    ]


def history(offer: Offer, *, reader: User) -> list[HistoryLine]:
    """The offerer and the secretariat read all of it, the requester from the submission on."""
    is_own = reader.serves(offer.participant_id)
    hidden = () if is_own else _BEFORE_SUBMISSION
    with_names = is_own or reader.is_secretariat
    return history_lines(
        offer,
        words=WORDS,
        with_names=with_names,
        hidden=hidden,
        is_party=queries.is_party(reader, offer),
    )
