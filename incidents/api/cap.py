"""CAP 1.2 for programs: taking a message in, and the feed of what was issued."""

from collections.abc import Mapping, Sequence
from typing import IO, Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiRequest, extend_schema
from lxml import etree
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from incidents.api.alert_serializers import CapAnswer
from incidents.formats.cap.parsing import MAX_BYTES
from incidents.models import Alert
from incidents.queries import alerts as queries
from incidents.rules import received_alerts as rules
from incidents.services import received_alerts as services
from incidents.services.alert_content import content_of
from incidents.services.received_alerts import Answer, Outcome
from ots_portal.api import conditional, idempotency
from ots_portal.api.problems import PROBLEMS, ApiProblem, Problem
from ots_portal.api.renderers import JSONRenderer, as_json
from ots_portal.api.views import caller_of, refuse_unknown
from ots_portal.clock import database_now
from ots_portal.verdicts import require

PROBLEMS["bad_alert"] = Problem(
    400,
    _("The message is not an acceptable CAP 1.2 alert"),
    _("The member “errors” has one sentence for each problem: where it is and why."),
)
ATOM = "http://www.w3.org/2005/Atom"
ATOM_TYPE = "application/atom+xml"
FEED_SIZE = 100


class _XmlParser(BaseParser):
    """Hands the bytes on unread, and never more of them than an alert may have."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise ApiProblem("too_large")
        return content


class CapParser(_XmlParser):
    media_type = "application/cap+xml"


class XmlParser(_XmlParser):
    media_type = "application/xml"


class TextXmlParser(_XmlParser):
    media_type = "text/xml"


class CapView(APIView):
    """Where partner systems bring alerts."""

    scope = "incidents"
    parser_classes: Sequence[type[BaseParser]] = (CapParser, XmlParser, TextXmlParser)

    @extend_schema(
        request={name: OpenApiRequest(OpenApiTypes.BINARY) for name in ("application/cap+xml", "application/xml")},
        responses={201: CapAnswer, 200: CapAnswer},
    )  # fmt: skip
    def post(self, request: Request) -> HttpResponse:
        """Take one CAP 1.2 message in: 201 accepted or quarantined, 200 the same as before, 400 why not."""
        require(rules.may_take_in(caller_of(request)))
        return idempotency.once(request, lambda: self._take_in(request))

    def _take_in(self, request: Request) -> HttpResponse:
        by = caller_of(request)
        content = request.data if isinstance(request.data, bytes) else b""
        answer = services.take_in(content, source="api", by=by, at=database_now())
        if answer.alert is None:
            errors = [{"detail": sentence} for sentence in answer.sentences]
            raise ApiProblem("bad_alert", errors=errors)
        return _told(answer)


def _told(answer: Answer) -> HttpResponse:
    assert answer.alert is not None
    body = {
        "outcome": answer.outcome,
        "id": answer.alert.pk,
        "status": answer.alert.status,
        "sentences": list(answer.sentences),
    }
    status = 200 if answer.outcome == Outcome.REPEATED else 201
    response = HttpResponse(as_json(body), status=status, content_type="application/json")
    response["Location"] = reverse("api:received-alerts-detail", args=[answer.alert.pk])
    return response


class AtomRenderer(BaseRenderer):
    """Names the type for the negotiation; the view writes the feed itself."""

    media_type = ATOM_TYPE
    format = "atom"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        return as_json(data)  # a problem document


class AlertFeed(APIView):
    """What was issued for everybody and still stands, as an Atom feed (RFC 4287)."""

    scope = "incidents"
    renderer_classes = (AtomRenderer, JSONRenderer)

    @extend_schema(responses={(200, ATOM_TYPE): OpenApiTypes.STR})
    def get(self, request: Request) -> HttpResponse:
        """List public, real alerts that stand, newest first; exercises are never among them."""
        refuse_unknown(request, known=())
        alerts = list(queries.published_for(caller_of(request))[:FEED_SIZE])
        tag = conditional.list_tag(request, alerts)
        if conditional.is_held(request, tag):
            return conditional.not_modified(tag)
        body = _feed(request, alerts)
        return conditional.marked(HttpResponse(body, content_type=ATOM_TYPE), tag)


def _feed(request: Request, alerts: Sequence[Alert]) -> bytes:
    address = request.build_absolute_uri(reverse("api:cap-feed"))
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    _add(root, "id", address)
    _add(root, "title", "OTS Emergency Portal: alerts")
    newest = alerts[0].issued_at if alerts else None
    _add(root, "updated", (newest or database_now()).isoformat(timespec="seconds"))
    _add_link(root, address, rel="self", media_type=ATOM_TYPE)
    for alert in alerts:
        _fill(_add(root, "entry"), alert, request)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))


def _fill(entry: etree._Element, alert: Alert, request: Request) -> None:
    assert alert.issued_at is not None
    texts = content_of(alert).texts
    first = next(iter(texts.values()), None)
    _add(entry, "id", f"urn:uuid:{alert.pk}")
    _add(entry, "title", (first.headline or first.event) if first else alert.identifier or "")
    _add(entry, "updated", alert.issued_at.isoformat(timespec="seconds"))
    _add(_add(entry, "author"), "name", alert.participant.name)
    _add(entry, "summary", first.description if first else "")
    address = request.build_absolute_uri(reverse("api:alerts-xml", args=[alert.pk]))
    _add_link(entry, address, rel="alternate", media_type="application/cap+xml")


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{ATOM}}}{name}")
    element.text = text
    return element


def _add_link(parent: etree._Element, address: str, *, rel: str, media_type: str) -> None:
    _add(parent, "link").attrib.update({"href": address, "rel": rel, "type": media_type})
