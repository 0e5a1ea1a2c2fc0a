"""To the identity provider of a participant, and back."""

import logging
from dataclasses import asdict
from http import HTTPStatus
from typing import Any, cast

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from ots_portal.access import second_factor
from ots_portal.access.providers import configuration, protocol, services
from ots_portal.access.providers.configuration import Provider
from ots_portal.access.providers.protocol import Attempt, Claims, NotSignedIn, ProviderIsSilent
from ots_portal.clock import database_now
from ots_portal.people.http import PortalRequest
from ots_portal.people.models import User

logger = logging.getLogger(__name__)

SESSION_KEY = "provider_attempt"


@login_not_required
@never_cache
@require_GET
def begin(request: HttpRequest, participant: str) -> HttpResponse:
    """Send the browser to the provider; what it must bring back is kept in its session."""
    provider = _provider(participant)
    if refusal := ratelimit.consume_or_429(request, action="provider"):
        return cast("HttpResponse", refusal)
    onward = get_next_redirect_url(request) or ""
    return _to_provider(request, provider, protocol.new_attempt(provider, onward=onward))


@never_cache
@require_GET
def confirm(request: PortalRequest) -> HttpResponse:
    """Let a person confirm at their provider who they are, and come back."""
    provider = _provider(request.user.participant_id)
    onward = get_next_redirect_url(request) or ""
    attempt = protocol.new_attempt(provider, onward=onward, confirms=True)
    return _to_provider(request, provider, attempt)


def _to_provider(request: HttpRequest, provider: Provider, attempt: Attempt) -> HttpResponse:
    try:
        address = protocol.address_for(provider, attempt, back=_back(provider))
    except ProviderIsSilent as silence:
        return _is_silent(request, provider, silence)
    request.session[SESSION_KEY] = asdict(attempt)
    return redirect(address)


@login_not_required
@never_cache
@require_GET
def callback(request: HttpRequest, participant: str) -> HttpResponse:
    provider = _provider(participant)
    if refusal := ratelimit.consume_or_429(request, action="provider"):
        return cast("HttpResponse", refusal)
    kept = request.session.pop(SESSION_KEY, None)  # once: a second answer finds nothing
    try:
        attempt = _attempt(kept, provider)
        claims = protocol.claims_from(provider, attempt, request.GET.dict(), back=_back(provider))
        user = services.person_for(provider, claims, at=database_now())
        if attempt.confirms:
            return _confirmed(request, user, attempt, claims)
        return _signed_in(request, user, attempt, claims)
    except ProviderIsSilent as silence:
        return _is_silent(request, provider, silence)
    except NotSignedIn as refusal:
        services.record_refusal(provider, reason=refusal.reason, at=database_now())
        context = {"provider": provider}
        return render(request, "account/provider_refused.html", context, status=403)


def _provider(participant: str) -> Provider:
    provider = configuration.of(participant)
    if provider is None:
        raise Http404
    return provider


def _back(provider: Provider) -> str:
    path = reverse("provider_callback", args=[provider.participant])
    return f"{settings.PORTAL_ADDRESS}{path}"


def _attempt(kept: dict[str, Any] | None, provider: Provider) -> Attempt:
    if not kept or kept["participant"] != provider.participant:
        raise NotSignedIn("nothing_begun")
    return Attempt(**kept)


def _signed_in(request: HttpRequest, user: User, attempt: Attempt, claims: Claims) -> HttpResponse:
    """
    Sign in; with the person's own second factor, unless the provider says it asked for two.

    A provider that let its own cookie answer has asked nobody now: that signs in and confirms nothing.
    """
    login = Login(user=user, redirect_url=attempt.onward or None)
    _note_what_was_shown(request, user, attempt, claims)
    if claims.used_two_factors:
        login.state["stages"] = {AuthenticateStage.key: {"handled": True}}
    answer = cast("HttpResponse", perform_login(request, login))
    if claims.used_two_factors and request.user == user:
        request.session[second_factor.ASSERTED_KEY] = user.rights_version
    return answer


def _confirmed(request: HttpRequest, user: User, attempt: Attempt, claims: Claims) -> HttpResponse:
    if request.user != user or not _is_fresh(attempt, claims):
        raise NotSignedIn("not_confirmed")
    _note_what_was_shown(request, user, attempt, claims)
    if claims.used_two_factors:
        request.session[second_factor.ASSERTED_KEY] = user.rights_version
    return redirect(attempt.onward or "home")


def _is_fresh(attempt: Attempt, claims: Claims) -> bool:
    return claims.authenticated_at >= attempt.began_at - protocol.LEEWAY_SECONDS


def _note_what_was_shown(
    request: HttpRequest, user: User, attempt: Attempt, claims: Claims
) -> None:
    if not _is_fresh(attempt, claims):
        return
    record_authentication(request, user, "provider")
    if claims.used_two_factors:
        record_authentication(request, user, "mfa", type="provider")


def _is_silent(request: HttpRequest, provider: Provider, silence: ProviderIsSilent) -> HttpResponse:
    logger.warning("The identity provider of %s: %s", provider.participant, silence)
    context = {"provider": provider}
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return render(request, "account/provider_silent.html", context, status=status)
