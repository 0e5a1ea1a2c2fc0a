"""The life of a treaty: its status page, its day with the proof, what is taken away."""

import uuid
from datetime import date
from typing import Any

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
    JsonResponse,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements import queries
from agreements.exports import treaties as exports
from agreements.exports.reservations import treaty_data
from agreements.formats.proofs import as_data
from agreements.forms.treaty import AsOfForm, WhatIfForm
from agreements.models import EntryCalculation, FinalClauses, Instrument, LedgerEntry
from agreements.presentation import corrections as correction_presentation
from agreements.presentation import reservations as reservation_presentation
from agreements.presentation import standing
from agreements.presentation import treaty as presentation
from agreements.presentation.adoption import text_records
from agreements.queries import treaty
from agreements.queries.annulments import NOT_ANNULLED
from agreements.queries.places import places_of
from agreements.queries.said_by_states import SaidByStates, said_by_states
from agreements.rules import (
    adoption,
    corrections,
    declarations,
    depositary,
    full_powers,
    reservations,
    signatures,
    state_instruments,
)
from agreements.rules.entry_into_force import rule_text
from agreements.statuses import CORRECTABLE_STATUSES, DEPOSITING_STATUSES, INSTRUMENTS
from agreements.views.instruments import STATUS_TONES, open_to_visitors
from ots_portal.clock import database_now
from ots_portal.paper.responses import download
from ots_portal.participants.models import Participant, ParticipantKind

UNPROCESSABLE = 422


def readable(request: HttpRequest, pk: uuid.UUID) -> Instrument:
    found = queries.with_facts(queries.visible_to(request.user))
    return get_object_or_404(found, pk=pk)


def about(instrument: Instrument) -> dict[str, Any]:
    return {
        "instrument": instrument,
        "tone": STATUS_TONES.get(instrument.status, "neutral"),  # type: ignore[call-overload]
        "way": [
            {"title": _("Agreements"), "url": reverse("agreements:list")},
            {"title": instrument.title, "url": instrument.get_absolute_url()},
        ],
    }


@open_to_visitors
@require_safe
def treaty_page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show the treaty's life; with ``?as_of=`` how things stood with each State on that day."""
    instrument = readable(request, pk)
    entries, stored = presentation.entries_of(instrument), treaty.latest_calculation(instrument)
    result = presentation.calculated(instrument)
    form = AsOfForm(request.GET if "as_of" in request.GET else None)
    day = form.cleaned_data["as_of"] if form.is_valid() else None
    said = said_by_states(instrument)
    now = treaty.treaty_rows(instrument, _days(stored), entries, said)
    rows = _rows_on(instrument, entries, said, day) if day else now
    clauses = treaty.final_clauses_of(instrument)
    context = {
        **about(instrument),
        **_on_the_map(rows, day or timezone.localdate()),
        "rows": rows,
        "as_of": day,
        "as_of_form": form if form.is_bound else AsOfForm(initial={"as_of": timezone.localdate()}),
        "days": presentation.days_of_change(entries, now),
        "entries": entries,
        "outdated": presentation.outdated(entries, stored),
        "result": result,
        "rule_text": rule_text(result.rule) if result else "",
        "headline": presentation.headline(result),
        "stored": stored,
        "clauses": clauses,
        "figures": _figures(now, entries, stored),
        "records": text_records(instrument, request.user),
        "waiting": presentation.waiting_acts(request.user, instrument),
        "waivers": treaty.waivers_visible_to(request.user).filter(instrument=instrument),
        "what_if": WhatIfForm(instrument=instrument) if result else None,
        **_reservations_and_more(request, instrument, clauses, said.on(day, entries), day),
        **_what_may_be_done(request, instrument, clauses),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "agreements/treaty.html", context, status=status)


def _rows_on(
    instrument: Instrument, entries: list[LedgerEntry], said: SaidByStates, day: date
) -> list[treaty.TreatyRow]:
    days = presentation.days_on(instrument, day)
    return treaty.treaty_rows(instrument, days, entries, said, as_of=day)


def _on_the_map(rows: list[treaty.TreatyRow], day: date) -> dict[str, Any]:
    """Return what the map and its table show: all member and observer States, and whoever else did something."""
    kinds = (ParticipantKind.MEMBER, ParticipantKind.OBSERVER)
    states = {state.pk: state for state in Participant.objects.filter(kind__in=kinds)}
    states |= {row.participant.pk: row.participant for row in rows}
    return {"marks": standing.marks_of(states.values(), rows, day), "legend": standing.LEGEND}


def _reservations_and_more(
    request: HttpRequest,
    instrument: Instrument,
    clauses: FinalClauses | None,
    said: SaidByStates,
    as_of: date | None,
) -> dict[str, Any]:
    """Return reservations and declarations as on a day, where one is asked for; the rest as it stands."""
    at, places = database_now(), places_of(instrument)
    user, day = request.user, as_of or timezone.localdate(at)
    return {
        "reservations": reservation_presentation.reservation_rows(
            instrument, said.reservations, places, today=day
        ),
        "declarations": reservation_presentation.declaration_rows(
            user, instrument, said.declarations, places, is_past=as_of is not None
        ),
        "corrections": correction_presentation.correction_rows(user, instrument, places, at=at),
        "registration": correction_presentation.registration_row(user, instrument),
        "clause_places": places.names(clauses.reservation_provisions) if clauses else [],
        "are_corrected": instrument.status in CORRECTABLE_STATUSES,
    }


