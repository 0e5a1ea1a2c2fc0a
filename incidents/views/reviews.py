from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents.exports import reviews as exports
from incidents.exports.lists import Download, downloads, named_form
from incidents.forms.incidents import ReasonForm
from incidents.forms.reviews import (
    DoneForm,
    FindingForm,
    RecommendationFilter,
    RecommendationForm,
    SummaryForm,
)
from incidents.models import AfterActionReview, Recommendation
from incidents.presentation import reviews as presentation
from incidents.queries import reviews as queries
from incidents.rules import recommendations as recommendation_rules
from incidents.rules import reviews as rules
from incidents.services import recommendations as recommendation_services
from incidents.services import reviews as services
from incidents.statuses import RECOMMENDATIONS, REVIEWS
from ots_portal.access.stepup import step_up_required
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus, wrong_status_sentence
from ots_portal.notifications.recipients import recipients_of
from ots_portal.pages import add_errors, differences, take, wrong_status
from ots_portal.paging import BadCursor, page_of, with_cursor
from ots_portal.paper import responses
from ots_portal.paper.problems import NotPrintable
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import Verdict, require

LIST_SIZE = 50
OPEN_REVIEWS = 10
MOST_EXPORTED = 5_000
CODES = [code for code, _name in settings.LANGUAGES]
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def review_detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    context = presentation.whole(_review(request, pk), reader=request.user, at=database_now())
    return render(request, "incidents/review_detail.html", context)


@form_methods
def review_edit(request: PortalRequest, pk: UUID) -> HttpResponse:
    review = _review(request, pk)
    if refusal := _refused(request, review, rules.may_update(request.user, review)):
        return refusal
    language = _language(request)
    form = SummaryForm(review, _posted(request), language=language)
    if not form.is_valid():
        return _summary_page(request, review, form)
    try:
        services.update(
            review,
            summary=form.cleaned_data["summary"].replace("\r\n", "\n"),
            language=language,
            by=request.user,
            at=database_now(),
            version=form.cleaned_data["version"] or 0,
        )
    except StaleVersion:
        return _stale_page(request, pk, form)
    except WrongStatus as error:
        return wrong_status(request, review, str(error))
    messages.success(request, _("The summary is saved."))
    return redirect(review)


def _stale_page(request: PortalRequest, pk: UUID, form: SummaryForm) -> HttpResponse:
    """Show both texts; nothing is saved, and the form holds what the person wrote."""
    current = _review(request, pk)
    now = SummaryForm(current, language=form.language)
    rows = differences(form, now, fields=("summary",))
    again = SummaryForm(
        current,
        {"summary": request.POST.get("summary", ""), "version": current.version},
        language=form.language,
    )
    return _summary_page(request, current, again, status=409, differences=rows, is_stale=True)


def _summary_page(
    request: PortalRequest,
    review: AfterActionReview,
    form: SummaryForm,
    *,
    status: int | None = None,
    **more: Any,
) -> HttpResponse:
    context = {
        "review": review,
        "incident": review.incident,
        "form": form,
        "language": dict(settings.LANGUAGES)[form.language],
        "languages": settings.LANGUAGES,
        **more,
    }
    answered = status or (422 if form.is_bound else 200)
    return render(request, "incidents/review_edit.html", context, status=answered)


def _language(request: PortalRequest) -> str:
    asked = request.GET.get("language", "")
    own = (get_language() or "en").partition("-")[0]
    return next((code for code in (asked, own) if code in CODES), "en")


@form_methods
def finding_new(request: PortalRequest, pk: UUID) -> HttpResponse:
    review = _review(request, pk)
    if refusal := _refused(request, review, rules.may_find(request.user, review)):
        return refusal
    form = FindingForm(_posted(request))

    def add() -> None:
        services.add_finding(review, **form.cleaned_data, by=request.user, at=database_now())

    return _added(request, review, form, add, title=_("Add a finding"))


@form_methods
def recommendation_new(request: PortalRequest, pk: UUID) -> HttpResponse:
    review = _review(request, pk)
    if refusal := _refused(request, review, rules.may_recommend(request.user, review)):
        return refusal
    form = RecommendationForm(review, _posted(request))

    def add() -> None:
        services.recommend(review, form.advice(), by=request.user, at=database_now())

    return _added(request, review, form, add, title=_("Add a recommendation"))


