from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from meetings.exports.participants import is_provisional
from meetings.forms.delegations import DelegateForm, HeadForm, QueryForm, delegate_form
from meetings.models import Delegate, Delegation, Meeting
from meetings.queries import delegations as queries
from meetings.queries import meetings as meeting_queries
from meetings.queries.invitations import MAY_BE_INVITED
from meetings.rules import credentials as credentials_rules
from meetings.rules import delegations as rules
from meetings.services import accreditations, credentials, delegates
from meetings.services import delegations as services
from meetings.statuses.delegations import (
    ACCREDITATION_TONES,
    CREDENTIALS_TONES,
    DELEGATION_TONES,
    Accreditation,
    Credentials,
    DelegationStatus,
)
from meetings.views import delegation_steps as steps
from meetings.views.refusals import refused
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.pages import add_errors, answering_to, differences, take, wrong_status
from ots_portal.participants.models import Participant
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

form_methods = require_http_methods(["GET", "HEAD", "POST"])


# ── all of a meeting ────────────────────────────────────────────────────────────────────────────


@require_safe
def participants(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show who takes part: the provisional list of participants."""
    meeting = _readable_meeting(request, pk)
    entries = queries.list_of_participants(meeting, request.user)
    own = request.user.participant
    context = {
        "meeting": meeting,
        "is_provisional": is_provisional(meeting),
        "entries": [_entry(entry) for entry in entries],
        "own": queries.of_participant(meeting, own.pk) if request.user.is_national else None,
        "may_announce": rules.may_announce(request.user, meeting, own),
        "shows_credentials": request.user.is_secretariat or request.user.is_member_staff,
        "absent": _absent(request, meeting) if request.user.is_secretariat else [],
    }
    return render(request, "meetings/delegations/list.html", context)


def _entry(entry: queries.Listed) -> dict[str, Any]:
    delegation = entry.delegation
    return {
        "listed": entry,
        "tone": DELEGATION_TONES[DelegationStatus(delegation.status)],
        "credentials_tone": CREDENTIALS_TONES[Credentials(delegation.credentials)],
    }


def _absent(request: PortalRequest, meeting: Meeting) -> list[Participant]:
    """Return those for whom the secretariat enters a delegation: they have nobody in the portal."""
    if meeting.status not in rules.GOES_ON:
        return []
    announced = meeting.delegations.values("participant")
    able = Participant.objects.filter(kind__in=MAY_BE_INVITED).exclude(slug__in=announced)
    have_people = queries.who_sign_in().values("participant")
    return [
        participant
        for participant in able.exclude(slug__in=have_people)
        if rules.may_announce(request.user, meeting, participant)
    ]


@require_POST
def announce(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Announce the own delegation; the secretariat that of a participant without people here."""
    meeting = _readable_meeting(request, pk)
    participant = request.user.participant
    if request.user.is_secretariat:
        slug = request.POST.get("participant", "").replace("\x00", "")
        chosen = Participant.objects.filter(slug=slug)
        participant = chosen.first() or participant
    if refusal := refused(request, meeting, rules.may_announce(request.user, meeting, participant)):
        return refusal
    try:
        made = services.announce(meeting, participant, by=request.user, at=database_now())
    except ValidationError as error:
        return wrong_status(request, meeting, " ".join(error.messages))
    except WrongStatus as error:
        return wrong_status(request, meeting, str(error))
    messages.success(request, _("The delegation is announced. Enter its people now."))
    return redirect(made)


# ── one ─────────────────────────────────────────────────────────────────────────────────────────


@require_safe
def delegation_detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _detail_page(request, _readable(request, pk), QueryForm())


def _detail_page(
    request: PortalRequest, delegation: Delegation, query_form: QueryForm, *, status: int = 200
) -> HttpResponse:
    user = request.user
    entry = queries.listed(delegation)
    reads = credentials_rules.may_read(user, delegation)
    offered = steps.credentials_buttons(delegation, user=user)
    context = {
        "delegation": delegation,
        "meeting": delegation.meeting,
        "listed": entry,
        "people": [
            {
                "delegate": one,
                "tone": ACCREDITATION_TONES[Accreditation(one.accreditation)],
                "buttons": steps.accreditation_buttons(one, user=user),
            }
            for one in entry.delegates
        ],
        "heads": delegation.headed,  # type: ignore[attr-defined]
        "tone": DELEGATION_TONES[DelegationStatus(delegation.status)],
        "credentials_tone": CREDENTIALS_TONES[Credentials(delegation.credentials)],
        "shows_credentials": user.is_secretariat or user.is_member_staff or bool(reads),
        "reads_credentials": bool(reads),
        "buttons": steps.delegation_buttons(delegation, user=user),
        "credentials_buttons": [button for button in offered if button.verb != "query"],
        "query_button": next((button for button in offered if button.verb == "query"), None),
        "query_form": query_form,
        "may_change": rules.may_change(user, delegation),
    }
    return render(request, "meetings/delegations/detail.html", context, status=status)


@require_POST
def delegation_confirm(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.confirm)


@require_POST
def delegation_reopen(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.reopen)


@require_POST
def delegation_withdraw(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.withdraw)


def _take(request: PortalRequest, pk: UUID, service: Callable[..., Delegation]) -> HttpResponse:
    done = steps.DELEGATION_WORDS[service.__name__].done
    return take(request, _readable(request, pk), service, done=done)


@require_POST
def credentials_submit(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _examine(request, pk, credentials.submit)


@require_POST
def credentials_approve(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _examine(request, pk, credentials.approve)


@require_POST
def credentials_query(request: PortalRequest, pk: UUID) -> HttpResponse:
    form = QueryForm(request.POST)
    if not form.is_valid():
        delegation = _readable(request, pk)
        require(credentials_rules.may_query(request.user, delegation))
        return _detail_page(request, delegation, form, status=422)
    return _examine(request, pk, credentials.query, note=form.cleaned_data["note"])


def _examine(
    request: PortalRequest, pk: UUID, service: Callable[..., Delegation], **more: Any
) -> HttpResponse:
    done = steps.CREDENTIALS_WORDS[service.__name__].done
    return take(request, _readable(request, pk), service, done=done, **more)


# ── its people ──────────────────────────────────────────────────────────────────────────────────


@form_methods
def delegate_new(request: PortalRequest, pk: UUID) -> HttpResponse:
    delegation = _readable(request, pk)
    if refusal := refused(request, delegation, rules.may_change(request.user, delegation)):
        return refusal
    if request.method != "POST":
        return _person_page(request, delegation, DelegateForm(delegation=delegation))
    form = DelegateForm(request.POST, delegation=delegation)
    if not form.is_valid():
        return _person_page(request, delegation, form, status=422)
    try:
        delegates.add(delegation, form.facts(), by=request.user, at=database_now())
    except ValidationError as error:
        add_errors(form, error)
        return _person_page(request, delegation, form, status=422)
    except WrongStatus as error:
        return wrong_status(request, delegation, str(error))
    messages.success(request, _("The person is on the delegation."))
    return redirect(delegation)


@form_methods
def delegate_edit(request: PortalRequest, pk: UUID) -> HttpResponse:
    delegate = _delegate(request, pk)
    delegation = delegate.delegation
    if refusal := refused(request, delegation, rules.may_change(request.user, delegation)):
        return refusal
    if request.method != "POST":
        return _person_page(request, delegation, delegate_form(delegate), delegate=delegate)
    form = delegate_form(delegate, request.POST)
    if not form.is_valid():
        return _person_page(request, delegation, form, delegate=delegate, status=422)
    return _save_person(request, delegate, form)


def _save_person(request: PortalRequest, delegate: Delegate, form: DelegateForm) -> HttpResponse:
    delegation, version = delegate.delegation, form.cleaned_data["version"] or 0
    try:
        delegates.update(
            delegate, form.facts(), by=request.user, at=database_now(), version=version
        )
    except ValidationError as error:
        add_errors(form, error)
        return _person_page(request, delegation, form, delegate=delegate, status=422)
    except StaleVersion:
        return _stale_page(request, delegate.pk, form)
    except WrongStatus as error:
        return wrong_status(request, delegation, str(error))
    messages.success(request, _("The person is saved."))
    return redirect(delegation)


def _stale_page(request: PortalRequest, pk: UUID, form: DelegateForm) -> HttpResponse:
    """Show both versions; saving again then answers to the version that is shown."""
    current = _delegate(request, pk)
    rows = differences(form, delegate_form(current), fields=DelegateForm.COMPARED)
    again = delegate_form(current, answering_to(request, current.version))
    more = {"delegate": current, "differences": rows, "is_stale": True}
    return _person_page(request, current.delegation, again, status=409, **more)


def _person_page(
    request: PortalRequest,
    delegation: Delegation,
    form: DelegateForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {"delegation": delegation, "form": form, **more}
    return render(request, "meetings/delegations/person.html", context, status=status)


@require_POST
def delegate_remove(request: PortalRequest, pk: UUID) -> HttpResponse:
    done = _("The person is taken off the delegation.")
    return take(request, _delegate(request, pk), delegates.remove, done=done)


@form_methods
def head_change(request: PortalRequest, pk: UUID) -> HttpResponse:
    delegation = _readable(request, pk)
    if refusal := refused(request, delegation, rules.may_change(request.user, delegation)):
        return refusal
    form = HeadForm(request.POST if request.method == "POST" else None, delegation=delegation)
    if not form.is_bound:
        return _head_page(request, delegation, form)
    if not form.is_valid():
        return _head_page(request, delegation, form, status=422)
    try:
        delegates.change_head(delegation, by=request.user, at=database_now(), **form.cleaned_data)
    except ValidationError as error:
        add_errors(form, error)
        return _head_page(request, delegation, form, status=422)
    except WrongStatus as error:
        return wrong_status(request, delegation, str(error))
    messages.success(request, _("The delegation has another head from now on."))
    return redirect(delegation)


def _head_page(
    request: PortalRequest, delegation: Delegation, form: HeadForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "delegation": delegation,
        "form": form,
        "running": queries.running_head(delegation),
    }
    return render(request, "meetings/delegations/head.html", context, status=status)


@require_POST
def accreditation_accredit(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _accredit(request, pk, accreditations.accredit)


@require_POST
def accreditation_refuse(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _accredit(request, pk, accreditations.refuse)


@require_POST
def accreditation_revoke(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _accredit(request, pk, accreditations.revoke)


def _accredit(request: PortalRequest, pk: UUID, service: Callable[..., Delegate]) -> HttpResponse:
    done = steps.ACCREDITATION_WORDS[service.__name__].done
    return take(request, _delegate(request, pk), service, done=done)


def _readable(request: PortalRequest, pk: UUID) -> Delegation:
    return get_object_or_404(queries.with_people(queries.visible_to(request.user)), pk=pk)


def _delegate(request: PortalRequest, pk: UUID) -> Delegate:
    found = queries.delegates_visible_to(request.user).filter(removed_at=None)
    related = ("delegation__meeting__host", "delegation__participant")
    return get_object_or_404(found.select_related(*related), pk=pk)


def _readable_meeting(request: PortalRequest, pk: UUID) -> Meeting:
    meetings = meeting_queries.visible_to(request.user).select_related("host")
    return get_object_or_404(meetings, pk=pk)
