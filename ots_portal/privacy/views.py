"""Pages about one's own data, and the administrator's about other people's."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from ots_portal.access.stepup import step_up_required
from ots_portal.clock import database_now
from ots_portal.lifecycle import WrongStatus
from ots_portal.pages import wrong_status
from ots_portal.people.http import PortalRequest
from ots_portal.people.models import User, UserKind
from ots_portal.privacy import copies, queries, rules, services
from ots_portal.privacy.forms import ForgetForm
from ots_portal.privacy.presentation import kept_lines
from ots_portal.verdicts import require

View = Callable[..., HttpResponseBase]


def _for_administrators(view: View) -> View:
    """For everybody else there is no such page: who has an account is nobody's business."""

    @wraps(view)
    def seen(request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not rules.may_look_after(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return seen


# ── the own data ────────────────────────────────────────────────────────────────────────────────


@require_safe
def own(request: PortalRequest) -> HttpResponse:
    context = {"asked": queries.request_of(request.user), "kept": kept_lines()}
    return render(request, "privacy/own.html", context)


@require_POST
@step_up_required
def download_own(request: PortalRequest) -> HttpResponseBase:
    return _copy_of(request.user, request)


@require_POST
def ask(request: PortalRequest) -> HttpResponse:
    try:
        services.ask_to_be_forgotten(by=request.user, at=database_now())
    except WrongStatus as told:
        messages.info(request, str(told))
    else:
        messages.success(
            request, _("The administrators have been told. They get in touch with you.")
        )
    return redirect("privacy:own")


def _copy_of(person: User, request: PortalRequest) -> HttpResponseBase:
    at = database_now()
    services.take_copy(person, by=request.user, at=at)
    response = StreamingHttpResponse(
        copies.stream(person, at=at), content_type="application/json; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="person-{at:%Y-%m-%d}.json"'
    response["Cache-Control"] = "no-store, private"
    return response


# ── other people's ──────────────────────────────────────────────────────────────────────────────


@_for_administrators
@require_safe
def people(request: PortalRequest) -> HttpResponse:
    waiting = queries.waiting_to_be_forgotten()
    return render(request, "privacy/people.html", {"people": waiting})


def _person(pk: UUID) -> User:
    known = queries.with_request(User.objects.filter(kind=UserKind.PERSON, forgotten_at=None))
    return get_object_or_404(known, pk=pk)


@_for_administrators
@require_safe
def person(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _person_page(request, _person(pk), ForgetForm())


def _person_page(
    request: PortalRequest, found: User, form: ForgetForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "person": found,
        "form": form,
        "may_forget": rules.may_forget(request.user, found),
        "way": [{"title": pgettext("menu", "Forgetting"), "url": reverse("privacy:people")}],
    }
    return render(request, "privacy/person.html", context, status=status)


@_for_administrators
@require_POST
@step_up_required
def download(request: PortalRequest, pk: UUID) -> HttpResponseBase:
    return _copy_of(_person(pk), request)


@_for_administrators
@require_POST
@step_up_required
def forget(request: PortalRequest, pk: UUID) -> HttpResponse:
    found = _person(pk)
    require(rules.may_forget(request.user, found))
    form = ForgetForm(request.POST)
    if not form.is_valid():
        return _person_page(request, found, form, status=422)
    try:
        services.forget(
            found, reason=form.cleaned_data["reason"], by=request.user, at=database_now()
        )
    except WrongStatus as error:
        return wrong_status(request, found, str(error))
    messages.success(request, _("The person has been forgotten."))
    return redirect("privacy:people")
