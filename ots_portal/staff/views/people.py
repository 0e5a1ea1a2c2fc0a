from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ots_portal import plugs
from ots_portal.access import sessions, stepup
from ots_portal.access.stepup import step_up_required
from ots_portal.clock import database_now
from ots_portal.duty.queries.on_duty import is_kept
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.pages import Difference, add_errors, wrong_status
from ots_portal.people.http import PortalRequest
from ots_portal.people.models import User
from ots_portal.staff import presentation, queries, rules
from ots_portal.staff.forms import ChangeRoleForm, PeopleFilterForm, SuspendForm
from ots_portal.staff.presentation import PersonPage
from ots_portal.staff.services import people as services
from ots_portal.staff.views.paging import page_urls
from ots_portal.verdicts import require

LIST_SIZE = 50
EXPORT_WITHOUT_STEP_UP = (
    500  # rows; a longer list leaves the portal only with a fresh second factor
)


# ── lists ───────────────────────────────────────────────────────────────────────────────────────


@require_safe
def person_list(request: PortalRequest) -> HttpResponse:
    filters = PeopleFilterForm(request.GET, by=request.user)
    wishes = filters.wishes()
    page = Paginator(_found(request, wishes), LIST_SIZE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "rows": presentation.rows(page.object_list),
        "shown": page,
        "is_narrowed": any(wishes.values()),
        "sees_everybody": queries.sees_everybody(request.user),
        "sees_the_suspended": queries.sees_the_suspended(request.user),
        "may_invite": rules.may_invite(request.user),
        "may_export": rules.may_export(request.user),
        "may_see_invitations": rules.may_see_invitations(request.user),
        "query": request.GET.urlencode(),
        **page_urls(request.GET, page),
    }
    part = "staff/person_list.html#rows" if request.htmx else "staff/person_list.html"
    return render(request, part, context)


def _found(request: PortalRequest, wishes: dict[str, Any]) -> Any:
    return queries.filtered(queries.visible_to(request.user), wishes)


@require_safe
def export(request: PortalRequest) -> HttpResponse:
    """Write the very list that the filters show; a long one asks for a fresh second factor."""
    require(rules.may_export(request.user))
    people = _found(request, PeopleFilterForm(request.GET, by=request.user).wishes())
    row_count = people.count()
    if row_count > EXPORT_WITHOUT_STEP_UP and not stepup.is_fresh(request):
        return stepup.ask_to_confirm(request)
    services.record_export(by=request.user, row_count=row_count, at=database_now())
    headers = {"Content-Disposition": 'attachment; filename="people.csv"'}
    content = presentation.as_csv(people)
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


# ── one person ──────────────────────────────────────────────────────────────────────────────────


@require_safe
def person_detail(request: PortalRequest, pk: str) -> HttpResponse:
    person = _readable(request, pk)
    may_see_history = rules.may_see_history(request.user, person)
    context = {
        "person": person,
        "is_oneself": person.pk == request.user.pk,
        "has_roster": is_kept(person.participant),
        "steps": presentation.steps_for(person, reader=request.user),
        "may_see_history": may_see_history,
        "history": presentation.history(person) if may_see_history else [],
        "history_shown": presentation.HISTORY_SHOWN,
        "sessions": sessions.sessions_of(person, at=database_now()) if may_see_history else [],
        "parts": [part for ask in plugs.person_parts if (part := ask(request.user, person))],
    }
    return render(request, "staff/person_detail.html", context)


def _readable(request: PortalRequest, pk: str) -> User:
    return get_object_or_404(queries.visible_to(request.user), pk=pk)


@step_up_required
def change_role(request: PortalRequest, pk: str) -> HttpResponse:
    person = _readable(request, pk)
    require(rules.may_change_role(request.user, person))
    sent = request.POST if request.method == "POST" else None
    form = ChangeRoleForm(sent, person=person)
    if not form.is_valid():
        return _role_page(request, person, form, status=422 if form.is_bound else 200)
    try:
        services.change_role(person, by=request.user, at=database_now(), **form.cleaned_data)
    except StaleVersion:
        return _stale_role_page(request, pk, form)
    except ValidationError as error:
        add_errors(form, error)
        return _role_page(request, person, form, status=422)
    messages.success(request, _("The role is changed; it counts from the person’s next page on."))
    return redirect("staff:detail", pk)


def _role_page(
    request: PortalRequest, person: User, form: ChangeRoleForm, *, status: int, **more: Any
) -> HttpResponse:
    context = {"person": person, "form": form, **more}
    return render(request, "staff/change_role.html", context, status=status)


def _stale_role_page(request: PortalRequest, pk: str, form: ChangeRoleForm) -> HttpResponse:
    """Show what stands now beside what was wanted; saving again answers to that."""
    current = _readable(request, pk)
    require(rules.may_change_role(request.user, current))
    wanted = presentation.role_word(form.cleaned_data["role"])
    rows = [Difference(_("Role"), str(current.get_role_display()), wanted)]
    again = ChangeRoleForm(
        {"role": form.cleaned_data["role"], "version": current.rights_version}, person=current
    )
    return _role_page(request, current, again, status=409, differences=rows)


def suspend(request: PortalRequest, pk: str) -> HttpResponse:
    person = _readable(request, pk)
    require(rules.may_suspend(request.user, person))
    form = SuspendForm(request.POST if request.method == "POST" else None, person=person)
    if form.is_valid():
        try:
            services.suspend(person, by=request.user, at=database_now(), **form.details())
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The account is suspended: nothing of it works any more."))
            return redirect("staff:detail", pk)
    context = {"person": person, "form": form}
    return render(request, "staff/suspend.html", context, status=422 if form.is_bound else 200)


@require_POST
def mark_on_duty(request: PortalRequest, pk: str) -> HttpResponse:
    done = _("The person is on duty, and hears of verified incidents at once.")
    return _take(request, pk, services.mark_on_duty, done)


@require_POST
def take_off_duty(request: PortalRequest, pk: str) -> HttpResponse:
    return _take(request, pk, services.take_off_duty, _("The person is off duty."))


@require_POST
@step_up_required
def reactivate(request: PortalRequest, pk: str) -> HttpResponse:
    return _take(request, pk, services.reactivate, _("The account is active again."))


@require_POST
@step_up_required
def reset_second_factor(request: PortalRequest, pk: str) -> HttpResponse:
    done = _(
        "The second factor is reset. The person is told, and sets up another at the next sign-in."
    )
    return _take(request, pk, services.reset_second_factor, done)


@require_POST
def end_sessions(request: PortalRequest, pk: str) -> HttpResponse:
    person = _readable(request, pk)
    count = services.end_sessions(person, by=request.user, at=database_now())
    done = ngettext("%(count)s session is ended.", "%(count)s sessions are ended.", count)
    messages.success(request, done % {"count": count})
    return redirect("staff:detail", pk)


def _take(request: PortalRequest, pk: str, service: Callable[..., User], done: str) -> HttpResponse:
    person = _readable(request, pk)
    try:
        service(person, by=request.user, at=database_now())
    except WrongStatus as error:
        page = PersonPage(person)
        return wrong_status(request, page, str(error))  # type: ignore[arg-type]  # it has an address
    messages.success(request, done)
    return redirect("staff:detail", pk)
