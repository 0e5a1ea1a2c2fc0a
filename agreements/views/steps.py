"""The steps of an instrument: a page each, which only takes a POST."""

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from agreements import queries
from agreements.models import Instrument
from agreements.services import instruments as services
from ots_portal import pages
from ots_portal.people.http import PortalRequest


@require_POST
def open_negotiation(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    done = _("The negotiation is open.")
    return pages.take(request, _readable(request, pk), services.open_negotiation, done=done)


@require_POST
def suspend(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    done = _("The negotiation is suspended.")
    return pages.take(request, _readable(request, pk), services.suspend, done=done)


@require_POST
def resume(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    done = _("The negotiation goes on.")
    return pages.take(request, _readable(request, pk), services.resume, done=done)


@require_POST
def abandon(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    done = _("The negotiation is abandoned.")
    return pages.take(request, _readable(request, pk), services.abandon, done=done)


@require_POST
def close_ad_referendum(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    done = _("The text is closed ad referendum.")
    return pages.take(request, _readable(request, pk), services.close_ad_referendum, done=done)


@require_POST
def reopen(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    done = _("The text is back on the table.")
    return pages.take(request, _readable(request, pk), services.reopen, done=done)


@require_POST
def adopt(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    done = _("The text is adopted.")
    return pages.take(request, _readable(request, pk), services.adopt, done=done)


@require_POST
def authenticate(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    done = _("The text is authentic and definitive.")
    return pages.take(request, _readable(request, pk), services.authenticate, done=done)


@require_POST
def open_for_signature(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    done = _("It is open for signature.")
    return pages.take(request, _readable(request, pk), services.open_for_signature, done=done)


@require_POST
def conclude_signature(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    done = _("The signing is concluded: everybody may read it now.")
    return pages.take(request, _readable(request, pk), services.conclude_signature, done=done)


def _readable(request: PortalRequest, pk: uuid.UUID) -> Instrument:
    return get_object_or_404(queries.visible_to(request.user), pk=pk)
