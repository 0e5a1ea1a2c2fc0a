from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from meetings.forms.invitations import (
    AnswerForm,
    DraftForm,
    InviteManyForm,
    InviteOneForm,
    draft_form,
)
from meetings.models import Invitation, Meeting
from meetings.queries import invitations as queries
from meetings.queries import meetings as meeting_queries
from meetings.rules import invitations as rules
from meetings.rules.meetings import of_the_secretariat
from meetings.services import invitations as services
from meetings.statuses.delegations import INVITATION_TONES, InvitationStatus
from meetings.views import invitation_steps as steps
from meetings.views.refusals import refused
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.pages import add_errors, answering_to, differences, take, wrong_status
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

form_methods = require_http_methods(["GET", "HEAD", "POST"])


# ── all of a meeting ────────────────────────────────────────────────────────────────────────────


@require_safe
def invitation_list(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show the meeting's invitations to the secretariat, with the forms that invite more."""
    meeting = _readable_meeting(request, pk)
    require(of_the_secretariat(request.user))
    return _list_page(request, meeting)


@require_POST
def invite(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Draft one invitation."""
    meeting = _readable_meeting(request, pk)
    if refusal := refused(request, meeting, rules.may_invite(request.user, meeting)):
        return refusal
    form = InviteOneForm(request.POST, meeting=meeting)
    if not form.is_valid():
        return _list_page(request, meeting, one=form, status=422)
    try:
        services.invite(meeting, by=request.user, at=database_now(), **form.cleaned_data)
    except ValidationError as error:  # somebody else invited them meanwhile
        add_errors(form, error)
        return _list_page(request, meeting, one=form, status=422)
    except WrongStatus as error:
        return wrong_status(request, meeting, str(error))
    messages.success(request, _("The invitation is drafted. It is not sent yet."))
    return redirect("meetings:invitations", meeting.pk)


@require_POST
def invite_all(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Draft the invitations of whole kinds of participants."""
    meeting = _readable_meeting(request, pk)
    if refusal := refused(request, meeting, rules.may_invite(request.user, meeting)):
        return refusal
    form = InviteManyForm(request.POST)
    if not form.is_valid():
        return _list_page(request, meeting, many=form, status=422)
    try:
        drafted = services.invite_all(
            meeting, by=request.user, at=database_now(), **form.cleaned_data
        )
    except WrongStatus as error:
        return wrong_status(request, meeting, str(error))
    messages.success(request, _count_drafted(len(drafted)))
    return redirect("meetings:invitations", meeting.pk)


def _count_drafted(count: int) -> str:
    words = ngettext(
        "%(count)d invitation is drafted.", "%(count)d invitations are drafted.", count
    )
    return words % {"count": count}


@require_POST
def send_all(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Send every draft of the meeting."""
    meeting = _readable_meeting(request, pk)
    if refusal := refused(request, meeting, rules.may_invite(request.user, meeting)):
        return refusal
    try:
        sent = services.send_all(meeting, by=request.user, at=database_now())
    except WrongStatus as error:
        return wrong_status(request, meeting, str(error))
    words = ngettext("%(count)d invitation is sent.", "%(count)d invitations are sent.", len(sent))
    messages.success(request, words % {"count": len(sent)})
    return redirect("meetings:invitations", meeting.pk)


def _list_page(
    request: PortalRequest,
    meeting: Meeting,
    *,
    many: InviteManyForm | None = None,
    one: InviteOneForm | None = None,
    status: int = 200,
) -> HttpResponse:
    invitations = list(queries.with_names(meeting.invitations.all()))
    drafts = [each for each in invitations if each.status == InvitationStatus.DRAFT]
    context = {
        "meeting": meeting,
        "rows": [(each, INVITATION_TONES[InvitationStatus(each.status)]) for each in invitations],
        "draft_count": len(drafts),
        "may_send": rules.ready_to_send(drafts[0]) if drafts else None,
        "may_invite": rules.may_invite(request.user, meeting),
        "many": many or InviteManyForm(auto_id="many_%s"),
        "one": one or InviteOneForm(auto_id="one_%s", meeting=meeting),
    }
    return render(request, "meetings/invitations/list.html", context, status=status)


# ── one ─────────────────────────────────────────────────────────────────────────────────────────


@require_safe
def invitation_detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _detail_page(request, _readable(request, pk))


def _detail_page(
    request: PortalRequest,
    invitation: Invitation,
    *,
    form: AnswerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    offered = steps.buttons(invitation, user=request.user)
    meetings = meeting_queries.visible_to(request.user)
    context = {
        "invitation": invitation,
        "meeting": invitation.meeting,
        "tone": INVITATION_TONES[InvitationStatus(invitation.status)],
        "buttons": [button for button in offered if button.verb not in steps.ANSWERS],
        "answers": [button for button in offered if button.verb in steps.ANSWERS],
        "form": form or AnswerForm(),
        "may_update": rules.may_update(request.user, invitation),
        # Who was invited and is not any more may have lost the meeting itself.
        "reads_meeting": meetings.filter(pk=invitation.meeting_id).exists(),
    }
    return render(request, "meetings/invitations/detail.html", context, status=status)


@form_methods
def invitation_edit(request: PortalRequest, pk: UUID) -> HttpResponse:
    invitation = _readable(request, pk)
    if refusal := refused(request, invitation, rules.may_update(request.user, invitation)):
        return refusal
    if request.method != "POST":
        return _edit_page(request, invitation, draft_form(invitation))
    form = draft_form(invitation, request.POST)
    if not form.is_valid():
        return _edit_page(request, invitation, form, status=422)
    facts, version = dict(form.cleaned_data), form.cleaned_data["version"]
    try:
        services.update(invitation, facts, by=request.user, at=database_now(), version=version)
    except StaleVersion:
        return _stale_page(request, pk, form)
    except WrongStatus as error:
        return wrong_status(request, invitation, str(error))
    messages.success(request, _("The invitation is saved."))
    return redirect(invitation)


def _stale_page(request: PortalRequest, pk: UUID, form: DraftForm) -> HttpResponse:
    """Show both versions; saving again then answers to the version that is shown."""
    current = _readable(request, pk)
    rows = differences(form, draft_form(current), fields=DraftForm.COMPARED)
    again = draft_form(current, answering_to(request, current.version))
    return _edit_page(request, current, again, differences=rows, is_stale=True, status=409)


def _edit_page(
    request: PortalRequest,
    invitation: Invitation,
    form: DraftForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {"invitation": invitation, "form": form, **more}
    return render(request, "meetings/invitations/form.html", context, status=status)


@require_POST
def invitation_send(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.send)


@require_POST
def invitation_acknowledge(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.acknowledge)


@require_POST
def invitation_withdraw(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.withdraw)


@require_POST
def invitation_accept(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _answer(request, pk, services.accept)


@require_POST
def invitation_decline(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _answer(request, pk, services.decline)


def _answer(request: PortalRequest, pk: UUID, service: Callable[..., Invitation]) -> HttpResponse:
    invitation = _readable(request, pk)
    require(rules.may_accept(request.user, invitation))
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _detail_page(request, invitation, form=form, status=422)
    done = steps.WORDS[service.__name__].done
    return take(request, invitation, service, done=done, **form.cleaned_data)


def _take(request: PortalRequest, pk: UUID, service: Callable[..., Invitation]) -> HttpResponse:
    done = steps.WORDS[service.__name__].done
    return take(request, _readable(request, pk), service, done=done)


def _readable(request: PortalRequest, pk: UUID) -> Invitation:
    return get_object_or_404(queries.with_names(queries.visible_to(request.user)), pk=pk)


def _readable_meeting(request: PortalRequest, pk: UUID) -> Meeting:
    return get_object_or_404(meeting_queries.visible_to(request.user), pk=pk)
