import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ots_portal.clock import database_now
from ots_portal.dispatch import queries
from ots_portal.dispatch.forms import FilterForm, ReasonForm
from ots_portal.dispatch.presentation import rows
from ots_portal.dispatch.settling import presentation
from ots_portal.lifecycle import WrongStatus
from ots_portal.notifications import queries as deliveries
from ots_portal.notifications import rules, settling
from ots_portal.notifications.models import DeliveryPause
from ots_portal.pages import wrong_status
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

METHODS = require_http_methods(["GET", "HEAD", "POST"])


@METHODS
def withdraw(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    visible = deliveries.messages_visible_to(request.user)
    delivery = get_object_or_404(queries.with_last_attempt(visible), pk=pk)
    require(rules.may_withdraw(request.user, delivery))
    form = ReasonForm(request.POST or None)
    if not form.is_valid():
        (row,) = rows([delivery], reader=request.user)
        context = {"row": row, "form": form, "words": presentation.words_of("withdraw")}
        status = 422 if form.is_bound else 200
        return render(request, "dispatch/withdraw.html", context, status=status)
    reason = form.cleaned_data["reason"]
    try:
        settling.withdraw(delivery, reason=reason, by=request.user, at=database_now())
    except WrongStatus as error:
        return wrong_status(request, DeliveryPause(), str(error))
    messages.success(request, _("The message is withdrawn."))
    return redirect("dispatch:list")


@METHODS
def retry_all(request: PortalRequest) -> HttpResponse:
    return _settle(request, "retry")


@METHODS
def withdraw_all(request: PortalRequest) -> HttpResponse:
    return _settle(request, "withdraw")


def _settle(request: PortalRequest, verb: str) -> HttpResponse:
    """Show what the filters of the address choose, and decide about it once a reason is given."""
    require(rules.may_settle_many(request.user))
    filters = FilterForm(request.GET, with_participants=bool(rules.may_resume(request.user)))
    if not filters.is_valid():
        # A filter that means nothing must not mean "all": the list says what is wrong.
        return redirect(_list_of(request))
    at = database_now()
    form = ReasonForm(request.POST or None, initial={"seen_at": at.isoformat()})
    visible = deliveries.messages_visible_to(request.user)
    found = queries.filtered(visible, filters.cleaned_data)
    if not form.is_valid():
        is_possible = settling.RETRYABLE if verb == "retry" else settling.withdrawable_at(at)
        counted = queries.of_whom(found.filter(is_possible))
        return _settle_page(request, verb, filters, counted, form)
    # What was written since the page was shown is not what the person decides about.
    chosen = found.filter(created_at__lte=form.cleaned_data["seen_at"] or at)
    decide = settling.retry_all if verb == "retry" else settling.withdraw_all
    count = decide(
        chosen,
        reason=form.cleaned_data["reason"],
        by=request.user,
        at=at,
        narrowed=_kept(filters.cleaned_data),
    )
    messages.success(request, _settled(verb, count))
    return redirect("dispatch:list")


def _kept(wishes: Mapping[str, Any]) -> dict[str, str]:
    """Return the filters as the audit may keep them for ever: of a recipient's name, that there was one."""
    chosen = {name: str(value) for name, value in wishes.items() if value}
    return {name: "…" if name == "q" else value for name, value in chosen.items()}


def _list_of(request: PortalRequest) -> str:
    return f"{reverse('dispatch:list')}?{request.GET.urlencode()}"


def _settle_page(
    request: PortalRequest,
    verb: str,
    filters: FilterForm,
    counted: Sequence[tuple[str, str, int]],
    form: ReasonForm,
) -> HttpResponse:
    context = {
        "words": presentation.words_of(verb),
        "filters": presentation.filters_in_words(filters, filters.cleaned_data),
        "parts": presentation.parts(counted),
        "total": sum(count for _kind, _participant, count in counted),
        "most": settling.MOST_AT_ONCE,
        "form": form,
        "list_url": _list_of(request),
    }
    status = 422 if form.is_bound else 200
    return render(request, "dispatch/settle.html", context, status=status)


def _settled(verb: str, count: int) -> str:
    if verb == "retry":
        sentence = ngettext(
            "%(count)d message is tried again.", "%(count)d messages are tried again.", count
        )
    else:
        sentence = ngettext(
            "%(count)d message is withdrawn.", "%(count)d messages are withdrawn.", count
        )
    return sentence % {"count": count}
