"""The revisions of a text: what was frozen when, what changed from one to the other."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agreements import queries
from agreements.exports import revisions as exports
from agreements.exports import word
from agreements.formats.docx_writing import CONTENT_TYPE
from agreements.forms.texts import ComparisonForm, RevisionForm
from agreements.models import Instrument, TextRevision
from agreements.presentation.languages import akn_links
from agreements.queries import revisions as revision_queries
from agreements.queries.comparisons import changes_between, is_long_work, languages_of
from agreements.queries.text_rows import rows_of
from agreements.rules import revisions as rules
from agreements.rules import text_silences as silence_rules
from agreements.services import revisions as services
from agreements.statuses import DRAFTING_STATUSES, RevisionKind, RevisionStatus
from agreements.vocabularies.languages import language_name
from ots_portal.clock import database_now
from ots_portal.jobs import services as jobs
from ots_portal.lifecycle import WrongStatus
from ots_portal.pages import wrong_status
from ots_portal.paper import responses
from ots_portal.paper.problems import NotPrintable
from ots_portal.people.http import PortalRequest
from ots_portal.texts.comparison import ParagraphChange

REVISION_TONES = {RevisionStatus.WORKING: "info", RevisionStatus.FROZEN: "good"}


@require_safe
def revision_list(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    return _list_page(
        request, _instrument(request, pk), RevisionForm(initial={"kind": RevisionKind.ROLLING})
    )


def _instrument(request: PortalRequest, pk: uuid.UUID) -> Instrument:
    """Return the instrument, to who negotiates it."""
    seen = queries.visible_to(request.user)
    user = request.user
    return get_object_or_404(
        seen if user.is_secretariat or user.is_member_staff else seen.none(), pk=pk
    )


def _list_page(
    request: PortalRequest, instrument: Instrument, form: RevisionForm, *, status: int = 200
) -> HttpResponse:
    revisions = list(revision_queries.visible_to(request.user).filter(instrument=instrument))
    is_open = instrument.status in DRAFTING_STATUSES
    may = bool(rules.may_open_revision(request.user, instrument)) and is_open
    is_worked_on = any(revision.is_working for revision in revisions)
    context = {
        "instrument": instrument,
        "rows": [
            {"revision": one, "tone": REVISION_TONES.get(RevisionStatus(one.status), "neutral")}
            for one in revisions
        ],
        "form": form,
        "may_open": may and not is_worked_on,
        "may_import": may,
        "may_compare": len(revisions) > 1,
    }
    return render(request, "agreements/revision_list.html", context, status=status)


@require_POST
def revision_new(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    instrument = _instrument(request, pk)
    form = RevisionForm(request.POST)
    if not form.is_valid():
        return _list_page(request, instrument, form, status=422)
    try:
        services.open_revision(
            instrument, kind=form.cleaned_data["kind"], by=request.user, at=database_now()
        )
    except WrongStatus as error:
        return wrong_status(request, instrument, str(error))
    messages.success(request, _("The revision is open: the text may be changed."))
    return redirect("agreements:revision_list", pk=instrument.pk)


@require_safe
def revision_detail(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    revision = _revision(request, pk)
    context = {
        "revision": revision,
        "instrument": revision.instrument,
        "tone": REVISION_TONES.get(RevisionStatus(revision.status), "neutral"),
        "rows": [{"row": row, "depth": min(row.depth, 5)} for row in rows_of(revision)],
        "akn": akn_links(revision.instrument, revision),
        "may_freeze": rules.may_freeze(request.user, revision),
        "may_propose_silence": revision.status == RevisionStatus.FROZEN
        and silence_rules.may_propose(request.user, revision.instrument),
        "is_open": revision.is_working and revision.instrument.status in DRAFTING_STATUSES,
    }
    return render(request, "agreements/revision_detail.html", context)


def _revision(request: PortalRequest, pk: uuid.UUID) -> TextRevision:
    return get_object_or_404(revision_queries.visible_to(request.user), pk=pk)


@require_safe
def revision_docx(request: PortalRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Hand a revision out for Word; what capitals change in it with tracked changes comes back as drafts."""
    revision = _revision(request, pk)
    content = word.revision_to_docx(revision, at=database_now())
    name = f"{revision.instrument.code} {revision.number} {revision.language}.docx"
    return responses.download(content, name=name, content_type=CONTENT_TYPE)


