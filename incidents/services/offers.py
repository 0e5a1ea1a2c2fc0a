"""Everything that changes an offer of assistance."""

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from incidents.models import AssistanceRequest, Incident, Offer, OfferItem
from incidents.queries import offers as queries
from incidents.rules import offers as rules
from incidents.services.asked import with_text
from incidents.services.bookings import hold_together
from incidents.services.decisions import LineDecision, decide
from incidents.services.frozen import digest_of
from incidents.services.offered import Offered, OfferedLine, Sources, content_of, unit_of, validate
from incidents.services.reasons import sound_reason
from incidents.services.steps import hold_open
from incidents.statuses import OFFERS, OPEN_TO_OFFERS, OfferStatus, Outcome
from ots_portal import lifecycle
from ots_portal.audit.services import changes_between, hashed, record
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.numbering.services import next_number
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import require

logger = logging.getLogger(__name__)


@transaction.atomic
def create(
    request: AssistanceRequest,
    offered: Offered,
    *,
    by: User,
    at: datetime,
    submission_key: uuid.UUID | None = None,
) -> Offer:
    """
    Keep the draft of an offer to lines of a request; a form that came twice makes one.

    :raises Refused: unless ``rules.may_create``; with ``wrong_status`` where the request takes no offers
    :raises ValidationError: when a value is impossible
    """
    require(rules.may_create(by, request))
    offer = Offer(
        incident_id=request.incident_id,
        request=request,
        recipient_id=request.participant_id,
        request_text_version=request.text_version,
    )
    return _keep(offer, offered, by=by, at=at, submission_key=submission_key)


@transaction.atomic
def create_unsolicited(  # noqa: PLR0913 -- keywords only, each named where it is called
    incident: Incident,
    offered: Offered,
    *,
    by: User,
    at: datetime,
    recipient: Participant | None = None,
    submission_key: uuid.UUID | None = None,
) -> Offer:
    """
    Keep the draft of an offer that nobody asked for.

    ``recipient`` decides on it: the participant that reported the incident, unless another one is named that is
    affected or at risk.

    :raises Refused: unless ``rules.may_create_unsolicited``
    :raises ValidationError: when a value is impossible
    """
    require(rules.may_create_unsolicited(by, incident))
    possible = queries.recipients_of(incident, besides=by.participant_id)
    chosen = recipient or possible[0]
    if chosen not in possible:
        sentence = _("Offer to a participant that reported the incident, is affected or at risk.")
        raise ValidationError({"recipient": sentence})
    offer = Offer(incident=incident, recipient=chosen)
    return _keep(offer, offered, by=by, at=at, submission_key=submission_key)


def _keep(
    offer: Offer, offered: Offered, *, by: User, at: datetime, submission_key: uuid.UUID | None
) -> Offer:
    # Two submissions of one form wait for each other here (on SQLite by its IMMEDIATE transactions).
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    sent = Offer.objects.filter(prepared_by=by, submission_key=submission_key)
    if submission_key and (earlier := sent.first()):
        return earlier
    offer.participant_id = by.participant_id
    offer.prepared_by, offer.submission_key = by, submission_key
    offer.created_at = offer.updated_at = at
    sources = _sources(offer)
    validate(offered, sources, at=at, is_unsolicited=offer.is_unsolicited)
    _write(offer, offered)
    offer.save(force_insert=True)
    _write_lines(offer, offered, sources)
    record("incidents.offer.drafted", subject=offer, by=by, at=at)
    return offer


@transaction.atomic
def update(offer: Offer, offered: Offered, *, by: User, at: datetime, version: int) -> Offer:
    """
    Save what was changed in a draft; it then answers the newest text of the request.

    ``version`` is the one the person saw. Whoever writes last is the one who must not sign.

    :raises Refused: unless ``rules.may_update``
    :raises StaleVersion: when somebody else has saved since
    :raises ValidationError: when a value is impossible
    """
    require(rules.may_update(by, offer))
    sources = _sources(offer)
    validate(offered, sources, at=at, is_unsolicited=offer.is_unsolicited)
    _claim_version(offer, version=version, at=at)
    before = _tellable(offer)
    _write(offer, offered)
    offer.prepared_by = by
    if offer.request:
        offer.request_text_version = offer.request.text_version
    offer.save()
    _write_lines(offer, offered, sources)
    changes = hashed(changes_between(before, _tellable(offer)))
    _record("incidents.offer.updated", offer, by=by, at=at, changes=changes)
    return offer


