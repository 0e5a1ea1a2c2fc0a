"""The instruments of assistance as PDF: the signed request, and the acceptance of an offer; in two languages."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from incidents.models import AssistanceRequest, Decision, Offer, OfferItem, RequestVersion
from incidents.presentation.coverage import what_of
from incidents.presentation.offers import is_withdrawn
from incidents.rules.parties import is_third
from incidents.statuses import Classification, ItemKind, OfferStatus, Priority, Terms
from incidents.vocabularies.capacity_types import title_of
from incidents.vocabularies.units import counted
from ots_portal.audit.queries import history_of, names_of_actors
from ots_portal.paper import pdf
from ots_portal.people.models import User
from ots_portal.texts import say
from ots_portal.ui.moments import zoned_text

TEMPLATE = "incidents/assistance.typ"
SECOND = "en"  # beside the reader's own language
HEAD = _("Head of authority")


class _Words:
    """Says everything in the document's language, and beside it in English."""

    def __init__(self, language: str) -> None:
        self.language = language.partition("-")[0]

    def both(self, words: str | Promise) -> str:
        """Return "Durum · Situation"; in an English document once."""
        said = dict.fromkeys(_in(code, words) for code in (self.language, SECOND))
        return " · ".join(said)

    def texts(self, label: str | Promise, texts: dict[str, str]) -> list[list[str]]:
        """Return the text in both languages, or in the one it was written in, each with its label."""
        names = dict(settings.LANGUAGES)
        wanted = [code for code in dict.fromkeys((self.language, SECOND)) if texts.get(code)]
        codes = wanted or [code for code, text in texts.items() if text][:1]
        title = self.both(label)
        return [[f"{title} ({names.get(code, code)})", texts[code]] for code in codes]

    def moment(self, value: datetime | str | None) -> str:
        told = parse_datetime(value) if isinstance(value, str) else value
        return _in_zone(told, self.language) if told else ""

    def choice(self, choices: Iterable[tuple[Any, Any]], value: Any) -> str:
        return self.both(dict(choices).get(value, value))


def _in(language: str, words: str | Promise) -> str:
    with override(language):
        return str(words)


def _in_zone(moment: datetime, language: str) -> str:
    with override(language):
        return zoned_text(moment)


def request_pdf(
    request: AssistanceRequest, version: RequestVersion, *, language: str, at: datetime
) -> bytes:
    """
    Return the signed text of one version, with number, hash and who signed it; amendments name their reason.

    :raises NotPrintable: when it cannot be made into a file
    """
    words, content = _Words(language), version.content
    title = words.both(_("Request for assistance"))
    return pdf.render(
        TEMPLATE,
        {
            "notice": _note(request, words),
            "facts": _request_facts(request, version, words),
            "texts": words.texts(_("Situation"), content["situations"]),
            "lines_title": words.both(_("What is needed")),
            "columns": _request_columns(words),
            "rows": [_request_row(item, words) for item in content["items"]],
            "signatures": [_signature(version.signed_by, version.signed_at, words)],
        },
        title=title,
        language=language,
        classification=_readers(request.incident.classification),
        document_number=f"{request.number} / {version.number}",
        issuer=request.participant.name,
        watermark=pdf.EXERCISE if request.is_exercise else "",
        at=at,
    )


def _note(request: AssistanceRequest, words: _Words) -> str:
    if not is_third(request.participant):
        return ""
    return words.both(_("Entered by the secretariat from the signed note of the State that asks."))


def _readers(classification: str) -> str | Promise:
    return dict(Classification.choices)[classification]


def _request_facts(
    request: AssistanceRequest, version: RequestVersion, words: _Words
) -> list[list[str]]:
    content = version.content
    facts = [
        (_("Requester"), request.participant.name),
        (_("Incident"), f"{content['incident']}: {request.incident.title}"),
        (_("Version"), f"{version.number}"),
        (_("Why it was amended"), version.reason),
        (_("Place of delivery"), content["delivery_place"]),
        (_("Entry points"), ", ".join(content["entry_points"])),
        (_("Needed from"), words.moment(content["needed_from"])),
        (_("Needed until"), words.moment(content["needed_until"])),
        (_("Costs"), words.choice(Terms.choices, content["terms"])),
        (_("Prepared by"), version.prepared_by.name),
        (_("SHA-256 of the signed text"), version.digest),
    ]
    return [[words.both(label), value] for label, value in facts if value]


