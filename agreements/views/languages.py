"""The languages of a text: which there are, side by side, translated provision by provision."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements import queries
from agreements.forms.languages import (
    LanguageForm,
    MarksForm,
    SideForm,
    TranslationFileForm,
    TranslationForm,
)
from agreements.forms.treaty import ReasonForm
from agreements.models import Instrument, LanguageText, Provision
from agreements.presentation.languages import akn_links, finding_sentence
from agreements.queries import languages as language_queries
from agreements.queries.comparisons import languages_of, whole_numbers
from agreements.queries.languages import Progress, SideRow
from agreements.queries.text_rows import Row
from agreements.rules import concordance_findings as finding_rules
from agreements.rules import language_texts as rules
from agreements.services import language_texts as services
from agreements.services import translation_imports
from agreements.services.translations import write_translation
from agreements.statuses import (
    LANGUAGE_TEXTS,
    TRANSLATING_STATUSES,
    WRITTEN_LANGUAGE_STATUSES,
    LanguageStatus,
)
from agreements.vocabularies.languages import language_name
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus, wrong_status_sentence
from ots_portal.pages import add_errors, answering_to, differences, take, wrong_status
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

UNPROCESSABLE, CONFLICT = 422, 409
PROVISIONS_ON_PAGE = 100
DEEPEST_SHOWN = 5
LANGUAGE_TONES = {
    LanguageStatus.DRAFTING: "draft",
    LanguageStatus.TRANSLATED: "info",
    LanguageStatus.CONCORDANCE: "warning",
    LanguageStatus.CERTIFIED: "good",
    LanguageStatus.AUTHENTICATED: "good",
}


def negotiated(request: PortalRequest, pk: uuid.UUID) -> Instrument:
    """Return the instrument, to who negotiates it."""
    user = request.user
    seen = queries.visible_to(user)
    is_theirs = user.is_secretariat or user.is_member_staff
    return get_object_or_404(seen if is_theirs else seen.none(), pk=pk)


def version_seen(request: PortalRequest, pk: uuid.UUID) -> LanguageText:
    return get_object_or_404(language_queries.visible_to(request.user), pk=pk)


def way_to(
    instrument: Instrument, language_text: LanguageText | None = None
) -> list[dict[str, str]]:
    """Return the way down to a page about the languages of an instrument."""
    way = [
        {"title": instrument.title, "url": instrument.get_absolute_url()},
        {
            "title": _("Languages"),
            "url": reverse("agreements:language_text_list", args=[instrument.pk]),
        },
    ]
    if language_text:
        way.append({"title": str(language_text), "url": language_text.get_absolute_url()})
    return way


# ── which there are ─────────────────────────────────────────────────────────────────────────────


@require_safe
def language_text_list(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    return _list_page(request, negotiated(request, pk), None)


def _list_page(
    request: PortalRequest, instrument: Instrument, form: LanguageForm | None
) -> HttpResponse:
    versions = language_queries.versions_of(instrument)
    original = language_queries.original_tag(instrument)
    progress = language_queries.progress_of_each(versions, original=original)
    may_add = rules.may_add_language(request.user, instrument)
    is_open = instrument.status in TRANSLATING_STATUSES
    taken = [version.tag for version in versions]
    context = {
        "instrument": instrument,
        "way": way_to(instrument)[:1],
        "rows": [
            _listed(version, found, original=original)
            for version, found in zip(versions, progress, strict=True)
        ],
        "form": (form or LanguageForm(taken=taken)) if may_add and is_open else None,
        "side_form": SideForm(languages=_side_choices(instrument)) if len(versions) > 1 else None,
        "akn": akn_links(instrument),
    }
    status = UNPROCESSABLE if form is not None and form.errors else 200
    return render(request, "agreements/language_text_list.html", context, status=status)


def _listed(version: LanguageText, progress: Progress, *, original: str) -> dict[str, Any]:
    return {
        "version": version,
        "tone": LANGUAGE_TONES[LanguageStatus(version.status)],
        "is_original": version.tag == original,
        "progress": progress,
    }


@require_POST
def language_text_new(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    instrument = negotiated(request, pk)
    require(rules.may_add_language(request.user, instrument))
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return _list_page(request, instrument, form)
    try:
        version = services.add_language(
            instrument, by=request.user, at=database_now(), **form.cleaned_data
        )
    except ValidationError as error:
        add_errors(form, error)
        return _list_page(request, instrument, form)
    except WrongStatus as error:
        return wrong_status(request, instrument, str(error))
    messages.success(request, _("The language is there: its text may be written."))
    return redirect(version)


# ── one language ────────────────────────────────────────────────────────────────────────────────


@require_safe
def language_text_detail(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    return _detail_page(request, version_seen(request, pk))


def _detail_page(
    request: PortalRequest, version: LanguageText, *, form: MarksForm | None = None, status: int = 200
) -> HttpResponse:  # fmt: skip
    instrument = version.instrument
    original = language_queries.original_tag(instrument)
    rows = language_queries.side_by_side(instrument, [version.tag], original=original)
    progress = language_queries.progress_of(rows, 0)
    is_original = version.tag == original
    wanted = request.GET.get("show", "")
    page = Paginator(_wanted(rows, wanted), PROVISIONS_ON_PAGE).get_page(request.GET.get("page"))
    may_write = (
        bool(rules.may_translate(request.user, version))
        and version.status in WRITTEN_LANGUAGE_STATUSES
        and instrument.status in TRANSLATING_STATUSES
    )
    findings = language_queries.counts_by_kind(version)
    context = {
        "version": version,
        "instrument": instrument,
        "way": way_to(instrument),
        "tone": LANGUAGE_TONES[LanguageStatus(version.status)],
        "is_original": is_original,
        "original": original,
        "original_name": language_name(original),
        "figures": [] if is_original else _figures(version, progress, findings),
        "rows": shown_rows(list(page), rows),
        "wanted": wanted,
        "views": _views(version, wanted),
        "is_checked": bool(version.checked_at),
        "may_write": may_write,
        "may_check": may_write and bool(finding_rules.may_check(request.user, version)),
        "marks": _marks_form(request, version, form),
        "steps": [] if is_original else _steps(request, version),
        **pages_of(request, page),
    }
    return render(request, "agreements/language_text_detail.html", context, status=status)


def _wanted(rows: list[SideRow], wanted: str) -> list[SideRow]:
    """Return the provisions that are asked for: all, those without words here, or those behind the original."""
    if wanted == "missing":
        return [row for row in rows if row.cells[0].is_missing]
    if wanted == "behind":
        return [row for row in rows if row.cells[0].is_behind]
    return rows


def _views(version: LanguageText, wanted: str) -> list[dict[str, Any]]:
    address = version.get_absolute_url()
    return [
        {"label": label, "url": f"{address}?show={name}" if name else address, "is_now": name == wanted}
        for name, label in (("", _("All")), ("missing", _("Not translated")), ("behind", _("Behind the original")))
    ]  # fmt: skip


def pages_of(request: PortalRequest, page: Any) -> dict[str, str]:
    """Return the addresses of the neighbouring pages, and which ones of all are shown."""

    def address(number: int) -> str:
        query = request.GET.copy()
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    note = ""
    if page.paginator.num_pages > 1:
        note = _("%(first)s to %(last)s of %(count)s") % {
            "first": page.start_index(),
            "last": page.end_index(),
            "count": page.paginator.count,
        }
    return {
        "previous_url": address(page.previous_page_number()) if page.has_previous() else "",
        "next_url": address(page.next_page_number()) if page.has_next() else "",
        "pages_note": note,
    }


def shown_rows(rows: list[SideRow], every: list[SideRow]) -> list[dict[str, Any]]:
    """Return rows as a page has them, with their whole numbers: "Article 5 (1)(a)"."""
    numbers = numbers_of(every)
    return [
        {
            "row": row,
            "number": numbers[row.provision.key],
            "depth": min(row.depth, DEEPEST_SHOWN),
        }
        for row in rows
    ]


def numbers_of(rows: list[SideRow]) -> dict[str, str]:
    """Return the whole number of each provision; what has none is named by its kind."""
    told = [
        Row(row.provision.key, row.provision.kind, row.provision.number, "", "", row.depth)
        for row in rows
    ]
    numbers = whole_numbers(told)
    return {
        row.provision.key: numbers[row.provision.key] or str(row.provision.get_kind_display())
        for row in rows
    }


def _figures(
    version: LanguageText, progress: Progress, findings: list[tuple[str, dict[str, int]]]
) -> list[dict[str, Any]]:
    address = version.get_absolute_url()
    desk = reverse("agreements:concordance_finding_list", args=[version.pk])
    open_count = sum(counts.get("open", 0) for _kind, counts in findings)
    return [
        {
            "label": _("Translated"),
            "value": _("%(done)s of %(total)s") % {"done": progress.done, "total": progress.total},
            "url": f"{address}?show=missing" if progress.missing else "",
        },
        {
            "label": _("Behind the original"),
            "value": progress.behind,
            "url": f"{address}?show=behind" if progress.behind else "",
        },
        {
            "label": _("Open findings"),
            "value": open_count + version.left_out_count if version.checked_at else "—",
            "url": f"{desk}?status=open" if version.checked_at else "",
            "note": "" if version.checked_at else _("Not checked yet"),
        },
    ]


def _marks_form(
    request: PortalRequest, version: LanguageText, form: MarksForm | None
) -> MarksForm | None:
    is_open = version.instrument.status in TRANSLATING_STATUSES
    if not is_open or not rules.may_mark(request.user, version):
        return None
    return form or MarksForm(language_text=version)


def _steps(request: PortalRequest, version: LanguageText) -> list[dict[str, Any]]:
    """Return the buttons of what may come next; whoever does not keep the text sees none."""
    if not rules.may_add_language(request.user, version.instrument):
        return []
    if version.instrument.status not in TRANSLATING_STATUSES:
        return []
    words = _step_words()
    return [
        {
            "verb": step.verb,
            "url": reverse(f"agreements:language_text_{step.verb}", args=[version.pk]),
            "label": words[step.verb][0],
            "question": words[step.verb][1],
            "verdict": getattr(rules, f"may_{step.verb}")(request.user, version),
            "asks": step.verb == "send_back",
        }
        for step in LANGUAGE_TEXTS.steps_from(version.status)
        if not step.automatic
    ]


def _step_words() -> dict[str, tuple[str, str]]:
    return {
        "complete": (_("The translation is complete"), ""),
        "begin_concordance": (_("Begin the concordance"), ""),
        "certify": (
            _("Certify"),
            _("Its words cannot be changed until it is sent back. Certify the text?"),
        ),
        "send_back": (_("Send back"), ""),
    }


@require_POST
def language_text_mark(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    version = version_seen(request, pk)
    require(rules.may_mark(request.user, version))
    form = MarksForm(request.POST, language_text=version)
    if not form.is_valid():
        return _detail_page(request, version, form=form, status=UNPROCESSABLE)
    try:
        services.mark(version, by=request.user, at=database_now(), **form.cleaned_data)
    except ValidationError as error:
        add_errors(form, error)
        return _detail_page(request, version, form=form, status=UNPROCESSABLE)
    except StaleVersion:
        current = version_seen(request, pk)
        data = answering_to(request, current.version)
        again = MarksForm(data, language_text=current)
        again.full_clean()
        again.add_error(None, _("Somebody else saved in the meantime. Look again, then save."))
        return _detail_page(request, current, form=again, status=CONFLICT)
    except WrongStatus as error:
        return wrong_status(request, version.instrument, str(error))
    messages.success(request, _("It is saved."))
    return redirect(version)


@require_POST
def language_text_complete(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    return _step(request, pk, "complete", _("The translation is complete."))


@require_POST
def language_text_begin_concordance(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    done = _("The concordance has begun: run the checks, and work off what they find.")
    return _step(request, pk, "begin_concordance", done)


@require_POST
def language_text_certify(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    return _step(request, pk, "certify", _("The text is certified."))


def _step(request: PortalRequest, pk: uuid.UUID, verb: str, done: str | Promise) -> HttpResponse:
    return take(request, version_seen(request, pk), getattr(services, verb), done=done)


@require_http_methods(["GET", "HEAD", "POST"])
def language_text_send_back(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    version = version_seen(request, pk)
    require(rules.may_send_back(request.user, version))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.send_back(version, by=request.user, at=database_now(), **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        except WrongStatus as error:
            return wrong_status(request, version, str(error))
        else:
            messages.success(request, _("The text is being written again."))
            return redirect(version)
    context = {
        "form": form,
        "heading": _("Send back"),
        "instrument": version.instrument,
        "way": way_to(version.instrument, version),
        "act": version,
        "back": version.get_absolute_url(),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "agreements/act_form.html", context, status=status)


# ── side by side ────────────────────────────────────────────────────────────────────────────────


def _side_choices(instrument: Instrument) -> list[tuple[str, str]]:
    """Return the languages that may stand side by side: those that are kept, and those that have words."""
    original = language_queries.original_tag(instrument)
    kept = [version.tag for version in language_queries.versions_of(instrument)]
    every = dict.fromkeys([original, *kept, *languages_of(instrument)])
    return [(tag, language_name(tag)) for tag in every]


@require_safe
def languages_side_by_side(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    """Show two or three languages by provision; on a phone one under the other."""
    instrument = negotiated(request, pk)
    choices = _side_choices(instrument)
    usual = {"first": choices[0][0], "second": choices[min(1, len(choices) - 1)][0], "third": ""}
    asked = {name: request.GET.get(name, value) for name, value in usual.items()}
    form = SideForm(asked, languages=choices)
    if not form.is_valid():
        context = {"instrument": instrument, "way": way_to(instrument), "form": form, "rows": None}
        status = UNPROCESSABLE
        return render(request, "agreements/languages_side_by_side.html", context, status=status)
    original = language_queries.original_tag(instrument)
    rows = language_queries.side_by_side(instrument, form.tags, original=original)
    page = Paginator(rows, PROVISIONS_ON_PAGE).get_page(request.GET.get("page"))
    versions = {version.tag: version for version in language_queries.versions_of(instrument)}
    context = {
        "instrument": instrument,
        "way": way_to(instrument),
        "form": form,
        "languages": [
            {"tag": tag, "name": language_name(tag), "version": versions.get(tag)}
            for tag in form.tags
        ],
        "rows": shown_rows(list(page), rows),
        "column_count": len(form.tags),
        **pages_of(request, page),
    }
    return render(request, "agreements/languages_side_by_side.html", context)


# ── translating ─────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "HEAD", "POST"])
def translation_edit(request: PortalRequest, pk: uuid.UUID, key: str) -> HttpResponse:
    version = version_seen(request, pk)
    provision = get_object_or_404(
        queries.provisions_visible_to(request.user), instrument=version.instrument_id, key=key
    )
    if not provision.is_live:
        raise Http404
    require(rules.may_translate(request.user, version))
    if version.status not in WRITTEN_LANGUAGE_STATUSES:
        return wrong_status(request, version, wrong_status_sentence(version))
    row = _one_row(version, provision)
    form = TranslationForm(request.POST or None, cell=row.cells[0], original=row.original)
    if request.method == "POST" and form.is_valid():
        return _save_translation(request, version, row, form)
    return _translation_page(request, version, row, form)


def _one_row(version: LanguageText, provision: Provision) -> SideRow:
    original = language_queries.original_tag(version.instrument)
    return language_queries.side_row(provision, 0, [version.tag], original=original)


def _save_translation(
    request: PortalRequest, version: LanguageText, row: SideRow, form: TranslationForm
) -> HttpResponse:
    try:
        write_translation(
            version, row.provision, by=request.user, at=database_now(), **form.cleaned_data
        )
    except StaleVersion:
        return _translation_conflict(request, version, row.provision, form)
    except WrongStatus as error:
        return wrong_status(request, version, str(error))
    except ValidationError as error:
        add_errors(form, error)
        return _translation_page(request, version, row, form)
    messages.success(request, _("The translation is saved."))
    following = request.GET.get("then", "")
    if following == "next" and (after := _next_to_do(version, row.provision)):
        return redirect("agreements:translation_edit", pk=version.pk, key=after)
    return redirect(f"{version.get_absolute_url()}#{row.provision.key}")


def _next_to_do(version: LanguageText, provision: Provision) -> str:
    """Return the key of the next provision that is not translated or is behind; empty where there is none."""
    rows = language_queries.version_rows(version)
    places = [row.provision.key for row in rows]
    begin = places.index(provision.key) + 1 if provision.key in places else 0
    ordered = [*rows[begin:], *rows[:begin]]
    return next(
        (row.provision.key for row in ordered if row.cells[0].is_missing or row.cells[0].is_behind),
        "",
    )


def _translation_page(
    request: PortalRequest,
    version: LanguageText,
    row: SideRow,
    form: TranslationForm,
    *,
    status: int = 0,
    **more: Any,
) -> HttpResponse:
    findings = language_queries.findings_visible_to(request.user).filter(
        language_text=version, provision=row.provision, status="open"
    )
    context = {
        "version": version,
        "instrument": version.instrument,
        "way": way_to(version.instrument, version),
        "provision": row.provision,
        "row": row,
        "cell": row.cells[0],
        "original_name": language_name(row.original.tag),
        "form": form,
        "findings": [
            {"kind": one.get_kind_display(), "said": finding_sentence(one)} for one in findings
        ],
        "back": f"{version.get_absolute_url()}#{row.provision.key}",
        **more,
    }
    code = status or (UNPROCESSABLE if form.errors else 200)
    return render(request, "agreements/translation_form.html", context, status=code)


def _translation_conflict(
    request: PortalRequest, version: LanguageText, provision: Provision, form: TranslationForm
) -> HttpResponse:
    """Show what stands now beside what was sent: of the translation, and of the original; nothing is lost."""
    found = queries.provisions_visible_to(request.user).filter(pk=provision.pk, is_live=True)
    current = found.first()
    if current is None:
        sent = {**form.cleaned_data, "language": version.tag}
        context = {"provision": provision, "instrument": version.instrument, "sent": sent}
        provision.is_live = False
        return render(request, "agreements/provision_conflict.html", context, status=CONFLICT)
    row = _one_row(version, current)
    stands = TranslationForm(cell=row.cells[0], original=row.original)
    data = answering_to(request, row.cells[0].version)
    data["original_sha256"] = row.original.sha256
    return _translation_page(
        request,
        version,
        row,
        TranslationForm(data, cell=row.cells[0], original=row.original),
        status=CONFLICT,
        differences=differences(form, stands, fields=("heading", "text")),
        is_original_changed=form.cleaned_data["original_sha256"] != row.original.sha256,
    )


# ── a file with a translation ───────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "HEAD", "POST"])
def translation_import_new(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    version = version_seen(request, pk)
    require(rules.may_read_translation_in(request.user, version))
    if version.status not in WRITTEN_LANGUAGE_STATUSES:
        return wrong_status(request, version, wrong_status_sentence(version))
    form = TranslationFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            read = translation_imports.read_translation_in(
                version, name=file.name, content=file.read(), by=request.user, at=database_now()
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(read)
    context = {
        "form": form,
        "version": version,
        "instrument": version.instrument,
        "way": way_to(version.instrument, version),
        "back": version.get_absolute_url(),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "agreements/translation_import_form.html", context, status=status)
