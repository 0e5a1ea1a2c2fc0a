"""A file becomes the text: it is read, shown with what was not recognised, and taken in."""

import uuid
from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements import queries
from agreements.formats.tree import NOT_RECOGNISED, QUESTIONS, Reason
from agreements.forms.texts import TextFileForm
from agreements.models import Instrument, TextImport
from agreements.queries import revisions as revision_queries
from agreements.queries.languages import original_tag
from agreements.rules import text_imports as rules
from agreements.services import text_imports as services
from agreements.services import translation_imports
from agreements.services.imported_trees import rows_of_nodes
from agreements.statuses import DRAFTING_STATUSES, ImportStatus
from agreements.views.languages import numbers_of, way_to
from agreements.vocabularies.languages import language_name
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus, wrong_status_sentence
from ots_portal.pages import add_errors, wrong_status
from ots_portal.people.http import PortalRequest
from ots_portal.texts.comparison import ParagraphChange
from ots_portal.verdicts import require

UNPROCESSABLE = 422
CONFLICT = 409
MOST_REMARKS = 200


@require_http_methods(["GET", "HEAD", "POST"])
def text_import_new(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    instrument = get_object_or_404(queries.visible_to(request.user), pk=pk)
    require(rules.may_read_in(request.user, instrument))
    if instrument.status not in DRAFTING_STATUSES:
        return wrong_status(request, instrument, wrong_status_sentence(instrument))
    language = (get_language() or "en").split("-")[0]
    if request.method != "POST":
        return _upload_page(request, instrument, TextFileForm(initial={"language": language}))
    form = TextFileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            text_import = services.read_in(
                instrument,
                name=file.name,
                content=file.read(),
                language=form.cleaned_data["language"],
                by=request.user,
                at=database_now(),
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(text_import)
    return _upload_page(request, instrument, form)


def _upload_page(
    request: PortalRequest, instrument: Instrument, form: TextFileForm
) -> HttpResponse:
    status = UNPROCESSABLE if form.errors else 200
    context = {"form": form, "instrument": instrument, "way": _way(instrument)}
    return render(request, "agreements/text_import_form.html", context, status=status)


def _way(instrument: Instrument) -> list[dict[str, str]]:
    revisions = reverse("agreements:revision_list", args=[instrument.pk])
    return [
        {"title": instrument.title, "url": instrument.get_absolute_url()},
        {"title": _("Text"), "url": instrument.get_text_url()},
        {"title": _("Revisions"), "url": revisions},
    ]


@require_safe
def text_import_detail(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    text_import = get_object_or_404(revision_queries.imports_visible_to(request.user), pk=pk)
    return _detail_page(request, text_import)


@require_POST
def text_import_take_in(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    text_import = get_object_or_404(revision_queries.imports_visible_to(request.user), pk=pk)
    try:
        services.take_in(
            text_import,
            instrument_version=_version_seen(request),
            by=request.user,
            at=database_now(),
        )
    except WrongStatus as error:
        return wrong_status(request, text_import.instrument, str(error))
    except StaleVersion:
        sentence = _("The text changed since you looked at this page. It now shows what would become of the present one.")  # fmt: skip
        return _conflict_page(request, pk, sentence)
    except ValidationError as error:
        return _detail_page(request, text_import, problems=error.messages, status=UNPROCESSABLE)
    if text_import.is_translation:
        messages.success(request, _("The translation is taken in."))
        return redirect(translation_imports.version_of(text_import))
    messages.success(request, _("The file is the text now."))
    return redirect(text_import.instrument.get_text_url())


def _version_seen(request: PortalRequest) -> int:
    """Return which version of the instrument the page showed; one that is missing is none that stands."""
    said = request.POST.get("instrument_version", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < _DIGITS else 0


_DIGITS = 10  # fewer than a 32 bit number may have


def _conflict_page(request: PortalRequest, pk: uuid.UUID, sentence: str) -> HttpResponse:
    text_import = revision_queries.imports_visible_to(request.user).get(pk=pk)
    return _detail_page(request, text_import, problems=[sentence], status=CONFLICT)


def _detail_page(
    request: PortalRequest,
    text_import: TextImport,
    *,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    is_waiting = text_import.status == ImportStatus.READ
    if text_import.is_translation:
        return _translation_page(request, text_import, problems=problems or [], status=status)
    changes = services.changes_by(text_import) if is_waiting else []
    context = {
        "text_import": text_import,
        "instrument": text_import.instrument,
        "way": _way(text_import.instrument),
        "is_waiting": is_waiting,
        "problems": problems or [],
        "figures": _figures(text_import, changes),
        "remark_groups": _remark_groups(text_import),
        "rows": _rows(text_import, changes),
    }
    return render(request, "agreements/text_import_detail.html", context, status=status)


def _translation_page(
    request: PortalRequest, text_import: TextImport, *, problems: list[str], status: int
) -> HttpResponse:
    """Show each provision with what the file has of it, and what of the file found no place."""
    is_waiting = text_import.status == ImportStatus.READ
    version = translation_imports.version_of(text_import)
    beside, left_over = translation_imports.laid_beside(text_import) if is_waiting else ([], [])
    numbers = numbers_of([one.row for one in beside])
    missing = [one for one in beside if one.node is None and one.row.original.has_words]
    context = {
        "text_import": text_import,
        "instrument": text_import.instrument,
        "version": version,
        "original_name": language_name(original_tag(text_import.instrument)),
        "way": way_to(text_import.instrument, version),
        "is_waiting": is_waiting,
        "problems": problems,
        "figures": [
            {"label": _("Provisions laid beside"), "value": sum(one.node is not None for one in beside)},
            {"label": _("Changed"), "value": sum(one.is_changed for one in beside)},
            {"label": _("Not in the file"), "value": len(missing)},
            {"label": _("Without a place"), "value": len(left_over)},
        ],
        "remark_groups": _remark_groups(text_import),
        "rows": [
            {"beside": one, "number": numbers[one.row.provision.key], "depth": min(one.row.depth, 5)}
            for one in beside
        ],
        "left_over": left_over,
    }  # fmt: skip
    return render(request, "agreements/translation_import_detail.html", context, status=status)


def _figures(text_import: TextImport, changes: list[ParagraphChange]) -> list[dict[str, Any]]:
    counts = Counter(change.kind for change in changes)
    lines = sum(remark["reason"] in NOT_RECOGNISED for remark in text_import.remarks)
    return [
        {"label": _("Lines not recognised"), "value": lines},
        {"label": _("New provisions"), "value": counts["added"]},
        {"label": _("Changed"), "value": counts["changed"]},
        {"label": _("Moved or renumbered"), "value": counts["moved"] + counts["renumbered"]},
        {"label": _("Gone"), "value": counts["removed"]},
    ]


def _remark_groups(text_import: TextImport) -> list[dict[str, Any]]:
    groups = (
        (
            _("Not recognised"),
            _("These lines found no place in the text."),
            "warning",
            NOT_RECOGNISED,
        ),
        (_("To be looked at"), _("These lines are in the text as they stand."), "info", QUESTIONS),
        (
            _("No part of the text"),
            _("Page numbers, running headers, contents and notes."),
            "neutral",
            frozenset(Reason) - NOT_RECOGNISED - QUESTIONS,
        ),
    )
    return [
        {"title": title, "lede": lede, "tone": tone, "remarks": found[:MOST_REMARKS], "left": max(0, len(found) - MOST_REMARKS)}
        for title, lede, tone, reasons in groups
        if (found := [_shown(remark) for remark in text_import.remarks if remark["reason"] in reasons])
    ]  # fmt: skip


def _shown(remark: dict[str, Any]) -> dict[str, Any]:
    return {**remark, "reason": Reason(remark["reason"]).label}


def _rows(text_import: TextImport, changes: list[ParagraphChange]) -> list[dict[str, Any]]:
    """Return the provisions in order, each with what became of it."""
    by_key = {change.key: change for change in changes}
    nodes = services.nodes_beside(text_import) if changes else []
    return [
        {"row": row, "change": by_key.get(row.key), "depth": min(row.depth, 5)}
        for row in rows_of_nodes(nodes)
    ]
