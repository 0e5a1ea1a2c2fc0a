from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from meetings.forms.minutes import AdoptForm, CirculateForm, PublishForm
from meetings.models import Minutes
from meetings.presentation.meetings import days_text, place_text
from meetings.queries import corrigenda as corrigendum_queries
from meetings.queries import meetings as meeting_queries
from meetings.queries import minutes as queries
from meetings.queries import minutes_texts as texts
from meetings.rules import corrigenda as corrigendum_rules
from meetings.rules import minutes as rules
from meetings.services import minutes as services
from meetings.statuses import MINUTES
from meetings.views import minutes_presentation as shown
from meetings.views import presentation
from meetings.views.meetings import form_methods
from meetings.views.recall import told_by_publishing, window_for
from meetings.views.steps import MINUTES_WORDS, minutes_buttons
from meetings.views.visitors import conditional_for_visitors, open_to_visitors
from ots_portal.access.stepup import step_up_required
from ots_portal.clock import database_now
from ots_portal.lifecycle import WrongStatus, wrong_status_sentence
from ots_portal.pages import add_errors, take, wrong_status
from ots_portal.paging import BadCursor, page_of, with_cursor
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import Verdict, require

LIST_SIZE = 25


@open_to_visitors
@require_safe
def minutes_list(request: PortalRequest) -> HttpResponse:
    """The reading room: published minutes, whatever meeting they are of."""
    cursor = request.GET.get("cursor", "")
    try:
        page = page_of(
            queries.published_for(request.user), by="published_at", cursor=cursor, size=LIST_SIZE
        )
    except BadCursor as error:
        raise Http404 from error
    context = {
        "rows": page.rows,
        "older": with_cursor(request.GET, page.older),
        "newer": with_cursor(request.GET, page.newer),
    }
    return render(request, "meetings/minutes_list.html", context)


@open_to_visitors
@require_safe
@conditional_for_visitors
def minutes_detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    minutes, user = _readable(request, pk), request.user
    meeting = minutes.meeting
    settled = [] if minutes.is_writable else texts.settled_text(minutes)
    paragraphs = (
        texts.as_read_by(user, minutes, settled) if settled else texts.text_for(user, minutes)
    )
    corrigenda = texts.issued_corrigenda(minutes)
    as_published = request.GET.get("text") == "published"
    language = shown.language_read(paragraphs, request.GET.get("language", ""))
    query = "text=published" if as_published else ""
    context: dict[str, Any] = {
        "minutes": minutes,
        "meeting": meeting,
        # A published document shows of its meeting no more than title, date and place.
        "may_read_meeting": meeting_queries.visible_to(user).filter(pk=meeting.pk).exists(),
        "tone": presentation.minutes_tone(minutes),
        "track": presentation.minutes_track(minutes),
        "days": days_text(meeting),
        "place": place_text(meeting),
        "sections": shown.sections(
            paragraphs,
            [] if as_published else corrigenda,
            language=language,
            ties=shown.ties_of(minutes, user),
        ),
        "language": language,
        "versions": shown.versions_of(paragraphs, current=language, query=query),
        "corrigenda": corrigenda,
        "as_published": as_published,
        "sha256": texts.digest_of(settled) if not minutes.is_writable else "",
        "buttons": minutes_buttons(minutes, user=user, at=database_now()),
    }
    context["adopting_meeting"] = queries.adopting_meeting_for(minutes, user)
    if user.is_authenticated:
        context |= _of_those_concerned(request, minutes)
    return render(request, "meetings/minutes_detail.html", context)


def _of_those_concerned(request: PortalRequest, minutes: Minutes) -> dict[str, Any]:
    """Return what only members and the secretariat see on the page, and what only the latter does."""
    user, context = request.user, {}
    if user.is_secretariat or user.is_member_staff:
        context = {
            "reads_comments": minutes.comment_count > 0 or minutes.status == "circulated",
            "shows_silence": not minutes.is_draft,
            "revisions": list(minutes.revisions.order_by("-number")),
            "comments_until_there": shown.capitals_of(minutes.comments_until, minutes.meeting)
            if minutes.status == "circulated"
            else [],
            "open_corrigenda": list(
                corrigendum_queries.visible_to(user)
                .filter(minutes=minutes)
                .exclude(status__in=("issued", "discarded"))
            ),
        }
    if user.is_secretariat:
        may_update = rules.may_update(user, minutes)
        context |= {
            "may_update": may_update,
            "may_fill": rules.may_fill(user, minutes),
            "may_correct": corrigendum_rules.may_correct(user, minutes),
            "states": texts.states_of(minutes) if may_update else [],
            "history": presentation.history(minutes),
            "recall": window_for(minutes, reader=user, at=database_now()),
        }
    return context