def _claim_version(offer: Offer, *, version: int, at: datetime) -> None:
    drafts = Offer.objects.filter(pk=offer.pk, status=OfferStatus.DRAFT, version=version)
    claimed = drafts.update(version=F("version") + 1, updated_at=at)
    offer.refresh_from_db()
    if claimed:
        return
    if not offer.is_draft:
        raise WrongStatus(lifecycle.wrong_status_sentence(offer))
    raise StaleVersion(offer)


def _sources(offer: Offer) -> Sources:
    items = {item.line: item for item in offer.request.items.all()} if offer.request else {}
    own = queries.capacities_of(offer.participant_id)
    return Sources(items, {capacity.pk: capacity for capacity in own})


def _write(offer: Offer, offered: Offered) -> None:
    """:raises ValidationError: when the columns themselves refuse a value"""
    offer.valid_until, offer.terms = offered.valid_until, offered.terms
    offer.conditions = with_text(offer.conditions, offered.language, offered.conditions)
    offer.clean_fields(
        exclude=["incident", "request", "recipient", "participant", "prepared_by", "signed_by"]
    )


def _write_lines(offer: Offer, offered: Offered, sources: Sources) -> None:
    """Make the lines read as given; a text in another language stays with the line it stood in."""
    standing = {item.line: item.descriptions for item in offer.items.all()}
    offer.items.all().delete()
    for number, line in enumerate(offered.lines, start=1):
        item = _item(offer, line, sources)
        item.line = number
        others = standing.get(number, {})
        item.descriptions = with_text(others, offered.language, line.description)
        _clean(item)
        item.save(force_insert=True)


def _item(offer: Offer, line: OfferedLine, sources: Sources) -> OfferItem:
    asked = sources.items.get(line.request_line or 0)
    capacity = sources.capacities.get(line.capacity) if line.capacity else None
    own_type = line.capacity_type or (capacity.capacity_type if capacity else "")
    return OfferItem(
        offer=offer,
        request_item=asked,
        capacity=capacity,
        kind=asked.kind if asked else line.kind,
        capacity_type=own_type or (asked.capacity_type if asked else ""),
        unit=asked.unit if asked else unit_of(line),
        offered=line.offered,
        ready_from=line.ready_from,
        available_until=line.available_until,
        departs_within_hours=line.departs_within_hours,
        self_sufficient_days=line.self_sufficient_days,
        needs_transport=line.needs_transport,
        transport_needs=line.transport_needs,
    )


def _clean(item: OfferItem) -> None:
    try:
        item.clean_fields(exclude=["offer", "request_item", "capacity"])
    except ValidationError as error:
        raise ValidationError({"lines": error.messages}) from error


def _tellable(offer: Offer) -> dict[str, Any]:
    lines = list(offer.items.order_by("line").values("line", "kind", "unit", "offered"))
    names = ("valid_until", "terms", "conditions")
    return {**{name: getattr(offer, name) for name in names}, "lines": lines}


def _record(kind: str, offer: Offer, **more: Any) -> None:
    record(kind, subject=offer, participant=offer.participant_id, **more)


def _take_step(offer: Offer, verb: str, *, by: User | None, at: datetime, **more: Any) -> Offer:
    step = partial(lifecycle.take_step, lifecycle=OFFERS, participant=offer.participant_id)
    return step(offer, verb, by=by, at=at, **more)