def _added(
    request: PortalRequest,
    review: AfterActionReview,
    form: Form,
    add: Callable[[], None],
    *,
    title: str,
) -> HttpResponse:
    """Add what the form says and go back to the review; show the form again where it cannot be."""
    if form.is_valid():
        try:
            add()
        except WrongStatus as error:
            return wrong_status(request, review, str(error))
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("It is added to the review."))
            return redirect(review)
    context = {"review": review, "incident": review.incident, "form": form, "title": title}
    status = 422 if form.is_bound else 200
    return render(request, "incidents/review_form.html", context, status=status)


@require_POST
def finding_remove(request: PortalRequest, pk: UUID) -> HttpResponse:
    finding = get_object_or_404(queries.findings_visible_to(request.user), pk=pk)
    review = finding.review
    try:
        services.remove_finding(finding, by=request.user, at=database_now())
    except WrongStatus as error:
        return wrong_status(request, review, str(error))
    messages.success(request, _("The finding is removed."))
    return redirect(review)


@form_methods
def review_publish(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Say what publishing means; the head has just shown who they are."""
    review = _review(request, pk)
    require(rules.may_publish(request.user, review))
    if review.status not in REVIEWS.steps["publish"].sources:
        return wrong_status(request, review, wrong_status_sentence(review))
    return _publish(request, review)


@step_up_required
def _publish(request: PortalRequest, review: AfterActionReview) -> HttpResponse:
    if request.method == "POST":
        done = _("The review is published. The owners of its recommendations are told in a moment.")
        return take(request, review, services.publish, done=done)
    context = {
        "review": review,
        "incident": review.incident,
        "ready": rules.ready_to_publish(review),
        "recipients": recipients_of(
            rules.PUBLISHED_KIND, review, by=request.user, at=database_now()
        ),
    }
    return render(request, "incidents/review_publish.html", context)


@require_POST
def review_recall(request: PortalRequest, pk: UUID) -> HttpResponse:
    done = _("The publication is recalled; nobody is told of it. The review is open again.")
    return take(request, _review(request, pk), services.recall, done=done)


@form_methods
def review_reopen(request: PortalRequest, pk: UUID) -> HttpResponse:
    review = _review(request, pk)
    require(rules.may_reopen(request.user, review))
    if review.status not in REVIEWS.steps["reopen"].sources:
        return wrong_status(request, review, wrong_status_sentence(review))
    form = ReasonForm(_posted(request))
    if form.is_valid():
        done = _("The review is open again.")
        reason = form.cleaned_data["reason"]
        return take(request, review, services.reopen, done=done, reason=reason)
    return _form_page(request, review, form, title=_("Reopen the review"), back=review)


# ── recommendations ─────────────────────────────────────────────────────────────────────────────
@require_safe
def recommendation_list(request: PortalRequest) -> HttpResponse:
    today = presentation.day_of(database_now())
    filters = RecommendationFilter(request.GET)
    wishes = filters.wishes()
    found = queries.filtered(queries.recommendations_visible_to(request.user), wishes, today=today)
    try:
        page = page_of(
            queries.with_names(found),
            by="created_at",
            cursor=request.GET.get("cursor", ""),
            size=LIST_SIZE,
        )
    except BadCursor as error:
        raise Http404 from error
    context = {
        "filters": filters,
        "rows": presentation.recommendation_rows(page.rows, today=today),
        "older": with_cursor(request.GET, page.older),
        "newer": with_cursor(request.GET, page.newer),
        "is_narrowed": any(wishes.values()),
        "reviews": presentation.open_reviews(
            queries.unpublished_for(request.user, limit=OPEN_REVIEWS), today=today
        ),
        "downloads": [
            *[
                Download(named_form(_("Recommendations"), kind), _file_address(request, kind))
                for kind in exports.FORMATS
            ],
            # Of the filters only this one is of reviews, too.
            *downloads(
                "reviews", QueryDict("exercise=on" if wishes.get("exercise") else ""), named=True
            ),
        ],
    }
    return render(request, "incidents/recommendation_list.html", context)


def _file_address(request: PortalRequest, kind: str) -> str:
    asked = request.GET.copy()
    asked.pop("cursor", None)
    query = f"?{asked.urlencode()}" if asked else ""
    return reverse("incidents:recommendation_export", args=[kind]) + query


@require_safe
def recommendation_export(request: PortalRequest, kind: str) -> HttpResponseBase:
    """The list as it is narrowed, in a file."""
    if kind not in exports.FORMATS:
        raise Http404
    at = database_now()
    filters = RecommendationFilter(request.GET)
    wishes = filters.wishes()
    visible = queries.recommendations_visible_to(request.user)
    found = queries.filtered(visible, wishes, today=presentation.day_of(at))
    try:
        return exports.recommendations_file(
            queries.with_names(found).order_by("due_date", "id")[:MOST_EXPORTED],
            kind,
            filters=_told(filters, wishes),
            language=get_language() or "en",
            at=at,
        )
    except NotPrintable as error:
        return responses.not_printable(request, error)


def _told(filters: RecommendationFilter, wishes: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the filters in words, as a file says by what its rows were chosen."""
    choices = {name: dict(getattr(filters.fields[name], "choices", ())) for name in filters.fields}
    return [
        (str(filters.fields[name].label), str(choices[name].get(value, _("yes"))))
        for name, value in wishes.items()
        if value
    ]


@require_safe
def recommendation_detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    today = presentation.day_of(database_now())
    one = _recommendation(request, pk)
    context = presentation.recommendation(one, reader=request.user, today=today)
    return render(request, "incidents/recommendation_detail.html", context)


@form_methods
def recommendation_report_done(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _said(
        request,
        pk,
        recommendation_services.report_done,
        recommendation_rules.may_report_done,
        DoneForm(_posted(request)),
        title=_("Report the recommendation as done"),
        done=_("It is reported as done. The secretariat looks at it now."),
    )


@form_methods
def recommendation_send_back(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _said(
        request,
        pk,
        recommendation_services.send_back,
        recommendation_rules.may_send_back,
        ReasonForm(_posted(request)),
        title=_("Send the recommendation back"),
        done=_("The recommendation is open again; its owner is being told."),
    )


def _said(  # noqa: PLR0913 -- the parts of one page
    request: PortalRequest,
    pk: UUID,
    service: Callable[..., Recommendation],
    rule: Callable[..., Verdict],
    form: Form,
    *,
    title: str,
    done: str,
) -> HttpResponse:
    """Ask for the words that the step needs, then take it."""
    one = _recommendation(request, pk)
    require(rule(request.user, one))
    if one.status not in RECOMMENDATIONS.steps[service.__name__].sources:
        return wrong_status(request, one, wrong_status_sentence(one))
    if form.is_valid():
        return take(request, one, service, done=done, **form.cleaned_data)
    return _form_page(request, one.review, form, title=title, back=one)


@require_POST
def recommendation_close(request: PortalRequest, pk: UUID) -> HttpResponse:
    one = _recommendation(request, pk)
    done = _("The recommendation is closed.")
    return take(request, one, recommendation_services.close, done=done)


def _form_page(
    request: PortalRequest,
    review: AfterActionReview,
    form: Form,
    *,
    title: str,
    back: AfterActionReview | Recommendation,
) -> HttpResponse:
    context = {
        "review": review,
        "incident": review.incident,
        "form": form,
        "title": title,
        "back": back.get_absolute_url(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "incidents/review_form.html", context, status=status)


def _posted(request: PortalRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _refused(
    request: PortalRequest, review: AfterActionReview, verdict: Verdict
) -> HttpResponse | None:
    """
    Answer "not now" with the page for a wrong status; None lets the view go on.

    :raises Refused: when it is "not you"
    """
    if verdict.code == "wrong_status":
        return wrong_status(request, review, str(verdict.reason))
    require(verdict)
    return None


def _review(request: PortalRequest, pk: UUID) -> AfterActionReview:
    return get_object_or_404(queries.whole(queries.visible_to(request.user)), pk=pk)


def _recommendation(request: PortalRequest, pk: UUID) -> Recommendation:
    visible = queries.with_names(queries.recommendations_visible_to(request.user))
    return get_object_or_404(visible, pk=pk)
