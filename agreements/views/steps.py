"""The steps of an instrument: a page each, which only takes a POST."""

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from agreements import queries
from agreements.models import Instrument
from agreements.presentation.adoption import missing_for_adoption, missing_for_authentication
from agreements.queries.adoption import adoption_of_present_text, authentication_of
from agreements.queries.confirmations import missing_confirmations
from agreements.queries.treaty import standing_signatures
from agreements.rules import instruments as rules
from agreements.services import instruments as services
from agreements.services.confirmations import missing_sentence
from ots_portal import pages
from ots_portal.access.stepup import step_up_required
from ots_portal.people.http import PortalRequest
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict, require


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
def begin_legal_review(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    done = _("The text is in legal review.")
    return pages.take(request, _readable(request, pk), services.begin_legal_review, done=done)


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
    instrument = _readable(request, pk)
    require(rules.may_conclude_signature(request.user, instrument))
    return _conclude(request, instrument)


@step_up_required
def _conclude(request: PortalRequest, instrument: Instrument) -> HttpResponse:
    """It publishes: whoever does it shows once more who they are."""
    done = _("The signing is concluded: everybody may read it now.")
    return pages.take(request, instrument, services.conclude_signature, done=done)


def step_verdict(user: User, instrument: Instrument, verb: str) -> Verdict:
    """Return what the rule says of a step, or that it cannot succeed yet."""
    verdict: Verdict = getattr(rules, f"may_{verb}")(user, instrument)
    if verdict and verb == "conclude_signature" and not standing_signatures(instrument).exists():
        return Verdict(_("No State has signed it yet."))
    missing = _missing(instrument, verb) if verdict else ""
    return Verdict(missing) if missing else verdict


def _missing(instrument: Instrument, verb: str) -> str:
    """Say what is not on record yet that the step needs."""
    if verb == "adopt":
        if missing := missing_confirmations(instrument):
            return missing_sentence(missing)
        return missing_for_adoption(instrument, adoption_of_present_text(instrument))
    if verb == "authenticate":
        return missing_for_authentication(instrument, authentication_of(instrument))
    return ""


def _readable(request: PortalRequest, pk: uuid.UUID) -> Instrument:
    return get_object_or_404(queries.visible_to(request.user), pk=pk)
