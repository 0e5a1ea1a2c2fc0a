from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ots_portal.access.stepup import step_up_required
from ots_portal.circulars import presentation, queries, rules, services
from ots_portal.circulars.forms import CircularFilter, CircularForm, CountForm
from ots_portal.circulars.models import Circular
from ots_portal.circulars.statuses import CIRCULARS
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus, wrong_status_sentence
from ots_portal.notifications.recipients import recipients_of
from ots_portal.pages import (
    add_errors,
    answering_to,
    differences,
    take,
    version_read,
    wrong_status,
)
from ots_portal.paging import BadCursor, page_of, with_cursor
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

LIST_SIZE = 25
form_methods = require_http_methods(["GET", "HEAD", "POST"])

DONE: dict[str, str | Promise] = {
    "discard": gettext_lazy("The draft is discarded."),
    "issue": gettext_lazy("The circular is issued. Those it is addressed to are told in a moment."),
    "recall": gettext_lazy("The circular is recalled; nobody is told of it."),
    "confirm": gettext_lazy("You have confirmed that the circular has arrived."),
}


@require_safe
def circular_list(request: PortalRequest) -> HttpResponse:
    filters = CircularFilter(request.GET, reader=request.user)
    wishes = filters.wishes()
    found = queries.filtered(queries.visible_to(request.user), wishes, reader=request.user)
    cursor = request.GET.get("cursor", "")
    try:
        page = page_of(queries.with_names(found), by="listed_at", cursor=cursor, size=LIST_SIZE)
    except BadCursor as error:
        raise Http404 from error
    context = {
        "filters": filters,
        "rows": presentation.rows(page.rows, reader=request.user),
        "older": with_cursor(request.GET, page.older),
        "newer": with_cursor(request.GET, page.newer),
        "is_narrowed": bool(wishes),
        "may_create": rules.may_create(request.user),
    }
    return render(request, "circulars/circular_list.html", context)


@require_safe
def circular_detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    circular = _readable(request, pk)
    context = presentation.whole(circular, reader=request.user, at=database_now())
    return render(request, "circulars/circular_detail.html", context)


# ── writing ─────────────────────────────────────────────────────────────────────────────────────
@form_methods
def circular_new(request: PortalRequest) -> HttpResponse:
    require(rules.may_create(request.user))
    if request.method != "POST":
        return _form_page(request, CircularForm(author=request.user))
    form = CircularForm(request.POST, author=request.user)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    try:
        circular = services.create(form.content(), by=request.user, at=database_now())
    except ValidationError as error:
        add_errors(form, error)
        return _form_page(request, form, status=422)
    messages.success(request, _("The draft is saved."))
    return redirect(circular)


@form_methods
def circular_edit(request: PortalRequest, pk: UUID) -> HttpResponse:
    circular = _readable(request, pk)
    verdict = rules.may_update(request.user, circular)
    if verdict.code == "wrong_status":
        return wrong_status(request, circular, verdict.reason)
    require(verdict)
    if request.method != "POST":
        form = CircularForm(author=request.user, circular=circular)
        return _form_page(request, form, circular=circular)
    form = CircularForm(request.POST, author=request.user, circular=circular)
    if not form.is_valid():
        return _form_page(request, form, circular=circular, status=422)
    return _save(request, circular, form)


def _save(request: PortalRequest, circular: Circular, form: CircularForm) -> HttpResponse:
    try:
        services.update(
            circular,
            form.content(),
            by=request.user,
            at=database_now(),
            version=version_read(request),
        )
    except StaleVersion:
        return _stale_page(request, circular.pk, form)
    except WrongStatus as error:
        return wrong_status(request, circular, str(error))
    except ValidationError as error:
        add_errors(form, error)
        return _form_page(request, form, circular=circular, status=422)
    messages.success(request, _("The draft is saved."))
    return redirect(circular)


def _stale_page(request: PortalRequest, pk: UUID, mine: CircularForm) -> HttpResponse:
    """Show both versions; nothing is saved, and the form holds what the person wrote."""
    circular = _readable(request, pk)
    now = CircularForm(author=request.user, circular=circular)
    again = CircularForm(
        answering_to(request, circular.version), author=request.user, circular=circular
    )
    rows = differences(mine, now, fields=mine.compared)
    return _form_page(
        request, again, circular=circular, differences=rows, is_stale=True, status=409
    )


def _form_page(
    request: PortalRequest,
    form: CircularForm,
    *,
    circular: Circular | None = None,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    context = {"form": form, "circular": circular, **more}
    return render(request, "circulars/circular_form.html", context, status=status)


# ── steps ───────────────────────────────────────────────────────────────────────────────────────
@require_POST
def circular_discard(request: PortalRequest, pk: UUID) -> HttpResponse:
    return take(request, _readable(request, pk), services.discard, done=DONE["discard"])


@require_POST
def circular_recall(request: PortalRequest, pk: UUID) -> HttpResponse:
    return take(request, _readable(request, pk), services.recall, done=DONE["recall"])


@require_POST
def circular_confirm(request: PortalRequest, pk: UUID) -> HttpResponse:
    return take(request, _readable(request, pk), services.confirm, done=DONE["confirm"])


@form_methods
def circular_issue(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show the letter and everybody it reaches; the head has just shown who they are."""
    circular = _readable(request, pk)
    require(rules.may_issue(request.user, circular))
    if circular.status not in CIRCULARS.steps["issue"].sources:
        return wrong_status(request, circular, wrong_status_sentence(circular))
    if not (ready := rules.ready_to_issue(circular)):
        return wrong_status(request, circular, ready.reason)
    return _issue(request, circular)


@step_up_required
def _issue(request: PortalRequest, circular: Circular) -> HttpResponse:
    at = database_now()
    recipients = recipients_of(rules.ISSUED_KIND, circular, by=request.user, at=at)
    is_many = recipients.count > settings.PORTAL_CIRCULAR_CONFIRM_ABOVE
    form = CountForm(request.POST or None, count=recipients.count) if is_many else None
    status, is_stale = 200, False
    if request.method == "POST":
        status = 422
        if form is None or form.is_valid():
            try:
                return take(
                    request,
                    circular,
                    services.issue,
                    done=DONE["issue"],
                    version=version_read(request),
                    recipient_count=form.cleaned_data["recipient_count"] if form else None,
                )
            except StaleVersion:
                circular, is_stale, status = _readable(request, circular.pk), True, 409
                recipients = recipients_of(rules.ISSUED_KIND, circular, by=request.user, at=at)
            except ValidationError as error:
                # More people have come in since the page was shown: the form asks for the number now.
                form = form or CountForm(request.POST, count=recipients.count)
                form.is_valid()
                add_errors(form, error)
    context = {
        **presentation.whole(circular, reader=request.user, at=at),
        "recipients": recipients,
        "form": form,
        "is_stale": is_stale,
    }
    return render(request, "circulars/circular_issue.html", context, status=status)


def _readable(request: PortalRequest, pk: UUID) -> Circular:
    return get_object_or_404(queries.with_names(queries.visible_to(request.user)), pk=pk)
