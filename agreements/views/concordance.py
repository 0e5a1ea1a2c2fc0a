"""The concordance desk: what the checks found between two languages, worked off one by one."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.exports import concordance as exports
from agreements.forms.languages import FindingFilterForm
from agreements.forms.treaty import ReasonForm
from agreements.models import ConcordanceFinding
from agreements.presentation.languages import finding_sentence, place_of
from agreements.queries import languages as language_queries
from agreements.rules import concordance_findings as rules
from agreements.services import concordance_findings as services
from agreements.statuses import (
    TRANSLATING_STATUSES,
    WRITTEN_LANGUAGE_STATUSES,
    CheckKind,
    ConcordanceStatus,
    ProvisionKind,
)
from agreements.views.languages import numbers_of, pages_of, version_seen, way_to
from agreements.vocabularies.languages import language_name
from ots_portal.clock import database_now
from ots_portal.jobs import services as jobs
from ots_portal.lifecycle import WrongStatus
from ots_portal.pages import add_errors, take, wrong_status
from ots_portal.paper.problems import NotPrintable
from ots_portal.paper.responses import download, not_printable
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

UNPROCESSABLE = 422
FINDINGS_ON_PAGE = 50
FINDING_TONES = {
    ConcordanceStatus.OPEN: "warning",
    ConcordanceStatus.ACCEPTED: "info",
    ConcordanceStatus.FIXED: "good",
}


@require_safe
def concordance_finding_list(request: PortalRequest, pk: uuid.UUID) -> HttpResponseBase:
    version = version_seen(request, pk)
    rows = language_queries.version_rows(version)
    numbers = numbers_of(rows)
    articles = [
        (row.provision.key, numbers[row.provision.key])
        for row in rows
        if row.provision.kind in (ProvisionKind.ARTICLE, ProvisionKind.ANNEX)
    ]
    asked = FindingFilterForm(request.GET, provisions=articles).asked
    found = language_queries.findings_visible_to(request.user).filter(language_text=version)
    found = language_queries.matching(found, asked).order_by("position", "kind", "id")
    if file_format := request.GET.get("format"):
        if file_format not in exports.FORMATS:
            raise Http404
        return _file(request, version, found, file_format)
    page = Paginator(found, FINDINGS_ON_PAGE).get_page(request.GET.get("page"))
    cells = {row.provision.key: row for row in rows}
    may_check = (
        bool(rules.may_check(request.user, version))
        and version.status in WRITTEN_LANGUAGE_STATUSES
        and version.instrument.status in TRANSLATING_STATUSES
    )
    context = {
        "version": version,
        "original_name": language_name(language_queries.original_tag(version.instrument)),
        "instrument": version.instrument,
        "way": way_to(version.instrument, version),
        "form": FindingFilterForm(asked or None, provisions=articles),
        "is_filtered": bool(asked),
        "first_url": reverse("agreements:concordance_finding_list", args=[version.pk]),
        "rows": [_shown(one, numbers, cells) for one in page.object_list],
        "counts": _counts(version),
        "may_check": may_check,
        "is_current": version.checked_digest == language_queries.digest_of(rows, 0),
        "downloads": _downloads(request),
        **pages_of(request, page),
    }
    return render(request, "agreements/concordance_finding_list.html", context)


def _shown(
    finding: ConcordanceFinding, numbers: dict[str, str], cells: dict[str, Any]
) -> dict[str, Any]:
    key = finding.provision.key if finding.provision else ""
    return {
        "finding": finding,
        "place": place_of(finding, numbers),
        "sentence": finding_sentence(finding),
        "tone": FINDING_TONES[ConcordanceStatus(finding.status)],
        "row": cells.get(key),
        "is_open": finding.status == ConcordanceStatus.OPEN,
        "is_accepted": finding.status == ConcordanceStatus.ACCEPTED,
    }


def _counts(version: Any) -> list[dict[str, Any]]:
    labels = {kind.value: kind.label for kind in CheckKind}
    return [
        {
            "kind": kind,
            "label": labels[kind],
            "open": counts.get(ConcordanceStatus.OPEN, 0),
            "accepted": counts.get(ConcordanceStatus.ACCEPTED, 0),
            "fixed": counts.get(ConcordanceStatus.FIXED, 0),
        }
        for kind, counts in language_queries.counts_by_kind(version)
    ]


def _downloads(request: PortalRequest) -> list[dict[str, str]]:
    links = []
    for name, label in (("csv", _("CSV")), ("xlsx", _("Excel workbook (XLSX)"))):
        query = request.GET.copy()
        query.pop("page", None)
        query["format"] = name
        links.append({"label": label, "url": f"?{query.urlencode()}"})
    return links


def _file(request: PortalRequest, version: Any, found: Any, file_format: str) -> HttpResponseBase:
    try:
        content = exports.findings_as(found, version, file_format=file_format, at=database_now())
    except NotPrintable as error:
        return not_printable(request, error)
    name = f"{version.instrument.code} {version.tag}.{file_format}"
    return download(content, name=name, content_type=exports.FORMATS[file_format])


@require_POST
def language_text_check(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    """Run the checks; of a long text a worker does, with its progress on a page."""
    version = version_seen(request, pk)
    require(rules.may_check(request.user, version))
    if services.is_long_work(version):
        parameters = {"language_text": str(version.pk)}
        return redirect(
            jobs.begin("agreements.concordance", parameters, by=request.user, at=database_now())
        )
    try:
        services.run_checks(version, by=request.user, at=database_now())
    except WrongStatus as error:
        return wrong_status(request, version, str(error))
    messages.success(request, _("The checks have been run on the words as they stand."))
    return redirect("agreements:concordance_finding_list", pk=version.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def concordance_finding_accept(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    finding = _finding(request, pk)
    require(rules.may_accept(request.user, finding))
    form = ReasonForm(request.POST or None)
    version = finding.language_text
    back = f"{reverse('agreements:concordance_finding_list', args=[version.pk])}?status=open"
    if request.method == "POST" and form.is_valid():
        try:
            services.accept(finding, by=request.user, at=database_now(), **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        except WrongStatus as error:
            return wrong_status(request, finding, str(error))
        else:
            messages.success(request, _("The difference is accepted as it stands."))
            return redirect(back)
    context = {
        "form": form,
        "heading": _("Accept a difference"),
        "instrument": version.instrument,
        "way": way_to(version.instrument, version),
        "act": finding_sentence(finding),
        "back": back,
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "agreements/act_form.html", context, status=status)


@require_POST
def concordance_finding_reopen(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    done = _("The finding is open again.")
    return take(request, _finding(request, pk), services.reopen, done=done)


def _finding(request: PortalRequest, pk: uuid.UUID) -> ConcordanceFinding:
    return get_object_or_404(language_queries.findings_visible_to(request.user), pk=pk)
