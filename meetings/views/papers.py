"""The documents of a meeting: their list, their pages, their steps and their files."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from meetings.exports import papers as exports
from meetings.forms.decisions import ReasonForm
from meetings.forms.papers import (
    LANGUAGES,
    AnswerForm,
    AskToDerestrictForm,
    BulkForm,
    ExpectForm,
    IssueForm,
    PaperFilter,
    PaperForm,
    VersionForm,
    parents_of,
)
from meetings.models import ExpectedPaper, Meeting, Paper, PaperVersion
from meetings.presentation import papers as presentation
from meetings.queries import meetings as meeting_queries
from meetings.queries import papers as queries
from meetings.queries.agenda import agenda_for
from meetings.rules import papers as rules
from meetings.rules.meetings import of_the_secretariat
from meetings.services import derestrictions
from meetings.services import papers as services
from meetings.statuses.documents import PAPERS
from meetings.views.meetings import form_methods
from meetings.views.refusals import refused
from meetings.views.visitors import open_to_visitors
from ots_portal.access.stepup import step_up_required
from ots_portal.clock import database_now
from ots_portal.documents import downloads
from ots_portal.documents.content import NotAccepted
from ots_portal.documents.statuses import DocumentStatus
from ots_portal.jobs import services as jobs
from ots_portal.lifecycle import StaleVersion, WrongStatus, wrong_status_sentence
from ots_portal.pages import add_errors, answering_to, differences, take, wrong_status
from ots_portal.paging import BadCursor, page_of, with_cursor
from ots_portal.paper import responses
from ots_portal.paper.problems import NotPrintable
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

LIST_SIZE = 50


@open_to_visitors
@require_safe
def paper_list(request: PortalRequest, pk: UUID) -> HttpResponse:
    meeting = _meeting(request, pk)
    filters = PaperFilter(request.GET)
    wishes = filters.wishes()
    mine = queries.visible_to(request.user).filter(meeting=meeting)
    found = queries.with_versions(queries.filtered(mine, wishes))
    try:
        cursor = request.GET.get("cursor", "")
        page = page_of(found, by="created_at", cursor=cursor, size=LIST_SIZE)
    except BadCursor as error:
        raise Http404 from error
    context: dict[str, Any] = {
        "meeting": meeting,
        "filters": filters,
        "rows": presentation.rows(page.rows, at=database_now()),
        "languages": presentation.languages_of(page.rows),
        "older": with_cursor(request.GET, page.older),
        "newer": with_cursor(request.GET, page.newer),
        "is_narrowed": any(wishes.values()),
        "downloads": exports.links(meeting, request.GET),
    }
    if request.user.is_authenticated:
        context["may_create"] = rules.may_create(request.user, meeting)
        if request.user.is_secretariat:
            context["missing"] = presentation.missing(queries.missing_documents(meeting))
    return render(request, "meetings/paper_list.html", context)


@require_safe
def paper_list_export(request: PortalRequest, pk: UUID, kind: str) -> HttpResponseBase:
    """Hand the list out as it is filtered."""
    meeting = _meeting(request, pk)
    if kind not in exports.FORMATS:
        raise Http404
    mine = queries.visible_to(request.user).filter(meeting=meeting)
    found = queries.with_versions(queries.filtered(mine, PaperFilter(request.GET).wishes()))
    try:
        language, at = get_language() or "en", database_now()
        return exports.papers_file(meeting, found, kind, language=language, at=at)
    except NotPrintable as error:
        return responses.not_printable(request, error)


@require_POST
def paper_package(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Have a worker pack every document that this person may read, in one language where there is it."""
    meeting = _meeting(request, pk)
    wanted = request.POST.get("language", "")
    language = wanted if wanted in dict(LANGUAGES) else (get_language() or "en").partition("-")[0]
    parameters = {"meeting": str(meeting.pk), "language": language}
    return redirect(jobs.begin("meetings.papers", parameters, by=request.user, at=database_now()))