def _request_columns(words: _Words) -> list[dict[str, Any]]:
    return [
        {"label": words.both(_("Line")), "width": 0.6},
        {"label": words.both(_("Kind")), "width": 1.2},
        {"label": words.both(_("What is asked for")), "width": 3},
        {"label": words.both(_("Quantity")), "width": 1.3, "align": "right"},
        {"label": words.both(_("Priority")), "width": 1},
        {"label": words.both(_("Needed by")), "width": 1.5},
    ]


def _request_row(item: dict[str, Any], words: _Words) -> list[str]:
    if item["is_cancelled"]:
        cancelled = words.both(_("Cancelled"))
        return [
            str(item["line"]),
            words.choice(ItemKind.choices, item["kind"]),
            cancelled,
            "",
            "",
            "",
        ]
    return [
        str(item["line"]),
        words.choice(ItemKind.choices, item["kind"]),
        _described(item["capacity_type"], item["descriptions"], words),
        _quantity(item["needed"], item["unit"], words),
        words.choice(Priority.choices, item["priority"]),
        words.moment(item["needed_by"]),
    ]


def _described(code: str, texts: dict[str, str], words: _Words) -> str:
    """Return the type, and the text in both languages or in the one it was written in."""
    with override(words.language):
        kind = title_of(code)
    wanted = [texts[one] for one in dict.fromkeys((words.language, SECOND)) if texts.get(one)]
    return "\n".join(filter(None, [kind, *(wanted or [say(texts).text])]))


def _quantity(value: int, unit: str, words: _Words) -> str:
    said = {code: _counted_in(code, value, unit) for code in (words.language, SECOND)}
    return "\n".join(dict.fromkeys(said.values()))


def _counted_in(language: str, value: int, unit: str) -> str:
    with override(language):
        return counted(value, unit)


def _signature(signer: User, at: datetime, words: _Words) -> dict[str, Any]:
    return {
        "name": signer.name,
        "function": words.both(HEAD),
        "participant": signer.participant.name,
        "signed_at": words.moment(at),
    }


def acceptance_pdf(offer: Offer, *, language: str, at: datetime) -> bytes:
    """
    Return what was offered and what of it was accepted, with both heads who bound their States.

    :raises NotPrintable: when it cannot be made into a file
    """
    words = _Words(language)
    items = list(offer.items.select_related("request_item").order_by("line"))
    newest = _newest(offer)
    return pdf.render(
        TEMPLATE,
        {
            "notice": "",
            "facts": _offer_facts(offer, words),
            "texts": words.texts(_("Conditions"), offer.conditions) if offer.conditions else [],
            "lines_title": words.both(_("What was accepted")),
            "columns": _offer_columns(words),
            "rows": [_offer_row(item, newest.get(item.pk), words) for item in items],
            "signatures": _both_signatures(offer, newest, words),
        },
        title=words.both(_("Acceptance of assistance")),
        language=language,
        classification=_("The two parties and the secretariat"),
        document_number=str(offer.number),
        issuer=offer.recipient.name,
        watermark=pdf.EXERCISE if offer.is_exercise else "",
        at=at,
    )


def _newest(offer: Offer) -> dict[Any, Decision]:
    found = Decision.objects.filter(offer_item__offer=offer).select_related("by__participant")
    return {decision.offer_item_id: decision for decision in found.order_by("at", "id")}


