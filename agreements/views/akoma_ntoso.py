"""A text as a file in Akoma Ntoso 3.0: the present one, or a revision."""

import uuid

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from agreements import queries
from agreements.exports import akoma_ntoso as exports
from agreements.formats.akoma_ntoso_out import CONTENT_TYPE
from agreements.queries import revisions as revision_queries
from agreements.queries.languages import languages_written
from agreements.views.instruments import open_to_visitors
from ots_portal.clock import database_now
from ots_portal.paper.responses import download
from ots_portal.people.http import PortalRequest
from ots_portal.people.models import User


@open_to_visitors
@require_safe
def instrument_akn(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    instrument = get_object_or_404(queries.visible_to(request.user), pk=pk)
    tag = _tag(request, languages_written(instrument))
    user = request.user
    negotiates = isinstance(user, User) and (user.is_secretariat or user.is_member_staff)
    content = exports.instrument_as_akoma_ntoso(
        instrument, tag=tag, at=database_now(), with_drafts=negotiates
    )
    return download(content, name=f"{instrument.code}-{tag}.xml", content_type=CONTENT_TYPE)


@require_safe
def revision_akn(request: PortalRequest, pk: uuid.UUID) -> HttpResponseBase:
    revision = get_object_or_404(revision_queries.visible_to(request.user), pk=pk)
    tag = _tag(request, languages_written(revision.instrument, revision))
    content = exports.revision_as_akoma_ntoso(revision, tag=tag, at=database_now())
    name = f"{revision.instrument.code}-{revision.number}-{tag}.xml"
    return download(content, name=name, content_type=CONTENT_TYPE)


def _tag(request: HttpRequest, tags: list[str]) -> str:
    """Return the language that the address asks for, else the original; :raises Http404: where there is none"""
    asked = request.GET.get("language") or next(iter(tags), "")
    if asked not in tags:
        raise Http404
    return asked