def _figures(
    rows: list[treaty.TreatyRow], entries: list[LedgerEntry], stored: EntryCalculation | None
) -> list[dict[str, Any]]:
    deposits = sum(row.deposit is not None for row in rows)
    return [
        {"label": _("Signatures"), "value": sum(bool(row.signed_on_date) for row in rows)},
        {
            "label": _("Deposits"),
            "value": deposits or _("None known"),
            "note": _("Only a deposit establishes consent to be bound."),
        },
        {
            "label": _("Entries not notified yet"),
            "value": presentation.count_without_notification(entries, stored),
        },
    ]


def _what_may_be_done(
    request: HttpRequest, instrument: Instrument, clauses: FinalClauses | None
) -> dict[str, Any]:
    user = request.user
    if not user.is_authenticated:
        return {}
    adopts = INSTRUMENTS.steps["adopt"].sources
    authenticates = INSTRUMENTS.steps["authenticate"].sources
    of_the_text = {
        "may_record_adoption": instrument.status in adopts
        and adoption.may_record_adoption(user, instrument),
        "may_record_authentication": instrument.status in authenticates
        and adoption.may_record_authentication(user, instrument),
    }
    if not depositary.keeps_the_ledger(user, instrument):
        return of_the_text
    decides = depositary.decides_for_the_depositary(user, instrument)
    return {
        **of_the_text,
        "not_annulled": NOT_ANNULLED,
        "may_record_waiver": instrument.status in treaty.signing_statuses(clauses) and decides,
        "may_set_final_clauses": depositary.may_set_final_clauses(user, instrument),
        "may_notify": decides,
        "may_receive_full_powers": full_powers.may_receive_full_powers(user, instrument),
        "may_record_signature": instrument.status in treaty.signing_statuses(clauses)
        and signatures.may_record_signature(user, instrument),
        "may_receive_instrument": instrument.status in DEPOSITING_STATUSES
        and state_instruments.may_receive_state_instrument(user, instrument),
        "may_formulate": instrument.status in DEPOSITING_STATUSES
        and reservations.may_formulate(user, instrument),
        "may_declare": instrument.status in DEPOSITING_STATUSES
        and declarations.may_record_declaration(user, instrument),
        "may_propose_correction": instrument.status in CORRECTABLE_STATUSES
        and corrections.may_propose_correction(user, instrument),
    }


@open_to_visitors
@require_safe
def what_if(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show the day if a State deposited on a day; nothing is kept."""
    instrument = readable(request, pk)
    form = WhatIfForm(request.GET or None, instrument=instrument)
    result = None
    if form.is_valid():
        told = form.cleaned_data
        result = presentation.supposed(instrument, told["participant"], told["on"])
    present = presentation.calculated(instrument)
    context = {
        **about(instrument),
        "form": form,
        "result": result,
        "present": presentation.headline(present),
        "headline": presentation.headline(result) if result else "",
        "has_rule": present is not None,
        "may_set_final_clauses": request.user.is_authenticated
        and depositary.may_set_final_clauses(request.user, instrument),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "agreements/what_if.html", context, status=status)


@open_to_visitors
@require_safe
def status_csv(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Take the status as CSV; with ``?as_of=`` how it was on that day."""
    instrument = readable(request, pk)
    form = AsOfForm(request.GET)
    if not form.is_valid():
        return _wrong_day()
    entries, said = presentation.entries_of(instrument), said_by_states(instrument)
    rows = _rows(instrument, entries, said, form.cleaned_data["as_of"])
    content = exports.status_csv(instrument, rows)
    return download(content, name=f"{instrument.code}-status.csv", content_type="text/csv")


@open_to_visitors
@require_safe
def status_json(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Take the status as JSON; with ``?as_of=`` how it was on that day."""
    instrument = readable(request, pk)
    form = AsOfForm(request.GET)
    if not form.is_valid():
        return _wrong_day()
    day, entries = form.cleaned_data["as_of"], presentation.entries_of(instrument)
    said = said_by_states(instrument)
    told = {
        "treaty": instrument.code,
        "status": instrument.status,
        "as_of": day,
        "entry_into_force": _proof(instrument, day),
        "states": exports.status_data(instrument, _rows(instrument, entries, said, day)),
        **treaty_data(
            instrument,
            said.on(day, entries),
            today=day or timezone.localdate(database_now()),
        ),
    }
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


def _wrong_day() -> HttpResponse:
    sentence = _("“as_of” is a day such as 2026-03-01.")
    return HttpResponseBadRequest(sentence, content_type="text/plain; charset=utf-8")


def _proof(instrument: Instrument, day: date | None) -> dict[str, Any] | None:
    if day is None:
        stored = treaty.latest_calculation(instrument)
        return stored.proof if stored else None
    result = presentation.calculated(instrument, as_of=day)
    return as_data(result) if result else None


def _rows(
    instrument: Instrument, entries: list[LedgerEntry], said: SaidByStates, day: date | None
) -> list[treaty.TreatyRow]:
    if day:
        return _rows_on(instrument, entries, said, day)
    stored = treaty.latest_calculation(instrument)
    return treaty.treaty_rows(instrument, _days(stored), entries, said)


def _days(stored: EntryCalculation | None) -> dict[str, dict[str, Any]]:
    return treaty.days_of(stored.proof if stored else None)


@open_to_visitors
@require_safe
def ledger_csv(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    instrument = readable(request, pk)
    content = exports.ledger_csv(instrument)
    return download(content, name=f"{instrument.code}-ledger.csv", content_type="text/csv")


@open_to_visitors
@require_safe
def ledger_bundle(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    instrument = readable(request, pk)
    content = exports.bundle(instrument, treaty.latest_calculation(instrument))
    name = f"{instrument.code}-ledger.zip"
    return download(content, name=name, content_type="application/zip")
