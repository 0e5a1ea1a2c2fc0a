"""Texts in Akoma Ntoso 3.0 for programs: what the pages give, without their clothes."""

from django.http import Http404, HttpResponse
from rest_framework.request import Request

from agreements.formats.akoma_ntoso_out import CONTENT_TYPE
from ots_portal.api import conditional
from ots_portal.api.views import refuse_unknown


def asked_language(request: Request, tags: list[str]) -> str:
    """Return the language that is asked for, else the original; :raises Http404: where there is none"""
    refuse_unknown(request, known=("language",))
    asked = request.query_params.get("language") or next(iter(tags), "")
    if asked not in tags:
        raise Http404
    return asked


def as_document(content: bytes) -> HttpResponse:
    return conditional.marked(HttpResponse(content, content_type=f"{CONTENT_TYPE}; charset=utf-8"))
