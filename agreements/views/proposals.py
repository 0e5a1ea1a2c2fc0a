"""Proposals: the list, one provision's, the form with its preview, and each step."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements import queries
from agreements.exports import proposals as exports
from agreements.forms.proposals import (
    ChangeForm,
    OutcomeReasonForm,
    ProposalFilterForm,
    ProposalForm,
    SuccessorForm,
    label_of,
)
from agreements.models import Instrument, Proposal, Provision
from agreements.presentation import proposals as presentation
from agreements.queries import proposals as proposal_queries
from agreements.queries.anchors import collisions_of
from agreements.queries.comparisons import names_of_provisions
from agreements.queries.text_rows import live_provisions
from agreements.rules import proposals as rules
from agreements.services import proposals as services
from agreements.statuses import DRAFTING_STATUSES, OPEN_PROPOSALS, PROPOSALS, ProposalOp
from agreements.views.treaty import about
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus, wrong_status_sentence
from ots_portal.pages import (
    add_errors,
    answering_to,
    differences,
    take,
    version_read,
    wrong_status,
)
from ots_portal.paging import BadCursor, Page, page_of, with_cursor
from ots_portal.paper.responses import download
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

LIST_SIZE = 25
UNPROCESSABLE, CONFLICT = 422, 409
form_methods = require_http_methods(["GET", "HEAD", "POST"])


def negotiated(request: PortalRequest, pk: uuid.UUID) -> Instrument:
    """Return the instrument, to who negotiates it."""
    user = request.user
    seen = queries.visible_to(user)
    return get_object_or_404(
        seen if user.is_secretariat or user.is_member_staff else seen.none(), pk=pk
    )


def _readable(request: PortalRequest, pk: uuid.UUID) -> Proposal:
    seen = proposal_queries.with_names(proposal_queries.visible_to(request.user))
    return get_object_or_404(seen, pk=pk)


def way_of(instrument: Instrument) -> dict[str, Any]:
    """Return what every page of a text's proposals shows above itself."""
    told = about(instrument)
    proposals = {
        "title": _("Proposals"),
        "url": reverse("agreements:proposal_list", args=[instrument.pk]),
    }
    return {**told, "way": [*told["way"], proposals]}


# ── lists ───────────────────────────────────────────────────────────────────────────────────────


