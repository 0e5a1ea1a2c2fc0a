"""What the depositary enters: full powers, signatures, instruments, final clauses, notifications."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from agreements import queries
from agreements.formats.notification_texts import proposed_texts
from agreements.forms.treaty import (
    AnnulmentForm,
    FullPowersForm,
    NotificationForm,
    OnForm,
    SignatureForm,
    StateInstrumentForm,
    WaiverForm,
)
from agreements.models import (
    Annulment,
    DepositaryNotification,
    Instrument,
    NotificationReceipt,
)
from agreements.queries import treaty
from agreements.queries.annulments import annulments_visible_to, brought_into_force
from agreements.rules import annulments as annulment_rules
from agreements.rules import depositary as depositary_rules
from agreements.rules import full_powers as full_powers_rules
from agreements.rules import signatures as signature_rules
from agreements.rules import state_instruments as state_instrument_rules
from agreements.rules import waivers as waiver_rules
from agreements.rules.notification_receipts import may_acknowledge
from agreements.services import (
    annulments,
    full_powers,
    notification_receipts,
    notifications,
    signatures,
    state_instruments,
    waivers,
)
from agreements.views.asking import ask as _ask
from agreements.views.asking import ask_fresh as _ask_fresh
from agreements.views.asking import ask_reason as _ask_reason
from agreements.views.instruments import open_to_visitors
from agreements.views.treaty import about
from ots_portal.access.stepup import step_up_required
from ots_portal.pages import take
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require


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


def waiver_new(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    instrument = _instrument(request, pk)
    require(waiver_rules.may_record_waiver(request.user, instrument))
    form = WaiverForm(request.POST or None, instrument=instrument)
    heading = _("Dispense with full powers")
    return _ask_fresh(request, instrument, form, waivers.record_waiver, heading=heading)


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


# ── annulments ──────────────────────────────────────────────────────────────────────────────────
def annulment_new(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    entry = get_object_or_404(treaty.ledger_visible_to(request.user), pk=pk)
    require(annulment_rules.may_propose_annulment(request.user, entry))
    form = AnnulmentForm(request.POST or None, in_force=brought_into_force(entry))
    heading = _("Propose to annul an entry")
    return _ask_fresh(request, entry, form, annulments.propose, heading=heading)


@require_POST
def annulment_confirm(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    annulment = get_object_or_404(annulments_visible_to(request.user), pk=pk)
    require(annulment_rules.may_confirm(request.user, annulment))
    return _confirm_annulment(request, annulment)


@step_up_required
def _confirm_annulment(request: PortalRequest, annulment: Annulment) -> HttpResponse:
    """It takes an act's effect away: whoever does it shows once more who they are."""
    done = _("The entry is annulled, and the States are notified.")
    return take(request, annulment, annulments.confirm, done=done)


def annulment_reject(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    annulment = get_object_or_404(annulments_visible_to(request.user), pk=pk)
    require(annulment_rules.may_reject(request.user, annulment))
    return _ask_reason(request, annulment, annulments.reject, heading=_("Let an entry stand"))


# ── notifications ───────────────────────────────────────────────────────────────────────────────
def ledger_entry_notify(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    entry = get_object_or_404(treaty.ledger_visible_to(request.user), pk=pk)
    require(depositary_rules.may_issue_notification(request.user, entry))
    form = NotificationForm(request.POST or None, entry=entry, proposed=proposed_texts(entry))
    heading = _("Issue a depositary notification")
    return _ask_fresh(request, entry, form, notifications.issue, heading=heading)


@open_to_visitors
@require_safe
def depositary_notification(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    found = treaty.notifications_visible_to(request.user)
    notification = get_object_or_404(found, pk=pk)
    receipts = treaty.receipts_visible_to(request.user).filter(notification=notification)
    user = request.user
    instrument = notification.entry.instrument
    # A State that was notified may not read the treaty itself yet: no link leads there then.
    is_readable = queries.visible_to(user).filter(pk=instrument.pk).exists()
    context = {
        **about(instrument),
        **({} if is_readable else {"way": []}),
        "texts": _texts_for(notification, receipts, user),
        "notification": notification,
        "receipts": receipts,
        "own": next(
            (one for one in receipts if user.is_authenticated and may_acknowledge(user, one)), None
        ),
    }
    return render(request, "agreements/depositary_notification.html", context)


def _texts_for(
    notification: DepositaryNotification, receipts: Iterable[NotificationReceipt], user: Any
) -> list[dict[str, str]]:
    """Return the text by language: that of the reader's State first, then as the portal orders them."""
    own = next((one for one in receipts if one.participant_id == user.participant_id), None) if (
        user.is_authenticated
    ) else None  # fmt: skip
    first = own.language if own else (get_language() or "en").split("-")[0]
    texts = notification.texts
    known = [code for code, _name in settings.LANGUAGES if code in texts]
    codes = sorted(known, key=lambda code: code != first)
    return [
        {
            "code": code,
            "language": get_language_info(code)["name_translated"],
            "text": texts[code],
        }
        for code in codes
    ]


@require_POST
def receipt_acknowledge(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    receipt = get_object_or_404(treaty.receipts_visible_to(request.user), pk=pk)
    done = _("The depositary knows now that the notification has arrived.")
    return take(request, receipt, notification_receipts.acknowledge, done=done)