@transaction.atomic
def sign(offer: Offer, *, by: User, at: datetime, version: int) -> Offer:
    """
    Bind the participant to the offer: its text is frozen with a hash and gets its number.

    ``version`` is the one the person read: other words are not signed.

    :raises Refused: unless ``rules.may_sign``; with the code ``same_person`` to its writer
    :raises WrongStatus: unless it is a draft
    :raises StaleVersion: when somebody else has saved since
    """
    # The row first: nobody rewrites what is being signed, and the writer is the one who stands there.
    held = Offer.objects.filter(pk=offer.pk, status=OfferStatus.DRAFT, version=version)
    if not held.update(updated_at=at):
        require(rules.may_sign(by, offer))
        offer.refresh_from_db()
        if offer.is_draft:
            raise StaleVersion(offer)
        raise WrongStatus(lifecycle.wrong_status_sentence(offer))
    offer.refresh_from_db()
    require(rules.may_sign(by, offer))
    require(rules.ready_to_sign(offer))
    offer.number = next_number(offer.series, year=at.year)
    items = list(offer.items.select_related("request_item").order_by("line"))
    content = content_of(offer, items)
    digest = digest_of(content)
    changes = {
        "number": offer.number, "signed_at": at, "signed_by": by, "content": content, "digest": digest,
    }  # fmt: skip
    return _take_step(offer, "sign", by=by, at=at, changes=changes, sha256=digest)


def discard(offer: Offer, *, by: User, at: datetime) -> Offer:
    """
    Put the draft away.

    :raises Refused: unless ``rules.may_discard``
    :raises WrongStatus: unless it is a draft
    """
    require(rules.may_discard(by, offer))
    return _take_step(offer, "discard", by=by, at=at)


@transaction.atomic
def submit(offer: Offer, *, by: User, at: datetime) -> Offer:
    """
    Hand the signed offer to the requester; what it promises of the register is taken from now on.

    :raises Refused: unless ``rules.may_submit``
    :raises WrongStatus: unless it is signed and still valid, and the request takes offers
    :raises BookedTwice: when more of a capacity is promised at one time than there is
    """
    require(rules.may_submit(by, offer))
    _hold_open(offer, at=at)
    if not Offer.objects.filter(pk=offer.pk, valid_until__gt=at).exists():
        raise WrongStatus(_("The offer's time is over: make a new one."))
    submitted = _take_step(offer, "submit", by=by, at=at, changes={"submitted_at": at})
    hold_together(submitted)
    return submitted


def _hold_open(offer: Offer, *, at: datetime) -> None:
    """:raises WrongStatus: unless what is offered to takes offers, now and until this is committed"""
    if offer.request_id:
        takes = AssistanceRequest.objects.filter(pk=offer.request_id, status__in=OPEN_TO_OFFERS)
        if not takes.update(updated_at=at):
            raise WrongStatus(str(rules.NOT_OPEN.reason))
    else:
        hold_open(offer.incident_id)


def withdraw(offer: Offer, *, by: User, at: datetime, reason: str = "") -> Offer:
    """
    Take the offer back before it is decided.

    :raises Refused: unless ``rules.may_withdraw``
    :raises WrongStatus: before it is signed, and once it is decided
    """
    require(rules.may_withdraw(by, offer))
    return _take_step(offer, "withdraw", by=by, at=at, reason=reason.strip()[:1000])


@transaction.atomic
def withdraw_rest(offer: Offer, *, by: User, at: datetime, reason: str = "") -> Offer:
    """
    Take back what the requester has not accepted of an offer that was accepted in part; for good.

    :raises Refused: unless ``rules.may_withdraw_rest``; with ``wrong_status`` where nothing waits for a decision
    :raises ValidationError: with a reason that cannot be shown
    """
    # The row first: a decision that is being taken now is seen here, or finds the rest withdrawn.
    held = Offer.objects.select_for_update(of=("self",), no_key=True)
    offer.refresh_from_db(from_queryset=held)
    require(rules.may_withdraw_rest(by, offer))
    rest = [{"line": item.line, "withdrawn": item.rest} for item in queries.rest_of(offer)]
    told = {"withdrawn": rest, "reason": sound_reason(reason)}
    changes = {"rest_withdrawn_at": at, "rest_withdrawn_by": by}
    return _take_step(offer, "withdraw_rest", by=by, at=at, changes=changes, **told)