@form_methods
def paper_new(request: PortalRequest, pk: UUID) -> HttpResponse:
    meeting = _meeting(request, pk)
    if refusal := refused(request, meeting, rules.may_create(request.user, meeting)):
        return refusal
    form = _form(request, meeting)
    if not form.is_valid():
        return _form_page(request, meeting, form, title=_("New document"))
    try:
        paper = services.create(meeting, form.facts(), by=request.user, at=database_now())
    except ValidationError as error:
        add_errors(form, error)
        return _form_page(request, meeting, form, title=_("New document"))
    except WrongStatus as error:
        return wrong_status(request, meeting, str(error))
    return redirect(paper)


@form_methods
def paper_bulk(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Take several files: each becomes a draft; what is refused is said file by file."""
    meeting = _meeting(request, pk)
    if refusal := refused(request, meeting, rules.may_create(request.user, meeting)):
        return refusal
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = BulkForm(*sent)
    if not form.is_valid():
        return _form_page(request, meeting, form, title=_("Several documents"))
    at = database_now()
    refusals = presentation.bulk(meeting, form.cleaned_data, by=request.user, at=at)
    for sentence in refusals:
        messages.error(request, sentence)
    taken = len(form.cleaned_data["several"]) - len(refusals)
    if taken:
        messages.success(request, presentation.taken_sentence(taken))
    return redirect("meetings:paper_list", meeting.pk)


@form_methods
def paper_edit(request: PortalRequest, pk: UUID) -> HttpResponse:
    paper = _paper(request, pk)
    if refusal := refused(request, paper, rules.may_update(request.user, paper)):
        return refusal
    form, title = _form(request, paper.meeting, paper), _("Change the document")
    if not form.is_valid():
        return _form_page(request, paper.meeting, form, title=title, back=paper)
    version = form.cleaned_data["version"] or 0
    try:
        services.update(paper, form.facts(), by=request.user, at=database_now(), version=version)
    except StaleVersion:
        return _stale_page(request, pk, form, title=title)
    except WrongStatus as error:
        return wrong_status(request, paper, str(error))
    except ValidationError as error:
        add_errors(form, error)
        return _form_page(request, paper.meeting, form, title=title, back=paper)
    return redirect(paper)


def _stale_page(request: PortalRequest, pk: UUID, form: PaperForm, *, title: str) -> HttpResponse:
    """Show both versions; saving again then answers to the version that is shown."""
    current = _paper(request, pk)
    options: dict[str, Any] = {
        "agenda": agenda_for(current.meeting, request.user),
        "parents": parents_of(current.meeting, request.user, but=current),
        "paper": current,
    }
    rows = differences(form, PaperForm(**options), fields=PaperForm.COMPARED)
    again = PaperForm(answering_to(request, current.version), **options)
    more = {"differences": rows, "is_stale": True}
    return _form_page(
        request, current.meeting, again, title=title, back=current, status=409, **more
    )


def _form(request: PortalRequest, meeting: Meeting, paper: Paper | None = None) -> PaperForm:
    return PaperForm(
        request.POST if request.method == "POST" else None,
        agenda=agenda_for(meeting, request.user),
        parents=parents_of(meeting, request.user, but=paper),
        paper=paper,
    )


@open_to_visitors
@require_safe
def paper_detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    paper, user, at = _paper(request, pk), request.user, database_now()
    context: dict[str, Any] = {
        "paper": paper,
        "meeting": paper.meeting,
        # An issued document shows of its meeting no more than title, date and place.
        "may_read_meeting": meeting_queries.visible_to(user).filter(pk=paper.meeting_id).exists(),
        "parent": queries.visible_to(user).filter(related=paper).first(),
        "versions": presentation.versions(paper),
        "related": queries.visible_to(user).filter(parent=paper).order_by("created_at"),
        "tone": presentation.tone(paper),
        "is_under_embargo": presentation.is_under_embargo(paper, at=at),
        "open_to": presentation.open_to(paper, at=at),
    }
    if user.is_authenticated:
        context |= presentation.for_those_who_work_on_it(paper, user)
    return render(request, "meetings/paper_detail.html", context)


@open_to_visitors
@require_safe
def paper_file(request: PortalRequest, pk: UUID, version: UUID) -> HttpResponseBase:
    """Hand out one language of a document, to whoever may read it now."""
    paper = _paper(request, pk)
    found = get_object_or_404(PaperVersion.objects.select_related("file"), pk=version, paper=paper)
    if found.file.status != DocumentStatus.ATTACHED:
        raise Http404
    answer = downloads.download(found.file)
    # An embargo can come to hold again, and a document be withdrawn: nothing keeps the file for others.
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@form_methods
def paper_version_add(request: PortalRequest, pk: UUID) -> HttpResponse:
    paper = _paper(request, pk)
    if refusal := refused(request, paper, rules.may_add_version(request.user, paper)):
        return refusal
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form, title = (
        VersionForm(*sent, is_fixed=paper.is_fixed, wanted=queries.untranslated(paper)),
        _("Add a language"),
    )
    if form.is_valid():
        try:
            services.add_version(
                paper,
                form.cleaned_data["file"],
                language=form.cleaned_data["language"],
                translation=form.cleaned_data["translation"],
                by=request.user,
                at=database_now(),
            )
        except NotAccepted as refusal_of_file:
            form.add_error("file", str(refusal_of_file.sentence))
        except ValidationError as error:
            add_errors(form, error)
        except WrongStatus as error:
            return wrong_status(request, paper, str(error))
        else:
            messages.success(request, _("The language is added."))
            return redirect(paper)
    return _form_page(request, paper.meeting, form, title=title, back=paper)


# ── steps ───────────────────────────────────────────────────────────────────────────────────────


@require_POST
def paper_submit(request: PortalRequest, pk: UUID) -> HttpResponse:
    done = _("The document is submitted to the secretariat.")
    return take(request, _paper(request, pk), services.submit, done=done)


@form_methods
def paper_send_back(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _with_reason(
        request,
        _paper(request, pk),
        services.send_back,
        rules.may_send_back,
        title=_("Send the document back"),
        done=_("The document is with its submitter again."),
    )


@form_methods
def paper_withdraw(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _with_reason(
        request,
        _paper(request, pk),
        services.withdraw,
        rules.may_withdraw,
        title=_("Withdraw the document"),
        done=_("The document is withdrawn; its symbol is not given again."),
    )


def _with_reason(  # noqa: PLR0913 -- the parts of one page
    request: PortalRequest,
    paper: Paper,
    service: Callable[..., Paper],
    rule: Callable[..., Any],
    *,
    title: str,
    done: str,
) -> HttpResponse:
    require(rule(request.user, paper))
    if paper.status not in PAPERS.steps[service.__name__].sources:
        return wrong_status(request, paper, wrong_status_sentence(paper))
    data = request.POST if request.method == "POST" else None
    form = ReasonForm(data, label=_("Reason"))
    if form.is_valid():
        return take(request, paper, service, done=done, **form.cleaned_data)
    return _form_page(request, paper.meeting, form, title=title, back=paper)


@form_methods
@step_up_required
def paper_issue(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Choose readers, embargo and symbol, and issue it."""
    paper = _paper(request, pk)
    if refusal := refused(request, paper, rules.may_issue(request.user, paper)):
        return refusal
    if paper.status not in PAPERS.steps["issue"].sources:
        return wrong_status(request, paper, wrong_status_sentence(paper))
    if refusal := refused(request, paper, rules.ready_to_issue(paper)):
        return refusal
    data = request.POST if request.method == "POST" else None
    form, title = IssueForm(data, initial={"access": paper.access}), _("Issue the document")
    if form.is_valid():
        try:
            issued = services.issue(paper, by=request.user, at=database_now(), **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        except WrongStatus as error:
            return wrong_status(request, paper, str(error))
        else:
            messages.success(request, presentation.issued_sentence(issued))
            return redirect(issued)
    return _form_page(request, paper.meeting, form, title=title, back=paper)


@form_methods
def paper_ask_to_derestrict(request: PortalRequest, pk: UUID) -> HttpResponse:
    paper = _paper(request, pk)
    require(rules.may_ask_to_derestrict(request.user, paper))
    at = database_now()
    data = request.POST if request.method == "POST" else None
    form, title = AskToDerestrictForm(data, initial={"takes_effect_at": at}), _("Derestrict")
    if form.is_valid():
        try:
            derestrictions.ask_to_derestrict(paper, by=request.user, at=at, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        except WrongStatus as error:
            return wrong_status(request, paper, str(error))
        else:
            messages.success(request, _("The secretariat is asked to agree."))
            return redirect(paper)
    return _form_page(request, paper.meeting, form, title=title, back=paper)


@form_methods
@step_up_required
def paper_answer_derestriction(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Agree to open it to more readers, or leave it as it is."""
    paper = _paper(request, pk)
    question = queries.question_of(paper)
    if question is None:
        require(of_the_secretariat(request.user))
        return wrong_status(request, paper, _("Nothing waits for an answer here."))
    require(rules.may_answer(request.user, question))
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        agrees = form.cleaned_data["answer"] == "agree"
        service = derestrictions.derestrict if agrees else derestrictions.decline_to_derestrict
        try:
            service(
                question, reason=form.cleaned_data["reason"], by=request.user, at=database_now()
            )
        except WrongStatus as error:
            return wrong_status(request, paper, str(error))
        return redirect(paper)
    return _form_page(
        request, paper.meeting, form, title=_("Answer"), back=paper, question=question
    )


# ── what a meeting needs ────────────────────────────────────────────────────────────────────────


@form_methods
def expected_list(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show what the meeting needs and what of it is missing; what is sent here is one more."""
    meeting = _meeting(request, pk)
    require(rules.may_expect(request.user, meeting))
    data = request.POST if request.method == "POST" else None
    form = ExpectForm(
        data,
        agenda=agenda_for(meeting, request.user),
        working_languages=meeting.working_languages,
    )
    if form.is_valid():
        try:
            services.expect(
                meeting,
                kind=form.cleaned_data["kind"],
                languages=form.cleaned_data["languages"],
                item_id=form.cleaned_data["item"],
                by=request.user,
                at=database_now(),
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect("meetings:expected_list", meeting.pk)
    context = {
        "meeting": meeting,
        "form": form,
        "expected": presentation.expected(meeting),
        "missing": presentation.missing(queries.missing_documents(meeting)),
    }
    status = 422 if form.is_bound else 200
    return render(request, "meetings/expected_list.html", context, status=status)


@require_POST
def expected_remove(request: PortalRequest, pk: UUID) -> HttpResponse:
    wishes = ExpectedPaper.objects.filter(meeting__in=meeting_queries.visible_to(request.user))
    wish = get_object_or_404(wishes.select_related("meeting"), pk=pk)
    meeting = wish.meeting
    services.expect_no_more(wish, by=request.user, at=database_now())
    return redirect("meetings:expected_list", meeting.pk)


def _form_page(  # noqa: PLR0913 -- the parts of one page
    request: PortalRequest,
    meeting: Meeting,
    form: Any,
    *,
    title: str,
    back: Paper | None = None,
    status: int | None = None,
    **more: Any,
) -> HttpResponse:
    context = {"meeting": meeting, "form": form, "title": title, "back": back or meeting, **more}
    answered = status or (422 if form.is_bound else 200)
    return render(request, "meetings/paper_form.html", context, status=answered)


def _meeting(request: PortalRequest, pk: UUID) -> Meeting:
    meetings = meeting_queries.visible_to(request.user).select_related("host", "series")
    return get_object_or_404(meetings, pk=pk)


def _paper(request: PortalRequest, pk: UUID) -> Paper:
    papers = queries.with_versions(queries.visible_to(request.user))
    return get_object_or_404(papers.select_related("meeting__series", "prepared_by"), pk=pk)
