"""What the depositary enters: full powers, signatures, instruments, final clauses, notifications."""

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from agreements import queries
from agreements.forms.treaty import (
    FinalClausesForm,
    FullPowersForm,
    NotificationForm,
    OnForm,
    SignatureForm,
    StateInstrumentForm,
)
from agreements.models import Instrument
from agreements.presentation.notification_texts import proposed_text
from agreements.queries import treaty
from agreements.rules import depositary as depositary_rules
from agreements.rules import full_powers as full_powers_rules
from agreements.rules import signatures as signature_rules
from agreements.rules import state_instruments as state_instrument_rules
from agreements.rules.notification_receipts import may_acknowledge
from agreements.services import (
    final_clauses,
    full_powers,
    notification_receipts,
    notifications,
    signatures,
    state_instruments,
)
from agreements.views.asking import Text
from agreements.views.asking import ask as _ask
from agreements.views.asking import ask_fresh as _ask_fresh
from agreements.views.asking import ask_reason as _ask_reason
from agreements.views.instruments import open_to_visitors
from agreements.views.treaty import about
from ots_portal.lifecycle import StaleVersion
from ots_portal.pages import answering_to, differences, take
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

CONFLICT = 409


def _instrument(request: PortalRequest, pk: uuid.UUID) -> Instrument:
    return get_object_or_404(queries.visible_to(request.user), pk=pk)


def full_powers_new(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    instrument = _instrument(request, pk)
    require(full_powers_rules.may_receive_full_powers(request.user, instrument))
    form = FullPowersForm(request.POST or None, instrument=instrument)
    heading = _("Enter full powers")
    return _ask(request, instrument, form, full_powers.receive, heading=heading)


def signature_new(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    instrument = _instrument(request, pk)
    require(signature_rules.may_record_signature(request.user, instrument))
    form = SignatureForm(request.POST or None, instrument=instrument)
    heading = _("Enter a signature")
    return _ask_fresh(request, instrument, form, signatures.record_signature, heading=heading)


def state_instrument_new(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    instrument = _instrument(request, pk)
    require(state_instrument_rules.may_receive_state_instrument(request.user, instrument))
    form = StateInstrumentForm(request.POST or None, instrument=instrument)
    heading = _("Enter an instrument of a State")
    return _ask(request, instrument, form, state_instruments.receive, heading=heading)


def final_clauses_edit(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    instrument = _instrument(request, pk)
    require(depositary_rules.may_set_final_clauses(request.user, instrument))
    clauses = treaty.final_clauses_of(instrument)
    form = FinalClausesForm(request.POST or None, clauses=clauses)
    heading = _("Enter the final clauses")
    try:
        return _ask_fresh(
            request, instrument, form, final_clauses.set_final_clauses, heading=heading
        )
    except StaleVersion:
        return _changed_meanwhile(request, instrument, form, heading)


def _changed_meanwhile(
    request: PortalRequest, instrument: Instrument, form: FinalClausesForm, heading: Text
) -> HttpResponse:
    """Show what stands now beside what was written; saving again takes that one's place."""
    clauses = treaty.final_clauses_of(instrument)
    stands = FinalClausesForm(clauses=clauses)
    data = answering_to(request, clauses.version if clauses else 0)
    context = {
        **about(instrument),
        "form": FinalClausesForm(data, clauses=clauses),
        "heading": heading,
        "differences": differences(form, stands, fields=form.fields.keys() - {"version"}),
        "back": reverse("agreements:treaty", args=[instrument.pk]),
    }
    return render(request, "agreements/act_form.html", context, status=CONFLICT)


# ── steps ───────────────────────────────────────────────────────────────────────────────────────
def full_powers_query(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    act = get_object_or_404(treaty.full_powers_visible_to(request.user), pk=pk)
    require(full_powers_rules.may_query(request.user, act))
    return _ask_reason(request, act, full_powers.query, heading=_("Query full powers"))


def full_powers_refuse(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    act = get_object_or_404(treaty.full_powers_visible_to(request.user), pk=pk)
    require(full_powers_rules.may_refuse(request.user, act))
    return _ask_reason(request, act, full_powers.refuse, heading=_("Refuse full powers"))


@require_POST
def full_powers_find_in_order(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    act = get_object_or_404(treaty.full_powers_visible_to(request.user), pk=pk)
    done = _("The full powers are in due form: the State may sign.")
    return take(request, act, full_powers.find_in_order, done=done)


def signature_confirm(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    act = get_object_or_404(treaty.signatures_visible_to(request.user), pk=pk)
    require(signature_rules.may_confirm(request.user, act))
    heading = _("Enter the confirmation of a signature")
    form = OnForm(request.POST or None)
    return _ask_fresh(request, act, form, signatures.confirm, heading=heading)


def state_instrument_query(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    act = get_object_or_404(treaty.state_instruments_visible_to(request.user), pk=pk)
    require(state_instrument_rules.may_query(request.user, act))
    heading = _("Query an instrument")
    return _ask_reason(request, act, state_instruments.query, heading=heading)


@require_POST
def state_instrument_examine(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    act = get_object_or_404(treaty.state_instruments_visible_to(request.user), pk=pk)
    done = _("The instrument is examined and in due form.")
    return take(request, act, state_instruments.examine, done=done)


def state_instrument_send_back(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    act = get_object_or_404(treaty.state_instruments_visible_to(request.user), pk=pk)
    require(state_instrument_rules.may_send_back(request.user, act))
    heading = _("Return an instrument to its State")
    return _ask_reason(request, act, state_instruments.send_back, heading=heading)


def state_instrument_deposit(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    act = get_object_or_404(treaty.state_instruments_visible_to(request.user), pk=pk)
    require(state_instrument_rules.may_deposit(request.user, act))
    form, heading = OnForm(request.POST or None), _("Deposit an instrument")
    return _ask_fresh(request, act, form, state_instruments.deposit, heading=heading)


@require_POST
def state_instrument_revoke(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    act = get_object_or_404(treaty.state_instruments_visible_to(request.user), pk=pk)
    done = _("The notice of withdrawal is revoked.")
    return take(request, act, state_instruments.revoke, done=done)


# ── notifications ───────────────────────────────────────────────────────────────────────────────
def ledger_entry_notify(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    entry = get_object_or_404(treaty.ledger_visible_to(request.user), pk=pk)
    require(depositary_rules.may_issue_notification(request.user, entry))
    form = NotificationForm(request.POST or None, entry=entry, proposed=proposed_text(entry))
    heading = _("Issue a depositary notification")
    return _ask_fresh(request, entry, form, notifications.issue, heading=heading)


@open_to_visitors
@require_safe
def depositary_notification(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    found = treaty.notifications_visible_to(request.user)
    notification = get_object_or_404(found, pk=pk)
    receipts = treaty.receipts_visible_to(request.user).filter(notification=notification)
    user = request.user
    context = {
        **about(notification.entry.instrument),
        "notification": notification,
        "receipts": receipts,
        "own": next(
            (one for one in receipts if user.is_authenticated and may_acknowledge(user, one)), None
        ),
    }
    return render(request, "agreements/depositary_notification.html", context)


@require_POST
def receipt_acknowledge(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    receipt = get_object_or_404(treaty.receipts_visible_to(request.user), pk=pk)
    done = _("The depositary knows now that the notification has arrived.")
    return take(request, receipt, notification_receipts.acknowledge, done=done)
