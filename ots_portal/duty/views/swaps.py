"""Answering a swap; its page is the shift's."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ots_portal.duty import queries
from ots_portal.duty.services import swaps as services
from ots_portal.pages import take
from ots_portal.people.http import PortalRequest


@require_POST
def swap_accept(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    return _answer(request, pk, services.accept, _("The shift is yours now; the roster says so."))


@require_POST
def swap_decline(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    return _answer(request, pk, services.decline, _("You have declined; who asked is told."))


@require_POST
def swap_withdraw(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    return _answer(request, pk, services.withdraw, _("The swap is not asked for any more."))


def _answer(
    request: PortalRequest, pk: uuid.UUID, service: Callable[..., Any], done: str
) -> HttpResponse:
    swap = get_object_or_404(queries.swaps_visible_to(request.user), pk=pk)
    try:
        return take(request, swap, service, done=done)
    except ValidationError as error:
        for sentence in error.messages:
            messages.error(request, sentence)
        return redirect(swap)
