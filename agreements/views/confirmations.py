"""Closing a text ad referendum, the board of who has confirmed it, and the word of a State."""

import uuid
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agreements import queries as instrument_queries
from agreements.forms.negotiation import ClosingForm, ConfirmForm, ReasonForm, SubstanceForm
from agreements.models import AdReferendum, Confirmation, Instrument
from agreements.queries import confirmations as queries
from agreements.queries import text_silences
from agreements.rules import confirmations as rules
from agreements.rules import instruments as instrument_rules
from agreements.rules import text_silences as silence_rules
from agreements.services import confirmations as services
from agreements.services import instruments as instrument_services
from agreements.statuses import CONFIRMATIONS, CONFIRMING_STATUSES, INSTRUMENTS, ConfirmationStatus
from agreements.views.negotiation_forms import Text, ask, negotiated
from agreements.views.treaty import about
from ots_portal.access.stepup import step_up_required
from ots_portal.clock import database_now
from ots_portal.lifecycle import wrong_status_sentence
from ots_portal.pages import wrong_status
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

TONES = {
    ConfirmationStatus.PENDING: "warning",
    ConfirmationStatus.CONFIRMED: "good",
    ConfirmationStatus.REFUSED: "severe",
}
form_methods = require_http_methods(["GET", "HEAD", "POST"])


# ── steps of the agreement that ask for more than a click ───────────────────────────────────────
@form_methods
def close_ad_referendum(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    return _step(
        request,
        pk,
        "close_ad_referendum",
        ClosingForm(request.POST if request.method == "POST" else None),
        heading=_("Close ad referendum"),
        done=_("The text is closed ad referendum."),
        lede=_("The text goes to the capitals for confirmation."),
    )


@form_methods
def reopen(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    return _step(
        request,
        pk,
        "reopen",
        ReasonForm(request.POST if request.method == "POST" else None),
        heading=_("Reopen the negotiation"),
        done=_("The text is back on the table."),
        lede=_("The text goes back to the table, and all confirmations given so far lapse."),
    )


@form_methods
def find_substance(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    return _step(
        request,
        pk,
        "find_substance",
        SubstanceForm(request.POST if request.method == "POST" else None),
        heading=_("Send back to the capitals"),
        done=_("The text is before the capitals again."),
        lede=_("The lawyers found a point of substance: every State is asked anew."),
    )


def _step(  # noqa: PLR0913 -- keywords only
    request: PortalRequest,
    pk: uuid.UUID,
    verb: str,
    form: forms.Form,
    *,
    heading: Text,
    done: Text,
    lede: Text,
) -> HttpResponse:
    found = instrument_queries.visible_to(request.user)
    instrument: Instrument = get_object_or_404(found, pk=pk)
    require(getattr(instrument_rules, f"may_{verb}")(request.user, instrument))
    if instrument.status not in INSTRUMENTS.steps[verb].sources:
        return wrong_status(request, instrument, wrong_status_sentence(instrument))
    return ask(
        request,
        instrument,
        form,
        getattr(instrument_services, verb),
        instrument=instrument,
        heading=heading,
        done=done,
        back=instrument.get_absolute_url(),
        lede=lede,
    )


# ── the board ───────────────────────────────────────────────────────────────────────────────────
@require_safe
def confirmations(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    instrument = negotiated(request, pk)
    found = queries.with_confirmations(queries.visible_to(request.user))
    referenda = list(found.filter(instrument=instrument))
    standing = next((one for one in referenda if one.is_standing), None)
    context = {
        **about(instrument),
        "standing": _board(standing) if standing else None,
        "earlier": [_board(one) for one in referenda if not one.is_standing],
        "silences": text_silences.of_instrument(instrument).select_related("revision"),
        **_what_may_be_done(request, instrument, standing),
    }
    return render(request, "agreements/confirmations.html", context)


def _board(referendum: AdReferendum) -> dict[str, Any]:
    rows = sorted(referendum.confirmations.all(), key=lambda one: one.participant.name)
    confirmed = sum(one.status == ConfirmationStatus.CONFIRMED for one in rows)
    return {
        "referendum": referendum,
        "rows": [{"row": one, "tone": TONES[ConfirmationStatus(one.status)]} for one in rows],
        "figures": [
            {"label": _("Confirmed"), "value": confirmed},
            {
                "label": _("Not confirmed yet"),
                "value": sum(one.status == ConfirmationStatus.PENDING for one in rows),
            },
            {
                "label": _("Refused"),
                "value": sum(one.status == ConfirmationStatus.REFUSED for one in rows),
            },
        ],
        "is_late": queries.is_late(referendum, database_now())
        and any(one.status == ConfirmationStatus.PENDING for one in rows),
    }


def _what_may_be_done(
    request: PortalRequest, instrument: Instrument, standing: AdReferendum | None
) -> dict[str, Any]:
    user = request.user
    is_asked = standing is not None and instrument.status in CONFIRMING_STATUSES
    rows = standing.confirmations.all() if standing and is_asked else ()
    own = next((one for one in rows if one.participant_id == user.participant_id), None)
    may_answer = own is not None and rules.may_confirm(user, own)
    revision = standing.revision if standing and is_asked else None
    return {
        "own": own,
        "may_confirm": may_answer and own.status in CONFIRMATIONS.steps["confirm"].sources,  # type: ignore[union-attr]
        "may_refuse": may_answer and own.status in CONFIRMATIONS.steps["refuse"].sources,  # type: ignore[union-attr]
        "may_reopen": instrument.status in INSTRUMENTS.steps["reopen"].sources
        and instrument_rules.may_reopen(user, instrument),
        "silence_revision": revision if silence_rules.may_propose(user, instrument) else None,
    }


# ── the word of a State ─────────────────────────────────────────────────────────────────────────
@form_methods
def confirmation_confirm(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    own = _readable(request, pk)
    require(rules.may_confirm(request.user, own))
    return _confirm(request, own)


@step_up_required
def _confirm(request: PortalRequest, own: Confirmation) -> HttpResponse:
    """It binds: whoever does it shows once more who they are."""
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    heading = _("Confirm the text for your State")
    return _answer(request, own, "confirm", form, heading=heading, done=_("The text is confirmed."))


@form_methods
def confirmation_refuse(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    own = _readable(request, pk)
    require(rules.may_refuse(request.user, own))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    heading = _("Refuse to confirm the text")
    done = _("It is entered that your State does not confirm the text.")
    return _answer(request, own, "refuse", form, heading=heading, done=done)


def _answer(  # noqa: PLR0913 -- keywords only
    request: PortalRequest,
    own: Confirmation,
    verb: str,
    form: forms.Form,
    *,
    heading: Text,
    done: Text,
) -> HttpResponse:
    if own.status not in CONFIRMATIONS.steps[verb].sources:
        return wrong_status(request, own, wrong_status_sentence(own))
    return ask(
        request,
        own,
        form,
        getattr(services, verb),
        instrument=own.instrument,
        heading=heading,
        done=done,
        back=reverse("agreements:confirmations", args=[own.instrument.pk]),
        template="agreements/confirmation_form.html",
        more={"confirmation": own, "referendum": own.ad_referendum},
    )


def _readable(request: PortalRequest, pk: uuid.UUID) -> Confirmation:
    found = queries.confirmations_visible_to(request.user)
    return get_object_or_404(found.select_related("ad_referendum__revision"), pk=pk)