@require_safe
def proposal_list(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    """List the proposals on a text, with those of the own delegation that are not tabled yet."""
    instrument = negotiated(request, pk)
    names = names_of_provisions(instrument)
    filters = ProposalFilterForm(request.GET or None, instrument=instrument, names=names)
    wishes = filters.wishes() if request.GET else {}
    found = _narrowed(request, instrument, wishes)
    page = _page(proposal_queries.with_names(found), request.GET.get("cursor", ""))
    collisions = collisions_of(instrument)
    context = {
        **about(instrument),
        "filters": filters,
        "is_narrowed": any(wishes.values()),
        "rows": presentation.rows(page.rows, names, collisions),
        "older": with_cursor(request.GET, page.older),
        "newer": with_cursor(request.GET, page.newer),
        "downloads": exports.downloads(instrument, request.GET),
        "collision_count": len(collisions),
        "may_draft": _may_draft(request, instrument),
    }
    return render(request, "agreements/proposal_list.html", context)


def _narrowed(request: PortalRequest, instrument: Instrument, wishes: dict[str, Any]) -> Any:
    seen = proposal_queries.visible_to(request.user).filter(instrument=instrument)
    return proposal_queries.filtered(seen, wishes, instrument=instrument)


def _may_draft(request: PortalRequest, instrument: Instrument) -> bool:
    is_open = instrument.status in DRAFTING_STATUSES
    return is_open and bool(rules.may_draft(request.user, instrument))


def _page(found: Any, cursor: str) -> Page[Proposal]:
    """Return the page at the cursor; a cursor that nobody gave out starts anew."""
    try:
        return page_of(found, by="created_at", cursor=cursor, size=LIST_SIZE)
    except BadCursor:
        return page_of(found, by="created_at", size=LIST_SIZE)


@require_safe
def proposal_file(request: PortalRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Hand the list out as a file, with the filters of the page."""
    instrument = negotiated(request, pk)
    file_format = request.GET.get("format", "csv")
    if file_format not in exports.FORMATS:
        raise Http404
    names = names_of_provisions(instrument)
    asked = ProposalFilterForm(request.GET, instrument=instrument, names=names)
    found = _narrowed(request, instrument, asked.wishes())
    at = database_now()
    content = exports.content(
        instrument,
        proposal_queries.with_names(found),
        file_format=file_format,
        reader=request.user,
        at=at,
    )
    return download(
        content,
        name=f"{_('Proposals')} {instrument.code} {at:%Y-%m-%d}.{file_format}",
        content_type=exports.FORMATS[file_format],
    )


@require_safe
def provision_proposals(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    """Show what is proposed to one provision, side by side, and what of it is on the same words."""
    user = request.user
    seen = queries.provisions_visible_to(user)
    may = user.is_secretariat or user.is_member_staff
    provision = get_object_or_404(seen if may else seen.none(), pk=pk)
    instrument = provision.instrument
    names = names_of_provisions(instrument)
    found = proposal_queries.filtered(
        proposal_queries.visible_to(user).filter(instrument=instrument),
        {"provision": provision},
        instrument=instrument,
    )
    collisions = collisions_of(instrument)
    tabled = proposal_queries.with_names(found).order_by("created_at", "id")
    rows = [
        {
            **presentation.row(proposal, names, collisions),
            "redlines": presentation.redline(proposal, names),
        }
        for proposal in tabled
    ]
    context = {
        **way_of(instrument),
        "provision": provision,
        "name": names.get(provision.pk) or str(provision),
        "words": provision.shown_text,
        "open_rows": [row for row in rows if row["proposal"].status in OPEN_PROPOSALS],
        "other_rows": [row for row in rows if row["proposal"].status not in OPEN_PROPOSALS],
        "may_draft": _may_draft(request, instrument),
    }
    return render(request, "agreements/provision_proposals.html", context)


# ── one ─────────────────────────────────────────────────────────────────────────────────────────


@require_safe
def proposal_detail(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    return _detail_page(request, _readable(request, pk))


def _detail_page(
    request: PortalRequest, proposal: Proposal, *, problems: tuple[str, ...] = (), status: int = 200
) -> HttpResponse:
    instrument, user = proposal.instrument, request.user
    names = names_of_provisions(instrument)
    is_open = instrument.status in DRAFTING_STATUSES
    collisions = collisions_of(instrument).get(proposal.pk, []) if proposal.is_open else []
    may_rebase = is_open and (proposal.is_draft or proposal.is_in_conflict)
    context = {
        **way_of(instrument),
        "proposal": proposal,
        "badge_tone": presentation.TONES[proposal.status],  # type: ignore[index]
        "provision_name": presentation.name_of(proposal.provision, names),
        "redlines": presentation.redline(proposal, names),
        "conflict": presentation.conflict_of(proposal) if proposal.is_in_conflict else None,
        "collisions": [
            {"proposal": other, "redlines": presentation.redline(other, names)}
            for other in proposal_queries.with_names(
                proposal_queries.visible_to(user).filter(pk__in=[one.pk for one in collisions])
            ).order_by("created_at", "id")
        ],
        "buttons": presentation.buttons(proposal, user=user) if is_open else [],
        "may_edit": is_open and proposal.is_draft and rules.may_update(user, proposal),
        "may_rebase": may_rebase and rules.may_rebase(user, proposal),
        "history": presentation.history(proposal, reader=user),
        "problems": problems,
    }
    return render(request, "agreements/proposal_detail.html", context, status=status)


# ── writing ─────────────────────────────────────────────────────────────────────────────────────


@form_methods
def proposal_new(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask what is to be done with which provision, then for the words; nobody else reads it yet."""
    instrument = negotiated(request, pk)
    require(rules.may_draft(request.user, instrument))
    if instrument.status not in DRAFTING_STATUSES:
        return wrong_status(request, instrument, wrong_status_sentence(instrument))
    provisions = _provisions(instrument)
    op = request.GET.get("op", "")
    if op not in ProposalOp.values:
        return _change_page(request, instrument, provisions)
    form = ProposalForm(
        request.POST if request.method == "POST" else None,
        op=op,
        instrument=instrument,
        provisions=provisions,
        chosen=request.GET.get("provision", ""),
    )
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        try:
            proposal = services.draft(instrument, by=request.user, at=database_now(), **form.said)
        except ValidationError as error:
            add_errors(form, error)
        except WrongStatus as error:
            return wrong_status(request, instrument, str(error))
        else:
            messages.success(
                request,
                _("The draft is written. Only your delegation reads it, until it is tabled."),
            )
            return redirect(proposal)
    return _form_page(request, instrument, form, heading=_("Draft a proposal"))


def _provisions(instrument: Instrument) -> dict[str, Provision]:
    return {str(one.pk): one for one in live_provisions(instrument)}


def _change_page(
    request: PortalRequest, instrument: Instrument, provisions: dict[str, Provision]
) -> HttpResponse:
    names = names_of_provisions(instrument)
    choices = [(pk, label_of(one, names)) for pk, one in provisions.items()]
    form = ChangeForm(None, provisions=choices)
    form.initial = {"op": ProposalOp.REPLACE, "provision": request.GET.get("provision", "")}
    context = {**way_of(instrument), "form": form}
    return render(request, "agreements/proposal_change.html", context)


def _form_page(  # noqa: PLR0913 -- keywords only, each named where it is called
    request: PortalRequest,
    instrument: Instrument,
    form: ProposalForm,
    *,
    heading: str,
    proposal: Proposal | None = None,
    problem: str = "",
    conflict: Any = None,
    changed: Any = (),
    status: int = 0,
) -> HttpResponse:
    """Show the form beside what it would make of the text; a script asks for that part while one writes."""
    chosen = _chosen(form, proposal)
    is_preview = "preview" in request.POST
    preview, sentences = _preview(instrument, form, proposal) if form.is_bound else (None, [])
    if is_preview:
        form.errors.clear()
    status = status or (UNPROCESSABLE if form.errors and not is_preview else 200)
    context = {
        **way_of(instrument),
        "form": form,
        "heading": heading,
        "proposal": proposal,
        "op_label": ProposalOp(form.op).label,
        "words": chosen.shown_text if chosen else None,
        "preview": preview,
        "preview_problems": sentences,
        "problem": problem,
        "conflict": conflict,
        "differences": changed,
        "back": proposal.get_absolute_url() if proposal else way_of(instrument)["way"][-1]["url"],
    }
    return render(request, "agreements/proposal_form.html", context, status=status)


def _chosen(form: ProposalForm, proposal: Proposal | None) -> Provision | None:
    """Return the provision whose words stand beside the form."""
    key = form["provision"].value() if "provision" in form.fields else None
    if key is None and proposal:
        key = str(proposal.provision_id or "")
    return form.provisions.get(key or "")


def _preview(
    instrument: Instrument, form: ProposalForm, proposal: Proposal | None
) -> tuple[list[presentation.Redline] | None, list[str]]:
    """Return what would become of the text, or why nothing can be shown yet; nothing is kept."""
    if not form.is_valid():
        return None, []
    try:
        shown = services.as_it_would_be(instrument, proposal=proposal, **form.said)
    except ValidationError as error:
        return None, error.messages
    return presentation.redline(shown, names_of_provisions(instrument)), []


@form_methods
def proposal_edit(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    proposal = _readable(request, pk)
    require(rules.may_update(request.user, proposal))
    if not proposal.is_draft:
        return wrong_status(request, proposal, wrong_status_sentence(proposal))
    return _write(request, proposal, services.update_draft, heading=_("Change the draft"))


@form_methods
def proposal_rebase(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    """Set a proposal on the present words, which stand beside those that it was written on."""
    proposal = _readable(request, pk)
    require(rules.may_rebase(request.user, proposal))
    return _rebase(request, proposal)


def _rebase(request: PortalRequest, proposal: Proposal, *, problem: str = "") -> HttpResponse:
    heading = _("Set it on the present words")
    return _write(request, proposal, services.rebase, heading=heading, problem=problem)


def _write(
    request: PortalRequest,
    proposal: Proposal,
    service: Any,
    *,
    heading: str,
    problem: str = "",
) -> HttpResponse:
    instrument = proposal.instrument
    is_rebase = service is services.rebase
    is_sent = request.method == "POST" and not problem
    given: dict[str, Any] = {
        "op": proposal.op,
        "instrument": instrument,
        "provisions": _provisions(instrument),
        "proposal": proposal,
        "is_rebase": is_rebase,
    }
    form = ProposalForm(request.POST if is_sent else None, **given)
    shown: dict[str, Any] = {"heading": heading, "proposal": proposal, "problem": problem}
    if is_rebase:
        shown["conflict"] = presentation.conflict_of(proposal)
    if is_sent and form.is_valid() and "preview" not in request.POST:
        version = form.cleaned_data["version"] or 0
        try:
            service(proposal, version=version, by=request.user, at=database_now(), **form.said)
        except ValidationError as error:
            add_errors(form, error)
        except StaleVersion:
            return _changed_meanwhile(request, form, given, shown)
        except WrongStatus as error:
            return wrong_status(request, proposal, str(error))
        else:
            done = presentation.DONE["rebase"] if is_rebase else _("The draft is saved.")
            messages.success(request, str(done))
            return redirect(proposal)
    return _form_page(request, instrument, form, status=CONFLICT if problem else 0, **shown)


def _changed_meanwhile(
    request: PortalRequest, form: ProposalForm, given: dict[str, Any], shown: dict[str, Any]
) -> HttpResponse:
    """Show what stands now beside what was written; saving again takes that one's place."""
    current = _readable(request, given["proposal"].pk)
    now = ProposalForm(None, **{**given, "proposal": current})
    again = ProposalForm(answering_to(request, current.version), **{**given, "proposal": current})
    changed = differences(form, now, fields=form.fields.keys() - {"version"})
    shown = {**shown, "proposal": current, "changed": changed}
    return _form_page(request, current.instrument, again, status=CONFLICT, **shown)


# ── steps ───────────────────────────────────────────────────────────────────────────────────────


@require_POST
def proposal_table(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    proposal = _readable(request, pk)
    require(rules.may_table(request.user, proposal))
    try:
        return _take_seen(request, proposal, "table")
    except services.OldBase as error:
        return _rebase(request, _readable(request, pk), problem=str(error))


@require_POST
def proposal_discard(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    done = presentation.DONE["discard"]
    return take(request, _readable(request, pk), services.discard, done=done)


@require_POST
def proposal_cosponsor(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    return _take_seen(request, _readable(request, pk), "cosponsor")


@require_POST
def proposal_leave(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    done = presentation.DONE["leave"]
    return take(request, _readable(request, pk), services.leave, done=done)


@require_POST
def proposal_take_up(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    done = presentation.DONE["take_up"]
    return take(request, _readable(request, pk), services.take_up, done=done)


@require_POST
def proposal_bracket(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    return _take_seen(request, _readable(request, pk), "bracket")


@require_POST
def proposal_merge(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    return _take_seen(request, _readable(request, pk), "merge")


def _take_seen(request: PortalRequest, proposal: Proposal, verb: str) -> HttpResponse:
    """Take a step that binds to the words that were read; :raises OldBase: from tabling"""
    service = getattr(services, verb)
    try:
        service(proposal, version=version_read(request), by=request.user, at=database_now())
    except services.OldBase:
        raise
    except WrongStatus as error:
        return wrong_status(request, proposal, str(error))
    except StaleVersion:
        sentence = _("The proposal was changed in the meantime. Read it again before you go on.")
        current = _readable(request, proposal.pk)
        return _detail_page(request, current, problems=(sentence,), status=CONFLICT)
    except ValidationError as error:
        current = _readable(request, proposal.pk)
        problems = tuple(error.messages)
        return _detail_page(request, current, problems=problems, status=UNPROCESSABLE)
    messages.success(request, str(presentation.DONE[verb]))
    return redirect(proposal)


@form_methods
def proposal_withdraw(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    proposal = _readable(request, pk)
    require(rules.may_withdraw(request.user, proposal))
    form = OutcomeReasonForm(request.POST if request.method == "POST" else None)
    return _ask(request, proposal, form, "withdraw", heading=_("Withdraw the proposal"))


@form_methods
def proposal_supersede(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    proposal = _readable(request, pk)
    require(rules.may_supersede(request.user, proposal))
    others = proposal_queries.successors_of(proposal, by=request.user)
    form = SuccessorForm(request.POST if request.method == "POST" else None, others=others)
    heading = _("It gives way to another proposal")
    return _ask(request, proposal, form, "supersede", heading=heading)


def _ask(
    request: PortalRequest,
    proposal: Proposal,
    form: forms.Form,
    verb: str,
    *,
    heading: str | Promise,
) -> HttpResponse:
    """Show a form for what a step needs; take the step with what was filled in."""
    if proposal.status not in PROPOSALS.steps[verb].sources:
        return wrong_status(request, proposal, wrong_status_sentence(proposal))
    if form.is_valid():
        try:
            return take(
                request,
                proposal,
                getattr(services, verb),
                done=presentation.DONE[verb],
                **form.cleaned_data,
            )
        except ValidationError as error:
            add_errors(form, error)
    context = {
        **way_of(proposal.instrument),
        "form": form,
        "heading": heading,
        "act": proposal,
        "back": proposal.get_absolute_url(),
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "agreements/act_form.html", context, status=status)