@transaction.atomic
def confirm(offer: Offer, *, by: User, at: datetime, text_version: int) -> Offer:
    """
    Say that the offer still stands although the request's text has changed since.

    ``text_version`` is that of the request's text that was read. What was signed stays as it is, with its
    hash: the confirmation is an entry of its own.

    :raises Refused: unless ``rules.may_confirm``
    :raises WrongStatus: when the request has changed once more in between
    """
    require(rules.may_confirm(by, offer))
    assert offer.request
    standing = Offer.objects.filter(
        pk=offer.pk, request__text_version=text_version, version=offer.version
    )
    moved = {"request_text_version": text_version, "version": F("version") + 1, "updated_at": at}
    if not standing.update(**moved):
        raise WrongStatus(_("The request or the offer has changed in the meantime. Read it again."))
    offer.refresh_from_db()
    _record("incidents.offer.confirmed", offer, by=by, at=at, text_version=text_version)
    return offer


# ── what the requester does ─────────────────────────────────────────────────────────────────────
def review(offer: Offer, *, by: User, at: datetime) -> Offer:
    """
    Say that the offer is being looked at; this decides nothing.

    :raises Refused: unless ``rules.may_review``
    :raises WrongStatus: unless it is submitted
    """
    require(rules.may_review(by, offer))
    return _take_step(offer, "review", by=by, at=at)


def accept(offer: Offer, *, by: User, at: datetime, reason: str = "") -> Offer:
    """
    Take everything that is offered.

    :raises Refused: unless ``rules.may_accept``
    :raises WrongStatus: when there is nothing to decide any more
    :raises OverAccepted: when a line of the request has less left
    """
    require(rules.may_accept(by, offer))
    decisions = [LineDecision(line, Outcome.ACCEPT, reason=reason) for line in _lines(offer)]
    return decide(offer, decisions, by=by, at=at, verb="accept")


def accept_in_part(
    offer: Offer, *, by: User, at: datetime, decisions: Sequence[LineDecision]
) -> Offer:
    """
    Decide line by line; the offer's status follows from all its lines.

    :raises Refused: unless ``rules.may_accept_in_part``
    :raises WrongStatus: when there is nothing to decide any more
    :raises OverAccepted: when a line of the request has less left
    :raises ValidationError: when a line is unknown or a decision does not fit it
    """
    require(rules.may_accept_in_part(by, offer))
    return decide(offer, decisions, by=by, at=at, verb="accept_in_part")


def accept_provisionally(offer: Offer, *, by: User, at: datetime, reason: str = "") -> Offer:
    """
    Say that everything offered is wanted if certain things hold; nothing is taken by it yet.

    :raises Refused: unless ``rules.may_accept_provisionally``
    :raises WrongStatus: when there is nothing to decide any more
    """
    require(rules.may_accept_provisionally(by, offer))
    decisions = [LineDecision(line, Outcome.PROVISIONAL, reason=reason) for line in _lines(offer)]
    return decide(offer, decisions, by=by, at=at, verb="accept_provisionally")


def decline(offer: Offer, *, by: User, at: datetime, reason: str) -> Offer:
    """
    Take nothing of it, and say why; what was accepted before is given back.

    :raises Refused: unless ``rules.may_decline``
    :raises WrongStatus: when there is nothing to decide any more
    :raises ValidationError: without a reason, or while something of it is deployed
    """
    require(rules.may_decline(by, offer))
    decisions = [LineDecision(line, Outcome.DECLINE, reason=reason) for line in _lines(offer)]
    return decide(offer, decisions, by=by, at=at, verb="decline")


def _lines(offer: Offer) -> list[int]:
    return list(offer.items.order_by("line").values_list("line", flat=True))


# ── what time brings about ──────────────────────────────────────────────────────────────────────
def expire(offer: Offer, *, at: datetime) -> Offer:
    """
    End an offer whose validity is over.

    :raises WrongStatus: when it is decided, withdrawn or expired already, or still valid
    """
    if offer.valid_until > at:  # frozen by the signature: the copy in memory is as good as the row
        raise WrongStatus(lifecycle.wrong_status_sentence(offer))
    return _take_step(offer, "expire", by=None, at=at)


def expire_all(*, at: datetime) -> int:
    """End every offer that nobody decided in time; running twice ends none twice."""
    ended = 0
    for offer in queries.due(at):
        try:
            expire(offer, at=at)
        except WrongStatus:
            continue  # decided, withdrawn or ended by somebody else at this moment
        ended += 1
    return ended
