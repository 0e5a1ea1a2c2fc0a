from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from meetings.forms import MinutesForm, PublishForm, language_name, language_of_reader
from meetings.models import Minutes
from meetings.queries import meetings as meeting_queries
from meetings.queries import minutes as queries
from meetings.queries.agenda import agenda_of
from meetings.rules import minutes as rules
from meetings.services import minutes as services
from meetings.statuses import MINUTES
from meetings.views import presentation
from meetings.views.meetings import form_methods
from meetings.views.recall import told_by_publishing, window_for
from meetings.views.refusals import refused
from meetings.views.steps import MINUTES_WORDS, minutes_buttons
from meetings.views.visitors import open_to_visitors
from ots_portal.access.stepup import step_up_required
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus, wrong_status_sentence
from ots_portal.pages import Difference, take, wrong_status
from ots_portal.paging import BadCursor, page_of, with_cursor
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

LIST_SIZE = 25
CODES = [code for code, _name in settings.LANGUAGES]


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
def minutes_detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    minutes, user = _readable(request, pk), request.user
    meeting = minutes.meeting
    context: dict[str, Any] = {
        "minutes": minutes,
        "meeting": meeting,
        # A published document shows of its meeting no more than title, date and place.
        "may_read_meeting": meeting_queries.visible_to(user).filter(pk=meeting.pk).exists(),
        "tone": presentation.minutes_tone(minutes),
        "track": presentation.minutes_track(minutes),
        "days": presentation.days_text(meeting),
        "place": presentation.place_text(meeting),
        "sections": presentation.sections(minutes.paragraphs.all(), agenda_of(meeting)),
        "buttons": minutes_buttons(minutes, user=user),
    }
    if user.is_authenticated and user.is_secretariat:
        context |= {
            "may_update": rules.may_update(user, minutes),
            "history": presentation.history(minutes),
            "recall": window_for(minutes, reader=user, at=database_now()),
        }
    return render(request, "meetings/minutes_detail.html", context)


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
def minutes_edit(request: PortalRequest, pk: UUID) -> HttpResponse:
    minutes = _readable(request, pk)
    if refusal := refused(request, minutes, rules.may_update(request.user, minutes)):
        return refusal
    language = _language(request)
    if request.method != "POST":
        return _editor(request, minutes, _form(minutes, language))
    if request.POST.get("version") != str(minutes.version):
        return _stale_page(request, minutes, language)
    form = _form(minutes, language, request.POST)
    if not form.is_valid():
        return _editor(request, minutes, form, status=422)
    return _save(request, minutes, form)


def _save(request: PortalRequest, minutes: Minutes, form: MinutesForm) -> HttpResponse:
    try:
        services.update(
            minutes,
            form.wordings(),
            language=form.language,
            by=request.user,
            at=database_now(),
            version=form.cleaned_data["version"],
        )
    except StaleVersion:
        return _stale_page(request, _readable(request, minutes.pk), form.language)
    except WrongStatus as error:
        return wrong_status(request, minutes, str(error))
    messages.success(request, _("The minutes are saved."))
    address = reverse("meetings:minutes_edit", args=[minutes.pk])
    return redirect(f"{address}?language={form.language}#{form.focus}")


def _language(request: PortalRequest) -> str:
    """Return the language that is being written, the reader's own unless the address names another."""
    asked = request.GET.get("language", "")
    return asked if asked in CODES else language_of_reader()


def _form(minutes: Minutes, language: str, data: Any = None) -> MinutesForm:
    return MinutesForm(minutes, agenda_of(minutes.meeting), data, language=language)


def _stale_page(request: PortalRequest, minutes: Minutes, language: str) -> HttpResponse:
    """Show both texts; nothing is saved, and the form holds the person's own wording."""
    sent = {
        name: str(text).replace("\r\n", "\n").strip()
        for name, text in request.POST.items()
        if name.startswith(("text_", "item_"))
    }
    rows = _clashes(_form(minutes, language), sent)
    again = _form(minutes, language)
    again.initial.update(sent)
    return _editor(request, minutes, again, differences=rows, is_stale=True, status=409)


def _clashes(form: MinutesForm, sent: dict[str, str]) -> list[Difference]:
    """Return the paragraphs that read otherwise now than the person wrote them."""
    texts = {
        name.removeprefix("text_"): text for name, text in sent.items() if name.startswith("text_")
    }
    texts.pop("new", None)
    standing = [(row, texts.pop(row.key, None)) for row in form.rows()]
    rows = [
        Difference(
            _("Paragraph %(number)s") % {"number": row.paragraph.position}, row.text.value(), text
        )
        for row, text in standing
        if text is not None and text != row.text.value()
    ]
    gone = [
        Difference(_("A paragraph that was removed"), "", text) for text in texts.values() if text
    ]
    return rows + gone


def _editor(
    request: PortalRequest,
    minutes: Minutes,
    form: MinutesForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "minutes": minutes,
        "meeting": minutes.meeting,
        "form": form,
        "language": language_name(form.language),
        "languages": [(code, language_name(code)) for code in CODES],
        **more,
    }
    return render(request, "meetings/minutes_edit.html", context, status=status)


@require_POST
def minutes_circulate(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.circulate)


@require_POST
def minutes_withdraw(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.withdraw)


@require_POST
def minutes_adopt(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.adopt)


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


def _take(request: PortalRequest, pk: UUID, service: Callable[..., Minutes]) -> HttpResponse:
    done = MINUTES_WORDS[service.__name__].done
    return take(request, _readable(request, pk), service, done=done)


def _readable(request: PortalRequest, pk: UUID) -> Minutes:
    minutes = queries.with_meeting(queries.visible_to(request.user))
    return get_object_or_404(minutes, pk=pk)
