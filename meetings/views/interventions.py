"""The floor, and the texts of what was said: they save themselves, and by a button."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from meetings.forms.sittings import CorrectInterventionForm, TieForm
from meetings.models import Intervention
from meetings.presentation.sittings import editor_of, speaker_text
from meetings.queries import decisions as decision_queries
from meetings.queries import sittings as queries
from meetings.queries.agenda import agenda_for
from meetings.rules import sittings as rules
from meetings.services import interventions as services
from meetings.views.meetings import form_methods
from meetings.views.refusals import refused
from meetings.views.sittings import act
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.pages import Difference, add_errors, answering_to, differences, wrong_status
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require


@require_POST
def intervention_move(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Move one place by its button, or to where it was dropped."""
    one = _readable(request, pk)
    place = request.POST.get("place", "")
    wish = (
        {"place": int(place)}
        if place.isascii() and place.isdecimal() and len(place) <= 4  # noqa: PLR2004 -- a small number
        else {"direction": "up" if request.POST.get("direction") == "up" else "down"}
    )
    return act(request, one.sitting.meeting, services.move, one, **wish)


@require_POST
def intervention_give_floor(request: PortalRequest, pk: UUID) -> HttpResponse:
    one = _readable(request, pk)
    return act(request, one.sitting.meeting, services.give_floor, one, anchor=one.anchor)


@require_POST
def intervention_end_floor(request: PortalRequest, pk: UUID) -> HttpResponse:
    one = _readable(request, pk)
    return act(request, one.sitting.meeting, services.end_floor, one)


@require_POST
def intervention_strike(request: PortalRequest, pk: UUID) -> HttpResponse:
    one = _readable(request, pk)
    return act(request, one.sitting.meeting, services.strike, one)


@require_POST
def intervention_summary(request: PortalRequest, pk: UUID, language: str) -> HttpResponse:
    """
    Save what was said in one language.

    A field that saves itself is answered by a line (200), both texts (409) or what is wrong (422); a
    plain button by the page of the sitting, or by a page with both texts.
    """
    one = _readable(request, pk)
    if language not in services.LANGUAGES:
        raise Http404
    text, seen = request.POST.get("text", ""), request.POST.get("seen", "")
    try:
        services.summarise(
            one,
            language=language,
            text=text,
            seen=int(seen) if seen.isascii() and seen.isdecimal() and len(seen) <= 9 else 0,  # noqa: PLR2004 -- 32 bits
            by=request.user,
            at=database_now(),
        )
    except StaleVersion:
        return _both_texts(request, _readable(request, pk), language, text)
    except ValidationError as error:
        return _refused(request, one, language, text, error)
    except WrongStatus as error:
        if _saves_itself(request):
            return render(request, "meetings/autosave.html#over", {"sentence": error}, status=409)
        return wrong_status(request, one.sitting.meeting, str(error))
    if _saves_itself(request):
        context = {"editor": editor_of(one, language), "at": database_now()}
        return render(request, "meetings/autosave.html#saved", context)
    return redirect(f"{reverse('meetings:session', args=[one.sitting.meeting_id])}#{one.anchor}")


def _saves_itself(request: PortalRequest) -> bool:
    return request.headers.get("X-Autosave") == "1"


def _both_texts(
    request: PortalRequest, one: Intervention, language: str, text: str
) -> HttpResponse:
    """Show what stands now beside what this person wrote; nothing of it is saved yet."""
    editor = editor_of(one, language)
    if _saves_itself(request):
        return render(request, "meetings/autosave.html#both", {"editor": editor}, status=409)
    return _plain_page(request, one, language, text, status=409, is_stale=True)


def _refused(
    request: PortalRequest, one: Intervention, language: str, text: str, error: ValidationError
) -> HttpResponse:
    sentence = " ".join(error.messages)
    if _saves_itself(request):
        return render(request, "meetings/autosave.html#refused", {"sentence": sentence}, status=422)
    return _plain_page(request, one, language, text, status=422, sentence=sentence)


