"""The pages on which people choose what they are told and when it is mailed."""

from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ots_portal.clock import database_now
from ots_portal.notifications import (
    choices,
    links,
    mutes,
    preferences,
    presentation,
    previews,
    stops,
    subscriptions,
)
from ots_portal.notifications.forms import ChoicesForm, SubscriptionForm
from ots_portal.notifications.models import Subscription
from ots_portal.pages import add_errors
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import Refused

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@form_methods
def preferences_page(request: PortalRequest) -> HttpResponse:
    user = request.user
    form = ChoicesForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_valid():
        preferences.choose(
            user, by=user, at=database_now(), cadences=form.cadences(), times=form.times()
        )
        messages.success(request, _("Your choices have been saved. Your inbox keeps everything."))
        return redirect("notifications:preferences")
    context = {
        "form": form,
        "subscriptions": presentation.subscriptions_of(user),
        "may_add": subscriptions.may_add(user),
        "proposals": subscriptions.missing_wishes(user),
        "muted": mutes.muted_by(user),
        "zone": user.time_zone,
    }
    return render(
        request, "notifications/choices.html", context, status=422 if form.is_bound else 200
    )


@require_POST
def reset(request: PortalRequest) -> HttpResponse:
    choices.reset(request.user, by=request.user, at=database_now())
    messages.success(request, _("Everything is as usual for your role again."))
    return redirect("notifications:preferences")


@require_safe
@never_cache
def export(request: PortalRequest) -> HttpResponse:
    """The person's own choices as a file."""
    answer = JsonResponse(choices.told(request.user), json_dumps_params={"ensure_ascii": False})
    answer["Content-Disposition"] = 'attachment; filename="message-choices.json"'
    return answer


@require_safe
def preview(request: PortalRequest) -> HttpResponse:
    found = previews.of_late(request.user, at=database_now())
    return render(request, "notifications/preview.html", {"preview": found})


# ── subscriptions ───────────────────────────────────────────────────────────────────────────────
@form_methods
def subscribe(request: PortalRequest) -> HttpResponse:
    user = request.user
    form = SubscriptionForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_valid():
        try:
            subscriptions.add(user, form.wish(), by=user, at=database_now())
        except Refused as refusal:  # another tab has taken the last place
            form.add_error(None, str(refusal))
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The subscription counts from now on."))
            return redirect("notifications:preferences")
    return _subscription_page(request, form)


@require_POST
def take_the_first(request: PortalRequest) -> HttpResponse:
    """Add what is usual for the person's role."""
    subscriptions.give_the_first(request.user, by=request.user, at=database_now())
    messages.success(request, _("The usual subscriptions of your role are added."))
    return redirect("notifications:preferences")


@form_methods
def change_subscription(request: PortalRequest, pk: UUID) -> HttpResponse:
    user, subscription = request.user, _own(request, pk)
    sent = request.POST if request.method == "POST" else None
    form = SubscriptionForm(sent, user=user, subscription=subscription)
    if form.is_valid():
        try:
            subscriptions.change(subscription, form.wish(), by=user, at=database_now())
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The subscription is changed."))
            return redirect("notifications:preferences")
    return _subscription_page(request, form)


@require_POST
def unsubscribe(request: PortalRequest, pk: UUID) -> HttpResponse:
    subscriptions.remove(_own(request, pk), by=request.user, at=database_now())
    messages.success(request, _("The subscription is removed."))
    return redirect("notifications:preferences")


def _own(request: PortalRequest, pk: UUID) -> Subscription:
    return get_object_or_404(subscriptions.of_user(request.user), pk=pk)


def _subscription_page(request: PortalRequest, form: SubscriptionForm) -> HttpResponse:
    context = {"form": form, "subscription": form.subscription}
    status = 422 if form.is_bound else 200
    return render(request, "notifications/subscription.html", context, status=status)


# ── from a mail ─────────────────────────────────────────────────────────────────────────────────
@csrf_exempt  # RFC 8058, 3.1: the mailbox's own server POSTs, without cookies; the signature is the proof
@login_not_required
@never_cache
@form_methods
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """
    Stop what a mail's link names: the page has one button, and pressing it does nothing else.

    Opening it changes nothing, for mail programs open links, too.
    """
    answer: HttpResponse = ratelimit.consume_or_429(request, action="stop_mails") or _stopped(
        request, token
    )
    # The address is the right to press the button: no search engine keeps it, no other site is told of it.
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _stopped(request: HttpRequest, token: str) -> HttpResponse:
    now = database_now()
    opened = stops.opened(links.opened(token, at=now))
    if opened is None:
        return render(request, "notifications/stop_refused.html", status=410)
    with translation.override(opened.user.language):
        is_done = request.method == "POST"
        if is_done:
            stops.stop(opened, at=now)
        return render(request, "notifications/stop.html", {"opened": opened, "is_done": is_done})
