"""The pages of corrigenda: proposing one, putting it under silence, reading it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from meetings.forms.minutes import CorrigendumForm, SilenceForm
from meetings.models import Corrigendum
from meetings.queries import corrigenda as queries
from meetings.queries import minutes as minutes_queries
from meetings.queries.minutes_texts import settled_text
from meetings.rules import corrigenda as rules
from meetings.services import corrigenda as services
from meetings.statuses import CORRIGENDA, CORRIGENDUM_TONES, CorrigendumStatus
from meetings.views import minutes_presentation as shown
from meetings.views import presentation
from meetings.views.meetings import form_methods
from meetings.views.refusals import refused
from meetings.views.visitors import conditional_for_visitors, open_to_visitors
from ots_portal.clock import database_now
from ots_portal.lifecycle import WrongStatus, wrong_status_sentence
from ots_portal.pages import add_errors, take, wrong_status
from ots_portal.people.http import PortalRequest
from ots_portal.silence.queries import history_of
from ots_portal.silence.services import minimum_hours
from ots_portal.verdicts import require


@form_methods
def minutes_correct(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Propose a correction of adopted minutes."""
    readable = minutes_queries.with_meeting(minutes_queries.visible_to(request.user))
    minutes = get_object_or_404(readable, pk=pk)
    if refusal := refused(request, minutes, rules.may_correct(request.user, minutes)):
        return refusal
    data = request.POST if request.method == "POST" else None
    form = CorrigendumForm(settled_text(minutes), data)
    if form.is_valid():
        try:
            made = services.correct(
                minutes,
                form.changes(),
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=database_now(),
            )
        except WrongStatus as error:
            return wrong_status(request, minutes, str(error))
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The corrigendum is proposed: put it under silence now."))
            return redirect(made)
    context = {"minutes": minutes, "meeting": minutes.meeting, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "meetings/corrigendum_new.html", context, status=status)


@open_to_visitors
@require_safe
@conditional_for_visitors
def corrigendum_detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    corrigendum, user = _readable(request, pk), request.user
    is_concerned = user.is_authenticated and (user.is_secretariat or user.is_member_staff)
    context = {
        "corrigendum": corrigendum,
        "minutes": corrigendum.minutes,
        "meeting": corrigendum.minutes.meeting,
        "tone": CORRIGENDUM_TONES[CorrigendumStatus(corrigendum.status)],
        "procedures": list(history_of("meetings.corrigendum", corrigendum.pk))
        if is_concerned
        else [],
    }
    if user.is_authenticated and user.is_secretariat:
        is_open = corrigendum.status == CorrigendumStatus.PROPOSED
        context |= {
            "may_act": is_open and bool(rules.may_put_under_silence(user, corrigendum)),
            "history": presentation.history(corrigendum),
        }
    return render(request, "meetings/corrigendum_detail.html", context)


@form_methods
def corrigendum_put_under_silence(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Ask until when the members may object, and begin the silence."""
    corrigendum = _readable(request, pk)
    require(rules.may_put_under_silence(request.user, corrigendum))
    if corrigendum.status not in CORRIGENDA.steps["put_under_silence"].sources:
        return wrong_status(request, corrigendum, wrong_status_sentence(corrigendum))
    meeting = corrigendum.minutes.meeting
    usual = _usual_end(corrigendum, database_now())
    data = request.POST if request.method == "POST" else None
    form = SilenceForm(meeting.time_zone, data, usual=usual)
    if form.is_valid():
        try:
            return take(
                request,
                corrigendum,
                services.put_under_silence,
                done=_("The corrigendum is under silence. The members are being told."),
                expires_at=form.cleaned_data["expires_at"],
                time_zone=meeting.time_zone,
            )
        except ValidationError as error:
            add_errors(form, error)
    context = {
        "corrigendum": corrigendum,
        "minutes": corrigendum.minutes,
        "meeting": meeting,
        "form": form,
        "capitals": shown.capitals_of(usual, meeting),
    }
    status = 422 if form.is_bound else 200
    return render(request, "meetings/corrigendum_silence.html", context, status=status)


def _usual_end(corrigendum: Corrigendum, at: datetime) -> datetime:
    """Return the first full hour that is late enough, with an hour to spare for filling in the form."""
    end = at + timedelta(hours=minimum_hours(corrigendum) + 2)
    return end.replace(minute=0, second=0, microsecond=0)


@require_POST
def corrigendum_discard(request: PortalRequest, pk: UUID) -> HttpResponse:
    done = _("The corrigendum is discarded.")
    return take(request, _readable(request, pk), services.discard, done=done)


def _readable(request: PortalRequest, pk: UUID) -> Corrigendum:
    return get_object_or_404(queries.with_minutes(queries.visible_to(request.user)), pk=pk)
