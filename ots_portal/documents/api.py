"""The pages' twins: a document's bytes, and taking it off its record."""

import logging
import uuid

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from ots_portal.api import idempotency
from ots_portal.api.permissions import require_scope
from ots_portal.api.problems import problem_response
from ots_portal.api.schema import IDEMPOTENCY_KEY
from ots_portal.api.serializers import NoBody
from ots_portal.api.views import caller_of
from ots_portal.clock import database_now
from ots_portal.documents import downloads, queries, services
from ots_portal.documents.models import Document
from ots_portal.lifecycle import WrongStatus, wrong_status_sentence

logger = logging.getLogger(__name__)


class DocumentDetail(APIView):
    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: uuid.UUID) -> HttpResponseBase:
        """Hand out the file, as a download; 409 while it waits for its scan, or where it is infected."""
        document = _document_or_404(request, pk)
        if document.is_held:
            raise WrongStatus(wrong_status_sentence(document))
        try:
            return downloads.download(document)
        except FileNotFoundError:
            raise  # that is a loss, not a wait
        except OSError:
            logger.exception("A file could not be fetched.")
            sentence = _(
                "The store in which files are kept does not answer. The file itself is not lost."
            )
            return problem_response(503, "unavailable", sentence)


class DocumentRemove(APIView):
    @extend_schema(request=None, responses={204: None}, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        """Take the document off its record; it can no longer be downloaded."""
        return idempotency.once(request, lambda: self._remove(request, pk))

    def _remove(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        document = _document_or_404(request, pk)
        if request.body:
            NoBody(data=request.data).is_valid(raise_exception=True)
        services.remove(document, by=caller_of(request), at=database_now())
        return HttpResponse(status=204)


def _document_or_404(request: Request, pk: uuid.UUID) -> Document:
    """Return the document; a token needs the scope of the record on which it hangs."""
    document = get_object_or_404(queries.visible_to(caller_of(request)), pk=pk)
    require_scope(request, document.owner_type.partition(".")[0])
    return document
