"""Silence about a frozen text: proposed here, put under silence and broken on the pages of the procedure."""

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.forms.negotiation import TextSilenceForm
from agreements.models import TextSilence
from agreements.queries import revisions
from agreements.queries import text_silences as queries
from agreements.rules import text_silences as rules
from agreements.services import text_silences as services
from agreements.statuses import TEXT_SILENCES, SilencePurpose, TextSilenceStatus
from agreements.views.negotiation_forms import ask
from agreements.views.treaty import about
from ots_portal.lifecycle import wrong_status_sentence
from ots_portal.pages import take, wrong_status
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

TONES = {
    TextSilenceStatus.PROPOSED: "draft",
    TextSilenceStatus.UNDER_SILENCE: "warning",
    TextSilenceStatus.PASSED: "good",
    TextSilenceStatus.BROKEN: "severe",
}
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@form_methods
def text_silence_new(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    revision = get_object_or_404(revisions.visible_to(request.user), pk=pk)
    instrument = revision.instrument
    require(rules.may_propose(request.user, instrument))
    form = TextSilenceForm(
        request.POST if request.method == "POST" else None,
        initial={"purpose": SilencePurpose.ADOPTION},
    )
    return ask(
        request,
        revision,
        form,
        services.propose,
        instrument=instrument,
        heading=_("Propose a silence procedure about this text"),
        done=_("It is proposed. Now put it under silence."),
        back=reverse("agreements:confirmations", args=[instrument.pk]),
        more={"act": revision},
    )


def _readable(request: PortalRequest, pk: uuid.UUID) -> TextSilence:
    return get_object_or_404(queries.visible_to(request.user), pk=pk)


@require_safe
def text_silence_detail(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    silence = _readable(request, pk)
    context = {
        **about(silence.instrument),
        "silence": silence,
        "tone": TONES.get(TextSilenceStatus(silence.status), "neutral"),
        "ready": rules.ready(silence) if silence.is_proposed else None,
        "may_put": silence.is_proposed and rules.may_put_under_silence(request.user, silence),
        "may_drop": silence.is_proposed and rules.may_drop(request.user, silence),
        "confirmed": silence.confirmations.select_related("participant"),
    }
    return render(request, "agreements/text_silence_detail.html", context)


@form_methods
def text_silence_put_under_silence(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    """Lead to the page that asks until when, in every capital's hour."""
    silence = _readable(request, pk)
    require(rules.may_put_under_silence(request.user, silence))
    if silence.status not in TEXT_SILENCES.steps["put_under_silence"].sources:
        return wrong_status(request, silence, wrong_status_sentence(silence))
    if not (verdict := rules.ready(silence)):
        return wrong_status(request, silence, verdict.reason)
    return redirect(reverse("silence:start", args=["agreements.textsilence", silence.pk]))


@require_POST
def text_silence_drop(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    return take(request, _readable(request, pk), services.drop, done=_("It is withdrawn."))