@require_POST
def minutes_new(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Begin the minutes of a meeting."""
    meeting = get_object_or_404(meeting_queries.visible_to(request.user), pk=pk)
    try:
        minutes = services.prepare(meeting, by=request.user, at=database_now())
    except WrongStatus as error:
        return wrong_status(request, meeting, str(error))
    return redirect("meetings:minutes_edit", minutes.pk)


@form_methods
def minutes_circulate(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Ask until when the members may comment, in every capital's time, and circulate."""
    minutes = _readable(request, pk)
    require(rules.may_circulate(request.user, minutes))
    if refusal := _not_now(request, minutes, "circulate", rules.ready_to_circulate(minutes)):
        return refusal
    usual = services.usual_deadline(minutes.meeting, at=database_now())
    form = CirculateForm(
        minutes.meeting, request.POST if request.method == "POST" else None, usual=usual
    )
    if form.is_valid():
        try:
            return _take(
                request, pk, services.circulate, comments_until=form.cleaned_data["comments_until"]
            )
        except ValidationError as error:
            add_errors(form, error)
    context = {"minutes": minutes, "meeting": minutes.meeting, "form": form}
    context["capitals"] = shown.capitals_of(usual, minutes.meeting)
    status = 422 if form.is_bound else 200
    return render(request, "meetings/minutes_circulate.html", context, status=status)


@require_POST
def minutes_withdraw(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.withdraw)


@require_POST
def minutes_revise(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.revise)


@form_methods
def minutes_adopt(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Ask how the members have adopted them, and record it."""
    minutes = _readable(request, pk)
    require(rules.may_adopt(request.user, minutes))
    ready = rules.ready_to_adopt(minutes, at=database_now())
    if refusal := _not_now(request, minutes, "adopt", ready):
        return refusal
    form = AdoptForm(minutes, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return _take(request, pk, services.adopt, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
    context = {"minutes": minutes, "meeting": minutes.meeting, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "meetings/minutes_adopt.html", context, status=status)


def _not_now(
    request: PortalRequest, minutes: Minutes, verb: str, ready: Verdict
) -> HttpResponse | None:
    """Answer 409 where the step does not lead on from the status, or the minutes are not ready for it."""
    if minutes.status not in MINUTES.steps[verb].sources:
        return wrong_status(request, minutes, wrong_status_sentence(minutes))
    return None if ready else wrong_status(request, minutes, str(ready.reason))


@form_methods
def minutes_publish(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Ask for whom, show what that means, and publish."""
    minutes = _readable(request, pk)
    require(rules.may_publish(request.user, minutes))
    if minutes.status not in MINUTES.steps["publish"].sources:
        return wrong_status(request, minutes, wrong_status_sentence(minutes))
    return _publish(request, minutes)


@step_up_required
def _publish(request: PortalRequest, minutes: Minutes) -> HttpResponse:
    form = PublishForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        classification = form.cleaned_data["classification"]
        done = MINUTES_WORDS["publish"].done
        return take(request, minutes, services.publish, done=done, classification=classification)
    context = {
        "minutes": minutes,
        "meeting": minutes.meeting,
        "form": form,
        "observers": queries.observing_participants(),
        "told": told_by_publishing(minutes, by=request.user, at=database_now()),
    }
    status = 422 if form.is_bound else 200
    return render(request, "meetings/minutes_publish.html", context, status=status)


@form_methods
def minutes_publish_public(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Say what it means, and open to everybody what was published for observers."""
    minutes = _readable(request, pk)
    require(rules.may_publish_public(request.user, minutes))
    ready = rules.ready_to_publish_public(minutes)
    if refusal := _not_now(request, minutes, "publish_public", ready):
        return refusal
    return _publish_public(request, minutes)


@step_up_required
def _publish_public(request: PortalRequest, minutes: Minutes) -> HttpResponse:
    if request.method == "POST":
        done = MINUTES_WORDS["publish_public"].done
        return take(request, minutes, services.publish_public, done=done)
    context = {"minutes": minutes, "meeting": minutes.meeting}
    return render(request, "meetings/minutes_publish_public.html", context)


def _take(
    request: PortalRequest, pk: UUID, service: Callable[..., Minutes], **details: Any
) -> HttpResponse:
    done = MINUTES_WORDS[service.__name__].done
    return take(request, _readable(request, pk), service, done=done, **details)


def _readable(request: PortalRequest, pk: UUID) -> Minutes:
    minutes = queries.with_meeting(queries.visible_to(request.user))
    return get_object_or_404(minutes, pk=pk)
