import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ots_portal.access.stepup import step_up_required
from ots_portal.clock import database_now
from ots_portal.dispatch.webhooks import presentation
from ots_portal.dispatch.webhooks.forms import EndpointForm, NewEndpointForm, values_of
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.live import asked_again, live_answer, live_part
from ots_portal.notifications import endpoints
from ots_portal.notifications import queries as deliveries
from ots_portal.pages import add_errors, answering_to, differences, take, wrong_status
from ots_portal.paging import BadCursor, page_of, with_cursor
from ots_portal.people.http import PortalRequest
from ots_portal.people.models import Role
from ots_portal.verdicts import require
from ots_portal.webhooks import queries, rules, services
from ots_portal.webhooks.models import Endpoint
from ots_portal.webhooks.services import WithSecret

LIST_SIZE = 25
LIVE = "dispatch/webhook_live.html"


@require_safe
def webhook_list(request: PortalRequest) -> HttpResponse:
    require(rules.may_read_webhooks(request.user))
    context = {
        "rows": presentation.rows(queries.visible_to(request.user), at=database_now()),
        "sees_everybody": request.user.role == Role.SYSTEM_ADMINISTRATOR,
        "may_create": rules.may_create(request.user),
        "has_systems": queries.systems_of(request.user.participant_id).exists(),
    }
    return render(request, "dispatch/webhook_list.html", context)


@step_up_required
def webhook_create(request: PortalRequest) -> HttpResponse:
    require(rules.may_create(request.user))
    form = NewEndpointForm(request.POST if request.method == "POST" else None, by=request.user)
    if form.is_valid():
        try:
            made = services.create(
                form.wishes(), owner=form.cleaned_data["owner"], by=request.user, at=database_now()
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            return _secret_page(request, made)
    context = {"form": form, "has_systems": form.fields["owner"].queryset.exists()}  # type: ignore[attr-defined]
    status = 422 if form.is_bound else 200
    return render(request, "dispatch/webhook_create.html", context, status=status)


def _secret_page(request: PortalRequest, made: WithSecret) -> HttpResponse:
    """Show the secret in the answer itself: nowhere else does it stand in clear, not even for a moment."""
    response = render(
        request,
        "dispatch/webhook_secret.html",
        {"endpoint": made.endpoint, "secret": made.secret},
    )
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def webhook_detail(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    endpoint = _readable(request, pk)
    context = _live_context(request, endpoint)
    if asked_again(request, ("live",)):
        return live_answer(request, LIVE, context)
    kinds = endpoint.wanted_kinds.values_list("kind", flat=True)
    context |= {
        "kinds": presentation.kinds_in_words(kinds),
        "scopes": presentation.scopes_of(endpoint),
        "looks_after": rules.may_change(request.user, endpoint),
        "has_lost_its_secret": presentation.has_lost_its_secret(endpoint),
        "steps": presentation.steps_for(endpoint, reader=request.user),
        "live": live_part(request, LIVE, context),
    }
    return render(request, "dispatch/webhook_detail.html", context)


def _live_context(request: PortalRequest, endpoint: Endpoint) -> dict[str, Any]:
    at = database_now()
    sent = deliveries.messages_of(endpoint)
    try:
        page = page_of(sent, by="created_at", cursor=request.GET.get("cursor", ""), size=LIST_SIZE)
    except BadCursor as error:
        raise Http404 from error
    return {
        "endpoint": endpoint,
        "health": presentation.health_of(endpoint, at=at),
        "is_rotating": bool(endpoint.previous_secret_until and endpoint.previous_secret_until > at),
        "rows": presentation.message_rows(page.rows, endpoint, reader=request.user),
        "failed_count": endpoints.failed_lately(endpoint, at=at).count(),
        "may_redeliver": rules.may_redeliver(request.user, endpoint),
        "older": with_cursor(request.GET, page.older),
        "newer": with_cursor(request.GET, page.newer),
    }


def _readable(request: PortalRequest, pk: uuid.UUID) -> Endpoint:
    return get_object_or_404(queries.visible_to(request.user), pk=pk)


@step_up_required
def webhook_change(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    endpoint = _readable(request, pk)
    require(rules.may_change(request.user, endpoint))
    now = EndpointForm(initial=_values(endpoint), present=endpoint)
    if request.method != "POST":
        return _change_page(request, endpoint, now)
    form = EndpointForm(request.POST, present=endpoint)
    if not form.is_valid():
        return _change_page(request, endpoint, form, status=422)
    try:
        services.change(
            endpoint,
            form.wishes(),
            version=form.cleaned_data["version"] or 0,
            by=request.user,
            at=database_now(),
        )
    except StaleVersion:
        return _stale_page(request, pk, form)
    except ValidationError as error:
        add_errors(form, error)
        return _change_page(request, endpoint, form, status=422)
    messages.success(request, _("The webhook is changed."))
    return redirect(endpoint)


def _values(endpoint: Endpoint) -> dict[str, Any]:
    return values_of(endpoint, endpoint.wanted_kinds.values_list("kind", flat=True))


def _stale_page(request: PortalRequest, pk: uuid.UUID, form: EndpointForm) -> HttpResponse:
    """Show what stands now beside what was wanted; saving again answers to that."""
    current = _readable(request, pk)
    now = EndpointForm(initial=_values(current), present=current)
    told = differences(form, now, fields=("url", "description", "kinds"))
    again = EndpointForm(answering_to(request, current.version), present=current)
    return _change_page(request, current, again, status=409, differences=told)


def _change_page(
    request: PortalRequest,
    endpoint: Endpoint,
    form: EndpointForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {"endpoint": endpoint, "form": form, **more}
    return render(request, "dispatch/webhook_change.html", context, status=status)


@require_POST
@step_up_required
def webhook_rotate(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    endpoint = _readable(request, pk)
    return _secret_page(request, services.rotate(endpoint, by=request.user, at=database_now()))


@require_POST
def webhook_test(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    done = _("The test is on its way: what comes of it stands below in a few seconds.")
    return _take(request, pk, services.test, done)


@require_POST
def webhook_disable(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    return _take(request, pk, services.disable, _("Nothing is sent there any more."))


@require_POST
@step_up_required
def webhook_enable(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    return _take(request, pk, services.enable, _("Messages are sent there again."))


def _take(
    request: PortalRequest, pk: uuid.UUID, service: Callable[..., Any], done: str
) -> HttpResponse:
    return take(request, _readable(request, pk), service, done=done)


@require_POST
def webhook_redeliver(request: PortalRequest, pk: uuid.UUID, delivery: uuid.UUID) -> HttpResponse:
    endpoint = _readable(request, pk)
    message = get_object_or_404(deliveries.messages_of(endpoint), pk=delivery)
    try:
        endpoints.redeliver(message, by=request.user, at=database_now())
    except WrongStatus as error:
        return wrong_status(request, endpoint, str(error))
    messages.success(request, _("It is sent once more, under the same id."))
    return redirect(endpoint)


@require_POST
def webhook_redeliver_failed(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    endpoint = _readable(request, pk)
    count = endpoints.redeliver_failed(endpoint, by=request.user, at=database_now())
    done = ngettext(
        "%(count)d message is sent once more.", "%(count)d messages are sent once more.", count
    )
    messages.success(request, done % {"count": count})
    return redirect(endpoint)
