"""What the pages of requests show: values made ready, so that templates neither query nor compute."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.models import Acknowledgement, Amendment, AssistanceRequest, Offer, RequestVersion
from incidents.presentation import coverage
from incidents.presentation.records import (
    HistoryLine,
    TextVersion,
    TrackStep,
    history_lines,
    texts_of,
)
from incidents.presentation.steps import Button, Words, buttons_of
from incidents.queries import histories
from incidents.queries import offers as offer_queries
from incidents.queries import requests as queries
from incidents.rules import offers as offer_rules
from incidents.rules import requests as rules
from incidents.rules.parties import is_third, stands_for
from incidents.statuses import DECIDABLE, REQUESTS, ItemKind, Priority, RequestStatus, Terms
from incidents.vocabularies.capacity_types import title_of
from incidents.vocabularies.units import counted
from ots_portal.escalations.models import board_of
from ots_portal.people.models import User
from ots_portal.texts import in_language, say
from ots_portal.ui.moments import in_zone, moment_text

TONES = coverage.REQUEST_TONES
WORDS = {
    "incidents.request.drafted": gettext_lazy("Draft kept"),
    "incidents.request.updated": gettext_lazy("Draft changed"),
    "incidents.request.signed": gettext_lazy("Signed"),
    "incidents.request.discarded": gettext_lazy("Discarded"),
    "incidents.request.circulated": gettext_lazy("Circulated"),
    "incidents.request.suspended": gettext_lazy("Suspended"),
    "incidents.request.resumed": gettext_lazy("Resumed"),
    "incidents.request.fulfilled": gettext_lazy("Fulfilled"),
    "incidents.request.closed": gettext_lazy("Closed"),
    "incidents.request.withdrawn": gettext_lazy("Withdrawn"),
    "incidents.request.uncovered": gettext_lazy("Nothing accepted any more"),
    "incidents.request.partly_covered": gettext_lazy("Partially covered"),
    "incidents.request.covered": gettext_lazy("Covered"),
    "incidents.request.amendment_prepared": gettext_lazy("Amendment prepared"),
    "incidents.request.amendment_dropped": gettext_lazy("Amendment dropped"),
    "incidents.request.amended": gettext_lazy("Amended"),
    "incidents.request.acknowledged": gettext_lazy("Receipt acknowledged"),
}
# Of the requester's own work until it is signed: others read what is circulated.
_OWN = histories.hidden("incidents.assistancerequest")

STEP_WORDS = {
    "sign": Words(
        gettext_lazy("Sign"),
        gettext_lazy("The request is signed. It can be circulated now."),
        confirm=gettext_lazy("You sign in the name of your State. The text does not change after this."),
    ),
    "circulate": Words(
        gettext_lazy("Circulate"),
        gettext_lazy("The request is circulated. The officers on duty of those who may help are being alerted."),
        confirm=gettext_lazy("Everybody who reads the incident will read the request; officers on duty are alerted now."),
    ),
    "resume": Words(gettext_lazy("Resume"), gettext_lazy("The request takes offers again.")),
    "fulfil": Words(
        gettext_lazy("Fulfilled"),
        gettext_lazy("The request is fulfilled: it takes no more offers."),
        "secondary",
        gettext_lazy("No more offers are wanted, and nothing more can be accepted?"),
    ),
    "close": Words(gettext_lazy("Close"), gettext_lazy("The request is closed."), "secondary"),
    "suspend": Words(
        gettext_lazy("Suspend…"), gettext_lazy("The request is suspended: it takes no offers."),
        "secondary", on_own_page=True,
    ),
    "withdraw": Words(
        gettext_lazy("Withdraw…"), gettext_lazy("The request is withdrawn."), "secondary", on_own_page=True
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
    requester: str
    incident: str
    incident_url: str
    lines: str
    terms: str
    status: str
    status_tone: str
    at: datetime
    is_exercise: bool


@dataclass(frozen=True)
class OfferLine:
    """An offer as the pages of what it answers list it."""

    url: str
    number: str
    offerer: str
    status: str
    status_tone: str
    what: str
    valid_until: datetime
    is_outdated: bool
    is_rest_withdrawn: bool


@dataclass(frozen=True)
class Receipt:
    """Who has said that the request arrived, or has not yet."""

    participant: str
    by: str
    at: datetime | None


def rows(requests: Iterable[AssistanceRequest]) -> list[RowView]:
    """Make the lines of a list; no query (parts and items are fetched with the rows)."""
    return [
        RowView(
            url=request.get_absolute_url(),
            number=request.number or _("Draft"),
            requester=request.participant.name,
            incident=request.incident.title,
            incident_url=request.incident.get_absolute_url(),
            lines="; ".join(
                f"{counted(item.needed, item.unit)}: {coverage.what_of(item)}"
                for item in request.items.all()
                if not item.cancelled_at
            ),
            terms=request.get_terms_display(),
            status=request.get_status_display(),
            status_tone=TONES[request.status],
            at=request.circulated_at or request.updated_at,
            is_exercise=request.is_exercise,
        )
        for request in requests
    ]


def whole(request: AssistanceRequest, *, reader: User, at: datetime) -> dict[str, Any]:
    """Return everything the page of one request shows to this reader."""
    is_own = stands_for(reader, request.participant)
    amendment = _amendment(request) if is_own else None  # an unsigned text is the requester's own
    versions = list(request.versions.select_related("signed_by__participant", "prepared_by"))
    return {
        "request_": request,
        "incident": request.incident,
        "tone": TONES[request.status],
        "track": track(request),
        "buttons": buttons(request, reader=reader),
        "may_update": rules.may_update(reader, request) if is_own else None,
        "may_amend": _may_amend(request, reader),
        "may_offer": _may_offer(request, reader),
        "may_acknowledge": _may_acknowledge(request, reader),
        "may_see_contact": queries.sees_contact(reader, request),
        "situations": texts_of(request.situations),
        "coverage": coverage_values(request),
        "draft_lines": draft_lines(request) if request.is_draft else [],
        "receipts": receipts(request, reader=reader),
        "board_url": board_of(request.pk),
        "offers": offer_lines(offer_queries.of_request(request, reader), reader=reader),
        "versions": list(reversed(versions)),
        "amendment": amendment,
        "may_sign_amendment": rules.may_sign_amendment(reader, amendment) if amendment else None,
        "may_drop_amendment": rules.may_drop_amendment(reader, amendment) if amendment else None,
        "amendment_changes": list(amended(request, amendment)) if amendment else [],
        "is_third": is_third(request.participant),
        "history": history(request, reader=reader),
        "is_own": is_own,
        "is_over": bool(request.needed_until and request.needed_until < at),
    }


def _amendment(request: AssistanceRequest) -> Amendment | None:
    return Amendment.objects.filter(request=request).select_related("prepared_by").first()


def buttons(request: AssistanceRequest, *, reader: User) -> list[Button]:
    """Return the steps; outsiders of the record see none, the secretariat those that are its own."""
    found = buttons_of(
        request,
        reader=reader,
        lifecycle=REQUESTS,
        rules=rules,
        words=STEP_WORDS,
        page="request_",
        ready={"sign": rules.ready_to_sign},
    )
    if stands_for(reader, request.participant):
        return found
    return [button for button in found if button.verdict]


def _may_amend(request: AssistanceRequest, reader: User) -> bool:
    return request.status in DECIDABLE and bool(rules.may_amend(reader, request))


def _may_offer(request: AssistanceRequest, reader: User) -> bool:
    return bool(offer_rules.may_create(reader, request))


def _may_acknowledge(request: AssistanceRequest, reader: User) -> bool:
    if not request.circulated_at or not rules.may_acknowledge(reader, request):
        return False
    return not request.acknowledgements.filter(participant=reader.participant_id).exists()


MAIN_ROAD = ("draft", "signed", "circulated", "partially_covered", "covered", "fulfilled", "closed")


def track(request: AssistanceRequest) -> list[TrackStep]:
    """Return the main road with where it stands; a suspended or withdrawn one has left it."""
    if request.status not in MAIN_ROAD:
        return []
    labels, here = dict(RequestStatus.choices), MAIN_ROAD.index(request.status)
    return [
        TrackStep(labels[status], is_done=n < here, is_current=n == here)
        for n, status in enumerate(MAIN_ROAD)
    ]


def coverage_values(request: AssistanceRequest) -> dict[str, Any]:
    """Return what the coverage table of one request shows, and where it is asked for again."""
    found = AssistanceRequest.objects.filter(pk=request.pk)
    return {
        "groups": coverage.groups_of(found),
        "legend": coverage.legend(),
        "address": reverse("incidents:request_coverage", args=[request.pk]),
        "is_single": True,
    }


def draft_lines(request: AssistanceRequest) -> list[dict[str, Any]]:
    return [
        {
            "line": item.line,
            "what": coverage.what_of(item),
            "text": in_language(item.descriptions) if item.capacity_type else "",
            "kind": item.get_kind_display(),
            "needed": counted(item.needed, item.unit),
            "priority": item.get_priority_display(),
            "priority_tone": coverage.PRIORITY_TONES[Priority(item.priority)],
            "needed_by": item.needed_by,
        }
        for item in queries.items_of(request)
    ]


def receipts(request: AssistanceRequest, *, reader: User) -> list[Receipt]:
    """
    Return the board: who has acknowledged, and which of those who can act have not.

    Officers are named to their colleagues and to the secretariat.
    """
    if not request.circulated_at:
        return []
    done = [
        Receipt(one.participant.name, _officer(one, reader), one.at)
        for one in queries.acknowledgements_of(request)
    ]
    missing = [
        Receipt(participant.name, "", None) for participant in queries.not_acknowledged(request)
    ]
    return done + missing


def _officer(one: Acknowledgement, reader: User) -> str:
    is_told = reader.is_secretariat or reader.serves(one.participant_id)
    return one.by.name if is_told else ""


def offer_lines(offers: Any, *, reader: User) -> list[OfferLine]:
    """Return the offers this reader sees, newest first, with what they hold; two queries."""
    found = offer_queries.with_items(offer_queries.with_parts(offers))
    return [
        OfferLine(
            url=offer.get_absolute_url(),
            number=offer.number or _("Draft"),
            offerer=offer.participant.name,
            status=offer.get_status_display(),
            status_tone=OFFER_TONES[offer.status],
            what=offer_in_words(offer, reader=reader),
            valid_until=offer.valid_until,
            is_outdated=offer.is_outdated,
            is_rest_withdrawn=offer.rest_withdrawn_at is not None,
        )
        for offer in found
    ]


def offer_in_words(offer: Offer, *, reader: User) -> str:
    """Say what the offer holds; to others than its parties only what was accepted of it."""
    if offer_queries.is_party(reader, offer):
        return "; ".join(item.in_words for item in offer.items.all())
    return "; ".join(item.accepted_in_words for item in offer.items.all() if item.accepted)


OFFER_TONES = {
    "draft": "draft", "signed": "warning", "submitted": "severe", "under_review": "info",
    "provisional": "warning", "accepted": "good", "partially_accepted": "good", "declined": "neutral",
    "withdrawn": "neutral", "expired": "neutral", "discarded": "neutral",
}  # fmt: skip


def history(request: AssistanceRequest, *, reader: User) -> list[HistoryLine]:
    is_own = stands_for(reader, request.participant)
    hidden = () if is_own else _OWN
    with_names = is_own or reader.is_secretariat
    return history_lines(request, words=WORDS, with_names=with_names, hidden=hidden)


# ── versions of the text ────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Change:
    """A field of the signed text that reads otherwise than before."""

    label: str
    before: str
    after: str


def comparison(older: RequestVersion | None, newer: RequestVersion) -> list[Change]:
    """Return what a version changed; of the first one, nothing."""
    return list(changes_between(older.content, newer.content)) if older else []


def amended(request: AssistanceRequest, amendment: Amendment) -> Iterator[Change]:
    """Return what the amendment would change in the newest text."""
    newest = request.versions.order_by("-number").first()
    return changes_between(newest.content if newest else {}, amendment.content)


FIELD_WORDS: dict[str, str | Promise] = {
    "delivery_place": gettext_lazy("Place of delivery"),
    "latitude": gettext_lazy("Latitude"),
    "longitude": gettext_lazy("Longitude"),
    "entry_points": gettext_lazy("Entry points"),
    "needed_from": gettext_lazy("Needed from"),
    "needed_until": gettext_lazy("Needed until"),
    "terms": gettext_lazy("Costs"),
    "allows_over_acceptance": gettext_lazy("More than is needed may be accepted"),
}
ITEM_WORDS: dict[str, str | Promise] = {
    "kind": gettext_lazy("kind"),
    "capacity_type": gettext_lazy("type"),
    "needed": gettext_lazy("quantity"),
    "priority": gettext_lazy("priority"),
    "needed_by": gettext_lazy("needed by"),
    "is_cancelled": gettext_lazy("cancelled"),
}


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    """Compare two frozen texts of one request, field by field and line by line."""
    yield from _text_changes(_("Situation"), before.get("situations", {}), after["situations"])
    for name, label in FIELD_WORDS.items():
        if before.get(name) != after.get(name):
            yield Change(str(label), shown(name, before.get(name)), shown(name, after.get(name)))
    lines = {item["line"]: item for item in before.get("items", [])}
    for item in after["items"]:
        yield from _line_changes(lines.get(item["line"]), item)


def _text_changes(label: str, before: dict[str, str], after: dict[str, str]) -> Iterator[Change]:
    names = dict(settings.LANGUAGES)
    for code in sorted({*before, *after}):
        if before.get(code) != after.get(code):
            title = f"{label} ({names.get(code, code)})"
            yield Change(title, before.get(code, ""), after.get(code, ""))


def _line_changes(before: dict[str, Any] | None, after: dict[str, Any]) -> Iterator[Change]:
    title = _("Line %(line)s") % {"line": after["line"]}
    if before is None:
        yield Change(title, "", _line_text(after))
        return
    for name, label in ITEM_WORDS.items():
        if before[name] != after[name]:
            yield Change(f"{title}, {label}", _item_shown(before, name), _item_shown(after, name))
    yield from _text_changes(
        _("Line %(line)s, text") % {"line": after["line"]},
        before["descriptions"],
        after["descriptions"],
    )


def _line_text(item: dict[str, Any]) -> str:
    what = title_of(item["capacity_type"]) or say(item["descriptions"]).text
    return f"{counted(item['needed'], item['unit'])}: {what}"


def _item_shown(item: dict[str, Any], name: str) -> str:
    if name == "needed":
        return counted(item["needed"], item["unit"])
    return shown(name, item[name])


_CHOICES: dict[str, dict[Any, Any]] = {
    "terms": dict(Terms.choices),
    "kind": dict(ItemKind.choices),
    "priority": dict(Priority.choices),
}


def shown(name: str, value: Any) -> str:
    """Return one value of a frozen text as a person reads it."""
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in _CHOICES:
        return str(_CHOICES[name].get(value, value))
    if name == "capacity_type":
        return title_of(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    moment = parse_datetime(value) if name.startswith("needed_") else None
    return moment_text(in_zone(moment)) if moment else str(value)


def version_texts(content: dict[str, Any]) -> list[TextVersion]:
    return texts_of(content["situations"])
