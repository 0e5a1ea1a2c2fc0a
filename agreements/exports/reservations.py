"""Reservations, declarations, corrections and the registration as data: codes and days, words as they were written."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from agreements.models import (
    Correction,
    Declaration,
    Instrument,
    LedgerEntry,
    Objection,
    Registration,
    Reservation,
)
from agreements.queries.corrections import whole
from agreements.queries.places import Places, places_of
from agreements.queries.said_by_states import SaidByStates
from agreements.queries.treaty import TreatyRow, standing
from agreements.rules.reservation_effects import Relation
from agreements.services.reservation_relations import relations_of_each
from agreements.vocabularies.acts import RESERVATIONS_AND_MORE

PER_STATE = ("reservations", "declarations", "objections")


def per_state(row: TreatyRow, places: Places) -> dict[str, list[str]]:
    """Return what one State reserved, declared and objected to, each in a line with its words."""
    return {
        "reservations": [
            _line(one.status, one.made_on_date, one.texts, places.names(one.provisions))
            for one in row.reservations
        ],
        "declarations": [
            _line(one.kind, one.received_on_date, one.texts, places.names(one.provisions))
            for one in row.declarations
        ],
        "objections": [
            _line(_objected(one), one.received_on_date, one.texts, ()) for one in row.objections
        ],
    }


def _objected(objection: Objection) -> str:
    precludes = " precludes" if objection.precludes_entry_into_force else ""
    withdrawn = " withdrawn" if objection.withdrawn_on_date else ""
    return f"{objection.kind}{precludes}{withdrawn}"


def _line(kind: str, day: date, texts: dict[str, str], places: Sequence[str]) -> str:
    words = " / ".join(" ".join(text.split()) for text in texts.values())
    to = f" ({', '.join(places)})" if places else ""
    return f"{kind} {day.isoformat()}{to}: {words}"


def treaty_data(instrument: Instrument, said: SaidByStates, *, today: date) -> dict[str, Any]:
    """
    Return what was said on a day, with how each reservation stands towards each State on it.

    Corrections and the registration are told as they stand.
    """
    reservations = said.reservations
    relations = relations_of_each(instrument, reservations, today=today) if reservations else {}
    places = places_of(instrument)
    registration = Registration.objects.filter(instrument=instrument).first()
    return {
        "reservations": [
            {
                **_reservation(one, places),
                "between": [relation_data(relation) for relation in relations[one.pk]],
                "objections": [
                    _objection(other) for other in said.objections if other.reservation_id == one.pk
                ],
            }
            for one in reservations
        ],
        "declarations": [_declaration(one, places) for one in said.declarations],
        "corrections": [
            correction_data(one, places) for one in whole(instrument.corrections.all())
        ],
        "registration": registration_data(registration) if registration else None,
    }


def _reservation(one: Reservation, places: Places) -> dict[str, Any]:
    return {
        "id": one.pk,
        "participant": one.participant_id,
        "status": one.status,
        "made_with": one.made_with,
        "made_on": one.made_on_date,
        "confirmed_on": one.confirmed_on_date,
        "circulated_on": one.circulated_on_date,
        "withdrawn_on": one.withdrawn_on_date,
        "provisions": places.names(one.provisions),
        "texts": one.texts,
    }


def relation_data(relation: Relation) -> dict[str, Any]:
    """Return how a reservation stands towards one State; the treaty in force between them: None while that is open."""
    return {
        "participant": relation.key,
        "relation": relation.kind.value,
        "on": relation.on,
        "until": relation.until,
        "in_force_between": relation.is_in_force_between,
    }


def _objection(one: Objection) -> dict[str, Any]:
    return {
        "id": one.pk,
        "participant": one.participant_id,
        "kind": one.kind,
        "status": one.status,
        "received_on": one.received_on_date,
        "withdrawn_on": one.withdrawn_on_date,
        "precludes_entry_into_force": one.precludes_entry_into_force,
        "texts": one.texts,
    }


def _declaration(one: Declaration, places: Places) -> dict[str, Any]:
    return {
        "id": one.pk,
        "participant": one.participant_id,
        "kind": one.kind,
        "status": one.status,
        "received_on": one.received_on_date,
        "withdrawn_on": one.withdrawn_on_date,
        "provisions": places.names(one.provisions),
        "texts": one.texts,
    }


def correction_data(one: Correction, places: Places) -> dict[str, Any]:
    drawn_up = getattr(one, "proces_verbal", None)
    return {
        "number": one.number,
        "status": one.status,
        "error": one.error,
        "objection_until": one.objection_until,
        "lines": [
            {
                "place": places.name(line.place),
                "language": line.language,
                "wrong": line.wrong,
                "right": line.right,
            }
            for line in one.lines.all()
        ],
        "objections": [
            {
                "participant": said.participant_id,
                "reason": said.reason,
                "objected_at": said.objected_at,
            }
            for said in one.objections.all()
        ],
        "proces_verbal": drawn_up.digest if drawn_up else None,
    }


def registration_data(one: Registration) -> dict[str, Any]:
    return {
        "status": one.status,
        "submitted_on": one.submitted_on_date,
        "number": one.number or None,
        "registered_on": one.registered_on_date,
        "volume": one.volume or None,
    }


# ── rows of the ledger's CSV ────────────────────────────────────────────────────────────────────
def ledger_rows_of(entries: Iterable[LedgerEntry]) -> list[list[str]]:
    """
    Return what the ledger has beside the acts that are calculated from, under the columns of its CSV.

    Of the whole ledger: what is annulled in it is left out.
    """
    return [
        [
            entry.participant.name if entry.participant else "",
            entry.participant_id or "",
            entry.kind,
            entry.acted_on_date.isoformat(),
            "",
            "yes",
            _note(entry.details),
        ]
        for entry in standing(entries)
        if entry.kind in RESERVATIONS_AND_MORE
    ]


def _note(details: dict[str, Any]) -> str:
    """Return the words of an entry in one line: texts, the places corrected, number or volume."""
    said = [*details.get("texts", {}).values()]
    said += [f"{one['place']}: {one['wrong']} → {one['right']}" for one in details.get("lines", [])]
    names = ("reason", "decided_as", "proces_verbal", "un_number", "volume")
    said += [str(details[name]) for name in names if details.get(name)]
    if details.get("precludes_entry_into_force"):
        said.append("precludes entry into force")
    return " / ".join(" ".join(text.split()) for text in said)
