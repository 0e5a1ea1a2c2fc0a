from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agreements.models import FinalClauses, Instrument
from agreements.queries.places import places_of, unknown_sentence
from agreements.queries.treaty import final_clauses_of
from agreements.rules import depositary as rules
from agreements.rules.entry_into_force import WrongRule, parse_rule, with_states
from agreements.services import calculations
from agreements.vocabularies.acts import SignatureTerms
from agreements.vocabularies.reservations import ReservationTerms
from ots_portal.audit.services import record
from ots_portal.lifecycle import StaleVersion
from ots_portal.participants.queries import participants_by_any_name
from ots_portal.people.models import User
from ots_portal.texts import fold
from ots_portal.verdicts import require


@transaction.atomic
def set_final_clauses(  # noqa: PLR0913 -- keywords only, each named where it is called
    instrument: Instrument,
    *,
    rule: dict[str, Any] | None,
    clause: str,
    accession: str,
    withdrawal_months: int | None,
    reservation_terms: str | None = None,
    reservation_provisions: Sequence[str] = (),
    reservation_acceptance: str | None = None,
    signature_terms: str = SignatureTerms.UNTIL_IN_FORCE,
    signature_until_date: date | None = None,
    version: int,
    by: User,
    at: datetime,
) -> FinalClauses:
    """
    Enter what the treaty says of its entry into force, signature, accession, reservations and withdrawal.

    ``version`` is the one that was seen, 0 where there was none. What it says of reservations stays as it
    stands where ``reservation_terms`` or ``reservation_acceptance`` is None.

    :raises Refused: unless ``rules.may_set_final_clauses``
    :raises StaleVersion: when somebody else saved in the meantime
    :raises ValidationError: with a sentence for each field of the rule that is wrong, and each State that the
        directory does not know
    """
    require(rules.may_set_final_clauses(by, instrument))
    rule = _checked(rule)
    told: dict[str, Any] = {
        "rule": rule,
        "clause": clause,
        "accession": accession,
        "withdrawal_months": withdrawal_months,
        "signature_terms": signature_terms,
        "signature_until_date": _last_day(signature_terms, signature_until_date),
    }
    if reservation_terms is not None:
        told["reservation_terms"] = reservation_terms
        told["reservation_provisions"] = _checked_provisions(
            instrument, reservation_terms, reservation_provisions
        )
    if reservation_acceptance is not None:
        told["reservation_acceptance"] = reservation_acceptance
    clauses = _saved(instrument, told, version=version, by=by, at=at)
    record("agreements.final_clauses.set", subject=clauses, by=by, at=at, **told)
    calculations.recalculate(instrument, at=at)
    return clauses


def _checked_provisions(instrument: Instrument, terms: str, written: Sequence[str]) -> list[str]:
    """Return the provisions that the clause names, by their keys where the portal holds the text."""
    found, unknown = places_of(instrument).resolved(written)
    names_some = terms in (ReservationTerms.ONLY, ReservationTerms.EXCEPT)
    sentence = ""
    if unknown:
        sentence = unknown_sentence(unknown)
    elif names_some and not found:
        sentence = _("Name the provisions that the clause names.")
    elif found and not names_some:
        sentence = _("This clause names no provisions: leave them empty, or choose another one.")
    if sentence:
        raise ValidationError({"reservation_provisions": sentence})
    return found


def _last_day(terms: str, day: date | None) -> date | None:
    """Return the last day for signatures, where the clauses name one; it may lie in the past."""
    if terms != SignatureTerms.UNTIL_DAY:
        return None
    if day is None:
        sentence = _("Say until which day it is open for signature.")
        raise ValidationError({"signature_until_date": sentence})
    return day


def _checked(rule: dict[str, Any] | None) -> dict[str, Any] | None:
    """
    Return the rule with its States by their keys, so that no name of theirs is ever missed.

    :raises ValidationError: under ``rule``
    """
    if rule is None:
        return None
    try:
        parse_rule(rule)
    except WrongRule as error:
        sentences = [sentence for _field, sentence in error.problems]
        raise ValidationError({"rule": sentences}) from error
    known, unknown = participants_by_any_name(), []

    def key_of(field: str, name: str) -> str:
        if fold(name) not in known:
            unknown.append({"field": field, "state": name})
        return known.get(fold(name), name)

    resolved = with_states(rule, key_of)
    if unknown:
        sentence = _("“%(field)s”: the directory knows no State “%(state)s”.")
        raise ValidationError({"rule": [sentence % said for said in unknown]})
    return resolved


def _saved(
    instrument: Instrument, told: dict[str, Any], *, version: int, by: User, at: datetime
) -> FinalClauses:
    # Whoever saves first holds the treaty's row: the other one sees what it wrote.
    Instrument.objects.filter(pk=instrument.pk).update(version=F("version") + 1, updated_at=at)
    current = final_clauses_of(instrument)
    if (current.version if current else 0) != version:
        raise StaleVersion(current or instrument)
    clauses = current or FinalClauses(
        instrument=instrument, created_at=at, created_by=by, version=0
    )
    for name, value in told.items():
        setattr(clauses, name, value)
    clauses.version, clauses.updated_at = clauses.version + 1, at
    clauses.full_clean(exclude=["created_by"])
    clauses.save()
    return clauses