@require_POST
def revision_freeze(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    revision = _revision(request, pk)
    try:
        services.freeze(revision, by=request.user, at=database_now())
    except WrongStatus as error:
        return wrong_status(request, revision.instrument, str(error))
    except ValidationError as error:
        return wrong_status(request, revision.instrument, " ".join(error.messages))
    messages.success(request, _("The revision is frozen: its words stay as they are."))
    return redirect(revision)


# ── comparison ──────────────────────────────────────────────────────────────────────────────────


@require_safe
def revision_compare(request: PortalRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Compare two revisions by words, article by article, on the page or on paper."""
    instrument = _instrument(request, pk)
    revisions = {
        str(one.number): one
        for one in revision_queries.visible_to(request.user)
        .filter(instrument=instrument)
        .order_by("number")
    }
    names = {key: exports.revision_name(one) for key, one in revisions.items()}
    languages = [(code, language_name(code)) for code in languages_of(instrument)]
    form = ComparisonForm(names, _asked(request, revisions), languages=languages)
    if not form.is_valid():
        return _comparison_page(request, instrument, form, None, status=422 if revisions else 200)
    asked = form.cleaned_data
    pair = revisions[asked["before"]], revisions[asked["after"]]
    if is_long_work(*pair, language=asked["language"]):
        return _long_work_page(request, instrument, form, pair)
    if request.GET.get("format") == "docx":
        return _for_word(pair, language=asked["language"])
    changes = changes_between(*pair, language=asked["language"])
    if request.GET.get("format") == "pdf":
        named = names[asked["before"]], names[asked["after"]]
        return _on_paper(request, instrument, changes, named=named, language=asked["language"])
    return _comparison_page(request, instrument, form, changes, names=names)


def _long_work_page(
    request: PortalRequest,
    instrument: Instrument,
    form: ComparisonForm,
    pair: tuple[TextRevision, TextRevision],
) -> HttpResponse:
    """Offer to have two long texts compared by a worker; afterwards this page shows what came of it."""
    context = {"instrument": instrument, "form": form, "before": pair[0], "after": pair[1]}
    context["language"] = form.cleaned_data["language"]
    return render(request, "agreements/revision_compare_long.html", context)


@require_POST
def revision_have_compared(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    """Have a worker compare two frozen revisions, with its progress on a page."""
    instrument = _instrument(request, pk)
    seen = revision_queries.visible_to(request.user).filter(instrument=instrument)
    numbers = [request.POST.get(name, "") for name in ("before", "after")]
    found = {str(one.number): one for one in seen}
    language = request.POST.get("language", "")
    if any(number not in found for number in numbers) or language not in languages_of(instrument):
        raise Http404
    parameters = {
        "before": str(found[numbers[0]].pk),
        "after": str(found[numbers[1]].pk),
        "language": language,
    }
    is_for_word = request.POST.get("format") == "docx"
    kind = "agreements.redline" if is_for_word else "agreements.comparison"
    return redirect(jobs.begin(kind, parameters, by=request.user, at=database_now()))


def _asked(request: PortalRequest, revisions: dict[str, TextRevision]) -> dict[str, str]:
    """Return what the address asks for; the last two revisions where it says nothing."""
    keys = list(revisions)
    usual = {
        "before": keys[-2] if len(keys) > 1 else "".join(keys[-1:]),
        "after": "".join(keys[-1:]),
        "language": revisions[keys[-1]].language if keys else "en",
        "view": "inline",
    }
    return {**usual, **{name: request.GET[name] for name in usual if name in request.GET}}


def _comparison_page(  # noqa: PLR0913 -- keywords only
    request: PortalRequest,
    instrument: Instrument,
    form: ComparisonForm,
    changes: list[ParagraphChange] | None,
    *,
    names: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    query, word_query = request.GET.copy(), request.GET.copy()
    query["format"], word_query["format"] = "pdf", "docx"
    only = request.GET.get("all") != "1"
    shown = [one for one in changes or () if not only or one.kind != "same"]
    context: dict[str, Any] = {
        "instrument": instrument,
        "form": form,
        "changes": shown if changes is not None else None,
        "pdf_url": f"?{query.urlencode()}",
        "word_url": f"?{word_query.urlencode()}",
        "changed_count": sum(one.kind != "same" for one in changes or ()),
        "same_count": sum(one.kind == "same" for one in changes or ()) if only else 0,
    }
    if changes is not None and names:
        asked = form.cleaned_data
        every = request.GET.copy()
        every["all"] = "1"
        context |= {
            "before_word": names[asked["before"]],
            "after_word": names[asked["after"]],
            "is_sides": asked["view"] == "sides",
            "language": asked["language"],
            "all_url": f"?{every.urlencode()}",
        }
    return render(request, "agreements/revision_compare.html", context, status=status)


def _for_word(pair: tuple[TextRevision, TextRevision], *, language: str) -> HttpResponseBase:
    content = word.redline_to_docx(*pair, language=language, at=database_now())
    name = word.redline_name(*pair, language)
    return responses.download(content, name=name, content_type=CONTENT_TYPE)


def _on_paper(
    request: PortalRequest,
    instrument: Instrument,
    changes: list[ParagraphChange],
    *,
    named: tuple[str, str],
    language: str,
) -> HttpResponseBase:
    try:
        content = exports.comparison_to_pdf(
            instrument, changes, named=named, language=language, at=database_now()
        )
    except NotPrintable as error:
        return responses.not_printable(request, error)
    name = f"{_('Changes')} {instrument.code} {language}.pdf"
    return responses.download(content, name=name, content_type=responses.PDF)