def _offer_facts(offer: Offer, words: _Words) -> list[list[str]]:
    request, signed_to = offer.request, _text_signed_to(offer)
    answered = (
        f"{request.number}, {_in(words.language, _('version'))} {signed_to}" if request else ""
    )
    facts = [
        (_("Offerer"), offer.participant.name),
        (_("Recipient"), offer.recipient.name),
        (_("Incident"), f"{offer.incident.number}: {offer.incident.title}"),
        (_("Answers request"), answered),
        (_("Status"), words.both(_status(offer))),
        (_("Valid until"), words.moment(offer.valid_until)),
        (_("Rest withdrawn"), _rest_withdrawn(offer, words)),
        (_("Costs"), words.choice(Terms.choices, offer.terms)),
        (_("SHA-256 of the signed offer"), offer.digest),
        (_("SHA-256 of the request's text"), _digest_of_text(offer, signed_to)),
        *_confirmations(offer, words),
    ]
    return [[words.both(label), value] for label, value in facts if value]


def _rest_withdrawn(offer: Offer, words: _Words) -> str:
    """Tell when and by whom; "" where the rest was not withdrawn."""
    if offer.rest_withdrawn_by is None:
        return ""
    return f"{words.moment(offer.rest_withdrawn_at)}, {offer.rest_withdrawn_by.name}"


def _text_signed_to(offer: Offer) -> int:
    """Return the version of the request's text that stands in the signed offer."""
    content = offer.content or {}
    return int(content.get("request_text_version", offer.request_text_version))


def _digest_of_text(offer: Offer, number: int) -> str:
    if offer.request is None:
        return ""
    answered = offer.request.versions.filter(number=number).first()
    return answered.digest if answered else ""


def _confirmations(offer: Offer, words: _Words) -> Iterator[tuple[str | Promise, str]]:
    """Tell who said when for which later text that the offer still stands, with that text's hash."""
    entries = list(history_of(offer).filter(kind="incidents.offer.confirmed"))
    names = names_of_actors(entries)
    for entry in entries:
        number = entry.data["text_version"]
        told = [
            f"{_in(words.language, _('version'))} {number}",
            names.get(entry.actor_id, ""),
            words.moment(entry.recorded_at),
            f"SHA-256 {_digest_of_text(offer, number)}",
        ]
        yield _("Confirmed for a later text"), ", ".join(filter(None, told))


def _status(offer: Offer) -> str | Promise:
    choices: Any = offer._meta.get_field("status").choices
    return dict(choices)[offer.status]  # type: ignore[no-any-return]


def _offer_columns(words: _Words) -> list[dict[str, Any]]:
    return [
        {"label": words.both(_("Line")), "width": 0.6},
        {"label": words.both(_("What is offered")), "width": 3},
        {"label": words.both(_("Offered")), "width": 1.4, "align": "right"},
        {"label": words.both(_("Accepted")), "width": 1.4, "align": "right"},
        {"label": words.both(_("Decision")), "width": 2},
    ]


def _offer_row(item: OfferItem, decision: Decision | None, words: _Words) -> list[str]:
    asked = item.request_item
    texts = item.descriptions or (asked.descriptions if asked else {})
    with override(words.language):
        usual = what_of(item)
    return [
        str(item.line),
        _described(item.capacity_type, texts, words) or usual,
        _quantity(item.offered, item.unit, words),
        _quantity(item.accepted, item.unit, words) if item.accepted else "",
        words.both(OfferStatus.WITHDRAWN.label)
        if is_withdrawn(item, decision)
        else _decided(decision, words),
    ]


def _decided(decision: Decision | None, words: _Words) -> str:
    if decision is None:
        return ""
    choices: Any = Decision._meta.get_field("outcome").choices
    said = words.choice(choices, decision.outcome)
    return "\n".join(filter(None, [said, words.moment(decision.at), decision.reason]))


def _both_signatures(
    offer: Offer, newest: dict[Any, Decision], words: _Words
) -> list[dict[str, Any]]:
    """The offerer's head, and the requester's who decided last."""
    assert offer.signed_by
    assert offer.signed_at
    last = max(newest.values(), key=lambda one: one.at, default=None)
    offered = _signature(offer.signed_by, offer.signed_at, words)
    return [offered, _signature(last.by, last.at, words)] if last else [offered]
