"""
Public pages: who takes part, whom to turn to, what to dial. They need no sign-in and set no cookie.

Behind the sign-in: entering, correcting, checking again and withdrawing what the directory says.
"""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ots_portal.clock import database_now
from ots_portal.directory import export as tables
from ots_portal.directory import presentation, queries, rules, services, vcard
from ots_portal.directory.forms import (
    AuthorityForm,
    ConfirmForm,
    ContactPointForm,
    EmergencyNumberForm,
    EntryForm,
    FilterForm,
    WithdrawForm,
)
from ots_portal.directory.sections import Section
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.pages import add_errors, differences, wrong_status
from ots_portal.participants.models import Dated, Participant
from ots_portal.participants.presentation import markers, row
from ots_portal.people.http import PortalRequest
from ots_portal.people.models import User
from ots_portal.verdicts import require

UNPROCESSABLE, CONFLICT = 422, 409
FORMS: dict[str, type[EntryForm]] = {
    "authority": AuthorityForm,
    "number": EmergencyNumberForm,
    "contact_point": ContactPointForm,
}


def _reader(request: HttpRequest) -> queries.Reader:
    return request.user if isinstance(request.user, User) else AnonymousUser()


# ── looking up ──────────────────────────────────────────────────────────────────────────────────


@login_not_required
@require_safe
def participant_list(request: HttpRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    asked, at = form.asked, database_now()
    everybody = list(queries.participants_for(_reader(request)))
    found = presentation.matching(everybody, asked)
    context = {
        "form": form,
        "is_filtered": bool(asked.get("q") or asked.get("kind")),
        "is_empty": not everybody,
        "query": request.GET.urlencode(),
        "groups": presentation.groups(found, sort=asked.get("sort", ""), at=at),
        "markers": markers(found),
        "now": at,
    }
    return render(request, "participants/participant_list.html", context)


@login_not_required
@require_safe
def participant_detail(request: HttpRequest, slug: str) -> HttpResponse:
    reader, at = _reader(request), database_now()
    participant = get_object_or_404(queries.participants_with_history(reader), pk=slug)
    shown = row(participant)
    entries = presentation.present_entries(participant)
    notes = {entry.pk: presentation.recheck_note(entry, at=at) for entry in entries}
    context = {
        "participant": participant,
        "row": shown,
        "numbers": [(number, notes[number.pk]) for number in shown.numbers],
        "contacts": presentation.contact_rows(participant, at=at),
        "history": presentation.history(participant, reader=reader),
        "doors": presentation.doors(reader, participant),
        "languages": presentation.languages_text(participant.languages),
        "now": at,
    }
    return render(request, "participants/participant_detail.html", context)


@login_not_required
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Hand out the list, narrowed as it is, as a table."""
    everybody = queries.participants_for(_reader(request))
    found = presentation.matching(everybody, FilterForm(request.GET).asked)
    text = tables.table(found, at=database_now())
    return _file(text, content_type=tables.CONTENT_TYPE, name="participants.csv")


@login_not_required
@require_safe
def contact_point_vcard(request: HttpRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    points = queries.contact_points_visible_to(_reader(request)).filter(superseded_at=None)
    point = get_object_or_404(points, pk=pk, participant=slug)
    name = f"{slug}-{point.kind.replace('_', '-')}.vcf"
    return _file(vcard.vcard(point), content_type=vcard.CONTENT_TYPE, name=name)


def _file(text: str, *, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type=content_type, headers=headers)


# ── keeping ─────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: PortalRequest, slug: str, section: Section) -> HttpResponse:
    participant = get_object_or_404(Participant, pk=slug)
    require(rules.may_enter(request.user, participant, section.model))
    form = FORMS[section.name](request.POST or None, participant=participant)
    if request.method == "POST" and form.is_valid():
        try:
            entry: Any = services.enter(form.new_entry, by=request.user, at=database_now())
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The entry is in the directory."))
            return redirect(entry)
    return _form_page(request, section, form, participant, heading=section.enter, submit=_("Enter"))


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: PortalRequest, slug: str, pk: uuid.UUID, section: Section) -> HttpResponse:
    seen = _entry(request, section, slug, pk)
    require(rules.may_correct(request.user, seen))
    current = services.standing(seen)
    if current is None:
        return wrong_status(request, seen.participant, _("This entry has been withdrawn."))
    form = _correct_form(section, current, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _correct_page(request, section, form)
    if form.is_stale:
        return _both_versions(request, section, current)
    return _correct(request, section, current, form)


def _correct(
    request: PortalRequest, section: Section, current: Any, form: EntryForm
) -> HttpResponse:
    try:
        entry = services.correct(
            current,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=database_now(),
            **form.fields_of_entry,
        )
    except ValidationError as error:
        add_errors(form, error)
        return _correct_page(request, section, form)
    except StaleVersion as stale:
        return _both_versions(request, section, cast("Dated", stale.current))
    except WrongStatus as error:
        return wrong_status(request, current.participant, str(error))
    messages.success(request, _("The entry is corrected; what stood before stays in its history."))
    return redirect(entry)


def _correct_form(section: Section, current: Any, data: Any = None) -> EntryForm:
    return FORMS[section.name](data, entry=current, participant=current.participant)


def _correct_page(request: PortalRequest, section: Section, form: EntryForm) -> HttpResponse:
    return _form_page(
        request,
        section,
        form,
        form.participant,
        heading=section.correct,
        submit=_("Keep the correction"),
    )


def _both_versions(request: PortalRequest, section: Section, current: Any) -> HttpResponse:
    """Show what stands now beside what was sent; sending it again replaces what stands now."""
    sent = request.POST.copy()
    sent["seen"] = str(current.pk)
    form, now = _correct_form(section, current, sent), _correct_form(section, current)
    shown = [field.name for field in form.visible_fields() if field.name != "reason"]
    context = {
        "form": form,
        "section": section,
        "participant": current.participant,
        "heading": section.correct,
        "submit": _("Keep the correction"),
        "differences": differences(form, now, fields=shown),
    }
    return render(request, "participants/entry_form.html", context, status=CONFLICT)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: PortalRequest, slug: str, pk: uuid.UUID, section: Section) -> HttpResponse:
    entry = _entry(request, section, slug, pk)
    require(rules.may_confirm(request.user, entry))
    form = ConfirmForm(request.POST or None, entry=entry)
    if request.method == "POST" and form.is_valid():
        try:
            checked = services.confirm(
                entry, by=request.user, at=database_now(), **form.fields_of_check
            )
        except ValidationError as error:
            add_errors(form, error)
        except (StaleVersion, WrongStatus) as error:
            return wrong_status(request, entry.participant, str(error))
        else:
            messages.success(request, _("The entry stays as it is, with its new check date."))
            return redirect(checked)
    return _about_page(
        request, section, form, entry, heading=section.confirm, submit=_("It still holds")
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: PortalRequest, slug: str, pk: uuid.UUID, section: Section) -> HttpResponse:
    entry = _entry(request, section, slug, pk)
    require(rules.may_withdraw(request.user, entry))
    form = WithdrawForm(request.POST or None, entry=entry)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            services.withdraw(entry, reason=reason, by=request.user, at=database_now())
        except ValidationError as error:
            add_errors(form, error)
        except (StaleVersion, WrongStatus) as error:
            return wrong_status(request, entry.participant, str(error))
        else:
            messages.success(request, _("The entry is withdrawn; it stays in the history."))
            return redirect(entry.participant)
    return _about_page(
        request, section, form, entry, heading=section.withdraw, submit=_("Withdraw"), tone="danger"
    )


def _entry(request: PortalRequest, section: Section, slug: str, pk: uuid.UUID) -> Any:
    rows: Any = queries.entries_visible_to(request.user, section.model)
    return get_object_or_404(rows, pk=pk, participant=slug)


def _form_page(
    request: PortalRequest, section: Section, form: Form, participant: Participant, **words: Any
) -> HttpResponse:
    context = {"form": form, "section": section, "participant": participant, **words}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "participants/entry_form.html", context, status=status)


def _about_page(
    request: PortalRequest, section: Section, form: Form, entry: Any, **words: Any
) -> HttpResponse:
    """Show what the check or the withdrawal is about above its form."""
    about = presentation.summary(entry)
    return _form_page(request, section, form, entry.participant, about=about, entry=entry, **words)