def _plain_page(  # noqa: PLR0913 -- keywords only
    request: PortalRequest,
    one: Intervention,
    language: str,
    text: str,
    *,
    status: int,
    is_stale: bool = False,
    sentence: str = "",
) -> HttpResponse:
    editor = editor_of(one, language)
    mine = text.replace("\r\n", "\n").strip()
    context = {
        "meeting": one.sitting.meeting,
        "intervention": one,
        "editor": editor,
        "text": mine,
        "is_stale": is_stale,
        "sentence": sentence,
        "differences": [Difference(editor.name, editor.text, mine)] if is_stale else [],
    }
    return render(request, "meetings/summary_form.html", context, status=status)


@form_methods
def intervention_correct(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Put right on which item, as what and for whom somebody speaks or has spoken."""
    one = _readable(request, pk)
    meeting = one.sitting.meeting
    require(rules.may_conduct(request.user, meeting))
    if refusal := refused(request, meeting, rules.ready_to_correct(meeting)):
        return refusal
    form = _correction_form(request, one, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _correction_page(request, one, form, status=422 if form.is_bound else 200)
    data = form.cleaned_data
    try:
        services.correct(
            one,
            delegation=data["delegation"],
            item=form.chosen_item(),
            kind=data["kind"],
            delegate=data["delegate"],
            decision=data["decision"],
            reason=data["reason"],
            by=request.user,
            at=database_now(),
            version=data["version"] or 0,
        )
    except StaleVersion:
        return _stale_correction(request, pk, form)
    except ValidationError as error:
        add_errors(form, error)
        return _correction_page(request, one, form, status=422)
    except WrongStatus as error:
        return wrong_status(request, meeting, str(error))
    place = "speakers" if one.is_waiting else one.anchor
    return redirect(f"{one.sitting.get_absolute_url()}#{place}")


def _correction_form(
    request: PortalRequest, one: Intervention, data: Any = None
) -> CorrectInterventionForm:
    meeting = one.sitting.meeting
    return CorrectInterventionForm(
        data,
        intervention=one,
        delegations=queries.delegations_for(one),
        delegates=queries.delegates_for(one),
        decisions=decision_queries.of_meeting(meeting, request.user),
        agenda=agenda_for(meeting, request.user),
    )


def _stale_correction(
    request: PortalRequest, pk: UUID, form: CorrectInterventionForm
) -> HttpResponse:
    """Show both; saving again then answers to the version that is shown."""
    current = _readable(request, pk)
    rows = differences(
        form, _correction_form(request, current), fields=CorrectInterventionForm.COMPARED
    )
    again = _correction_form(request, current, answering_to(request, current.version))
    return _correction_page(request, current, again, differences=rows, is_stale=True, status=409)


def _correction_page(
    request: PortalRequest,
    one: Intervention,
    form: CorrectInterventionForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "meeting": one.sitting.meeting,
        "intervention": one,
        "who": speaker_text(one),
        "form": form,
        **more,
    }
    return render(request, "meetings/intervention_form.html", context, status=status)


@require_POST
def intervention_tie(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Say which decision an explanation of position is about."""
    one = _readable(request, pk)
    meeting = one.sitting.meeting
    form = TieForm(request.POST, decisions=decision_queries.of_meeting(meeting, request.user))
    if not form.is_valid():
        raise Http404
    decision = form.cleaned_data["decision"]
    try:
        services.tie_to_decision(one, decision=decision, by=request.user, at=database_now())
    except WrongStatus as error:
        return wrong_status(request, meeting, str(error))
    except ValidationError as error:
        add_errors(form, error)
        return wrong_status(request, meeting, " ".join(error.messages))
    return redirect(f"{reverse('meetings:session', args=[meeting.pk])}#{one.anchor}")


def _readable(request: PortalRequest, pk: UUID) -> Intervention:
    found = queries.interventions_visible_to(request.user).select_related(
        "sitting__meeting__series", "delegation__participant", "item"
    )
    return get_object_or_404(found, pk=pk)
