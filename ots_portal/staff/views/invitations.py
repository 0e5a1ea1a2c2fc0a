from typing import Any, cast

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ots_portal.access.middleware import offered
from ots_portal.access.stepup import step_up_required
from ots_portal.clock import database_now
from ots_portal.lifecycle import WrongStatus
from ots_portal.pages import add_errors, take
from ots_portal.people.http import PortalRequest
from ots_portal.people.models import Invitation, User
from ots_portal.staff import links, presentation, queries, rules
from ots_portal.staff.forms import AcceptForm, InvitationFilterForm, InviteForm
from ots_portal.staff.links import Problem
from ots_portal.staff.services import invitations as services
from ots_portal.staff.views.paging import page_urls
from ots_portal.verdicts import require

LIST_SIZE = 50


# ── looking after invitations ───────────────────────────────────────────────────────────────────


@require_safe
def invitation_list(request: PortalRequest) -> HttpResponse:
    require(rules.may_see_invitations(request.user))
    at = database_now()
    filters = InvitationFilterForm(request.GET, by=request.user)
    wishes = filters.wishes()
    found = _narrowed(queries.invitations_visible_to(request.user), wishes, at)
    page = Paginator(found, LIST_SIZE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "rows": presentation.invitation_rows(page.object_list, reader=request.user, at=at),
        "is_narrowed": any(wishes.values()),
        "sees_everybody": queries.sees_everybody(request.user),
        "may_invite": rules.may_invite(request.user),
        **page_urls(request.GET, page),
    }
    part = "staff/invitation_list.html#rows" if request.htmx else "staff/invitation_list.html"
    return render(request, part, context)


def _narrowed(found: Any, wishes: dict[str, Any], at: Any) -> Any:
    if wishes.get("status"):
        found = queries.with_status(found, wishes["status"], at=at)
    if wishes.get("participant"):
        found = found.filter(participant=wishes["participant"])
    return found


@step_up_required
def invite(request: PortalRequest) -> HttpResponse:
    require(rules.may_invite(request.user))
    form = InviteForm(request.POST if request.method == "POST" else None, by=request.user)
    if form.is_valid():
        try:
            invitation = services.invite(form.offer(), by=request.user, at=database_now())
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _done(invitation))
            return redirect("staff:invitations")
    return render(
        request, "staff/invite.html", {"form": form}, status=422 if form.is_bound else 200
    )


def _done(invitation: Invitation) -> str:
    if invitation.waits_for_confirmation:
        return _(
            "There is a head already, so a second person confirms the invitation before it is sent."
        )
    return _("The invitation is on its way to %(email)s.") % {"email": invitation.person.email}


@require_POST
def resend(request: PortalRequest, pk: str) -> HttpResponse:
    done = _("A new link is on its way; the earlier one leads nowhere any more.")
    return take(request, _visible(request, pk), services.resend, done=done)


@require_POST
def withdraw(request: PortalRequest, pk: str) -> HttpResponse:
    done = _("The invitation is withdrawn: its link leads nowhere any more.")
    return take(request, _visible(request, pk), services.withdraw, done=done)


@require_POST
@step_up_required
def confirm(request: PortalRequest, pk: str) -> HttpResponse:
    done = _("The invitation is confirmed and on its way.")
    return take(request, _visible(request, pk), services.confirm, done=done)


def _visible(request: PortalRequest, pk: str) -> Invitation:
    return get_object_or_404(queries.invitations_visible_to(request.user), pk=pk)


# ── coming in ───────────────────────────────────────────────────────────────────────────────────

STATUSES = {Problem.ALTERED: 400, Problem.OTHER_ADDRESS: 403, Problem.UNCONFIRMED: 409}
GONE = 410


@login_not_required
@never_cache
@sensitive_post_parameters("new", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Let in who holds the link; opening it changes nothing, for mail programs open links, too."""
    at = database_now()
    opened = links.opened(token, at=at)
    if opened.problem or opened.invitation is None:
        return _no_way_in(request, opened.problem or Problem.ALTERED)
    invitation = opened.invitation
    if rules.has_become_a_replacement(invitation):
        return _no_way_in(request, Problem.UNCONFIRMED)
    if request.user.is_authenticated:
        return render(request, "staff/link_signed_in.html", {"token": token}, status=409)
    _speak(request, invitation.person)
    form = AcceptForm(
        request.POST if request.method == "POST" else None, person=invitation.person, at=at
    )
    if form.is_valid():
        return _let_in(request, invitation, form)
    context = {"form": form, "invitation": invitation}
    return render(request, "staff/accept.html", context, status=422 if form.is_bound else 200)


def _no_way_in(request: HttpRequest, problem: Problem) -> HttpResponse:
    context = {"problem": problem, "sentence": problem.label}
    return render(request, "staff/link_refused.html", context, status=STATUSES.get(problem, GONE))


def _speak(request: HttpRequest, person: User) -> None:
    """Speak the language of the invitation, unless the visitor has chosen one on this device."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(offered(person.language))
        request.LANGUAGE_CODE = offered(person.language)


def _let_in(request: HttpRequest, invitation: Invitation, form: AcceptForm) -> HttpResponse:
    try:
        person = services.accept(invitation, form.acceptance(), at=database_now())
    except WrongStatus:  # the form came twice, or the invitation ended while it was filled in
        status = Invitation.objects.get(pk=invitation.pk).status_at(database_now())
        problem = Problem(status) if status in Problem.values else Problem.REPLACED
        return _no_way_in(request, problem)
    # The password was chosen just now: it counts as shown, so that the second factor can be set up.
    record_authentication(request, person, "password", email=person.email)
    return cast("HttpResponse", perform_login(request, person, email_verification="none"))
