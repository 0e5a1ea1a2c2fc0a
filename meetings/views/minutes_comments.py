"""The page on which States comment on circulated minutes and the secretariat says what becomes of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from meetings.forms.minutes import CommentFilterForm, CommentForm
from meetings.models import Minutes, MinutesComment
from meetings.queries import minutes as minutes_queries
from meetings.queries import minutes_comments as queries
from meetings.queries.minutes_texts import as_read_by, settled_text
from meetings.rules import minutes_comments as rules
from meetings.services import minutes_comments as services
from meetings.views import minutes_presentation as shown
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.pages import add_errors, wrong_status
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

DONE = {
    "accept": gettext_lazy("The comment is accepted. Its words can be taken into the text now."),
    "accept_partly": gettext_lazy("The comment is partly accepted."),
    "decline": gettext_lazy("The comment is not accepted."),
    "withdraw": gettext_lazy("The comment is taken back."),
    "take_in": gettext_lazy("The words of the comment stand in the text now."),
}


@require_safe
def minutes_comments(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show paragraphs, comments and dispositions side by side; ``paragraph`` opens the form of that one."""
    minutes = _readable(request, pk)
    require(rules.may_read(request.user, minutes))
    key = request.GET.get("paragraph", "")
    form = _form(request, minutes, key) if key and _may_comment_now(request, minutes) else None
    return _page(request, minutes, form)


@require_POST
def minutes_comment(request: PortalRequest, pk: UUID) -> HttpResponse:
    minutes = _readable(request, pk)
    require(rules.may_comment(request.user, minutes))
    form = _form(request, minutes, request.POST.get("paragraph", ""), request.POST)
    if form.is_valid():
        try:
            made = services.comment(
                minutes, **form.cleaned_data, by=request.user, at=database_now()
            )
        except WrongStatus as error:
            return wrong_status(request, minutes, str(error))
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The comment of your State is made."))
            return redirect(made)
    return _page(request, minutes, form, status=422)


def _form(request: PortalRequest, minutes: Minutes, key: str, data: Any = None) -> CommentForm:
    language = request.GET.get("language", "") or request.user.language
    return CommentForm(settled_text(minutes), data, key=key, language=language)


def _may_comment_now(request: PortalRequest, minutes: Minutes) -> bool:
    if not rules.may_comment(request.user, minutes):
        return False
    return bool(rules.ready_for_comments(minutes, at=database_now()))


def _page(
    request: PortalRequest,
    minutes: Minutes,
    form: CommentForm | None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    filters = CommentFilterForm(request.GET)
    wishes = filters.wishes()
    comments = queries.with_names(queries.visible_to(request.user)).filter(minutes=minutes)
    paragraphs = as_read_by(request.user, minutes, settled_text(minutes))
    language = shown.language_read(paragraphs, request.GET.get("language", ""))
    found = list(queries.filtered(comments, wishes))
    may_comment = _may_comment_now(request, minutes)
    context = {
        "minutes": minutes,
        "meeting": minutes.meeting,
        "filters": filters,
        "is_narrowed": any(wishes.values()),
        "language": language,
        "versions": shown.versions_of(paragraphs, current=language),
        "rows": shown.commented(
            paragraphs, found, user=request.user, language=language, may_comment=may_comment,
            narrowed=any(wishes.values()), revision=queries.revision_commented_on(minutes),
        ),
        "counts": {
            "all": comments.count(),
            "pending": queries.pending_of(minutes).count(),
        },
        "capitals": shown.capitals_of(minutes.comments_until, minutes.meeting),
        "form": form,
        **more,
    }  # fmt: skip
    return render(request, "meetings/minutes_comments.html", context, status=status)


# ── dispositions ────────────────────────────────────────────────────────────────────────────────
@require_POST
def minutes_comment_accept(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.accept, reply=request.POST.get("reply", ""))


@require_POST
def minutes_comment_accept_partly(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.accept_partly, reply=request.POST.get("reply", ""))


@require_POST
def minutes_comment_decline(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.decline, reply=request.POST.get("reply", ""))


@require_POST
def minutes_comment_withdraw(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.withdraw)


@require_POST
def minutes_comment_take_in(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.take_in)


def _take(
    request: PortalRequest, pk: UUID, service: Callable[..., MinutesComment], **details: Any
) -> HttpResponse:
    comments = queries.with_names(queries.visible_to(request.user))
    comment = get_object_or_404(comments, pk=pk)
    try:
        service(comment, by=request.user, at=database_now(), **details)
    except ValidationError as error:
        more = {"errors_of": comment.pk, "reply": details.get("reply", "")}
        sentence = " ".join(error.messages)
        return _page(request, comment.minutes, None, status=422, error=sentence, **more)
    except StaleVersion as error:
        return wrong_status(request, comment, str(error))
    except WrongStatus as error:
        return wrong_status(request, comment, str(error))
    messages.success(request, str(DONE[service.__name__]))
    return redirect(comment)


def _readable(request: PortalRequest, pk: UUID) -> Minutes:
    readable = minutes_queries.with_meeting(minutes_queries.visible_to(request.user))
    return get_object_or_404(readable, pk=pk)
