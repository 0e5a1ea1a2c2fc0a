"""The rounds of a negotiation, and how the text converges over them."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.exports import negotiation as exports
from agreements.forms.negotiation import RoundForm
from agreements.models import Instrument, Round
from agreements.presentation import convergence
from agreements.queries import rounds as queries
from agreements.rules import rounds as rules
from agreements.services import rounds as services
from agreements.statuses import DRAFTING_STATUSES, RoundStatus
from agreements.views.negotiation_forms import CONFLICT, UNPROCESSABLE, ask, negotiated
from agreements.views.treaty import about
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus, wrong_status_sentence
from ots_portal.pages import add_errors, answering_to, differences, take, wrong_status
from ots_portal.paper import responses
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

TONES = {RoundStatus.PLANNED: "draft", RoundStatus.OPEN: "info", RoundStatus.CLOSED: "good"}
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def round_list(request: PortalRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The rounds, and how far the text has come: the sentence, the charts, the table; as CSV by ``?format=csv``."""
    instrument = negotiated(request, pk)
    points = queries.convergence_of(instrument)
    names = queries.names_of(convergence.codes_in(points))
    rows = convergence.rows_of(points, names)
    if request.GET.get("format") == "csv":
        name = f"{_('Convergence')} {instrument.code}.csv"
        content = exports.convergence_csv(instrument, rows)
        return responses.download(content, name=name, content_type=responses.CSV)
    rounds = queries.with_texts(queries.visible_to(request.user)).filter(instrument=instrument)
    context = {
        **about(instrument),
        "rounds": [{"round": one, "tone": TONES[RoundStatus(one.status)]} for one in rounds],
        "sentence": convergence.sentence_of(points, names),
        "charts": convergence.charts_of(points),
        "rows": rows,
        "has_text": any(point.units for point in points),
        "may_plan": rules.may_plan_round(request.user, instrument)
        and instrument.status in DRAFTING_STATUSES,
    }
    return render(request, "agreements/round_list.html", context)


def _round(request: PortalRequest, pk: uuid.UUID) -> Round:
    return get_object_or_404(queries.with_texts(queries.visible_to(request.user)), pk=pk)


@require_safe
def round_detail(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    one = _round(request, pk)
    user, is_open = request.user, one.instrument.status in DRAFTING_STATUSES
    points = [
        point
        for point in queries.convergence_of(one.instrument)
        if point.round and point.round.pk == one.pk
    ]
    names = queries.names_of(convergence.codes_in(points))
    context = {
        **about(one.instrument),
        "round": one,
        "tone": TONES[RoundStatus(one.status)],
        "rows": convergence.rows_of(points, names),
        "sentence": convergence.sentence_of(points, names),
        "may_update": one.is_planned and is_open and rules.may_update_round(user, one),
        "may_begin": rules.may_begin(user, one) if one.is_planned and is_open else None,
        "may_close": rules.may_close(user, one) if one.is_open and is_open else None,
    }
    return render(request, "agreements/round_detail.html", context)


@form_methods
def round_new(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    instrument = negotiated(request, pk)
    require(rules.may_plan_round(request.user, instrument))
    form = RoundForm(request.POST or None, instrument=instrument)
    return ask(
        request,
        instrument,
        form,
        _plan,
        instrument=instrument,
        heading=_("Plan a round"),
        done=_("The round is planned."),
        back=reverse("agreements:round_list", args=[instrument.pk]),
    )


def _plan(instrument: Instrument, *, version: int | None, **told: Any) -> Round:
    return services.plan_round(instrument, **told)


@form_methods
def round_edit(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    one = _round(request, pk)
    require(rules.may_update_round(request.user, one))
    if not one.is_planned:
        return wrong_status(request, one, wrong_status_sentence(one))
    form = _edit_form(one, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _edit_page(request, one, form, status=UNPROCESSABLE if form.is_bound else 200)
    told = {**form.cleaned_data, "version": form.cleaned_data["version"] or 0}
    try:
        services.update_round(one, by=request.user, at=database_now(), **told)
    except ValidationError as error:
        add_errors(form, error)
        return _edit_page(request, one, form, status=UNPROCESSABLE)
    except WrongStatus as error:
        return wrong_status(request, one, str(error))
    except StaleVersion:
        return _changed_meanwhile(request, one, form)
    messages.success(request, _("The round is corrected."))
    return redirect(one)


def _edit_form(one: Round, data: Any = None) -> RoundForm:
    initial = {"version": one.version, "chair": one.chair_id, "base_revision": one.base_revision_id}
    return RoundForm(data, instrument=one.instrument, initial=initial)


def _changed_meanwhile(request: PortalRequest, one: Round, form: RoundForm) -> HttpResponse:
    """Show what stands now beside what was written; saving again takes that one's place."""
    one = _round(request, one.pk)
    shown = _edit_form(one, answering_to(request, one.version))
    told = differences(form, _edit_form(one), fields=("chair", "base_revision"))
    return _edit_page(request, one, shown, status=CONFLICT, differences=told)


def _edit_page(
    request: PortalRequest, one: Round, form: RoundForm, *, status: int, **more: Any
) -> HttpResponse:
    context = {
        **about(one.instrument),
        "form": form,
        "heading": _("Correct a round"),
        "act": one,
        "back": one.get_absolute_url(),
        **more,
    }
    return render(request, "agreements/act_form.html", context, status=status)


@require_POST
def round_begin(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    done = _("The round is open: the text may be changed.")
    return take(request, _round(request, pk), services.begin, done=done)


@require_POST
def round_close(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    done = _("The round is closed, and its text frozen.")
    return take(request, _round(request, pk), services.close, done=done)
