"""Corrections as pages show them, and the text with the corrections over it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from agreements.models import (
    Correction,
    CorrectionLine,
    Instrument,
    ProcesVerbal,
    Registration,
)
from agreements.presentation.treaty import Button
from agreements.queries import Reader
from agreements.queries.corrections import whole
from agreements.queries.places import Places, places_of
from agreements.queries.treaty import day_in_ledger
from agreements.rules import corrections as rules
from agreements.rules import depositary
from agreements.rules import registrations as registration_rules
from agreements.services.corrections import is_waiting_for_its_result
from agreements.statuses import CorrectionStatus, InstrumentStatus, RegistrationStatus
from ots_portal.people.models import User
from ots_portal.ui.moments import zoned_text
from ots_portal.verdicts import Verdict

TONES = {
    CorrectionStatus.PROPOSED: "info",
    CorrectionStatus.EFFECTED: "good",
    CorrectionStatus.OBJECTED: "warning",
}
Lines = Mapping[tuple[UUID, str], Sequence[CorrectionLine]]


@dataclass(frozen=True)
class LineRow:
    line: CorrectionLine
    place: str
    language: str


@dataclass(frozen=True)
class CorrectionRow:
    """A correction with how things stand in one sentence, and the button to object."""

    correction: Correction
    tone: str
    sentence: str
    lines: list[LineRow]
    button: Button | None

    @property
    def proces_verbal(self) -> ProcesVerbal | None:
        return getattr(self.correction, "proces_verbal", None)


def correction_rows(
    user: Reader, instrument: Instrument, places: Places, *, at: datetime
) -> list[CorrectionRow]:
    """Return the treaty's corrections by number, in a fixed number of queries."""
    found = whole(instrument.corrections.select_related("instrument"))
    return [_row(user, correction, places, at) for correction in found]


def correction_row(user: Reader, correction: Correction, *, at: datetime) -> CorrectionRow:
    return _row(user, correction, places_of(correction.instrument), at)


def _row(user: Reader, correction: Correction, places: Places, at: datetime) -> CorrectionRow:
    return CorrectionRow(
        correction,
        TONES[CorrectionStatus(correction.status)],
        _sentence(correction, at),
        [
            LineRow(line, places.name(line.place), _language(line.language))
            for line in correction.lines.all()
        ],
        _object_button(user, correction, at),
    )


def _language(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def _sentence(correction: Correction, at: datetime) -> str:
    if correction.status == CorrectionStatus.EFFECTED:
        return _("No State objected: the text is corrected from its beginning.")
    if correction.status == CorrectionStatus.OBJECTED:
        return _("A State objected: the text stays as it is.")
    if is_waiting_for_its_result(correction, at):
        return _(
            "The time to object is over and no State objected; the procès-verbal is being drawn up."
        )
    return time_sentence(correction)


def time_sentence(correction: Correction) -> str:
    """Say until when signatory and contracting States may object."""
    if correction.objection_until is None:
        told = {"days": correction.objection_days}
        return (
            _("The time to object, %(days)s days, begins with the notification of the proposal.")
            % told
        )
    moment = zoned_text(correction.objection_until)
    return _("Signatory and contracting States may object until %(moment)s.") % {"moment": moment}


def _object_button(user: Reader, correction: Correction, at: datetime) -> Button | None:
    is_open = (
        correction.status != CorrectionStatus.EFFECTED
        and correction.objection_until is not None
        and not correction.is_over_at(at)
    )
    if not is_open or not isinstance(user, User):
        return None
    verdict = rules.may_object_to(user, correction)
    if not verdict:
        return None
    url = reverse("agreements:correction_object_to", args=[correction.pk])
    return Button(url, _("Object"), verdict, asks=True)


# ── registration ────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class RegistrationRow:
    """The registration, None where the treaty has not been transmitted, with the next button."""

    registration: Registration | None
    button: Button | None
    sentence: str


def registration_row(user: Reader, instrument: Instrument) -> RegistrationRow:
    found = Registration.objects.filter(instrument=instrument).first()
    return RegistrationRow(
        found, _next_button(user, instrument, found), _state_of(instrument, found)
    )


def _state_of(instrument: Instrument, found: Registration | None) -> str:
    if found is not None:
        return ""
    if instrument.status != InstrumentStatus.IN_FORCE:
        return _("A treaty is registered after its entry into force.")
    return _("In force, and not transmitted for registration yet.")


def _next_button(user: Reader, instrument: Instrument, found: Registration | None) -> Button | None:
    if not isinstance(user, User) or not depositary.keeps_the_ledger(user, instrument):
        return None
    if found is None:
        if instrument.status != InstrumentStatus.IN_FORCE or day_in_ledger(instrument) is None:
            return None
        verdict = registration_rules.may_submit_registration(user, instrument)
        return _button("registration_new", instrument.pk, _("Enter the transmission"), verdict)
    if found.status == RegistrationStatus.SUBMITTED:
        verdict = registration_rules.may_register(user, found)
        return _button("registration_register", found.pk, _("Enter the registration"), verdict)
    if found.status == RegistrationStatus.REGISTERED:
        verdict = registration_rules.may_publish(user, found)
        return _button("registration_publish", found.pk, _("Enter the publication"), verdict)
    return None


def _button(name: str, pk: UUID, label: str, verdict: Verdict) -> Button:
    return Button(reverse(f"agreements:{name}", args=[pk]), label, verdict, asks=True)


# ── the text ────────────────────────────────────────────────────────────────────────────────────
def corrected(text: str, lines: Sequence[CorrectionLine]) -> SafeString:
    """
    Return the authentic words with what is corrected struck out, the right words beside it, and its number.

    ``lines`` by the numbers of their corrections: of two about the same words the later one stands.
    """
    shown, end = SafeString(""), 0
    for start, line in _standing_lines(text, lines):
        shown += format_html(
            '{}<del>{}</del> <ins>{}</ins><sup><a href="{}">{}</a></sup>',
            text[end:start],
            line.wrong,
            line.right,
            line.correction.get_absolute_url(),
            line.correction.mark,
        )
        end = start + len(line.wrong)
    return shown + format_html("{}", text[end:])


def _standing_lines(text: str, lines: Sequence[CorrectionLine]) -> list[tuple[int, CorrectionLine]]:
    """Return where each line stands, without those about words that a later correction is about as well."""
    taken: list[tuple[int, CorrectionLine]] = []
    for line in reversed(lines):
        start = text.find(line.wrong)
        end = start + len(line.wrong)
        is_free = all(end <= at or at + len(other.wrong) <= start for at, other in taken)
        if start >= 0 and is_free:
            taken.append((start, line))
    return sorted(taken, key=lambda place: place[0])
